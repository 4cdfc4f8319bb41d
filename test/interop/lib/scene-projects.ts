// Godot projects of test/command/projects/: asked by the command, imported, and run by the engine.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pause } from '../../helpers/game.js';
import type { Scope } from './watch.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export const projectFolder = (name: string): string => here(`../../command/projects/${name}`);

export const PROJECTS: readonly string[] = readdirSync(projectFolder('')).sort();

/** A home of its own for the engine, below `place`. */
function environment(place: string): NodeJS.ProcessEnv {
  const home = join(place, 'home');
  mkdirSync(home, { recursive: true });
  return { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home };
}

/** A folder for modules below the package, so that they import it by its name; gone when `scope` ends. */
export function moduleFolder(scope: Scope): string {
  const build = here('../../../build');
  mkdirSync(build, { recursive: true });
  const folder = mkdtempSync(join(build, 'scene-'));
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An imported copy of a project. */
export class ImportedProject {
  readonly folder: string;
  readonly #place = mkdtempSync(join(tmpdir(), 'websocketpeer-project-'));

  constructor(name: string, scope: Scope) {
    this.folder = join(this.#place, 'project');
    scope.defer(() => rmSync(this.#place, { recursive: true, force: true }));
    cpSync(projectFolder(name), this.folder, { recursive: true });
    spawnSync('godot4', ['--headless', '--path', this.folder, '--import'], { env: environment(this.#place) });
  }

  /** All files of the project with their contents. */
  files(): Record<string, string> {
    const paths = readdirSync(this.folder, { recursive: true, withFileTypes: true });
    const files = paths.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(files.sort().map((path) => [path, readFileSync(path, 'base64')]));
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Runs it until `scope` ends. */
  run(scope: Scope, ...args: readonly string[]): RunningProject {
    const child = spawn('godot4', ['--headless', '--path', this.folder, ...args], { env: environment(this.#place) });
    scope.defer(() => child.kill('SIGKILL'));
    return new RunningProject(child);
  }
}

export class RunningProject {
  out = '';
  errors = '';

  constructor(child: ChildProcess) {
    child.stdout?.on('data', (chunk) => {
      this.out += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      this.errors += chunk;
    });
  }

  /** Waits for `text` on its output, with `step` in between. */
  until(text: string, step: () => void = () => {}): Promise<void> {
    return eventually(() => {
      step();
      return this.out.includes(text);
    });
  }
}

/** Waits until `condition` holds; engines take long to start on a busy machine, so the test's own limit is the only one. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(10);
}
