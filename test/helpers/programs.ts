// Programs of the documentation, run as they stand against the built package, each on a port of its own.
import { type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach } from 'vitest';
import { WebSocketPeer } from '../../host/index.js';
import { until } from './game.js';
import { freePort } from './ports.js';

export const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const isBuilt = existsSync(fromRoot('dist/esm/index.js'));

/** The fenced blocks of a page whose first line is ``` and `info` (`'js run'`, `'nginx'`, …), in order. */
export function blocksOf(page: string, info: string): string[] {
  const text = readFileSync(fromRoot(page), 'utf8');
  return [...text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].flatMap(([, head, code]) =>
    head === info ? [code] : [],
  );
}

/** The programs of a page, in order. */
export const programsOf = (page: string): string[] => blocksOf(page, 'js run');

export interface Running {
  readonly port: number;
  /** What it has printed. */
  out(): string;
  /** Sends a signal, as an operator does. */
  signal(name: NodeJS.Signals): void;
  /** Waits for its end; its exit code. */
  ended(): Promise<number | null>;
  /** Asks it to end, as an operator does; its exit code. */
  terminate(): Promise<number | null>;
}

export type Launched = Omit<Running, 'port'>;

export class Programs {
  directory = '';
  readonly endings: (() => unknown)[] = [];

  begin(): void {
    mkdirSync(fromRoot('build'), { recursive: true });
    this.directory = mkdtempSync(fromRoot('build/guide-')); // below the package, which the programs import by its name
  }

  end(): void {
    for (const end of this.endings.splice(0).reverse()) end();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Runs `program` on a free port until the test is over. */
  async run(program: string): Promise<Running> {
    return this.start(program, await freePort());
  }

  /** Runs `program` on `port`, which may have belonged to another one before. */
  start(program: string, port: number): Running {
    const file = join(this.directory, `program-${port}.mjs`);
    writeFileSync(file, program.replaceAll('9080', String(port)));
    return { port, ...this.launch(process.execPath, [file], { cwd: this.directory }) };
  }

  /** Runs a command until the test is over; with `detached`, what it has started ends with it. */
  launch(command: string, args: readonly string[], options: SpawnOptions = {}): Launched {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.endings.push(() => (options.detached ? killGroup(child.pid) : child.kill('SIGKILL')));
    let out = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        out += chunk;
      });
    }
    child.on('error', (error) => {
      out += error.message;
    });
    const end = new Promise<number | null>((resolve) => child.once('close', resolve)); // all that it said has come
    const ended = (): Promise<number | null> => end;
    const signal = (name: NodeJS.Signals): boolean => child.kill(name);
    const terminate = (): Promise<number | null> => {
      signal('SIGTERM');
      return ended();
    };
    return { out: () => out, signal, ended, terminate };
  }

  /** A client that is open: the program may take a while to start. */
  async opened(port: number, target = '', headers: readonly string[] = []): Promise<WebSocketPeer> {
    const peer = new WebSocketPeer();
    peer.handshake_headers = [...headers];
    this.endings.push(() => peer.free());
    await until(() => {
      if (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED) peer.connect_to_url(`ws://127.0.0.1:${port}${target}`);
      peer.poll();
      return peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
    }, 'the program');
    return peer;
  }
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return; // it never started
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // all of it has ended
  }
}

/** The programs of the test that runs. */
export function usePrograms(): Programs {
  const programs = new Programs();
  beforeEach(() => programs.begin());
  afterEach(() => programs.end());
  return programs;
}

/** The next packet that `peer` gets, as text. */
export async function answer(peer: WebSocketPeer): Promise<string> {
  await until(() => {
    peer.poll();
    return peer.get_available_packet_count() > 0;
  }, 'an answer');
  return Buffer.from(peer.get_packet()).toString();
}
