// A project of a stranger: a directory of its own into which npm has installed the packed package, the programs that
// run in it, and the runtimes that run them.
import { type ExecFileException, execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { installOnce } from '../../scripts/lib/install.mjs';
import { RUNTIMES as MANIFEST, pathInRuntimes } from './install.js';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Whether there is something to pack. */
export const isBuilt = existsSync(`${ROOT}dist/esm/index.js`);

/** How long a program may run. */
const PATIENCE_MS = 200_000;
/** The first test installs the runtimes, the browser among them. */
const FIRST_USE_MS = 900_000;

interface Packed {
  readonly filename: string;
  readonly files: readonly { path: string }[];
}

export interface Ending {
  readonly out: string;
  readonly errors: string;
  /** Null: it ended by itself, with exit code 0. */
  readonly error: ExecFileException | null;
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

const isOwn = (major: number): boolean => process.versions.node.startsWith(`${major}.`);

/** The manifest has binaries of Node for one system; elsewhere there is the one that runs the tests. */
export function isOffered(major: number): boolean {
  return isOwn(major) || (process.platform === 'linux' && process.arch === 'x64');
}

export function nodeOf(major: number): Runtime {
  const command = (): string[] => [isOwn(major) ? process.execPath : binary(`node-${major}/bin/node`)];
  return { name: `Node ${major}`, command };
}

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
    const names = [`bun-${system}-${cpu}`, `bun-${system}-${cpu}-musl`];
    return [binary(...names.map((name) => `@oven/${name}/bin/bun${exe}`))];
  },
};
/** The oldest and the newest Node that are promised; `npm run test:long` runs everything on those in between, too. */
export const RUNTIMES: readonly Runtime[] = [...[20, 26].filter(isOffered).map(nodeOf), DENO, BUN];

export class FreshProject {
  readonly directory = mkdtempSync(join(tmpdir(), 'websocketpeer-project-'));
  /** What the package holds. */
  readonly files: readonly string[];
  /** The packed package. */
  readonly tarball: string;

  constructor({ install = true } = {}) {
    const [packed]: Packed[] = JSON.parse(this.npm('pack', ROOT, '--json', '--ignore-scripts'));
    this.files = packed.files.map(({ path }) => path);
    this.tarball = join(this.directory, packed.filename);
    this.write('package.json', JSON.stringify({ name: 'game', private: true, type: 'module' }));
    if (install) this.npm('install', `./${packed.filename}`, '--offline', '--ignore-scripts');
  }

  /** Runs npm in the project; what is global for it (`npm link`) lies in the project, too. */
  npm(...options: string[]): string {
    const env = { ...process.env, npm_config_prefix: this.path('global') };
    mkdirSync(this.path('global/lib'), { recursive: true });
    return execFileSync('npm', [...options, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: this.directory,
      encoding: 'utf8',
      env,
      shell: process.platform === 'win32',
    });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** What `runtime` prints when it runs `file`, and how it ends. */
  run(runtime: Runtime, file: string, args: readonly string[] = []): Promise<Ending> {
    const [program, ...options] = runtime.command();
    const limits = { cwd: this.directory, timeout: PATIENCE_MS, maxBuffer: 2 ** 26 };
    return new Promise((resolve) => {
      execFile(program, [...options, file, ...args], limits, (error, out, errors) => resolve({ out, errors, error }));
    });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A project for all tests around the call; what it holds besides the package, `prepare` writes. */
export function useFreshProject(prepare: (project: FreshProject) => void = () => {}): () => FreshProject {
  let project: FreshProject | null = null;
  beforeAll(() => {
    installOnce(MANIFEST);
    project = new FreshProject();
    prepare(project);
  }, FIRST_USE_MS);
  afterAll(() => project?.remove());
  return () => {
    if (project === null) throw new Error('a fresh project is there while tests run');
    return project;
  };
}
