// The rules of the door on every kind of server: policies, limits of messages, places, and the end.
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ERR_UNAVAILABLE,
  OK,
  TCPServer,
  WebSocketMultiplayerPeer,
  WebSocketPeer,
  WebSocketSettings,
} from '../../../host/index.js';
import { until } from '../../helpers/game.js';
import { RawPeer } from '../../helpers/raw-peer.js';
import { frame, OP } from '../../helpers/raw-peer-frames.js';
import { useReports } from '../../helpers/reports.js';
import { clientOf, SERVER_KINDS, type ServerKind, statusFor } from '../../helpers/server-kinds.js';

const reports = useReports();
const opened: { free(): void }[] = [];
const clients: RawPeer[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  for (const one of opened.splice(0)) one.free();
});

async function started(make: () => ServerKind | Promise<ServerKind>): Promise<ServerKind> {
  const server = await make();
  opened.push(server);
  return server;
}

async function client(server: ServerKind, address?: string): Promise<RawPeer> {
  const raw = await clientOf(server, address);
  clients.push(raw);
  return raw;
}

/** A client whose request was accepted. */
async function guest(server: ServerKind, address?: string): Promise<RawPeer> {
  const raw = await client(server, address);
  const before = server.open;
  expect(await statusFor(raw)).toBe(101);
  await until(() => server.open > before, 'the guest');
  return raw;
}

const ORIGIN = 'Origin: https://game.example';

type Settings = ServerKind['settings'];

/** Settings, a request, and its answer. */
const ANSWERS: readonly [
  why: string,
  set: (settings: Settings) => void,
  headers: string[],
  host: string,
  status: number,
][] = [
  ['a page is let in at start', () => {}, [ORIGIN], '127.0.0.1', 101],
  [
    'an origin that is listed is let in',
    (settings) => (settings.allowed_origins = ['https://game.example']),
    [ORIGIN],
    '127.0.0.1',
    101,
  ],
  [
    'another origin is refused',
    (settings) => (settings.allowed_origins = ['https://other.example']),
    [ORIGIN],
    '127.0.0.1',
    403,
  ],
  [
    'a client that is no page is let in',
    (settings) => (settings.allowed_origins = ['https://other.example']),
    [],
    '127.0.0.1',
    101,
  ],
  [
    'a host that is listed is let in',
    (settings) => (settings.allowed_hosts = ['game.example']),
    [],
    'game.example:9080',
    101,
  ],
  ['another host is refused', (settings) => (settings.allowed_hosts = ['game.example']), [], 'rebound.example', 403],
  [
    'a head that is too large is refused',
    (settings) => (settings.max_handshake_size = 256),
    [`X-Long: ${'x'.repeat(300)}`],
    '127.0.0.1',
    431,
  ],
];

/** Settings, what a guest sends, and the code of the close that it gets; 0: the connection is cut. */
const ENDS: readonly [why: string, set: (settings: Settings) => void, sent: Uint8Array, code: number][] = [
  [
    'a packet that is too large',
    (settings) => (settings.inbound_buffer_size = 100),
    frame(OP.BINARY, new Uint8Array(101), { masked: true }),
    1009,
  ],
  [
    'too many fragments',
    (settings) => (settings.max_message_fragments = 2),
    Buffer.concat([
      frame(OP.BINARY, new Uint8Array(1), { masked: true, fin: false }),
      frame(OP.CONTINUATION, new Uint8Array(1), { masked: true, fin: false }),
      frame(OP.CONTINUATION, new Uint8Array(1), { masked: true, fin: false }),
    ]),
    1008,
  ],
  [
    'a message that does not end',
    (settings) => (settings.message_timeout = 0.05),
    frame(OP.BINARY, new Uint8Array(1), { masked: true, fin: false }),
    1008,
  ],
  ['a heartbeat that is not answered', (settings) => (settings.heartbeat_interval = 0.05), new Uint8Array(0), 0],
];

/** Node reads the head of a request before `accept_upgrade`: its server limits those who say nothing. */
const readsHeads = (name: string): boolean => !name.includes('accept_upgrade');

