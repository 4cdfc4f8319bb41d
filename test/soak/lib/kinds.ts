// The kinds of servers that are soaked, each with an echo, and with the visitors that fit it.

import { WebSocketClient, WebSocketServer } from '../../../host/godot3/index.js';
import {
  CryptoKey,
  type StreamPeer,
  type StreamPeerTCP,
  StreamPeerTLS,
  TCPServer,
  TLSOptions,
  WebSocketMultiplayerPeer,
  WebSocketPeer,
  X509Certificate,
} from '../../../host/index.js';
import { closeBody, frame, OP } from '../../helpers/raw-peer-frames.js';
import { demand } from './measure.js';

/** How often what does not ring a bell is polled. */
const POLL_MS = 5;

/** PEM texts of a server's private key and certificate. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface SoakServer {
  readonly port: number;
  /** Connections that it holds, as far as its API tells. */
  readonly held: () => number;
  stop(): void;
}

/** A client of this package that asks and gets the same back. */
export interface Visitor {
  poll(): void;
  readonly isOpen: () => boolean;
  readonly isClosed: () => boolean;
  ask(): void;
  /** Answers so far. */
  readonly answers: () => number;
  close(): void;
  free(): void;
}

export interface Kind {
  readonly name: string;
  readonly isSecure: boolean;
  serve(identity: Identity): SoakServer;
  visit(port: number): Visitor;
  /** What a raw client says behind its request: something to echo, a ping, a close. */
  readonly clientFrames: Uint8Array;
  /** What a raw server says behind its answer. */
  readonly serverFrames: Uint8Array;
}

const masked = { masked: true };
const little = (id: number): number[] => [...new Uint8Array(Int32Array.of(id).buffer)];

/** A small conversation that begins with `messages`. */
function framesOf(messages: readonly (string | Uint8Array)[], isClient: boolean): Uint8Array {
  const options = isClient ? masked : {};
  return Buffer.concat([
    ...messages.map((one) => frame(typeof one === 'string' ? OP.TEXT : OP.BINARY, one, options)),
    frame(OP.PING, 'p', options),
    frame(OP.CLOSE, closeBody(1000, 'bye'), options),
  ]);
}

/** Peers that poll when there is something new, and echo. */
class EchoPeers {
  readonly #peers = new Set<WebSocketPeer>();

  get size(): number {
    return this.#peers.size;
  }

  add(stream: StreamPeer): void {
    const peer = new WebSocketPeer();
    this.#peers.add(peer);
    const look = (): void => this.#look(peer);
    peer.connect('activity', look);
    peer.accept_stream(stream);
    look();
  }

  #look(peer: WebSocketPeer): void {
    peer.poll();
    while (peer.get_available_packet_count() > 0) {
      const packet = peer.get_packet();
      if (peer.get_ready_state() === WebSocketPeer.STATE_OPEN) peer.send(packet);
    }
    if (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED) this.#peers.delete(peer);
  }

  free(): void {
    for (const peer of this.#peers) peer.free();
    this.#peers.clear();
  }
}

function serveStreams(wrap: (stream: StreamPeerTCP) => StreamPeer): SoakServer {
  const server = new TCPServer();
  const echo = new EchoPeers();
  demand(server.listen(0) === 0, 'a server can listen');
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const stream = server.take_connection();
      if (stream !== null) echo.add(wrap(stream as StreamPeerTCP));
    }
  });
  return {
    port: server.get_local_port(),
    held: () => echo.size,
    stop: () => {
      server.stop();
      echo.free();
    },
  };
}

function visitPeer(url: string): Visitor {
  const peer = new WebSocketPeer();
  let answers = 0;
  demand(peer.connect_to_url(url, TLSOptions.client_unsafe()) === 0, `connect_to_url ${url}`);
  return {
    poll: () => {
      peer.poll();
      for (; peer.get_available_packet_count() > 0; answers += 1) peer.get_packet();
    },
    isOpen: () => peer.get_ready_state() === WebSocketPeer.STATE_OPEN,
    isClosed: () => peer.get_ready_state() === WebSocketPeer.STATE_CLOSED,
    ask: () => void peer.send_text('a question'),
    answers: () => answers,
    close: () => peer.close(),
    free: () => peer.free(),
  };
}

