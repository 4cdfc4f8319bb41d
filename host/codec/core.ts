// One instance of the core: its exports, typed, and views of its memory. No other file knows addresses in linear
// memory; the values are defined in ../../assembly/abi.ts.

import { KEYS_SIZE, MAX_HEADER_SIZE, OUT_SIZE, RECORD_WORDS, SESSION_SIZE, WINDOW_SIZE } from '../../assembly/abi.js';
import type { OwnBytes } from '../bytes.js';

/**
 * `WebAssembly.Memory`, as far as it is used here: the declarations must also compile where `WebAssembly` is
 * undeclared.
 */
export interface CoreMemory {
  readonly buffer: ArrayBuffer;
}

/** `WebAssembly.Global`, likewise; here always an i32. */
export interface CoreGlobal {
  readonly value: number;
}

/** What the module exports (assembly/exports.json is checked against it by the build and a test). */
export interface CoreExports {
  readonly memory: CoreMemory;
  readonly SIMD: CoreGlobal;
  readonly FRAMES: CoreGlobal;
  readonly SESSION: CoreGlobal;
  readonly CONTROL: CoreGlobal;
  readonly HEADER: CoreGlobal;
  readonly KEYS: CoreGlobal;
  readonly RECORDS: CoreGlobal;
  readonly WINDOW: CoreGlobal;
  readonly OUT: CoreGlobal;
  decode(length: number, role: number, limit: number, maxFragments: number): number;
  reset(): void;
  encode(at: number, length: number, first: number, flags: number): number;
  header(length: number, first: number, masked: number, key: number): number;
  rekey(): void;
  hasKey(): number;
  drawKey(): number;
  mask(length: number, key: number): number;
  validate(length: number, state: number, final: number): number;
}

/** The decoder whose state is in the core's session. */
export interface SessionOwner {
  /** Saves its state from the session, which another decoder needs. */
  park(): void;
}

/** The encoder whose frames are in the core's out arena. */
export interface OutOwner {
  /** Copies its frames out of the arena, which another encoder needs. */
  evict(): void;
}

/**
 * Most outside bytes that go through the window at once, and the size of the pieces when there are more: source and
 * window then stay in the processor's first-level cache.
 */
export const MOST_AT_ONCE = 16384;
export const PIECE = 8192;

/** Most cached views of the window; a power of two. */
const PARTS = 1024;

export class Core {
  readonly wasm: CoreExports;
  readonly memory: Uint8Array;
  /** Input to decode, mask or validate: the size of one socket read. */
  readonly window: Uint8Array;
  /** Where `window` starts in `memory`; records carry addresses of `memory`. */
  readonly windowAddress: number;
  /** A header that `wasm.header` wrote. */
  readonly header: Uint8Array;
  /** Where frames to send are built. */
  readonly out: Uint8Array;
  /** Records of the last decode call, two words each. */
  readonly records: Int32Array;
  readonly session: Uint8Array;
  readonly sessionWords: Int32Array;
  /** One word: the number of frame headers that `decode` has read, of all connections; wraps around. */
  readonly frames: Uint32Array;
  readonly simd: boolean;
  sessionOwner: SessionOwner | null = null;
  outOwner: OutOwner | null = null;
  readonly #keys: Uint8Array;
  /** Views that `windowPart` made, each at its length modulo PARTS. */
  readonly #parts: Uint8Array[];

  /** `wasm` is what an instance of the module exports. */
  constructor(wasm: CoreExports) {
    const buffer = wasm.memory.buffer;
    const at = (address: CoreGlobal): number => address.value;
    this.wasm = wasm;
    this.memory = new Uint8Array(buffer);
    this.windowAddress = at(wasm.WINDOW);
    this.window = new Uint8Array(buffer, at(wasm.WINDOW), WINDOW_SIZE);
    this.header = new Uint8Array(buffer, at(wasm.HEADER), MAX_HEADER_SIZE);
    this.out = new Uint8Array(buffer, at(wasm.OUT), OUT_SIZE);
    this.records = new Int32Array(buffer, at(wasm.RECORDS), (WINDOW_SIZE / 2 + 4) * RECORD_WORDS);
    this.session = new Uint8Array(buffer, at(wasm.SESSION), SESSION_SIZE);
    this.sessionWords = new Int32Array(buffer, at(wasm.SESSION), SESSION_SIZE / 4);
    this.frames = new Uint32Array(buffer, at(wasm.FRAMES), 1);
    this.simd = at(wasm.SIMD) === 1;
    this.#parts = new Array<Uint8Array>(PARTS).fill(this.window);
    this.#keys = new Uint8Array(buffer, at(wasm.KEYS), KEYS_SIZE);
  }

  /** A fresh mask key, as a little-endian word (RFC 6455 §5.3, §10.3). */
  freshKey(): number {
    if (this.wasm.hasKey() === 0) this.refillKeys();
    return this.wasm.drawKey();
  }

  /** The first `length` bytes of the window: a cached view, since making one costs more than masking 1 KiB. */
  windowPart(length: number): Uint8Array {
    const slot = length % PARTS;
    const part = this.#parts[slot] as Uint8Array;
    if (part.length === length) return part;
    const made = this.window.subarray(0, length);
    this.#parts[slot] = made;
    return made;
  }

  /** A copy of linear memory between two addresses. */
  copy(start: number, end: number): OwnBytes {
    return this.memory.slice(start, end) as OwnBytes; // one call less than a copy of a view
  }

  refillKeys(): void {
    globalThis.crypto.getRandomValues(this.#keys);
    this.wasm.rekey();
  }
}
