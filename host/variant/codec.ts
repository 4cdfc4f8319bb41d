// Values to bytes and packets and back, for callers inside the package: errors as codes, with the reason beside them.

import { printError } from '../binding/error-handler.js';
import { ERR_OUT_OF_MEMORY, type GodotError, OK } from '../binding/errors.js';
import { ownedCopy } from '../bytes.js';
import type { ByteWriter } from './byte-writer.js';
import { type DecodeOptions, readValue, VariantReader } from './decode.js';
import { writeValue } from './encode.js';
import { Fault } from './fault.js';
import type { Generation } from './types.js';
import { VariantWriter } from './variant-writer.js';

export type { DecodeOptions } from './decode.js';

/** Options of encoding. */
export interface EncodeOptions {
  /** Sends objects whole instead of by their ids. */
  readonly fullObjects?: boolean;
}

export interface Encoded {
  readonly error: GodotError;
  /** Never change, but small results share a buffer with others, as Node's Buffers do. Empty on an error. */
  readonly bytes: Uint8Array;
  /** Why it failed; '' if it did not. */
  readonly reason: string;
}

export interface Decoded {
  readonly error: GodotError;
  /** Null on an error. Shares nothing with the bytes that it came from. */
  readonly value: unknown;
  /** Number of bytes that were decoded; the value ends there. */
  readonly size: number;
  /** Why it failed; '' if it did not. */
  readonly reason: string;
}

const DEFAULTS: DecodeOptions = Object.freeze({});
const NO_BYTES = new Uint8Array(0);

/** The idle writer; null while it is in use: a getter of the value may encode another one. */
let spare: VariantWriter | null = null;

/** Encodes `value` as the engine's binary serializer does. Throws a TypeError for what is no Variant. */
export function encodeVariant(generation: Generation, value: unknown, options?: EncodeOptions): Encoded {
  const writer = spare ?? new VariantWriter();
  spare = null;
  try {
    writer.begin(generation, options?.fullObjects === true);
    writeValue(writer, value, 0);
    return { error: OK, bytes: writer.take(), reason: '' };
  } catch (thrown) {
    const { error, reason } = faultOf(thrown);
    return { error, bytes: NO_BYTES, reason };
  } finally {
    spare = writer;
  }
}

/**
 * Appends `value` to `target`, encoded; returns why it can't be, or null. Throws a TypeError for what is no Variant.
 *
 * Makes no object for each value, unlike `encodeVariant`.
 */
export function appendVariant(
  target: ByteWriter,
  generation: Generation,
  value: unknown,
  fullObjects: boolean,
): string | null {
  const writer = spare ?? new VariantWriter();
  spare = null;
  try {
    writer.begin(generation, fullObjects);
    writeValue(writer, value, 0);
    writer.moveTo(target);
    return null;
  } catch (thrown) {
    return faultOf(thrown).reason;
  } finally {
    spare = writer;
  }
}

/** Decodes the value at the beginning of `bytes`. Never throws, whatever the bytes are. */
export function decodeVariant(generation: Generation, bytes: Uint8Array, options: DecodeOptions = DEFAULTS): Decoded {
  // Memory that another thread may write to is copied.
  const own = bytes.buffer instanceof ArrayBuffer ? bytes : ownedCopy(bytes);
  const reader = new VariantReader(own, generation, options);
  try {
    const value = readValue(reader, 0);
    tellOfDropped(reader);
    return { error: OK, value, size: reader.at - own.byteOffset, reason: '' };
  } catch (thrown) {
    const { error, reason } = faultOf(thrown);
    return { error, value: null, size: 0, reason };
  }
}

/** Reports the elements that `reader` has dropped since it was asked last. */
export function tellOfDropped(reader: VariantReader): void {
  if (reader.dropped === 0) return;
  printError(`${reader.dropped} elements of typed arrays or dictionaries have another type and were dropped`);
  reader.dropped = 0;
}

/** The value in `packet`; null with a message when there is none, or an error in its place. */
export function variantOf(packet: Uint8Array | GodotError, generation: Generation, allowObjects: boolean): unknown {
  if (typeof packet === 'number') {
    printError('get_var: there is no packet');
    return null;
  }
  const { error, reason, value } = decodeVariant(generation, packet, { allowObjects });
  if (error !== OK) printError(`get_var: the packet of ${packet.length} bytes does not decode: ${reason}`);
  return value;
}

/** The packet with `value`; an error code with a message when there can be none. */
export function packetOf(
  value: unknown,
  generation: Generation,
  fullObjects: boolean,
  maxSize: number,
): Uint8Array | GodotError {
  const { bytes, error, reason } = encodeVariant(generation, value, { fullObjects });
  if (error !== OK) {
    printError(`put_var: ${reason}`);
    return error;
  }
  if (bytes.length <= maxSize) return bytes;
  printError(`put_var: the value takes ${bytes.length} bytes (encode_buffer_max_size ${maxSize})`);
  return ERR_OUT_OF_MEMORY;
}

/** Memory or stack that is used up is a fault like one that the engine knows; anything else is thrown on. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const isExhausted = thrown instanceof RangeError || (thrown instanceof Error && thrown.name === 'InternalError');
  if (isExhausted) return new Fault(ERR_OUT_OF_MEMORY, (thrown as Error).message);
  throw thrown;
}
