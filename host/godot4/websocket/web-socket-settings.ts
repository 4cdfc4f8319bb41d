// WebSocketSettings: all settings of a connection, as an object that any number of connections can share.
import { countedAlone } from '#server-settings';
import { requireInstance, wrongType } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { WebSocketSettingsInfo } from '../../binding/class-infos.generated.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { RefCounted } from '../../binding/ref-counted.js';
import { SETTINGS } from '../../protocol/session.js';
import { copyOf, defaultValues, type SettingValues } from '../../protocol/settings.js';
import { changeable, defineSettings, type HasSettings } from './setting-accessors.js';
import type { SettingMembers, SettingProperties } from './setting-properties.js';
import { SETTING_TABLE } from './setting-table.js';

export interface WebSocketSettings extends SettingMembers {}

/**
 * All settings of a connection in one object: limits, time limits, headers, policies.
 *
 * A WebSocketPeer has the same properties itself; an object of this class can be shared by any number of them. A change
 * applies to all of them, from the time that each property names.
 *
 * ```js
 * const shared = new WebSocketSettings({ heartbeat_interval: 15, inbound_buffer_size: 1 << 20 });
 * peer.settings = shared;
 * ```
 *
 * Throws a TypeError for a name that is no setting, in the constructor and when it is assigned.
 *
 * @addition
 */
export class WebSocketSettings extends RefCounted {
  [SETTINGS]: Readonly<SettingValues> = copyOf(defaultValues(), countedAlone());

  static {
    defineSettings(this.prototype);
  }

  /** Sets `properties`, as by assignment. Throws a TypeError for a name that is no setting. */
  constructor(properties: Partial<SettingProperties> = {}) {
    super();
    for (const [name, value] of Object.entries(properties)) {
      if (!Object.hasOwn(SETTING_TABLE, name)) {
        throw wrongType(`WebSocketSettings: ${name}`, 'the name of a setting', value);
      }
      (this as Record<string, unknown>)[name] = value;
    }
    if (new.target === WebSocketSettings) Object.preventExtensions(this);
  }

  override [CLASS_INFO](): ClassInfo {
    return WebSocketSettingsInfo();
  }
}

/** Objects by their values, so that all peers with the same values return the same object. */
const objects = new WeakMap<Readonly<SettingValues>, WebSocketSettings>();

/** The settings of `owner` as an object: a change to either applies to both. */
export function settingsOf(owner: HasSettings): WebSocketSettings {
  const values = changeable(owner);
  const settings = objects.get(values) ?? new WebSocketSettings();
  settings[SETTINGS] = values;
  objects.set(values, settings);
  return settings;
}

/** Makes `owner` share the values of `settings`, later changes included. */
export function share(owner: HasSettings, argument: string, settings: WebSocketSettings): void {
  const values = requireInstance(argument, WebSocketSettings, settings)[SETTINGS];
  objects.set(values, settings);
  owner[SETTINGS] = values;
}
