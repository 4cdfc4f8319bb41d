// `npm run guard`: measures this commit and its parent in turns (codec, and an echo over loopback), and fails when this
// one is slower than the noise, which is measured by the parent against itself. Uncommitted changes are compared with
// HEAD; `npm run guard -- X` compares with commit X.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuildError, fromRoot, isMain, ROOT, runMain } from './lib/files.mjs';
import { judge, takeTurns, Worker } from './lib/versus.mjs';

/** Share of the parent's speed below which a task is suspicious. */
const LIMIT = 0.9;
const ROUNDS = 11;
const CODEC_MS = 30;
const ECHO_MS = 150;

const millisecondsOf = (task) => (task.startsWith('echo') ? ECHO_MS : CODEC_MS);

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** The commit to compare with, as { commit, title }; null when there is none. */
function findParent() {
  const wanted = process.argv[2];
  const changed = git('status', '--porcelain', '--untracked-files=no');
  const commit = git('rev-parse', '--verify', '--quiet', `${wanted ?? (changed === '' ? 'HEAD^' : 'HEAD')}^{commit}`);
  if (commit === null && wanted !== undefined) throw new BuildError(`there is no commit ${wanted}`);
  return commit === null ? null : { commit, title: git('log', '-1', '--format=%h %s', commit) };
}

/**
 * The parent's files in `directory`, built with this checkout's dependencies; null, or the reason why it can't be
 * built.
 */
function buildParent(commit, directory) {
  mkdirSync(directory);
  const archive = `${directory}.tar`;
  execFileSync('git', ['archive', '--format=tar', `--output=${archive}`, commit], { cwd: ROOT });
  execFileSync('tar', ['-xf', archive, '-C', directory]);
  symlinkSync(fromRoot('node_modules'), join(directory, 'node_modules'), 'junction');
  return build(directory);
}

function build(directory) {
  const script = join(directory, 'scripts', 'build.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script], { cwd: directory, encoding: 'utf8' });
  return status === 0 ? null : beginningOf(stderr) || 'the build failed';
}

/** The first lines of an error, before its stack. */
function beginningOf(text) {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(0, 3)
    .join(' ');
}

/** A copy of the worker script, in a folder whose node_modules/ contains the build at `root`. */
function scriptFor(root, directory) {
  mkdirSync(join(directory, 'node_modules'), { recursive: true });
  symlinkSync(root, join(directory, 'node_modules', 'websocketpeer'), 'junction');
  const script = join(directory, 'worker.mjs');
  copyFileSync(fromRoot('scripts', 'guard', 'worker.mjs'), script);
  return script;
}

const ratiosOf = (parent, own) => parent.map((nanoseconds, round) => nanoseconds / own[round]);

async function measure(workers, task, effort) {
  const [own, parent, twin] = await takeTurns(workers, task, ROUNDS, millisecondsOf(task) * effort);
  return judge(ratiosOf(parent, own), ratiosOf(parent, twin), LIMIT);
}

/**
 * Measures one task; a seemingly slower one is measured again, for longer and by fresh processes, before it counts:
 * where a process happens to have its code and memory may cost it a third.
 */
async function compare(workers, startWorkers, task) {
  const verdict = await measure(workers, task, 1);
  return verdict.slower ? withFresh(startWorkers, (fresh) => measure(fresh, task, 2)) : verdict;
}

async function withFresh(startWorkers, use) {
  const workers = startWorkers();
  try {
    await Promise.all(workers.map((worker) => worker.tasks()));
    return await use(workers);
  } finally {
    for (const worker of workers) worker.stop();
  }
}

async function compareAll(workers, startWorkers) {
  const [own, parent, twin] = workers;
  try {
    await Promise.all([parent.tasks(), twin.tasks()]);
  } catch (error) {
    console.log(`guard: the parent has not what is measured, nothing to compare: ${beginningOf(error.message)}`);
    return [];
  }
  const slower = [];
  console.log(`${'speed over the parent’s'.padEnd(26)}  median  noise down to`);
  for (const task of await own.tasks()) {
    const verdict = await compare(workers, startWorkers, task);
    const mark = verdict.slower ? '  SLOWER' : '';
    console.log(`${task.padEnd(26)}  ${verdict.speed.toFixed(2).padStart(6)}  ${verdict.least.toFixed(2)}${mark}`);
    if (verdict.slower) slower.push(task);
  }
  return slower;
}

async function guardAgainst({ commit, title }, scratch) {
  const parentRoot = join(scratch, 'parent-tree');
  const trouble = buildParent(commit, parentRoot);
  if (trouble !== null) {
    console.log(`guard: the parent (${title}) does not build, nothing to compare with: ${trouble}`);
    return;
  }
  console.log(`guard: against ${title}`);
  const ownScript = scriptFor(ROOT, join(scratch, 'own'));
  const parentScript = scriptFor(parentRoot, join(scratch, 'parent'));
  const startWorkers = () => [new Worker(ownScript), new Worker(parentScript), new Worker(parentScript)];
  const workers = startWorkers();
  try {
    const slower = await compareAll(workers, startWorkers);
    if (slower.length > 0) {
      throw new BuildError(`slower than the parent, below ${LIMIT} and beyond noise: ${slower.join(', ')}`);
    }
    console.log('guard: not slower');
  } finally {
    for (const worker of workers) worker.stop();
  }
}

async function guard() {
  const parent = findParent();
  if (parent === null) {
    console.log('guard: there is no parent commit to compare with');
    return;
  }
  const trouble = build(ROOT);
  if (trouble !== null) throw new BuildError(trouble);
  const scratch = mkdtempSync(join(tmpdir(), 'websocketpeer-guard-'));
  try {
    await guardAgainst(parent, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (isMain(import.meta.url)) await runMain('guard', guard);
