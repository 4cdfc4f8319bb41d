// Godot's WebSocketMultiplayerPeer: names, argument checks and error codes. What a server and a client do lies in
// web-socket-multiplayer-server.ts and web-socket-multiplayer-client.ts.

import { platform } from '#platform';
import { WebSocketPeer } from '#web-socket-peer';
import { requireBool, requireInstance, requireInt, requireInt32, requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { WebSocketMultiplayerPeerInfo } from '../binding/class-infos.generated.js';
import { printError, refuse } from '../binding/error-handler.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_INVALID_PARAMETER,
  ERR_UNAVAILABLE,
  ERR_UNCONFIGURED,
  type GodotError,
  OK,
} from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import type { int32 } from '../binding/types.js';
import { Deadline } from '../protocol/deadline.js';
import {
  type ConnectionStatus,
  LET_GO,
  MultiplayerPeer,
  type MultiplayerPeerSignals,
  TAKEN,
} from './multiplayer-peer.js';
import { TCPServer } from './tcp-server.js';
import { TLSOptions } from './tls-options.js';
import { MultiplayerClient } from './web-socket-multiplayer-client.js';
import { WebSocketMultiplayerPeerPackets } from './web-socket-multiplayer-peer-packets.js';
import { type Door, MultiplayerServer } from './web-socket-multiplayer-server.js';

const { CONNECTION_DISCONNECTED, CONNECTION_CONNECTING, CONNECTION_CONNECTED } = MultiplayerPeer;

/** How long connections that nobody polls any more live on: a WebSocketPeer's close_timeout. */
const UNATTENDED_MS = 10_000;

/** Signals of WebSocketMultiplayerPeer. */
export interface WebSocketMultiplayerPeerSignals extends MultiplayerPeerSignals {
  /**
   * `poll` would find something new; raised once until the next `poll`.
   *
   * @addition
   */
  activity: [];
}

export interface WebSocketMultiplayerPeer extends SignalObjects<WebSocketMultiplayerPeerSignals> {}

/**
 * A multiplayer game's server or client over WebSocket.
 *
 * Each packet is one binary message, as it is; the server tells each client its id in the first one. Clients reach
 * the server only: what they send to others, SceneMultiplayer or the game passes on.
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
 * The signal `activity` says that `poll` would find something new; a game may ignore it, a server polls when it
 * fires.
 */
export class WebSocketMultiplayerPeer extends WebSocketMultiplayerPeerPackets {
  declare readonly signals: WebSocketMultiplayerPeerSignals;

  static {
    defineSignals(this.prototype, 'activity');
  }

  #server: MultiplayerServer | null = null;
  #client: MultiplayerClient | null = null;
  #isPolling = false;
  /** Set when a multiplayer has let go of it, until somebody polls; in the end the connections have left. */
  readonly #unattended = new Deadline(platform, () => this.#leave());
  readonly #wake = (): void => this.bell.ring();

  override [CLASS_INFO](): ClassInfo {
    return WebSocketMultiplayerPeerInfo();
  }

