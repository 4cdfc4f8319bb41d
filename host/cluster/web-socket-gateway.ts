// WebSocketGateway: the server to which clients connect, whatever process their room is in.
import { clock } from '#platform';
import { countedAlone, newCrowd } from '#server-settings';
import { requireInstance, requireInt, requireMilliseconds, requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { isDrainTime } from '../binding/drain-time.js';
import { printError, refuse, report, SPEAKER } from '../binding/error-handler.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_INVALID_PARAMETER,
  ERR_UNAVAILABLE,
  ERR_UNCONFIGURED,
  type GodotError,
  OK,
} from '../binding/errors.js';
import { defineInspection } from '../binding/inspection.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { ObjectSignals } from '../binding/object.js';
import { RefCounted } from '../binding/ref-counted.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import type { float, int, int32 } from '../binding/types.js';
import { TLSOptions, tlsServerFault } from '../godot4/crypto/tls-options.js';
import { defineReusePort, REUSE_PORT, type ReusePortMembers } from '../godot4/io/reuse-port.js';
import { CROWD } from '../godot4/io/stream-peer.js';
import type { StreamPeerTCP } from '../godot4/io/stream-peer-tcp.js';
import { securedStream } from '../godot4/io/stream-peer-tls.js';
import { LISTEN_FOR, TCPServer } from '../godot4/io/tcp-server.js';
import { WebSocketPeer } from '../godot4/websocket/web-socket-peer.js';
import { settingsOf, share, type WebSocketSettings } from '../godot4/websocket/web-socket-settings.js';
import type { Crowd } from '../protocol/crowd.js';
import { SESSION, SETTINGS } from '../protocol/session.js';
import { copyOf, defaultValues, type SettingValues } from '../protocol/settings.js';
import type { UpgradeRequest } from '../protocol/upgrade-request.js';
import type { Broker, Unsubscribe } from './broker.js';
import { WebSocketGatewayInfo } from './class-infos.generated.js';
import { Endpoint } from './endpoint.js';
import { GatewayAdmission } from './gateway-admission.js';
import { GatewayClient } from './gateway-client.js';
import { GatewayLinks } from './gateway-links.js';
import { GatewayRequest } from './gateway-request.js';
import { checkPayload } from './least-payload.js';
import type { Pair } from './pair.js';
import { GOING_AWAY_CODE } from './room.js';
import { RoomFinder } from './room-finder.js';

/** Signals of WebSocketGateway. */
export interface WebSocketGatewaySignals extends ObjectSignals {
  /** A client was not let into a room: it was told the HTTP status `status`, and `reason`. */
  peer_refused: [address: string, room: string, status: int, reason: string];
  /** The gateway has ended: by `close`, by a `drain`, or since its broker is closed. */
  stopped: [];
}

export interface WebSocketGateway extends SignalObjects<WebSocketGatewaySignals>, ReusePortMembers {}

const USUAL_OUTAGE_MS = 10_000;
/** Part of a drain's time over which the goodbyes are spread, so that not all clients come back at once. */
const SPREAD = 0.75;
/** Longest time between two goodbyes. */
const GOODBYE_MS = 20;
const STOPS = 'the gateway stops';

/**
 * A server whose clients join rooms, in this process or any other of the cluster.
 *
 * The room is the path of the URL (`wss://example.com/room-7`), 1 to 64 letters, digits, `_` and `-`, or what
 * `peer_settings.handshake_hook` says by `accept({ room, data })`; `data` is there in the room by `get_peer_data`. A room
 * that no process has is asked for, see RoomHost's `room_requested`; where none is made the client is refused with 404
 * (a page with 4404), and with 503 (4013) when it should try again. Nothing has to be polled.
 *
 * ```js
 * const gateway = new WebSocketGateway(broker);
 * gateway.create_server(9080);
 * ```
 *
 * Clients are WebSocketMultiplayerPeers, Godot's or this package's. Packets arrive in order, each once; where that can't
 * be kept, the connection ends with 1001 and a reason.
 *
 * @addition
 */
export class WebSocketGateway extends RefCounted {
  declare readonly signals: WebSocketGatewaySignals;

