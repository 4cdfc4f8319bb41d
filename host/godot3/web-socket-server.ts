// Godot 3's WebSocketServer: methods, argument checks and signals. Its settings are in web-socket-server-settings.ts,
// its clients in server-members.ts, the multiplayer mode's messages in mp-server.ts.

import { requireInt, requireInt32, requireString, requireStringArray } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { isDrainTime } from '../binding/drain-time.js';
import { printError, refuse } from '../binding/error-handler.js';
import { ERR_ALREADY_IN_USE, ERR_INVALID_PARAMETER, type GodotError, OK } from '../binding/errors.js';
import { defineInspection } from '../binding/inspection.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import type { float, int } from '../binding/types.js';
import type { OwnBytes } from '../bytes.js';
import type { CryptoKey } from '../godot4/crypto/crypto-key.js';
import type { TLSOptions } from '../godot4/crypto/tls-options.js';
import type { X509Certificate } from '../godot4/crypto/x509-certificate.js';
import { defineReusePort, REUSE_PORT, type ReusePortMembers } from '../godot4/io/reuse-port.js';
import { CROWD } from '../godot4/io/stream-peer.js';
import type { StreamPeerTCP } from '../godot4/io/stream-peer-tcp.js';
import { securedStream } from '../godot4/io/stream-peer-tls.js';
import { LISTEN_FOR, TCPServer } from '../godot4/io/tcp-server.js';
import { checkProtocols } from '../protocol/handshake-rules.js';
import { SETTINGS } from '../protocol/session.js';
import { WebSocketServerInfo } from './class-infos.generated.js';
import { announceLeaving, announceMember, receiveAtServer, sendFromServer } from './mp-server.js';
import { NetworkedMultiplayerPeer } from './networked-multiplayer-peer.js';
import type { LinkEvents, PeerLink } from './peer-link.js';
import { type Member, ServerMembers } from './server-members.js';
import { WebSocketMultiplayerPeer, type WebSocketMultiplayerPeerSignals } from './web-socket-multiplayer-peer.js';
import type { WebSocketPeer } from './web-socket-peer.js';
import { ServerSettings } from './web-socket-server-settings.js';

const { CONNECTION_CONNECTED, CONNECTION_DISCONNECTED, TARGET_PEER_SERVER } = NetworkedMultiplayerPeer;

/** Signals of WebSocketServer. */
export interface WebSocketServerSignals extends WebSocketMultiplayerPeerSignals {
  /** A client closes its connection; `code` is 0 when it gave none. */
  client_close_request: [id: int, code: int, reason: string];
  /** A client is connected; `protocol` is the subprotocol that both sides want, or ''. Plain mode only. */
  client_connected: [id: int, protocol: string];
  /** A client has left; `was_clean_close`: whether it has closed the connection itself. Plain mode only. */
  client_disconnected: [id: int, was_clean_close: boolean];
  /** A packet of a client has come: one signal for each. Plain mode only. */
  data_received: [id: int];
}

export interface WebSocketServer extends SignalObjects<WebSocketServerSignals>, ReusePortMembers {}

export namespace WebSocketServer {
  export type ConnectionStatus = NetworkedMultiplayerPeer.ConnectionStatus;
  export type TransferMode = NetworkedMultiplayerPeer.TransferMode;
}

/**
 * A WebSocket server, with signals.
 *
 * ```js
 * const server = new WebSocketServer();
 * server.connect('data_received', (id) => {
 *   const peer = server.get_peer(id);
 *   peer.put_packet(peer.get_packet());
 * });
 * server.listen(9080);
 * setInterval(() => server.poll(), 16);
 * ```
 *
 * With `gd_mp_api` it is the server of a multiplayer game, with the id 1: packets go through the server itself, to the
 * peer that `set_target_peer` selects, and other signals report them. The server relays packets between clients.
 *
 * Call `poll` often, usually once per frame, as long as the server listens.
 *
 * **Note:** the plain mode speaks with any WebSocket client. `gd_mp_api` is Godot 3's protocol: clients must be
 * WebSocketClients in that mode, Godot 3's or this one; multiplayer peers of Godot 4 do not understand it.
 *
 * **Note:** a page has no servers: `listen` returns ERR_UNAVAILABLE there.
 */
export class WebSocketServer extends WebSocketMultiplayerPeer {
  declare readonly signals: WebSocketServerSignals;

  static {
    defineSignals(this.prototype, 'client_close_request', 'client_connected', 'client_disconnected', 'data_received');
    defineReusePort(this.prototype, (server) => server.is_listening());
    defineInspection(this.prototype, (server) => ({
      is_listening: server.is_listening(),
      port: server.get_local_port(),
      available_packets: server.get_available_packet_count(),
    }));
  }

