// Programs of the examples, as a player starts them: node with a script, or Godot 4 with a project, headless.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Scope, Watch } from './watch.js';

const inExamples = (path: string): string => fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url));

export class GameProgram extends Watch {
  readonly lines: string[] = [];
  exitCode: number | null = null;
  readonly #kill: (signal: NodeJS.Signals) => void;

  /** Ends with `scope`. */
  constructor(scope: Scope, command: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) {
    super();
    const home = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
    const homes = { HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home };
    const env = { ...process.env, ...homes, ...more };
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#kill = (signal) => child.kill(signal);
    scope.defer(async () => {
      this.#kill('SIGKILL');
      await this.until(() => this.exitCode !== null);
      rmSync(home, { recursive: true, force: true });
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        this.noted();
      });
    }
    child.on('error', (error) => this.failed(error));
    child.on('close', (code) => {
      this.exitCode = code ?? -1;
      this.noted();
    });
  }

  /** Node with a script of the examples. */
  static node(scope: Scope, script: string, ...args: string[]): GameProgram {
    return new GameProgram(scope, process.execPath, [inExamples(script), ...args]);
  }

  /** The same with these variables of the environment. */
  static nodeWith(more: Readonly<Record<string, string>>, scope: Scope, script: string): GameProgram {
    return new GameProgram(scope, process.execPath, [inExamples(script)], more);
  }

  /** Godot with a project of the examples. */
  static godot(scope: Scope, project: string, ...args: string[]): GameProgram {
    return new GameProgram(scope, 'godot4', ['--headless', '--path', inExamples(project), '--', ...args]);
  }

  /** Waits for a line with `text`, and returns it; fails with what was said when the program ends without. */
  async said(text: string): Promise<string> {
    const find = (): string | undefined => this.lines.find((line) => line.includes(text));
    await this.until(() => find() !== undefined || this.exitCode !== null);
    const line = find();
    if (line === undefined) throw new Error(`no "${text}", but: ${this.lines.join('\n')}`);
    return line;
  }

  async ended(): Promise<number | null> {
    await this.until(() => this.exitCode !== null);
    return this.exitCode;
  }

  /** Ends it, as an operator does, or as a crash (SIGKILL). */
  end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#kill(signal);
    return this.ended();
  }
}
