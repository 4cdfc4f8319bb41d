// The pool of outgoing buffers: how many there are, how large, and how much memory waits at the most.
import { beforeEach, describe, expect, it, vi } from 'vitest';

type Pool = typeof import('../../host/codec/batch-pool.js');

const USUAL = 65_536;
const MIB = 1_048_576;

let pool: Pool;
beforeEach(async () => {
  vi.resetModules(); // a pool of its own for each test
  pool = await import('../../host/codec/batch-pool.js');
});

const takeMany = (count: number, size: number): Uint8Array[] =>
  Array.from({ length: count }, () => pool.takeBatch(size));
/** Which of `known` each is, -1 for none: buffers are large, and no failure shall print them. */
const places = (batches: readonly Uint8Array[], known: readonly Uint8Array[]): number[] =>
  batches.map((batch) => known.indexOf(batch));
const sizes = (batches: readonly Uint8Array[]): number[] => batches.map(({ length }) => length);
const repeated = (count: number, size: number): number[] => new Array<number>(count).fill(size);

describe('up to 65,536 bytes', () => {
  it.each([0, 1, 10, USUAL])('%d fit into a buffer of the usual size', (size) => {
    expect(pool.takeBatch(size)).toHaveLength(USUAL);
  });

  it('32 usual buffers are made, and what more is needed is just large enough', () => {
    expect(sizes(takeMany(34, 10))).toEqual([...repeated(32, USUAL), 10, 10]);
  });

  it('what fills a usual buffer counts as one', () => {
    expect(sizes([...takeMany(32, USUAL), ...takeMany(1, 10)])).toEqual([...repeated(32, USUAL), 10]);
  });

  it('the same buffers come back', () => {
    const batches = takeMany(32, 10);
    for (const batch of batches) pool.giveBatch(batch);
    expect(places(takeMany(32, 10), batches).sort((a, b) => a - b)).toEqual([...batches.keys()]);
    expect(pool.takeBatch(10)).toHaveLength(10);
  });

  it('no more than 32 wait', () => {
    for (const batch of takeMany(32, 10)) pool.giveBatch(batch);
    for (let i = 0; i < 8; i += 1) pool.giveBatch(new Uint8Array(USUAL));
    expect(sizes(takeMany(40, 10))).toEqual([...repeated(32, USUAL), ...repeated(8, 10)]);
  });

  it('one that does not come back makes room for another', () => {
    const [lost] = takeMany(32, 10);
    pool.loseBatch(lost);
    pool.loseBatch(new Uint8Array(10));
    pool.loseBatch(new Uint8Array(USUAL + 1));
    expect(sizes(takeMany(2, 10))).toEqual([USUAL, 10]);
  });

  it('a buffer of another size is not kept', () => {
    pool.giveBatch(new Uint8Array(10));
    expect(pool.takeBatch(10)).toHaveLength(USUAL);
    for (let i = 0; i < 200; i += 1) pool.giveBatch(new Uint8Array(USUAL - 1)); // nor do they take the large ones' room
    const large = new Uint8Array(8 * MIB);
    pool.giveBatch(large);
    expect(pool.takeBatch(8 * MIB) === large).toBe(true);
  });
});

describe('above 65,536 bytes', () => {
  it('a buffer is as large as it has to be, and comes back for what fills half of it', () => {
    const batch = pool.takeBatch(200_000);
    expect(batch).toHaveLength(200_000);
    for (const size of [200_000, 150_000, 100_000]) {
      pool.giveBatch(batch);
      expect(pool.takeBatch(size) === batch).toBe(true);
    }
    pool.giveBatch(batch);
    expect(sizes([pool.takeBatch(200_001), pool.takeBatch(99_999)])).toEqual([200_001, 99_999]);
    expect(pool.takeBatch(100_000) === batch).toBe(true);
  });

  it('8 MiB wait at the most', () => {
    const batches = takeMany(9, MIB);
    for (const batch of batches) pool.giveBatch(batch);
    expect(places(takeMany(9, MIB), batches)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, -1]);
  });

  it('what is taken makes room, by its own size', () => {
    const [small, large, other] = [MIB, 7 * MIB, 2 * MIB].map((size) => new Uint8Array(size));
    const comesBack = (batch: Uint8Array): boolean => pool.takeBatch(batch.length) === batch;
    for (const batch of [small, large, other]) pool.giveBatch(batch);
    expect(comesBack(other)).toBe(false);
    expect(comesBack(small)).toBe(true);
    pool.giveBatch(other);
    expect(comesBack(other)).toBe(false);
    expect(comesBack(large)).toBe(true);
    pool.giveBatch(other);
    expect(comesBack(other)).toBe(true);
  });

  it.each([
    [8 * MIB, true],
    [8 * MIB + 1, false],
  ])('of %d bytes comes back: %s', (size, isKept) => {
    const batch = pool.takeBatch(size);
    pool.giveBatch(batch);
    expect(pool.takeBatch(size) === batch).toBe(isKept);
  });
});
