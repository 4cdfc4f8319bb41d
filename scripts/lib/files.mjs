// Files of build steps: paths, lists, safe writes, and the stamp by which an unchanged step is skipped.
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export function fromRoot(...parts) {
  return join(ROOT, ...parts);
}

/** A path as it is written in messages and import rules: relative to the root, with forward slashes. */
export function shortPath(path) {
  return relative(ROOT, path).split(sep).join('/');
}

/** Every file below `directory` whose name passes, sorted; none when the directory is missing. */
export function listFiles(directory, accept = () => true) {
  const found = [];
  const walk = (place) => {
    for (const entry of readdirSync(place, { withFileTypes: true })) {
      if (entry.name === 'node_modules') continue;
      const path = join(place, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (accept(path)) found.push(path);
    }
  };
  try {
    walk(directory);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  return found.sort();
}

/** Puts `content` at `path` in one step, so that a reader or a second build never sees half a file. */
export function writeWhole(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

/** Lets `fill` work in a fresh directory under build/, which is removed afterwards. */
export async function inScratch(fill) {
  mkdirSync(fromRoot('build'), { recursive: true });
  const scratch = mkdtempSync(fromRoot('build', 'scratch-'));
  try {
    return await fill(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Replaces the directory `target` by `source`. */
export function replaceDirectory(source, target) {
  const old = `${source}.old`;
  try {
    renameSync(target, old);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  renameSync(source, target);
  rmSync(old, { recursive: true, force: true });
}

/**
 * The files by which `directory` differs from `texts`, a map of paths below it: with another text, missing, or too many.
 */
export function differingFiles(directory, texts) {
  const there = new Map(listFiles(directory).map((file) => [relative(directory, file).split(sep).join('/'), file]));
  const isStale = ([path, text]) => !there.has(path) || readFileSync(there.get(path), 'utf8') !== text;
  const stale = [...texts].filter(isStale).map(([path]) => path);
  return [...stale, ...[...there.keys()].filter((path) => !texts.has(path))].sort();
}

/** A hash over names and contents; null when a file was removed meanwhile. */
function hashOf(paths) {
  const hash = createHash('sha256').update(process.version);
  try {
    for (const path of paths) {
      const bytes = readFileSync(path);
      hash.update(`\n${shortPath(path)} ${bytes.length}\n`).update(bytes);
    }
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
  return hash.digest('hex');
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

/**
 * Runs `step` unless neither its inputs nor its outputs have changed since it last ran.
 * `inputs` and `outputs` are functions that list files; the step's own scripts belong to its inputs.
 */
export async function whenChanged(name, inputs, outputs, step) {
  const stampFile = fromRoot('build', 'stamps', `${name}.json`);
  const before = hashOf(inputs());
  const stamp = JSON.parse(readIfThere(stampFile) || '{}');
  if (before !== null && stamp.inputs === before && stamp.outputs === hashOf(outputs())) return;
  await step();
  // The inputs before the step: a source that was saved meanwhile makes the next run build again.
  writeWhole(stampFile, `${JSON.stringify({ inputs: before, outputs: hashOf(outputs()) })}\n`);
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Runs `work` while no other build of this checkout does; waits for one that is under way. */
export async function alone(work) {
  const lock = fromRoot('build', 'lock');
  mkdirSync(dirname(lock), { recursive: true });
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(readIfThere(lock));
    if (owner > 0 && !isRunning(owner)) rmSync(lock, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 50));
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Whether the module at `url` is the script that Node was started with. */
export function isMain(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);
}

/** Runs a script's main function; errors that the user can fix are printed without a stack. */
export async function runMain(name, main) {
  try {
    await main();
  } catch (error) {
    console.error(`${name}: ${error instanceof BuildError ? error.message : (error?.stack ?? error)}`);
    process.exitCode = 1;
  }
}

/** An error that the user can fix. */
export class BuildError extends Error {}
