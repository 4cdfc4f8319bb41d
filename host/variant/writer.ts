// A growing buffer for encoded bytes, written in words, since everything in the format is a multiple of four bytes.
import { ownedCopy } from '../bytes.js';
import type { ByteWriter } from './byte-writer.js';

const WORD = 4;
/** Size of the blocks that small results share: an ArrayBuffer for each would cost more than the encoding. */
const BLOCK_SIZE = 8192;
/** Largest result in a shared block; larger ones get their own buffer. */
const SMALL_SIZE = 2048;

/** Longest text for which a loop over the characters is faster than TextEncoder. */
const SHORT_TEXT = 48;

const REPLACEMENT = 0xfffd;
const SPACE = 0x20;

const encoder = new TextEncoder();
// The two words of a double; typed arrays have the machine's byte order, little-endian wherever JavaScript runs.
const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** A buffer with views as bytes, words and single floats. */
class Block {
  readonly bytes: Uint8Array;
  readonly words: Int32Array;
  readonly singles: Float32Array;

  constructor(size: number) {
    const buffer = new ArrayBuffer(size);
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.singles = new Float32Array(buffer);
  }
}

export class Writer {
  bytes!: Uint8Array;
  words!: Int32Array;
  singles!: Float32Array;
  /** Index of the next word. */
  at = 0;
  /** Index of the value's first word. */
  #start = 0;
  /** Block for small results; its first `#given` words were returned and never change. */
  #block = new Block(BLOCK_SIZE);
  #given = 0;

  constructor() {
    this.#use(this.#block);
  }

