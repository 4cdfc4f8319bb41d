// Godot's StreamPeerTCP: methods, argument checks and error codes of TCP connections.
import { sockets } from '#platform';
import { requireBool, requireInt, requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { StreamPeerTCPInfo } from '../../binding/class-infos.generated.js';
import { printError, refuse } from '../../binding/error-handler.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_CANT_RESOLVE,
  ERR_INVALID_PARAMETER,
  ERR_UNAUTHORIZED,
  ERR_UNAVAILABLE,
  type GodotError,
  OK,
} from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { int32 } from '../../binding/types.js';
import { canBeHost, parseAddress, showAddress } from '../../transport/address.js';
import type { ByteStream } from '../../transport/byte-stream.js';
import { ACCESS_DENIED } from '../../transport/plain-error.js';
import type { LocalEndpoint } from '../../transport/platform.js';
import { StreamPeerSocket, type StreamPeerSocketSignals } from './stream-peer-socket.js';

let accept: (stream: ByteStream) => StreamPeerTCP;

/** A StreamPeerTCP for an existing connection. */
export function acceptedStreamPeer(stream: ByteStream): StreamPeerTCP {
  return accept(stream);
}

export namespace StreamPeerTCP {
  export type Status = StreamPeerSocket.Status;
}

export interface StreamPeerTCP extends SignalObjects<StreamPeerSocketSignals> {}

/**
 * A TCP connection.
 *
 * A client calls `connect_to_host`, then `poll` until `get_status` is STATUS_CONNECTED; a server takes connected
 * ones from its TCPServer. Bytes go through `put_data` and `get_data` and their `partial` forms, or the stream
 * is given to `WebSocketPeer.accept_stream` or to a StreamPeerTLS, which then read and write it alone.
 *
 * The signal `activity` reports that `poll` would find something new or that bytes have arrived.
 *
 * **Note:** a page has no sockets: every attempt to connect ends in STATUS_ERROR there.
 */
export class StreamPeerTCP extends StreamPeerSocket {
  declare readonly signals: StreamPeerSocketSignals;

  #bound: LocalEndpoint | null = null;

  static {
    defineSignals(this.prototype, 'activity');
    accept = (stream) => {
      const peer = new StreamPeerTCP();
      peer.useConnected(stream);
      return peer;
    };
  }

  override [CLASS_INFO](): ClassInfo {
    return StreamPeerTCPInfo();
  }

  /**
   * A StreamPeerTCP over a connected socket of this runtime, in Node a `net.Socket`, which then belongs to the peer.
   *
   * Bytes that the socket has buffered come first. Returns null with a message when `socket` is not a socket, not
   * connected, or closed.
   *
   * @addition
   */
  static from_socket(socket: object): StreamPeerTCP | null {
    const stream = typeof socket === 'object' && socket !== null ? sockets.adoptSocket(socket) : null;
    if (stream !== null) return accept(stream);
    printError('from_socket: socket must be a connected socket of this runtime');
    return null;
  }

  /**
   * Chooses the local port and address of the next `connect_to_host`.
   *
   * `port` 0 lets the system choose; `host` is an address, or `*` for any. Returns ERR_ALREADY_IN_USE when bound or
   * connected already, ERR_INVALID_PARAMETER for a port outside 0 to 65535 or a host that is no address,
   * ERR_UNAUTHORIZED when the runtime withholds the right, ERR_UNAVAILABLE when the system refuses.
   *
   * **Note:** the port is chosen here and bound by `connect_to_host`; another process may take it in between.
   */
  bind(port: int32, host = '*'): GodotError {
    requireInt('port', port);
    requireString('host', host);
    if (this.#bound !== null || this.isInUse) return refuse(ERR_ALREADY_IN_USE, 'bind: already in use', this);
    if (port < 0 || port > 65_535)
      return refuse(ERR_INVALID_PARAMETER, `bind: port must be 0 to 65535, got ${port}`, this);
    if (host !== '*' && parseAddress(host) === null) {
      return refuse(ERR_INVALID_PARAMETER, `bind: host must be an address or "*", got "${host}"`, this);
    }
    const local = { address: host, port, isOwn: true };
    const { listener, errorCode, reason = errorCode } = sockets.listen(local, () => {});
    if (listener === null) {
      const error = errorCode === ACCESS_DENIED ? ERR_UNAUTHORIZED : ERR_UNAVAILABLE;
      return refuse(error, `bind: port ${port} of ${host}: ${reason}`, this);
    }
    this.#bound = { address: host, port: listener.localPort };
    listener.close();
    return OK;
  }

  /**
   * Starts to connect to `host`, a name or an address, at `port`.
   *
   * Returns OK when the attempt has begun: the status is STATUS_CONNECTING, and `poll` updates it. Returns
   * ERR_ALREADY_IN_USE when the status is not STATUS_NONE, ERR_INVALID_PARAMETER for a port outside 1 to 65535,
   * ERR_CANT_RESOLVE for a name that can't exist.
   *
   * **Note:** Godot looks the name up while the caller waits. Here that is part of connecting: a name that is not
   * found shows as STATUS_ERROR.
   */
  connect_to_host(host: string, port: int32): GodotError {
    requireString('host', host);
    requireInt('port', port);
    if (!this.isFresh) return refuse(ERR_ALREADY_IN_USE, 'connect_to_host: already in use', this);
    if (port < 1 || port > 65_535) {
      return refuse(ERR_INVALID_PARAMETER, `connect_to_host: port must be 1 to 65535, got ${port}`, this);
    }
    if (!canBeHost(host)) return ERR_CANT_RESOLVE;
    const stream = sockets.connectTcp(host, port, this.#bound ?? undefined);
    this.useConnecting(stream);
    return OK;
  }

  override disconnect_from_host(): void {
    super.disconnect_from_host();
    this.#bound = null;
  }

  /**
   * Address of the peer, never its name; '' while there is none.
   *
   * @const
   */
  get_connected_host(): string {
    const stream = this.liveStream;
    return stream === null ? '' : showAddress(stream.remoteAddress);
  }

  /**
   * Port of the peer; 0 without a connection.
   *
   * @const
   */
  get_connected_port(): int32 {
    return this.liveStream?.remotePort ?? 0;
  }

  /**
   * Local port; 0, with a message, while there is none.
   *
   * @const
   */
  get_local_port(): int32 {
    const port = this.liveStream?.localPort ?? this.#bound?.port;
    if (port === undefined) printError('get_local_port: there is no connection', this);
    return port ?? 0;
  }

  /** Switches Nagle's algorithm off (`true`: small writes are sent at once) or on, as at start. */
  set_no_delay(enabled: boolean): void {
    requireBool('enabled', enabled);
    const stream = this.liveStream;
    if (stream === null) printError('set_no_delay: there is no connection', this);
    else stream.setNoDelay(enabled);
  }
}
