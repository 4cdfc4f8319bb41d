// The packets that a WebSocketMultiplayerPeer has received: how many may wait, and what the last look at them gave.

import { type GodotError, OK } from '../binding/errors.js';
import type { OwnBytes } from '../bytes.js';
import { SETTINGS } from '../protocol/session.js';
import type { Bell } from '../transport/bell.js';
import { SourcedPackets } from './sourced-packets.js';
import type { HasSettings } from './websocket/setting-accessors.js';

export class MultiplayerPackets {
  readonly queue = new SourcedPackets();
  /** Of the last `get_packet`. */
  lastError: GodotError = OK;
  readonly #owner: HasSettings;
  readonly #bell: Bell;
  /** At the last poll there was no room for more packets. */
  #isFull = false;

  /** `bell` is rung when there is room again for what waits in the connections. */
  constructor(owner: HasSettings, bell: Bell) {
    this.#owner = owner;
    this.#bell = bell;
  }

  /**
   * Whether this poll may take packets from the connections: unless `max_queued_packets` wait already. What it takes
   * is limited by what the connections may hold themselves, so everybody has a turn in every poll.
   */
  makeRoom(): boolean {
    this.#isFull = !this.#hasRoom;
    return !this.#isFull;
  }

  /** Takes the first packet; there must be one. */
  take(): OwnBytes {
    const packet = this.queue.take();
    if (this.#isFull && this.#hasRoom) {
      this.#isFull = false;
      this.#bell.ring();
    }
    return packet;
  }

  /** Nothing of an earlier connection counts any more. */
  clear(): void {
    this.queue.clear();
    this.lastError = OK;
    this.#isFull = false;
  }

  get #hasRoom(): boolean {
    return this.queue.count < this.#owner[SETTINGS].maxQueuedPackets;
  }
}
