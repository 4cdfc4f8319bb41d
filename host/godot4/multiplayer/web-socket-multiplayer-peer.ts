// Godot's WebSocketMultiplayerPeer: methods, argument checks and error codes. Its settings, packets and roles are in
// web-socket-multiplayer-*.ts.

import { clock } from '#platform';
import { countedAlone } from '#server-settings';
import { requireBool, requireInstance, requireInt, requireInt32, requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { WebSocketMultiplayerPeerInfo } from '../../binding/class-infos.generated.js';
import { isDrainTime } from '../../binding/drain-time.js';
import { type Failure, printError, refuse } from '../../binding/error-handler.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_INVALID_PARAMETER,
  ERR_UNAVAILABLE,
  ERR_UNCONFIGURED,
  type GodotError,
  OK,
} from '../../binding/errors.js';
import { defineInspection } from '../../binding/inspection.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { float, int, int32, OwnBytes } from '../../binding/types.js';
import { SETTINGS } from '../../protocol/session.js';
import { copyOf, defaultValues, type SettingValues } from '../../protocol/settings.js';
import { Bell } from '../../transport/bell.js';
import { TLSOptions, tlsServerFault } from '../crypto/tls-options.js';
import { defineReusePort, REUSE_PORT, type ReusePortMembers } from '../io/reuse-port.js';
import { LISTEN_FOR, TCPServer } from '../io/tcp-server.js';
import { WebSocketPeer } from '../websocket/web-socket-peer.js';
import { settingsOf, share, type WebSocketSettings } from '../websocket/web-socket-settings.js';
import { type ConnectionMembers, defineConnectionSettings } from './connection-settings.js';
import {
  EXPEL,
  IS_THERE,
  LET_GO,
  MultiplayerPeer,
  type MultiplayerPeerSignals,
  PUT_TO_EACH,
  TAKEN,
} from './multiplayer-peer.js';
import { MultiplayerPackets } from './web-socket-multiplayer-packets.js';
import { MultiplayerRole } from './web-socket-multiplayer-role.js';
import { definePlaces, JOINING, MultiplayerSettings, type PlaceMembers } from './web-socket-multiplayer-settings.js';

const NO_PACKET = new Uint8Array(0);

/** Signals of WebSocketMultiplayerPeer. */
export interface WebSocketMultiplayerPeerSignals extends MultiplayerPeerSignals {
  /**
   * `poll` would find something new; emitted at most once between two polls.
   *
   * @addition
   */
  activity: [];
}

export interface WebSocketMultiplayerPeer
  extends SignalObjects<WebSocketMultiplayerPeerSignals>,
    ConnectionMembers,
    PlaceMembers,
    ReusePortMembers {}

export namespace WebSocketMultiplayerPeer {
  export type ConnectionStatus = MultiplayerPeer.ConnectionStatus;
  export type TransferMode = MultiplayerPeer.TransferMode;
}

/**
 * A multiplayer game's server or client over WebSocket.
 *
 * Each packet is one binary message; the server's first message to a client is the client's id. Clients reach the
 * server only: SceneMultiplayer or the game relays packets between them. Both sides call `poll` often, usually once per
 * frame, as long as they are connected.
 *
 * ```js
 * const server = new WebSocketMultiplayerPeer();
 * server.create_server(9080);
 * server.connect('peer_connected', (id) => console.log(id, 'has joined'));
 * setInterval(() => {
 *   server.poll();
 *   while (server.get_available_packet_count() > 0) {
 *     const id = server.get_packet_peer();
 *     console.log(id, server.get_packet());
 *   }
 * }, 16);
 * ```
 *
 * The signal `activity` reports that `poll` would find something new; a game may ignore it, a server polls when it is
 * emitted.
 *
 * **Note:** the other side must be a WebSocketMultiplayerPeer, too, Godot 4's or this one: it gives or expects ids, which
 * other WebSocket servers and clients do not. Use a WebSocketPeer with these. Godot 3's multiplayer mode (`gd_mp_api`) is
 * another protocol: `websocketpeer/godot3` has it.
 */
