// Real servers of NATS on free ports, with their stores in a folder of the test: one, or three that form a cluster.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandPath } from './commands.js';
import { freePort } from './ports.js';

const COMMAND = 'nats-server';
const READY = 'Server is ready';
const START_MS = 30_000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface NatsServerSettings {
  /** What nats.conf has besides the port. */
  readonly config?: (store: string) => string;
  readonly env?: Readonly<Record<string, string>>;
  /** A free one by default. */
  readonly port?: number;
}

const withJetStream = (store: string): string => `jetstream { store_dir: "${store}" }\n`;

export class NatsServer {
  readonly #path: string;
  readonly #directory: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly port: number;
  #child: ChildProcess | null = null;
  #log = '';

  constructor(path: string, port: number, { config = withJetStream, env = {} }: NatsServerSettings) {
    this.#path = path;
    this.port = port;
    this.#env = env;
    this.#directory = mkdtempSync(join(tmpdir(), 'websocketpeer-nats-'));
    const text = `listen: "127.0.0.1:${port}"\n${config(join(this.#directory, 'store'))}`;
    writeFileSync(join(this.#directory, 'nats.conf'), text);
  }

  static async start(settings: NatsServerSettings = {}): Promise<NatsServer> {
    const path = commandPath(COMMAND);
    if (path === null) throw new Error(`${COMMAND} is not installed`);
    const server = new NatsServer(path, settings.port ?? (await freePort()), settings);
    await server.begin();
    return server;
  }

  get servers(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Starts it, also again after it has ended, with the same store. */
  async begin(): Promise<void> {
    this.#log = '';
    const options = { env: { ...process.env, ...this.#env }, stdio: ['ignore', 'ignore', 'pipe'] as const };
    const child = spawn(this.#path, ['-c', join(this.#directory, 'nats.conf')], {
      ...options,
      stdio: [...options.stdio],
    });
    this.#child = child;
    running.add(child);
    await new Promise<void>((resolve, reject) => {
      const failed = (why: string): void => reject(new Error(`${COMMAND} ${why}:\n${this.#log}`));
      const alarm = setTimeout(() => failed('has not started'), START_MS);
      child.stderr?.on('data', (chunk) => {
        this.#log += chunk;
        if (this.#log.includes(READY)) resolve();
      });
      child.once('exit', () => {
        clearTimeout(alarm);
        running.delete(child);
        failed('has ended');
      });
      child.once('error', reject);
    });
  }

  /** Ends it with `signal`; resolves when it has ended. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  /** Ends it, and removes what it has stored. */
  async remove(): Promise<void> {
    await this.end();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** `count` servers that form a cluster. */
export async function startNatsCluster(count: number): Promise<NatsServer[]> {
  const routes: number[] = [];
  for (let at = 0; at < count; at += 1) routes.push(await freePort());
  const urls = routes.map((port) => `nats://127.0.0.1:${port}`).join(', ');
  const starts = routes.map((port, at) =>
    NatsServer.start({
      config: (store) =>
        `server_name: n${at}\n${withJetStream(store)}` +
        `cluster { name: test, listen: "127.0.0.1:${port}", routes: [${urls}] }\n`,
    }),
  );
  return Promise.all(starts);
}