/** A test of a kind of server that reads the heads of requests itself. */
function onHeads(name: string, title: string, run: () => Promise<void>): void {
  if (readsHeads(name)) it(title, run);
}

describe.each(SERVER_KINDS)('%s', (name, make) => {
  it.each(ANSWERS)('%s', async (_why, set, headers, host, status) => {
    const server = await started(make);
    set(server.settings);
    expect(await statusFor(await client(server), headers, host)).toBe(status);
  });

  it.each(ENDS)('ends a connection for %s', async (_why, set, sent, code) => {
    const server = await started(make);
    set(server.settings);
    const raw = await guest(server);
    raw.send(sent);
    await until(() => raw.hasEnded, 'the end');
    const close = raw.takeFrames().find(({ opcode }) => opcode === OP.CLOSE);
    expect(close === undefined ? 0 : Buffer.from(close.payload).readUInt16BE()).toBe(code);
  });

  onHeads(name, 'lets one address that says nothing keep nobody else out', async () => {
    const server = await started(make);
    server.settings.max_pending_handshakes = 3;
    const silent: RawPeer[] = [];
    for (let count = 0; count < 4; count += 1) silent.push(await client(server, '127.0.0.3'));
    await until(() => silent.some(({ hasEnded }) => hasEnded), 'the end of one');
    const others = [await client(server, '127.0.0.2'), await client(server, '127.0.0.4')];
    await until(() => silent.filter(({ hasEnded }) => hasEnded).length === 3, 'the end of three');
    const statuses = [];
    for (const raw of [...others, ...silent.filter(({ hasEnded }) => !hasEnded)]) statuses.push(await statusFor(raw));
    expect(statuses).toEqual([101, 101, 101]);
    expect(reports.take()[0]).toMatch(/a handshake from .* was dropped for a newcomer, 3 are .*max_pending_handshakes/);
  });

  onHeads(name, 'drops handshakes beyond max_pending_per_address', async () => {
    const server = await started(make);
    server.settings.max_pending_per_address = 1;
    const first = await client(server, '127.0.0.3');
    const second = await client(server, '127.0.0.3');
    const other = await client(server, '127.0.0.2');
    const hasAddress = typeof server.place === 'number';
    if (hasAddress) await until(() => first.hasEnded || second.hasEnded, 'the end of one');
    expect(await statusFor(other)).toBe(101);
    const stays = first.hasEnded ? second : first;
    expect(await statusFor(stays)).toBe(101);
    expect(await statusFor(await client(server, '127.0.0.3'))).toBe(101);
    expect(reports.take()).toHaveLength(hasAddress ? 1 : 0);
  });

  it('refuses connections beyond max_connections_per_address with 429 until one has ended, however it ends', async () => {
    const server = await started(make);
    server.settings.max_connections_per_address = 1;
    const endings: ((raw: RawPeer) => void)[] = [
      (raw) => raw.end(),
      (raw) => (typeof server.place === 'number' ? raw.reset() : raw.destroy()),
      (raw) => raw.send(frame(OP.CLOSE, Uint8Array.of(3, 232), { masked: true })),
      (raw) => raw.send(new Uint8Array(16).fill(0xff)),
    ];
    for (const end of endings) {
      const first = await guest(server, '127.0.0.3');
      const more = [
        await statusFor(await client(server, '127.0.0.3')),
        await statusFor(await client(server, '127.0.0.2')),
      ];
      expect(more).toEqual(typeof server.place === 'number' ? [429, 101] : [101, 101]);
      for (const raw of clients) if (raw !== first) raw.destroy();
      end(first);
      await until(() => server.open === 0, 'the end');
    }
    if (typeof server.place === 'number')
      expect(reports.take()[0]).toMatch(/127.0.0.3 .* max_connections_per_address|max_connections_per_address/);
  });
});

