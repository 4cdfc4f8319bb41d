// Variant types of JavaScript values, and conversion of elements for typed containers.
import type { ContainerType } from './containers.js';
import { StringName } from './handles.js';
import { isInt } from './keys.js';
import { Float, Int } from './numbers.js';
import {
  kindOf,
  NO_TYPE,
  TYPE_ARRAY,
  TYPE_BOOL,
  TYPE_CALLABLE,
  TYPE_DICTIONARY,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_NIL,
  TYPE_OBJECT,
  TYPE_PACKED_BYTE_ARRAY,
  TYPE_PACKED_FLOAT32_ARRAY,
  TYPE_PACKED_FLOAT64_ARRAY,
  TYPE_PACKED_INT32_ARRAY,
  TYPE_PACKED_INT64_ARRAY,
  TYPE_STRING,
  TYPE_STRING_NAME,
} from './types.js';

/** What `fitInto()` returns for a value that a container does not take. */
export const NO_FIT = Symbol('no fit');

/** The integer for a float outside of the range of 64-bit integers. */
const FARTHEST = -(2n ** 63n);

/** Types of packed arrays, by the tag of the view; other views are encoded as bytes. */
const VIEW_TYPES: Readonly<Record<string, number>> = {
  Uint8Array: TYPE_PACKED_BYTE_ARRAY,
  Uint8ClampedArray: TYPE_PACKED_BYTE_ARRAY,
  DataView: TYPE_PACKED_BYTE_ARRAY,
  Int32Array: TYPE_PACKED_INT32_ARRAY,
  BigInt64Array: TYPE_PACKED_INT64_ARRAY,
  Float32Array: TYPE_PACKED_FLOAT32_ARRAY,
  Float64Array: TYPE_PACKED_FLOAT64_ARRAY,
};

/** Type by the view's tag, which works across realms; a Buffer's tag is that of Uint8Array. */
export function viewType(view: ArrayBufferView): number {
  return VIEW_TYPES[(view as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? ''] ?? NO_TYPE;
}

/** Whether an object of any realm is plain: it has no prototype, or one without a prototype. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The type that a value is encoded as; NO_TYPE if it can't be. */
export function typeOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return TYPE_STRING;
    case 'number':
      return isInt(value) ? TYPE_INT : TYPE_FLOAT;
    case 'bigint':
      return TYPE_INT;
    case 'boolean':
      return TYPE_BOOL;
    case 'function':
      return TYPE_CALLABLE;
    case 'undefined':
      return TYPE_NIL;
    case 'object':
      return value === null ? TYPE_NIL : typeOfObject(value);
    default:
      return NO_TYPE;
  }
}

function typeOfObject(value: object): number {
  const kind = kindOf(value);
  if (kind !== undefined) return kind;
  if (Array.isArray(value)) return TYPE_ARRAY;
  if (ArrayBuffer.isView(value)) return viewType(value);
  return value instanceof Map || isPlain(value) ? TYPE_DICTIONARY : NO_TYPE;
}

/**
 * Converts a decoded value to an element of a container of `type`, as the engine does; NO_FIT if it can't be one.
 *
 * Ints and floats convert to each other, as do strings and names; null is accepted for an object.
 */
export function fitInto({ type }: ContainerType, value: unknown): unknown {
  const actual = typeOf(value);
  if (type === TYPE_INT && actual === TYPE_FLOAT) {
    return typeof value === 'number' ? toInt(value) : Int(toInt((value as Float).value));
  }
  if (type === TYPE_FLOAT && actual === TYPE_INT) {
    return typeof value === 'object' ? Float(Number((value as Int).value)) : Number(value);
  }
  if (actual === type) return value;
  if (type === TYPE_STRING && actual === TYPE_STRING_NAME) return (value as StringName).text;
  if (type === TYPE_STRING_NAME && actual === TYPE_STRING) return new StringName(value as string);
  return type === TYPE_OBJECT && actual === TYPE_NIL ? value : NO_FIT;
}

function toInt(value: number): number | bigint {
  const whole = Math.trunc(value) + 0;
  if (Number.isSafeInteger(whole)) return whole;
  return Math.abs(whole) < 2 ** 63 ? BigInt(whole) : FARTHEST;
}
