// Godot's TCPServer: methods, argument checks and error codes over a listener of the platform.

import { sockets } from '#platform';
import { requireInt, requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { TCPServerInfo } from '../../binding/class-infos.generated.js';
import { printError, refuse } from '../../binding/error-handler.js';
import { ERR_ALREADY_IN_USE, ERR_INVALID_PARAMETER, type GodotError } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { int32, uint16 } from '../../binding/types.js';
import { parseAddress } from '../../transport/address.js';
import { defineReusePort, REUSE_PORT, type ReusePortMembers } from './reuse-port.js';
import { type Asker, SocketServer, type SocketServerSignals } from './socket-server.js';
import { acceptedStreamPeer, type StreamPeerTCP } from './stream-peer-tcp.js';
import { defineWaiting, type WaitingMembers } from './waiting-connections.js';

export const LISTEN_FOR: unique symbol = Symbol('listen for');

export interface TCPServer extends SignalObjects<SocketServerSignals>, WaitingMembers, ReusePortMembers {}

/**
 * A TCP server.
 *
 * Its connections are a WebSocketPeer's by `accept_stream`, directly or through a StreamPeerTLS.
 *
 * ```js
 * const server = new TCPServer();
 * server.listen(9080);
 * server.connect('activity', () => {
 *   while (server.is_connection_available()) serve(server.take_connection());
 * });
 * ```
 *
 * Alternatively call `is_connection_available` once per frame. The signal `activity` is emitted when a connection
 * waits, at most once until the next `take_connection`, and again after it while more wait.
 *
 * **Note:** a page has no servers: `listen` returns ERR_UNAVAILABLE there.
 */
export class TCPServer extends SocketServer {
  declare readonly signals: SocketServerSignals;

  static {
    defineSignals(this.prototype, 'activity');
    defineWaiting(this.prototype);
    defineReusePort(this.prototype, (server) => server.isListening);
  }

  [REUSE_PORT] = false;

  override [CLASS_INFO](): ClassInfo {
    return TCPServerInfo();
  }

  /**
   * Listens on `port` (0: the system chooses, see `get_local_port`) of `bind_address`.
   *
   * `bind_address` is an IPv4 or IPv6 address of this machine, or `*` for all addresses. Returns OK;
   * ERR_INVALID_PARAMETER when it is something else, or for a port outside 0 to 65535; ERR_ALREADY_IN_USE when this
   * server listens already, the port is taken, or the address is not this machine's; ERR_UNAUTHORIZED when the system or
   * the runtime (Deno's and Node's permissions) withholds the right; ERR_OUT_OF_MEMORY without file descriptors. The
   * cause is reported.
   *
   * **Note:** at most `max_pending_connections` wait to be taken; further ones are dropped.
   *
   * **Note:** in a worker of `node:cluster` all workers share the port, and the primary answers later: OK is returned at
   * once. When the port can't be had, the cause is reported then, `is_listening` becomes false, and `activity` is emitted.
   *
   * **Note:** returns ERR_UNAVAILABLE in a page, which can only connect.
   */
  listen(port: uint16, bind_address = '*'): GodotError {
    return this[LISTEN_FOR]({ source: this, method: 'listen' }, port, bind_address);
  }

  /** As `listen`, for a class that has this server inside. */
  [LISTEN_FOR](asker: Asker, port: number, bind_address: string): GodotError {
    requireInt('port', port);
    requireString('bind_address', bind_address);
    const { source, method } = asker;
    if (this.isListening) return refuse(ERR_ALREADY_IN_USE, `${method}: already listening`, source);
    if (port < 0 || port > 65_535) {
      return refuse(ERR_INVALID_PARAMETER, `${method}: port must be 0 to 65535, got ${port}`, source);
    }
    if (bind_address !== '*' && parseAddress(bind_address) === null) {
      const message = `${method}: bind_address must be an address or "*", got "${bind_address}"`;
      return refuse(ERR_INVALID_PARAMETER, message, source);
    }
    const local = { address: bind_address, port, reusePort: this[REUSE_PORT] };
    const place = `port ${port} of ${bind_address}`;
    return this.listenBy(place, (...listening) => sockets.listen(local, ...listening), asker);
  }

  /**
   * Port that the server listens on, 0 with a message when it does not.
   *
   * **Note:** in a worker of `node:cluster` a port that the system chooses is 0 until the primary has answered.
   *
   * @const
   */
  get_local_port(): int32 {
    if (!this.isListening) printError('get_local_port: not listening', this);
    return this.listener?.localPort ?? 0;
  }

  /** Takes the connection that has waited longest, as a connected StreamPeerTCP; null when none waits. */
  take_connection(): StreamPeerTCP | null {
    return this.takeAs(acceptedStreamPeer);
  }

  override take_socket_connection(): StreamPeerTCP | null {
    return this.take_connection();
  }
}
