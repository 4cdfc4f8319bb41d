// Godot engines as processes: which are there, how one is started headless with a script of ../godot, and that nothing
// of it stays behind.
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Generation {
  readonly command: 'godot4' | 'godot3';
  readonly args: readonly string[];
  /** Its servers can't tell which port the system chose. */
  readonly needsPort: boolean;
  /** A folder that the engine gets a copy of, as its project. */
  readonly project?: string;
}

const script = (name: string): string => fileURLToPath(new URL(`../godot/${name}`, import.meta.url));

export const GODOT4: Generation = {
  command: 'godot4',
  args: ['--headless', '--script', script('remote4.gd'), '--'],
  needsPort: false,
};

/** With the project of scenes, whose main.gd is told what to do. */
export const GODOT4_SCENE: Generation = {
  ...GODOT4,
  args: ['--headless', '--path', '.', '--script', 'res://main.gd', '--'],
  project: fileURLToPath(new URL('../projects/scene', import.meta.url)),
};

export const GODOT3: Generation = { command: 'godot3', args: ['--script', script('remote3.gd')], needsPort: true };

/** No test file takes longer with an engine; one that hangs is gone after it. */
const LIFETIME_MS = 900_000;

export function isOnPath({ command }: Generation): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A running engine. */
export class EngineProcess {
  /** Files for the engine, and its home; gone when the engine is. */
  readonly directory = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #complaints = '';

  /** `hear` gets every line of standard output, `gone` the reason when the engine ends before `kill`. */
  constructor(
    { command, args, project }: Generation,
    port: number,
    hear: (line: string) => void,
    gone: (error: Error) => void,
  ) {
    const home = join(this.directory, 'home');
    mkdirSync(home);
    if (project !== undefined) cpSync(project, this.directory, { recursive: true });
    const child = spawn(command, [...args, `--port=${port}`], {
      cwd: this.directory,
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIFETIME_MS,
      killSignal: 'SIGKILL',
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', hear);
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaints = (this.#complaints + chunk.toString()).slice(-4000);
    });
    this.#exited = new Promise((resolve) => {
      const ended = (what: unknown): void => {
        gone(new Error(`${command} ended during the test (${String(what)})\n${this.#complaints}`));
        resolve(what);
      };
      child.once('error', ended).once('exit', (code, signal) => ended(code ?? signal));
    });
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
    rmSync(this.directory, { recursive: true, force: true });
  }
}
