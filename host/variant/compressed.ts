// The compressed form of values, in which Godot 4 sends the arguments of remote calls and the states of nodes: booleans
// and integers in as few bytes as they need, everything else as `var_to_bytes` writes it.
//
//   | 7  6 | 5 … 0 |
//   | bits | type  |  then the value
//
//   bool    bit 7 is the value; no byte follows
//   int     bits 6 and 7: 1, 2, 4 or 8 bytes follow, signed, the lowest first
//   others  the byte is the first one of the value's usual header of four
import { ERR_INVALID_DATA, OK } from '../binding/errors.js';
import { ownedCopy } from '../bytes.js';
import type { ByteWriter } from './byte-writer.js';
import { appendVariant, type Decoded, type DecodeOptions, faultOf, tellOfDropped } from './codec.js';
import { readValue, VariantReader } from './decode.js';
import { Fault } from './fault.js';
import { isInt } from './keys.js';
import { Int } from './numbers.js';
import { FLAG_64, kindOf, TYPE_BOOL, TYPE_FLOAT, TYPE_INT } from './types.js';

const TYPE_BITS = 0x3f;
const SIZE_SHIFT = 6;
/** Bytes of the header of types other than these two. */
const HEADER = 4;
const TRUE = 0x80;
const ONE = 0;
const TWO = 1;
const FOUR = 2;
const EIGHT = 3;

/**
 * Writes `value` in its compressed form; returns why it can't be, or null. With `fullObjects`, objects are written
 * whole. Throws a TypeError for what is no Variant.
 */
export function writeCompressed(writer: ByteWriter, value: unknown, fullObjects: boolean): string | null {
  if (typeof value === 'boolean') writer.u8(value ? TYPE_BOOL | TRUE : TYPE_BOOL);
  else if (typeof value === 'number') writeNumber(writer, value);
  else if (typeof value === 'bigint') writeInt(writer, Int(value).value);
  else if (isMarkedInt(value)) writeInt(writer, value.value);
  else return appendVariant(writer, 4, value, fullObjects);
  return null;
}

function isMarkedInt(value: unknown): value is Int {
  return typeof value === 'object' && value !== null && kindOf(value) === TYPE_INT;
}

function writeNumber(writer: ByteWriter, value: number): void {
  if (isInt(value)) {
    writeInt(writer, value);
    return;
  }
  const isSingle = Math.fround(value) === value;
  writer.u32(isSingle ? TYPE_FLOAT : TYPE_FLOAT | FLAG_64);
  if (isSingle) writer.f32(value);
  else writer.f64(value);
}

function writeInt(writer: ByteWriter, value: number | bigint): void {
  const isSmall = typeof value === 'number' && (value | 0) === value;
  if (!isSmall) {
    writer.u8(TYPE_INT | (EIGHT << SIZE_SHIFT));
    writer.i64(value);
  } else if ((value << 24) >> 24 === value) {
    writer.u8(TYPE_INT | (ONE << SIZE_SHIFT));
    writer.u8(value);
  } else if ((value << 16) >> 16 === value) {
    writer.u8(TYPE_INT | (TWO << SIZE_SHIFT));
    writer.u16(value);
  } else {
    writer.u8(TYPE_INT | (FOUR << SIZE_SHIFT));
    writer.u32(value);
  }
}

/** Bytes of an integer after its first one. */
const INT_SIZES = [1, 2, 4, 8];

const cutShort = new Fault(ERR_INVALID_DATA, 'the bytes end before the value does');

/** The words of a double and a single, in the machine's byte order: little-endian wherever JavaScript runs. */
const scratch = new Uint8Array(8);
const asSingle = new Float32Array(scratch.buffer);
const asDouble = new Float64Array(scratch.buffer);
const asWords = new Int32Array(scratch.buffer);
const asLong = new BigInt64Array(scratch.buffer);

const NO_OPTIONS: DecodeOptions = Object.freeze({});
export const WITH_OBJECTS: DecodeOptions = Object.freeze({ allowObjects: true });

