// `npm run test:long`: every suite on each supported Node, and once more without the system's handles. Each part writes
// its result into test/long/results.json when it is done, so that an interrupted run continues with `-- --only
// <parts>`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, platform, release } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { BuildError, fromRoot, ROOT, runMain, writeWhole } from './lib/files.mjs';
import { installOnce } from './lib/install.mjs';

const RESULTS = fromRoot('test', 'long', 'results.json');
const RUNTIMES = fromRoot('test', 'runtimes');

/** The parts of the run: Node version and environment. */
const PARTS = {
  'node-20': { node: 'node-20' },
  'node-22': { node: 'node-22' },
  'node-24': { node: 'node-24' },
  'node-26': { node: 'node-26' },
  'node-26-sockets': { node: 'node-26', env: { WEBSOCKETPEER_HANDLES: '0' } },
};

const HELP = `npm run test:long -- [options]
  --only <parts>       some of: ${Object.keys(PARTS).join(', ')}
  --project <names>    some of vitest's projects (unit, page, sockets, interop, browser); all of them otherwise
  --show               prints what test/long/results.json holds, and runs nothing
  --help`;

function firstLineOf(command, ...args) {
  const { status, stdout } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim().split('\n')[0] : null;
}

/** The commit, with a plus when files differ from it. */
function commit() {
  const own = ':(exclude)test/long/results.json';
  const changed = firstLineOf('git', 'status', '--porcelain', '--', '.', own);
  return `${firstLineOf('git', 'rev-parse', '--short=12', 'HEAD')}${changed === '' ? '' : '+'}`;
}

function nodeAt(name) {
  try {
    return createRequire(`${RUNTIMES}/package.json`).resolve(`${name}/bin/node`);
  } catch {
    throw new BuildError(
      `test/runtimes/package.json brings ${name} for Linux x64 only, and this is ${platform()} ${arch()}`,
    );
  }
}

/** Versions of the other programs that the tests use, as far as installed. */
function versions(node) {
  const { packages } = JSON.parse(readFileSync(`${RUNTIMES}/package-lock.json`, 'utf8'));
  const all = {
    node: firstLineOf(node, '--version')?.slice(1),
    deno: packages['node_modules/deno'].version,
    bun: packages['node_modules/bun'].version,
    godot4: firstLineOf('godot4', '--version'),
    godot3: firstLineOf('godot3', '--version'),
    chromium: firstLineOf('chromium', '--version'),
    firefox: firstLineOf('firefox', '--version') ?? firstLineOf('firefox-esr', '--version'),
  };
  return Object.fromEntries(Object.entries(all).filter(([, version]) => version));
}

/** Counts and names from the output of vitest's JSON reporter; null when there is none. */
function readReport(file) {
  if (!existsSync(file)) return null;
  const { numPassedTests, numPendingTests, success, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
    const path = name.slice(ROOT.length);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length > 0) return failed.map(({ fullName }) => `${path}: ${fullName}`);
    // A file that can't be loaded, or a hook: all of its tests count as skipped.
    return status === 'failed' ? [`${path}: ${message.split('\n')[0] || 'a hook failed'}`] : [];
  });
  if (!success && failures.length === 0) failures.push('an error outside of any test');
  return { passed: numPassedTests, failed: failures.length, skipped: numPendingTests, failures };
}

function run(name, { node: packageName, env }, projects) {
  const node = nodeAt(packageName);
  const report = fromRoot('build', 'long', `${name}.json`);
  rmSync(report, { force: true });
  const from = { date: new Date().toISOString(), commit: commit() };
  const vitest = fromRoot('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const start = performance.now();
  const { status } = spawnSync(node, [vitest, 'run', ...reporters, ...projects.map((one) => `--project=${one}`)], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Tests that try at random try far more. npm and other programs must find the same Node.
    env: { ...process.env, WEBSOCKETPEER_LONG: '1', ...env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
  });
  const outcome = readReport(report) ?? { passed: 0, failed: 1, skipped: 0, failures: ['vitest told nothing'] };
  if (status !== 0 && outcome.failed === 0) {
    outcome.failed = 1;
    outcome.failures = [`vitest ended with exit code ${status}`];
  }
  const minutes = Math.round((performance.now() - start) / 6000) / 10;
  const where = `${platform()} ${release()} ${arch()}, ${cpus().length} x ${cpus()[0]?.model.trim()}`;
  const which = projects.length === 0 ? 'all' : projects.join(', ');
  return { ...from, projects: which, minutes, versions: versions(node), machine: where, ...outcome };
}

function readResults() {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}

function write(results) {
  const ordered = Object.fromEntries(
    Object.keys(PARTS).flatMap((name) => (name in results ? [[name, results[name]]] : [])),
  );
  writeWhole(RESULTS, `${JSON.stringify(ordered, null, 2)}\n`);
}

function show(results) {
  const now = commit();
  for (const name of Object.keys(PARTS)) {
    const part = results[name];
    if (part === undefined) {
      console.log(`${name}: never run`);
      continue;
    }
    const { passed, failed, skipped, minutes, versions, date, projects } = part;
    const other = part.commit === now ? '' : ', of another commit';
    const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`;
    console.log(`${name} (${versions.node}): ${counts}, ${minutes} min; ${projects}; ${date} ${part.commit}${other}`);
    for (const failure of part.failures) console.log(`  ${failure}`);
  }
}

function options() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: Object.keys(PARTS).join(',') },
      project: { type: 'string', default: '' },
      show: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const listed = (text) =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean);
  const only = listed(values.only);
  const unknown = only.filter((name) => !(name in PARTS));
  if (unknown.length > 0) {
    throw new BuildError(`--only knows ${Object.keys(PARTS).join(', ')}, got ${unknown.join(', ')}`);
  }
  return { ...values, only, projects: listed(values.project) };
}

await runMain('test:long', () => {
  const { only, projects, show: onlyShow, help } = options();
  if (help) return console.log(HELP);
  if (onlyShow) return show(readResults());
  installOnce(RUNTIMES);
  for (const name of only) {
    console.log(`\n== ${name}`);
    const outcome = run(name, PARTS[name], projects);
    // Read again: another part may have been written meanwhile.
    write({ ...readResults(), [name]: outcome });
    console.log(`== ${name}: ${outcome.passed} passed, ${outcome.failed} failed, ${outcome.minutes} min`);
    if (outcome.failed > 0) process.exitCode = 1;
  }
  console.log('\n== all parts');
  show(readResults());
});
