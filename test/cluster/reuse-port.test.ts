// reuse_port: processes without a primary that share a port, in every runtime that can; an error that says so elsewhere.
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from '../../host/godot3/index.js';
import { OK, TCPServer, WebSocketMultiplayerPeer } from '../../host/index.js';
import { isBuilt } from '../helpers/programs.js';
import { useReports } from '../helpers/reports.js';
import { BUN, DENO, isOffered, nodeOf, type Runtime } from '../runtimes/fresh-project.js';
import { askedWorkers, type Job, RunningProgram } from './running.js';

const ERR_UNAVAILABLE = 2;
const ERR_ALREADY_IN_USE = 22;
const KINDS = ['tcp', 'multiplayer', 'godot3'] as const;
const OFF = { WEBSOCKETPEER_HANDLES: '0' };

const NODES = [22, 24, 26].filter(isOffered).map(nodeOf);
const ABLE: readonly (readonly [name: string, Runtime, Readonly<Record<string, string>>])[] = [
  ...NODES.map((runtime) => [runtime.name, runtime, {}] as const),
  ...NODES.slice(-1).map((runtime) => [`${runtime.name} with the handles switched off`, runtime, OFF] as const),
  [DENO.name, DENO, {}],
  [BUN.name, BUN, {}],
];

const running: RunningProgram[] = [];
afterEach(async () => {
  for (const program of running.splice(0)) await program.end();
});

async function start(runtime: Runtime, env: Readonly<Record<string, string>>, job: Job): Promise<RunningProgram> {
  const program = await RunningProgram.start(runtime, env, () => job);
  running.push(program);
  return program;
}

/** Servers of all kinds, at these ports. */
const jobAt = (ports: readonly number[], reuse: boolean, workers?: number): Job => ({
  ...(workers === undefined ? {} : { workers }),
  servers: Object.fromEntries(KINDS.map((kind, at) => [kind, { kind, place: ports[at] ?? 0, reuse }])),
});

describe.skipIf(!isBuilt || process.platform !== 'linux').each(ABLE)('reuse_port in %s', (_, runtime, env) => {
  it('gives a port to processes that want to share it, workers or not, at once, and to no other', async () => {
    const first = await start(runtime, { ...env, WORKER: '1' }, jobAt([], true));
    const ports = (await first.heard(KINDS.length, 'listen')).map(({ port }) => port ?? 0);
    expect(new Set([0, ...ports]).size).toBe(KINDS.length + 1);
    const second = await start(runtime, { ...env, WORKER: '2' }, jobAt(ports, true));
    const third = await start(runtime, env, jobAt(ports, true, 1));
    const other = await start(runtime, env, jobAt(ports, false));
    for (const program of [second, third]) {
      const said = await program.heard(KINDS.length, 'listen');
      expect(said.map(({ error, status, port }) => [error, status, port])).toEqual(
        ports.map((port) => [OK, true, port]),
      );
    }
    const refused = await other.heard(KINDS.length, 'listen');
    expect(refused.map(({ error, status }) => [error, status])).toEqual(KINDS.map(() => [ERR_ALREADY_IN_USE, false]));
    expect(other.all('report').map(({ message }) => message)).toEqual(
      KINDS.map(() => expect.stringContaining('something listens there already (EADDRINUSE)')),
    );
    await third.heard(1, 'bound');
    for (const port of ports) await askedWorkers(port, false, 8);
    await second.end();
    running.splice(running.indexOf(second), 1);
    for (const port of ports) expect(await askedWorkers(port, false, 4)).not.toContain(2);
    expect([first, third].map(({ errors }) => errors)).toEqual(['', '']);
  });
});

describe.skipIf(!isBuilt || !isOffered(20))('reuse_port where there is none', () => {
  it('refuses to listen, and says what it needs', async () => {
    const program = await start(nodeOf(20), {}, jobAt([], true));
    const said = await program.heard(KINDS.length, 'listen');
    expect(said.map(({ error, status }) => [error, status])).toEqual(KINDS.map(() => [ERR_UNAVAILABLE, false]));
    expect(program.all('report').map(({ message }) => message?.split(': ')[2])).toEqual(
      KINDS.map(() => 'reuse_port needs Linux or FreeBSD, and there Node 22.12 or later, Bun or Deno'),
    );
  });
});

const reports = useReports();
const made: { free(): void }[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.free();
});

const SERVERS: readonly [
  kind: string,
  make: () => { reuse_port: boolean; free(): void },
  listen: (one: never) => number,
][] = [
  ['TCPServer', () => new TCPServer(), (one: TCPServer) => one.listen(0, '127.0.0.1')],
  [
    'WebSocketMultiplayerPeer',
    () => new WebSocketMultiplayerPeer(),
    (one: WebSocketMultiplayerPeer) => one.create_server(0, '127.0.0.1'),
  ],
  ["Godot 3's WebSocketServer", () => new WebSocketServer(), (one: WebSocketServer) => one.listen(0)],
];

describe.each(SERVERS)('reuse_port of %s', (_, make, listen) => {
  it('is off at start, takes booleans only, and stays while the server listens', () => {
    const server = make();
    made.push(server);
    expect(server.reuse_port).toBe(false);
    server.reuse_port = true;
    expect(server.reuse_port).toBe(true);
    expect(() => {
      server.reuse_port = 1 as never;
    }).toThrow(TypeError);
    server.reuse_port = false;
    expect(listen(server as never)).toBe(OK);
    server.reuse_port = true;
    expect(reports.take()).toEqual(['reuse_port must be set before listening; it stays false']);
    expect(server.reuse_port).toBe(false);
  });
});
