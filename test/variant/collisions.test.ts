// Keys of dictionaries that collide in the engine's Map: refused, and what is usual is not.
import { describe, expect, it, test } from 'vitest';
import { bytes_to_var, bytes_to_var_with_objects, bytes2var, Float } from 'websocketpeer/variant';
import { encodeVariant } from '../../host/variant/codec.js';
import { mapHash } from '../../host/variant/collisions.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

type Key = number | bigint | string;

/** The bytes of a dictionary with these keys; made by hand, for a Map here would suffer from them itself. */
function dictionaryOf(keys: readonly Key[], header = 27): Uint8Array {
  const entries = keys.map((key) => {
    const { bytes } = encodeVariant(4, key);
    return Buffer.concat([bytes, Buffer.alloc(4)]); // null as value
  });
  const head = Buffer.alloc(8);
  head.writeInt32LE(header);
  head.writeInt32LE(keys.length, 4);
  return Buffer.concat([head, ...entries]);
}

/** `count` keys whose hashes end in `bits` zeros. */
function colliding(count: number, bits: number, keyOf: (i: number) => Key): Key[] {
  const keys: Key[] = [];
  for (let i = 1; keys.length < count; i += 1) {
    const key = keyOf(i);
    if ((mapHash(key) & (2 ** bits - 1)) === 0) keys.push(key);
  }
  return keys;
}

function refusalOf(keys: readonly Key[]): string {
  bytes_to_var(dictionaryOf(keys));
  return reports.take().join();
}

/** The hash of 64 bits in BigInts: slow and plain. */
function slowHash(value: bigint): number {
  const u64 = (number: bigint): bigint => BigInt.asUintN(64, number);
  let hash = u64(value);
  hash = u64(~hash + (hash << 18n));
  hash ^= hash >> 31n;
  hash = u64(hash * 21n);
  hash ^= hash >> 11n;
  hash = u64(hash * 65n);
  hash ^= hash >> 22n;
  return Number(hash & 0x3fff_ffffn);
}

const bitsOf = (value: number): bigint => new BigUint64Array(new Float64Array([value]).buffer)[0] as bigint;

describe('keys that were chosen to collide are refused', () => {
  const families: [string, (i: number) => Key][] = [
    ['ints', (i) => i | 0],
    ['negative ints', (i) => -i],
    ['ints beyond 32 bits', (i) => i + 2 ** 40],
    ['floats', (i) => i + 0.5],
    ['ints beyond 53 bits', (i) => (BigInt(i) << 8n) + 2n ** 60n],
  ];
  it.each(families)('%s', (_, keyOf) => {
    expect(refusalOf(colliding(1200, 10, keyOf))).toMatch(
      /Invalid data: the keys of a dictionary were chosen to collide/,
    );
  });

  it('in every place of a packet', () => {
    const keys = colliding(1200, 10, (i) => i);
    const dictionary = dictionaryOf(keys);
    const list = Buffer.concat([Buffer.from([28, 0, 0, 0, 1, 0, 0, 0]), dictionary]);
    const asKey = Buffer.concat([Buffer.from([27, 0, 0, 0, 1, 0, 0, 0]), dictionary, Buffer.alloc(4)]);
    const decoders: (() => unknown)[] = [
      () => bytes_to_var(list),
      () => bytes_to_var(asKey),
      () => bytes_to_var(dictionary, { dictionaries: 'object' }),
      () => bytes_to_var_with_objects(dictionary),
      () => bytes2var(Buffer.concat([Buffer.from([18]), dictionary.subarray(1)])),
    ];
    for (const decode of decoders) {
      expect(decode()).toBe(null);
      expect(reports.take().join()).toContain('chosen to collide');
    }
  });

  it('when they come behind others', () => {
    const others = Array.from({ length: 5000 }, (_, i) => i * 3 + 0.25);
    expect(refusalOf([...others, ...colliding(2500, 12, (i) => i)])).toContain('chosen to collide');
  });

  it('not when one key comes again and again', () => {
    const keys = [...Array(20).keys(), ...Array(20_000).fill(7)];
    expect(bytes_to_var(dictionaryOf(keys))).toHaveProperty('size', 20);
  });

  it('not when Int and Float are asked for, which collide with nothing', () => {
    const keys = colliding(1200, 10, (i) => i);
    expect(bytes_to_var(dictionaryOf(keys), { exact: true })).toHaveProperty('size', 1200);
  });
});