describe.each(SERVER_KINDS.filter(([name]) => readsHeads(name)))('drain of %s', (_name, make) => {
  const closeOf = async (raw: RawPeer): Promise<number> => {
    let code = 0;
    await until(() => {
      const close = raw.takeFrames().find(({ opcode }) => opcode === OP.CLOSE);
      if (close !== undefined) code = Buffer.from(close.payload).readUInt16BE();
      return code !== 0 || raw.hasEnded;
    }, 'the close frame');
    return code;
  };
  const answer = (raw: RawPeer): void => raw.send(frame(OP.CLOSE, Uint8Array.of(3, 233), { masked: true }));

  it.each([true, false])('says 1001 to all and is done when they are gone (polled: %s)', async (isPolled) => {
    const server = await started(make);
    const guests = [await guest(server), await guest(server)];
    const joining = await client(server);
    if (!isPolled) server.sleep();
    let isDone = false;
    const drained = server.drain(60).then((dropped) => {
      isDone = true;
      return dropped;
    });
    expect([await closeOf(guests[0] as RawPeer), await closeOf(guests[1] as RawPeer)]).toEqual([1001, 1001]);
    await until(() => joining.hasEnded, 'the end of who is joining');
    answer(guests[0] as RawPeer);
    await until(() => guests[0]?.hasEnded === true, 'the end of one');
    expect(isDone).toBe(false);
    answer(guests[1] as RawPeer);
    expect(await drained).toBe(0);
    const late = await client(server);
    await until(() => late.isClosed, 'the refusal of a late one');
    if (isPolled) await until(() => server.open === 0, 'the news');
  });

  it('drops those who do not answer in time, and counts them', async () => {
    const server = await started(make);
    const guests = [await guest(server), await guest(server)];
    const drained = server.drain(0.2);
    await closeOf(guests[0] as RawPeer);
    answer(guests[0] as RawPeer);
    expect(await drained).toBe(1);
    await until(() => guests.every(({ hasEnded }) => hasEnded), 'the end of both');
    await until(() => server.open === 0, 'the news');
  });

  it('ends with the server', async () => {
    const server = await started(make);
    await guest(server);
    const drained = server.drain(60);
    expect(server.drain(1)).toBe(drained);
    server.free();
    expect(await drained).toBe(1);
  });
});

describe('drain of TCPServer', () => {
  const listening = (): TCPServer => {
    const listener = new TCPServer();
    opened.push(listener);
    listener.listen(0, '127.0.0.1');
    return listener;
  };
  const taken = async (listener: TCPServer): Promise<[RawPeer, WebSocketPeer]> => {
    const raw = new RawPeer(connect(listener.get_local_port(), '127.0.0.1'));
    clients.push(raw);
    await until(() => listener.is_connection_available(), 'a connection');
    const peer = new WebSocketPeer();
    opened.push(peer);
    peer.accept_stream(listener.take_connection());
    return [raw, peer];
  };

  it('closes nothing for a negative time, and says so', async () => {
    const listener = listening();
    expect([await listener.drain(-1), listener.is_listening()]).toEqual([0, true]);
    expect(reports.take()).toEqual(['drain: timeout must be at least 0 s, got -1; nothing is closed']);
  });

  it('says to the peer of a handshake why it was dropped', async () => {
    const listener = listening();
    const [, peer] = await taken(listener);
    await listener.drain(1);
    await until(() => {
      peer.poll();
      return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
    }, 'the end');
    expect(peer.get_failure()).toMatchObject({ stage: 'handshake', code: 'SHUTTING_DOWN' });
  });

  it('says to an open peer that it was dropped', async () => {
    const listener = listening();
    const [raw, peer] = await taken(listener);
    raw.sendRequest();
    await until(() => {
      peer.poll();
      return peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
    }, 'an open connection');
    expect(await listener.drain(0.05)).toBe(1);
    await until(() => {
      peer.poll();
      return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
    }, 'the end');
    expect(peer.get_failure()?.code).toBe('SHUTTING_DOWN');
  });
});

