// A Writer for one generation of Godot: headers, and the types that are primitives in JavaScript.
import { requireInt64 } from './numbers.js';
import {
  FLAG_64,
  type Generation,
  NO_TYPE,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_STRING,
  TYPE_STRING_NAME,
  wireNumbers,
} from './types.js';
import { Writer } from './writer.js';

export class VariantWriter extends Writer {
  #numbers = wireNumbers(4);
  isGodot3 = false;
  /** Writes objects whole instead of by their ids. */
  fullObjects = false;

  begin(generation: Generation, fullObjects: boolean): void {
    this.reset();
    this.#numbers = wireNumbers(generation);
    this.isGodot3 = generation === 3;
    this.fullObjects = fullObjects;
  }

  header(type: number, flags = 0): void {
    const number = this.#numbers[type] as number;
    if (number === NO_TYPE) throw new TypeError(`Godot 3 has no type for this value (type ${type} of Godot 4)`);
    this.word(number | flags);
  }

  /** A text without a header. */
  block(text: string, end: 0 | 1 = 0): void {
    this.text(text, this.isGodot3, end);
  }

  string(value: string): void {
    this.header(TYPE_STRING);
    this.block(value);
  }

  name(value: string): void {
    this.header(TYPE_STRING_NAME);
    this.block(value);
  }

  int(value: number | bigint): void {
    const int = typeof value === 'number' ? value : requireInt64('value', value);
    if (typeof int === 'number' && (int | 0) === int) {
      this.header(TYPE_INT);
      this.word(int);
    } else {
      this.header(TYPE_INT, FLAG_64);
      this.int64(int);
    }
  }

  /** Writes 4 bytes where that loses nothing; NaN, which equals nothing, always takes 8. */
  float(value: number, bits?: bigint): void {
    if (Math.fround(value) === value) {
      this.header(TYPE_FLOAT);
      this.single(value);
    } else {
      this.header(TYPE_FLOAT, FLAG_64);
      if (bits === undefined) this.double(value);
      else this.int64(BigInt.asIntN(64, bits));
    }
  }
}
