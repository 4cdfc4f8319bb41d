// Godot 3's WebSocketClient: methods, argument checks and signals. The connection is in peer-link.ts, the multiplayer
// mode's messages in mp-client.ts.

import { requireBool, requireInstance, requireInt32, requireString, requireStringArray } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { type Failure, printError, withoutSecrets } from '../binding/error-handler.js';
import { ERR_ALREADY_IN_USE, FAILED, type GodotError, OK } from '../binding/errors.js';
import { defineInspection } from '../binding/inspection.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import type { int } from '../binding/types.js';
import type { OwnBytes } from '../bytes.js';
import { TLSOptions } from '../godot4/crypto/tls-options.js';
import { X509Certificate } from '../godot4/crypto/x509-certificate.js';
import { WebSocketClientInfo } from './class-infos.generated.js';
import { type MpClientEvents, receiveAtClient } from './mp-client.js';
import { payloadMessage } from './mp-packets.js';
import { NetworkedMultiplayerPeer } from './networked-multiplayer-peer.js';
import { type LinkEvents, PeerLink } from './peer-link.js';
import { webSocketUrl } from './url.js';
import { WebSocketMultiplayerPeer, type WebSocketMultiplayerPeerSignals } from './web-socket-multiplayer-peer.js';
import { peerOfLink, WebSocketPeer } from './web-socket-peer.js';

const { CONNECTION_CONNECTED, CONNECTION_CONNECTING, CONNECTION_DISCONNECTED, TARGET_PEER_SERVER } =
  NetworkedMultiplayerPeer;

/** Most peers that a server may announce: as many as Godot's ENet peer can have. */
const MAX_MEMBERS = 4095;

/** Signals of WebSocketClient. */
export interface WebSocketClientSignals extends WebSocketMultiplayerPeerSignals {
  /** The connection has ended; `was_clean_close`: whether the server has closed it. Plain mode only. */
  connection_closed: [was_clean_close: boolean];
  /** The connection could not be made. Plain mode only. */
  connection_error: [];
  /** The connection is open; `protocol` is the subprotocol that both sides want, or ''. Plain mode only. */
  connection_established: [protocol: string];
  /** A packet has come: one signal for each. Plain mode only. */
  data_received: [];
  /** The server closes the connection; `connection_closed` follows. `code` is 0 when it gave none. */
  server_close_request: [code: int, reason: string];
}

export interface WebSocketClient extends SignalObjects<WebSocketClientSignals> {}

export namespace WebSocketClient {
  export type ConnectionStatus = NetworkedMultiplayerPeer.ConnectionStatus;
  export type TransferMode = NetworkedMultiplayerPeer.TransferMode;
}

/**
 * A client of a WebSocket server, with signals.
 *
 * ```js
 * const client = new WebSocketClient();
 * client.connect('connection_established', () => client.get_peer(1).put_packet(new TextEncoder().encode('hello')));
 * client.connect('data_received', () => console.log(client.get_peer(1).get_packet()));
 * client.connect_to_url('ws://127.0.0.1:9080');
 * setInterval(() => client.poll(), 16);
 * ```
 *
 * With `gd_mp_api` it is a peer of a multiplayer game: packets go through the client itself, to the peer that
 * `set_target_peer` selects, and other signals report them. The server may announce 4,095 peers.
 *
 * Call `poll` often, usually once per frame, until `connection_closed` or `connection_error` is emitted.
 *
 * **Note:** the plain mode speaks with any WebSocket server. `gd_mp_api` is Godot 3's protocol: the server must be a
 * WebSocketServer in that mode, Godot 3's or this one; multiplayer peers of Godot 4 do not understand it.
 *
 * **Note:** a page that was loaded over `https://` has to use `wss://`, with a host's name that the server's certificate
 * has: browsers block `ws://` there as mixed content. Headers and `verify_ssl` are the browser's.
 */
export class WebSocketClient extends WebSocketMultiplayerPeer {
  declare readonly signals: WebSocketClientSignals;