  [REUSE_PORT] = false;
  readonly #settings = new ServerSettings(this);
  #door: TCPServer | null = null;
  readonly #blamed = (member: Member, what: string): void => this.complain(member.id, what, member.link);
  #members = new ServerMembers(this.#blamed);
  #protocols: readonly string[] = [];
  /** The member whose connection is being polled, until its end is reported. */
  #inService: Member | null = null;
  #isPolling = false;

  readonly #linkEvents: LinkEvents = {
    opened: (link) => this.#welcome(this.#members.join(link), link.selectedProtocol),
    failed: (link) => link.abandon(this.wake),
    received: (link) => {
      if (this.isMultiplayer) this.#receive(link);
      else this.emit_signal('data_received', link.id);
    },
    closeRequested: ({ id }, code, reason) => this.emit_signal('client_close_request', id, code, reason),
    closed: (link, wasClean) => this.#partWith(link, wasClean),
    hasRoom: () => !this.isMultiplayer || this.hasRoomForPackets,
  };

  override [CLASS_INFO](): ClassInfo {
    return WebSocketServerInfo();
  }

  /**
   * Address of this machine to listen on; `*`, as at start, for all. It reads back as Godot writes addresses:
   * `0:0:0:0:0:0:0:1` for `::1`.
   *
   * Text that is not an address is refused with a message; so is any change while listening.
   */
  get bind_ip(): string {
    return this.#settings.bindIp;
  }
  set bind_ip(ip: string) {
    this.set_bind_ip(ip);
  }
  get_bind_ip(): string {
    return this.#settings.bindIp;
  }
  set_bind_ip(ip: string): void {
    this.#settings.setBindIp(ip);
  }

  /**
   * Key of `ssl_certificate`; null unless set. With both of them clients come by `wss://`.
   *
   * While listening a message is printed and the old one stays.
   *
   * @unlisted
   */
  get private_key(): CryptoKey | null {
    return this.#settings.privateKey;
  }
  set private_key(key: CryptoKey | null) {
    this.set_private_key(key);
  }
  get_private_key(): CryptoKey | null {
    return this.#settings.privateKey;
  }
  set_private_key(key: CryptoKey | null): void {
    this.#settings.setPrivateKey(key);
  }

  /**
   * Certificate that the server shows; null unless set. With `private_key` clients come by `wss://`.
   *
   * While listening a message is printed and the old one stays.
   *
   * @unlisted
   */
  get ssl_certificate(): X509Certificate | null {
    return this.#settings.certificate;
  }
  set ssl_certificate(certificate: X509Certificate | null) {
    this.set_ssl_certificate(certificate);
  }
  get_ssl_certificate(): X509Certificate | null {
    return this.#settings.certificate;
  }
  set_ssl_certificate(certificate: X509Certificate | null): void {
    this.#settings.setCertificate(certificate);
  }

  /**
   * Certificates between `ssl_certificate` and an authority that clients trust; null unless set.
   *
   * While listening a message is printed and the old one stays.
   *
   * @unlisted
   */
  get ca_chain(): X509Certificate | null {
    return this.#settings.caChain;
  }
  set ca_chain(ca_chain: X509Certificate | null) {
    this.set_ca_chain(ca_chain);
  }
  get_ca_chain(): X509Certificate | null {
    return this.#settings.caChain;
  }
  set_ca_chain(ca_chain: X509Certificate | null): void {
    this.#settings.setCaChain(ca_chain);
  }

  /**
   * How long a client may take for TLS and handshake together, in seconds; 3 unless set. Kept in whole milliseconds.
   *
   * Zero and less are refused with a message.
   */
  get handshake_timeout(): float {
    return this.#settings.handshakeTimeout;
  }
  set handshake_timeout(timeout: float) {
    this.set_handshake_timeout(timeout);
  }
  get_handshake_timeout(): float {
    return this.#settings.handshakeTimeout;
  }
  set_handshake_timeout(timeout: float): void {
    this.#settings.setHandshakeTimeout(timeout);
  }

  /**
   * Most clients; 0, as at start, for any number. Further ones are refused with the HTTP status 503.
   *
   * A negative number is refused with a message.
   *
   * @addition
   */
  get max_peers(): int {
    return this.#settings.maxPeers;
  }
  set max_peers(peers: int) {
    this.set_max_peers(peers);
  }
  get_max_peers(): int {
    return this.#settings.maxPeers;
  }
  set_max_peers(peers: int): void {
    this.#settings.setMaxPeers(peers);
  }

  /**
   * Adds lines ("Name: value") to the answer that clients get, from the next one on.
   *
   * Lines that can't be sent, or that belong to the handshake, are refused with a message, and nothing is changed.
   */
  set_extra_headers(headers: string[] = []): void {
    this.#settings.setExtraHeaders(headers);
  }

  /**
   * Whether the server listens.
   *
   * @const
   */
  is_listening(): boolean {
    return this.#door?.is_listening() === true;
  }

  /**
   * Listens on `port` (0: the system chooses, see `get_local_port`) of `bind_ip`.
   *
   * `protocols` are subprotocols: with some, clients have to want one of them; without, those of `peer_settings` count,
   * or none. `gd_mp_api` chooses the multiplayer mode. Returns OK; ERR_ALREADY_IN_USE when listening already, or when the
   * port is taken; ERR_INVALID_PARAMETER for protocols that can't be sent, and for a port outside 0 to 65535;
   * ERR_UNAUTHORIZED when the runtime withholds the right.
   *
   * **Note:** in a worker of `node:cluster` all workers share the port, and the primary answers later: OK is returned at
   * once. When the port can't be had, the cause is reported then, `is_listening` becomes false, and `activity` is emitted.
   * Each worker is a server of its own: its clients do not see those of other workers.
   *
   * **Note:** returns ERR_UNAVAILABLE in a page, which can only connect.
   */
  listen(port: int, protocols: string[] = [], gd_mp_api = false): GodotError {
    requireInt('port', port);
    const wanted = [...new Set(requireStringArray('protocols', protocols).map((protocol) => protocol.trim()))];
    if (this.is_listening()) return refuse(ERR_ALREADY_IN_USE, 'listen: already listening', this);
    const reason = checkProtocols(wanted.length > 0 ? wanted : this[SETTINGS].supportedProtocols);
    if (reason !== null) return refuse(ERR_INVALID_PARAMETER, `listen: ${reason}`, this);
    this.switchMultiplayer(gd_mp_api);
    if (this.#door !== null) this.stop(); // it was drained
    const door = new TCPServer();
    door[REUSE_PORT] = this[REUSE_PORT];
    const error = door[LISTEN_FOR]({ source: this, method: 'listen' }, port, this.#settings.bindIp);
    if (error !== OK) return error;
    door.connect('activity', this.wake);
    this.forgetPackets();
    this.#settings.forgetTls();
    door[CROWD]?.belongTo(this, () => this.max_peers, 'peer_settings.');
    this.#door = door;
    this.#protocols = wanted;
    return OK;
  }

  /**
   * Stops listening, and closes every connection with code 1000, without signals.
   *
   * When called from a signal of a client, `client_disconnected(id, false)` is still emitted for it, as in the engine.
   */
  stop(): void {
    this.#door?.stop();
    this.#door = null;
    this.#protocols = [];
    const members = this.#members;
    this.#members = new ServerMembers(this.#blamed);
    this.bell.silence();
    members.dismiss(this.wake);
  }

  /**
   * Changes key and certificates while the server listens; new connections get them, open ones stay.
   *
   * `options` are made by `TLSOptions.server`; the next `listen` uses `private_key` and `ssl_certificate` again. Returns
   * OK; ERR_INVALID_PARAMETER for a client's options, and for a key and certificate that are missing or do not fit;
   * ERR_UNCONFIGURED when the server does not listen with TLS. After an error the former ones stay.
   *
   * @addition
   */
  set_tls_options(options: TLSOptions): GodotError {
    const { error, reason } = this.#settings.replaceTls(options, this.is_listening());
    return error === OK ? OK : refuse(error, `set_tls_options: ${reason}`, this);
  }

  /**
   * Stops listening, and closes all connections with the code 1001.
   *
   * Packets that wait to be sent go first; handshakes under way are dropped. The connections end whether or not `poll`
   * is called; when it is, the signals of clients that leave are emitted. Resolves when all are gone, or after `timeout`
   * seconds, when the rest is dropped, with the number of those that had to be dropped. A second call returns the same
   * promise; `stop` and `listen` end it.
   *
   * @addition
   */
  drain(timeout: float): Promise<int> {
    if (!isDrainTime(timeout, this)) return Promise.resolve(0);
    if (this.#door !== null) return this.#door.drain(timeout);
    printError('drain: not listening', this);
    return Promise.resolve(0);
  }

  /**
   * Port that the server listens on, 0 when it does not.
   *
   * **Note:** in a worker of `node:cluster` a port that the system chooses is 0 until the primary has answered.
   *
   * @addition
   */
  get_local_port(): int {
    return this.is_listening() ? (this.#door as TCPServer).get_local_port() : 0;
  }

  /**
   * Whether there is a client with this id.
   *
   * @const
   */
  has_peer(id: int): boolean {
    return this.#members.get(requireInt32('id', id)) !== undefined;
  }

  /**
   * The connection to the client `peer_id`; null with a message when there is none.
   *
   * @const
   */
  override get_peer(peer_id: int): WebSocketPeer | null {
    return this.#member('get_peer', peer_id)?.peer ?? null;
  }

  /**
   * Address of the client `id`; '' with a message when there is none.
   *
   * @const
   */
  get_peer_address(id: int): string {
    return this.#member('get_peer_address', id)?.peer.get_connected_host() ?? '';
  }

  /**
   * Port of the client `id`; 0 with a message when there is none.
   *
   * @const
   */
  get_peer_port(id: int): int {
    return this.#member('get_peer_port', id)?.peer.get_connected_port() ?? 0;
  }

  /**
   * What `handshake_hook` of `peer_settings` gave as `data` for the client `id`; null for nothing, and with a message
   * when there is no such client.
   *
   * @const
   * @addition
   */
  get_peer_data(id: int): unknown {
    return this.#member('get_peer_data', id)?.link.handshakeData ?? null;
  }

  /** Closes the connection of the client `id`, as WebSocketPeer.close. */
  disconnect_peer(id: int, code: int = 1000, reason = ''): void {
    requireInt('code', code);
    requireString('reason', reason);
    this.#member('disconnect_peer', id)?.peer.close(code, reason);
  }

  override get_connection_status(): NetworkedMultiplayerPeer.ConnectionStatus {
    return this.is_listening() ? CONNECTION_CONNECTED : CONNECTION_DISCONNECTED;
  }

  /**
   * Always 1.
   *
   * @const
   */
  override get_unique_id(): int {
    return TARGET_PEER_SERVER;
  }

  /**
   * Updates everything: connected clients, then handshakes, then new connections.
   *
   * Does nothing when called from a signal or an error handler of this poll, which goes on afterwards. Everything else
   * may be called there, and takes effect at once.
   */
  override poll(): void {
    if (this.#isPolling) return;
    this.#isPolling = true;
    try {
      this.#moveOn();
    } finally {
      this.#isPolling = false;
    }
  }

  #moveOn(): void {
    this.bell.silence();
    const members = this.#members;
    for (const member of members) {
      this.#inService = member;
      member.link.poll(this.#linkEvents);
      if (members !== this.#members) break; // stopped from within a signal
    }
    const stopped = members === this.#members ? null : this.#inService;
    this.#inService = null;
    if (stopped !== null) this.#tellOfParting(stopped.id, stopped.link.wasClean);
    if (members !== this.#members) return;
    members.pollNewcomers(this.#linkEvents);
    if (members === this.#members) this.#admit();
  }

  override free(): void {
    this.stop();
    super.free();
  }

  protected override get isInUse(): boolean {
    return this.is_listening();
  }

  protected override sendToTarget(payload: Uint8Array): GodotError {
    return sendFromServer(payload, this.targetPeer, this.#members);
  }

  #member(method: string, id: number): Member | undefined {
    const member = this.#members.get(requireInt32('id', id));
    if (member === undefined) printError(`${method}: there is no peer ${id}`, this);
    return member;
  }

  #admit(): void {
    const door = this.#door;
    if (door === null) return;
    const members = this.#members;
    const tls = this.#settings.tlsOptions();
    while (members === this.#members && door.is_connection_available()) {
      const tcp = door.take_connection() as StreamPeerTCP;
      const isTaken = !this.is_refusing_new_connections() && this.#shakeHands(tcp, tls, members);
      if (!isTaken || members !== this.#members) tcp.disconnect_from_host();
    }
  }

  #shakeHands(tcp: StreamPeerTCP, tls: TLSOptions | null, members: ServerMembers): boolean {
    const stream = tls === null ? tcp : securedStream(tcp, tls);
    const socket = this.newSocket(this.#protocols);
    if (stream === null || socket.accept_stream(stream) !== OK) return false;
    members.admit(socket);
    return true;
  }

  #welcome(member: Member, protocol: string): void {
    if (!this.isMultiplayer) {
      this.emit_signal('client_connected', member.id, protocol);
      return;
    }
    announceMember(member, this.#members);
    this.emit_signal('peer_connected', member.id);
  }

  #receive(link: PeerLink): void {
    const message = link.take() as OwnBytes;
    const sender = this.#members.get(link.id);
    const kept = sender === undefined ? null : receiveAtServer(message, sender, this.#members);
    if (kept !== null && this.#members.get(link.id) === sender) this.keepPacket(kept, link.id);
  }

  /** Removes a client after all others were informed. */
  #partWith(link: PeerLink, wasClean: boolean): void {
    this.#inService = null;
    const members = this.#members;
    if (this.isMultiplayer) announceLeaving(link.id, members);
    this.#tellOfParting(link.id, wasClean);
    members.remove(link.id);
    this.absolve(link.id);
    link.abandon(this.wake);
  }

  #tellOfParting(id: number, wasClean: boolean): void {
    if (this.isMultiplayer) this.emit_signal('peer_disconnected', id);
    else this.emit_signal('client_disconnected', id, wasClean);
  }
}
