// All kinds of clients as stages: the raw other sides are servers.
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { WebSocketClient } from '../../host/godot3/web-socket-client.js';
import { TLSOptions } from '../../host/godot4/crypto/tls-options.js';
import { X509Certificate } from '../../host/godot4/crypto/x509-certificate.js';
import { WebSocketMultiplayerPeer } from '../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { makeSelfSigned } from './certificates.js';
import { until } from './game.js';
import { RawPeer } from './raw-peer.js';
import { Meeting, type Properties, type Seat, Stage } from './stage.js';

const NONE = new Uint8Array(0);

/** A client of the game, whatever its class. */
export interface Dialled {
  /** Error code of the call that began. */
  readonly error: number;
  poll(): void;
  seat(): Seat | null;
  free(): void;
}

function certificateOf(pem: string): X509Certificate | null {
  if (pem === '') return null;
  const certificate = new X509Certificate();
  certificate.load_from_string(pem);
  return certificate;
}

function trusting(pem: string): TLSOptions | null {
  const certificate = certificateOf(pem);
  return certificate === null ? null : TLSOptions.client(certificate);
}

export abstract class ClientStage extends Stage {
  readonly role = 'client';
  /** Listens for the game's clients. */
  #server: Server = createServer();
  readonly #waiting: RawPeer[] = [];
  readonly #scheme: 'ws' | 'wss';
  #clients: Dialled[] = [];
  /** The server's certificate, where it has one. */
  #certificate = '';

  constructor(properties: Properties, scheme: 'ws' | 'wss' = 'ws') {
    super(properties);
    this.#scheme = scheme;
  }

  /** Connects; `trusted` is a certificate to trust, '' for those that the runtime trusts. */
  protected abstract connectTo(url: string, trusted: string): Dialled;

  /** What a server of the class sends first. */
  protected get greeting(): Uint8Array {
    return NONE;
  }

  /** URL of the raw server, without a path. */
  get url(): string {
    return `${this.#scheme}://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  override async begin(): Promise<void> {
    const isSecure = this.#scheme === 'wss';
    const identity = isSecure ? await makeSelfSigned({ names: ['localhost'] }) : null;
    if (identity !== null) this.#server = createTlsServer(identity);
    this.#certificate = identity?.cert ?? '';
    const server = this.#server;
    server.on(isSecure ? 'secureConnection' : 'connection', (socket) => {
      const raw = new RawPeer(socket);
      this.atEnd(() => raw.destroy());
      this.#waiting.push(raw);
    });
    server.listen(0, '127.0.0.1');
    this.atEnd(() => server.close());
    await until(() => server.listening, 'a raw server');
  }

  /** Begins a connection to `url`, the raw server by default, whose certificate is trusted. */
  dial(url = `${this.url}/`, trusted = this.#certificate): Dialled {
    const client = this.connectTo(url, trusted);
    this.#clients.push(client);
    return client;
  }

  /** The connection that has come to the raw server; null before. */
  take(): RawPeer | null {
    return this.#waiting.shift() ?? null;
  }

  async meet(): Promise<Meeting> {
    const client = this.dial();
    if (client.error !== 0) throw new Error(`connecting failed with ${client.error}`);
    let raw: RawPeer | null = null;
    let request: Uint8Array | null = null;
    await this.play(() => {
      raw ??= this.take();
      request ??= raw?.takeHead() ?? null;
      return request !== null;
    }, 'a request');
    const parts = { request: request ?? NONE, greeting: this.greeting };
    return new Meeting(this, raw as unknown as RawPeer, () => client.seat(), parts);
  }

  protected pollAll(): void {
    for (const client of this.#clients) client.poll();
  }

  stop(): void {
    const clients = this.#clients;
    this.#clients = [];
    for (const client of clients) client.free();
  }
}

export class PeerClientStage extends ClientStage {
  protected connectTo(url: string, trusted: string): Dialled {
    const peer = new WebSocketPeer();
    peer.settings = this.settings;
    peer.connect('activity', () => this.onSignal());
    let wasOpen = false;
    return {
      error: peer.connect_to_url(url, trusting(trusted)),
      poll: () => peer.poll(),
      seat: () => {
        wasOpen ||= peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
        return wasOpen ? peer : null;
      },
      free: () => peer.free(),
    };
  }
}

export class TlsClientStage extends PeerClientStage {
  constructor(properties: Properties) {
    super(properties, 'wss');
  }
}

export class MultiplayerClientStage extends ClientStage {
  readonly peers: WebSocketMultiplayerPeer[] = [];

  protected override get greeting(): Uint8Array {
    return Uint8Array.of(7, 0, 0, 0);
  }

  protected connectTo(url: string, trusted: string): Dialled {
    const peer = new WebSocketMultiplayerPeer();
    this.peers.push(peer);
    peer.peer_settings = this.settings;
    if (this.settings.handshake_timeout < 30) peer.handshake_timeout = this.settings.handshake_timeout;
    const seat: Seat = {
      get_available_packet_count: () => peer.get_available_packet_count(),
      get_packet: () => peer.get_packet(),
      get_var: (allow) => peer.get_var(allow),
      send: (data) => peer.put_packet(data),
    };
    let wasOpen = false;
    peer.connect('peer_connected', () => {
      wasOpen = true;
      this.onSignal();
    });
    for (const signal of ['peer_disconnected', 'activity'] as const) peer.connect(signal, () => this.onSignal());
    const error = peer.create_client(url, trusting(trusted));
    return { error, poll: () => peer.poll(), seat: () => (wasOpen ? seat : null), free: () => peer.close() };
  }
}

export class Godot3ClientStage extends ClientStage {
  readonly clients: WebSocketClient[] = [];
  /** Whether clients take part in a multiplayer game. */
  isMultiplayer = false;

  protected connectTo(url: string, trusted: string): Dialled {
    const client = new WebSocketClient();
    this.clients.push(client);
    client.peer_settings = this.settings;
    let seat: Seat | null = null;
    client.connect('connection_established', () => {
      const peer = client.get_peer(1);
      if (peer !== null) seat = Object.assign(peer, { send: (data: ArrayBufferView) => peer.put_packet(data) });
      this.onSignal();
    });
    for (const signal of ['data_received', 'server_close_request', 'connection_closed', 'activity'] as const) {
      client.connect(signal, () => this.onSignal());
    }
    client.trusted_ssl_certificate = certificateOf(trusted);
    const error = client.connect_to_url(url, [], this.isMultiplayer);
    return { error, poll: () => client.poll(), seat: () => seat, free: () => client.free() };
  }
}
