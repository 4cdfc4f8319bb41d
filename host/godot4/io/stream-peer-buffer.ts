// Godot's StreamPeerBuffer: a stream over an array of bytes with a position.

import { requireBytes, requireInt } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { StreamPeerBufferInfo } from '../../binding/class-infos.generated.js';
import { printError } from '../../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { Bytes, int32 } from '../../binding/types.js';
import { ownedCopy } from '../../bytes.js';
import { type ReadResult, StreamPeer, type WriteResult } from './stream-peer.js';

const NOTHING = new Uint8Array(0);
const LARGEST = 0x7fff_ffff;

/**
 * A stream of bytes in memory.
 *
 * Writing overwrites bytes at the position, moves it on, and extends the buffer at its end; reading starts at the
 * position. Set `data_array` or put something, `seek(0)`, and take it again. When fewer bytes are left than a method
 * takes, those are taken, and it returns 0, '' or null.
 */
export class StreamPeerBuffer extends StreamPeer {
  /** The buffer, of which the first `#size` bytes are used. */
  #bytes: Uint8Array<ArrayBuffer> = NOTHING;
  #size = 0;
  #position = 0;

  override [CLASS_INFO](): ClassInfo {
    return StreamPeerBufferInfo();
  }

  /** A copy of all bytes; setting it copies the bytes and moves to the beginning. */
  get data_array(): Uint8Array {
    return this.get_data_array();
  }
  set data_array(data: Bytes) {
    this.set_data_array(data);
  }
  /** @const */
  get_data_array(): Uint8Array {
    return ownedCopy(this.#bytes.subarray(0, this.#size));
  }
  set_data_array(data: Bytes): void {
    this.#bytes = ownedCopy(requireBytes('data', data));
    this.#size = this.#bytes.length;
    this.#position = 0;
  }

  /** Moves to `position`, from 0 to the size; otherwise a message is printed and the position stays. */
  seek(position: int32): void {
    if (requireInt('position', position) >= 0 && position <= this.#size) this.#position = position;
    else printError(`seek: position must be 0 to ${this.#size}, got ${position}`, this);
  }

  /**
   * Number of bytes in the buffer.
   *
   * @const
   */
  get_size(): int32 {
    return this.#size;
  }

  /**
   * Where the next byte is read or written, counted from 0.
   *
   * @const
   */
  get_position(): int32 {
    return this.#position;
  }

  /** Cuts the buffer or extends it with zeros to `size` bytes. The position stays, even beyond the end. */
  resize(size: int32): void {
    if (requireInt('size', size) < 0 || size > LARGEST) {
      printError(`resize: size must be 0 to ${LARGEST}, got ${size}`, this);
      return;
    }
    if (size < this.#size) this.#bytes.fill(0, size, this.#size);
    this.#makeRoom(size);
    this.#size = size;
  }

  /** Drops all bytes and moves to the beginning. */
  clear(): void {
    this.#bytes = NOTHING;
    this.#size = 0;
    this.#position = 0;
  }

  /**
   * A new buffer with a copy of the bytes, positioned at the beginning.
   *
   * @const
   */
  duplicate(): StreamPeerBuffer {
    const copy = new StreamPeerBuffer();
    copy.set_data_array(this.get_data_array());
    return copy;
  }

  /**
   * Number of bytes after the position; below 0 when `resize` has cut off the position.
   *
   * @const
   */
  override get_available_bytes(): int32 {
    return this.#size - this.#position;
  }

  protected override putBytes(bytes: Uint8Array): GodotError {
    const end = this.#position + bytes.length;
    this.#makeRoom(end);
    this.#bytes.set(bytes, this.#position);
    this.#size = Math.max(this.#size, end);
    this.#position = end;
    return OK;
  }

  protected override putSomeBytes(bytes: Uint8Array): WriteResult {
    return [this.putBytes(bytes), bytes.length];
  }

  /** Beyond the end, an error is returned and the remaining bytes are dropped, as in the engine. */
  protected override getBytes(count: number): ReadResult {
    const taken = this.#take(count);
    return [taken.length === count ? OK : ERR_INVALID_PARAMETER, taken];
  }

  protected override getSomeBytes(count: number): ReadResult {
    return [OK, this.#take(count)];
  }

  protected override peekBytes(count: number): Uint8Array | null {
    if (this.get_available_bytes() < count) return null;
    return ownedCopy(this.#bytes.subarray(this.#position, this.#position + count));
  }

  #take(limit: number): Uint8Array<ArrayBuffer> {
    const count = Math.max(0, Math.min(limit, this.get_available_bytes()));
    const taken = ownedCopy(this.#bytes.subarray(this.#position, this.#position + count));
    this.#position += count;
    return taken;
  }

  /** Reserves `size` bytes, filled with zeros; at least doubles the buffer, so that growing is cheap. */
  #makeRoom(size: number): void {
    if (size <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(size, this.#bytes.length * 2, 64));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }
}
