// Table of all settings of a connection by name, with value, kind and range; derived from the default values. Each
// setting is described in setting-properties.ts, its unit and scope in setting-notes.ts; accessors and docs/settings.md
// are made from these.
import { requireFloat, requireInt32, requireStringArray } from '../../binding/arguments.js';
import { defaultValues, type SettingValues } from '../../protocol/settings.js';
import type { SettingName } from './setting-properties.js';

type Key = keyof SettingValues;
type Kept = number | readonly string[];

/** Strings, copied in and out. */
const LIST = 0;
/** An int, truncated to signed 32 bits as in the engine. */
const COUNT = 1;
/** Seconds, stored in whole milliseconds. */
const SPAN = 1000;

/** How one setting is checked, stored and read. */
export interface Setting {
  /** Factor from a number as set to its stored value; 0 for a list. */
  readonly kind: typeof LIST | typeof COUNT | typeof SPAN;
  readonly key: Key;
  /** Smallest number; 0 for a list. */
  readonly least: number;
}

/** Smallest numbers that differ from the usual ones, which are 0 for a span of time and 1 for a count. */
const LEAST: Partial<Record<SettingName, number>> = { outbound_buffer_size: 0, max_handshake_size: 256 };

/** Name of the setting stored as `key`: `handshake_timeout` for `handshakeTimeoutMs`. */
function nameOf(key: Key): SettingName {
  return key.replace(/Ms$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as SettingName;
}

/** A setting for each value except `maxUnsentPackets`, which only Godot 3 sets. */
function tableOf({ maxUnsentPackets: _, ...values }: Readonly<SettingValues>): Record<SettingName, Setting> {
  const settings = Object.entries(values).map(([key, value]) => {
    const name = nameOf(key as Key);
    const kind = typeof value === 'object' ? LIST : key.endsWith('Ms') ? SPAN : COUNT;
    return [name, { kind, key: key as Key, least: LEAST[name] ?? (kind === COUNT ? 1 : 0) }];
  });
  return Object.fromEntries(settings);
}

export const SETTING_TABLE: Readonly<Record<SettingName, Setting>> = /* @__PURE__ */ tableOf(
  /* @__PURE__ */ defaultValues(),
);

/** The value as a game reads it. */
export function readValue({ kind, key }: Setting, values: Readonly<SettingValues>): number | string[] {
  const value = values[key];
  return typeof value === 'number' ? value / kind : [...value];
}

/** The value to store, or why it is refused. Throws a TypeError for a value of the wrong type. */
export function judgeValue({ kind, least }: Setting, name: string, value: unknown): Kept | string {
  if (kind === LIST) {
    const entries = requireStringArray(name, value);
    return name === 'supported_protocols' ? entries.map((entry) => entry.trim()) : entries;
  }
  const number = kind === SPAN ? requireFloat(name, value) : requireInt32(name, value);
  return number < least ? `be at least ${least}, got ${number}` : Math.trunc(number * kind);
}

export function writeValue({ key }: Setting, values: SettingValues, kept: Kept): void {
  (values as unknown as Record<Key, Kept>)[key] = kept;
  // One limit for both directions; Godot 3 has two.
  if (key === 'maxQueuedPackets') values.maxUnsentPackets = kept as number;
}
