// Transports that nobody polls any more: what a multiplayer lets go of, and what Godot 3's classes close, ends by itself,
// and the other side is left with no ghost.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketClient, WebSocketServer } from '../../../host/godot3/index.js';
import { SceneMultiplayer } from '../../../host/godot4/multiplayer/scene-multiplayer.js';
import { WebSocketMultiplayerPeer } from '../../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { PORT, URL } from '../../helpers/reentrant-game.js';
import { useReports } from '../../helpers/reports.js';

vi.mock('#platform', () => import('../../helpers/memory-stream-platform.js'));

useReports();
const endings: (() => void)[] = [];
beforeEach(() => world.reset());
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const { CONNECTION_CONNECTED, CONNECTION_DISCONNECTED } = WebSocketMultiplayerPeer;

interface Polled {
  poll(): unknown;
}

function play(rounds: number, ...players: readonly Polled[]): void {
  for (let round = 0; round < rounds; round += 1) {
    world.loop.turn();
    for (const player of players) player.poll();
  }
}

/** A multiplayer over a transport. */
function over(begin: (peer: WebSocketMultiplayerPeer) => number): {
  scene: SceneMultiplayer;
  peer: WebSocketMultiplayerPeer;
} {
  const peer = new WebSocketMultiplayerPeer();
  expect(begin(peer)).toBe(0);
  const scene = new SceneMultiplayer();
  scene.multiplayer_peer = peer;
  endings.push(() => peer.free());
  return { scene, peer };
}

function joined() {
  const host = over((peer) => peer.create_server(PORT));
  const guest = over((peer) => peer.create_client(URL));
  play(20, host.scene, guest.scene);
  expect([host.scene.get_peers().length, guest.scene.get_peers().length]).toEqual([1, 1]);
  return { host, guest };
}

/** Connections that somebody listens to. */
const alive = (): number => world.dialled.flatMap((one) => [one, one.partner]).filter((one) => one?.hasSink).length;

describe('a transport that a multiplayer lets go of', () => {
  test.each([
    ['multiplayer_peer = null', (scene: SceneMultiplayer) => scene.set_multiplayer_peer(null)],
    ['free()', (scene: SceneMultiplayer) => scene.free()],
  ])('by %s says goodbye after ten seconds without a poll, as a client', (_how, letGo) => {
    const { host, guest } = joined();
    letGo(guest.scene);
    world.loop.advance(9000);
    play(3, host.scene);
    expect(host.scene.get_peers().length).toBe(1);
    world.loop.advance(2000);
    play(3, host.scene);
    expect([host.scene.get_peers().length, alive()]).toEqual([0, 0]);
    expect(guest.peer.get_connection_status()).toBe(CONNECTION_CONNECTED);
    const left: number[] = [];
    guest.peer.connect('peer_disconnected', (id) => left.push(id));
    guest.peer.poll();
    expect([guest.peer.get_connection_status(), left]).toEqual([CONNECTION_DISCONNECTED, [1]]);
  });

  test('ends as a server, too, and listens no longer', () => {
    const { host, guest } = joined();
    host.scene.multiplayer_peer = null;
    world.loop.advance(10_001);
    play(3, guest.scene);
    expect([guest.scene.get_peers().length, alive(), world.listeners.size]).toEqual([0, 0, 0]);
    expect([host.peer.get_connection_status(), host.peer.get_local_port()]).toEqual([CONNECTION_CONNECTED, PORT]);
    const left: number[] = [];
    host.peer.connect('peer_disconnected', (id) => left.push(id));
    host.peer.poll();
    expect([host.peer.get_connection_status(), left.length]).toEqual([CONNECTION_DISCONNECTED, 1]);
    expect(host.peer.create_server(PORT)).toBe(0);
    world.loop.advance(60_000);
    expect(world.listeners.size).toBe(1);
  });

  test.each<[string, (guest: ReturnType<typeof over>) => void]>([
    ['polled by the game itself', ({ peer }) => peer.poll()],
    ['set again', ({ scene, peer }) => scene.set_multiplayer_peer(peer)],
  ])('lives on when it is %s', (_how, use) => {
    const { host, guest } = joined();
    guest.scene.multiplayer_peer = null;
    world.loop.advance(9000);
    use(guest);
    world.loop.advance(60_000);
    play(3, host.scene);
    expect([host.scene.get_peers().length, alive()]).toEqual([1, 2]);
  });
});

test.each<[string, (client: WebSocketClient) => void]>([
  ['disconnect_from_host()', (client) => client.disconnect_from_host()],
  ['get_peer(1).close()', (client) => client.get_peer(1)?.close()],
  ['free()', (client) => client.free()],
])('a Godot 3 client that is not polled behind %s leaves no ghost', (_how, leave) => {
  const server = new WebSocketServer();
  server.listen(PORT);
  const client = new WebSocketClient();
  client.connect_to_url(URL);
  play(20, server, client);
  expect(alive()).toBe(2);
  leave(client);
  play(20, server);
  expect(alive()).toBe(0);
  server.free();
});

test.each<[string, (server: WebSocketServer, id: number) => void]>([
  ['stop()', (server) => server.stop()],
  ['disconnect_peer()', (server, id) => server.disconnect_peer(id)],
])('a Godot 3 server that is not polled behind %s leaves no ghost', (_how, leave) => {
  const server = new WebSocketServer();
  server.listen(PORT);
  let id = 0;
  server.connect('client_connected', (newcomer) => {
    id = newcomer;
  });
  const client = new WebSocketClient();
  client.connect_to_url(URL);
  play(20, server, client);
  expect([alive(), id > 0]).toEqual([2, true]);
  leave(server, id);
  play(20, client);
  expect(alive()).toBe(0);
  server.free();
});