  /**
   * Starts a server on `port` (cut to 16 bits; 0: the system chooses) of `bind_address`.
   *
   * `bind_address` is an address of this machine, or `*` for all. With `tls_server_options` clients come by `wss://`.
   * Returns OK, and the status is CONNECTION_CONNECTED with id 1; ERR_ALREADY_IN_USE while connected or connecting,
   * or when the port is taken; ERR_INVALID_PARAMETER for a client's options or an address that is none;
   * ERR_UNAUTHORIZED when the runtime withholds the right.
   */
  create_server(port: int32, bind_address = '*', tls_server_options: TLSOptions | null = null): GodotError {
    requireInt('port', port);
    requireString('bind_address', bind_address);
    if (tls_server_options !== null) requireInstance('tls_server_options', TLSOptions, tls_server_options);
    if (this.#isBusy) return refuse(ERR_ALREADY_IN_USE, 'create_server: already connected or connecting', this);
    if (tls_server_options !== null && !tls_server_options.is_server()) {
      return refuse(ERR_INVALID_PARAMETER, 'create_server: tls_server_options are options of a client', this);
    }
    const listener = new TCPServer();
    const error = listener.listen(port, bind_address);
    if (error !== OK) return error;
    this.#serve({ listener, tlsOptions: tls_server_options });
    return OK;
  }

  /**
   * Starts a server that listens on no port: `add_peer` gives it connections that other servers have accepted.
   *
   * Returns OK, or ERR_ALREADY_IN_USE while connected or connecting.
   *
   * @addition
   */
  create_portless_server(): GodotError {
    if (this.#isBusy)
      return refuse(ERR_ALREADY_IN_USE, 'create_portless_server: already connected or connecting', this);
    this.#serve(null);
    return OK;
  }

  /**
   * Lets `peer` in as a client of this server, as if it had come by the server's own port.
   *
   * `peer` is a connection that is CONNECTING or OPEN, for example by `accept_upgrade`, with properties of its own;
   * from then on it is the server's. Returns ERR_UNCONFIGURED when this is no server, ERR_INVALID_PARAMETER for a
   * connection that has ended or was added already, ERR_UNAVAILABLE while new connections are refused or
   * `max_pending_peers` have not got in yet.
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
    if (this.#server === null) return refuse(ERR_UNCONFIGURED, 'add_peer: there is no server', this);
    if (peer.get_ready_state() > WebSocketPeer.STATE_OPEN) {
      return refuse(ERR_INVALID_PARAMETER, 'add_peer: the connection has ended', this);
    }
    if (this.is_refusing_new_connections() || this.#server.pending >= this.get_max_pending_peers()) {
      return refuse(
        ERR_UNAVAILABLE,
        'add_peer: refuse_new_connections is set, or max_pending_peers are on their way',
        this,
      );
    }
    if (!this.#server.admit(peer, this.handshakeTimeoutMs))
      return refuse(ERR_INVALID_PARAMETER, 'add_peer: the connection is here already', this);
    this.bell.ring();
    return OK;
  }

  /**
   * Connects to the server at `url`, as WebSocketPeer's `connect_to_url` does.
   *
   * Returns OK when the attempt has begun: the status is CONNECTION_CONNECTING until the server has told this side's
   * id, then `peer_connected` is emitted with 1. Returns ERR_ALREADY_IN_USE while connected or connecting,
   * ERR_INVALID_PARAMETER for a bad URL or a server's options.
   */
  create_client(url: string, tls_client_options: TLSOptions | null = null): GodotError {
    requireString('url', url);
    if (tls_client_options !== null) requireInstance('tls_client_options', TLSOptions, tls_client_options);
    if (this.#isBusy) return refuse(ERR_ALREADY_IN_USE, 'create_client: already connected or connecting', this);
    const socket = this.newSocket();
    const error = socket.connect_to_url(url, tls_client_options);
    if (error !== OK) return error;
    this.forgetPackets();
    this.#client = new MultiplayerClient(socket, this.packets, this.handshakeTimeoutMs, {
      joined: () => this.emit_signal('peer_connected', MultiplayerPeer.TARGET_PEER_SERVER),
      wake: this.#wake,
    });
    return OK;
  }

  /**
   * Moves everything on: newcomers, received packets, leaving, and the signals of it.
   *
   * While `max_queued_packets` wait here, no more are taken from the connections, which then push back on their
   * senders. Inside a signal or a report of this poll, another one does nothing; everything else takes effect at once.
   */
  override poll(): void {
    if (this.#isPolling) return;
    this.#isPolling = true;
    this.#unattended.clear();
    try {
      this.#moveOn();
    } finally {
      this.#isPolling = false;
    }
  }

  #moveOn(): void {
    this.bell.silence();
    const hasRoom = this.makeRoom();
    this.#server?.poll({
      hasRoom,
      refuses: this.is_refusing_new_connections(),
      maxPending: this.get_max_pending_peers(),
      timeoutMs: this.handshakeTimeoutMs,
    });
    if (this.#server?.hasLeft) this.close();
    const client = this.#client;
    client?.poll(hasRoom);
    if (client === null || client !== this.#client || !client.isOver) return;
    if (client.isConnected) this.emit_signal('peer_disconnected', MultiplayerPeer.TARGET_PEER_SERVER);
    if (client === this.#client) this.close();
  }

  /** Ends everything at once: no close frames, no signals; packets that wait are gone. */
  override close(): void {
    const server = this.#server;
    const client = this.#client;
    this.#server = null;
    this.#client = null;
    this.#unattended.clear();
    this.packets.clear();
    this.bell.silence();
    server?.close();
    client?.drop();
    for (const listener of this.partingListeners) listener.ended();
  }

  /**
   * Parts with the peer `peer`: it gets what was sent before and a close frame with 1000.
   *
   * On a server the next `poll` emits `peer_disconnected`, and takes no further packets of the peer; a client stays
   * connected until the server has answered. With `force` the peer is gone when the call returns, and no signal tells it.
   */
  override disconnect_peer(peer: int32, force = false): void {
    requireInt('peer', peer);
    requireBool('force', force);
    if (this.#server?.has(peer)) this.#disconnectClient(this.#server, peer, force);
    else if (this.#client !== null && peer === MultiplayerPeer.TARGET_PEER_SERVER) this.#disconnectFromServer(force);
    else printError(`disconnect_peer: there is no peer ${peer}`, this);
  }

  override set_refuse_new_connections(enable: boolean): void {
    super.set_refuse_new_connections(enable);
    if (!enable && this.#server?.isAskedFor) this.bell.ring();
  }

  /** @const */
  override get_connection_status(): ConnectionStatus {
    if (this.#server !== null) return CONNECTION_CONNECTED;
    if (this.#client === null) return CONNECTION_DISCONNECTED;
    return this.#client.isConnected ? CONNECTION_CONNECTED : CONNECTION_CONNECTING;
  }

  /** @const */
  override get_unique_id(): int32 {
    return this.#server !== null ? MultiplayerPeer.TARGET_PEER_SERVER : (this.#client?.id ?? 0);
  }

  /** @const */
  override is_server_relay_supported(): boolean {
    return true;
  }

  /**
   * The connection of the peer `peer_id`; null with a message when there is none.
   *
   * A client has the one to the server, 1, only. Inside `peer_disconnected` the peer that has left is still there, with
   * its close code and reason.
   *
   * @const
   */
  get_peer(peer_id: int32): WebSocketPeer | null {
    const socket = this.#socketOf(requireInt32('peer_id', peer_id));
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
   * Port that the server listens on; 0 when there is no server.
   *
   * @addition
   * @const
   */
  get_local_port(): int32 {
    return this.#server?.localPort ?? 0;
  }

  override free(): void {
    this.close();
    super.free();
  }

  override [TAKEN](): void {
    this.#unattended.clear();
  }

  override [LET_GO](): void {
    if (this.#isBusy) this.#unattended.set(UNATTENDED_MS);
  }

  /** Nobody polls any more. What a game sees changes in the next poll, should there be one. */
  #leave(): void {
    this.#server?.leave();
    this.#client?.socket.leave();
    this.bell.ring();
  }

  /** @internal */
  override putToEach(ids: Iterable<number>, excluded: number, packet: Uint8Array): GodotError {
    return this.#server?.sendToEach(ids, excluded, packet) ?? super.putToEach(ids, excluded, packet);
  }

  /** A server's send errors of single peers are printed and not returned, as in the engine. */
  protected override sendTo(target: int32, bytes: Uint8Array): GodotError {
    return this.#server?.send(target, bytes) ?? (this.#client as MultiplayerClient).socket.send(bytes);
  }

  get #isBusy(): boolean {
    return this.#server !== null || this.#client !== null;
  }

  #serve(door: Door | null): void {
    this.forgetPackets();
    this.#server = new MultiplayerServer(door, this.packets, {
      newSocket: () => this.newSocket(),
      newId: () => this.generate_unique_id(),
      joined: (id) => this.emit_signal('peer_connected', id),
      left: (id) => this.emit_signal('peer_disconnected', id),
      wake: this.#wake,
    });
  }

  #socketOf(id: number): WebSocketPeer | null {
    if (this.#client !== null && id === MultiplayerPeer.TARGET_PEER_SERVER) return this.#client.socket;
    return this.#server?.socketOf(id) ?? null;
  }

  #disconnectClient(server: MultiplayerServer, id: number, force: boolean): void {
    server.disconnect(id, force);
    if (force) for (const listener of this.partingListeners) listener.parted(id);
  }

  #disconnectFromServer(force: boolean): void {
    const client = this.#client as MultiplayerClient;
    if (force) {
      this.#client = null;
      this.#unattended.clear();
      this.packets.clear();
      client.leave();
      for (const listener of this.partingListeners) listener.ended();
    } else {
      client.socket.close();
      this.bell.ring();
    }
  }
}
