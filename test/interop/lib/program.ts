// A program that prints lines, in a process of its own: node with a script, or Godot 3 with a script on a node.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Scope, Watch } from './watch.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const RUNNER = fromRoot('test/interop/godot/run3.gd');
/** What Godot says of itself when it starts. */
const BANNER = /^(Godot Engine .*|\s*)$/;

/** A directory below the package, which programs in it import by its name; gone with `scope`. */
export function programDirectory(scope: Scope): string {
  mkdirSync(fromRoot('build'), { recursive: true });
  const directory = mkdtempSync(fromRoot('build/program-'));
  scope.defer(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export class Program extends Watch {
  readonly out: string[] = [];
  readonly errors: string[] = [];
  exitCode: number | null = null;

  /** Runs `text` as a file `name` (`.mjs` or `.gd`) of `directory` until it ends, or `scope` does. */
  constructor(scope: Scope, directory: string, name: string, text: string) {
    super();
    const file = join(directory, name);
    writeFileSync(file, text);
    const isGodot = name.endsWith('.gd');
    const [command, args] = isGodot ? ['godot3', ['--script', RUNNER, `--node=${file}`]] : [process.execPath, [file]];
    const env = { ...process.env, HOME: directory, XDG_CONFIG_HOME: directory, XDG_DATA_HOME: directory };
    const child = spawn(command, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'], env });
    scope.defer(() => this.#kill(child));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!isGodot || !BANNER.test(line)) this.#note(this.out, line);
    });
    createInterface({ input: child.stderr }).on('line', (line) => this.#note(this.errors, line));
    child.on('error', (error) => this.failed(error));
    child.on('close', (code) => {
      this.exitCode = code ?? -1;
      this.noted();
    });
  }

  /** Waits for the line `text`; fails with what was said when the program ends without. */
  async said(text: string): Promise<void> {
    await this.until(() => this.out.includes(text) || this.exitCode !== null);
    if (!this.out.includes(text)) throw new Error(`no "${text}", but: ${[...this.out, ...this.errors].join('\n')}`);
  }

  /** Waits for the end; returns all lines. */
  async ended(): Promise<string[]> {
    await this.until(() => this.exitCode !== null);
    return this.out;
  }

  async #kill(child: ChildProcess): Promise<void> {
    child.kill('SIGKILL');
    await this.until(() => this.exitCode !== null);
  }

  #note(lines: string[], line: string): void {
    lines.push(line);
    this.noted();
  }
}
