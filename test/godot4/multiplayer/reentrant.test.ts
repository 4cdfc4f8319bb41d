// Calls from inside the signals and reports of the multiplayer classes: any call, in any of them, and nothing is left
// behind of what was ended.
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { set_error_handler } from '../../../host/binding/error-handler.js';
import { SceneMultiplayer } from '../../../host/godot4/multiplayer/scene-multiplayer.js';
import { WebSocketMultiplayerPeer } from '../../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { type Call, failing } from '../../helpers/reentrant.js';
import {
  expectCallsToStand,
  type Other,
  type Players,
  PORT,
  URL,
  useReentrantGames,
} from '../../helpers/reentrant-game.js';

vi.mock('#platform', () => import('../../helpers/memory-stream-platform.js'));

useReentrantGames();

const ROLES = ['server', 'client'] as const;
type Role = (typeof ROLES)[number];
type Transport = WebSocketMultiplayerPeer;

const bytes = fc.uint8Array({ maxLength: 9 });
const target = fc.constantFrom(0, 1, -1, 2);
/** Ids that were told of in this run. */
const known: number[] = [];
const idAt = (at: number): number => known[at % Math.max(1, known.length)] ?? 1;

function serving(): Transport {
  const peer = new WebSocketMultiplayerPeer();
  peer.create_server(PORT);
  return peer;
}

function visiting(): Transport {
  const peer = new WebSocketMultiplayerPeer();
  peer.create_client(URL);
  return peer;
}

function other(peer: Transport): Other {
  return { poll: () => peer.poll(), free: () => peer.free(), say: (data) => peer.put_packet(data) };
}

/** The transports of one game: whose handlers call, and the others. */
function transports(role: Role): { own: Transport; others: Other[] } {
  known.length = 0;
  if (role === 'server') return { own: serving(), others: [] };
  const others = [other(serving())];
  return { own: visiting(), others };
}

const same = <T>(...calls: Call<T>[]): fc.Arbitrary<Call<T>> => fc.constantFrom(...calls);

const transportCalls: fc.Arbitrary<Call<Transport>> = fc.oneof(
  same<Transport>(
    (peer) => peer.poll(),
    (peer) => peer.close(),
    (peer) => peer.free(),
    (peer) => peer.create_server(PORT),
    (peer) => peer.create_client(URL),
    (peer) => peer.get_packet(),
    (peer) => peer.add_peer(new WebSocketPeer()),
    failing,
  ),
  fc.tuple(target, bytes).map<Call<Transport>>(([to, data]) => (peer) => {
    peer.set_target_peer(to);
    peer.put_packet(data);
  }),
  fc.tuple(fc.nat(3), fc.boolean()).map<Call<Transport>>(
    ([at, force]) =>
      (peer) =>
        peer.disconnect_peer(idAt(at), force),
  ),
  fc.tuple(fc.nat(3), fc.constantFrom('poll', 'close', 'free')).map<Call<Transport>>(
    ([at, method]) =>
      (peer) =>
        peer.get_peer(idAt(at))?.[method as 'poll'](),
  ),
  fc.boolean().map<Call<Transport>>((refuses) => (peer) => peer.set_refuse_new_connections(refuses)),
);

describe.each(ROLES)('a WebSocketMultiplayerPeer that begins as a %s', (role) => {
  test('stands any calls from inside whatever it reports or emits', () => {
    const begin = (): Players<Transport> => {
      const { own, others } = transports(role);
      own.connect('peer_connected', (id) => known.push(id));
      return { target: own, others };
    };
    expectCallsToStand({ begin, join: () => other(visiting()), calls: transportCalls, runs: 300 });
  });
});

const sceneCalls: fc.Arbitrary<Call<SceneMultiplayer>> = fc.oneof(
  same<SceneMultiplayer>(
    (scene) => scene.poll(),
    (scene) => scene.clear(),
    (scene) => scene.free(),
    (scene) => scene.set_multiplayer_peer(null),
    (scene) => scene.multiplayer_peer?.poll(),
    (scene) => scene.multiplayer_peer?.close(),
    (scene) => scene.set_auth_callback(failing),
    (scene) => scene.set_auth_callback((id) => scene.complete_auth(id)),
    (scene) => scene.set_auth_callback(null),
    failing,
  ),
  fc.tuple(bytes, target).map<Call<SceneMultiplayer>>(
    ([data, to]) =>
      (scene) =>
        scene.send_bytes(data, to),
  ),
  fc.tuple(fc.nat(3), fc.constantFrom('disconnect_peer', 'complete_auth')).map<Call<SceneMultiplayer>>(
    ([at, method]) =>
      (scene) =>
        scene[method as 'disconnect_peer'](idAt(at)),
  ),
  fc.tuple(fc.nat(3), bytes).map<Call<SceneMultiplayer>>(
    ([at, data]) =>
      (scene) =>
        scene.send_auth(idAt(at), data),
  ),
);

