// Every kind of server, with the same settings and the same questions about the one client that it has.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { expect } from 'vitest';
import { WebSocketServer } from '../../host/godot3/index.js';
import { StreamPeerUDS, UDSServer, WebSocketMultiplayerPeer, WebSocketPeer } from '../../host/index.js';
import { MessagePortStream } from '../../host/streams/index.js';
import type { Game } from './game.js';

export type Configure = (settings: WebSocketPeer | WebSocketMultiplayerPeer['peer_settings']) => void;

/** What the game of a server knows about its client; null while that is not open. */
export interface Known {
  readonly host: string;
  readonly data: unknown;
  /** Missing where no connection is shown. */
  readonly url?: string;
}

export interface Served {
  poll(): void;
  known(): Known | null;
  /** Begins the client's connection. */
  dial(client: WebSocketPeer): void;
}

const PATH = '/room?token=1';

function knownOf(peer: WebSocketPeer | null): Known | null {
  if (peer?.get_ready_state() !== WebSocketPeer.STATE_OPEN) return null;
  return { host: peer.get_connected_host(), data: peer.get_handshake_data(), url: peer.get_requested_url() };
}

function dialTo(port: number): (client: WebSocketPeer) => void {
  return (client) => expect(client.connect_to_url(`ws://127.0.0.1:${port}${PATH}`)).toBe(0);
}

function overTcp(game: Game, configure: Configure): Served {
  const server = game.tcpServer();
  let peer: WebSocketPeer | null = null;
  return {
    poll: () => {
      if (peer === null && server.is_connection_available()) {
        peer = game.peer(configure);
        expect(peer.accept_stream(server.take_connection())).toBe(0);
      }
      peer?.poll();
    },
    known: () => knownOf(peer),
    dial: dialTo(server.get_local_port()),
  };
}

async function overHttp(game: Game, configure: Configure, path?: string): Promise<Served> {
  const server = createServer();
  let peer: WebSocketPeer | null = null;
  server.on('upgrade', (request, socket, head) => {
    peer = game.peer(configure);
    expect(peer.accept_upgrade(request, socket, head)).toBe(0);
  });
  server.listen(path === undefined ? { port: 0, host: '127.0.0.1' } : { path });
  await once(server, 'listening');
  game.atEnd(() => server.close());
  const dial = path === undefined ? dialTo((server.address() as AddressInfo).port) : dialPath(game, path);
  return { poll: () => peer?.poll(), known: () => knownOf(peer), dial };
}

function dialPath(game: Game, path: string): (client: WebSocketPeer) => void {
  return (client) => {
    const stream = new StreamPeerUDS();
    game.atEnd(() => stream.free());
    expect(stream.connect_to_host(path)).toBe(0);
    stream.poll();
    expect(client.connect_to_stream(stream, `ws://127.0.0.1${PATH}`)).toBe(0);
  };
}

function newPath(game: Game): string {
  const directory = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
  game.atEnd(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'game.sock');
}

function overUds(game: Game, configure: Configure): Served {
  const path = newPath(game);
  const server = new UDSServer();
  expect(server.listen(path)).toBe(0);
  game.atEnd(() => server.stop());
  let peer: WebSocketPeer | null = null;
  return {
    poll: () => {
      if (peer === null && server.is_connection_available()) {
        peer = game.peer(configure);
        expect(peer.accept_stream(server.take_connection())).toBe(0);
      }
      peer?.poll();
    },
    known: () => knownOf(peer),
    dial: dialPath(game, path),
  };
}

function overPort(game: Game, configure: Configure): Served {
  const { port1, port2 } = new MessageChannel();
  game.atEnd(() => port1.close());
  const peer = game.peer(configure);
  expect(peer.accept_stream(new MessagePortStream(port1))).toBe(0);
  return {
    poll: () => peer.poll(),
    known: () => knownOf(peer),
    dial: (client) => expect(client.connect_to_stream(new MessagePortStream(port2), `ws://127.0.0.1${PATH}`)).toBe(0),
  };
}

function multiplayer(game: Game, configure: Configure): Served {
  const server = new WebSocketMultiplayerPeer();
  game.atEnd(() => server.free());
  configure(server.peer_settings);
  if (server.peer_settings.handshake_timeout < 1) server.handshake_timeout = server.peer_settings.handshake_timeout;
  expect(server.create_server(0, '127.0.0.1')).toBe(0);
  let id = 0;
  server.connect('peer_connected', (joined) => {
    id = joined;
  });
  return {
    poll: () => server.poll(),
    known: () => {
      if (id === 0) return null;
      const url = server.get_peer(id)?.get_requested_url() ?? '';
      return { host: server.get_peer_address(id), data: server.get_peer_data(id), url };
    },
    dial: dialTo(server.get_local_port()),
  };
}

function godot3(game: Game, configure: Configure): Served {
  const server = new WebSocketServer();
  game.atEnd(() => server.free());
  configure(server.peer_settings);
  if (server.peer_settings.handshake_timeout < 1) server.handshake_timeout = server.peer_settings.handshake_timeout;
  server.set_bind_ip('127.0.0.1');
  expect(server.listen(0)).toBe(0);
  let id = 0;
  server.connect('client_connected', (joined) => {
    id = joined;
  });
  return {
    poll: () => server.poll(),
    known: () => (id === 0 ? null : { host: server.get_peer_address(id), data: server.get_peer_data(id) }),
    dial: dialTo(server.get_local_port()),
  };
}

type Serve = (game: Game, configure: Configure) => Served | Promise<Served>;

/** Kinds of servers by name; `address` is what their clients come from. */
export const SERVED: readonly [name: string, serve: Serve, address: string][] = [
  ['TCPServer and accept_stream', overTcp, '127.0.0.1'],
  ['accept_upgrade', overHttp, '127.0.0.1'],
  ['accept_upgrade at a Unix domain socket', (game, configure) => overHttp(game, configure, newPath(game)), 'unix'],
  ['UDSServer', overUds, 'unix'],
  ['a MessagePortStream', overPort, ''],
  ['WebSocketMultiplayerPeer', multiplayer, '127.0.0.1'],
  ['Godot 3’s WebSocketServer', godot3, '127.0.0.1'],
];
