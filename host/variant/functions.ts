// Godot's script functions that convert values to bytes and back, of Godot 4 and Godot 3.
import { requireBool, requireBytes } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import { error_string, OK } from '../binding/errors.js';
import type { Bytes } from '../binding/types.js';
import { type DecodeOptions, decodeVariant, encodeVariant } from './codec.js';
import type { Generation } from './types.js';

/** Options of the decoding functions. */
export type BytesToVarOptions = Omit<DecodeOptions, 'allowObjects'>;

function encode(name: string, generation: Generation, value: unknown, fullObjects: boolean): Uint8Array {
  const { error, bytes, reason } = encodeVariant(generation, value, { fullObjects });
  if (error !== OK) printError(`${name}: ${error_string(error)}: ${reason}`);
  return bytes;
}

function decode(name: string, generation: Generation, bytes: Bytes, options: DecodeOptions | undefined): unknown {
  const { error, value, reason } = decodeVariant(generation, requireBytes('bytes', bytes), options);
  if (error !== OK) printError(`${name}: ${error_string(error)}: ${reason}`);
  return value;
}

/**
 * Encodes a value as Godot 4 does.
 *
 * Integral numbers become ints, others floats; `Int()` and `Float()` say it explicitly. Maps and plain objects become
 * dictionaries, typed arrays become packed ones, functions null callables, `undefined` null. An object of an engine
 * (`EncodedObjectAsID`) is sent by its id.
 *
 * A value that can't be encoded (nested deeper than 1024 levels, a whole object) is reported, and no bytes are
 * returned.
 * What is no Variant (a symbol, a Date, an instance of your own class) is a TypeError.
 *
 * **Note:** Small results share one ArrayBuffer with others, as Node's Buffers do: pass on the Uint8Array, not its
 * `buffer`.
 */
export function var_to_bytes(value: unknown): Uint8Array {
  return encode('var_to_bytes', 4, value, false);
}

/** Encodes a value as Godot 4 does, objects (`ObjectData`) whole. See `var_to_bytes`. */
export function var_to_bytes_with_objects(value: unknown): Uint8Array {
  return encode('var_to_bytes_with_objects', 4, value, true);
}

/**
 * Decodes a value that Godot 4 has encoded.
 *
 * Numbers come back as plain numbers, ints beyond ±2^53 as bigints, dictionaries as `Dictionary`, which is a Map, or
 * with `{ dictionaries: 'object' }` as objects without a prototype where all keys are strings. `{ exact: true }` gives
 * `Int` and `Float` instead of numbers, so that encoding again gives the same bytes. An integral float that is a key
 * comes back as `Float` in any case, since 1 and 1.0 are different keys.
 *
 * Malformed bytes and whole objects are reported, and null is returned, as in the engine; bytes after the value are
 * ignored. A dictionary with hundreds of keys that were chosen to collide in a Map is malformed, too. Elements that a typed array can't hold are dropped, and their number is reported.
 */
export function bytes_to_var(bytes: Bytes, options?: BytesToVarOptions): unknown {
  return decode('bytes_to_var', 4, bytes, options === undefined ? undefined : { ...options, allowObjects: false });
}

/**
 * Decodes a value that Godot 4 has encoded, whole objects included. See `bytes_to_var`.
 *
 * Objects come back as `ObjectData`, which describes them: no object is created and no code is run.
 */
export function bytes_to_var_with_objects(bytes: Bytes, options: BytesToVarOptions = {}): unknown {
  return decode('bytes_to_var_with_objects', 4, bytes, { ...options, allowObjects: true });
}

/**
 * Encodes a value as Godot 3 does; with `full_objects`, objects (`ObjectData`) whole. See `var_to_bytes`.
 *
 * Typed containers become plain ones. A type that Godot 3 does not have (Vector2i, StringName, …) is a TypeError.
 */
export function var2bytes(value: unknown, full_objects = false): Uint8Array {
  return encode('var2bytes', 3, value, requireBool('full_objects', full_objects));
}

/**
 * Decodes a value that Godot 3 has encoded; with `allow_objects`, whole objects as `ObjectData`. See `bytes_to_var`,
 * whose options are accepted in the place of `allow_objects`, too.
 *
 * **Note:** In Godot 3, malformed bytes end the script's function with an error; here they are reported, and null is
 * returned.
 */
export function bytes2var(
  bytes: Bytes,
  allow_objects: boolean | BytesToVarOptions = false,
  options: BytesToVarOptions = {},
): unknown {
  if (typeof allow_objects === 'object' && allow_objects !== null) return bytes2var(bytes, false, allow_objects);
  const allowObjects = requireBool('allow_objects', allow_objects);
  return decode('bytes2var', 3, bytes, { ...options, allowObjects });
}