  static {
    defineSignals(
      this.prototype,
      'connection_closed',
      'connection_error',
      'connection_established',
      'data_received',
      'server_close_request',
    );
    defineInspection(this.prototype, (client) => ({
      status: ['DISCONNECTED', 'CONNECTING', 'CONNECTED'][client.get_connection_status()],
      url: withoutSecrets(client.#link.url),
      id: client.#id,
      available_packets: client.isMultiplayer ? client.get_available_packet_count() : client.#link.available,
      unsent_bytes: client.#link.outboundBytes,
      failure: client.get_failure(),
    }));
  }

  #link = new PeerLink(null, TARGET_PEER_SERVER);
  #peer = new WebSocketPeer();
  #id = 0;
  /** Peers that the server has announced. */
  readonly #members = new Set<number>();
  #isPolling = false;
  #isConnecting = false;
  #verifiesSsl = true;
  #trusted: X509Certificate | null = null;

  readonly #linkEvents: LinkEvents = {
    opened: ({ selectedProtocol }) => {
      if (!this.isMultiplayer) this.emit_signal('connection_established', selectedProtocol);
    },
    failed: () => this.emit_signal(this.isMultiplayer ? 'connection_failed' : 'connection_error'),
    received: (link) => {
      if (this.isMultiplayer) receiveAtClient(link.take() as OwnBytes, this.#mpEvents);
      else this.emit_signal('data_received');
    },
    closeRequested: (_link, code, reason) => this.emit_signal('server_close_request', code, reason),
    closed: (_link, wasClean) => {
      if (this.isMultiplayer) this.emit_signal('connection_failed');
      else this.emit_signal('connection_closed', wasClean);
    },
    hasRoom: () => !this.isMultiplayer || this.hasRoomForPackets,
  };

  readonly #mpEvents: MpClientEvents = {
    identified: (id) => {
      this.#id = id;
    },
    peerAdded: (id) => {
      if (this.#members.size >= MAX_MEMBERS && !this.#members.has(id)) {
        this.#blameServer(`more than ${MAX_MEMBERS} peers`);
        return;
      }
      this.#members.add(id);
      this.emit_signal('peer_connected', id);
      if (id === TARGET_PEER_SERVER) this.emit_signal('connection_succeeded');
    },
    peerDeleted: (id) => {
      this.#members.delete(id);
      this.emit_signal('peer_disconnected', id);
    },
    invalid: (what) => this.#blameServer(what),
    packet: (payload, from) => this.keepPacket(payload, from),
  };

  override [CLASS_INFO](): ClassInfo {
    return WebSocketClientInfo();
  }

