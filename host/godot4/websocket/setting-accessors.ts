// Accessors of settings, made from their table: for every class whose objects have values of their own or share them.
import { defineAccessors } from '../../binding/accessors.js';
import { printError } from '../../binding/error-handler.js';
import { SETTINGS } from '../../protocol/session.js';
import { ownValues, type SettingValues } from '../../protocol/settings.js';
import type { SettingName, SettingProperties } from './setting-properties.js';
import { judgeValue, readValue, SETTING_TABLE, writeValue } from './setting-table.js';

/** Whoever has settings: all that share the values see what one of them sets. */
export interface HasSettings {
  [SETTINGS]: Readonly<SettingValues>;
}

/** The values of `owner`, to be changed. */
export function changeable(owner: HasSettings): SettingValues {
  const own = ownValues(owner[SETTINGS]);
  owner[SETTINGS] = own;
  return own;
}

export function readSetting<Name extends SettingName>(owner: HasSettings, name: Name): SettingProperties[Name] {
  return readValue(SETTING_TABLE[name], owner[SETTINGS]) as SettingProperties[Name];
}

/** Sets what the table allows; what is out of range is reported and changes nothing. */
export function changeSetting(owner: HasSettings, name: SettingName, value: unknown): void {
  const setting = SETTING_TABLE[name];
  const kept = judgeValue(setting, name, value);
  if (typeof kept !== 'string') writeValue(setting, changeable(owner), kept);
  else printError(`${name} must ${kept}; it stays ${readValue(setting, owner[SETTINGS])}`, owner);
}

/** Gives the class of `prototype` all settings as accessors, with their `get_` and `set_` methods. */
export function defineSettings(prototype: HasSettings): void {
  for (const name of Object.keys(SETTING_TABLE) as SettingName[]) {
    defineAccessors<HasSettings>(
      prototype,
      name,
      (owner) => readSetting(owner, name),
      (owner, value) => changeSetting(owner, name, value),
    );
  }
}
