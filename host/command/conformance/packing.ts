// Messages compressed and inflated as both sides have agreed (RFC 7692 §7.2): the suite's own by zlib, the other side's by
// the strict inflater.
import { constants, deflateRawSync } from 'node:zlib';
import type { Half } from './deflate-terms.js';
import { inflateMessage } from './inflater.js';

const NOTHING = Buffer.alloc(0);
const TAIL_SIZE = 4;
/** zlib has no raw window of 8 bits; with 9 it goes 250 bytes back at most. */
const LEAST_BITS = 9;

interface PackOptions {
  readonly bits?: number;
  /** Of zlib; its own choice unless told. */
  readonly strategy?: number;
  readonly level?: number;
  readonly history?: Uint8Array;
}

/** The payload of a compressed message (§7.2.1). */
export function pack(bytes: Uint8Array, { bits = 15, history = NOTHING, ...rest }: PackOptions = {}): Buffer {
  const window = { windowBits: Math.max(bits, LEAST_BITS), finishFlush: constants.Z_SYNC_FLUSH };
  const known = history.length === 0 ? {} : { dictionary: history };
  const packed = deflateRawSync(bytes, { ...window, ...known, ...rest });
  return packed.subarray(0, packed.length - TAIL_SIZE);
}

/** The last bytes of all messages, as many as fit a window. */
class Context {
  readonly #half: Half;
  bytes: Buffer = NOTHING;

  constructor(half: Half) {
    this.#half = half;
  }

  get window(): number {
    return 1 << this.#half.bits;
  }

  add(message: Uint8Array): void {
    if (!this.#half.keepsContext) return;
    this.bytes = Buffer.concat([this.bytes, message]).subarray(-this.window);
  }
}

/** Compresses the suite's messages, one after the other. */
export class Packer {
  readonly #half: Half;
  readonly #context: Context;

  constructor(half: Half) {
    this.#half = half;
    this.#context = new Context(half);
  }

  pack(message: Uint8Array): Buffer {
    const packed = pack(message, { bits: this.#half.bits, history: this.#context.bytes });
    this.#context.add(message);
    return packed;
  }
}

/** Inflates the other side's messages. */
export class Unpacker {
  readonly #context: Context;

  constructor(half: Half) {
    this.#context = new Context(half);
  }

  /** Throws what is wrong about the message. */
  unpack(payload: Uint8Array): Buffer {
    const message = inflateMessage(payload, this.#context.bytes, this.#context.window);
    this.#context.add(message);
    return message;
  }
}
