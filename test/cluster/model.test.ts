// A model of the pair protocol: whatever a broker and the processes do, records arrive in order and once, or both sides
// are told. `npm run test:long` takes millions of steps.
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { failuresOf, steps } from '../helpers/cluster-model.js';
import { useReports } from '../helpers/reports.js';

vi.mock('#platform', async (original) => ({
  ...(await original<object>()),
  clock: (await import('../helpers/game-clock.js')).clock,
}));

const reports = useReports();

/** Some 30 steps each. */
const { runs, ...options } = process.env.WEBSOCKETPEER_LONG === '1' ? { runs: 60_000 } : { runs: 600, seed: 18 };

test('records arrive in order and once, or both sides are told, and there are no storms', {
  timeout: 3_600_000,
}, async () => {
  const seeds = fc.integer({ min: 0, max: 0xffff_ffff });
  const property = fc.asyncProperty(steps, seeds, async (list, seed) => {
    expect(await failuresOf(list, seed)).toEqual([]);
  });
  await fc.assert(property, { numRuns: runs, ...options });
  expect(reports.take()).toEqual([]);
});
