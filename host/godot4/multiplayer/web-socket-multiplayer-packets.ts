// Received packets of a WebSocketMultiplayerPeer: their queue with its limit, and the result of the last get_packet.
import { type GodotError, OK } from '../../binding/errors.js';
import type { OwnBytes } from '../../bytes.js';
import { SETTINGS } from '../../protocol/session.js';
import type { Bell } from '../../transport/bell.js';
import type { HasSettings } from '../websocket/setting-accessors.js';
import { SourcedPackets } from './sourced-packets.js';

/** Bytes from which on packets stay in their connections, where compressed ones are as small as they came. */
const ENOUGH_BYTES = 1 << 24;

export class MultiplayerPackets {
  readonly queue = new SourcedPackets();
  /** Result of the last `get_packet`. */
  lastError: GodotError = OK;
  readonly #owner: HasSettings;
  readonly #bell: Bell;
  /** The queue was full at the last poll. */
  #isFull = false;

  /** `bell` is rung when there is room again for packets that wait in the connections. */
  constructor(owner: HasSettings, bell: Bell) {
    this.#owner = owner;
    this.#bell = bell;
  }

  /**
   * Whether this poll may take packets from the connections: unless `max_queued_packets`, or enough bytes, wait already.
   * How many it takes is limited by the connections' queues, so every connection is served in every poll.
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

  /** Drops the packets of an earlier connection. */
  clear(): void {
    this.queue.clear();
    this.lastError = OK;
    this.#isFull = false;
  }

  get #hasRoom(): boolean {
    return this.queue.count < this.#owner[SETTINGS].maxQueuedPackets && this.queue.bytes < ENOUGH_BYTES;
  }
}
