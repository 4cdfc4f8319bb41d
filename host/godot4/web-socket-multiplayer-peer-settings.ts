// The properties of WebSocketMultiplayerPeer: those that each new connection gets, and its own.

import { WebSocketPeer } from '#web-socket-peer';
import { requireInt, requireMilliseconds } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import type { float, int32 } from '../binding/types.js';
import { MultiplayerPeer } from './multiplayer-peer.js';

/** @internal */
export abstract class WebSocketMultiplayerPeerSettings extends MultiplayerPeer {
  /** Never connected: it keeps the properties, and judges them, as every connection would. */
  readonly #template = new WebSocketPeer();
  #handshakeTimeoutMs = 3000;
  #maxPendingPeers = 512;

  /** Subprotocols, as in WebSocketPeer; for connections that begin from now on. */
  get supported_protocols(): string[] {
    return this.#template.get_supported_protocols();
  }
  set supported_protocols(protocols: string[]) {
    this.set_supported_protocols(protocols);
  }
  /** @const */
  get_supported_protocols(): string[] {
    return this.#template.get_supported_protocols();
  }
  set_supported_protocols(protocols: string[]): void {
    this.#template.set_supported_protocols(protocols);
  }

  /** Further header lines of the handshake, as in WebSocketPeer; for connections that begin from now on. */
  get handshake_headers(): string[] {
    return this.#template.get_handshake_headers();
  }
  set handshake_headers(protocols: string[]) {
    this.set_handshake_headers(protocols);
  }
  /** @const */
  get_handshake_headers(): string[] {
    return this.#template.get_handshake_headers();
  }
  set_handshake_headers(protocols: string[]): void {
    this.#template.set_handshake_headers(protocols);
  }

  /** Largest packet that is accepted, in bytes, as in WebSocketPeer; for connections that begin from now on. */
  get inbound_buffer_size(): int32 {
    return this.#template.get_inbound_buffer_size();
  }
  set inbound_buffer_size(buffer_size: int32) {
    this.set_inbound_buffer_size(buffer_size);
  }
  /** @const */
  get_inbound_buffer_size(): int32 {
    return this.#template.get_inbound_buffer_size();
  }
  set_inbound_buffer_size(buffer_size: int32): void {
    this.#template.set_inbound_buffer_size(buffer_size);
  }

  /** Most bytes that may wait to be sent to one peer, as in WebSocketPeer; for connections that begin from now on. */
  get outbound_buffer_size(): int32 {
    return this.#template.get_outbound_buffer_size();
  }
  set outbound_buffer_size(buffer_size: int32) {
    this.set_outbound_buffer_size(buffer_size);
  }
  /** @const */
  get_outbound_buffer_size(): int32 {
    return this.#template.get_outbound_buffer_size();
  }
  set_outbound_buffer_size(buffer_size: int32): void {
    this.#template.set_outbound_buffer_size(buffer_size);
  }

  /**
   * Most packets that may wait in either direction of one connection, as in WebSocketPeer; 4096 unless set. For
   * connections that begin from now on.
   *
   * When so many wait to be taken here, `poll` leaves the others to the connections.
   */
  get max_queued_packets(): int32 {
    return this.#template.get_max_queued_packets();
  }
  set max_queued_packets(max_queued_packets: int32) {
    this.set_max_queued_packets(max_queued_packets);
  }
  /** @const */
  get_max_queued_packets(): int32 {
    return this.#template.get_max_queued_packets();
  }
  set_max_queued_packets(max_queued_packets: int32): void {
    this.#template.set_max_queued_packets(max_queued_packets);
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
    else printError(`handshake_timeout must be more than 0, got ${timeout}; it stays ${this.get_handshake_timeout()}`);
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
    else printError(`max_pending_peers must be at least 1, got ${peers}; it stays ${this.#maxPendingPeers}`);
  }

  /** Milliseconds that joining may take. */
  protected get handshakeTimeoutMs(): number {
    return this.#handshakeTimeoutMs;
  }

  /** A connection with these properties; how long joining takes is watched by whoever uses it. */
  protected newSocket(): WebSocketPeer {
    const template = this.#template;
    const socket = new WebSocketPeer();
    socket.set_supported_protocols(template.get_supported_protocols());
    socket.set_handshake_headers(template.get_handshake_headers());
    socket.set_inbound_buffer_size(template.get_inbound_buffer_size());
    socket.set_outbound_buffer_size(template.get_outbound_buffer_size());
    socket.set_max_queued_packets(template.get_max_queued_packets());
    socket.set_handshake_timeout(0);
    return socket;
  }
}
