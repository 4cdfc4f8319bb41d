// Every setting of a connection by its name: which value it is, its kind and its range, made from the values themselves.
// What each does is told in setting-properties.ts, when and where it counts in setting-notes.ts; accessors and
// docs/settings.md are made from these.
import { requireFloat, requireInt32, requireStringArray } from '../../binding/arguments.js';
import { defaultValues, type SettingValues } from '../../protocol/settings.js';
import type { SettingName } from './setting-properties.js';

type Key = keyof SettingValues;
type Kept = number | readonly string[];

/** Strings, copied in and out. */
const LIST = 0;
/** An int, cut to signed 32 bits as in the engine. */
const COUNT = 1;
/** Seconds, kept in whole milliseconds. */
const SPAN = 1000;

/** How one setting is judged, kept and shown. */
export interface Setting {
  /** What a number is multiplied by to be kept. */
  readonly kind: typeof LIST | typeof COUNT | typeof SPAN;
  readonly key: Key;
  /** Smallest number; 0 for a list. */
  readonly least: number;
}

/** Smallest numbers that are not the usual ones: 0 for a span of time, 1 for a count. */
const LEAST: Partial<Record<SettingName, number>> = { outbound_buffer_size: 0, max_handshake_size: 256 };

/** `handshakeTimeoutMs` is the value of the setting `handshake_timeout`. */
function nameOf(key: Key): SettingName {
  return key.replace(/Ms$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as SettingName;
}

/** Each value but the one that Godot 3 alone sets. */
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

/** As a game reads it. */
export function readValue({ kind, key }: Setting, values: Readonly<SettingValues>): number | string[] {
  const value = values[key];
  return typeof value === 'number' ? value / kind : [...value];
}

/** A value to keep, or why it is refused. Throws a TypeError for what the setting can't be. */
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
  // One limit for both directions, where Godot 3 has two.
  if (key === 'maxQueuedPackets') values.maxUnsentPackets = kept as number;
}
