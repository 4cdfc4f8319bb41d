// Accessors of all settings, made from the setting table, for each class whose objects have or share settings.
import { defineAccessors } from '../../binding/accessors.js';
import { printError, SPEAKER } from '../../binding/error-handler.js';
import { SETTINGS } from '../../protocol/session.js';
import { ownValues, type SettingValues } from '../../protocol/settings.js';
import type { SettingName, SettingProperties } from './setting-properties.js';
import { keptValue, MODE, readValue, SETTING_TABLE, writeValue } from './setting-table.js';

/** An object with settings. A change is visible to all objects that share the values. */
export interface HasSettings {
  [SETTINGS]: Readonly<SettingValues>;
}

/** The values of `owner`, for writing: a copy replaces the shared defaults first. */
export function changeable(owner: HasSettings): SettingValues {
  const own = ownValues(owner[SETTINGS]);
  owner[SETTINGS] = own;
  return own;
}

export function readSetting<Name extends SettingName>(owner: HasSettings, name: Name): SettingProperties[Name] {
  return readValue(SETTING_TABLE[name], owner[SETTINGS]) as SettingProperties[Name];
}

/** Sets a value that the table allows; one out of range is reported and changes nothing. */
export function changeSetting(owner: HasSettings, name: SettingName, value: unknown): void {
  const setting = SETTING_TABLE[name];
  const kept = keptValue(setting, name, value);
  if (kept !== undefined) writeValue(setting, changeable(owner), kept);
  else {
    const former = readValue(setting, owner[SETTINGS]);
    const range = name === MODE ? '0 or 1' : `at least ${setting.least}`;
    printError(`${name} must be ${range}, got ${value}; it stays ${former}`, owner);
  }
}

/** Who has made the settings, for reports about an object with them: needs no memory in each object. */
const speaker: PropertyDescriptor & ThisType<HasSettings> = {
  get() {
    return this[SETTINGS][SPEAKER];
  },
};

/**
 * Defines accessors for all settings on `prototype`, with their `get_` and `set_` methods, and one for their speaker.
 */
export function defineSettings(prototype: HasSettings): void {
  Object.defineProperty(prototype, SPEAKER, speaker);
  for (const key in SETTING_TABLE) {
    const name = key as SettingName;
    defineAccessors<HasSettings>(
      prototype,
      name,
      (owner) => readSetting(owner, name),
      (owner, value) => changeSetting(owner, name, value),
    );
  }
}
