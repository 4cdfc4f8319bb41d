// Outgoing frames of one connection, collected for one write. Frames that need the core (masked, or to be checked) are
// built in its out arena, which serves one encoder at a time: the next encoder that needs it evicts these frames. All
// others are built directly in the buffer that is sent.

import {
  ENCODE_CHECK_UTF8,
  ENCODE_FIN,
  ENCODE_MASKED,
  ENCODE_NEEDS_KEYS,
  MAX_HEADER_SIZE,
  OPCODE_TEXT,
  OUT_SIZE,
  UTF8_START,
} from '../../assembly/abi.js';
import { ownedCopy } from '../bytes.js';
import { giveBatch, loseBatch, takeBatch } from './batch-pool.js';
import type { Core, OutOwner } from './core.js';
import { maskBytes } from './masker.js';
import { validateBytes } from './validator.js';

/** Longest payload that is built in the core's out arena. */
const ARENA_PAYLOAD = 16384;
/** Longest text that is encoded by a loop, which is faster than a call. */
const SMALL = 32;

/** Shared empty list: an idle connection allocates none. */
const NONE: Uint8Array[] = [];

const utf8 = new TextEncoder();

export class FrameEncoder implements OutOwner {
  readonly #core: Core;
  /** Whether this is a client's. */
  readonly masked: boolean;
  /** Bytes of this encoder's frames in the core's out arena; they follow all pieces. */
  #used = 0;
  /** Frames outside of the core's out arena, in order. */
  #pieces = NONE;
  /** The buffer being filled: its bytes from `#open` to `#filled` are not a piece yet. */
  #batch: Uint8Array | null = null;
  #open = 0;
  #filled = 0;
  /** Pool buffers of the current pieces, and of those that `take` returned last. */
  #batches = NONE;
  #taken = NONE;

  constructor(core: Core, masked: boolean) {
    this.#core = core;
    this.masked = masked;
  }

  get isEmpty(): boolean {
    return this.#used === 0 && this.#filled === this.#open && this.#pieces.length === 0;
  }

