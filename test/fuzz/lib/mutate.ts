// Changes to inputs: bits, bytes, numbers, parts that move, words of the target's language, and other inputs' parts.
import type { Random } from './random.js';

const ODD_BYTES = [0, 1, 2, 0x7d, 0x7e, 0x7f, 0x80, 0x81, 0xfe, 0xff];
const ODD_NUMBERS = [0, 1, -1, 125, 126, 127, 255, 256, 65535, 65536, 0x7fffffff, -0x80000000];

type Change = (bytes: Uint8Array, random: Random, words: readonly Uint8Array[]) => Uint8Array;

function spliced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const end = Math.min(bytes.length, at + removed);
  const whole = new Uint8Array(at + added.length + bytes.length - end);
  whole.set(bytes.subarray(0, at));
  whole.set(added, at);
  whole.set(bytes.subarray(end), at + added.length);
  return whole;
}

function numberBytes(random: Random): Uint8Array {
  const size = random.pick([2, 4, 8]);
  const view = new DataView(new ArrayBuffer(8));
  const value = random.pick(ODD_NUMBERS) + random.below(3) - 1;
  const little = random.below(2) === 0;
  if (size === 2) view.setInt16(0, value, little);
  else if (size === 4) view.setInt32(0, value, little);
  else view.setBigInt64(0, BigInt(value), little);
  return new Uint8Array(view.buffer, 0, size);
}

const place = (bytes: Uint8Array, random: Random): number => random.below(bytes.length + 1);

const CHANGES: readonly Change[] = [
  (bytes, random) => {
    const at = random.below(bytes.length);
    return spliced(bytes, at, 1, Uint8Array.of(bytes[at] ^ (1 << random.below(8))));
  },
  (bytes, random) => spliced(bytes, random.below(bytes.length), 1, Uint8Array.of(random.next())),
  (bytes, random) => spliced(bytes, random.below(bytes.length), 1, Uint8Array.of(random.pick(ODD_BYTES))),
  (bytes, random) => spliced(bytes, place(bytes, random), 0, Uint8Array.of(random.next())),
  (bytes, random) => spliced(bytes, random.below(bytes.length), 1 + random.below(8), new Uint8Array(0)),
  (bytes, random) => {
    const added = numberBytes(random);
    return spliced(bytes, place(bytes, random), random.below(2) * added.length, added);
  },
  (bytes, random) => {
    const from = random.below(bytes.length);
    return spliced(bytes, place(bytes, random), 0, bytes.slice(from, from + 1 + random.below(32)));
  },
  (bytes, random) => bytes.slice(0, place(bytes, random)),
  (bytes, random, words) => {
    if (words.length === 0) return bytes;
    const word = random.pick(words);
    return spliced(bytes, place(bytes, random), random.below(2) * word.length, word);
  },
];

/** `input` with one to a few changes, of which some come from `other`; at most `maxSize` bytes. */
export function mutate(
  input: Uint8Array,
  other: Uint8Array,
  words: readonly Uint8Array[],
  random: Random,
  maxSize: number,
): Uint8Array {
  let bytes: Uint8Array = input;
  if (random.below(8) === 0) {
    const from = place(other, random);
    bytes = spliced(bytes, place(bytes, random), random.below(16), other.slice(from, from + 1 + random.below(64)));
  }
  for (let count = 1 + random.below(random.pick([1, 2, 4, 12])); count > 0; count -= 1) {
    bytes = bytes.length === 0 ? Uint8Array.of(random.next()) : random.pick(CHANGES)(bytes, random, words);
  }
  return bytes.length > maxSize ? bytes.slice(0, maxSize) : bytes;
}

/** A smaller input that still `fails`, found in at most `tries` runs. */
export async function shrink(
  input: Uint8Array,
  fails: (input: Uint8Array) => Promise<boolean>,
  tries = 600,
): Promise<Uint8Array> {
  let least = input;
  let left = tries;
  for (let size = Math.max(1, least.length >> 1); size >= 1; size >>= 1) {
    for (let at = 0; at < least.length && left > 0; ) {
      const shorter = spliced(least, at, size, new Uint8Array(0));
      left -= 1;
      if (await fails(shorter)) least = shorter;
      else at += size;
    }
  }
  return least;
}
