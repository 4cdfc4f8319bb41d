// The properties that every WebSocketPeer has: those of WebSocketSettings, of its own until it shares such an object.
import { SETTINGS } from '../../protocol/connection-settings.js';
import { defaultValues, type SettingValues } from '../../protocol/settings.js';
import { PacketPeer } from '../packet-peer.js';
import { defineSettings } from './setting-accessors.js';
import type { SettingMembers } from './setting-properties.js';
import { settingsOf, share, type WebSocketSettings } from './web-socket-settings.js';

export interface WebSocketPeerSettings extends SettingMembers {}

/** @internal */
export abstract class WebSocketPeerSettings extends PacketPeer {
  /** The defaults, which all peers share, until something is set. */
  [SETTINGS]: Readonly<SettingValues> = defaultValues();

  static {
    defineSettings(this.prototype);
  }

  /**
   * All settings of this peer in one object: what is set there is set here, and the other way round.
   *
   * An object that is assigned is shared with all others that have it: `peer.settings = shared`. It brings its values
   * with it, and each takes effect as it says.
   *
   * @addition
   */
  get settings(): WebSocketSettings {
    return settingsOf(this);
  }
  set settings(settings: WebSocketSettings) {
    this.set_settings(settings);
  }
  get_settings(): WebSocketSettings {
    return settingsOf(this);
  }
  set_settings(settings: WebSocketSettings): void {
    share(this, 'settings', settings);
  }
}
