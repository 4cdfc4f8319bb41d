// All kinds of servers as stages: the raw other sides are clients.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { WebSocketServer } from '../../host/godot3/web-socket-server.js';
import { CryptoKey } from '../../host/godot4/crypto/crypto-key.js';
import { TLSOptions } from '../../host/godot4/crypto/tls-options.js';
import { X509Certificate } from '../../host/godot4/crypto/x509-certificate.js';
import type { StreamPeer } from '../../host/godot4/io/stream-peer.js';
import { StreamPeerTLS } from '../../host/godot4/io/stream-peer-tls.js';
import { TCPServer } from '../../host/godot4/io/tcp-server.js';
import { UDSServer } from '../../host/godot4/io/uds-server.js';
import { WebSocketMultiplayerPeer } from '../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { makeSelfSigned } from './certificates.js';
import { until } from './game.js';
import { RawPeer } from './raw-peer.js';
import { Meeting, type Seat, Stage } from './stage.js';

const ID = new Uint8Array(4);

export abstract class ServerStage extends Stage {
  readonly role = 'server';
  /** The game's ends of open connections, in the order in which they opened. */
  protected readonly seats: Seat[] = [];

  protected abstract dial(): Socket;

  /** A connection without TLS, where the server expects it. */
  protected dialPlain(): Socket {
    return this.dial();
  }

  /** What the class sends first. */
  protected get greeting(): Uint8Array {
    return ID.subarray(0, 0);
  }

  meet(): Promise<Meeting> {
    return this.#meetOver(this.dial());
  }

  /** The same without TLS. */
  meetPlain(): Promise<Meeting> {
    return this.#meetOver(this.dialPlain());
  }

  /** Connections are expected to open one after the other. */
  async #meetOver(socket: Socket): Promise<Meeting> {
    const raw = new RawPeer(socket);
    this.atEnd(() => raw.destroy());
    await until(() => !raw.socket.connecting, 'a raw connection');
    const before = this.seats.length;
    return new Meeting(this, raw, () => this.seats[before] ?? null, { greeting: this.greeting });
  }
}

/** A game that accepts connections itself. */
abstract class PeerStage extends ServerStage {
  #peers: WebSocketPeer[] = [];
  readonly #known = new Set<WebSocketPeer>();

  protected newPeer(): WebSocketPeer {
    const peer = new WebSocketPeer();
    peer.settings = this.settings;
    peer.connect('activity', () => this.onSignal());
    this.#peers.push(peer);
    return peer;
  }

  /** Takes the connections that wait. */
  protected accept(): void {}

  protected pollAll(): void {
    this.accept();
    for (const peer of this.#peers) {
      peer.poll();
      if (peer.get_ready_state() !== WebSocketPeer.STATE_OPEN || this.#known.has(peer)) continue;
      this.#known.add(peer);
      this.seats.push(peer);
    }
  }

  stop(): void {
    const peers = this.#peers;
    this.#peers = [];
    for (const peer of peers) peer.free();
  }
}

export class TcpStage extends PeerStage {
  protected readonly server = new TCPServer();

  override async begin(): Promise<void> {
    if (this.server.listen(0, '127.0.0.1') !== 0) throw new Error('cannot listen');
  }

  protected dial(): Socket {
    return connect(this.server.get_local_port(), '127.0.0.1');
  }

  protected override accept(): void {
    for (let tcp = this.server.take_connection(); tcp !== null; tcp = this.server.take_connection()) {
      if (this.newPeer().accept_stream(this.secured(tcp)) !== 0) tcp.disconnect_from_host();
    }
  }

  protected secured(stream: StreamPeer): StreamPeer {
    return stream;
  }

  override stop(): void {
    this.server.stop();
    super.stop();
  }
}

export class TlsStage extends TcpStage {
  #options: TLSOptions | null = null;

  override async begin(): Promise<void> {
    const { key, cert } = await makeSelfSigned({ names: ['localhost'] });
    const [ownKey, certificate] = [new CryptoKey(), new X509Certificate()];
    ownKey.load_from_string(key);
    certificate.load_from_string(cert);
    this.#options = TLSOptions.server(ownKey, certificate);
    await super.begin();
  }

