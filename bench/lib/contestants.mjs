// The contestants besides this package: packages of the manifest in bench/contestants/, and programs on PATH. Missing
// ones are recorded with the reason, and the bench goes on without them.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { arch, platform } from 'node:process';
import { fileURLToPath } from 'node:url';
import { installOnce } from '../../scripts/lib/install.mjs';
import { require } from './manifest.mjs';

/** Path of a program in npm's package for this system. */
const BINARIES = {
  Bun: {
    'linux x64': '@oven/bun-linux-x64/bin/bun',
    'linux arm64': '@oven/bun-linux-aarch64/bin/bun',
    'darwin x64': '@oven/bun-darwin-x64/bin/bun',
    'darwin arm64': '@oven/bun-darwin-aarch64/bin/bun',
    'win32 x64': '@oven/bun-windows-x64/bin/bun.exe',
  },
  Deno: { 'linux x64': '@deno/linux-x64-glibc/deno' },
};

/** Names of contestants that can't take part, with the reason. */
export const absent = new Map();
const versions = {};
const paths = {};

/** Reads the package.json beside the module, which its exports need not include. */
function versionOf(name) {
  const entry = require.resolve(name);
  const home = join('node_modules', ...name.split('/'));
  const root = entry.slice(0, entry.lastIndexOf(home) + home.length);
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
}

/** A module of the manifest; null when it is missing. */
export function loadModule(name) {
  try {
    const loaded = require(name);
    versions[name] = versionOf(name);
    return loaded;
  } catch (error) {
    absent.set(name, `not installed (${error.code ?? error.message})`);
    return null;
  }
}

/** Path of a program that was found, or null: 'Bun', 'Deno', 'Godot'. */
export function pathOf(name) {
  return paths[name] ?? null;
}

function lookFor(name, path, argument) {
  const { error, status, stdout } = spawnSync(path, [argument], { encoding: 'utf8', timeout: 20_000 });
  if (error !== undefined || status !== 0) {
    absent.set(name, `does not run here (${error?.message ?? `exit code ${status}`})`);
    return;
  }
  paths[name] = path;
  versions[name] = stdout
    .trim()
    .split('\n')[0]
    .replace(/^deno /, '')
    .split(' ')[0];
}

function lookForBinary(name) {
  const file = BINARIES[name][`${platform} ${arch}`];
  if (file === undefined) {
    absent.set(name, `no package for ${platform} ${arch}`);
    return;
  }
  try {
    const [scope, own] = file.split('/');
    const home = dirname(require.resolve(`${scope}/${own}/package.json`));
    lookFor(name, join(home, ...file.split('/').slice(2)), '--version');
  } catch {
    absent.set(name, 'not installed');
  }
}

function onPath(command) {
  const found = (process.env.PATH ?? '').split(delimiter).find((directory) => {
    try {
      accessSync(join(directory, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  return found === undefined ? null : join(found, command);
}

/** Installs the manifest on first use and finds the contestants; returns versions by name. */
export function findContestants() {
  try {
    installOnce(fileURLToPath(new URL('../contestants', import.meta.url)));
  } catch (error) {
    console.log(`${error.message}: going on with what there is`);
  }
  for (const name of ['ws', 'bufferutil', 'utf-8-validate', '@gd-com/utils', 'msgpackr']) loadModule(name);
  for (const name of ['Bun', 'Deno']) lookForBinary(name);
  const godot = onPath('godot4');
  if (godot === null) absent.set('Godot', 'no godot4 on PATH');
  else lookFor('Godot', godot, '--version');
  return versions;
}
