// `npm run bench`: measures this package beside others, contestants taking turns, and prints medians and spread.
// Prints; asserts nothing about speed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installOnce } from '../scripts/lib/install.mjs';
import { contest } from './lib/contest.mjs';
import { formatSuite } from './lib/report.mjs';

const SUITES = ['mask', 'utf8', 'decode', 'echo'];
const RESULTS = fileURLToPath(new URL('results/latest.json', import.meta.url));

const HELP = `npm run bench -- [options]
  --quick          fewer cases, shorter measurements
  --only <names>   some suites, separated by commas: ${SUITES.join(', ')}
  --rounds <n>     turns of each contestant (3)
  --json           also write bench/results/latest.json, which the README's numbers are made from
  --help`;

function readOptions() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: SUITES.join(',') },
      rounds: { type: 'string', default: '3' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only.split(',').map((name) => name.trim());
  const unknown = only.filter((name) => !SUITES.includes(name));
  if (unknown.length > 0) throw new Error(`--only knows ${SUITES.join(', ')}, got ${unknown.join(', ')}`);
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be 1 or more, got ${values.rounds}`);
  return { ...values, only, rounds, milliseconds: values.quick ? 30 : 200 };
}

async function runSuite(name, options) {
  const suite = await import(`./suites/${name}.mjs`);
  const { title, unit, better } = suite;
  const cases = [];
  try {
    for (const { label, contestants } of suite.cases(options)) {
      cases.push({ label, results: await contest(contestants, options.rounds, suite.warmUp ?? true) });
    }
  } finally {
    suite.finish?.();
  }
  return { name, title, unit, better, cases };
}

async function main() {
  const options = readOptions();
  if (options.help) {
    console.log(HELP);
    return;
  }
  installOnce(fileURLToPath(new URL('contestants', import.meta.url)));
  const { describeEnvironment, environment } = await import('./lib/environment.mjs');
  const where = environment();
  const { quick, rounds } = options;
  console.log(describeEnvironment(where));
  console.log(`options: ${rounds} rounds, ${quick ? 'quick' : 'full'}\n`);
  const suites = [];
  for (const name of options.only) {
    suites.push(await runSuite(name, options));
    console.log(`${formatSuite(suites.at(-1))}\n`);
  }
  if (!options.json) return;
  mkdirSync(new URL('results/', import.meta.url), { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify({ ...where, options: { quick, rounds }, suites }, null, 2)}\n`);
  console.log(`written: ${RESULTS}`);
}

try {
  await main();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
