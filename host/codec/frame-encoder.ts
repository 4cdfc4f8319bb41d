// Outgoing frames of one connection, collected until they leave in one write. Frames are built in the core's out
// arena, which serves one encoder at a time; whoever needs it next evicts the frames of the one before.
import {
  ENCODE_CHECK_UTF8,
  ENCODE_FIN,
  ENCODE_MASKED,
  ENCODE_NEEDS_KEYS,
  MAX_HEADER_SIZE,
  OPCODE_TEXT,
  OUT_SIZE,
  UTF8_INVALID,
  UTF8_START,
  WINDOW_SIZE,
} from '../../assembly/abi.js';
import type { Core, OutOwner } from './core.js';

/** Longest payload that goes through the arena; a longer one gets a buffer of its own. */
const ARENA_PAYLOAD = 16384;
/** Up to here a loop is quicker than a call. */
const SMALL = 32;
/** Buffers of this size are used again and again for what leaves the arena. */
const BATCH_SIZE = 65536;
const MAX_SPARES = 16;

const spares: Uint8Array[] = [];
const utf8 = new TextEncoder();

export class FrameEncoder implements OutOwner {
  readonly #core: Core;
  readonly #masked: boolean;
  /** Frames that left the arena, in order. */
  #pieces: Uint8Array[] = [];
  /** The reused buffer among the pieces taken last, or null. */
  #batch: Uint8Array | null = null;
  /** Bytes of frames in the arena, while it is this encoder's. */
  #used = 0;

  constructor(core: Core, masked: boolean) {
    this.#core = core;
    this.#masked = masked;
  }

  get isEmpty(): boolean {
    return this.#used === 0 && this.#pieces.length === 0;
  }

  /** Adds one frame with FIN; false, and nothing added, when `check` is set and the payload is not UTF-8. */
  add(opcode: number, payload: Uint8Array, check: boolean): boolean {
    const length = payload.length;
    if (length > ARENA_PAYLOAD) return this.#addLarge(opcode, payload, check);
    const at = this.#reserve(length + MAX_HEADER_SIZE);
    const out = this.#core.out;
    const place = at + MAX_HEADER_SIZE;
    if (length > SMALL) out.set(payload, place);
    else for (let i = 0; i < length; i += 1) out[place + i] = payload[i];
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
    const place = at + MAX_HEADER_SIZE;
    let ascii = 0;
    if (length <= SMALL) {
      for (; ascii < length; ascii += 1) {
        const unit = text.charCodeAt(ascii);
        if (unit > 127) break;
        out[place + ascii] = unit;
      }
    }
    const size = ascii === length ? length : utf8.encodeInto(text, out.subarray(place, place + length * 3)).written;
    this.#encode(at, size, OPCODE_TEXT, false);
    return size;
  }

  /** Adds bytes as they are: the handshake, or a frame that goes to many. They must not change until they have left. */
  addRaw(bytes: Uint8Array): void {
    this.evict();
    this.#pieces.push(bytes);
  }

  /** Takes everything that was added, in order; say `recycle` once nobody reads it any more, and before the next `take`. */
  take(): readonly Uint8Array[] {
    const used = this.#used;
    if (used > 0) {
      const frames = this.#core.out.subarray(0, used);
      this.#used = 0;
      if (used <= BATCH_SIZE) {
        const batch = spares.pop() ?? new Uint8Array(BATCH_SIZE);
        batch.set(frames);
        this.#pieces.push(batch.subarray(0, used));
        this.#batch = batch;
      } else {
        this.#pieces.push(frames.slice());
      }
    }
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  /** Nobody reads what `take` returned last any more. */
  recycle(): void {
    if (this.#batch !== null && spares.length < MAX_SPARES) spares.push(this.#batch);
    this.#batch = null;
  }

  /** Drops everything that was added. */
  clear(): void {
    this.#pieces = [];
    this.#used = 0;
    this.#batch = null; // whoever was given it may still read it
    if (this.#core.outOwner === this) this.#core.outOwner = null;
  }

  /** Frees the arena in the middle of a turn: what may be many connections' few bytes gets no more room than it needs. */
  evict(): void {
    const used = this.#used;
    if (used === 0) return;
    this.#used = 0;
    this.#pieces.push(this.#core.out.slice(0, used));
  }

  /** Room for `size` more bytes in the arena; returns where they go. */
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
    const flags = (this.#masked ? ENCODE_MASKED : 0) | (check ? ENCODE_CHECK_UTF8 : 0);
    let size = this.#core.wasm.encode(at, length, ENCODE_FIN | opcode, flags);
    if (size === ENCODE_NEEDS_KEYS) {
      this.#core.refillKeys();
      size = this.#core.wasm.encode(at, length, ENCODE_FIN | opcode, flags);
    }
    if (size <= 0) return false;
    this.#used = at + size;
    return true;
  }

  /** A frame in a buffer of its own: header, then the payload by windows. */
  #addLarge(opcode: number, payload: Uint8Array, check: boolean): boolean {
    const { wasm, out, window } = this.#core;
    const masked = this.#masked;
    const length = payload.length;
    let key = masked ? this.#core.freshKey() : 0;
    if (check && !this.#isUtf8(payload)) return false;
    const at = this.#reserve(MAX_HEADER_SIZE);
    const headerSize = wasm.header(at, length, ENCODE_FIN | opcode, masked ? 1 : 0, key);
    const frame = new Uint8Array(headerSize + length);
    for (let i = 0; i < headerSize; i += 1) frame[i] = out[at + i];
    if (masked) {
      for (let start = 0; start < length; start += WINDOW_SIZE) {
        const size = Math.min(WINDOW_SIZE, length - start);
        window.set(payload.subarray(start, start + size));
        key = wasm.mask(size, key);
        frame.set(size === WINDOW_SIZE ? window : window.subarray(0, size), headerSize + start);
      }
    } else {
      frame.set(payload, headerSize);
    }
    this.evict();
    this.#pieces.push(frame);
    return true;
  }

  #isUtf8(payload: Uint8Array): boolean {
    const { wasm, window } = this.#core;
    let state = UTF8_START;
    for (let start = 0; start < payload.length; start += WINDOW_SIZE) {
      const size = Math.min(WINDOW_SIZE, payload.length - start);
      window.set(payload.subarray(start, start + size));
      state = wasm.validate(size, state, start + size === payload.length ? 1 : 0);
      if (state === UTF8_INVALID) return false;
    }
    return true;
  }
}
