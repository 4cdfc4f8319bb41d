// The door of a WebSocketGateway: what a hook may say, pages, proxies, an HTTP server of the game, and calls at a wrong time.
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocketGateway } from '../../host/cluster/index.js';
import { ERR_ALREADY_IN_USE, ERR_INVALID_PARAMETER, ERR_UNAVAILABLE, OK, TLSOptions } from '../../host/index.js';
import type { HandshakeRequest } from '../../host/protocol/handshake-hook.js';
import { ClusterGame, Guest } from '../helpers/cluster-game.js';
import { pause, until } from '../helpers/game.js';
import type { RawPeer } from '../helpers/raw-peer.js';
import { OP } from '../helpers/raw-peer-frames.js';

let game: ClusterGame;
beforeEach(() => {
  game = new ClusterGame();
});
afterEach(() => game.end());

/** What a raw client gets: the status, and the code and reason of a close frame behind a 101. */
async function answerTo(raw: RawPeer): Promise<[status: number, code: number, reason: string]> {
  let status = 0;
  let close: [number, string] = [0, ''];
  await until(() => {
    if (status === 0)
      status = Number(
        Buffer.from(raw.takeHead() ?? [])
          .toString()
          .split(' ')[1] ?? 0,
      );
    const frame = status === 101 ? raw.takeFrames().find(({ opcode }) => opcode === OP.CLOSE) : undefined;
    if (frame !== undefined)
      close = [Buffer.from(frame.payload).readUInt16BE(), Buffer.from(frame.payload.slice(2)).toString()];
    return close[0] !== 0 || (status !== 0 && status !== 101);
  }, 'the answer');
  return [status, ...close];
}

async function knock(gateway: WebSocketGateway, target: string, headers: readonly string[] = []): Promise<RawPeer> {
  const raw = await game.rawClient(gateway.get_local_port());
  raw.sendRequest(target, headers);
  return raw;
}

const PAGE = ['Origin: https://game.example'];

describe('a page', () => {
  it.each([
    ['a room that nobody makes', '/nowhere', 4404, 'there is no such room'],
    ['a path that is no name', '/a/b', 4404, 'no such room'],
    ['a room that is full', '/room-7', 4013, 'the room is full'],
  ])('is told by a close code about %s', async (_, target, code, reason) => {
    const room = game.room(
      game.host(() => false),
      'room-7',
    );
    room.peer.max_peers = 1;
    const gateway = game.gateway();
    await game.joined(1, gateway);
    expect(await answerTo(await knock(gateway, target, PAGE))).toEqual([101, code, reason]);
    expect(room.ids).toHaveLength(1);
    game.reports.take();
  });

  it('is told 4013 when no process takes rooms', async () => {
    expect(await answerTo(await knock(game.gateway(), '/room-7', PAGE))).toEqual([
      101,
      4013,
      'no process takes new rooms',
    ]);
    game.reports.take();
  });

  it('has the code that the hook gives', async () => {
    game.host();
    const gateway = game.gateway((one) => {
      one.peer_settings.handshake_hook = (request) => request.refuse(403, { body: 'banned', close_code: 4003 });
    });
    expect(await answerTo(await knock(gateway, '/room-7', PAGE))).toEqual([101, 4003, 'banned']);
    game.reports.take();
  });
});