/** Another one's SceneMultiplayer over `peer`. */
function otherScene(peer: Transport): Other {
  const scene = new SceneMultiplayer();
  scene.multiplayer_peer = peer;
  return {
    poll: () => scene.poll(),
    free: () => {
      scene.free();
      peer.free();
    },
    say: (data) => scene.send_bytes(data) === 0 && peer.put_packet(data),
  };
}

describe.each(ROLES)('a SceneMultiplayer of a %s', (role) => {
  test('stands any calls from inside whatever it reports or emits', () => {
    const begin = (): Players<SceneMultiplayer> => {
      const { own, others } = transports(role);
      const scene = new SceneMultiplayer();
      scene.multiplayer_peer = own;
      for (const signal of ['peer_connected', 'peer_authenticating'] as const) {
        scene.connect(signal, (id: number) => known.push(id));
      }
      return { target: scene, others: [...others, { ...other(own), poll: () => {} }] };
    };
    expectCallsToStand({ begin, join: () => otherScene(visiting()), calls: sceneCalls, runs: 300 });
  });
});

/** Both sides of one connection, until the client has its id. */
function joined(): { server: Transport; client: Transport } {
  const server = serving();
  const client = visiting();
  for (let round = 0; round < 20; round += 1) {
    world.loop.turn();
    server.poll();
    client.poll();
  }
  expect(client.get_unique_id()).toBeGreaterThan(1);
  return { server, client };
}

test('a poll inside a signal of the same poll does nothing, and the poll under way goes on', () => {
  const { server, client } = joined();
  const heard: string[] = [];
  client.connect('peer_disconnected', (id) => {
    heard.push(`${id} left`);
    client.poll();
    heard.push('polled');
  });
  server.close();
  world.loop.settle();
  client.poll();
  client.poll();
  expect(heard).toEqual(['1 left', 'polled']);
  expect(client.get_connection_status()).toBe(WebSocketMultiplayerPeer.CONNECTION_DISCONNECTED);
});

test('packets of a connection that an error handler ends do not reach what the same object begins then', () => {
  const { server, client } = joined();
  client.put_packet(Uint8Array.of(1));
  client.get_peer(1)?.send(new Uint8Array(60_000));
  world.loop.settle();
  client.get_peer(1)?.send(new Uint8Array(60_000));
  world.dialled[0].partner?.deliver(Uint8Array.of(0x82, 0xff, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0));
  world.loop.settle();
  const told: string[] = [];
  set_error_handler((message) => {
    told.push(message);
    server.close();
    server.create_server(PORT + 1);
  });
  for (let round = 0; round < 3; round += 1) {
    server.poll();
    while (told.length === 0 && server.get_available_packet_count() > 0) server.get_packet();
  }
  expect([told.length, server.get_available_packet_count(), server.get_local_port()]).toEqual([1, 0, PORT + 1]);
  server.close();
});

test('an auth_callback that throws is reported, and the poll goes on', () => {
  const told: string[] = [];
  const host = new SceneMultiplayer();
  const guest = new SceneMultiplayer();
  host.multiplayer_peer = serving();
  guest.multiplayer_peer = visiting();
  for (const scene of [host, guest]) scene.auth_callback = failing;
  guest.connect('peer_authenticating', (id) => guest.send_auth(id, Uint8Array.of(1)));
  set_error_handler((message) => told.push(message));
  for (let round = 0; round < 20; round += 1) {
    world.loop.turn();
    expect([host.poll(), guest.poll()]).toEqual([0, 0]);
  }
  expect(told.map((message) => message.split('\n')[0])).toEqual([
    'auth_callback threw Error: a handler that fails on purpose',
  ]);
});

test('who lets go of everything while slow candidates are sent away ends it there', () => {
  const host = new SceneMultiplayer();
  const transport = serving();
  host.multiplayer_peer = transport;
  host.auth_callback = () => {};
  const client = visiting();
  host.connect('peer_authentication_failed', () => {
    host.multiplayer_peer = null;
  });
  for (let round = 0; round < 20; round += 1) {
    world.loop.turn();
    host.poll();
    client.poll();
  }
  expect(host.get_authenticating_peers().length).toBeGreaterThan(0);
  world.loop.advance(4000);
  expect([host.poll(), host.poll(), host.get_authenticating_peers().length]).toEqual([0, 0, 0]);
  transport.free();
});
