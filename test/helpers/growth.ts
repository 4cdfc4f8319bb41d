// Comparison of the time that an input costs with that of one eight times as large, independent of the machine's speed.
import { expect } from 'vitest';

const FACTOR = 8;
/** Between linear (8) and quadratic (64) growth; collections of garbage cost a large input more. */
const LIMIT = 32;
const ROUNDS = 3;
/** Least time of the smaller input: beyond what compilation, caches and the clock's resolution decide. */
const LEAST_MS = 2;
const ATTEMPTS = 16;

function timeOf(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = performance.now();
    run();
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}

/**
 * Expects the best time of `prepare(8 n)()` to be far from 64 times that of `prepare(n)()`, for an n of at least `least`.
 * What `prepare` returns is called several times.
 */
export function expectLinear(prepare: (size: number) => () => unknown, least: number): void {
  let size = least;
  let small = prepare(size);
  while (timeOf(small) < LEAST_MS) {
    size *= 2;
    small = prepare(size);
  }
  const large = prepare(size * FACTOR);
  const ratios: number[] = [];
  // A busy machine may spoil a comparison, hardly all of them.
  while (ratios.length < ATTEMPTS) {
    const ratio = timeOf(large) / timeOf(small);
    if (ratio < LIMIT) return;
    ratios.push(ratio);
  }
  expect.fail(
    `${FACTOR} times ${size} took ${ratios.map((ratio) => ratio.toFixed(1)).join(', ')} times as long, each time`,
  );
}