export class WebSocketMultiplayerPeer extends MultiplayerPeer {
  declare readonly signals: WebSocketMultiplayerPeerSignals;

  static {
    defineSignals(this.prototype, 'activity');
    defineInspection(this.prototype, (peer) => ({
      ...peer.#role.shown,
      available_packets: peer.get_available_packet_count(),
      failure: peer.get_failure(),
    }));
    definePlaces(this.prototype);
    defineReusePort(this.prototype, (peer) => peer.#role.isTaken);
    defineConnectionSettings(this.prototype);
  }

  /** Settings of each connection that is made or accepted. */
  [SETTINGS]: Readonly<SettingValues> = copyOf(defaultValues(), countedAlone(this));
  [REUSE_PORT] = false;
  readonly [JOINING] = new MultiplayerSettings(this);
  /** Announces news of all connections together, since one poll handles all of them. */
  readonly #bell = new Bell(clock, () => this.emit_signal('activity'));
  readonly #packets = new MultiplayerPackets(this, this.#bell);
  readonly #role = new MultiplayerRole(this, { settings: this[JOINING], packets: this.#packets, bell: this.#bell });
  #target: int32 = MultiplayerPeer.TARGET_PEER_BROADCAST;

  override [CLASS_INFO](): ClassInfo {
    return WebSocketMultiplayerPeerInfo();
  }

  /**
   * Settings that are copied to each connection when it is made or accepted.
   *
   * Properties that this class and WebSocketSettings have in common are the same, except `handshake_timeout`: that of
   * this class is for joining as a whole, and that of the settings is ignored. An assigned object can be shared with
   * other peers and servers. Connections passed to `add_peer` keep their settings.
   *
   * @addition
   */
  get peer_settings(): WebSocketSettings {
    return settingsOf(this);
  }
  set peer_settings(settings: WebSocketSettings) {
    this.set_peer_settings(settings);
  }
  get_peer_settings(): WebSocketSettings {
    return settingsOf(this);
  }
  set_peer_settings(settings: WebSocketSettings): void {
    share(this, 'peer_settings', settings);
  }

  /**
   * Seconds that joining may take, from TCP to the id; 3 unless set. Kept in whole milliseconds.
   *
   * Must be more than 0: otherwise a message is printed and the old value stays.
   */
  get handshake_timeout(): float {
    return this[JOINING].handshakeTimeout;
  }
  set handshake_timeout(timeout: float) {
    this.set_handshake_timeout(timeout);
  }
  /** @const */
  get_handshake_timeout(): float {
    return this[JOINING].handshakeTimeout;
  }
  set_handshake_timeout(timeout: float): void {
    this[JOINING].setHandshakeTimeout(timeout);
  }

  /**
   * Starts a server on `port` (0: the system chooses) of `bind_address`.
   *
   * `bind_address` is an address of this machine, or `*` for all. With `tls_server_options` clients come by `wss://`.
   * Returns OK, and the status is CONNECTION_CONNECTED with id 1; ERR_ALREADY_IN_USE while connected or connecting, or
   * when the port is taken; ERR_INVALID_PARAMETER for a client's options, an invalid address, or a port outside 0 to
   * 65535; ERR_UNAUTHORIZED when the runtime withholds the right.
   *
   * **Note:** in a worker of `node:cluster` all workers share the port, and the primary answers later: OK is returned at
   * once. When the port can't be had, the cause is reported then, the status becomes CONNECTION_DISCONNECTED, and
   * `activity` is emitted. Each worker is a game of its own: its clients do not see those of other workers.
   *
   * **Note:** returns ERR_UNAVAILABLE in a page, where `create_portless_server` works.
   */
  create_server(port: int32, bind_address = '*', tls_server_options: TLSOptions | null = null): GodotError {
    requireInt('port', port);
    requireString('bind_address', bind_address);
    if (tls_server_options !== null) requireInstance('tls_server_options', TLSOptions, tls_server_options);
    if (this.#role.isTaken) return refuse(ERR_ALREADY_IN_USE, 'create_server: already connected or connecting', this);
    if (tls_server_options !== null && !tls_server_options.is_server()) {
      return refuse(ERR_INVALID_PARAMETER, 'create_server: tls_server_options are options of a client', this);
    }
    const listener = new TCPServer();
    listener[REUSE_PORT] = this[REUSE_PORT];
    const asker = { source: this, method: 'create_server', failed: () => this.#role.lose() };
    const error = listener[LISTEN_FOR](asker, port, bind_address);
    if (error !== OK) return error;
    this.#role.serve({ listener, tlsOptions: tls_server_options });
    return OK;
  }

  /**
   * Starts a server without a port: `add_peer` adds connections that other servers have accepted.
   *
   * Returns OK, or ERR_ALREADY_IN_USE while connected or connecting.
   *
   * @addition
   */
  create_portless_server(): GodotError {
    if (this.#role.isTaken)
      return refuse(ERR_ALREADY_IN_USE, 'create_portless_server: already connected or connecting', this);
    this.#role.serve(null);
    return OK;
  }

  /**
   * Adds `peer` as a client of this server, as if it had connected to the server's port.
   *
   * `peer` is a connection that is CONNECTING or OPEN, for example by `accept_upgrade`, and keeps its properties; from
   * then on it belongs to the server. Returns ERR_UNCONFIGURED when this is no server, ERR_INVALID_PARAMETER for a
   * connection that has ended or was added already, ERR_UNAVAILABLE while new connections are refused,
   * `max_pending_peers` are still joining, `max_peers` are connected, or during a `drain`.
   *
   * ```js
   * httpServer.on('upgrade', (request, socket, head) => {
   *   const peer = new WebSocketPeer();
   *   if (peer.accept_upgrade(request, socket, head) === OK && game.add_peer(peer) !== OK) peer.close();
   * });
   * ```
   *
   * @addition
   */
  add_peer(peer: WebSocketPeer): GodotError {
    requireInstance('peer', WebSocketPeer, peer);
    const { server } = this.#role;
    if (server === null) return refuse(ERR_UNCONFIGURED, 'add_peer: there is no server', this);
    if (peer.get_ready_state() > WebSocketPeer.STATE_OPEN) {
      return refuse(ERR_INVALID_PARAMETER, 'add_peer: the connection has ended', this);
    }
    const isRefusing = this.is_refusing_new_connections();
    const obstacle = isRefusing ? 'refuse_new_connections is set' : server.obstacle(this[JOINING].maxPendingPeers);
    if (obstacle !== '') return refuse(ERR_UNAVAILABLE, `add_peer: ${obstacle}`, this);
    if (!server.admit(peer, this[JOINING].handshakeTimeoutMs))
      return refuse(ERR_INVALID_PARAMETER, 'add_peer: the connection was added already', this);
    this.#bell.ring();
    return OK;
  }

  /**
   * Connects to the server at `url`, as WebSocketPeer's `connect_to_url` does.
   *
   * Returns OK when the attempt has begun: the status is CONNECTION_CONNECTING until the server has assigned this
   * side's id, then `peer_connected` is emitted with 1. Returns ERR_ALREADY_IN_USE while connected or connecting,
   * ERR_INVALID_PARAMETER for a bad URL or a server's options.
   */
  create_client(url: string, tls_client_options: TLSOptions | null = null): GodotError {
    requireString('url', url);
    if (tls_client_options !== null) requireInstance('tls_client_options', TLSOptions, tls_client_options);
    if (this.#role.isTaken) return refuse(ERR_ALREADY_IN_USE, 'create_client: already connected or connecting', this);
    const socket = this[JOINING].newSocket();
    const error = socket.connect_to_url(url, tls_client_options);
    if (error !== OK) return error;
    this.#role.join(socket);
    return OK;
  }

  override set_target_peer(id: int32): void {
    this.#target = requireInt32('id', id);
  }

  /** @const */
  override get_available_packet_count(): int32 {
    return this.#packets.queue.count;
  }

  /** @const */
  override get_packet_peer(): int32 {
    if (this.#packets.queue.count > 0) return this.#packets.queue.nextSource;
    return refuse(MultiplayerPeer.TARGET_PEER_SERVER, 'get_packet_peer: there is no packet', this);
  }

  /**
   * Always 0: a WebSocket has no channels.
   *
   * @const
   */
  override get_packet_channel(): int32 {
    return 0;
  }

  /**
   * Always TRANSFER_MODE_RELIABLE.
   *
   * @const
   */
  override get_packet_mode(): MultiplayerPeer.TransferMode {
    return MultiplayerPeer.TRANSFER_MODE_RELIABLE;
  }

  override get_packet(): OwnBytes {
    const packet = this.takePacket();
    this.#packets.lastError = typeof packet === 'number' ? packet : OK;
    return typeof packet === 'number' ? NO_PACKET : packet;
  }

  /** @const */
  override get_packet_error(): GodotError {
    return this.#packets.lastError;
  }

  protected override takePacket(): OwnBytes | GodotError {
    if (!this.#isConnected) return refuse(ERR_UNCONFIGURED, 'get_packet: not connected', this);
    if (this.#packets.queue.count === 0) return refuse(ERR_UNAVAILABLE, 'get_packet: there is no packet', this);
    return this.#packets.take();
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    if (!this.#isConnected) return refuse(ERR_UNCONFIGURED, 'put_packet: not connected', this);
    return this.#role.send(this.#target, bytes);
  }

  /**
   * Handles new connections, received packets and ended connections, and emits signals.
   *
   * While `max_queued_packets` wait here, no more are taken from the connections, which then slow down their senders.
   * Nested calls from a signal or a report of this poll do nothing; other calls take effect at once.
   */
  override poll(): void {
    this.#role.poll();
  }

  /** Ends everything at once: no close frames, no signals; waiting packets are dropped. */
  override close(): void {
    this.#role.close();
  }

  /**
   * Server: changes key and certificate while it listens; new connections get them, open ones stay.
   *
   * Returns OK; ERR_INVALID_PARAMETER for a client's options, and for a key and certificate that are missing or do not
   * fit; ERR_UNCONFIGURED without a server that listens with TLS. After an error the former ones stay.
   *
   * @addition
   */
  set_tls_options(options: TLSOptions): GodotError {
    const fault = tlsServerFault(requireInstance('options', TLSOptions, options));
    if (fault !== '') return refuse(ERR_INVALID_PARAMETER, `set_tls_options: ${fault}`, this);
    if (this.#role.server?.changeTls(options)) return OK;
    return refuse(ERR_UNCONFIGURED, 'set_tls_options: there is no server that listens with TLS', this);
  }

  /**
   * Server: stops listening, and closes all connections with the code 1001.
   *
   * Packets that wait to be sent go first; those who are joining are dropped. The connections end whether or not `poll`
   * is called; when it is, `peer_disconnected` is emitted for each. Resolves when all are gone, or after `timeout`
   * seconds, when the rest is dropped, with the number of those that had to be dropped. A second call returns the same
   * promise; `close` ends it, and is still to be called before this object can be used again.
   *
   * @addition
   */
  drain(timeout: float): Promise<int> {
    if (!isDrainTime(timeout, this)) return Promise.resolve(0);
    const { server } = this.#role;
    if (server !== null) return server.drain(timeout);
    printError('drain: there is no server', this);
    return Promise.resolve(0);
  }

  /**
   * Disconnects the peer `peer`: it still gets what was sent before, and a close frame with 1000.
   *
   * On a server the next `poll` emits `peer_disconnected`, and takes no further packets of the peer; a client stays
   * connected until the server has answered. With `force` the peer is removed at once, without a signal.
   */
  override disconnect_peer(peer: int32, force = false): void {
    requireInt('peer', peer);
    requireBool('force', force);
    if (!this.#role.disconnect(peer, force)) printError(`disconnect_peer: there is no peer ${peer}`, this);
  }

  override set_refuse_new_connections(enable: boolean): void {
    super.set_refuse_new_connections(enable);
    if (!enable && this.#role.server?.isAskedFor) this.#bell.ring();
  }

  /** @const */
  override get_connection_status(): MultiplayerPeer.ConnectionStatus {
    return this.#role.status;
  }

  /** @const */
  override get_unique_id(): int32 {
    return this.#role.id;
  }

  /** @const */
  override is_server_relay_supported(): boolean {
    return true;
  }

  /**
   * The connection of the peer `peer_id`; null with a message when there is none.
   *
   * A client only has the server's, 1. Inside `peer_disconnected` the peer that has left is still available, with its
   * close code and reason.
   *
   * @const
   */
  get_peer(peer_id: int32): WebSocketPeer | null {
    const socket = this.#role.socketOf(requireInt32('peer_id', peer_id));
    if (socket === null) printError(`get_peer: there is no peer ${peer_id}`, this);
    return socket;
  }

  /**
   * Address of the peer `id`; '' with a message when there is none.
   *
   * @const
   */
  get_peer_address(id: int32): string {
    return this.get_peer(id)?.get_connected_host() ?? '';
  }

  /**
   * Remote port of the peer `id`; 0 with a message when there is none.
   *
   * @const
   */
  get_peer_port(id: int32): int32 {
    return this.get_peer(id)?.get_connected_port() ?? 0;
  }

  /**
   * Client: why the connection or joining failed, as WebSocketPeer's `get_failure`; kept until the next one begins.
   *
   * Null on a server, and while nothing has failed.
   *
   * @addition
   * @const
   */
  get_failure(): Failure | null {
    return this.#role.failure;
  }

  /**
   * What a server's `handshake_hook` gave as `data` for the peer `id`; null for nothing and for this side's own id, and
   * with a message when there is no such peer.
   *
   * @const
   * @addition
   */
  override get_peer_data(id: int32): unknown {
    const socket = this.#role.socketOf(requireInt32('id', id));
    if (socket === null && id !== this.#role.id) printError(`get_peer_data: there is no peer ${id}`, this);
    return socket?.get_handshake_data() ?? null;
  }

  /**
   * Port that the server listens on; 0 when there is no server.
   *
   * **Note:** in a worker of `node:cluster` a port that the system chooses is 0 until the primary has answered.
   *
   * @addition
   * @const
   */
  get_local_port(): int32 {
    return this.#role.server?.localPort ?? 0;
  }

  /** Emits `activity` for a late listener, which may have missed it. */
  protected override connected(signal: string): void {
    if (signal !== 'activity' || this.#role.status === MultiplayerPeer.CONNECTION_DISCONNECTED) return;
    this.#bell.silence();
    this.#bell.ring();
  }

  override free(): void {
    this.close();
    super.free();
  }

  override [TAKEN](): void {
    this.#role.attend();
  }

  override [LET_GO](): void {
    this.#role.letGo();
  }

  protected override get maxBadPackets(): number {
    return this[SETTINGS].maxBadPackets ?? 0; // undefined in a page
  }

  override [IS_THERE](id: number): boolean {
    return this.#role.socketOf(id) !== null;
  }

  override [EXPEL](id: number): void {
    this.#role.expel(id);
  }

  override [PUT_TO_EACH](ids: Iterable<number>, excluded: number, packet: Uint8Array): GodotError {
    return this.#role.server?.sendToEach(ids, excluded, packet) ?? super[PUT_TO_EACH](ids, excluded, packet);
  }

  get #isConnected(): boolean {
    return this.#role.status === MultiplayerPeer.CONNECTION_CONNECTED;
  }
}
