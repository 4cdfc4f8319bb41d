// Installation of a separate manifest (tools/, bench/contestants/) at its first use.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildError, shortPath, writeWhole } from './files.mjs';

/** Runs `npm ci` in `directory` unless its lock file was installed before. No install script runs. */
export function installOnce(directory) {
  const lock = readFileSync(join(directory, 'package-lock.json'), 'utf8');
  const installed = join(directory, 'node_modules', '.installed-lock.json');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lock) return;
  console.log(`installing what ${shortPath(directory)}/package.json lists (once)`);
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', options, {
    cwd: directory,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new BuildError(`npm ci failed in ${shortPath(directory)}`);
  writeWhole(installed, lock);
}
