// Calls from inside the signals and reports of Godot 3's classes: any call, in any of them, and nothing is left behind of
// what was ended.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { set_error_handler } from '../../host/binding/error-handler.js';
import { WebSocketClient, WebSocketServer } from '../../host/godot3/index.js';
import { world } from '../helpers/memory-stream-platform.js';
import { type Call, failing } from '../helpers/reentrant.js';
import {
  expectCallsToStand,
  type Other,
  type Players,
  PORT,
  URL,
  useReentrantGames,
} from '../helpers/reentrant-game.js';

vi.mock('#platform', () => import('../helpers/memory-stream-platform.js'));

useReentrantGames();

const bytes = fc.uint8Array({ maxLength: 9 });
const same = <T>(...calls: Call<T>[]): fc.Arbitrary<Call<T>> => fc.constantFrom(...calls);
/** Ids that were told of in this run. */
const known: number[] = [];
const idAt = (at: number): number => known[at % Math.max(1, known.length)] ?? 1;

function serving(multiplayer: boolean): WebSocketServer {
  const server = new WebSocketServer();
  server.listen(PORT, [], multiplayer);
  return server;
}

function visiting(multiplayer: boolean): WebSocketClient {
  const client = new WebSocketClient();
  client.connect_to_url(URL, [], multiplayer);
  return client;
}

function guest(multiplayer: boolean): Other {
  const client = visiting(multiplayer);
  return {
    poll: () => client.poll(),
    free: () => client.free(),
    say: (data) => (multiplayer ? client : client.get_peer(1))?.put_packet(data),
  };
}

function host(multiplayer: boolean): Other {
  const server = serving(multiplayer);
  const ids: number[] = [];
  server.connect('client_connected', (id) => ids.push(id));
  return {
    poll: () => server.poll(),
    free: () => server.free(),
    say: (data) => (multiplayer ? server : ids.length > 0 && server.get_peer(ids[0])) && server.put_packet(data),
  };
}

const clientCalls: fc.Arbitrary<Call<WebSocketClient>> = fc.oneof(
  same<WebSocketClient>(
    (client) => client.poll(),
    (client) => client.free(),
    (client) => client.disconnect_from_host(),
    (client) => client.disconnect_from_host(70_000, 'x'.repeat(200)),
    (client) => client.connect_to_url(URL),
    (client) => client.connect_to_url(URL, [], true),
    (client) => client.connect_to_url('', ['a b']),
    (client) => client.get_peer(1)?.get_packet(),
    (client) => client.get_packet(),
    (client) => client.get_peer(1)?.close(),
    failing,
  ),
  bytes.map<Call<WebSocketClient>>((data) => (client) => client.get_peer(1)?.put_packet(data)),
  bytes.map<Call<WebSocketClient>>((data) => (client) => client.put_packet(data)),
);

const serverCalls: fc.Arbitrary<Call<WebSocketServer>> = fc.oneof(
  same<WebSocketServer>(
    (server) => server.poll(),
    (server) => server.stop(),
    (server) => server.free(),
    (server) => server.listen(PORT),
    (server) => server.listen(PORT, [], true),
    (server) => server.get_packet(),
    failing,
  ),
  fc.tuple(fc.nat(3), fc.constantFrom(1000, 70_000)).map<Call<WebSocketServer>>(
    ([at, code]) =>
      (server) =>
        server.disconnect_peer(idAt(at), code),
  ),
  fc.tuple(fc.nat(3), fc.constantFrom('close', 'free', 'get_packet')).map<Call<WebSocketServer>>(
    ([at, method]) =>
      (server) =>
        server.get_peer(idAt(at))?.[method as 'close'](),
  ),
  fc.tuple(fc.nat(3), bytes).map<Call<WebSocketServer>>(
    ([at, data]) =>
      (server) =>
        server.get_peer(idAt(at))?.put_packet(data),
  ),
  bytes.map<Call<WebSocketServer>>((data) => (server) => server.put_packet(data)),
);

describe.each([false, true])('with gd_mp_api %s', (multiplayer) => {
  test('a WebSocketClient stands any calls from inside whatever it reports or emits', () => {
    const begin = (): Players<WebSocketClient> => {
      const others = [host(multiplayer)];
      return { target: visiting(multiplayer), others };
    };
    expectCallsToStand({ begin, join: () => guest(multiplayer), calls: clientCalls, runs: 200 });
  });

  test('a WebSocketServer stands any calls from inside whatever it reports or emits', () => {
    const begin = (): Players<WebSocketServer> => {
      known.length = 0;
      const server = serving(multiplayer);
      for (const signal of ['client_connected', 'peer_connected'] as const) {
        server.connect(signal as 'peer_connected', (id) => known.push(id));
      }
      return { target: server, others: [] };
    };
    expectCallsToStand({ begin, join: () => guest(multiplayer), calls: serverCalls, runs: 200 });
  });
});

test('a server that is stopped when its first client is in lets nobody else in', () => {
  const server = serving(false);
  const clients = [visiting(false), visiting(false), visiting(false)];
  const heard: number[] = [];
  server.connect('client_connected', (id) => {
    heard.push(id);
    server.stop();
  });
  for (let round = 0; round < 20; round += 1) {
    world.loop.turn();
    server.poll();
    for (const client of clients) client.poll();
  }
  expect([heard.length, server.has_peer(heard[0])]).toEqual([1, false]);
  expect(clients.map((client) => client.get_connection_status())).toEqual([0, 0, 0]);
});

test('a server that an error handler stops during a handshake lets nobody in', () => {
  const server = serving(false);
  const clients = [visiting(false), visiting(false)];
  const heard: number[] = [];
  server.connect('client_connected', (id) => heard.push(id));
  set_error_handler(() => server.stop());
  for (let round = 0; round < 20; round += 1) {
    world.loop.turn();
    if (round === 3) world.dialled[0].partner?.deliver(new TextEncoder().encode('POST / HTTP/1.1\r\n\r\n'));
    server.poll();
    for (const client of round < 4 ? [] : clients) client.poll();
  }
  expect([heard, server.is_listening()]).toEqual([[], false]);
  expect(clients.map((client) => client.get_connection_status())).toEqual([0, 0]);
});

test('a poll inside a signal of the same poll does nothing, and the poll under way goes on', () => {
  const server = serving(false);
  const client = visiting(false);
  const heard: string[] = [];
  client.connect('connection_established', () => client.get_peer(1)?.put_packet(Uint8Array.of(1)));
  server.connect('data_received', (id) => {
    heard.push('in');
    server.poll();
    heard.push('out');
    server.get_peer(id)?.get_packet();
  });
  for (let round = 0; round < 20; round += 1) {
    world.loop.turn();
    server.poll();
    client.poll();
    if (round === 12) for (let i = 0; i < 2; i += 1) client.get_peer(1)?.put_packet(Uint8Array.of(2));
  }
  expect(heard).toEqual(['in', 'out', 'in', 'out', 'in', 'out']);
  server.free();
  client.free();
});
