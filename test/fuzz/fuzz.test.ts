// The fuzzer's targets, a fixed number of inputs each: with fixed seeds, and with one that is new in each run.

import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { set_error_handler } from '../../host/binding/error-handler.js';
import { storedInputs } from './lib/corpus.js';
import { fuzz } from './lib/fuzzer.js';
import { mutate, shrink } from './lib/mutate.js';
import { Random } from './lib/random.js';
import { slowDecode } from './lib/slow-decoder.js';
import { Complaint, type Target } from './lib/target.js';
import { TARGETS } from './targets/index.js';

vi.mock('#platform', () => import('../helpers/memory-stream-platform.js'));

const CORPUS = fileURLToPath(new URL('corpus', import.meta.url));
/** Inputs of a target of weight 1 for one seed: about a minute for all targets and seeds together. */
const RUNS = 16_000;
const SEEDS = [6455, 2026, Math.floor(Math.random() * 2 ** 31)];

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  set_error_handler(undefined);
  vi.restoreAllMocks();
});

describe.each(TARGETS)('$name: $description', (target) => {
  test.each(SEEDS)('seed %i', async (seed) => {
    const most = RUNS / target.weight;
    const { runs } = await fuzz(target, { seed, directory: CORPUS, goesOn: (count) => count < most });
    expect(runs).toBeGreaterThanOrEqual(most);
  });

  test('its corpus holds inputs of the size that it takes', () => {
    const sizes = storedInputs(CORPUS, target).map(({ input }) => input.length);
    expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(target.maxSize);
  });
});

describe('the fuzzer', () => {
  const seen = async (seed: number): Promise<string[]> => {
    const inputs: string[] = [];
    const target: Target = {
      name: 'none',
      description: 'inputs are only looked at',
      seeds: [Uint8Array.of(1, 2, 3)],
      words: [Uint8Array.of(9, 9)],
      maxSize: 20,
      weight: 1,
      check: (input) => {
        inputs.push(Buffer.from(input).toString('hex'));
        return String(input.length);
      },
    };
    await fuzz(target, { seed, directory: CORPUS, goesOn: (count) => count < 3000 });
    return inputs;
  };

  test('makes the same inputs from the same seed, and others from another', async () => {
    const [first, again, other] = [await seen(1), await seen(1), await seen(2)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first).size).toBeGreaterThan(2000);
  });

  test('makes a failing input as small as it can', async () => {
    const holdsTwoSevens = async (input: Uint8Array): Promise<boolean> => input.filter((byte) => byte === 7).length > 1;
    const input = Uint8Array.from({ length: 200 }, (_, at) => (at % 40 === 3 ? 7 : 0));
    expect(await shrink(input, holdsTwoSevens)).toEqual(Uint8Array.of(7, 7));
  });

  test('finds a decoder that takes a length that is not minimal', async () => {
    const strict = { role: 'client', maxMessageSize: 1000, maxFragments: 10 } as const;
    const random = new Random(1);
    const seed = Uint8Array.of(0x82, 126, 0, 126, ...new Uint8Array(126));
    let found = false;
    for (let run = 0; run < 5000 && !found; run += 1) {
      const input = mutate(seed, seed, [], random, 300);
      const [event] = slowDecode(input, strict);
      found = event?.code === 1002 && input[0] === 0x82 && input[1] === 126 && input[2] === 0;
    }
    expect(found).toBe(true);
  });

  test('a complaint of a target has a name by which reports of handlers show it', () => {
    expect(String(new Complaint('what'))).toBe('Complaint: what');
  });
});
