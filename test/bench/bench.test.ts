// The bench's own judgement: turns, ratios, targets, and how numbers are written. No speed is looked at here.
import { describe, expect, it } from 'vitest';
import { comparisonsOf, ownFor, ratioOf, verdictOf } from '../../bench/lib/compare.mjs';
import { contest, summary } from '../../bench/lib/contest.mjs';
import { formatSize, formatTimes, formatTimesSpread, formatValue } from '../../bench/lib/format.mjs';
import { judge, reachedOf, wordsOf } from '../../bench/lib/targets.mjs';

describe('a contest', () => {
  it('lets everybody have a turn in each round, and another one begin', async () => {
    const turns: string[] = [];
    const contestant = (name: string) => () => turns.push(name);
    await contest({ a: contestant('a'), b: contestant('b'), c: contestant('c') }, 3, false);
    expect(turns.join('')).toBe('abcbcacab');
  });

  it('does not count the round that warms up', async () => {
    let calls = 0;
    const { results } = await contest({ a: () => calls++ }, 2, true);
    expect(results.a.rounds).toEqual([1, 2]);
  });

  it('goes on without one that fails, and tells why', async () => {
    const failing = (): never => {
      throw new Error('out of breath');
    };
    const { results, failures } = await contest({ a: () => 5, b: failing }, 2, false);
    expect(results).toEqual({ a: { median: 5, min: 5, max: 5, rounds: [5, 5] } });
    expect(failures).toEqual({ b: 'out of breath' });
  });

  it('keeps the processor shares beside the values, unknown ones apart', async () => {
    const shares = [
      { server: 0.5, load: 0.125 },
      { server: null, load: 0.375 },
    ];
    let turn = 0;
    const { results } = await contest({ a: () => ({ value: 1, cpu: shares[turn++] }) }, 2, false);
    expect(results).toMatchObject({ a: { cpu: { server: 0.5, load: 0.25 } } });
  });
});

/** Rounds of one contestant and another, with the ratio of their medians and the ratios of single rounds. */
const RATIOS: [string, number[], number[], string, number, [number, number], string][] = [
  ['of equal rounds', [10, 10, 10], [10, 10, 10], 'higher', 1, [1, 1], 'even'],
  ['where every round says so', [30, 20, 40], [10, 10, 10], 'higher', 3, [2, 4], 'better'],
  ['where less is better', [30, 20, 40], [10, 10, 10], 'lower', 1 / 3, [0.25, 0.5], 'worse'],
  ['of an even number of rounds', [1, 2, 3, 4], [1, 1, 1, 1], 'higher', 2.5, [1, 4], 'even'],
  // The median of the rounds' own ratios is 1.13 here, though the greater median is the other one's.
  ['below 1 where the median is less', [2131, 3041, 1868], [1883, 2290, 2823], 'higher', 0.93, [0.66, 1.33], 'even'],
  ['above 1 where the median is more', [100, 10, 90], [50, 5, 95], 'higher', 1.8, [0.95, 2], 'even'],
];

describe('a ratio', () => {
  it.each(RATIOS)('%s is that of the medians', (_, own, other, better, value, [min, max], verdict) => {
    const ratio = ratioOf(summary(own), summary(other), better);
    expect(ratio.value).toBeCloseTo(value, 2);
    expect([ratio.min, ratio.max]).toEqual([expect.closeTo(min, 2), expect.closeTo(max, 2)]);
    expect(verdictOf(ratio)).toBe(verdict);
  });

  it('lies between those of the single rounds, whatever the rounds', () => {
    let seed = 1;
    const random = (): number => {
      seed = (seed * 48271) % 2147483647;
      return 1 + (seed % 1000);
    };
    for (let count = 1; count <= 12; count += 1) {
      for (let time = 0; time < 50; time += 1) {
        const rounds = (): number[] => Array.from({ length: count }, random);
        const { value, min, max } = ratioOf(summary(rounds()), summary(rounds()), time % 2 === 0 ? 'higher' : 'lower');
        expect(value).toBeGreaterThanOrEqual(min * (1 - 1e-12));
        expect(value).toBeLessThanOrEqual(max * (1 + 1e-12));
      }
    }
  });

  it('is to this package in the same variant', () => {
    const results = { websocketpeer: 1, 'websocketpeer, deaf': 2, ws: 3, 'ws, deaf': 4, 'net, onread': 5 };
    const names = Object.keys(results);
    expect(names.map((name) => ownFor(name, results))).toEqual([1, 1, 1, 2, 1]);
    expect(ownFor('ws', { ws: 3 })).toBeUndefined();
  });

  it('counts where the other one is another product', () => {
    const names = [
      'websocketpeer',
      'websocketpeer, x',
      'ws',
      'ws without native',
      'ws over websocketpeer',
      'net',
      'Bun',
    ];
    const results = Object.fromEntries(names.map((name, i) => [name, summary([i + 1])]));
    const cases = [
      { label: 'a', results },
      { label: 'without this package', results: { ws: summary([1]), Bun: summary([2]) } },
    ];
    expect(comparisonsOf({ cases, better: 'lower' })).toMatchObject([
      { name: 'ws', verdict: 'better' },
      { name: 'Bun', verdict: 'better' },
    ]);
  });
});

