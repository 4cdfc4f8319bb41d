// A game that runs as far as a test wants: it opens connections over the loopback, polls its peers until a condition
// holds, and closes everything at the end. Tests wait for events and never judge time.
import { TCPServer } from '../../host/godot4/io/tcp-server.js';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { RawPeer, RawServer } from './raw-peer.js';
import { Reports } from './reports.js';

/** Longest wait for something that has to happen; a test that gets there fails. */
const PATIENCE_MS = 60_000;

export function pause(ms = 1): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs the event loop until `condition` holds; fails with `what` when it never does. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause();
  }
}

export type Configure = (peer: WebSocketPeer) => void;

export interface Contact {
  readonly peer: WebSocketPeer;
  readonly raw: RawPeer;
}

export interface Pair {
  readonly client: WebSocketPeer;
  readonly server: WebSocketPeer;
}

export type Role = 'client' | 'server';

export class Game {
  readonly reports = new Reports();
  readonly #endings: (() => void)[] = [];

  constructor() {
    this.reports.listen();
  }

  /** Calls `ending` when the test is over. */
  atEnd(ending: () => void): void {
    this.#endings.push(ending);
  }

  end(): void {
    for (const ending of this.#endings.reverse()) ending();
    this.reports.stop();
  }

  peer(configure: Configure = () => {}): WebSocketPeer {
    const peer = new WebSocketPeer();
    configure(peer);
    this.atEnd(() => peer.free());
    return peer;
  }

  async rawServer(host = '127.0.0.1'): Promise<RawServer> {
    const server = await RawServer.listen(host);
    this.atEnd(() => server.close());
    return server;
  }

  async rawClient(port: number, host = '127.0.0.1'): Promise<RawPeer> {
    const raw = await RawPeer.connect(port, host);
    this.atEnd(() => raw.destroy());
    return raw;
  }

  tcpServer(bind = '127.0.0.1'): TCPServer {
    const server = new TCPServer();
    if (server.listen(0, bind) !== 0) throw new Error(`cannot listen on ${bind}`);
    this.atEnd(() => server.stop());
    return server;
  }

  /** Polls `peers` until `condition` holds. */
  async poll(condition: () => boolean, what: string, ...peers: readonly WebSocketPeer[]): Promise<void> {
    await until(() => {
      for (const peer of peers) peer.poll();
      return condition();
    }, what);
  }

  async pollTo(state: number, ...peers: readonly WebSocketPeer[]): Promise<void> {
    await this.poll(() => peers.every((peer) => peer.get_ready_state() === state), `state ${state}`, ...peers);
  }

  /** Waits until `peer` emits `activity`, without polling it. */
  async told(peer: WebSocketPeer, during: () => void = () => {}): Promise<void> {
    let heard = false;
    const listener = (): void => {
      heard = true;
    };
    peer.connect('activity', listener);
    during();
    await until(() => heard, 'activity');
    peer.disconnect('activity', listener);
  }

  /** A connecting client and the raw other side, which has taken the request but not answered. */
  async connecting(configure?: Configure, path = '/'): Promise<Contact & { request: Uint8Array; url: string }> {
    const server = await this.rawServer();
    const peer = this.peer(configure);
    const url = `ws://127.0.0.1:${server.port}${path}`;
    if (peer.connect_to_url(url) !== 0) throw new Error(`connect_to_url refused ${url}`);
    let raw: RawPeer | null = null;
    let request: Uint8Array | null = null;
    await this.poll(
      () => {
        raw ??= server.take();
        request ??= raw?.takeHead() ?? null;
        return request !== null;
      },
      'the request',
      peer,
    );
    return { peer, raw: raw as unknown as RawPeer, request: request as unknown as Uint8Array, url };
  }

  /** An open client and the raw other side. */
  async client(configure?: Configure, headers: readonly string[] = []): Promise<Contact> {
    const { peer, raw, request } = await this.connecting(configure);
    raw.sendAnswer(request, headers);
    await this.pollTo(WebSocketPeer.STATE_OPEN, peer);
    return { peer, raw };
  }

  /** A server's peer that waits for the request of the raw other side. */
  async accepting(configure?: Configure): Promise<Contact> {
    const server = this.tcpServer();
    const raw = await this.rawClient(server.get_local_port());
    await until(() => server.is_connection_available(), 'a connection');
    const peer = this.peer(configure);
    if (peer.accept_stream(server.take_connection()) !== 0) throw new Error('accept_stream refused');
    return { peer, raw };
  }

  /** A server's open peer and the raw other side, which has taken the answer. */
  async server(configure?: Configure, headers: readonly string[] = []): Promise<Contact> {
    const { peer, raw } = await this.accepting(configure);
    raw.sendRequest('/', headers);
    await this.poll(() => raw.takeHead() !== null, 'the answer', peer);
    return { peer, raw };
  }

  open(role: Role, configure?: Configure): Promise<Contact> {
    return role === 'client' ? this.client(configure) : this.server(configure);
  }

  /** Two peers of the package, both open. */
  async pair(onClient?: Configure, onServer?: Configure, path = '/'): Promise<Pair & { url: string }> {
    const listener = this.tcpServer();
    const client = this.peer(onClient);
    const server = this.peer(onServer);
    const url = `ws://127.0.0.1:${listener.get_local_port()}${path}`;
    if (client.connect_to_url(url) !== 0) throw new Error(`connect_to_url refused ${url}`);
    await until(() => listener.is_connection_available(), 'a connection');
    if (server.accept_stream(listener.take_connection()) !== 0) throw new Error('accept_stream refused');
    await this.pollTo(WebSocketPeer.STATE_OPEN, client, server);
    return { client, server, url };
  }
}

/** All visible packets, as text. */
export function takeTexts(peer: WebSocketPeer): string[] {
  const texts: string[] = [];
  while (peer.get_available_packet_count() > 0) texts.push(Buffer.from(peer.get_packet()).toString('utf8'));
  return texts;
}
