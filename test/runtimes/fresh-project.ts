// A project of a stranger: a directory of its own into which npm has installed the packed package, the programs that
// run in it, and the runtimes that run them.
import { type ExecFileException, execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pathInRuntimes } from './install.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Packed {
  readonly filename: string;
  readonly files: readonly { path: string }[];
}

export interface Runtime {
  readonly name: string;
  /** Program and arguments that run a file. */
  readonly command: () => readonly string[];
}

/** Binaries come in packages named for the platform, since no install script runs. */
function binary(...candidates: readonly string[]): string {
  for (const candidate of candidates) {
    try {
      return pathInRuntimes(candidate);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new Error(`none of ${candidates.join(', ')} is there`);
}

const exe = process.platform === 'win32' ? '.exe' : '';
const cpu = process.arch === 'arm64' ? 'aarch64' : 'x64';

export const NODE: Runtime = { name: 'Node', command: () => [process.execPath] };
export const DENO: Runtime = {
  name: 'Deno',
  command: () => {
    const vendor = { linux: '-glibc' }[process.platform as string] ?? '';
    return [binary(`@deno/${process.platform}-${process.arch}${vendor}/deno${exe}`), 'run', '-A', '--quiet'];
  },
};
export const BUN: Runtime = {
  name: 'Bun',
  command: () => {
    const system = process.platform === 'win32' ? 'windows' : process.platform;
    const names = [`bun-${system}-${cpu}`, `bun-${system}-${cpu}-baseline`];
    return [binary(...names.map((name) => `@oven/${name}/bin/bun${exe}`))];
  },
};
export const RUNTIMES: readonly Runtime[] = [NODE, DENO, BUN];

export class FreshProject {
  readonly directory = mkdtempSync(join(tmpdir(), 'websocketpeer-project-'));
  /** What the package holds. */
  readonly files: readonly string[];
  /** The packed package. */
  readonly tarball: string;

  constructor() {
    const npm = (...options: string[]): string =>
      execFileSync('npm', [...options, '--ignore-scripts', '--loglevel=error'], {
        cwd: this.directory,
        encoding: 'utf8',
        shell: process.platform === 'win32',
      });
    const [packed]: Packed[] = JSON.parse(npm('pack', ROOT, '--json'));
    this.files = packed.files.map(({ path }) => path);
    this.tarball = join(this.directory, packed.filename);
    this.write('package.json', JSON.stringify({ name: 'game', private: true, type: 'module' }));
    npm('install', `./${packed.filename}`, '--offline', '--no-audit', '--no-fund');
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** What `runtime` prints when it runs `file`; `isEnough` ends it sooner. */
  run(runtime: Runtime, file: string, args: readonly string[] = [], isEnough?: (out: string) => boolean) {
    const [program, ...options] = runtime.command();
    return new Promise<{ out: string; errors: string; error: ExecFileException | null }>((resolve) => {
      const limits = { cwd: this.directory, timeout: 100_000, maxBuffer: 2 ** 26 };
      let seen = '';
      const child = execFile(program, [...options, file, ...args], limits, (error, out, errors) => {
        resolve({ out, errors, error });
      });
      child.stdout?.on('data', (chunk) => {
        seen += chunk;
        if (isEnough?.(seen)) child.kill();
      });
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
