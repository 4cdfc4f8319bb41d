// Settings of a WebSocketMultiplayerPeer for joining, and connections made with its settings.

import { defineAccessors } from '../../binding/accessors.js';
import { requireInt, requireMilliseconds } from '../../binding/arguments.js';
import { printError, SPEAKER } from '../../binding/error-handler.js';
import type { int32 } from '../../binding/types.js';
import { SETTINGS } from '../../protocol/session.js';
import { copyOf } from '../../protocol/settings.js';
import { changeable, type HasSettings } from '../websocket/setting-accessors.js';
import { WebSocketPeer } from '../websocket/web-socket-peer.js';

const DEFAULT_PENDING = 512;

/** Properties that limit a server's clients. */
export interface PlaceProperties {
  /**
   * Server: most simultaneous connections that are joining; 512 unless set. Then a newcomer takes the place of the
   * oldest one of the address that has most.
   *
   * The same as `peer_settings.max_pending_handshakes`. Must be at least 1: otherwise a message is printed and the old
   * value stays.
   *
   * @takes peers
   * @addition
   */
  max_pending_peers: int32;

  /**
   * Server: most peers; 0, as at start, for any number. Further ones are refused with the HTTP status 503.
   *
   * Must not be negative: otherwise a message is printed and the old value stays.
   *
   * @takes peers
   * @addition
   */
  max_peers: int32;
}

type PlaceName = keyof PlaceProperties;

/** The properties with their `get_` and `set_` methods. */
export type PlaceMembers = PlaceProperties & {
  [Name in PlaceName as `get_${Name}`]: () => int32;
} & {
  [Name in PlaceName as `set_${Name}`]: (peers: int32) => void;
};

/** Key under which a peer has its settings for joining. */
export const JOINING: unique symbol = Symbol('joining');

/** Defines the members of PlaceMembers on `prototype`. */
export function definePlaces(prototype: { readonly [JOINING]: MultiplayerSettings }): void {
  for (const [name, key] of [
    ['max_pending_peers', 'maxPendingPeers'],
    ['max_peers', 'maxPeers'],
  ] as const) {
    defineAccessors(
      prototype,
      name,
      (peer) => peer[JOINING][key],
      (peer, value) => {
        peer[JOINING][key] = value as number;
      },
    );
  }
}

export class MultiplayerSettings {
  /** Owner of the settings of each connection that is made or accepted. */
  readonly #owner: HasSettings;
  #handshakeTimeoutMs = 3000;
  #maxPeers = 0;

  constructor(owner: HasSettings) {
    this.#owner = owner;
  }

  /** Milliseconds that joining may take. */
  get handshakeTimeoutMs(): number {
    return this.#handshakeTimeoutMs;
  }

  /** The same in seconds, as a 32-bit float. */
  get handshakeTimeout(): number {
    return Math.fround(this.#handshakeTimeoutMs / 1000);
  }

  setHandshakeTimeout(timeout: number): void {
    const timeoutMs = requireMilliseconds('timeout', timeout);
    if (Math.fround(timeout) > 0) this.#handshakeTimeoutMs = timeoutMs;
    else this.#refuse(`handshake_timeout must be more than 0, got ${timeout}; it stays ${this.handshakeTimeout}`);
  }

  /** Most simultaneous connections that are joining; a page, which has no servers, has no such setting. */
  get maxPendingPeers(): number {
    return this.#owner[SETTINGS].maxPendingHandshakes ?? DEFAULT_PENDING;
  }

  set maxPendingPeers(peers: number) {
    if (requireInt('peers', peers) >= 1) changeable(this.#owner).maxPendingHandshakes = peers;
    else this.#refuse(`max_pending_peers must be at least 1, got ${peers}; it stays ${this.maxPendingPeers}`);
  }

  /** Most peers of a server; 0 for any number. */
  get maxPeers(): number {
    return this.#maxPeers;
  }

  set maxPeers(peers: number) {
    if (requireInt('peers', peers) >= 0) this.#maxPeers = peers;
    else this.#refuse(`max_peers must be at least 0, got ${peers}; it stays ${this.#maxPeers}`);
  }

  /** A connection with the settings; its user limits the time of joining. */
  newSocket(): WebSocketPeer {
    const socket = new WebSocketPeer();
    socket[SETTINGS] = copyOf(this.#owner[SETTINGS], { handshakeTimeoutMs: 0, [SPEAKER]: this.#owner });
    return socket;
  }

  #refuse(message: string): void {
    printError(message, this.#owner);
  }
}
