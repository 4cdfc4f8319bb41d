// A count of the collisions that decoded keys cause in a Map, which refuses keys that were chosen to collide. V8 hashes
// numbers without a secret, and some releases also texts that are array indices: without a limit, a packet of colliding
// keys takes time that grows with the square of its size. Other engines refuse the same packets.
import { ERR_INVALID_DATA } from '../binding/errors.js';
import { Fault } from './fault.js';

/** A Map of V8 has half as many buckets as it has room for entries; both double when it is full. */
const FIRST_ROOM = 32;
/** Most digits of an array index. */
const MAX_DIGITS = 10;
const MAX_INDEX = 2 ** 32 - 2;
const NO_HASH = -1;

const collide = new Fault(ERR_INVALID_DATA, 'the keys of a dictionary were chosen to collide');

/** A number is looked up twice, and its key is shorter on the wire than a text: its steps count more. */
const NUMBER_STEP = 4;
const TEXT_STEP = 1;
/** Steps per key that are allowed: 16 between numbers and 64 between texts, where chance makes 1. */
const STEPS_PER_KEY = 64;
/** What small dictionaries may waste. */
const FREE_STEPS = 16_384;

const double = new Float64Array(1);
const doubleWords = new Uint32Array(double.buffer);

export class Collisions {
  #hashes = new Int32Array(FIRST_ROOM);
  /** Number of keys in each bucket. */
  #buckets = new Uint32Array(FIRST_ROOM / 2);
  #count = 0;
  #steps = 0;

  /** Counts a key that was added to the Map. Throws a Fault when the keys collide beyond chance. */
  add(key: unknown): void {
    const hash = mapHash(key);
    if (hash === NO_HASH) return;
    if (this.#count === this.#hashes.length) this.#grow();
    this.#hashes[this.#count] = hash;
    this.#count += 1;
    const bucket = hash & (this.#buckets.length - 1);
    const before = this.#buckets[bucket] as number;
    this.#buckets[bucket] = before + 1;
    this.#steps += before * (typeof key === 'string' ? TEXT_STEP : NUMBER_STEP);
    if (this.#steps <= FREE_STEPS + STEPS_PER_KEY * this.#count) return;
    if (typeof key === 'string' && !textsCollide()) return;
    throw collide;
  }

  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const buckets = new Uint32Array(this.#buckets.length * 2);
    const mask = buckets.length - 1;
    for (let i = 0; i < this.#count; i += 1) {
      const bucket = (hashes[i] as number) & mask;
      buckets[bucket] = (buckets[bucket] as number) + 1;
    }
    this.#buckets = buckets;
  }
}

/** The hash by which a Map of V8 finds `key`; NO_HASH for keys whose hash is secret. */
export function mapHash(key: unknown): number {
  if (typeof key === 'number') return numberHash(key);
  if (typeof key === 'string') return indexHash(key);
  if (typeof key !== 'bigint') return NO_HASH;
  const digit = BigInt.asUintN(64, key < 0n ? -key : key);
  return longHash(Number(digit >> 32n), Number(digit & 0xffff_ffffn));
}

function numberHash(key: number): number {
  if ((key | 0) === key) return intHash(key);
  double[0] = key;
  return longHash(doubleWords[1] as number, doubleWords[0] as number);
}

function intHash(key: number): number {
  let hash = (~key + (key << 15)) | 0;
  hash ^= hash >>> 12;
  hash = (hash + (hash << 2)) | 0;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2057);
  return (hash ^ (hash >>> 16)) & 0x3fff_ffff;
}

/** Of 64 bits, in two halves: ~h + (h << 18), h ^ h >> 31, h * 21, h ^ h >> 11, h * 65, h ^ h >> 22. */
function longHash(upper: number, lower: number): number {
  let low = (~lower >>> 0) + ((lower << 18) >>> 0);
  let high = (~upper + ((upper << 18) | (lower >>> 14)) + (low > 0xffff_ffff ? 1 : 0)) >>> 0;
  low = (low ^ ((high << 1) | ((low >>> 0) >>> 31))) >>> 0;
  high = (high ^ (high >>> 31)) >>> 0;
  high = (Math.imul(high, 21) + Math.floor((low * 21) / 2 ** 32)) >>> 0;
  low = (low * 21) >>> 0;
  low = (low ^ ((high << 21) | (low >>> 11))) >>> 0;
  high = (high ^ (high >>> 11)) >>> 0;
  high = (Math.imul(high, 65) + Math.floor((low * 65) / 2 ** 32)) >>> 0;
  low = (low * 65) >>> 0;
  return (low ^ ((high << 10) | (low >>> 22))) & 0x3fff_ffff;
}

/** The index itself is the hash of a text that is an array index. */
function indexHash(text: string): number {
  const first = text.charCodeAt(0);
  if (!(first >= 0x30 && first <= 0x39) || text.length > MAX_DIGITS) return NO_HASH;
  const index = Number(text);
  return Number.isInteger(index) && index <= MAX_INDEX && String(index) === text ? index & 0x3fff_ffff : NO_HASH;
}

let doTextsCollide: boolean | undefined;

/**
 * Whether this engine takes an array index itself as the hash of its text; newer releases of V8 scramble it. Measured,
 * once, when texts collide that way: it is slower by a factor of about 100, or by none.
 */
function textsCollide(): boolean {
  doTextsCollide ??= 8 * fillTime(7919) < fillTime(65_536);
  return doTextsCollide;
}

/** The shortest of five times to fill a Map with 4,096 texts of multiples of `step`. */
function fillTime(step: number): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run += 1) {
    const texts = Array.from({ length: 4096 }, (_, i) => String(i * step));
    const map = new Map<string, number>();
    const start = performance.now();
    for (const text of texts) map.set(text, 0);
    shortest = Math.min(shortest, performance.now() - start);
  }
  return shortest;
}
