// A stream over the two ends of a MessageChannel, in pages, workers and Node's threads.

import { printError } from '../binding/error-handler.js';
import { ERR_FILE_EOF, ERR_UNAVAILABLE, type GodotError, OK } from '../binding/errors.js';
import type { int32 } from '../binding/types.js';
import { ownedCopy } from '../bytes.js';
import { StreamPeerExtension } from '../godot4/io/stream-peer-extension.js';
import { ByteQueue } from '../transport/byte-queue.js';
import type { MessagePortLike } from '../transport/message-port.js';

/** Number of unacknowledged bytes at which writes take nothing, like the size of a socket's buffer. */
const MOST_UNDERWAY = 1 << 20;

/**
 * A StreamPeer over a MessagePort.
 *
 * Both ends of a MessageChannel become one of these, in two threads or in one; `WebSocketPeer.accept_stream` runs over
 * one, `connect_to_stream` over the other. Each end acknowledges what it has read, so that a fast writer waits for a
 * slow reader: at most 1 MiB is unread, and an end that sends more is cut off. `free` ends the stream, and so does the end of the other thread where the
 * runtime reports it (Node, Deno, and Chromium from 122 on).
 *
 * ```js
 * const { port1, port2 } = new MessageChannel();
 * worker.postMessage(port2, [port2]);
 * socket.connect_to_stream(new MessagePortStream(port1));
 * ```
 *
 * **Note:** the port belongs to the stream, whose other end must be a MessagePortStream, too: any other message ends
 * the stream, closes the port and is reported. What came before can still be read.
 *
 * @addition
 */
export class MessagePortStream extends StreamPeerExtension {
  readonly #port: MessagePortLike;
  readonly #arrived = new ByteQueue();
  /** The other end has closed; bytes that arrived before can still be read. */
  #hasEnded = false;
  #isClosed = false;
  /** Bytes sent and not acknowledged. */
  #underway = 0;

  constructor(port: MessagePortLike) {
    super();
    this.#port = port;
    port.addEventListener('message', ({ data }) => this.#hear(data));
    port.addEventListener('messageerror', () => this.#break('a message that can not be read'));
    port.addEventListener('close', () => this.#end());
    port.start?.();
  }

  override _get_available_bytes(): int32 {
    return this.#arrived.length;
  }

  override _get_partial_data(bytes: int32): [error: GodotError, bytes: Uint8Array] {
    const part = this.#arrived.take(bytes);
    if (part.length > 0 && !this.#hasEnded && !this.#isClosed) this.#port.postMessage(part.length);
    if (part.length > 0 || bytes === 0) return [OK, part];
    return [this.#hasEnded ? ERR_FILE_EOF : ERR_UNAVAILABLE, part];
  }

  override _put_partial_data(data: Uint8Array): [error: GodotError, sent: int32] {
    if (this.#isClosed) return [ERR_FILE_EOF, 0];
    if (this.#hasEnded) return [OK, data.length]; // like a socket whose reset has not arrived yet
    const sent = Math.min(data.length, MOST_UNDERWAY - this.#underway);
    if (sent <= 0) return [data.length === 0 ? OK : ERR_UNAVAILABLE, 0];
    const part = ownedCopy(data.subarray(0, sent)); // the copy is transferred, the caller keeps its bytes
    this.#underway += sent;
    this.#port.postMessage(part, [part.buffer as never]);
    return [OK, sent];
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
    super.free();
  }

  /** Handles a message: bytes; a number, to acknowledge as many; null, when the other end has closed. */
  #hear(data: unknown): void {
    if (this.#isClosed || this.#hasEnded) return;
    if (data === null) this.#end();
    else if (data instanceof Uint8Array && data.length > 0) this.#receive(data);
    else if (Number.isInteger(data) && (data as number) > 0 && (data as number) <= this.#underway) {
      this.#makeRoom(data as number);
    } else this.#break(`a message that is none of another MessagePortStream (${typeof data})`);
  }

  #receive(bytes: Uint8Array): void {
    const unread = this.#arrived.length + bytes.length;
    if (unread > MOST_UNDERWAY) {
      this.#break(`${unread} bytes that are not acknowledged (at most ${MOST_UNDERWAY})`);
      return;
    }
    this.#arrived.push(bytes);
    this.notify_activity();
  }

  #makeRoom(taken: number): void {
    this.#underway -= taken;
    this.notify_activity();
  }

  #end(): void {
    if (this.#hasEnded || this.#isClosed) return;
    this.#hasEnded = true;
    this.notify_activity();
  }

  /** Behind a message that is lost, nothing makes sense: the stream ends there. */
  #break(why: string): void {
    if (this.#hasEnded || this.#isClosed) return;
    printError(`MessagePortStream: the port gave ${why}; the stream ends`, this);
    this.#end();
    this.#port.close(); // whatever else is sent is not kept
  }
}
