// Godot's StreamPeer: what all byte streams have in common. Where the bytes come from is the subclasses' business.

import { requireBool, requireBytes, requireInt } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { StreamPeerInfo } from '../binding/class-infos.generated.js';
import { printError } from '../binding/error-handler.js';
import { ERR_OUT_OF_MEMORY, ERR_UNAVAILABLE, type GodotError, OK } from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { Bytes, int32, OwnBytes } from '../binding/types.js';
import { BYTE_STREAM, type ByteStream } from '../transport/byte-stream.js';
import { StreamPeerNumbers } from './stream-peer-numbers.js';

/** Result of a read: an error code and the bytes. */
export type ReadResult = [error: number, bytes: OwnBytes];
/** Result of a partial write: an error code and the number of bytes taken. */
export type WriteResult = [error: number, sent: number];

export const NO_BYTES: OwnBytes = new Uint8Array(0);

/**
 * A stream of bytes.
 *
 * Abstract: use StreamPeerTCP, StreamPeerUDS, StreamPeerTLS or StreamPeerBuffer, or write your own as a
 * StreamPeerExtension. Numbers go and come as their bytes, in the order that `big_endian` says; strings and variables
 * behind the number of their bytes. Nothing in the stream says what it is: take what was put, in the same order.
 */
export abstract class StreamPeer extends StreamPeerNumbers {
  #bigEndian = false;

  override [CLASS_INFO](): ClassInfo {
    return StreamPeerInfo();
  }

  /**
   * Whether numbers are written and read with their most significant byte first; `false` at the start.
   *
   * @getter is_big_endian_enabled
   */
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
  put_data(data: Bytes): GodotError {
    const bytes = requireBytes('data', data);
    return bytes.length === 0 ? OK : this.putBytes(bytes);
  }

  /**
   * Sends as much of `data` as the stream takes without waiting.
   *
   * Returns an error code and the number of bytes taken, which is 0 while many earlier ones still wait to leave.
   */
  put_partial_data(data: Bytes): WriteResult {
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
  get_data(bytes: int32): ReadResult {
    if (!this.#checkCount('get_data', bytes)) return [ERR_OUT_OF_MEMORY, NO_BYTES];
    const [error, taken] = this.getBytes(bytes);
    if (error === OK || error === ERR_UNAVAILABLE) return [error, taken];
    const padded = new Uint8Array(bytes);
    padded.set(taken);
    return [error, padded];
  }

  /** Takes at most `bytes` bytes, as many as are there. Returns an error code and the bytes. */
  get_partial_data(bytes: int32): ReadResult {
    return this.#checkCount('get_partial_data', bytes) ? this.getSomeBytes(bytes) : [ERR_OUT_OF_MEMORY, NO_BYTES];
  }

  /**
   * Number of bytes that can be taken now.
   *
   * @const
   */
  abstract get_available_bytes(): int32;

  /** The stream underneath, for the one that takes it over; null where there is none. */
  [BYTE_STREAM](): ByteStream | null {
    return null;
  }

  // Never called with nothing to send, or with a negative count.
  protected abstract putBytes(bytes: Uint8Array): number;
  protected abstract putSomeBytes(bytes: Uint8Array): WriteResult;
  /** On an error fewer bytes than asked for, which are gone; none on ERR_UNAVAILABLE. */
  protected abstract getBytes(count: number): ReadResult;
  protected abstract getSomeBytes(count: number): ReadResult;

  protected override putExactly(bytes: Uint8Array): void {
    this.putBytes(bytes);
  }

  protected override takeExactly(count: number): Uint8Array | number {
    const [error, bytes] = this.getBytes(count);
    return error === OK ? bytes : error;
  }

  #checkCount(method: string, count: number): boolean {
    if (requireInt('bytes', count) >= 0 && count <= 0x7fff_ffff) return true;
    printError(`${method}: bytes must be 0 to 2147483647, got ${count}`, this);
    return false;
  }
}