/** Reads values one after the other, without objects of its own for each. */
export class CompressedReader {
  readonly bytes: Uint8Array;
  readonly #options: DecodeOptions;
  readonly #exact: boolean;
  /** For types that are as in `var_to_bytes`; null before the first. */
  #reader: VariantReader | null = null;
  /** Where the next value begins. */
  at: number;

  constructor(bytes: Uint8Array, at: number, options = NO_OPTIONS) {
    // Memory that another thread may write to is copied.
    this.bytes = bytes.buffer instanceof ArrayBuffer ? bytes : ownedCopy(bytes);
    this.at = at;
    this.#options = options;
    this.#exact = options.exact === true;
  }

  /** The next `count` values; the reason when there are not that many, in which `what` names a value. Never throws. */
  list(count: number, what: string): unknown[] | string {
    // Pushing into an empty list would reserve seventeen places. The number is small: properties, or a byte's.
    const values = new Array<unknown>(count);
    let i = 0;
    try {
      for (; i < count; i += 1) values[i] = this.next();
    } catch (thrown) {
      return `${what} ${i} does not decode: ${faultOf(thrown).reason}`;
    }
    return values;
  }

  /** The next value; throws a Fault when there is none. */
  next(): unknown {
    const first = this.bytes[this.at];
    if (first === undefined) throw cutShort;
    const type = first & TYPE_BITS;
    if (type === TYPE_INT) {
      const value = this.#int(INT_SIZES[first >> SIZE_SHIFT] as number);
      return this.#exact ? Int(value) : value;
    }
    if (type === TYPE_BOOL) {
      this.at += 1;
      return (first & TRUE) !== 0;
    }
    return first === TYPE_FLOAT && !this.#exact ? this.#float() : this.#other();
  }

  /** Where the next `size` bytes begin, behind the value's first `header` bytes. */
  #take(header: number, size: number): number {
    const at = this.at + header;
    if (at + size > this.bytes.length) throw cutShort;
    this.at = at + size;
    return at;
  }

  #int(size: number): number | bigint {
    const at = this.#take(1, size);
    const { bytes } = this;
    const low = bytes[at] as number;
    if (size === 1) return (low << 24) >> 24;
    const two = low | ((bytes[at + 1] as number) << 8);
    if (size === 2) return (two << 16) >> 16;
    const four = two | ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
    if (size === 4) return four;
    this.#copy(at, 8);
    const number = (asWords[1] as number) * 0x1_0000_0000 + (four >>> 0);
    return Number.isSafeInteger(number) ? number : (asLong[0] as bigint);
  }

  #float(): number {
    const { bytes, at } = this;
    const isDouble = ((bytes[at + 2] as number) & 1) !== 0;
    const size = isDouble ? 8 : 4;
    this.#copy(this.#take(HEADER, size), size);
    return (isDouble ? asDouble[0] : asSingle[0]) as number;
  }

  #copy(at: number, size: number): void {
    for (let i = 0; i < size; i += 1) scratch[i] = this.bytes[at + i] as number;
  }

  #other(): unknown {
    this.#reader ??= new VariantReader(this.bytes, 4, this.#options);
    const reader = this.#reader;
    const offset = this.bytes.byteOffset;
    reader.at = offset + this.at;
    const value = readValue(reader, 0);
    tellOfDropped(reader);
    this.at = reader.at - offset;
    return value;
  }
}

/** Reads the value at `offset` of `bytes`, with the number of bytes that it takes. Never throws. */
export function readCompressed(bytes: Uint8Array, offset: number, options?: DecodeOptions): Decoded {
  const cursor = new CompressedReader(bytes, offset, options);
  try {
    const value = cursor.next();
    return { error: OK, value, size: cursor.at - offset, reason: '' };
  } catch (thrown) {
    const { error, reason } = faultOf(thrown);
    return { error, value: null, size: 0, reason };
  }
}
