// Godot's StreamPeer: what all byte streams have in common. Where the bytes come from is the subclasses' business.
import { requireBool, requireBytes, requireInt } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import { ERR_OUT_OF_MEMORY, OK } from '../binding/errors.js';
import { RefCounted } from '../binding/ref-counted.js';
import { BYTE_STREAM, type ByteStream } from '../transport/byte-stream.js';

/** Result of a read: an error code and the bytes. */
export type ReadResult = [error: number, bytes: Uint8Array<ArrayBuffer>];
/** Result of a partial write: an error code and the number of bytes taken. */
export type WriteResult = [error: number, sent: number];

export const NO_BYTES = new Uint8Array(0);

/**
 * A stream of bytes.
 *
 * Abstract: use StreamPeerTCP or StreamPeerTLS.
 */
export abstract class StreamPeer extends RefCounted {
  #bigEndian = false;

  /** Whether numbers are written and read with their most significant byte first; `false` at the start. */
  get big_endian(): boolean {
    return this.#bigEndian;
  }

  set big_endian(enable: boolean) {
    this.set_big_endian(enable);
  }

  set_big_endian(enable: boolean): void {
    this.#bigEndian = requireBool('enable', enable);
  }

  is_big_endian_enabled(): boolean {
    return this.#bigEndian;
  }

  /**
   * Sends all of `data`.
   *
   * The bytes are copied before the call returns. Returns OK, or an error when the stream can't take them; no bytes
   * at all are always OK.
   *
   * **Note:** Godot blocks until the network has taken the bytes. Here they are queued and the call returns at once;
   * while more than 16 MiB wait, it returns ERR_OUT_OF_MEMORY and takes nothing.
   */
  put_data(data: Uint8Array | ArrayBufferView | ArrayBufferLike): number {
    const bytes = requireBytes('data', data);
    return bytes.length === 0 ? OK : this.putBytes(bytes);
  }

  /**
   * Sends as much of `data` as the stream takes without waiting.
   *
   * Returns an error code and the number of bytes taken, which is 0 while many earlier ones still wait to leave.
   */
  put_partial_data(data: Uint8Array | ArrayBufferView | ArrayBufferLike): WriteResult {
    const bytes = requireBytes('data', data);
    return bytes.length === 0 ? [OK, 0] : this.putSomeBytes(bytes);
  }

  /**
   * Takes exactly `bytes` bytes.
   *
   * Returns an error code and the bytes. When the stream ends before that many have come, the error says so and
   * zeros stand in for what is missing.
   *
   * **Note:** Godot blocks until the bytes are there. Here a call that comes too early returns ERR_UNAVAILABLE and
   * no bytes; what has come stays in the stream for a later call.
   */
  get_data(bytes: number): ReadResult {
    return this.#checkCount('get_data', bytes) ? this.getBytes(bytes) : [ERR_OUT_OF_MEMORY, NO_BYTES];
  }

  /** Takes at most `bytes` bytes, as many as are there. Returns an error code and the bytes. */
  get_partial_data(bytes: number): ReadResult {
    return this.#checkCount('get_partial_data', bytes) ? this.getSomeBytes(bytes) : [ERR_OUT_OF_MEMORY, NO_BYTES];
  }

  /** Number of bytes that can be taken now. */
  abstract get_available_bytes(): number;

  /** The stream underneath, for the one that takes it over; null where there is none. */
  [BYTE_STREAM](): ByteStream | null {
    return null;
  }

  // Never called with nothing to send, or with a negative count.
  protected abstract putBytes(bytes: Uint8Array): number;
  protected abstract putSomeBytes(bytes: Uint8Array): WriteResult;
  protected abstract getBytes(count: number): ReadResult;
  protected abstract getSomeBytes(count: number): ReadResult;

  #checkCount(method: string, count: number): boolean {
    if (requireInt('bytes', count) >= 0 && count <= 0x7fff_ffff) return true;
    printError(`${method}: bytes must be 0 to 2147483647, got ${count}`);
    return false;
  }
}