/** The calls that the multiplayer transports of both generations share. */
interface Transport {
  poll(): unknown;
  free(): void;
  get_available_packet_count(): number;
  get_packet(): Uint8Array;
  get_packet_peer(): number;
  set_target_peer(id: number): void;
  put_packet(bytes: Uint8Array): number;
  get_connection_status(): number;
  get_unique_id(): number;
}

function echoTransport(transport: Transport, port: number, members: Set<number>, stop: () => void): SoakServer {
  const timer = setInterval(() => {
    transport.poll();
    while (transport.get_available_packet_count() > 0) {
      const source = transport.get_packet_peer();
      const packet = transport.get_packet();
      if (!members.has(source)) continue;
      transport.set_target_peer(source);
      transport.put_packet(packet);
    }
  }, POLL_MS);
  return {
    port,
    held: () => members.size,
    stop: () => {
      clearInterval(timer);
      stop();
      transport.free();
    },
  };
}

function visitTransport(transport: Transport, close: () => void): Visitor {
  let answers = 0;
  return {
    poll: () => {
      transport.poll();
      for (; transport.get_available_packet_count() > 0; answers += 1) transport.get_packet();
    },
    // Godot 3's client is connected before it has its id, without which it can't speak.
    isOpen: () => transport.get_connection_status() === 2 && transport.get_unique_id() > 1,
    isClosed: () => transport.get_connection_status() === 0,
    ask: () => {
      transport.set_target_peer(1);
      transport.put_packet(Uint8Array.of(1, 2, 3));
    },
    answers: () => answers,
    close,
    free: () => transport.free(),
  };
}

const url = (scheme: string, port: number): string => `${scheme}://127.0.0.1:${port}/`;

export const KINDS: readonly Kind[] = [
  {
    name: 'TCP',
    isSecure: false,
    serve: () => serveStreams((stream) => stream),
    visit: (port) => visitPeer(url('ws', port)),
    clientFrames: framesOf(['hé', new Uint8Array(130)], true),
    serverFrames: framesOf(['hé', new Uint8Array(130)], false),
  },
  {
    name: 'TLS',
    isSecure: true,
    serve: (identity) => {
      const key = new CryptoKey();
      const certificate = new X509Certificate();
      key.load_from_string(identity.key);
      certificate.load_from_string(identity.cert);
      const options = TLSOptions.server(key, certificate);
      return serveStreams((tcp) => {
        const tls = new StreamPeerTLS();
        tls.accept_stream(tcp, options);
        return tls;
      });
    },
    visit: (port) => visitPeer(url('wss', port)),
    clientFrames: framesOf(['hé'], true),
    serverFrames: framesOf(['hé'], false),
  },
  {
    name: 'multiplayer',
    isSecure: false,
    serve: () => {
      const peer = new WebSocketMultiplayerPeer();
      const members = new Set<number>();
      peer.connect('peer_connected', (id) => members.add(id));
      peer.connect('peer_disconnected', (id) => members.delete(id));
      demand(peer.create_server(0) === 0, 'create_server');
      return echoTransport(peer, peer.get_local_port(), members, () => peer.close());
    },
    visit: (port) => {
      const peer = new WebSocketMultiplayerPeer();
      demand(peer.create_client(url('ws', port)) === 0, 'create_client');
      return visitTransport(peer, () => peer.close());
    },
    clientFrames: framesOf([Uint8Array.of(1, 2, 3)], true),
    serverFrames: framesOf([Uint8Array.from(little(7)), Uint8Array.of(1, 2, 3)], false),
  },
  {
    name: 'Godot 3',
    isSecure: false,
    serve: () => {
      const server = new WebSocketServer();
      const members = new Set<number>();
      server.connect('peer_connected', (id) => members.add(id));
      server.connect('peer_disconnected', (id) => members.delete(id));
      demand(server.listen(0, [], true) === 0, 'listen');
      return echoTransport(server, server.get_local_port(), members, () => server.stop());
    },
    visit: (port) => {
      const client = new WebSocketClient();
      demand(client.connect_to_url(url('ws', port), [], true) === 0, 'connect_to_url');
      return visitTransport(client, () => client.disconnect_from_host());
    },
    clientFrames: framesOf([Uint8Array.of(0, ...little(2), ...little(1), 1, 2, 3)], true),
    serverFrames: framesOf(
      [Uint8Array.of(3, ...little(1), ...little(0), ...little(7)), Uint8Array.of(0, ...little(1), ...little(7), 65)],
      false,
    ),
  },
];
