// A small inflater (RFC 1951), the slow twin of zlib's, which tells how far back a message refers.

interface Inflated {
  readonly bytes: Uint8Array;
  /** Largest distance in it; 0 without any. */
  readonly farthest: number;
}

/** Number of codes of each length, and the symbols in their order. */
interface Tree {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bits(count: number): number {
    let value = 0;
    for (let bit = 0; bit < count; bit += 1) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new Error('the data ends in the middle of a block');
      value |= ((byte >> (this.#at & 7)) & 1) << bit;
      this.#at += 1;
    }
    return value;
  }

  symbol({ counts, symbols }: Tree): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length < 16; length += 1) {
      code |= this.bits(1);
      const count = counts[length] ?? 0;
      if (code - count < first) return symbols[index + code - first] as number;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new Error('no such code');
  }

  toByte(): void {
    this.#at = (this.#at + 7) & ~7;
  }
}

function treeOf(lengths: readonly number[]): Tree {
  const counts = Array.from({ length: 16 }, (_, length) =>
    length === 0 ? 0 : lengths.filter((one) => one === length).length,
  );
  const symbols = counts.flatMap((_, length) =>
    length === 0 ? [] : [...lengths.keys()].filter((symbol) => lengths[symbol] === length),
  );
  return { counts, symbols };
}

const repeated = (count: number, value: number): number[] => new Array(count).fill(value);
const FIXED = {
  literals: treeOf([...repeated(144, 8), ...repeated(112, 9), ...repeated(24, 7), ...repeated(8, 8)]),
  distances: treeOf(repeated(30, 5)),
};

function dynamicTrees(input: BitReader): typeof FIXED {
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
    else if (symbol === 16) lengths.push(...repeated(3 + input.bits(2), lengths.at(-1) as number));
    else lengths.push(...repeated(symbol === 17 ? 3 + input.bits(3) : 11 + input.bits(7), 0));
  }
  return { literals: treeOf(lengths.slice(0, literals)), distances: treeOf(lengths.slice(literals)) };
}

/** §3.2.5: length of a match. */
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

/** Inflates the payload of a message, which lacks the last four bytes (RFC 7692 §7.2.2). */
export function slowInflate(payload: Uint8Array): Inflated {
  const input = new BitReader(Buffer.concat([payload, Uint8Array.of(0x00, 0x00, 0xff, 0xff)]));
  const bytes: number[] = [];
  let farthest = 0;
  for (;;) {
    const isLast = input.bits(1) === 1;
    const kind = input.bits(2);
    if (kind === 0) {
      input.toByte();
      const length = input.bits(16);
      input.bits(16);
      // The empty block that a sync flush ends in.
      if (length === 0) return { bytes: Uint8Array.from(bytes), farthest };
      for (let at = 0; at < length; at += 1) bytes.push(input.bits(8));
    } else {
      const { literals, distances } = kind === 1 ? FIXED : dynamicTrees(input);
      for (let symbol = input.symbol(literals); symbol !== 256; symbol = input.symbol(literals)) {
        if (symbol < 256) bytes.push(symbol);
        else {
          const length = lengthOf(symbol, input);
          const distance = distanceOf(input.symbol(distances), input);
          if (distance > bytes.length) throw new Error(`${distance} bytes back, there are ${bytes.length}`);
          farthest = Math.max(farthest, distance);
          for (let at = 0; at < length; at += 1) bytes.push(bytes[bytes.length - distance] as number);
        }
      }
    }
    if (isLast) return { bytes: Uint8Array.from(bytes), farthest };
  }
}
