// Settings of a WebSocketMultiplayerPeer that its connections have in common with WebSocketPeer.
import { defineAccessors } from '../../binding/accessors.js';
import type { int32 } from '../../binding/types.js';
import { changeSetting, type HasSettings, readSetting } from '../websocket/setting-accessors.js';

/** The properties of each connection that begins from now on. */
export interface ConnectionProperties {
  /**
   * Subprotocols, as in WebSocketPeer; for connections that begin from now on.
   *
   * @takes protocols
   */
  supported_protocols: string[];

  /**
   * Further header lines of the handshake, as in WebSocketPeer; for connections that begin from now on.
   *
   * @takes protocols
   */
  handshake_headers: string[];

  /**
   * Largest packet that is accepted, in bytes, as in WebSocketPeer; for connections that begin from now on.
   *
   * @takes buffer_size
   */
  inbound_buffer_size: int32;

  /**
   * Most bytes that may wait to be sent to one peer, as in WebSocketPeer; for connections that begin from now on.
   *
   * @takes buffer_size
   */
  outbound_buffer_size: int32;

  /**
   * Most packets that may wait in either direction of one connection, as in WebSocketPeer; 4096 unless set. For
   * connections that begin from now on.
   *
   * When that many wait here, or 16 MiB, `poll` leaves further ones in the connections.
   *
   * @takes max_queued_packets
   */
  max_queued_packets: int32;
}

type ConnectionName = keyof ConnectionProperties;

/** The properties with their `get_` and `set_` methods. */
export type ConnectionMembers = ConnectionProperties & {
  [Name in ConnectionName as `get_${Name}`]: () => ConnectionProperties[Name];
} & {
  [Name in ConnectionName as `set_${Name}`]: (value: ConnectionProperties[Name]) => void;
};

const NAMES: readonly ConnectionName[] = [
  'supported_protocols',
  'handshake_headers',
  'inbound_buffer_size',
  'outbound_buffer_size',
  'max_queued_packets',
];

/** Defines the members of ConnectionMembers on `prototype`. */
export function defineConnectionSettings(prototype: HasSettings): void {
  for (const name of NAMES) {
    defineAccessors(
      prototype,
      name,
      (peer) => readSetting(peer, name),
      (peer, value) => changeSetting(peer, name, value),
    );
  }
}
