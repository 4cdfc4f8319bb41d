// Servers that can't listen: what each kind returns, and the one sentence that names place, cause and the system's code.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from '../../../host/godot3/index.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_CANT_OPEN,
  ERR_FILE_BAD_PATH,
  ERR_INVALID_PARAMETER,
  ERR_OUT_OF_MEMORY,
  ERR_UNAUTHORIZED,
  ERR_UNAVAILABLE,
  set_error_handler,
  TCPServer,
  UDSServer,
  WebSocketMultiplayerPeer,
} from '../../../host/index.js';
import { useReports } from '../../helpers/reports.js';

const system = vi.hoisted(() => ({ errorCode: '' }));
vi.mock('#platform', async (original) => {
  const real = await original<typeof import('../../../host/transport/node/platform.js')>();
  const refuse = () => ({ errorCode: system.errorCode, listener: null });
  return { ...real, sockets: { ...real.sockets, listen: refuse, listenUds: refuse } };
});

const reports = useReports();
const opened: { free(): void }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.free();
});

function made<T extends { free(): void }>(one: T): T {
  opened.push(one);
  return one;
}

const SERVERS: [kind: string, listen: () => number, place: string][] = [
  ['TCPServer', () => made(new TCPServer()).listen(80, '127.0.0.1'), "listen: can't listen on port 80 of 127.0.0.1"],
  ['UDSServer', () => made(new UDSServer()).listen('/run/game'), 'listen: can\'t listen on path "/run/game"'],
  [
    'WebSocketMultiplayerPeer',
    () => made(new WebSocketMultiplayerPeer()).create_server(80),
    "create_server: can't listen on port 80 of *",
  ],
  ["Godot 3's WebSocketServer", () => made(new WebSocketServer()).listen(80), "listen: can't listen on port 80 of *"],
];

const FAILURES: [code: string, error: number, cause: RegExp][] = [
  ['EADDRINUSE', ERR_ALREADY_IN_USE, /in use: something listens there already/],
  ['EEXIST', ERR_ALREADY_IN_USE, /a file that is no socket is there/],
  ['ERR_INVALID_ARG_VALUE', ERR_INVALID_PARAMETER, /path contains a NUL/],
  ['EADDRNOTAVAIL', ERR_ALREADY_IN_USE, /does not belong to this machine/],
  ['EACCES', ERR_UNAUTHORIZED, /ports below 1024 .* need a privilege/],
  ['EMFILE', ERR_OUT_OF_MEMORY, /no file descriptor is left.*ulimit -n/],
  ['ENOENT', ERR_FILE_BAD_PATH, /directory does not exist/],
  ['ENAMETOOLONG', ERR_INVALID_PARAMETER, /path is longer than the system takes/],
  ['ENOTSUP', ERR_UNAVAILABLE, /this system does not support it/],
  ['EPROTO', ERR_CANT_OPEN, /the system refuses it/],
];

describe.each(SERVERS)('%s', (_kind, listen, place) => {
  it.each(FAILURES)('says once why it can not listen: %s', (code, error, cause) => {
    system.errorCode = code;
    expect(listen()).toBe(error);
    const [said, ...more] = reports.take();
    expect(more).toEqual([]);
    expect(said).toMatch(cause);
    expect(said?.startsWith(`${place}: `) && said.endsWith(`(${code})`)).toBe(true);
  });
});

it('reports are about the object that was asked to listen', () => {
  system.errorCode = 'EADDRINUSE';
  const peer = made(new WebSocketMultiplayerPeer());
  const sources: (object | null)[] = [];
  set_error_handler((_message, _kind, { source }) => sources.push(source));
  peer.create_server(80);
  expect(sources).toEqual([peer]);
});

const PORTLESS: [kind: string, method: string, listen: (port: number) => number][] = [
  ['TCPServer', 'listen', (port) => made(new TCPServer()).listen(port)],
  ['WebSocketMultiplayerPeer', 'create_server', (port) => made(new WebSocketMultiplayerPeer()).create_server(port)],
  ["Godot 3's WebSocketServer", 'listen', (port) => made(new WebSocketServer()).listen(port)],
];

describe.each(PORTLESS)('%s', (_kind, method, listen) => {
  it.each([-1, 65_536, 70_000, -65_536, 2 ** 32])('refuses the port %i instead of cutting it', (port) => {
    expect(listen(port)).toBe(ERR_INVALID_PARAMETER);
    expect(reports.take()).toEqual([`${method}: port must be 0 to 65535, got ${port}`]);
  });
});
