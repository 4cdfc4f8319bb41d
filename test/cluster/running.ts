// Running test/cluster/program.mjs in a runtime: what it has said, commands to it, and clients of its servers.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import type { Identity } from '../helpers/certificates.js';
import { until } from '../helpers/game.js';
import type { Runtime } from '../runtimes/fresh-project.js';

const PROGRAM = fileURLToPath(new URL('program.mjs', import.meta.url));

export interface ServerJob {
  readonly kind: 'tcp' | 'uds' | 'multiplayer' | 'godot3';
  /** Port, or path. */
  readonly place: number | string;
  readonly secure?: boolean;
  readonly reuse?: boolean;
  /** Whether it listens by the command `listen` only. */
  readonly later?: boolean;
}

export interface Job {
  /** Missing: one process by itself. */
  readonly workers?: number;
  readonly policy?: string;
  readonly tls?: Identity;
  readonly servers: Readonly<Record<string, ServerJob>>;
}

/** A line of the program. */
export interface Said {
  readonly worker: number;
  readonly event: string;
  readonly name?: string;
  readonly error?: number;
  readonly status?: boolean;
  readonly port?: number;
  readonly number?: number;
  readonly address?: unknown;
  readonly message?: string;
  readonly listening?: readonly string[];
}

export class RunningProgram {
  readonly said: Said[] = [];
  readonly #directory: string;
  readonly #child: ChildProcess;
  #errors = '';

  private constructor(runtime: Runtime, directory: string, env: Readonly<Record<string, string>>) {
    this.#directory = directory;
    const [command, ...options] = runtime.command() as [string, ...string[]];
    this.#child = spawn(command, [...options, PROGRAM], {
      env: { ...process.env, JOB: join(directory, 'job.json'), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    createInterface(this.#child.stdout as NodeJS.ReadableStream).on('line', (line) => this.#hear(line));
    this.#child.stderr?.on('data', (chunk) => {
      this.#errors += chunk;
    });
  }

  /** Starts the program with the job that `prepare` makes, which may put files into the program's folder. */
  static async start(
    runtime: Runtime,
    env: Readonly<Record<string, string>>,
    prepare: (directory: string) => Job | Promise<Job>,
  ): Promise<RunningProgram> {
    const directory = mkdtempSync(join(tmpdir(), 'wsp-')); // paths of sockets must be short
    writeFileSync(join(directory, 'job.json'), JSON.stringify(await prepare(directory)));
    return new RunningProgram(runtime, directory, env);
  }

  #hear(line: string): void {
    try {
      this.said.push(JSON.parse(line));
    } catch {
      this.#errors += `${line}\n`;
    }
  }

  /** What is no line of the program: traces of what it did not expect. */
  get errors(): string {
    return this.#errors;
  }

  /** All that was said of `event` and whatever else `like` names. */
  all(event: string, like: Partial<Said> = {}): Said[] {
    const wanted = Object.entries({ event, ...like }) as [keyof Said, unknown][];
    return this.said.filter((one) => wanted.every(([key, value]) => one[key] === value));
  }

  /** Waits until `count` such lines have come. */
  async heard(count: number, event: string, like: Partial<Said> = {}): Promise<readonly Said[]> {
    try {
      await until(() => this.all(event, like).length >= count, `${count} × ${event} ${JSON.stringify(like)}`);
    } catch (error) {
      const said = this.said.map((one) => JSON.stringify(one)).join('\n');
      throw new Error(`${(error as Error).message}:\n${said}\n${this.#errors}`);
    }
    return this.all(event, like);
  }

  command(...command: readonly (string | number)[]): void {
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  /** Ends the program, and with it its workers. */
  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin?.end();
    await ended;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Connects, says `word`, and returns all that a server has answered: which worker, and the word. */
function ask(place: number | string, secure: boolean, word: string): Promise<string[]> {
  const url = typeof place === 'string' ? `ws+unix:${place}:/` : `${secure ? 'wss' : 'ws'}://127.0.0.1:${place}/`;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { rejectUnauthorized: false });
    const answers: string[] = [];
    socket.on('open', () => socket.send(Buffer.from(word)));
    socket.on('message', (data) => {
      const text = String(data);
      if (!/^\d+:word/.test(text)) return; // the id that a multiplayer server gives
      answers.push(text);
      socket.close();
    });
    socket.on('close', () => resolve(answers));
    socket.on('error', reject);
  });
}

/** The workers that have answered `count` clients at once; throws when not each has got one answer to its own word. */
export async function askedWorkers(place: number | string, secure: boolean, count: number): Promise<number[]> {
  const words = Array.from({ length: count }, (_, at) => `word ${at}`);
  const answers = await Promise.all(words.map((word) => ask(place, secure, word)));
  return answers.map((got, at) => {
    const [worker, word] = got[0]?.split(':') ?? [];
    if (got.length !== 1 || word !== words[at]) throw new Error(`${words[at]} got ${JSON.stringify(got)}`);
    return Number(worker);
  });
}
