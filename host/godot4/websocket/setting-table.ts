// Table of all settings of a connection by name, with value, kind and range; derived from the default values. Each
// setting is described in setting-properties.ts, its unit and scope in setting-notes.ts; accessors and docs/settings.md
// are made from these.
import { checkOther, SERVER_DEFAULTS } from '#server-settings';
import { requireFloat, requireInt32, requireStringArray } from '../../binding/arguments.js';
import { defaultValues, type SettingValues } from '../../protocol/settings.js';
import type { SettingName } from './setting-properties.js';

type Key = keyof SettingValues & string;
type Kept = SettingValues[Key];

/** An int, truncated to signed 32 bits as in the engine. */
const COUNT = 1;
/** Seconds, stored in whole milliseconds. */
const SPAN = 1000;
/** Strings, copied in and out. */
const LIST = 0;
/** Anything else, as it is. */
const OTHER = -1;
/** Godot's names of what the setter of each kind takes. */
const TYPES = { [COUNT]: 'int~int32', [SPAN]: 'float~float', [LIST]: 'PackedStringArray' };

/** How one setting is checked, stored and read. */
export interface Setting {
  /** Factor from a number as set to its stored value; below 1 for what is no number. */
  readonly kind: typeof COUNT | typeof SPAN | typeof LIST | typeof OTHER;
  readonly key: Key;
  /** Smallest number. */
  readonly least: number;
}

/** Smallest numbers that differ from the usual ones: 1 for a count that is not 0 at start, else 0. */
const LEAST: Partial<Record<SettingName, number>> = {
  outbound_buffer_size: 0,
  max_handshake_size: 256,
  compression_threshold: 0,
};

/** The only enum: 0 or 1. */
export const MODE: SettingName = 'compression_mode';

/** Name of the setting stored as `key`: `handshake_timeout` for `handshakeTimeoutMs`. */
function nameOf(key: Key): SettingName {
  return key.replace(/Ms$/, '').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) as SettingName;
}

/** A setting for each value except `maxUnsentPackets`, which only Godot 3 sets. */
function tableOf({ maxUnsentPackets: _, ...values }: Readonly<SettingValues>): Record<SettingName, Setting> {
  const settings = Object.entries(values).map(([key, value]) => {
    const name = nameOf(key as Key);
    const numeric = key.endsWith('Ms') ? SPAN : COUNT;
    const kind = typeof value === 'number' ? numeric : Array.isArray(value) ? LIST : OTHER;
    return [name, { kind, key: key as Key, least: LEAST[name] ?? (kind === COUNT && value !== 0 ? 1 : 0) }];
  });
  return Object.fromEntries(settings);
}

export const SETTING_TABLE: Readonly<Record<SettingName, Setting>> = /* @__PURE__ */ tableOf(
  /* @__PURE__ */ defaultValues(),
);

/** Descriptions of the settings of servers, in the form of ../../binding/class-text.ts. */
export function serverSettingLines(): string {
  const lines = Object.entries(SERVER_DEFAULTS).map(([key, value]) => {
    const name = nameOf(key as Key);
    const { kind } = SETTING_TABLE[name];
    const other = value === null ? 'Callable' : 'String';
    const [, argument] = /([a-z]+)(_per_[a-z]+)?$/.exec(name) as unknown as [string, string];
    return `\n@+ ${name}:${kind === OTHER ? other : TYPES[kind]} ${argument}`;
  });
  return lines.join('');
}

/** The value as a game reads it. */
export function readValue({ kind, key }: Setting, values: Readonly<SettingValues>): unknown {
  const value = values[key];
  if (typeof value === 'number') return value / kind;
  return kind === LIST ? [...(value as readonly string[])] : value;
}

/** The value to store; undefined if it is out of range. Throws a TypeError for a value of the wrong type. */
export function keptValue({ kind, least }: Setting, name: string, value: unknown): Kept | undefined {
  if (kind === LIST) {
    const entries = requireStringArray(name, value);
    return name === 'supported_protocols' ? entries.map((entry) => entry.trim()) : entries;
  }
  if (kind === OTHER) return checkOther(name, value);
  const number = kind === SPAN ? requireFloat(name, value) : requireInt32(name, value);
  return number < least || (name === MODE && number > 1) ? undefined : Math.trunc(number * kind);
}

export function writeValue({ key }: Setting, values: SettingValues, kept: Kept): void {
  (values as unknown as Record<Key, Kept>)[key] = kept;
  // One limit for both directions; Godot 3 has two.
  if (key === 'maxQueuedPackets') values.maxUnsentPackets = kept as number;
}
