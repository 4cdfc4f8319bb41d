// Every setting of a connection by its name: which value it is, its kind and its range. What each does is told in
// setting-properties.ts, when and where it counts in setting-notes.ts; accessors and docs/settings.md are made from these.
import { requireFloat, requireInt32, requireStringArray } from '../../binding/arguments.js';
import type { SettingValues } from '../../protocol/settings.js';
import type { SettingName } from './setting-properties.js';

type Key = keyof SettingValues;
type Kept = number | readonly string[];

/** An int, cut to signed 32 bits as in the engine. */
const COUNT = 0;
/** Seconds, kept in whole milliseconds. */
const SPAN = 1;
/** Strings, copied in and out. */
const LIST = 2;

/** How one setting is judged, kept and shown. */
export interface Setting {
  readonly kind: typeof COUNT | typeof SPAN | typeof LIST;
  readonly key: Key;
  /** Smallest number; 0 for a list. */
  readonly least: number;
}

const count = (key: Key, least: number): Setting => ({ kind: COUNT, key, least });
const span = (key: Key): Setting => ({ kind: SPAN, key, least: 0 });
const list = (key: Key): Setting => ({ kind: LIST, key, least: 0 });

export const SETTING_TABLE: Readonly<Record<SettingName, Setting>> = {
  inbound_buffer_size: count('inboundBufferSize', 1),
  outbound_buffer_size: count('outboundBufferSize', 0),
  max_queued_packets: count('maxQueuedPackets', 1),
  max_handshake_size: count('maxHandshakeSize', 256),
  heartbeat_interval: span('heartbeatMs'),
  handshake_timeout: span('handshakeTimeoutMs'),
  close_timeout: span('closeTimeoutMs'),
  message_timeout: span('messageTimeoutMs'),
  max_message_fragments: count('maxMessageFragments', 1),
  supported_protocols: list('supportedProtocols'),
  handshake_headers: list('handshakeHeaders'),
  allowed_origins: list('allowedOrigins'),
  allowed_hosts: list('allowedHosts'),
  max_unpolled_bytes: count('maxUnpolledBytes', 1),
  max_unpolled_packets: count('maxUnpolledPackets', 1),
};

/** As a game reads it. */
export function readValue({ kind, key }: Setting, values: Readonly<SettingValues>): number | string[] {
  const value = values[key];
  if (typeof value === 'number') return kind === SPAN ? value / 1000 : value;
  return [...value];
}

/** A value to keep, or why it is refused. Throws a TypeError for what the setting can't be. */
export function judgeValue({ kind, least }: Setting, name: string, value: unknown): Kept | string {
  if (kind === LIST) {
    const entries = requireStringArray(name, value);
    return name === 'supported_protocols' ? entries.map((entry) => entry.trim()) : entries;
  }
  const number = kind === SPAN ? requireFloat(name, value) : requireInt32(name, value);
  if (number < least) return kind === SPAN ? `not be negative, got ${number}` : `be at least ${least}, got ${number}`;
  return kind === SPAN ? Math.trunc(number * 1000) : number;
}

export function writeValue({ key }: Setting, values: SettingValues, kept: Kept): void {
  (values as unknown as Record<Key, Kept>)[key] = kept;
  // One limit for both directions, where Godot 3 has two.
  if (key === 'maxQueuedPackets') values.maxUnsentPackets = kept as number;
}
