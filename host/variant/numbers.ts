// Int and Float: numbers that are explicitly of one of the two types.
import { wrongType } from '../binding/arguments.js';
import { mark, TYPE_FLOAT, TYPE_INT } from './types.js';

const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 63n - 1n;

/** A 64-bit integer as Godot's scripts see it: signed; a number where it is exact, else a bigint. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** `value`, if it is an integer of 64 bits, as a number where that is exact. */
export function requireInt64(name: string, value: unknown): number | bigint {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  if (typeof value === 'bigint' && value >= LEAST && value <= GREATEST) return narrow(value);
  throw wrongType(name, 'a safe integer or a bigint of 64 bits', value);
}

class IntValue {
  /** A number when it is a safe integer, else a bigint. */
  readonly value: number | bigint;

  constructor(value: number | bigint) {
    this.value = value;
  }

  valueOf(): number | bigint {
    return this.value;
  }

  toString(): string {
    return String(this.value);
  }
}

class FloatValue {
  readonly value: number;
  /** The 64 bits of an unusual NaN; undefined otherwise. A JavaScript number need not preserve them. */
  readonly bits: bigint | undefined;

  constructor(value: number, bits?: bigint) {
    this.value = value;
    this.bits = bits;
  }

  valueOf(): number {
    return this.value;
  }

  toString(): string {
    return String(this.value);
  }
}

mark(IntValue, TYPE_INT);
mark(FloatValue, TYPE_FLOAT);

/** The type that `Int()` returns. */
export type Int = IntValue;
/** The type that `Float()` returns. */
export type Float = FloatValue;

/**
 * Marks a number as an int.
 *
 * Integral numbers are ints without it; it is what decoding with `{ exact: true }` returns for one. `value` is a safe
 * integer or a bigint of at most 64 bits; anything else is a TypeError.
 */
export function Int(value: number | bigint): Int {
  return new IntValue(value === 0 ? 0 : requireInt64('value', value));
}

/**
 * Marks a number as a float, also when it is integral: `Float(1)` is Godot's `1.0`.
 *
 * `bits` gives the 64 bits of a NaN with a payload, and counts only when `value` is NaN.
 */
export function Float(value: number, bits?: bigint): Float {
  if (typeof value !== 'number') throw wrongType('value', 'a number', value);
  return new FloatValue(value, Number.isNaN(value) ? bits : undefined);
}

// Makes `value instanceof Int` work.
Int.prototype = IntValue.prototype;
Float.prototype = FloatValue.prototype;
