// Values inside of byte arrays: Godot's methods of PackedByteArray as functions, and the compressed form of values.
import { requireBool, requireBytes, requireInt, wrongType } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import { error_string, OK } from '../binding/errors.js';
import type { Bytes } from '../binding/types.js';
import { ByteWriter } from './byte-writer.js';
import { type Decoded, decodeVariant, encodeVariant } from './codec.js';
import { readCompressed, writeCompressed } from './compressed.js';
import type { BytesToVarOptions } from './functions.js';

const FAILED_SIZE = -1;

/** A value, and how many bytes it took. */
export interface SizedValue {
  readonly value: unknown;
  readonly size: number;
}

/** The value at `byte_offset`; a message and null when there is none. */
function decodeAt(
  name: string,
  bytes: Bytes,
  byte_offset: number,
  allow: boolean,
  options?: BytesToVarOptions,
): Decoded | null {
  const array = requireBytes('bytes', bytes);
  requireBool('allow_objects', allow);
  if (requireInt('byte_offset', byte_offset) < 0) {
    printError(`${name}: byte_offset must be at least 0, got ${byte_offset}`);
    return null;
  }
  const decoded = decodeVariant(4, array.subarray(byte_offset), { ...options, allowObjects: allow });
  if (decoded.error !== OK) printError(`${name}: ${error_string(decoded.error)}: ${decoded.reason}`);
  return decoded;
}

/**
 * Decodes the value that begins at `byte_offset`, as Godot 4's `PackedByteArray.decode_var`.
 *
 * What follows the value is ignored: `decode_var_size` tells where it ends. Malformed bytes are reported, and null is
 * returned. See `bytes_to_var` for the options.
 */
export function decode_var(
  bytes: Bytes,
  byte_offset: number,
  allow_objects = false,
  options?: BytesToVarOptions,
): unknown {
  return decodeAt('decode_var', bytes, byte_offset, allow_objects, options)?.value ?? null;
}

/** Number of bytes of the value that begins at `byte_offset`; 0, with a message, when there is none. */
export function decode_var_size(bytes: Bytes, byte_offset: number, allow_objects = false): number {
  return decodeAt('decode_var_size', bytes, byte_offset, allow_objects)?.size ?? 0;
}

/** Whether a value begins at `byte_offset`; a message says why not. */
export function has_encoded_var(bytes: Bytes, byte_offset: number, allow_objects = false): boolean {
  return decodeAt('has_encoded_var', bytes, byte_offset, allow_objects)?.error === OK;
}

/**
 * Encodes `value` into `bytes` from `byte_offset` on, as Godot 4's `PackedByteArray.encode_var`.
 *
 * Returns the number of bytes that it took, -1 when there is too little room, the offset is negative, or the value can't
 * be encoded, which is reported.
 */
export function encode_var(bytes: Uint8Array, byte_offset: number, value: unknown, allow_objects = false): number {
  if (!(bytes instanceof Uint8Array)) throw wrongType('bytes', 'a Uint8Array', bytes);
  requireInt('byte_offset', byte_offset);
  const encoded = encodeVariant(4, value, { fullObjects: requireBool('allow_objects', allow_objects) });
  if (encoded.error !== OK) {
    printError(`encode_var: ${error_string(encoded.error)}: ${encoded.reason}`);
    return FAILED_SIZE;
  }
  if (byte_offset < 0 || byte_offset + encoded.bytes.length > bytes.length) return FAILED_SIZE;
  bytes.set(encoded.bytes, byte_offset);
  return encoded.bytes.length;
}

const writer = new ByteWriter();

/**
 * Encodes values, one after the other, in the compressed form in which Godot 4 sends the arguments of remote calls:
 * booleans in one byte, integers in two to nine, everything else as `var_to_bytes`.
 *
 * A value that can't be encoded is reported, and no bytes are returned.
 *
 * @addition
 */
export function var_to_compressed(...values: unknown[]): Uint8Array {
  writer.reset();
  for (const value of values) {
    const reason = writeCompressed(writer, value, false);
    if (reason === null) continue;
    printError(`var_to_compressed: ${reason}`);
    return new Uint8Array(0);
  }
  return writer.take();
}

/**
 * Decodes the value in the compressed form that begins at `byte_offset`, and says how many bytes it took.
 *
 * Malformed bytes are reported: the value is null then, and its size 0. See `bytes_to_var` for the options.
 *
 * @addition
 */
export function compressed_to_var(bytes: Bytes, byte_offset = 0, options?: BytesToVarOptions): SizedValue {
  const array = requireBytes('bytes', bytes);
  if (requireInt('byte_offset', byte_offset) < 0) {
    printError(`compressed_to_var: byte_offset must be at least 0, got ${byte_offset}`);
    return { value: null, size: 0 };
  }
  const { error, reason, value, size } = readCompressed(array, byte_offset, options);
  if (error !== OK) printError(`compressed_to_var: ${error_string(error)}: ${reason}`);
  return { value, size };
}
