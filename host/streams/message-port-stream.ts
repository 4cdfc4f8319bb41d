// A stream between two threads: the two ends of a MessageChannel, in a page, its workers, and Node's.

import { requireBytes } from '../binding/arguments.js';
import { ERR_FILE_EOF, ERR_UNAVAILABLE, type GodotError, OK } from '../binding/errors.js';
import type { int32 } from '../binding/types.js';
import { StreamPeerExtension } from '../godot4/stream-peer-extension.js';

/** As much of a MessagePort as is used here: the browser's, and that of Node's `worker_threads`. */
export interface MessagePortLike {
  postMessage(message: unknown, transfer?: never[]): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  start?(): void;
  close(): void;
}

const NOTHING = new Uint8Array(0);
/** Bytes that the other end has not taken, above which a write takes nothing: what a socket's buffer would hold. */
const MOST_UNDERWAY = 1 << 20;

/**
 * A StreamPeer over a MessagePort.
 *
 * Both ends of a MessageChannel become one of these, in two threads or in one; `WebSocketPeer.accept_stream` runs over
 * one, `connect_to_stream` over the other. Each end says how much it has taken, so that a fast writer waits for a slow
 * reader.
 *
 * ```js
 * const { port1, port2 } = new MessageChannel();
 * worker.postMessage(port2, [port2]);
 * socket.connect_to_stream(new MessagePortStream(port1));
 * ```
 *
 * @addition
 */
export class MessagePortStream extends StreamPeerExtension {
  readonly #port: MessagePortLike;
  #chunks: Uint8Array[] = [];
  #available = 0;
  #hasEnded = false;
  #isClosed = false;
  /** Bytes that were sent, and not taken at the other end as far as is known. */
  #underway = 0;

  constructor(port: MessagePortLike) {
    super();
    this.#port = port;
    port.addEventListener('message', ({ data }) => this.#hear(data));
    port.start?.();
  }

  override _get_available_bytes(): int32 {
    return this.#available;
  }

  override _get_partial_data(bytes: int32): [error: GodotError, bytes: Uint8Array] {
    const [first] = this.#chunks;
    if (first === undefined) return [this.#hasEnded ? ERR_FILE_EOF : OK, NOTHING];
    const part = first.subarray(0, bytes);
    if (part.length === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(bytes);
    this.#available -= part.length;
    if (!this.#isClosed) this.#port.postMessage(part.length);
    return [OK, part];
  }

  override _put_partial_data(data: Uint8Array): [error: GodotError, sent: int32] {
    if (this.#isClosed) return [ERR_FILE_EOF, 0];
    const room = MOST_UNDERWAY - this.#underway;
    if (room <= 0) return [ERR_UNAVAILABLE, 0];
    const part = data.slice(0, room); // the game's memory stays the game's
    this.#underway += part.length;
    this.#port.postMessage(part);
    return [OK, part.length];
  }

  override _has_ended(): boolean {
    return this.#hasEnded;
  }

  override _disconnect_from_stream(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#port.postMessage(null);
    this.#port.close();
  }

  override free(): void {
    this._disconnect_from_stream();
  }

  /** Bytes; a number: so many of them were taken; null: the other end is gone. */
  #hear(data: unknown): void {
    if (typeof data === 'number') this.#underway -= data;
    else if (data === null) this.#hasEnded = true;
    else {
      const bytes = requireBytes('message', data);
      if (bytes.length === 0) return;
      this.#chunks.push(bytes);
      this.#available += bytes.length;
    }
    this.notify_activity();
  }
}
