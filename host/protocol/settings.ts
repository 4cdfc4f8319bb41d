// What a connection can be told: the values behind the properties, in the units that the protocol works with. Names and
// ranges by which a game sets them are in ../godot4/websocket/setting-table.ts.
import { DEFAULT_MAX_FRAGMENTS } from '../../assembly/abi.js';

export const DEFAULT_UNPOLLED_BYTES = 16_777_216;
export const DEFAULT_UNPOLLED_PACKETS = 65_536;

export interface SettingValues {
  supportedProtocols: readonly string[];
  handshakeHeaders: readonly string[];
  allowedOrigins: readonly string[];
  allowedHosts: readonly string[];
  inboundBufferSize: number;
  outboundBufferSize: number;
  maxQueuedPackets: number;
  /** The same for packets to be sent: Godot 3 has two limits. */
  maxUnsentPackets: number;
  maxHandshakeSize: number;
  heartbeatIntervalMs: number;
  handshakeTimeoutMs: number;
  closeTimeoutMs: number;
  messageTimeoutMs: number;
  maxMessageFragments: number;
  maxUnpolledBytes: number;
  maxUnpolledPackets: number;
}

const NONE: readonly string[] = [];

/**
 * Made by one literal, so that all of them look alike to the JIT compiler. The names and kinds of the settings follow from
 * it: see ../godot4/websocket/setting-table.ts.
 */
function initialValues(maxPackets: number): SettingValues {
  return {
    inboundBufferSize: 65_535,
    outboundBufferSize: 65_535,
    maxQueuedPackets: maxPackets,
    maxUnsentPackets: maxPackets,
    maxHandshakeSize: 16_384,
    heartbeatIntervalMs: 0,
    handshakeTimeoutMs: 30_000,
    closeTimeoutMs: 10_000,
    messageTimeoutMs: 0,
    maxMessageFragments: DEFAULT_MAX_FRAGMENTS,
    supportedProtocols: NONE,
    handshakeHeaders: NONE,
    allowedOrigins: NONE,
    allowedHosts: NONE,
    maxUnpolledBytes: DEFAULT_UNPOLLED_BYTES,
    maxUnpolledPackets: DEFAULT_UNPOLLED_PACKETS,
  };
}

/** A release of Godot whose defaults new objects have. */
export type CompatibilityProfile = '4.3' | '4.6';

/** Shared until something is set. Not frozen: to the JIT compiler, a frozen object looks like another kind. */
const PROFILES: Readonly<Record<CompatibilityProfile, Readonly<SettingValues>>> = {
  '4.3': initialValues(2048),
  '4.6': initialValues(4096),
};

let profile: CompatibilityProfile = '4.6';

/** What everything that is made now begins with. */
export function defaultValues(): Readonly<SettingValues> {
  return PROFILES[profile];
}

export function currentProfile(): CompatibilityProfile {
  return profile;
}

/** Returns the former profile. Throws a RangeError for an unknown one. */
export function useProfile(name: CompatibilityProfile): CompatibilityProfile {
  if (!Object.hasOwn(PROFILES, name)) {
    const known = Object.keys(PROFILES).map((one) => `'${one}'`);
    throw new RangeError(`profile must be one of ${known.join(', ')}, got '${name}'`);
  }
  const former = profile;
  profile = name;
  return former;
}

/** Values that may be changed: `values` themselves, or a copy while they are defaults that all share. */
export function ownValues(values: Readonly<SettingValues>): SettingValues {
  const isShared = values === PROFILES['4.3'] || values === PROFILES['4.6'];
  return isShared ? copyOf(values) : (values as SettingValues);
}

export function copyOf(values: Readonly<SettingValues>, changes?: Partial<SettingValues>): SettingValues {
  return Object.assign(initialValues(0), values, changes);
}
