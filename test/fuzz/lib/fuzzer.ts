// One run over one target: first all stored inputs, then mutations of what led to something new.
import { relative } from 'node:path';
import { Corpus, storedInputs, storeInput } from './corpus.js';
import type { Coverage } from './coverage.js';
import { mutate, shrink } from './mutate.js';
import { Random } from './random.js';
import type { Target } from './target.js';

/** Inputs between two looks at the coverage: a look costs about as much as some hundred of them. */
const BATCH = 1024;

export interface RunOptions {
  readonly seed: number;
  /** Whether to go on after `runs` inputs. */
  readonly goesOn: (runs: number) => boolean;
  /** Where the corpus is. */
  readonly directory: string;
  readonly coverage?: Coverage | undefined;
  /** Told of each input before it runs. */
  readonly before?: ((input: Uint8Array) => void) | undefined;
}

export interface RunResult {
  readonly runs: number;
  readonly kept: number;
  readonly inputs: readonly Uint8Array[];
}

/** An input for which a target does not hold; `message` says how to run it again. */
export class FuzzFailure extends Error {}

export async function fuzz(target: Target, options: RunOptions): Promise<RunResult> {
  const { coverage, directory, goesOn, seed } = options;
  const stored = storedInputs(directory, target);
  const corpus = new Corpus([...target.seeds, ...stored.map(({ input }) => input)]);
  const random = new Random(seed);
  let runs = 0;
  const run = async (input: Uint8Array): Promise<boolean> => {
    options.before?.(input);
    runs += 1;
    try {
      return corpus.isNews(await target.check(input));
    } catch (error) {
      throw await failureOf(target, input, error, options, runs);
    }
  };
  /** Keeps those of `inputs` that run code that had not run, by halving. */
  const findNews = async (inputs: readonly Uint8Array[]): Promise<void> => {
    for (const input of inputs) await run(input);
    if (coverage?.look(inputs.length === 1) !== true) return;
    if (inputs.length === 1) {
      corpus.keep(inputs[0], random);
      return;
    }
    const middle = inputs.length >> 1;
    await findNews(inputs.slice(0, middle));
    await findNews(inputs.slice(middle));
  };
  for (const input of [...corpus.inputs]) await run(input);
  coverage?.look(true);
  while (goesOn(runs)) {
    const batch: Uint8Array[] = [];
    for (let count = 0; count < BATCH; count += 1) {
      const input = mutate(
        random.pick(corpus.inputs),
        random.pick(corpus.inputs),
        target.words,
        random,
        target.maxSize,
      );
      batch.push(input);
      if (await run(input)) corpus.keep(input, random);
    }
    if (coverage?.look(false) === true) await findNews(batch);
  }
  return { runs, kept: corpus.inputs.length, inputs: corpus.inputs };
}

/** Makes the input small, stores it, and says how to run it again. */
async function failureOf(
  target: Target,
  input: Uint8Array,
  error: unknown,
  { seed, directory }: RunOptions,
  run: number,
): Promise<FuzzFailure> {
  let last = error;
  const fails = async (shorter: Uint8Array): Promise<boolean> => {
    try {
      await target.check(shorter);
      return false;
    } catch (again) {
      last = again;
      return true;
    }
  };
  const least = await shrink(input, fails);
  const file = relative('.', storeInput(directory, target, least, 'failing'));
  await fails(least);
  const again = `npm run fuzz -- --target ${target.name} --input ${file}`;
  const reason = last instanceof Error ? last.stack : String(last);
  return new FuzzFailure(`${target.name}: seed ${seed}, run ${run}: ${reason}\nto run it again: ${again}`);
}
