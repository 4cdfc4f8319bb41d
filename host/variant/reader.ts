// A cursor over encoded bytes that never passes their end; reads numbers and texts.
import { ERR_FILE_EOF, ERR_INVALID_DATA } from '../binding/errors.js';
import { Fault } from './fault.js';
import { readText } from './strings.js';

const cutShort = new Fault(ERR_INVALID_DATA, 'the bytes end before the value does');
const textCutShort = new Fault(ERR_FILE_EOF, 'the bytes end before a text does');
const notUtf8 = new Fault(ERR_INVALID_DATA, 'a text is not UTF-8');

const QUIET = 0x8_0000_0000_0000n;

/** Cached views of the last whole buffer: consecutive packets often lie in the same one. */
let lastBytes = new Uint8Array(0);
let lastView = new DataView(lastBytes.buffer);
/** Larger buffers are not cached, which would keep them in memory. */
const REMEMBERED_SIZE = 65536;

export class Reader {
  /** The whole buffer that contains the value; offsets count from its beginning. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly end: number;
  at: number;
  readonly #isLax: boolean;

  constructor(bytes: Uint8Array, isLax: boolean) {
    const { buffer, byteOffset, byteLength } = bytes;
    const isKnown = lastBytes.buffer === buffer;
    this.bytes = isKnown ? lastBytes : new Uint8Array(buffer);
    this.view = isKnown ? lastView : new DataView(buffer);
    this.at = byteOffset;
    this.end = byteOffset + byteLength;
    this.#isLax = isLax;
    if (isKnown || buffer.byteLength > REMEMBERED_SIZE) return;
    lastBytes = this.bytes as Uint8Array<ArrayBuffer>;
    lastView = this.view as DataView<ArrayBuffer>;
  }

  /** Offset of the next `size` bytes, past which the cursor moves; a fault when fewer are left. */
  take(size: number): number {
    const { at } = this;
    if (at + size > this.end) throw cutShort;
    this.at = at + size;
    return at;
  }

  word(): number {
    return this.view.getInt32(this.take(4), true);
  }

  single(): number {
    return this.view.getFloat32(this.take(4), true);
  }

  double(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  /** 64 bits, signed; a number where that is exact. */
  int64(): number | bigint {
    const at = this.take(8);
    const low = this.view.getUint32(at, true);
    const high = this.view.getInt32(at + 4, true);
    const number = high * 0x1_0000_0000 + low;
    return Number.isSafeInteger(number) ? number : (BigInt(high) << 32n) | BigInt(low);
  }

  /** Bits of the double at `at`. */
  doubleBits(at: number): bigint {
    return this.view.getBigUint64(at, true);
  }

  /** Bits of the single NaN at `at`, widened to double: quiet, with its payload in the upper bits. */
  widenedNaN(at: number): bigint {
    const bits = BigInt(this.view.getUint32(at, true));
    return ((bits & 0x8000_0000n) << 32n) | 0x7ff0_0000_0000_0000n | ((bits & 0x7f_ffffn) << 29n) | QUIET;
  }

  /** A string block with its padding, which must be complete. */
  string(): string {
    const length = this.word();
    const { at } = this;
    const size = length + (-length & 3);
    if (length < 0 || at + size > this.end) throw textCutShort;
    this.at = at + size;
    if (length === 0) return '';
    const text = readText(this.bytes, at, length, this.#isLax);
    if (text === null) throw notUtf8;
    return text;
  }

  /** Number of elements of `size` bytes that follow; a fault when more are announced than are left. */
  count(size: number): number {
    const count = this.word();
    if (count < 0 || count * size > this.end - this.at) throw cutShort;
    return count;
  }

  /** A copy of the next `size` bytes, aligned for any type. */
  copy(size: number): ArrayBuffer {
    const start = this.take(size);
    return this.bytes.buffer.slice(start, start + size) as ArrayBuffer;
  }
}