describe('usual keys are accepted, 20,000 of them', () => {
  const families: [string, (i: number) => Key][] = [
    ['ints in a row', (i) => i],
    ['negative ints in a row', (i) => -i - 1],
    ['multiples of 65,536', (i) => (i * 65_536) | 0],
    ['cells of a grid in one int', (i) => ((i % 141) << 16) | Math.trunc(i / 141)],
    ['cells of a grid in one long int', (i) => (BigInt(i % 141) << 32n) | BigInt(Math.trunc(i / 141))],
    ['times in milliseconds', (i) => 1_700_000_000_000 + i * 16],
    ['ids with the time in their upper bits', (i) => ((1_700_000_000_000n + BigInt(i)) << 22n) | BigInt(i & 3)],
    ['addresses', (i) => 0x7f00_0000_0000 + i * 4096],
    ['halves', (i) => i + 0.5],
    ['tenths', (i) => (i + 0.5) / 10],
    ['powers', (i) => 1.01 ** ((i % 10_000) + 1) * (i < 10_000 ? 1 : -1)],
    ['numbers as texts', String],
    ['thousands as texts', (i) => String(i * 1000)],
    ['texts', (i) => `player ${i}`],
  ];
  it.each(families)('%s', (_, keyOf) => {
    const keys = Array.from({ length: 20_000 }, (__, i) => keyOf(i));
    expect(bytes_to_var(dictionaryOf(keys))).toHaveProperty('size', new Set(keys).size);
    expect(reports.take()).toEqual([]);
  });
});

describe("the hash is that of the engine's Map", () => {
  const numbers = [0.5, -0.5, 1e300, 2 ** 31, -(2 ** 31) - 1, 2 ** 52 + 1, Math.PI, Number.MIN_VALUE, Infinity];
  test.each(numbers)('of the number %d', (number) => {
    expect(mapHash(number)).toBe(slowHash(bitsOf(number)));
  });

  const bigints = [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n), 0x1234_5678_9abc_def0n];
  test.each(bigints)('of the bigint %d', (value) => {
    expect(mapHash(value)).toBe(slowHash(value < 0n ? -value : value));
  });

  const texts: [string, number][] = [
    ['0', 0],
    ['65536', 65_536],
    ['4294967294', 4_294_967_294 & 0x3fff_ffff],
  ];
  test.each(texts)('of the text %s, an index', (text, hash) => {
    expect(mapHash(text)).toBe(hash);
  });

  test.each(['', '00', '-1', '1.5', '1e3', '4294967295', '12345678901', 'player', true, null, Float(1)])(
    'of no other key: %o',
    (key) => {
      expect(mapHash(key)).toBe(-1);
    },
  );
});

describe('no keys cost more than 5 times usual ones', () => {
  /** The shortest of several times to decode, in milliseconds. */
  function timeOf(bytes: Uint8Array): number {
    let shortest = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 7; run += 1) {
      const start = performance.now();
      bytes_to_var(bytes);
      shortest = Math.min(shortest, performance.now() - start);
    }
    reports.take();
    return shortest;
  }

  const families: [string, Key[], (i: number) => Key][] = [
    ['ints', colliding(12_000, 13, (i) => i | 0), (i) => (i * 7919) | 0],
    ['floats', colliding(4000, 11, (i) => i + 0.5), (i) => i * 7919 + 0.5],
    ['texts', Array.from({ length: 20_000 }, (_, i) => String(i * 65_536)), (i) => String(i * 65_537)],
  ];
  it.each(families)('%s', (_, evil, keyOf) => {
    const usual = evil.map((__, i) => keyOf(i));
    expect(timeOf(dictionaryOf(evil)) / timeOf(dictionaryOf(usual))).toBeLessThan(5);
  });
});
