// `npm start` as a newcomer runs it: the example in a process of its own, against the built package.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { LiveServer } from './lib/live-server.js';
import { binaryOf, summary, textPacket } from './lib/payloads.js';
import { type Scope, useScope, Watch } from './lib/watch.js';
import { serveWs, WsEnd } from './lib/ws-end.js';

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

  /** URL of its own server, once it runs. */
  async url(): Promise<string> {
    const words = (await this.said('echo server on ')).split(' ');
    return (words.find((word) => word.startsWith('ws://')) ?? '').slice(0, -1);
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

  it('--seconds 2: a status line, a summary, exit code 0', async () => {
    const run = start('--seconds', '2', '--port', '0');
    expect(await run.exit()).toBe(0);
    expect(run.errors).toEqual([]);
    expect(await run.said('OPEN |')).toMatch(
      /^OPEN \| out\/in \d+\/\d+ packets\/s, \d+\/\d+ bytes\/s \| round trip [\d.]+ ms$/,
    );
    expect(await run.said('closed with')).toContain('client: closed with 1000 "the game is over"');
    expect(await run.said('server:')).toBe('server: 1 connections, close codes seen: 1000 (1x)');
    const [, sent, received] = /sent (\d+) packets .*received (\d+) /.exec(await run.said('client: sent')) ?? [];
    expect(Number(sent)).toBeGreaterThan(0);
    expect(received).toBe(sent);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s closes with 1000 on both sides, for others that joined too',
    async (signal) => {
      const run = start('--port', '0');
      const guest = await new WsEnd(new WebSocket(await run.url()), scope).opened();
      await run.said('OPEN');
      run.kill(signal);
      expect(await guest.closed()).toEqual({ code: 1000, reason: 'the server stops' });
      expect(await run.exit()).toBe(0);
      expect(await run.said('closed with')).toContain('client: closed with 1000');
      expect(await run.said('server:')).toBe('server: 2 connections, close codes seen: 1000 (2x)');
    },
  );

  it('echoes other clients', async () => {
    const run = start('--port', '0');
    const guest = await new WsEnd(new WebSocket(await run.url()), scope).opened();
    const packets = [textPacket('hello 世界'), binaryOf(100_000), binaryOf(0), binaryOf(1 << 20)];
    for (const packet of packets) guest.send(packet);
    expect((await guest.received(4)).map(summary)).toEqual(packets.map(summary));
    expect(await run.said('more')).toContain('| 1 more');
  });

  it('loses nothing of a client that sends much and reads late', async () => {
    const run = start('--port', '0');
    const guest = await new WsEnd(new WebSocket(await run.url()), scope).opened();
    guest.socket.pause();
    const packets = Array.from({ length: 300 }, (_, index) => binaryOf(65536, index));
    for (const packet of packets) guest.send(packet);
    await run.said('more');
    guest.socket.resume();
    expect((await guest.received(300)).map(summary)).toEqual(packets.map(summary));
  });

  it('--url plays on another server', async () => {
    const port = await serveWs(scope, {}, (end) => {
      end.socket.on('message', (data, isBinary) => end.socket.send(data, { binary: isBinary }));
    });
    const run = start('--url', `ws://127.0.0.1:${port}/`, '--seconds', '1.5');
    expect(await run.exit()).toBe(0);
    expect(await run.said('closed with')).toContain('closed with 1000 "the game is over"');
    expect(run.out.some((line) => line.startsWith('server:'))).toBe(false);
  });

  it('tells when the other server ends the connection', async () => {
    const server = new LiveServer(scope, { echoes: true });
    const run = start('--url', `ws://127.0.0.1:${server.port}/`);
    const live = await (await server.peer()).opened();
    live.peer.close(1001, 'shutting down');
    expect(await run.exit()).toBe(1);
    expect(run.errors).toEqual(['start: the server ended the connection with 1001 "shutting down"']);
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

  it('a server that is not there is one line and exit code 1', async () => {
    const run = start('--url', 'ws://127.0.0.1:1/');
    expect(await run.exit()).toBe(1);
    expect(run.errors).toEqual(['start: no connection to ws://127.0.0.1:1/']);
  });

  it('--help tells the options', async () => {
    const run = start('--help');
    expect(await run.exit()).toBe(0);
    for (const option of ['--port', '--url', '--seconds', '--help']) expect(run.out.join('\n')).toContain(option);
  });

  it.each([
    [['--prot', '1'], "Unknown option '--prot'; --help tells what there is"],
    [['extra'], "Unexpected argument 'extra'; --help tells what there is"],
    [['--port', '65536'], '--port must be a whole number from 0 to 65535, got "65536"'],
    [['--port='], '--port must be a whole number from 0 to 65535, got ""'],
    [['--seconds', '0'], '--seconds must be a number above 0, got "0"'],
    [['--url', 'ws://localhost', '--port', '1'], '--url needs no server, so --port is no use'],
  ])('%j is one line and exit code 1', async (args, complaint) => {
    const run = start(...args);
    expect(await run.exit()).toBe(1);
    expect(run.out).toEqual([]);
    expect(run.errors).toEqual([`start: ${complaint}`]);
  });
});
