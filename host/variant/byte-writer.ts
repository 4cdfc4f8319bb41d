// A growing buffer for packets that are written byte by byte: little-endian numbers, texts, parts as they are.

const START_SIZE = 256;
/** A buffer that one large packet needed is not kept for the next. */
const KEPT_SIZE = 65_536;
/** Up to here a loop is faster than a view. */
const SHORT = 96;

const encoder = new TextEncoder();

function copyPart(target: Uint8Array, at: number, source: Uint8Array, start: number, end: number): void {
  if (end - start > SHORT) target.set(source.subarray(start, end), at);
  else for (let i = start; i < end; i += 1) target[at + i - start] = source[i] as number;
}

export class ByteWriter {
  #bytes = new Uint8Array(START_SIZE);
  #view = new DataView(this.#bytes.buffer);
  /** Number of bytes that are written. */
  at = 0;

  /** Begins the next packet. */
  reset(): void {
    if (this.#bytes.length > KEPT_SIZE) this.#use(new Uint8Array(START_SIZE));
    this.at = 0;
  }

  /** A copy of what is written. */
  take(): Uint8Array {
    const taken = new Uint8Array(this.at);
    copyPart(taken, 0, this.#bytes, 0, this.at);
    return taken;
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  /** Offset of the next `size` bytes, which the caller writes. */
  #reserve(size: number): number {
    const { at } = this;
    const end = at + size;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#use(larger);
    }
    this.at = end;
    return at;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  /** 64 bits; a number is a safe integer. */
  i64(value: number | bigint): void {
    const at = this.#reserve(8);
    if (typeof value === 'bigint') this.#view.setBigInt64(at, value, true);
    else {
      this.#view.setInt32(at, value | 0, true);
      this.#view.setInt32(at + 4, Math.floor(value / 0x1_0000_0000), true);
    }
  }

  f32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setFloat32(at, value, true);
  }

  f64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, true);
  }

  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** The bytes of `source` from `start` to `end`. */
  append(source: Uint8Array, start: number, end: number): void {
    const at = this.#reserve(end - start);
    copyPart(this.#bytes, at, source, start, end);
  }

  /** UTF-8 with a zero at its end. */
  text(text: string): void {
    const at = this.#reserve(text.length * 3 + 1);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(at));
    this.#bytes[at + written] = 0;
    this.at = at + written + 1;
  }

  /** Sets the byte, or the four bytes, at an offset that is written already. */
  setU8(at: number, value: number): void {
    this.#bytes[at] = value;
  }

  setU32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }
}