  #use({ bytes, words, singles }: Block): void {
    this.bytes = bytes;
    this.words = words;
    this.singles = singles;
  }

  /** Reserves `count` more words. Variables with `words` or `singles` must be read again afterwards. */
  reserve(count: number): void {
    if (this.at + count > this.words.length) this.#grow(count);
  }

  #grow(count: number): void {
    const { bytes, at } = this;
    const written = bytes.subarray(this.#start * WORD, at * WORD);
    const needed = written.length + count * WORD;
    const isSmall = needed <= SMALL_SIZE;
    if (isSmall) this.#renew();
    // A large reservation is usually all that is needed.
    else this.#use(new Block(Math.max(needed, bytes.length, written.length * 2)));
    this.bytes.set(written);
    this.#start = 0;
    this.at = written.length / WORD;
  }

  /** Returns the written bytes, which never change; the writer is ready for the next value. */
  take(): Uint8Array {
    const { bytes } = this;
    const start = this.#start * WORD;
    const end = this.at * WORD;
    const size = end - start;
    const isOwn = bytes !== this.#block.bytes;
    if (!isOwn && size <= SMALL_SIZE) {
      this.#given = this.at;
      this.#start = this.at;
      return bytes.subarray(start, end);
    }
    // A result that fills most of its own buffer keeps that.
    const taken = isOwn && size * 2 > bytes.length ? bytes.subarray(start, end) : ownedCopy(bytes.subarray(start, end));
    this.reset();
    return taken;
  }

  /** Appends the written bytes to `target`; the writer is ready for the next value. */
  moveTo(target: ByteWriter): void {
    target.append(this.bytes, this.#start * WORD, this.at * WORD);
    this.reset();
  }

  /** Drops the value that was not taken. */
  reset(): void {
    // The receiver of a part may have transferred the whole buffer to another thread.
    if (this.#block.bytes.length === 0) this.#renew();
    else if (this.bytes !== this.#block.bytes) this.#use(this.#block);
    this.#start = this.#given;
    this.at = this.#given;
  }

  #renew(): void {
    this.#block = new Block(BLOCK_SIZE);
    this.#given = 0;
    this.#use(this.#block);
  }

  word(value: number): void {
    this.reserve(1);
    this.words[this.at++] = value;
  }

  /** Index of the last word, for `setWord()`; valid also after the buffer has grown. */
  mark(): number {
    return this.at - 1 - this.#start;
  }

  setWord(mark: number, value: number): void {
    this.words[this.#start + mark] = value;
  }

  /** 64 bits; `value` is an integer, safe if it is a number. */
  int64(value: number | bigint): void {
    this.reserve(2);
    const { words } = this;
    if (typeof value === 'number') {
      words[this.at++] = value;
      words[this.at++] = Math.floor(value / 0x1_0000_0000);
    } else {
      words[this.at++] = Number(BigInt.asIntN(32, value));
      words[this.at++] = Number(BigInt.asIntN(32, value >> 32n));
    }
  }

  single(value: number): void {
    this.reserve(1);
    this.singles[this.at++] = value;
  }

  double(value: number): void {
    this.reserve(2);
    double[0] = value;
    this.words[this.at++] = halves[0] as number;
    this.words[this.at++] = halves[1] as number;
  }

  /** The bytes of `view`, padded to whole words. */
  raw(view: ArrayBufferView): void {
    const { byteLength } = view;
    const count = (byteLength + WORD - 1) >>> 2;
    this.reserve(count);
    if (count > 0) this.words[this.at + count - 1] = 0;
    this.bytes.set(new Uint8Array(view.buffer, view.byteOffset, byteLength), this.at * WORD);
    this.at += count;
  }

  /**
   * A string block: length in bytes, UTF-8, padding.
   *
   * ```
   * | length (4) | text (length) | end: 0 | 0 to 3 zeros |
   * ```
   * The final zero is counted in the length, and is present in arrays of strings only. What a Godot string can't
   * contain (NUL, a lone surrogate) becomes U+FFFD; with `isLax` a lone surrogate becomes a space, as in Godot 3.
   */
  text(text: string, isLax: boolean, end: 0 | 1 = 0): void {
    // A UTF-16 code unit takes at most three bytes.
    this.reserve(2 + text.length);
    const start = (this.at + 1) * WORD;
    let size = this.#ascii(text, start);
    if (size < 0) size = this.#unicode(text, start, isLax);
    const { bytes } = this;
    for (let i = 0; i < end; i += 1) bytes[start + size++] = 0;
    this.words[this.at] = size;
    let stop = start + size;
    while ((stop & (WORD - 1)) !== 0) bytes[stop++] = 0;
    this.at = stop / WORD;
  }

  /** Writes a short ASCII text; -1 if it is not ASCII. */
  #ascii(text: string, start: number): number {
    const { length } = text;
    if (length > SHORT_TEXT) return -1;
    const { bytes } = this;
    for (let i = 0; i < length; i += 1) {
      const unit = text.charCodeAt(i);
      if (unit === 0 || unit > 0x7f) return -1;
      bytes[start + i] = unit;
    }
    return length;
  }

  #unicode(text: string, start: number, isLax: boolean): number {
    if (text.length <= SHORT_TEXT || isLax) return this.#units(text, start, isLax);
    const { written } = encoder.encodeInto(text, this.bytes.subarray(start));
    return this.bytes.subarray(start, start + written).includes(0) ? this.#units(text, start, isLax) : written;
  }

  #units(text: string, start: number, isLax: boolean): number {
    const { bytes } = this;
    let at = start;
    for (let i = 0; i < text.length; i += 1) {
      let code = text.codePointAt(i) as number;
      if (code > 0xffff) i += 1;
      else if (code === 0) code = REPLACEMENT;
      else if (code >= 0xd800 && code <= 0xdfff) code = isLax ? SPACE : REPLACEMENT;
      if (code < 0x80) bytes[at++] = code;
      else {
        if (code < 0x800) bytes[at++] = 0xc0 | (code >> 6);
        else {
          if (code < 0x10000) bytes[at++] = 0xe0 | (code >> 12);
          else {
            bytes[at++] = 0xf0 | (code >> 18);
            bytes[at++] = 0x80 | ((code >> 12) & 0x3f);
          }
          bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
        }
        bytes[at++] = 0x80 | (code & 0x3f);
      }
    }
    return at - start;
  }
}
