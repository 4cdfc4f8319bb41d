// `npm run bench`: measures this package and others in turns, prints medians, spread and targets, and writes results,
// chart and page. Asserts nothing about speed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawChart } from './lib/charts/chart.mjs';
import { contest } from './lib/contest.mjs';
import { absent, findContestants } from './lib/contestants.mjs';
import { describeMachine, describeOptions, describeVersions } from './lib/describe.mjs';
import { environment } from './lib/environment.mjs';
import { HELP, readOptions } from './lib/options.mjs';
import { drawPage } from './lib/page/page.mjs';
import { formatSuite, formatVerdict } from './lib/report.mjs';
import { judged, RESULTS_FOLDER, together } from './lib/results.mjs';
import { stopPrograms } from './lib/servers.mjs';

const RESULTS = fileURLToPath(new URL('../build/bench/results.json', import.meta.url));

async function runCase(one, suite, options) {
  const { contestants, targets: given, ...rest } = one;
  const first = Object.keys(contestants)[0];
  const targets = given.map((target) => ({ of: first, ...target }));
  const rounds = Math.min(options.rounds, suite.mostRounds ?? Number.POSITIVE_INFINITY);
  const { results, failures } = await contest(contestants, rounds, suite.warmUp ?? true);
  return { ...rest, results, failures, targets };
}

async function runSuite(name, options) {
  const start = performance.now();
  const suite = await import(`./suites/${name}.mjs`);
  const { title, unit, better, about, curve } = suite;
  const cases = [];
  try {
    for (const one of await suite.cases(options)) cases.push(await runCase(one, suite, options));
  } finally {
    suite.finish?.();
    stopPrograms();
  }
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  return { name, title, unit, better, about, curve, seconds, cases };
}

/** Fails when this package has dropped out; other contestants may. */
function hasFailed({ cases }) {
  return cases.some(({ failures }) => Object.keys(failures).some((name) => name.startsWith('websocketpeer')));
}

/** Writes the run; with chart and page, unless it joins the recorded ones, which `npm run docs` draws together. */
function write(file, run) {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify(run, null, 1)}\n`);
  if (folder === RESULTS_FOLDER) {
    console.log(`written: ${file}; \`npm run docs\` draws it with the other results`);
    return;
  }
  const measured = together([run]);
  const chart = drawChart(measured);
  if (chart !== null) writeFileSync(join(folder, 'chart.svg'), chart);
  writeFileSync(join(folder, 'index.html'), drawPage(measured));
  console.log(`written: ${file}, and ${chart === null ? '' : 'chart.svg and '}index.html beside it`);
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  const start = performance.now();
  const where = environment(findContestants());
  const { quick, rounds } = options;
  console.log(`${where.date}\n${describeVersions(where)}\n${describeMachine(where)}`);
  console.log(describeOptions(options));
  const { loadAverage, cores } = where.machine;
  if (loadAverage > cores / 2) console.log('this machine is busy with other things: the spread will be wide');
  for (const [name, reason] of absent) console.log(`absent: ${name}: ${reason}`);
  const suites = [];
  for (const name of options.only) {
    suites.push(await runSuite(name, options));
    console.log(`\n${formatSuite(judged(suites.at(-1)))}`);
  }
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`\n${formatVerdict(suites.map(judged))}\ntook ${seconds} s`);
  const run = { ...where, options: { quick, rounds }, absent: Object.fromEntries(absent), suites };
  write(options.json === undefined ? RESULTS : resolve(options.json), run);
  if (suites.some(hasFailed)) process.exitCode = 1;
}

/** Started programs end with their input; the engine's folder must be removed. */
process.once('SIGINT', () => {
  stopPrograms();
  process.exit(130);
});

try {
  await main();
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