  /** Adds one frame with FIN; false, and nothing added, when `check` is set and the payload is not UTF-8. */
  add(opcode: number, payload: Uint8Array, check: boolean): boolean {
    const length = payload.length;
    if (length > ARENA_PAYLOAD) {
      if (check && validateBytes(this.#core, payload, UTF8_START, true) !== UTF8_START) return false;
      this.#addDirect(opcode, payload);
      return true;
    }
    if (!this.masked && !check) {
      this.#addDirect(opcode, payload);
      return true;
    }
    const at = this.#reserve(length + MAX_HEADER_SIZE);
    this.#core.out.set(payload, at + headerSize(length, this.masked));
    return this.#encode(at, length, opcode, check);
  }

  /** Adds a text frame, lone surrogates as U+FFFD; returns the payload's bytes. */
  addText(text: string): number {
    const length = text.length;
    if (length * 3 > ARENA_PAYLOAD) {
      const payload = utf8.encode(text);
      this.add(OPCODE_TEXT, payload, false);
      return payload.length;
    }
    const at = this.#reserve(length * 3 + MAX_HEADER_SIZE);
    const out = this.#core.out;
    const place = at + headerSize(length, this.masked); // correct if the text is ASCII
    let ascii = 0;
    if (length <= SMALL) {
      for (; ascii < length; ascii += 1) {
        const unit = text.charCodeAt(ascii);
        if (unit > 127) break;
        out[place + ascii] = unit;
      }
    }
    const size = ascii === length ? length : utf8.encodeInto(text, out.subarray(place, place + length * 3)).written;
    const rightPlace = at + headerSize(size, this.masked);
    if (rightPlace !== place) out.copyWithin(rightPlace, place, place + size);
    this.#encode(at, size, OPCODE_TEXT, false);
    return size;
  }

  /** Adds bytes as they are: the handshake, or a frame that goes to many. They must not change until they are sent. */
  addRaw(bytes: Uint8Array): void {
    this.evict();
    this.#closePiece();
    this.#pieces = added(this.#pieces, bytes);
  }

  /** Takes everything that was added, in order; call `recycle` once nothing reads it any more. */
  take(): readonly Uint8Array[] {
    const used = this.#used;
    if (used > 0) {
      this.#used = 0;
      const at = this.#grow(used);
      (this.#batch as Uint8Array).set(this.#core.out.subarray(0, used), at);
    }
    this.#closePiece();
    const pieces = this.#pieces;
    this.#pieces = NONE;
    this.#taken = this.#taken === NONE ? this.#batches : [...this.#taken, ...this.#batches];
    this.#batches = NONE;
    this.#batch = null;
    this.#open = 0;
    this.#filled = 0;
    return pieces;
  }

  /** Returns the buffers of the last `take`, which nothing reads any more. */
  recycle(): void {
    for (const batch of this.#taken) giveBatch(batch);
    this.#taken = NONE;
  }

  /** Drops everything that was added. What was taken and not recycled may still be read. */
  clear(): void {
    for (const batch of this.#taken) loseBatch(batch);
    for (const batch of this.#batches) giveBatch(batch);
    this.#taken = NONE;
    this.#batches = NONE;
    this.#batch = null;
    this.#open = 0;
    this.#filled = 0;
    this.#pieces = NONE;
    this.#used = 0;
    if (this.#core.outOwner === this) this.#core.outOwner = null;
  }

  /**
   * Clears the core's out arena in the middle of a turn into a buffer of just the needed size: many connections may do
   * so.
   */
  evict(): void {
    const used = this.#used;
    if (used === 0) return;
    this.#used = 0;
    this.#closePiece();
    this.#pieces = added(this.#pieces, ownedCopy(this.#core.out.subarray(0, used)));
  }

  #closePiece(): void {
    if (this.#batch === null || this.#filled === this.#open) return;
    this.#pieces = added(this.#pieces, this.#batch.subarray(this.#open, this.#filled));
    this.#open = this.#filled;
  }

  /** Reserves `size` bytes in the buffer being filled; returns their offset. */
  #grow(size: number): number {
    if (this.#batch === null || this.#filled + size > this.#batch.length) {
      this.#closePiece();
      this.#batch = takeBatch(size);
      this.#batches = added(this.#batches, this.#batch);
      this.#open = 0;
      this.#filled = 0;
    }
    const at = this.#filled;
    this.#filled += size;
    return at;
  }

  /** Reserves `size` bytes in the core's out arena; returns their offset. */
  #reserve(size: number): number {
    const core = this.#core;
    if (core.outOwner !== this) {
      core.outOwner?.evict();
      core.outOwner = this;
    } else if (this.#used + size > OUT_SIZE) {
      this.evict();
    }
    return this.#used;
  }

  #encode(at: number, length: number, opcode: number, check: boolean): boolean {
    const flags = (this.masked ? ENCODE_MASKED : 0) | (check ? ENCODE_CHECK_UTF8 : 0);
    let size = this.#core.wasm.encode(at, length, ENCODE_FIN | opcode, flags);
    if (size === ENCODE_NEEDS_KEYS) {
      this.#core.refillKeys();
      size = this.#core.wasm.encode(at, length, ENCODE_FIN | opcode, flags);
    }
    if (size <= 0) return false;
    this.#used = at + size;
    return true;
  }

  /** Builds a frame in the buffer that is sent: the header, then the payload, masked if necessary. */
  #addDirect(opcode: number, payload: Uint8Array): void {
    this.evict();
    const { wasm, header } = this.#core;
    const length = payload.length;
    const key = this.masked ? this.#core.freshKey() : 0;
    const size = wasm.header(length, ENCODE_FIN | opcode, this.masked ? 1 : 0, key);
    const at = this.#grow(size + length);
    const batch = this.#batch as Uint8Array;
    for (let i = 0; i < size; i += 1) batch[at + i] = header[i] as number;
    if (this.masked) maskBytes(this.#core, payload, key, batch, at + size);
    else batch.set(payload, at + size);
  }
}

/**
 * Size of the header of RFC 6455 §5.2, as the core writes it. The core has its version, by a header's second byte,
 * because code for both compilers computes in floating point: with one function for both, `decode` of small frames
 * ran at 0.77 to 0.94 of its speed (five kinds of frames, 31 rounds, alternating with the former build).
 */
function headerSize(length: number, masked: boolean): number {
  return (length < 126 ? 2 : length < 65536 ? 4 : 10) + (masked ? 4 : 0);
}

/** Appends `item`: to `list` itself, or to a new list when `list` is the shared empty one. */
function added(list: Uint8Array[], item: Uint8Array): Uint8Array[] {
  if (list === NONE) return [item];
  list.push(item);
  return list;
}