describe('the hook', () => {
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  const ANSWERS: [what: string, hook: (request: HandshakeRequest) => unknown, status: number, report: RegExp][] = [
    [
      'throws',
      () => {
        throw new Error('oh');
      },
      500,
      /it threw "oh"/,
    ],
    ['rejects', () => Promise.reject(new Error('oh')), 500, /it threw "oh"/],
    [
      'gives data that JSON does not know',
      (request) => request.accept({ data: 5n }),
      500,
      /data can't be written as JSON/,
    ],
    [
      'gives data that contains itself',
      (request) => request.accept({ data: cyclic }),
      500,
      /data can't be written as JSON/,
    ],
    [
      'gives too much data',
      (request) => request.accept({ data: 'x'.repeat(70_000) }),
      500,
      /data is too large: .* at most 65536/,
    ],
    ['names a room that can not be', (request) => request.accept({ room: '../a' }), 404, /^$/],
    ['names a room by a number', (request) => request.accept({ room: 7 as never }), 404, /^$/],
    [
      'accepts twice',
      (request) => {
        request.accept({ room: 'a' });
        request.accept({ room: 'b' });
      },
      101,
      /answer already/,
    ],
    [
      'refuses what it has accepted',
      (request) => {
        request.accept({ room: 'a' });
        request.refuse(403);
      },
      101,
      /answer already/,
    ],
    ['accepts late', (request) => void setTimeout(() => request.accept({ room: 'a' }), 20), 101, /^$/],
  ];
  it.each(ANSWERS)('%s', async (_, hook, status, report) => {
    game.host();
    const gateway = game.gateway((one) => {
      one.peer_settings.handshake_hook = hook as never;
    });
    const raw = await knock(gateway, '/room-7');
    let head = '';
    await until(() => {
      head ||= Buffer.from(raw.takeHead() ?? []).toString();
      return head !== '';
    }, 'the answer');
    expect(Number(head.split(' ')[1])).toBe(status);
    expect([...game.rooms.keys()]).toEqual(status === 101 ? ['a'] : []);
    expect(game.reports.take().join('\n')).toMatch(report);
  });

  it('that never answers is waited for until handshake_timeout, and its client is told', async () => {
    game.host();
    let isAborted = false;
    const gateway = game.gateway((one) => {
      one.peer_settings.handshake_timeout = 0.1;
      one.peer_settings.handshake_hook = ({ signal }) => {
        signal.addEventListener('abort', () => {
          isAborted = true;
        });
      };
    });
    const raw = await knock(gateway, '/room-7');
    await until(() => raw.hasEnded, 'the end');
    await until(() => isAborted && gateway.get_peer_count() === 0, 'the news');
    game.reports.take();
  });

  it('gives protocol and headers of the answer', async () => {
    game.host();
    const gateway = game.gateway((one) => {
      one.peer_settings.handshake_hook = (request) => request.accept({ protocol: 'b', headers: ['X-Game: yes'] });
    });
    const raw = await knock(gateway, '/room-7', ['Sec-WebSocket-Protocol: a, b']);
    let head = '';
    await until(() => {
      head ||= Buffer.from(raw.takeHead() ?? []).toString();
      return head !== '';
    }, 'the answer');
    expect(head).toMatch(/^HTTP\/1.1 101 /);
    expect(head).toMatch(/\r\nSec-WebSocket-Protocol: b\r\n/);
    expect(head).toMatch(/\r\nX-Game: yes\r\n/);
  });
});

it('tells the room the address that a trusted proxy gives', async () => {
  game.host();
  const gateway = game.gateway((one) => {
    one.peer_settings.trusted_proxies = ['127.0.0.1'];
  });
  const raw = await knock(gateway, '/room-7', ['X-Forwarded-For: 10.0.0.1, 198.51.100.9']);
  await until(() => game.rooms.get('room-7')?.ids.length === 1, 'the peer');
  const room = game.roomOf('room-7');
  expect(room.peer.get_peer_address(room.ids[0] as number)).toBe('198.51.100.9');
  raw.destroy();
  await until(() => room.ids.length === 0, 'the end');
});

it('takes over connections of an HTTP server, until it drains', async () => {
  game.host();
  const gateway = game.gateway();
  const server = createServer();
  const errors: number[] = [];
  server.on('upgrade', (request, socket: Socket, head) => {
    const error = gateway.accept_upgrade(request, socket, head);
    errors.push(error);
    if (error !== OK) socket.destroy();
  });
  game.atEnd(() => void server.close());
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/room-7`;
  const guest = new Guest(url);
  game.atEnd(() => guest.peer.free());
  await until(() => guest.isIn, 'the guest');
  guest.send(Uint8Array.of(7));
  await until(() => game.roomOf('room-7').packets.length === 1, 'its packet');
  const drained = gateway.drain(10);
  const late = new Guest(url);
  game.atEnd(() => late.peer.free());
  await until(() => late.isOut && guest.isOut, 'both ends');
  expect([errors, await drained, gateway.get_peer_count()]).toEqual([[OK, ERR_UNAVAILABLE], 0, 0]);
  game.reports.take();
});

it('refuses calls at a wrong time, and wrong options', async () => {
  const gateway = game.gateway();
  expect(gateway.create_server(0)).toBe(ERR_ALREADY_IN_USE);
  expect(gateway.set_tls_options(TLSOptions.client())).toBe(ERR_INVALID_PARAMETER);
  expect(() => gateway.create_server('9080' as never)).toThrow(TypeError);
  expect(game.reports.take()).toHaveLength(2);
  gateway.max_peers = -1;
  expect(game.reports.take()).toEqual(['max_peers must be at least 0, got -1; it stays 0']);
  expect(await gateway.drain(-1)).toBe(0);
  expect(gateway.is_ready()).toBe(true);
  expect(game.reports.take()).toHaveLength(1);
  gateway.close();
  gateway.close();
  expect([gateway.create_server(0), gateway.get_local_port(), gateway.is_ready()]).toEqual([ERR_UNAVAILABLE, 0, false]);
  expect(game.reports.take()).toEqual(['create_server: the gateway is closed']);
  expect(await gateway.drain(1)).toBe(0);
});

it('forgets who leaves while its room is searched for', async () => {
  game.host();
  const gateway = game.gateway();
  const raw = await knock(gateway, '/room-7');
  raw.destroy();
  await until(() => gateway.get_peer_count() === 0, 'the end');
  await pause(50);
  expect([...game.rooms.values()].flatMap(({ ids }) => ids)).toEqual([]);
});
