// Settings of a connection: the values of the properties, in the protocol's units, and their defaults. The names and
// ranges that games use are in ../godot4/websocket/setting-table.ts.
import { SERVER_DEFAULTS } from '#server-settings';
import { DEFAULT_MAX_FRAGMENTS } from '../../assembly/abi.js';
import type { ServerSettingValues } from './server-settings.js';

export const DEFAULT_UNPOLLED_BYTES = 16_777_216;
export const DEFAULT_UNPOLLED_PACKETS = 65_536;

export interface SettingValues extends ServerSettingValues {
  supportedProtocols: readonly string[];
  handshakeHeaders: readonly string[];
  inboundBufferSize: number;
  outboundBufferSize: number;
  maxQueuedPackets: number;
  /** As maxQueuedPackets, for packets to send: Godot 3 has two limits. */
  maxUnsentPackets: number;
  maxHandshakeSize: number;
  heartbeatIntervalMs: number;
  handshakeTimeoutMs: number;
  closeTimeoutMs: number;
  messageTimeoutMs: number;
  maxMessageFragments: number;
  maxUnpolledBytes: number;
  maxUnpolledPackets: number;
  compressionMode: number;
  compressionThreshold: number;
}

const NONE: readonly string[] = [];

/**
 * A single literal, so that all values have the same shape for the JIT compiler. The names and kinds of the settings
 * are derived from it in ../godot4/websocket/setting-table.ts.
 */
function initialValues(maxPackets: number): SettingValues {
  return {
    inboundBufferSize: 65_535,
    outboundBufferSize: 65_535,
    maxQueuedPackets: maxPackets,
    maxUnsentPackets: maxPackets,
    heartbeatIntervalMs: 0,
    supportedProtocols: NONE,
    handshakeHeaders: NONE,
    maxHandshakeSize: 16_384,
    handshakeTimeoutMs: 30_000,
    closeTimeoutMs: 10_000,
    messageTimeoutMs: 0,
    maxMessageFragments: DEFAULT_MAX_FRAGMENTS,
    maxUnpolledBytes: DEFAULT_UNPOLLED_BYTES,
    maxUnpolledPackets: DEFAULT_UNPOLLED_PACKETS,
    compressionMode: 0,
    compressionThreshold: 256,
    ...SERVER_DEFAULTS,
  };
}

/** Release of Godot whose defaults apply to new objects. */
export type CompatibilityProfile = '4.3' | '4.6';

const PROFILES: readonly string[] = ['4.3', '4.6'] satisfies CompatibilityProfile[];

/** Shared until a value is set. Not frozen: a frozen object has another shape for the JIT compiler. */
const latest: Readonly<SettingValues> = initialValues(4096);
/** The same for the profile 4.3, once it is used. */
let former: Readonly<SettingValues> | null = null;

let profile: CompatibilityProfile = '4.6';

/** Initial values of new objects. */
export function defaultValues(): Readonly<SettingValues> {
  return profile === '4.3' && former !== null ? former : latest;
}

export function currentProfile(): CompatibilityProfile {
  return profile;
}

/** Sets the profile; returns the former one. Throws a RangeError for an unknown name. */
export function useProfile(name: CompatibilityProfile): CompatibilityProfile {
  if (!PROFILES.includes(name)) {
    const known = PROFILES.map((one) => `'${one}'`);
    throw new RangeError(`profile must be one of ${known.join(', ')}, got '${name}'`);
  }
  const before = profile;
  profile = name;
  former ??= initialValues(2048);
  return before;
}

/** Values that may be changed: `values` itself, or a copy if it is a shared default. */
export function ownValues(values: Readonly<SettingValues>): SettingValues {
  return values === latest || values === former ? copyOf(values) : (values as SettingValues);
}

export function copyOf(values: Readonly<SettingValues>, changes?: Partial<SettingValues>): SettingValues {
  return Object.assign(initialValues(0), values, changes);
}
