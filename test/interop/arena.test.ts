// The arena's server on its own port: what players may not do to it or to each other, what it serves, and the Godot
// project that joins it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startArena } from './lib/arena.js';
import { GODOT4, isOnPath } from './lib/engine-process.js';
import { useScope } from './lib/watch.js';
import { WsEnd } from './lib/ws-end.js';

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const isBuilt = existsSync(fromRoot('dist/host/index.js'));
const hello = (name: string): string => JSON.stringify({ kind: 'hello', name });

interface Words {
  readonly kind: string;
  readonly text?: string;
  readonly players?: readonly (readonly [number, string, boolean])[];
}

const wordsOf = (end: WsEnd): Words[] =>
  end.packets.filter(({ text }) => text).map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()) as Words);

describe.skipIf(!isBuilt)('the arena', () => {
  const scope = useScope();

  async function enter(origin: string, name: string): Promise<WsEnd> {
    const end = await new WsEnd(new WebSocket(`${origin.replace('http', 'ws')}/arena`), scope).opened();
    end.socket.send(hello(name));
    await end.until(() => wordsOf(end).some(({ kind }) => kind === 'welcome'));
    return end;
  }

  it('makes names and lines harmless, and passes on only so many', async () => {
    const origin = await startArena(scope);
    const loud = await enter(origin, `\u202e<b>\u0000${'x'.repeat(100)}`);
    const quiet = await enter(origin, '');
    for (let index = 0; index < 10; index += 1) {
      loud.socket.send(JSON.stringify({ kind: 'chat', text: `${index}\n${'y'.repeat(500)}` }));
    }
    await loud.until(() => wordsOf(loud).some(({ kind }) => kind === 'note'));
    await quiet.until(() => wordsOf(quiet).some(({ kind }) => kind === 'chat'));
    const lines = wordsOf(quiet).filter(({ kind }) => kind === 'chat');
    expect(lines[0]?.text).toBe(`0 ${'y'.repeat(138)}`);
    expect(lines.length).toBeLessThan(10);
    const who = wordsOf(quiet).find(({ kind }) => kind === 'who');
    expect(who?.players?.map(([, name]) => name)).toEqual([`<b> ${'x'.repeat(12)}`, 'Guest 2']);
  });

  it('lets its own pages in, and no other', async () => {
    const origin = await startArena(scope);
    const url = `${origin.replace('http', 'ws')}/arena`;
    await new WsEnd(new WebSocket(url, { origin }), scope).opened();
    const foreign = new WebSocket(url, { origin: 'https://evil.example' });
    foreign.on('error', () => {});
    const status = await new Promise((done) => {
      foreign.on('unexpected-response', (_request, response) => done(response.statusCode));
      foreign.on('open', () => done('open'));
    });
    foreign.terminate();
    expect(status).toBe(403);
  });

  it.each<[string, (end: WsEnd) => void, number]>([
    ['a flood of pings', (end) => repeat(2000, () => end.socket.ping()), 1008],
    ['too many packets', (end) => repeat(1000, () => end.socket.send(Buffer.of(2, 0, 0, 0, 0))), 1008],
    ['nonsense', (end) => repeat(20, () => end.socket.send('{"kind":')), 1008],
    ['a packet that is too large', (end) => end.socket.send(Buffer.alloc(100_000)), 1009],
  ])('ends a connection for %s, and the others play on', async (_, misbehave, code) => {
    const origin = await startArena(scope);
    const good = await enter(origin, 'Good');
    const bad = await enter(origin, 'Bad');
    misbehave(bad);
    expect((await bad.closed()).code).toBe(code);
    const before = good.packets.length;
    await good.until(() => good.packets.length > before + 3);
    expect(good.closeCode).toBe(-1);
  });

  it('a player who does not read for a while holds nobody up', async () => {
    const origin = await startArena(scope);
    const slow = await enter(origin, 'Slow');
    slow.socket.pause();
    const good = await enter(origin, 'Good');
    // What is answered would pile up as well: pings come back only to those who read.
    for (let index = 0; index < 200; index += 1) slow.socket.send(Buffer.of(2, index, 0, 0, 0));
    const before = good.packets.length;
    await good.until(() => good.packets.length > before + 30);
    slow.socket.resume();
    const had = slow.packets.length;
    await slow.until(() => slow.packets.length > had + 30);
    expect(slow.closeCode).toBe(-1);
  });

  it.each([
    ['/', 200],
    ['/bench/', 200],
    ['/websocketpeer/browser/index.js', 200],
    ['/shared/rules.mjs', 200],
    ['/../package.json', 404],
    ['/shared/%2e%2e/server/room.mjs', 404],
    ['/websocketpeer/', 404],
    ['/none', 404],
  ])('GET %s answers %i', async (path, status) => {
    const origin = await startArena(scope);
    expect((await fetch(`${origin}${path}`)).status).toBe(status);
  });

  /** What the Godot project prints that plays at `url` for a while. */
  async function playedByGodot(url: string): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'websocketpeer-'));
    scope.defer(() => rm(directory, { recursive: true, force: true }));
    // A copy, since the engine writes its cache beside the project.
    await cp(fromRoot('examples/arena/godot'), directory, { recursive: true });
    const child = spawn(
      'godot4',
      ['--headless', '--path', directory, '--', `--url=${url}`, '--name=Robi', '--frames=60'],
      {
        env: { ...process.env, HOME: directory, XDG_DATA_HOME: directory, XDG_CACHE_HOME: directory },
        stdio: ['ignore', 'pipe', 'inherit'],
        timeout: 100_000,
      },
    );
    let out = '';
    child.stdout.on('data', (text: Buffer) => (out += text.toString()));
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect(status, out).toBe(0);
    return out;
  }

  it.skipIf(!isOnPath(GODOT4))('the Godot project joins, walks and leaves', async () => {
    const origin = await startArena(scope);
    const page = await enter(origin, 'Page');
    const out = await playedByGodot(`${origin.replace('http', 'ws')}/arena`);
    expect(out).toContain('welcome 2');
    expect(out).toContain('closed 1000');
    const seen = wordsOf(page).flatMap(({ players = [] }) => players.map(([, name]) => name));
    expect(seen).toContain('Robi');
  });

  it.skipIf(!isOnPath(GODOT4))('the Godot project plays in a room behind a gateway', async () => {
    const origin = await startArena(scope, 0, '--processes', '1');
    const out = await playedByGodot(`${origin.replace('http', 'ws')}/blue`);
    expect(out).toContain('welcome 1');
    expect(out).toContain('closed 1000');
  });
});

function repeat(times: number, act: () => void): void {
  for (let index = 0; index < times; index += 1) act();
}