  protected override dial(): Socket {
    return connectTls({ port: this.server.get_local_port(), host: '127.0.0.1', rejectUnauthorized: false });
  }

  protected override dialPlain(): Socket {
    return super.dial();
  }

  protected override secured(stream: StreamPeer): StreamPeer {
    const tls = new StreamPeerTLS();
    tls.accept_stream(stream, this.#options);
    return tls;
  }
}

export class UdsStage extends PeerStage {
  readonly #server = new UDSServer();
  #path = '';

  override async begin(): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
    this.#path = join(directory, 'game.sock');
    this.atEnd(() => rmSync(directory, { recursive: true, force: true }));
    if (this.#server.listen(this.#path) !== 0) throw new Error('cannot listen');
  }

  protected dial(): Socket {
    return connect(this.#path);
  }

  protected override accept(): void {
    const server = this.#server;
    for (let stream = server.take_connection(); stream !== null; stream = server.take_connection()) {
      if (this.newPeer().accept_stream(stream) !== 0) stream.disconnect_from_host();
    }
  }

  override stop(): void {
    this.#server.stop();
    super.stop();
  }
}

/** Node's HTTP server reads the request. */
export class UpgradeStage extends PeerStage {
  readonly #server = createServer((_, response) => void response.writeHead(426).end());

  override async begin(): Promise<void> {
    const server = this.#server;
    server.on('upgrade', (request, socket, head) => {
      if (this.newPeer().accept_upgrade(request, socket, head) !== 0) socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    this.atEnd(() => {
      server.close();
      server.closeAllConnections();
    });
    await until(() => server.listening, 'an HTTP server');
  }

  protected dial(): Socket {
    return connect((this.#server.address() as AddressInfo).port, '127.0.0.1');
  }
}

export class MultiplayerStage extends ServerStage {
  readonly peer = new WebSocketMultiplayerPeer();

  override async begin(): Promise<void> {
    const { peer } = this;
    peer.peer_settings = this.settings;
    if (this.settings.handshake_timeout < 30) peer.handshake_timeout = this.settings.handshake_timeout;
    peer.connect('peer_connected', (id: number) => {
      this.seats.push(this.#seatOf(id));
      this.onSignal();
    });
    peer.connect('peer_disconnected', () => this.onSignal());
    peer.connect('activity', () => this.onSignal());
    if (peer.create_server(0, '127.0.0.1') !== 0) throw new Error('cannot listen');
  }

  protected override get greeting(): Uint8Array {
    return ID;
  }

  protected dial(): Socket {
    return connect(this.peer.get_local_port(), '127.0.0.1');
  }

  protected pollAll(): void {
    this.peer.poll();
  }

  stop(): void {
    this.peer.close();
  }

  #seatOf(id: number): Seat {
    const { peer } = this;
    return {
      get_available_packet_count: () => peer.get_available_packet_count(),
      get_packet: () => peer.get_packet(),
      get_var: (allow) => peer.get_var(allow),
      send: (data) => {
        peer.set_target_peer(id);
        return peer.put_packet(data);
      },
    };
  }
}

export class Godot3ServerStage extends ServerStage {
  readonly server = new WebSocketServer();

  override async begin(): Promise<void> {
    const { server } = this;
    server.peer_settings = this.settings;
    server.bind_ip = '127.0.0.1';
    if (this.settings.handshake_timeout < 30) server.handshake_timeout = this.settings.handshake_timeout;
    server.connect('client_connected', (id: number) => {
      const peer = server.get_peer(id);
      if (peer === null) throw new Error(`there is no peer ${id}`);
      this.seats.push(Object.assign(peer, { send: (data: ArrayBufferView) => peer.put_packet(data) }));
      this.onSignal();
    });
    for (const signal of ['data_received', 'client_close_request', 'client_disconnected', 'activity'] as const) {
      server.connect(signal, () => this.onSignal());
    }
    if (server.listen(0) !== 0) throw new Error('cannot listen');
  }

  protected dial(): Socket {
    return connect(this.server.get_local_port(), '127.0.0.1');
  }

  protected pollAll(): void {
    this.server.poll();
  }

  stop(): void {
    this.server.stop();
  }
}