describe('a target', () => {
  const results = { own: summary([100, 10, 90]), other: summary([45, 5, 95]), base: summary([20, 20, 20]) };

  it.each([
    [{ of: 'own', versus: 'other', atLeast: 2 }, true, 'own ≥ 2 × other'],
    [{ of: 'own', versus: 'other', atLeast: 2.1 }, false, 'own ≥ 2.1 × other'],
    [{ of: 'other', versus: 'own', atLeast: 0.5 }, true, 'other ≥ 0.5 × own'],
    [{ of: 'own', versus: 'gone', atLeast: 1 }, null, 'own ≥ 1 × gone'],
    [{ of: 'gone', versus: 'other', atLeast: 1 }, null, 'gone ≥ 1 × other'],
    [{ of: 'own', atMost: 90 }, true, 'own ≤ 90 ms'],
    [{ of: 'own', atMost: 89 }, false, 'own ≤ 89 ms'],
    [{ of: 'own', versus: 'base', atMostAbove: 70 }, true, 'own ≤ 70 ms above base'],
    [{ of: 'own', versus: 'base', atMostAbove: 69 }, false, 'own ≤ 69 ms above base'],
  ])('is met, missed or not measured: %o', (target, met, words) => {
    const [judged] = judge([target], results, 'higher');
    expect(judged.met).toBe(met);
    expect(wordsOf(judged, 'ms')).toBe(words);
  });

  it.each([
    [0.996, true, '1.00×'],
    [0.994, false, '0.99×'],
  ])('is judged by what is shown of it: %d', (value, met, text) => {
    const close = { own: summary([value]), other: summary([1]) };
    const [judged] = judge([{ of: 'own', versus: 'other', atLeast: 1 }], close, 'higher');
    expect([judged.met, reachedOf(judged, '')]).toEqual([met, text]);
  });
});

describe('a number', () => {
  it.each([
    [0, '0'],
    [3.066, '3.07'],
    [83.14, '83.1'],
    [512, '512'],
    [999.7, '1.00 k'],
    [83140, '83.1 k'],
    [1040000, '1.04 M'],
  ])('%d is written as %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });

  it('sizes are written in the units of memory', () => {
    expect([125, 1024, 1048576].map(formatSize)).toEqual(['125 B', '1 KiB', '1 MiB']);
  });

  it.each([
    [0.00307, '0.003×'],
    [0.0512, '0.051×'],
    [0.93, '0.93×'],
    [20.97, '21.0×'],
    [305.4, '305×'],
  ])('a ratio of %d is written as %s', (value, text) => {
    expect(formatTimes(value)).toBe(text);
  });

  it('ratios of single rounds are written as a range, which may have no end', () => {
    expect(formatTimesSpread({ min: 0.66, max: 1.333 })).toBe('0.66–1.33');
    expect(formatTimesSpread({ min: 0, max: Number.POSITIVE_INFINITY })).toBe('0–∞');
  });

  it('a ratio to nothing is not written', () => {
    expect([formatTimes(Number.NaN), formatTimes(Number.POSITIVE_INFINITY), formatTimes(0)]).toEqual(['', '', '']);
  });
});
