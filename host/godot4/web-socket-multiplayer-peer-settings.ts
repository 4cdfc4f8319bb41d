// The properties of WebSocketMultiplayerPeer: those that each new connection gets, and its own.

import { WebSocketPeer } from '#web-socket-peer';
import { requireInt, requireMilliseconds } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import type { float, int32 } from '../binding/types.js';
import { SETTINGS } from '../protocol/connection-settings.js';
import { copyOf, defaultValues, type SettingValues } from '../protocol/settings.js';
import { MultiplayerPeer } from './multiplayer-peer.js';
import { changeSetting, readSetting } from './websocket/setting-accessors.js';
import { settingsOf, share, type WebSocketSettings } from './websocket/web-socket-settings.js';

/** @internal */
export abstract class WebSocketMultiplayerPeerSettings extends MultiplayerPeer {
  /** Of each connection that is made or accepted. */
  [SETTINGS]: Readonly<SettingValues> = defaultValues();
  #handshakeTimeoutMs = 3000;
  #maxPendingPeers = 512;

  /**
   * Settings that each connection gets when it is made or accepted; each has them for itself then.
   *
   * The properties of this class that WebSocketSettings has, too, are the same ones, except `handshake_timeout`: that
   * of this class is for joining as a whole, and that of the settings does not count. An object that is assigned can be
   * shared with other peers and servers. Connections that `add_peer` is given have settings of their own.
   *
   * @addition
   */
  get peer_settings(): WebSocketSettings {
    return settingsOf(this);
  }
  set peer_settings(settings: WebSocketSettings) {
    this.set_peer_settings(settings);
  }
  get_peer_settings(): WebSocketSettings {
    return settingsOf(this);
  }
  set_peer_settings(settings: WebSocketSettings): void {
    share(this, 'peer_settings', settings);
  }

  /** Subprotocols, as in WebSocketPeer; for connections that begin from now on. */
  get supported_protocols(): string[] {
    return readSetting(this, 'supported_protocols');
  }
  set supported_protocols(protocols: string[]) {
    this.set_supported_protocols(protocols);
  }
  /** @const */
  get_supported_protocols(): string[] {
    return readSetting(this, 'supported_protocols');
  }
  set_supported_protocols(protocols: string[]): void {
    changeSetting(this, 'supported_protocols', protocols);
  }

  /** Further header lines of the handshake, as in WebSocketPeer; for connections that begin from now on. */
  get handshake_headers(): string[] {
    return readSetting(this, 'handshake_headers');
  }
  set handshake_headers(protocols: string[]) {
    this.set_handshake_headers(protocols);
  }
  /** @const */
  get_handshake_headers(): string[] {
    return readSetting(this, 'handshake_headers');
  }
  set_handshake_headers(protocols: string[]): void {
    changeSetting(this, 'handshake_headers', protocols);
  }

  /** Largest packet that is accepted, in bytes, as in WebSocketPeer; for connections that begin from now on. */
  get inbound_buffer_size(): int32 {
    return readSetting(this, 'inbound_buffer_size');
  }
  set inbound_buffer_size(buffer_size: int32) {
    this.set_inbound_buffer_size(buffer_size);
  }
  /** @const */
  get_inbound_buffer_size(): int32 {
    return readSetting(this, 'inbound_buffer_size');
  }
  set_inbound_buffer_size(buffer_size: int32): void {
    changeSetting(this, 'inbound_buffer_size', buffer_size);
  }

  /** Most bytes that may wait to be sent to one peer, as in WebSocketPeer; for connections that begin from now on. */
  get outbound_buffer_size(): int32 {
    return readSetting(this, 'outbound_buffer_size');
  }
  set outbound_buffer_size(buffer_size: int32) {
    this.set_outbound_buffer_size(buffer_size);
  }
  /** @const */
  get_outbound_buffer_size(): int32 {
    return readSetting(this, 'outbound_buffer_size');
  }
  set_outbound_buffer_size(buffer_size: int32): void {
    changeSetting(this, 'outbound_buffer_size', buffer_size);
  }

  /**
   * Most packets that may wait in either direction of one connection, as in WebSocketPeer; 4096 unless set. For
   * connections that begin from now on.
   *
   * When so many wait to be taken here, `poll` leaves the others to the connections.
   */
  get max_queued_packets(): int32 {
    return readSetting(this, 'max_queued_packets');
  }
  set max_queued_packets(max_queued_packets: int32) {
    this.set_max_queued_packets(max_queued_packets);
  }
  /** @const */
  get_max_queued_packets(): int32 {
    return readSetting(this, 'max_queued_packets');
  }
  set_max_queued_packets(max_queued_packets: int32): void {
    changeSetting(this, 'max_queued_packets', max_queued_packets);
  }

  /**
   * Seconds that joining may take, from TCP to the id; 3 unless set. Kept in whole milliseconds.
   *
   * Must be more than 0: otherwise a message is printed and the old value stays.
   */
  get handshake_timeout(): float {
    return this.get_handshake_timeout();
  }
  set handshake_timeout(timeout: float) {
    this.set_handshake_timeout(timeout);
  }
  /** @const */
  get_handshake_timeout(): float {
    return Math.fround(this.#handshakeTimeoutMs / 1000);
  }
  set_handshake_timeout(timeout: float): void {
    const timeoutMs = requireMilliseconds('timeout', timeout);
    if (Math.fround(timeout) > 0) this.#handshakeTimeoutMs = timeoutMs;
    else
      printError(
        `handshake_timeout must be more than 0, got ${timeout}; it stays ${this.get_handshake_timeout()}`,
        this,
      );
  }

  /**
   * Server: most connections at a time that are on their way in; 512 unless set. Others wait until these have got in
   * or are given up.
   *
   * Must be at least 1: otherwise a message is printed and the old value stays.
   *
   * @addition
   */
  get max_pending_peers(): int32 {
    return this.#maxPendingPeers;
  }
  set max_pending_peers(peers: int32) {
    this.set_max_pending_peers(peers);
  }
  /** @const */
  get_max_pending_peers(): int32 {
    return this.#maxPendingPeers;
  }
  set_max_pending_peers(peers: int32): void {
    if (requireInt('peers', peers) >= 1) this.#maxPendingPeers = peers;
    else printError(`max_pending_peers must be at least 1, got ${peers}; it stays ${this.#maxPendingPeers}`, this);
  }

  /** Milliseconds that joining may take. */
  protected get handshakeTimeoutMs(): number {
    return this.#handshakeTimeoutMs;
  }

  /** A connection with these settings; how long joining takes is watched by whoever uses it. */
  protected newSocket(): WebSocketPeer {
    const socket = new WebSocketPeer();
    socket[SETTINGS] = copyOf(this[SETTINGS], { handshakeTimeoutMs: 0 });
    return socket;
  }
}
