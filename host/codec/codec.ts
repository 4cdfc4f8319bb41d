// The public codec over one core: masker, UTF-8 validator, frame encoder. The message decoder is in message-decoder.ts.
import {
  ENCODE_FIN,
  OPCODE_BINARY,
  OPCODE_CLOSE,
  OPCODE_CONTINUATION,
  OPCODE_PING,
  OPCODE_PONG,
  OPCODE_TEXT,
  UTF8_INVALID,
  UTF8_START,
} from '../../assembly/abi.js';
import { requireBytes, requireKey } from './bytes.js';
import type { Core } from './core.js';
import { keyWord, maskBytes } from './masker.js';
import { createMessageDecoder, type MessageDecoderConstructor } from './message-decoder.js';
import { validateBytes } from './validator.js';

export type { DecoderEvent, DecoderOptions, MessageDecoder } from './message-decoder.js';

/** Fields of one frame. */
export interface FrameOptions {
  /** 'text', 'binary', 'close', 'ping', 'pong', 'continuation', or the number of RFC 6455 §5.2. */
  readonly opcode: keyof typeof OPCODES | number;
  readonly payload: Uint8Array;
  /** Whether it is the last frame of its message. Default true. */
  readonly fin?: boolean;
  /** Four bytes; the frame is masked when they are given. */
  readonly maskKey?: Uint8Array;
}

/** Checks a text that arrives in pieces. */
export interface Utf8Validator {
  /** Adds the next bytes; false as soon as no continuation can be valid. */
  write(bytes: Uint8Array): boolean;
  /** Ends the text; returns whether all of it was valid. */
  end(): boolean;
  /** Starts a new text. */
  reset(): void;
}

/** Masker, UTF-8 validator, frame decoder and encoder over one core; everything is synchronous. */
export interface Codec {
  /**
   * XORs `bytes` in place with `key`, four bytes, beginning at byte `phase` of the key (RFC 6455 §5.3).
   *
   * Throws a TypeError for other types, a RangeError for a key of another length or a phase that is no integer.
   */
  mask(bytes: Uint8Array, key: Uint8Array, phase?: number): void;
  /** Whether all of `bytes` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing cut). */
  isValidUtf8(bytes: Uint8Array): boolean;
  /** Makes one frame as a new array (RFC 6455 §5.2); masked when `maskKey`, four bytes, is given. */
  encodeFrame(options: FrameOptions): Uint8Array;
  /** Checks a text that arrives in pieces. */
  readonly Utf8Validator: new () => Utf8Validator;
  /** Turns the chunks of a stream into messages, control frames, and at most one fault. */
  readonly MessageDecoder: MessageDecoderConstructor;
  /** Which build of the core is in use: with vector instructions or without. */
  readonly backend: 'simd' | 'scalar';
}

const OPCODES = {
  continuation: OPCODE_CONTINUATION,
  text: OPCODE_TEXT,
  binary: OPCODE_BINARY,
  close: OPCODE_CLOSE,
  ping: OPCODE_PING,
  pong: OPCODE_PONG,
} as const;

function opcodeOf(opcode: FrameOptions['opcode']): number {
  const value = typeof opcode === 'number' ? opcode : OPCODES[opcode];
  if (Number.isInteger(value) && value >= 0 && value <= 15) return value;
  throw new RangeError(`opcode must be one of ${Object.keys(OPCODES).join(', ')} or 0 to 15, got ${String(opcode)}`);
}

/** One frame as a new array: `first` is its first byte; with `key`, marked as masked, and its payload still to mask. */
export function frameOf(core: Core, first: number, payload: Uint8Array, key: number | null = null): Uint8Array {
  const size = core.wasm.header(payload.length, first, key === null ? 0 : 1, key ?? 0);
  const frame = new Uint8Array(size + payload.length);
  for (let i = 0; i < size; i += 1) frame[i] = core.header[i] as number;
  frame.set(payload, size);
  return frame;
}

/** The codec over `core`. */
export function createCodec(core: Core): Codec {
  function mask(bytes: Uint8Array, key: Uint8Array, phase = 0): void {
    if (!Number.isInteger(phase)) throw new RangeError(`phase must be an integer, got ${String(phase)}`);
    maskBytes(core, requireBytes('bytes', bytes), keyWord(requireKey('key', key), phase));
  }

  /** Whether all of `bytes` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
  function isValidUtf8(bytes: Uint8Array): boolean {
    return validateBytes(core, requireBytes('bytes', bytes), UTF8_START, true) !== UTF8_INVALID;
  }

  class CoreUtf8Validator implements Utf8Validator {
    #state = UTF8_START;

    write(bytes: Uint8Array): boolean {
      requireBytes('bytes', bytes);
      if (this.#state !== UTF8_INVALID) this.#state = validateBytes(core, bytes, this.#state, false);
      return this.#state !== UTF8_INVALID;
    }

    end(): boolean {
      if (this.#state !== UTF8_START) this.#state = UTF8_INVALID;
      return this.#state === UTF8_START;
    }

    reset(): void {
      this.#state = UTF8_START;
    }
  }

  /** One frame as a new array; masked when `maskKey` is given. */
  function encodeFrame({ opcode, payload, fin = true, maskKey }: FrameOptions): Uint8Array {
    requireBytes('payload', payload);
    const first = (fin ? ENCODE_FIN : 0) | opcodeOf(opcode);
    if (maskKey === undefined) return frameOf(core, first, payload);
    const word = keyWord(requireKey('maskKey', maskKey), 0);
    const frame = frameOf(core, first, payload, word);
    maskBytes(core, frame.subarray(frame.length - payload.length), word);
    return frame;
  }

  return {
    mask,
    isValidUtf8,
    encodeFrame,
    Utf8Validator: CoreUtf8Validator,
    MessageDecoder: createMessageDecoder(core),
    backend: core.simd ? 'simd' : 'scalar',
  };
}
