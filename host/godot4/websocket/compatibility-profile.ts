// set_compatibility_profile: the choice of the Godot release whose defaults new objects get.
import { requireString } from '../../binding/arguments.js';
import { type CompatibilityProfile, useProfile } from '../../protocol/settings.js';

/**
 * Chooses the release of Godot whose defaults new objects get; '4.6' until it is called.
 *
 * `profile` is '4.3', where `max_queued_packets` is 2048, or '4.6', where it is 4096; all else is the same. Existing
 * objects keep their values, and Godot 3's classes have their own defaults. Returns the former profile. Throws a
 * RangeError for any other profile.
 *
 * @addition
 */
export function set_compatibility_profile(profile: CompatibilityProfile): CompatibilityProfile {
  requireString('profile', profile);
  return useProfile(profile);
}
