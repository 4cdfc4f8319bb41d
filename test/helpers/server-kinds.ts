// Every kind of server that a game can have, behind one interface: it listens, echoes, and is polled by its signals.
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterMultiplayerPeer, MemoryBroker, RoomHost, WebSocketGateway } from '../../host/cluster/index.js';
import { WebSocketServer } from '../../host/godot3/index.js';
import {
  OK,
  TCPServer,
  UDSServer,
  WebSocketMultiplayerPeer,
  WebSocketPeer,
  WebSocketSettings,
} from '../../host/index.js';
import { until } from './game.js';
import { RawPeer } from './raw-peer.js';

export interface ServerKind {
  /** Where clients connect to. */
  readonly place: number | string;
  readonly settings: WebSocketSettings;
  /** Number of connections that are open, as the game sees it. */
  readonly open: number;
  /** Stops polling. */
  sleep(): void;
  /** Only of the kinds that have it. */
  drain(timeout: number): Promise<number>;
  /** Sets `max_peers`, where a server has it. */
  limit?(peers: number): void;
  free(): void;
}

/** A server of WebSocketPeers, one for each connection that `accept` gives to one. */
class Peers {
  readonly settings = new WebSocketSettings();
  readonly #peers: WebSocketPeer[] = [];
  #sleeps = false;

  add(accept: (peer: WebSocketPeer) => number): boolean {
    const peer = new WebSocketPeer();
    peer.settings = this.settings;
    if (accept(peer) !== OK) return false;
    this.#peers.push(peer);
    peer.connect('activity', () => this.#poll(peer));
    return true;
  }

  get open(): number {
    return this.#peers.filter((peer) => peer.get_ready_state() === WebSocketPeer.STATE_OPEN).length;
  }

  sleep(): void {
    this.#sleeps = true;
  }

  free(): void {
    for (const peer of this.#peers) peer.free();
  }

  #poll(peer: WebSocketPeer): void {
    if (this.#sleeps) return;
    peer.poll();
    while (peer.get_available_packet_count() > 0) peer.send(peer.get_packet());
  }
}

function overListener(server: TCPServer | UDSServer, place: () => number | string): ServerKind {
  const peers = new Peers();
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const stream = server.take_socket_connection();
      peers.add((peer) => peer.accept_stream(stream));
    }
  });
  return {
    place: place(),
    settings: peers.settings,
    get open() {
      return peers.open;
    },
    sleep: () => peers.sleep(),
    drain: (timeout) => server.drain(timeout),
    free: () => {
      server.free();
      peers.free();
    },
  };
}

async function overHttp(): Promise<ServerKind> {
  const peers = new Peers();
  const server: Server = createServer();
  server.on('upgrade', (request, socket: Socket, head) => {
    if (!peers.add((peer) => peer.accept_upgrade(request, socket, head))) socket.destroy();
  });
  await new Promise<void>((listens) => {
    server.listen(0, '127.0.0.1', listens);
  });
  return {
    place: (server.address() as AddressInfo).port,
    settings: peers.settings,
    get open() {
      return peers.open;
    },
    sleep: () => peers.sleep(),
    drain: () => Promise.reject(new Error('an HTTP server is not ours')),
    free: () => {
      server.close();
      peers.free();
    },
  };
}

function multiplayer(): ServerKind {
  const server = new WebSocketMultiplayerPeer();
  let open = 0;
  let sleeps = false;
  server.connect('peer_connected', () => {
    open += 1;
  });
  server.connect('peer_disconnected', () => {
    open -= 1;
  });
  server.connect('activity', () => {
    if (sleeps) return;
    server.poll();
    while (server.get_available_packet_count() > 0) {
      server.set_target_peer(server.get_packet_peer());
      server.put_packet(server.get_packet());
    }
  });
  server.create_server(0, '127.0.0.1');
  return {
    place: server.get_local_port(),
    settings: server.peer_settings,
    get open() {
      return open;
    },
    sleep: () => {
      sleeps = true;
    },
    drain: (timeout) => server.drain(timeout),
    limit: (peers) => server.set_max_peers(peers),
    free: () => server.free(),
  };
}

