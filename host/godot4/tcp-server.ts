// Godot's TCPServer: names, argument checks and error codes over a listener of the platform.

import { platform } from '#platform';
import { requireInt, requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { TCPServerInfo } from '../binding/class-infos.generated.js';
import { printError, printWarning } from '../binding/error-handler.js';
import { ERR_ALREADY_IN_USE, ERR_INVALID_PARAMETER, type GodotError, OK } from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { int32, uint16 } from '../binding/types.js';
import { parseAddress, showAddress } from '../transport/address.js';
import { Bell } from '../transport/bell.js';
import type { Listener, WaitingLimits } from '../transport/platform.js';
import { SocketServer } from './socket-server.js';
import { acceptedStreamPeer, type StreamPeerTCP } from './stream-peer-tcp.js';

/**
 * A TCP server.
 *
 * ```js
 * const server = new TCPServer();
 * server.listen(9080);
 * server.connect('activity', () => {
 *   while (server.is_connection_available()) serve(server.take_connection());
 * });
 * ```
 *
 * A game without event loop habits asks `is_connection_available` once per frame instead. The signal `activity` is
 * raised when a connection waits, once until the next `take_connection`, and again after it while more of them wait.
 */
export class TCPServer extends SocketServer {
  declare readonly signals: {
    /**
     * A connection waits to be taken; raised once until the next `take_connection`.
     *
     * @addition
     */
    activity: [];
  };

  #listener: Listener | null = null;
  readonly #limits: WaitingLimits = {
    maxWaiting: 512,
    maxWaitingPerAddress: 512,
    dropped: (address) => this.#dropped(address),
  };
  readonly #bell = new Bell(platform, () => this.emit_signal('activity'));
  #reportsDrops = true;

  override [CLASS_INFO](): ClassInfo {
    return TCPServerInfo;
  }

  protected override connected(signal: string): void {
    if (signal === 'activity') this.#looked();
  }

  /**
   * Listens on `port` (cut to 16 bits; 0: the system chooses, see `get_local_port`) of `bind_address`.
   *
   * `bind_address` is an IPv4 or IPv6 address of this machine, or `*` for all of both kinds. Returns OK;
   * ERR_INVALID_PARAMETER when it is something else; ERR_ALREADY_IN_USE when this server listens already, the port
   * is taken, or the address is not this machine's.
   *
   * **Note:** at most `max_pending_connections` wait to be taken; further ones are dropped.
   */
  listen(port: uint16, bind_address = '*'): GodotError {
    requireInt('port', port);
    requireString('bind_address', bind_address);
    if (this.#listener !== null) return refuse(ERR_ALREADY_IN_USE, 'listen: already listening');
    if (bind_address !== '*' && parseAddress(bind_address) === null) {
      return refuse(ERR_INVALID_PARAMETER, `listen: bind_address must be an address or "*", got "${bind_address}"`);
    }
    const local = { address: bind_address, port: port & 0xffff };
    const { listener } = platform.listen(local, () => this.#bell.ring(), this.#limits);
    this.#listener = listener;
    return listener === null ? ERR_ALREADY_IN_USE : OK;
  }

  /**
   * Port that the server listens on, 0 with a message when it does not.
   *
   * @const
   */
  get_local_port(): int32 {
    if (this.#listener === null) printError('get_local_port: not listening');
    return this.#listener?.localPort ?? 0;
  }

  /**
   * Most connections that wait to be taken; 512 unless set. Godot: where the system's queue holds eight.
   *
   * @addition
   */
  get max_pending_connections(): int32 {
    return this.#limits.maxWaiting;
  }
  set max_pending_connections(connections: int32) {
    this.set_max_pending_connections(connections);
  }
  get_max_pending_connections(): int32 {
    return this.#limits.maxWaiting;
  }
  set_max_pending_connections(connections: int32): void {
    this.#limits.maxWaiting = this.#checked('max_pending_connections', connections, this.#limits.maxWaiting);
  }

  /**
   * Most connections from one address that wait to be taken; 512 unless set.
   *
   * @addition
   */
  get max_pending_per_address(): int32 {
    return this.#limits.maxWaitingPerAddress;
  }
  set max_pending_per_address(connections: int32) {
    this.set_max_pending_per_address(connections);
  }
  get_max_pending_per_address(): int32 {
    return this.#limits.maxWaitingPerAddress;
  }
  set_max_pending_per_address(connections: int32): void {
    const { maxWaitingPerAddress } = this.#limits;
    this.#limits.maxWaitingPerAddress = this.#checked('max_pending_per_address', connections, maxWaitingPerAddress);
  }

  override is_listening(): boolean {
    return this.#listener !== null;
  }

  override is_connection_available(): boolean {
    return this.#listener !== null && this.#listener.available > 0;
  }

  /** Takes the connection that has waited longest, as a connected StreamPeerTCP; null when none waits. */
  take_connection(): StreamPeerTCP | null {
    const stream = this.#listener?.take() ?? null;
    this.#looked();
    return stream === null ? null : acceptedStreamPeer(stream);
  }

  override take_socket_connection(): StreamPeerTCP | null {
    return this.take_connection();
  }

  override stop(): void {
    this.#listener?.close();
    this.#listener = null;
    this.#bell.silence();
  }

  override free(): void {
    this.stop();
  }

  #checked(property: string, value: number, old: number): number {
    if (requireInt(property, value) >= 1) return value;
    printError(`${property} must be at least 1, got ${value}; it stays ${old}`);
    return old;
  }

  /** Said once until somebody takes a connection: a flood of connections is no reason for a flood of messages. */
  #dropped(address: string): void {
    if (!this.#reportsDrops) return;
    this.#reportsDrops = false;
    const { maxWaiting, maxWaitingPerAddress } = this.#limits;
    printWarning(
      `TCPServer: a connection from ${showAddress(address)} was dropped, too many wait to be taken ` +
        `(max_pending_connections ${maxWaiting}, max_pending_per_address ${maxWaitingPerAddress})`,
    );
  }

  #looked(): void {
    this.#reportsDrops = true;
    this.#bell.silence();
    if (this.is_connection_available()) this.#bell.ring();
  }
}

function refuse(error: number, message: string): number {
  printError(message);
  return error;
}
