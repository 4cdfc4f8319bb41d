// The bench's own judgement: turns, ratios, targets, and how numbers are written. No speed is looked at here.
import { describe, expect, it } from 'vitest';
import { contest, summary } from '../../bench/lib/contest.mjs';
import { formatSize, formatTimes, formatValue } from '../../bench/lib/format.mjs';
import { judge, ratioOf, wordsOf } from '../../bench/lib/targets.mjs';

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

describe('a target', () => {
  const results = { own: summary([100, 10, 90]), other: summary([50, 5, 90]), base: summary([20, 20, 20]) };

  it('compares round by round, since both slow down together', () => {
    expect(ratioOf(results.own, results.other, 'higher')).toEqual({ median: 2, min: 1, max: 2 });
    expect(ratioOf(results.own, results.other, 'lower').median).toBe(0.5);
  });

  it.each([
    [{ versus: 'other', atLeast: 2 }, true, 'own ≥ 2 × other'],
    [{ versus: 'other', atLeast: 2.1 }, false, 'own ≥ 2.1 × other'],
    [{ of: 'other', versus: 'own', atLeast: 0.5 }, true, 'other ≥ 0.5 × own'],
    [{ versus: 'gone', atLeast: 1 }, null, 'own ≥ 1 × gone'],
    [{ atMost: 90 }, true, 'own ≤ 90 ms'],
    [{ atMost: 89 }, false, 'own ≤ 89 ms'],
    [{ versus: 'base', atMostAbove: 70 }, true, 'own ≤ 70 ms above base'],
    [{ versus: 'base', atMostAbove: 69 }, false, 'own ≤ 69 ms above base'],
  ])('is met, missed or not measured: %o', (target, met, words) => {
    const [judged] = judge([target], results, 'higher', 'own');
    expect(judged.met).toBe(met);
    expect(wordsOf(judged, 'ms')).toBe(words);
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

  it('a ratio to nothing is not written', () => {
    expect([formatTimes(Number.NaN), formatTimes(Number.POSITIVE_INFINITY), formatTimes(0)]).toEqual(['', '', '']);
  });
});