function godot3(): ServerKind {
  const server = new WebSocketServer();
  let open = 0;
  let sleeps = false;
  server.bind_ip = '127.0.0.1';
  server.connect('client_connected', () => {
    open += 1;
  });
  server.connect('client_disconnected', () => {
    open -= 1;
  });
  server.connect('data_received', (id) => {
    const peer = server.get_peer(id);
    peer?.put_packet(peer.get_packet());
  });
  server.connect('activity', () => {
    if (!sleeps) server.poll();
  });
  server.listen(0);
  return {
    place: server.get_local_port(),
    settings: server.peer_settings,
    get open() {
      return open;
    },
    sleep: () => {
      sleeps = true;
    },
    drain: (timeout) => server.drain(timeout),
    limit: (peers) => server.set_max_peers(peers),
    free: () => server.free(),
  };
}

/** The room of a gateway in this process, whatever the path. */
function gateway(): ServerKind {
  const broker = new MemoryBroker();
  const host = new RoomHost(broker);
  const room = new ClusterMultiplayerPeer();
  const server = new WebSocketGateway(broker);
  let sleeps = false;
  room.connect('activity', () => {
    if (sleeps) return;
    room.poll();
    while (room.get_available_packet_count() > 0) {
      room.set_target_peer(room.get_packet_peer());
      room.put_packet(room.get_packet());
    }
  });
  room.create_room(host, 'room');
  server.peer_settings.handshake_hook = (request) => request.accept({ room: 'room' });
  server.create_server(0, '127.0.0.1');
  return {
    place: server.get_local_port(),
    settings: server.peer_settings,
    get open() {
      return host.get_peer_count();
    },
    sleep: () => {
      sleeps = true;
    },
    drain: (timeout) => server.drain(timeout),
    limit: (peers) => server.set_max_peers(peers),
    free: () => {
      server.free();
      host.free();
    },
  };
}

function tcp(): ServerKind {
  const server = new TCPServer();
  server.listen(0, '127.0.0.1');
  return overListener(server, () => server.get_local_port());
}

function uds(): ServerKind {
  const server = new UDSServer();
  const path = join(tmpdir(), `websocketpeer-kinds-${process.pid}-${Math.random().toString(36).slice(2)}`);
  server.listen(path);
  return overListener(server, () => path);
}

export const SERVER_KINDS: readonly (readonly [name: string, make: () => ServerKind | Promise<ServerKind>])[] = [
  ['TCPServer and accept_stream', tcp],
  ['UDSServer and accept_stream', uds],
  ['an HTTP server and accept_upgrade', overHttp],
  ['WebSocketMultiplayerPeer', multiplayer],
  ['WebSocketServer of Godot 3', godot3],
  ['WebSocketGateway', gateway],
];

/** A client from `address`, where the place has addresses. */
export async function clientOf({ place }: ServerKind, address = '127.0.0.1'): Promise<RawPeer> {
  const socket =
    typeof place === 'string' ? connect(place) : connect({ port: place, host: '127.0.0.1', localAddress: address });
  const raw = new RawPeer(socket);
  await until(() => !socket.connecting, 'a connection');
  return raw;
}

/** The status of the answer to a request with these lines. */
export async function statusFor(raw: RawPeer, headers: readonly string[] = [], host = '127.0.0.1'): Promise<number> {
  raw.sendRequest('/', headers, host);
  return statusOf(raw);
}

/** The status of the answer. */
export async function statusOf(raw: RawPeer): Promise<number> {
  let head: Uint8Array | null = null;
  await until(() => {
    head ??= raw.takeHead();
    return head !== null || raw.hasEnded;
  }, 'the answer');
  return head === null ? 0 : Number(Buffer.from(head).toString().split(' ')[1]);
}
