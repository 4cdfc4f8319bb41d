// The lock files: `npm install` in a fresh clone finds nothing to change in them, whichever npm runs it.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MANIFESTS = ['.', 'tools', 'test/platforms', 'test/runtimes', 'bench/contestants'];

/** Without what npm 10 does not write: npm 11 notes which C library a binary needs. */
function parsed(lock: string): unknown {
  return JSON.parse(lock, (key, value) => (key === 'libc' ? undefined : value));
}

/** The lock file of `directory` as npm would write it there, without asking a registry. */
function relocked(directory: string): string {
  const scratch = mkdtempSync(join(tmpdir(), 'websocketpeer-lock-'));
  try {
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(ROOT, directory, name), join(scratch, name));
    const options = ['--package-lock-only', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', ...options, '--loglevel=error'], {
      cwd: scratch,
      shell: process.platform === 'win32',
    });
    return readFileSync(join(scratch, 'package-lock.json'), 'utf8');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

describe('a lock file', () => {
  it.each(MANIFESTS)('agrees with its manifest (%s)', (directory) => {
    const committed = readFileSync(join(ROOT, directory, 'package-lock.json'), 'utf8');
    expect(parsed(relocked(directory))).toEqual(parsed(committed));
  });

  it('of the project holds nothing that npm 10, which comes with Node 20 and 22, would take out', () => {
    const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const withLibc = Object.keys(packages).filter((name) => 'libc' in packages[name]);
    expect(withLibc, 'remove their "libc": npm 10 does').toEqual([]);
  });
});
