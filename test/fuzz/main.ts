// The program of `npm run fuzz`: runs the targets in turn, steered by V8's coverage of this program.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { storeInput } from './lib/corpus.js';
import { Coverage } from './lib/coverage.js';
import { FuzzFailure, fuzz } from './lib/fuzzer.js';
import type { Target } from './lib/target.js';
import { Watchdog } from './lib/watchdog.js';
import { TARGETS } from './targets/index.js';

const HELP = `npm run fuzz -- [options]
  --seconds <number>   how long, all targets together; 120 unless given
  --runs <number>      how many inputs for each target, instead of a time
  --seed <number>      of the pseudo-random numbers; random unless given
  --target <names>     some of the targets below, with commas between
  --input <file>       runs one input, and shows what it led to
  --keep               stores inputs that led to something new in test/fuzz/corpus/, 40 for each target at most
  --help`;

const CORPUS = relative('.', fileURLToPath(new URL('corpus', import.meta.url)));
/** Most inputs of a target that --keep stores. */
const MOST_STORED = 40;
const LARGEST_SEED = 2 ** 31;

function options() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '120' },
      runs: { type: 'string' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * LARGEST_SEED)) },
      target: { type: 'string', default: TARGETS.map(({ name }) => name).join(',') },
      input: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const named = values.target.split(',').map((name) => {
    const target = TARGETS.find((one) => one.name === name.trim());
    if (target === undefined)
      throw new Error(`--target knows ${TARGETS.map((one) => one.name).join(', ')}, got ${name}`);
    return target;
  });
  return { ...values, seconds: Number(values.seconds), seed: Number(values.seed), targets: named };
}

/** Stores some of the `inputs`, the shorter ones, that are neither seeds nor stored. */
function keepSome(target: Target, inputs: readonly Uint8Array[]): number {
  const fresh = inputs.slice(target.seeds.length).sort((a, b) => a.length - b.length);
  const some = fresh.filter((_, at) => at % Math.ceil(fresh.length / MOST_STORED) === 0);
  for (const input of some) storeInput(CORPUS, target, input, 'kept');
  return some.length;
}

async function main(): Promise<void> {
  const { targets, seconds, seed, runs, input, keep, help } = options();
  if (help) {
    console.log(`${HELP}\n\ntargets:\n${TARGETS.map((one) => `  ${one.name}: ${one.description}`).join('\n')}`);
    return;
  }
  if (input !== undefined) {
    for (const target of targets) {
      console.log(`${target.name}: ${await target.check(new Uint8Array(readFileSync(input)))}`);
    }
    return;
  }
  // What an error handler throws, or calls, is told there.
  console.error = console.warn = () => {};
  const [, program = ''] = process.argv;
  const coverage = new Coverage(pathToFileURL(program).href, readFileSync(program, 'utf8').length);
  const watchdog = new Watchdog();
  for (const target of targets) {
    console.log(`${target.name}: seed ${seed}: ${target.description}`);
    watchdog.watch(target.name);
    const end = performance.now() + (seconds * 1000) / targets.length;
    const result = await fuzz(target, {
      seed,
      directory: CORPUS,
      coverage,
      goesOn: (count) => (runs === undefined ? performance.now() < end : count < Number(runs)),
      before: (next) => watchdog.note(next),
    });
    console.log(`  ${result.runs} inputs, ${result.kept} kept, that led to something new`);
    if (keep) console.log(`  ${keepSome(target, result.inputs)} of them stored in ${CORPUS}/${target.name}`);
  }
  watchdog.end();
  coverage.end();
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof FuzzFailure ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
