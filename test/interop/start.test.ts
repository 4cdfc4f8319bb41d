// `npm start` as a newcomer runs it: the example in a process of its own, against the built package.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Scope, useScope, Watch } from './lib/watch.js';
import { WsEnd } from './lib/ws-end.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const isBuilt = existsSync(fromRoot('dist/host/index.js'));

class Start extends Watch {
  readonly #child: ChildProcess;
  readonly out: string[] = [];
  readonly errors: string[] = [];
  #exit: { code: number | null } | null = null;

  constructor(scope: Scope, ...args: string[]) {
    super();
    const child = spawn(process.execPath, [fromRoot('examples/start.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    scope.defer(() => child.kill('SIGKILL'));
    createInterface({ input: child.stdout }).on('line', (line) => this.#note(() => this.out.push(line)));
    createInterface({ input: child.stderr }).on('line', (line) => this.#note(() => this.errors.push(line)));
    child.on('close', (code) => this.#note(() => (this.#exit = { code })));
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for a line that contains `text`. */
  async said(text: string): Promise<string> {
    const find = (): string | undefined => this.out.find((line) => line.includes(text));
    await this.until(() => find() !== undefined || this.#exit !== null);
    return find() ?? `nothing with "${text}", but: ${[...this.out, ...this.errors].join('\n')}`;
  }

  /** Where its players connect, once it runs. */
  async url(): Promise<string> {
    const [, address = ''] = /http:\/\/localhost(:\d+)/.exec(await this.said('arena on ')) ?? [];
    return `ws://127.0.0.1${address}/arena`;
  }

  async exit(): Promise<number | null> {
    await this.until(() => this.#exit !== null);
    return this.#exit?.code ?? null;
  }

  #note(write: () => unknown): void {
    write();
    this.noted();
  }
}

const title = isBuilt ? 'npm start' : 'npm start (needs dist, made by npm run build)';
describe.skipIf(!isBuilt)(title, () => {
  const scope = useScope();
  const start = (...args: string[]): Start => new Start(scope, ...args);

  it('--seconds 2: bots play, the figures are printed, exit code 0', async () => {
    const run = start('--seconds', '2', '--port', '0');
    expect(await run.exit()).toBe(0);
    expect(run.errors).toEqual([]);
    expect(await run.said('guests |')).toMatch(
      /^2 players, 0 of them guests \| bots out\/in \d+\/\d+ packets\/s( \| round trip [\d.]+ ms)?$/,
    );
    const [, sent, received] = /sent (\d+) packets, received (\d+) packets/.exec(await run.said('bots: sent')) ?? [];
    expect(Number(sent)).toBeGreaterThan(0);
    expect(Number(received)).toBeGreaterThan(0);
    expect(await run.said('bots: round trip')).toMatch(/^bots: round trip [\d.]+ ms, 95 of 100 below [\d.]+ ms$/);
    expect(await run.said('server: 2 connections')).toMatch(/^server: 2 connections, \d+ ticks, \d+ tags$/);
    expect(await run.said('close codes')).toBe('server: close codes seen: 1000 (2x)');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('%s says goodbye to everybody', async (signal) => {
    const run = start('--port', '0', '--bots', '1');
    const guest = await new WsEnd(new WebSocket(await run.url()), scope).opened();
    await run.said('1 player,');
    run.kill(signal);
    expect(await guest.closed()).toEqual({ code: 1001, reason: 'the arena closes' });
    expect(await run.exit()).toBe(0);
    expect(await run.said('server: 2 connections')).toContain('2 connections');
  });

  it('a port in use is one line and exit code 1', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    scope.defer(() => other.close());
    const { port } = other.address() as AddressInfo;
    const run = start('--port', `${port}`);
    expect(await run.exit()).toBe(1);
    expect(run.out).toEqual([]);
    expect(run.errors).toEqual([
      `start: can't listen on 127.0.0.1:${port} (already in use); choose another with --port N`,
    ]);
  });

  it('--help tells the options', async () => {
    const run = start('--help');
    expect(await run.exit()).toBe(0);
    for (const option of ['--port', '--host', '--origin', '--bots', '--processes', '--nats', '--seconds', '--help'])
      expect(run.out.join('\n')).toContain(option);
  });

  it.each([
    [['--prot', '1'], "Unknown option '--prot'; --help tells what there is"],
    [['extra'], "Unexpected argument 'extra'; --help tells what there is"],
    [['--port', '65536'], '--port must be a whole number from 0 to 65535, got "65536"'],
    [['--port='], '--port must be a whole number from 0 to 65535, got ""'],
    [['--seconds', '0'], '--seconds must be a number above 0, got "0"'],
    [['--bots', '17'], '--bots must be a whole number from 0 to 16, got "17"'],
    [['--host='], '--host must not be empty'],
    [['--processes', '0'], '--processes must be a whole number from 1 to 64, got "0"'],
    [['--processes='], '--processes must be a whole number from 1 to 64, got ""'],
    [['--nats='], '--nats must not be empty'],
    [
      ['--origin', 'arena.example/x'],
      '--origin must be an origin such as https://arena.example, got "arena.example/x"',
    ],
  ])('%j is one line and exit code 1', async (args, complaint) => {
    const run = start(...args);
    expect(await run.exit()).toBe(1);
    expect(run.out).toEqual([]);
    expect(run.errors).toEqual([`start: ${complaint}`]);
  });
});