it.each(['WebSocketMultiplayerPeer', 'WebSocketServer of Godot 3', 'WebSocketGateway'])(
  'max_peers of %s refuses further ones with 503, and lets in again when one has left',
  async (name) => {
    const [, make] = SERVER_KINDS.find(([kind]) => kind === name) as (typeof SERVER_KINDS)[number];
    const server = await started(make);
    server.limit?.(1);
    const first = await guest(server);
    for (let count = 0; count < 3; count += 1) expect(await statusFor(await client(server))).toBe(503);
    expect(reports.take()).toEqual(['WebSocketPeer: a client was refused (503), 1 are connected (max_peers)']);
    expect(server.open).toBe(1);
    first.end();
    await until(() => server.open === 0, 'the end');
    await guest(server);
  },
);

it.each([
  ['max_connections_per_address', 429],
  ['max_peers', 503],
])('the hook is not asked about a client beyond %s', async (name, status) => {
  const [, make] = SERVER_KINDS.find(([kind]) => kind === 'WebSocketMultiplayerPeer') as (typeof SERVER_KINDS)[number];
  const server = await started(make);
  let asked = 0;
  server.settings.handshake_hook = (request) => {
    asked += 1;
    request.accept();
  };
  if (name === 'max_peers') server.limit?.(1);
  else server.settings.max_connections_per_address = 1;
  await guest(server);
  expect(await statusFor(await client(server))).toBe(status);
  expect(asked).toBe(1);
  expect(reports.take()).toHaveLength(1);
});

it('a peer that is added beyond max_peers, or during a drain, is refused, too', async () => {
  const server = new WebSocketMultiplayerPeer();
  opened.push(server);
  server.max_peers = -1;
  expect(reports.take()).toEqual(['max_peers must be at least 0, got -1; it stays 0']);
  server.set_max_peers(1);
  expect(server.get_max_peers()).toBe(1);
  server.create_portless_server();
  const listener = new TCPServer();
  opened.push(listener);
  listener.listen(0, '127.0.0.1');
  const added = async (): Promise<number> => {
    const raw = new RawPeer(connect(listener.get_local_port(), '127.0.0.1'));
    clients.push(raw);
    raw.sendRequest();
    await until(() => listener.is_connection_available(), 'a connection');
    const peer = new WebSocketPeer();
    opened.push(peer);
    peer.accept_stream(listener.take_connection());
    await until(() => {
      peer.poll();
      return peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
    }, 'an open connection');
    return server.add_peer(peer);
  };
  expect([await added(), await added()]).toEqual([OK, ERR_UNAVAILABLE]);
  expect(reports.take()).toEqual(['add_peer: max_peers are connected']);
  server.max_peers = 0;
  server.poll();
  void server.drain(60);
  expect(await added()).toBe(ERR_UNAVAILABLE);
  expect(reports.take()).toEqual(['add_peer: the server is being drained']);
});

it('a connection that was reset gives its place back, though nobody polls it any more', async () => {
  const listener = new TCPServer();
  opened.push(listener);
  listener.listen(0, '127.0.0.1');
  const settings = new WebSocketSettings({ max_connections_per_address: 1 });
  const answered = async (): Promise<[RawPeer, number]> => {
    const raw = new RawPeer(connect(listener.get_local_port(), '127.0.0.1'));
    clients.push(raw);
    raw.sendRequest();
    await until(() => listener.is_connection_available(), 'a connection');
    const peer = new WebSocketPeer();
    opened.push(peer);
    peer.settings = settings;
    peer.accept_stream(listener.take_connection());
    await until(() => {
      peer.poll();
      return peer.get_ready_state() !== WebSocketPeer.STATE_CONNECTING;
    }, 'the answer');
    return [raw, peer.get_ready_state()];
  };
  const [first, state] = await answered();
  first.reset();
  await until(() => first.isClosed, 'the reset');
  let later = WebSocketPeer.STATE_CLOSED as number;
  for (let tries = 0; tries < 200 && later !== WebSocketPeer.STATE_OPEN; tries += 1) [, later] = await answered();
  expect([state, later]).toEqual([WebSocketPeer.STATE_OPEN, WebSocketPeer.STATE_OPEN]);
});
