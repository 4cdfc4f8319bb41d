// The release of Godot whose defaults new objects have.
import { requireString } from '../../binding/arguments.js';
import { type CompatibilityProfile, useProfile } from '../../protocol/settings.js';

/**
 * Lets what is made from now on have the defaults of a release of Godot, '4.6' unless called.
 *
 * `profile` is '4.3', where `max_queued_packets` is 2048, or '4.6', where it is 4096; all else is the same. What was
 * made before stays as it is, and Godot 3's classes have defaults of their own. Returns the former profile. Throws a
 * RangeError for any other.
 *
 * @addition
 */
export function set_compatibility_profile(profile: CompatibilityProfile): CompatibilityProfile {
  requireString('profile', profile);
  return useProfile(profile);
}
