// An inflater (RFC 1951), plain and slow, which tells what zlib's lets pass: how far back a message refers, and that it ends
// with a whole block.

/** Number of codes of each length, and the symbols in their order. */
interface Tree {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END_OF_BLOCK = 256;
/** No message of a case is larger. */
const MOST = 1 << 27;

class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#count === 0 && this.#at === this.#bytes.length;
  }

  bits(count: number): number {
    while (this.#count < count) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new Error('that ends in the middle of a block (§7.2.1)');
      this.#held |= byte << this.#count;
      this.#at += 1;
      this.#count += 8;
    }
    const value = this.#held & ((1 << count) - 1);
    this.#held >>>= count;
    this.#count -= count;
    return value;
  }

  symbol({ counts, symbols }: Tree): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length < 16; length += 1) {
      code |= this.bits(1);
      const count = counts[length] as number;
      if (code - count < first) return symbols[index + code - first] as number;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new Error('with a code that stands for nothing (RFC 1951 §3.2)');
  }

  toByte(): void {
    this.#held = 0;
    this.#count = 0;
  }
}

function treeOf(lengths: readonly number[]): Tree {
  const counts = new Uint16Array(16);
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] as number) + 1;
  const bySize = [...lengths.keys()].filter((symbol) => lengths[symbol] !== 0);
  bySize.sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
  return { counts, symbols: Uint16Array.from(bySize) };
}

interface Trees {
  readonly literals: Tree;
  readonly distances: Tree;
}

const repeated = (count: number, value: number): number[] => new Array<number>(count).fill(value);
const FIXED: Trees = {
  literals: treeOf([...repeated(144, 8), ...repeated(112, 9), ...repeated(24, 7), ...repeated(8, 8)]),
  distances: treeOf(repeated(30, 5)),
};

/** §3.2.7. */
function dynamicTrees(input: BitReader): Trees {
  const literals = input.bits(5) + 257;
  const distances = input.bits(5) + 1;
  const codes = input.bits(4) + 4;
  const ofLengths = repeated(19, 0);
  for (const place of LENGTH_ORDER.slice(0, codes)) ofLengths[place] = input.bits(3);
  const tree = treeOf(ofLengths);
  const lengths: number[] = [];
  while (lengths.length < literals + distances) {
    const symbol = input.symbol(tree);
    if (symbol < 16) lengths.push(symbol);
    else if (symbol === 16) lengths.push(...repeated(3 + input.bits(2), lengths.at(-1) ?? 0));
    else lengths.push(...repeated(symbol === 17 ? 3 + input.bits(3) : 11 + input.bits(7), 0));
  }
  return { literals: treeOf(lengths.slice(0, literals)), distances: treeOf(lengths.slice(literals)) };
}

/** §3.2.5. */
function lengthOf(symbol: number, input: BitReader): number {
  if (symbol < 265) return symbol - 254;
  if (symbol === 285) return 258;
  const extra = (symbol - 261) >> 2;
  return (((symbol - 265) & 3) << extra) + 3 + (4 << extra) + input.bits(extra);
}

function distanceOf(symbol: number, input: BitReader): number {
  if (symbol < 4) return symbol + 1;
  const extra = (symbol >> 1) - 1;
  return ((2 + (symbol & 1)) << extra) + 1 + input.bits(extra);
}

/** Bytes that grow, behind those of earlier messages. */
class Output {
  #bytes: Buffer;
  readonly #start: number;
  readonly #window: number;
  #end: number;

  constructor(history: Uint8Array, window: number) {
    this.#bytes = Buffer.alloc(Math.max(1024, history.length * 2));
    this.#bytes.set(history);
    this.#start = history.length;
    this.#end = history.length;
    this.#window = window;
  }

  put(byte: number): void {
    if (this.#end === this.#bytes.length) this.#grow();
    this.#bytes[this.#end] = byte;
    this.#end += 1;
  }

  copy(distance: number, length: number): void {
    if (distance > this.#window) throw new Error(`that goes ${distance} bytes back, beyond its window (§7.1.2)`);
    if (distance > this.#end)
      throw new Error(`that goes ${distance} bytes back, where ${this.#end} are known (§7.1.1)`);
    for (let at = 0; at < length; at += 1) this.put(this.#bytes[this.#end - distance] as number);
  }

  get message(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  #grow(): void {
    if (this.#end > MOST) throw new Error(`of more than ${MOST} bytes`);
    this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(this.#bytes.length)]);
  }
}

function inflateBlock(input: BitReader, output: Output): void {
  const kind = input.bits(2);
  if (kind === 3) throw new Error('with a block of no known kind (RFC 1951 §3.2.3)');
  if (kind === 0) {
    input.toByte();
    const length = input.bits(16);
    if ((length ^ input.bits(16)) !== 0xffff) throw new Error('with a stored block of two lengths (RFC 1951 §3.2.4)');
    for (let at = 0; at < length; at += 1) output.put(input.bits(8));
    return;
  }
  const { literals, distances } = kind === 1 ? FIXED : dynamicTrees(input);
  for (let symbol = input.symbol(literals); symbol !== END_OF_BLOCK; symbol = input.symbol(literals)) {
    if (symbol < END_OF_BLOCK) output.put(symbol);
    else {
      const length = lengthOf(symbol, input);
      output.copy(distanceOf(input.symbol(distances), input), length);
    }
  }
}

const TAIL = Uint8Array.of(0x00, 0x00, 0xff, 0xff);

/**
 * Inflates the payload of a message (RFC 7692 §7.2.2), which may refer to `history` and goes no more than `window` bytes
 * back. Throws what is wrong about it: "a compressed message …".
 */
export function inflateMessage(payload: Uint8Array, history: Uint8Array, window: number): Buffer {
  const input = new BitReader(Buffer.concat([payload, TAIL]));
  const output = new Output(history, window);
  while (!input.isAtEnd) {
    const isFinal = input.bits(1) === 1;
    inflateBlock(input, output);
    if (isFinal) input.toByte(); // what follows begins a byte (§7.2.3.4)
  }
  return output.message;
}