  static {
    defineSignals(this.prototype, 'peer_refused', 'stopped');
    defineReusePort(this.prototype, (gateway) => gateway.#listener !== null);
    defineInspection<WebSocketGateway>(this.prototype, (gateway) => ({
      port: gateway.get_local_port(),
      peers: gateway.get_peer_count(),
      is_ready: gateway.is_ready(),
    }));
  }

  /** Settings of each connection that is accepted. */
  [SETTINGS]: Readonly<SettingValues> = copyOf(defaultValues(), countedAlone(this));
  [REUSE_PORT] = false;
  readonly #broker: Broker;
  readonly #endpoint: Endpoint;
  readonly #links: GatewayLinks;
  readonly #admission: GatewayAdmission;
  readonly #finder: RoomFinder;
  readonly #clients = new Set<GatewayClient>();
  readonly #crowd: Crowd | null = newCrowd(this, clock);
  readonly #unwatch: Unsubscribe;
  #listener: TCPServer | null = null;
  #tlsOptions: TLSOptions | null = null;
  #maxPeers = 0;
  #draining: Promise<number> | null = null;
  #isClosed = false;
  /** Number of connections that `close` has ended. */
  #cut = 0;

  constructor(broker: Broker) {
    super();
    checkPayload(broker, this);
    this.#broker = broker;
    this.#crowd?.belongTo(this, () => this.#maxPeers, 'peer_settings.');
    this.#finder = new RoomFinder(broker, { clock });
    this.#links = new GatewayLinks({
      admitted: (client) => this.#admission.over(client),
      refused: (client, code, reason) => this.#refused(client, code, reason),
    });
    this.#endpoint = new Endpoint(
      broker,
      {
        mayWork: () => true,
        received: (pair, kind, flags, link, payload) => this.#links.received(pair, kind, flags, link, payload),
        relieved: (pair) => this.#links.relieved(pair),
        lost: (pair, cause) => this.#lost(pair, cause),
      },
      { clock, outageTimeoutMs: USUAL_OUTAGE_MS },
    );
    this.#admission = new GatewayAdmission({
      endpoint: this.#endpoint,
      links: this.#links,
      finder: this.#finder,
      trouble: (waiting) => this.#trouble(waiting),
      refused: (address, room, status, reason) => this.emit_signal('peer_refused', address, room, status, reason),
    });
    this.#unwatch = broker.watch_status((status) => {
      if (status === 'closed') void this.close();
    });
  }

  override [CLASS_INFO](): ClassInfo {
    return WebSocketGatewayInfo();
  }

  /** Settings that are copied to each connection when it is accepted; how much may wait to be sent is the room's. */
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

  /** Most clients; 0, as at start, for any number. Further ones are refused with the HTTP status 503. */
  get max_peers(): int32 {
    return this.#maxPeers;
  }
  set max_peers(peers: int32) {
    this.set_max_peers(peers);
  }
  get_max_peers(): int32 {
    return this.#maxPeers;
  }
  set_max_peers(peers: int32): void {
    if (requireInt('peers', peers) >= 0) this.#maxPeers = peers;
    else printError(`max_peers must be at least 0, got ${peers}; it stays ${this.#maxPeers}`, this);
  }

  /**
   * Seconds for which the broker may be out of reach; 10 unless set. Packets wait meanwhile; then the connections of all
   * clients concerned end with 1001.
   *
   * Must be more than 0: otherwise a message is printed and the old value stays.
   */
  get outage_timeout(): float {
    return this.#endpoint.outageTimeoutMs / 1000;
  }
  set outage_timeout(timeout: float) {
    this.set_outage_timeout(timeout);
  }
  get_outage_timeout(): float {
    return this.#endpoint.outageTimeoutMs / 1000;
  }
  set_outage_timeout(timeout: float): void {
    const timeoutMs = requireMilliseconds('timeout', timeout);
    if (timeoutMs > 0) this.#endpoint.outageTimeoutMs = timeoutMs;
    else printError(`outage_timeout must be more than 0, got ${timeout}; it stays ${this.outage_timeout}`, this);
  }

  /**
   * Listens on `port` (0: the system chooses) of `bind_address`.
   *
   * The arguments and errors are those of WebSocketMultiplayerPeer's `create_server`; ERR_UNAVAILABLE after `close`.
   */
  create_server(port: int32, bind_address = '*', tls_server_options: TLSOptions | null = null): GodotError {
    requireInt('port', port);
    requireString('bind_address', bind_address);
    if (tls_server_options !== null) requireInstance('tls_server_options', TLSOptions, tls_server_options);
    if (this.#isClosed || this.#draining !== null) {
      return refuse(ERR_UNAVAILABLE, 'create_server: the gateway is closed', this);
    }
    if (this.#listener !== null) return refuse(ERR_ALREADY_IN_USE, 'create_server: already listening', this);
    if (tls_server_options !== null && !tls_server_options.is_server()) {
      return refuse(ERR_INVALID_PARAMETER, 'create_server: tls_server_options are options of a client', this);
    }
    const listener = new TCPServer();
    listener[REUSE_PORT] = this[REUSE_PORT];
    const failed = (): void => {
      this.#listener = null;
    };
    const error = listener[LISTEN_FOR]({ source: this, method: 'create_server', failed }, port, bind_address);
    if (error !== OK) return error;
    this.#listener = listener;
    this.#tlsOptions = tls_server_options;
    listener.connect('activity', () => this.#acceptAll(listener));
    return OK;
  }

  /**
   * Takes over a connection of Node's HTTP server, as WebSocketPeer's `accept_upgrade`; returns what that returns, and
   * ERR_UNAVAILABLE after `close` and during a `drain`.
   */
  accept_upgrade(request: UpgradeRequest, socket: object, head: Uint8Array | null = null): GodotError {
    if (this.#isClosed || this.#draining !== null) {
      return refuse(ERR_UNAVAILABLE, 'accept_upgrade: the gateway is closed', this);
    }
    const client = this.#newClient();
    const error = client.socket.accept_upgrade(request, socket, head);
    if (error === OK) this.#begin(client);
    else this.#clients.delete(client);
    return error;
  }

  /**
   * Changes key and certificate while the gateway listens, as WebSocketMultiplayerPeer's `set_tls_options`.
   */
  set_tls_options(options: TLSOptions): GodotError {
    const fault = tlsServerFault(requireInstance('options', TLSOptions, options));
    if (fault !== '') return refuse(ERR_INVALID_PARAMETER, `set_tls_options: ${fault}`, this);
    if (this.#listener === null || this.#tlsOptions === null) {
      return refuse(ERR_UNCONFIGURED, 'set_tls_options: there is no server that listens with TLS', this);
    }
    this.#tlsOptions = options;
    return OK;
  }

  /**
   * Port that the gateway listens on; 0 when it does not.
   *
   * @const
   */
  get_local_port(): int32 {
    return this.#listener?.is_listening() ? this.#listener.get_local_port() : 0;
  }

  /**
   * Number of clients, those included who wait for their room.
   *
   * @const
   */
  get_peer_count(): int {
    return this.#clients.size;
  }

  /**
   * Whether clients can be let in: for a probe of readiness. False while the broker is out of reach, during a `drain`, and
   * after `close`.
   *
   * @const
   */
  is_ready(): boolean {
    return !this.#isClosed && this.#draining === null && this.#broker.status === 'connected';
  }

  /**
   * Lets nobody in any more, and closes all connections with 1001, one after the other, so that not all clients come back
   * at the same time: 50 a second, more when there are more than fit into three quarters of `timeout` seconds.
   *
   * Resolves when all are gone, or after `timeout` seconds, when the rest is dropped, with the number of those that had to
   * be dropped. The gateway is closed then. A second call returns the same promise.
   */
  drain(timeout: float): Promise<int> {
    if (!isDrainTime(timeout, this)) return Promise.resolve(0);
    if (this.#isClosed) return Promise.resolve(0);
    this.#draining ??= this.#drainAll(timeout * 1000);
    return this.#draining;
  }

  /** Stops listening, and drops all connections. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cut = this.#clients.size;
    this.#listener?.stop();
    for (const { socket } of [...this.#clients]) socket.close(-1);
    for (const client of [...this.#clients]) client.look();
    this.#clients.clear();
    this.#endpoint.close(STOPS);
    this.#crowd?.endDrain();
    this.#unwatch();
    this.emit_signal('stopped');
  }

  override free(): void {
    this.close();
    super.free();
  }

  #acceptAll(listener: TCPServer): void {
    while (listener.is_connection_available()) {
      const tcp = listener.take_connection() as StreamPeerTCP;
      if (this.#crowd !== null) tcp[CROWD] = this.#crowd;
      const stream = this.#tlsOptions === null ? tcp : securedStream(tcp, this.#tlsOptions);
      const client = this.#newClient();
      if (stream !== null && client.socket.accept_stream(stream) === OK) this.#begin(client);
      else {
        this.#clients.delete(client);
        tcp.disconnect_from_host();
      }
    }
  }

  #newClient(): GatewayClient {
    const socket = new WebSocketPeer();
    const client = new GatewayClient(socket, { ended: () => this.#ended(client) });
    const hook = this[SETTINGS].handshakeHook ?? null;
    socket[SETTINGS] = copyOf(this[SETTINGS], {
      outboundBufferSize: 0, // the room's credit limits what waits
      maxUnsentPackets: Number.MAX_SAFE_INTEGER,
      handshakeHook: (request) =>
        new GatewayRequest(request, (wish, asking) => this.#admission.wish(wish, client, asking)).ask(hook),
      [SPEAKER]: this,
    });
    this.#clients.add(client);
    return client;
  }

  #begin(client: GatewayClient): void {
    if (this.#crowd !== null) client.socket[SESSION]?.join?.(this.#crowd);
    client.look();
  }

  #ended(client: GatewayClient): void {
    this.#admission.over(client);
    this.#links.remove(client);
    this.#clients.delete(client);
  }

  /** The room has ended the client's link. */
  #refused(client: GatewayClient, code: number, reason: string): void {
    if (!this.#admission.refused(client, code, reason)) client.part(code, reason);
  }

  /** The way to a process is lost: so are the rooms there. */
  #lost(pair: Pair, cause: string): void {
    if (cause === 'gone') this.#finder.processDied(pair.other);
    for (const client of this.#links.lost(pair)) {
      if (!this.#admission.lost(client, cause)) client.part(GOING_AWAY_CODE, `room lost: ${cause}`);
    }
  }

  /** Why nobody can be let in while `waiting` clients wait for their rooms, in words; '' when somebody can. */
  #trouble(waiting: number): string {
    if (this.#isClosed || this.#draining !== null) return STOPS;
    const crowd = this.#crowd;
    if (crowd === null || this.#maxPeers === 0) return '';
    if (crowd.isFull || crowd.open + waiting < this.#maxPeers) return crowd.trouble;
    const others = `${crowd.open} are connected, and ${waiting} wait for their rooms`;
    report(`WebSocketGateway: a client was refused (503), ${others} (max_peers)`, this, 'warning', null, 'max_peers');
    return 'the server is full';
  }

  async #drainAll(timeoutMs: number): Promise<number> {
    const end = clock.now() + timeoutMs;
    this.#listener?.stop();
    this.#admission.refuseAll(STOPS);
    const inside: GatewayClient[] = [];
    for (const client of [...this.#clients]) {
      if (client.isIn) inside.push(client);
      else client.part(GOING_AWAY_CODE, STOPS);
    }
    await this.#spreadGoodbyes(inside, Math.min(timeoutMs * SPREAD, inside.length * GOODBYE_MS));
    if (this.#isClosed) return this.#cut;
    const dropped = (await this.#crowd?.drain(Math.max(0, end - clock.now()))) ?? 0;
    this.close();
    return dropped;
  }

  /** Closes `clients` one after the other within `timeMs`. */
  #spreadGoodbyes(clients: readonly GatewayClient[], timeMs: number): Promise<void> {
    const begin = clock.now();
    let next = 0;
    return new Promise((resolve) => {
      const go = (): void => {
        const share = timeMs <= 0 ? 1 : (clock.now() - begin) / timeMs;
        const due = Math.min(clients.length, Math.floor(share * clients.length) + 1);
        for (; next < due; next += 1) {
          const client = clients[next] as GatewayClient;
          if (this.#clients.has(client)) client.socket.close(GOING_AWAY_CODE, STOPS);
        }
        if (next >= clients.length || this.#isClosed) resolve();
        else clock.alarm(Math.max(1, timeMs / 100), go);
      };
      go();
    });
  }
}
