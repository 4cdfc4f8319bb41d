// Settings of a WebSocketMultiplayerPeer for joining, and connections made with its settings.

import { requireInt, requireMilliseconds } from '../../binding/arguments.js';
import { printError } from '../../binding/error-handler.js';
import { SETTINGS } from '../../protocol/session.js';
import { copyOf } from '../../protocol/settings.js';
import type { HasSettings } from '../websocket/setting-accessors.js';
import { WebSocketPeer } from '../websocket/web-socket-peer.js';

export class MultiplayerSettings {
  /** Owner of the settings of each connection that is made or accepted. */
  readonly #owner: HasSettings;
  #handshakeTimeoutMs = 3000;
  #maxPendingPeers = 512;

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

  /** Most simultaneous connections that are joining. */
  get maxPendingPeers(): number {
    return this.#maxPendingPeers;
  }

  setMaxPendingPeers(peers: number): void {
    if (requireInt('peers', peers) >= 1) this.#maxPendingPeers = peers;
    else this.#refuse(`max_pending_peers must be at least 1, got ${peers}; it stays ${this.#maxPendingPeers}`);
  }

  /** A connection with the settings; its user limits the time of joining. */
  newSocket(): WebSocketPeer {
    const socket = new WebSocketPeer();
    socket[SETTINGS] = copyOf(this.#owner[SETTINGS], { handshakeTimeoutMs: 0 });
    return socket;
  }

  #refuse(message: string): void {
    printError(message, this.#owner);
  }
}