  /**
   * Connects to a WebSocket server.
   *
   * `url` is `wss://` for TLS; every other scheme, and none, means `ws://`. `protocols` are subprotocols, of which the
   * server has to choose one. `gd_mp_api` chooses the multiplayer mode, at once, even when the call fails.
   * `custom_headers` are lines for the request ("Name: value"). Without any, those of `peer_settings` are used; the
   * same holds for `protocols`. Returns OK when the attempt has begun: signals report its result. Returns
   * ERR_INVALID_PARAMETER for a bad URL, or protocols and headers that can't be sent; ERR_ALREADY_IN_USE while
   * connecting or connected. After `disconnect_from_host` the old connection is forgotten.
   */
  connect_to_url(url: string, protocols: string[] = [], gd_mp_api = false, custom_headers: string[] = []): GodotError {
    requireString('url', url);
    const wanted = [...new Set(requireStringArray('protocols', protocols).map((protocol) => protocol.trim()))];
    const headers = requireStringArray('custom_headers', custom_headers);
    this.switchMultiplayer(gd_mp_api);
    // An error handler can't begin another attempt within this one.
    if (this.#isConnecting || (this.isInUse && !this.#link.isLeaving)) {
      printError('connect_to_url: already connecting or connected', this);
      return ERR_ALREADY_IN_USE;
    }
    const socket = this.newSocket(wanted, headers);
    this.#isConnecting = true;
    const error = socket.connect_to_url(webSocketUrl(url), this.#tlsOptions());
    this.#isConnecting = false;
    if (error !== OK) return error;
    this.forgetPackets();
    this.#members.clear();
    this.#id = 0;
    const former = this.#link;
    this.#link = new PeerLink(socket, TARGET_PEER_SERVER);
    this.#peer = peerOfLink(this.#link);
    former.abandon(this.wake);
    return OK;
  }

  /**
   * Closes the connection; `poll` then emits `connection_closed(false)`.
   *
   * As WebSocketPeer.close; without a connection it does nothing.
   */
  disconnect_from_host(code: int = 1000, reason = ''): void {
    this.#peer.close(code, reason);
  }

  /**
   * Why the connection failed; null before its end, after an end in order, and after `disconnect_from_host`.
   *
   * As `get_failure` of Godot 4's WebSocketPeer; kept until the next `connect_to_url`.
   *
   * @addition
   * @const
   */
  get_failure(): Failure | null {
    return this.#link.failure;
  }

  /**
   * Address of the server; '' with a message when there is no connection.
   *
   * @const
   */
  get_connected_host(): string {
    return this.#peer.get_connected_host();
  }

  /**
   * Port of the server; 0 with a message when there is no connection.
   *
   * @const
   */
  get_connected_port(): int {
    return this.#peer.get_connected_port();
  }

  /**
   * The connection to the server for `peer_id` 1, connected or not; null with a message for every other one.
   *
   * Each `connect_to_url` makes a new one.
   *
   * @const
   */
  override get_peer(peer_id: int): WebSocketPeer | null {
    if (requireInt32('peer_id', peer_id) === TARGET_PEER_SERVER) return this.#peer;
    printError(`get_peer: a client has the peer 1 only, got ${peer_id}`, this);
    return null;
  }

  override get_connection_status(): NetworkedMultiplayerPeer.ConnectionStatus {
    if (this.#link.isOpen) return CONNECTION_CONNECTED;
    return this.#link.isOpening ? CONNECTION_CONNECTING : CONNECTION_DISCONNECTED;
  }

  /**
   * This side's id in the multiplayer mode; 0 until the server has assigned it, and in the plain mode.
   *
   * It is kept when the connection ends, until the next `connect_to_url`.
   *
   * @const
   */
  override get_unique_id(): int {
    return this.#id;
  }

  /**
   * Updates the connection; emits signals for what is new.
   *
   * Does nothing when called from a signal or an error handler of this poll, which goes on afterwards. Everything else
   * may be called there, and takes effect at once.
   */
  override poll(): void {
    if (this.#isPolling) return;
    this.#isPolling = true;
    try {
      this.bell.silence();
      this.#link.poll(this.#linkEvents);
    } finally {
      this.#isPolling = false;
    }
  }

  /**
   * Whether the server's certificate and name are verified; `true` unless set. Takes effect when TLS begins.
   *
   * @unlisted
   * @getter is_verify_ssl_enabled
   * @setter set_verify_ssl_enabled
   */
  get verify_ssl(): boolean {
    return this.#verifiesSsl;
  }
  set verify_ssl(enabled: boolean) {
    this.set_verify_ssl_enabled(enabled);
  }
  is_verify_ssl_enabled(): boolean {
    return this.#verifiesSsl;
  }
  set_verify_ssl_enabled(enabled: boolean): void {
    this.#verifiesSsl = requireBool('enabled', enabled);
  }

  /**
   * The only certificate to trust, instead of the runtime's own list; null unless set.
   *
   * Ignored when `verify_ssl` is off. While connecting or connected, a message is printed and the old one stays.
   *
   * @unlisted
   */
  get trusted_ssl_certificate(): X509Certificate | null {
    return this.#trusted;
  }
  set trusted_ssl_certificate(certificate: X509Certificate | null) {
    this.set_trusted_ssl_certificate(certificate);
  }
  get_trusted_ssl_certificate(): X509Certificate | null {
    return this.#trusted;
  }
  set_trusted_ssl_certificate(certificate: X509Certificate | null): void {
    if (certificate !== null) requireInstance('certificate', X509Certificate, certificate);
    if (this.isInUse)
      printError("trusted_ssl_certificate can't change while connecting or connected; it stays as it is", this);
    else this.#trusted = certificate;
  }

  /** Closes the connection with code 1000, without signals. */
  override free(): void {
    this.#peer.close();
    this.#link.abandon(this.wake);
    super.free();
  }

  protected override get isInUse(): boolean {
    return this.get_connection_status() !== CONNECTION_DISCONNECTED;
  }

  protected override sendToTarget(payload: Uint8Array): GodotError {
    if (this.#link.isOpen) return this.#link.put(payloadMessage(this.#id, this.targetPeer, payload));
    printError('put_packet: not connected', this);
    return FAILED;
  }

  #blameServer(what: string): void {
    this.complain(TARGET_PEER_SERVER, what, this.#link);
  }

  #tlsOptions(): TLSOptions {
    return this.#verifiesSsl ? TLSOptions.client(this.#trusted) : TLSOptions.client_unsafe();
  }
}
