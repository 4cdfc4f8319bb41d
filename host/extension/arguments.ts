// Conversion of a script's arguments to a method's types, by exactly the conversions that Godot makes between Variants.
import type { ArgumentInfo } from '../binding/class-info.js';
import type { PropertyDictionary } from '../binding/descriptions.js';
import { GodotObject } from '../binding/object.js';

const TYPE_NIL = 0;
const TYPE_BOOL = 1;
const TYPE_INT = 2;
const TYPE_FLOAT = 3;
const TYPE_OBJECT = 24;
const TYPE_CALLABLE = 25;
const TYPE_ARRAY = 28;
const TYPE_PACKED_BYTE_ARRAY = 29;
const TYPE_PACKED_STRING_ARRAY = 34;
/** String and StringName. */
const TEXT_TYPES = [4, 21];

/** Result for a value that can't be converted. */
export const UNFIT: unique symbol = Symbol('unfit');

type Convert = (value: unknown) => unknown;

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

function toInt(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? Math.trunc(value) : UNFIT;
  if (typeof value !== 'bigint') return UNFIT;
  return BigInt(Number(value)) === value && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Accepts packed arrays, too. */
function toArray(value: unknown): unknown {
  if (Array.isArray(value)) return value;
  const isPacked = ArrayBuffer.isView(value) && !(value instanceof DataView);
  return isPacked ? Array.from(value as unknown as ArrayLike<unknown>) : UNFIT;
}

function toBytes(value: unknown): unknown {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value;
  return Array.isArray(value) && value.every(isNumber) ? Uint8Array.from(value, Number) : UNFIT;
}

const CONVERSIONS = new Map<number, Convert>([
  [TYPE_NIL, (value) => value],
  [TYPE_BOOL, (value) => (typeof value === 'boolean' ? value : isNumber(value) ? Boolean(value) : UNFIT)],
  [TYPE_INT, toInt],
  [TYPE_FLOAT, (value) => (isNumber(value) || typeof value === 'boolean' ? Number(value) : UNFIT)],
  ...TEXT_TYPES.map((type): [number, Convert] => [type, (value) => (typeof value === 'string' ? value : UNFIT)]),
  [TYPE_CALLABLE, (value) => (typeof value === 'function' || value === null ? value : UNFIT)],
  [TYPE_ARRAY, toArray],
  [TYPE_PACKED_BYTE_ARRAY, toBytes],
  [
    TYPE_PACKED_STRING_ARRAY,
    (value) => (Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : UNFIT),
  ],
]);

/** Converts `value` to the type of the argument `expected`; UNFIT when that is impossible. */
export function converted(value: unknown, expected: PropertyDictionary, info: ArgumentInfo): unknown {
  if (value === null && info.default === null) return null;
  if (expected.type !== TYPE_OBJECT) return (CONVERSIONS.get(expected.type) ?? ((given) => given))(value);
  if (value === null || value === undefined) return null;
  return value instanceof GodotObject && value.is_class(expected.class_name || info.type) ? value : UNFIT;
}
