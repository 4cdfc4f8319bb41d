// How `npm run guard` judges, without a clock: slower is what lies below the limit and below the noise.
import { describe, expect, it } from 'vitest';
import { median } from '../../scripts/lib/median.mjs';
import { judge } from '../../scripts/lib/versus.mjs';

const QUIET = [0.99, 1, 1.01, 1, 1.02];
const LOUD = [0.6, 1.3, 0.7, 1.1, 1];

const VERDICTS: [string, number[], number[], boolean][] = [
  ['the same speed', [1, 0.99, 1.01], QUIET, false],
  ['a little slower', [0.93, 0.92, 0.95], QUIET, false],
  ['a fifth slower', [0.8, 0.79, 0.83], QUIET, true],
  ['a fifth slower, on a machine that is busy', [0.8, 0.79, 0.83], LOUD, false],
  ['half as fast, on a machine that is busy', [0.5, 0.48, 0.52], LOUD, true],
  ['one slow round', [0.2, 1, 1.01], QUIET, false],
  ['faster', [1.5, 1.4, 1.6], QUIET, false],
  ['slower, while the twin was quicker by as much', [0.8, 0.8, 0.8], [1.3, 1.3, 1.3, 1.3, 1.3], false],
  ['slower, while the twin stumbled once', [0.8, 0.8, 0.8], [0.4, 1, 1, 1, 1], true],
];

describe('the guard', () => {
  it.each(VERDICTS)('judges: %s', (_, ratios, noise, slower) => {
    expect(judge(ratios, noise, 0.9).slower).toBe(slower);
  });

  it('takes the middle value', () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])]).toEqual([2, 2.5, 7]);
  });
});
