// Godot's StreamPeerUDS: methods, argument checks and error codes of Unix domain socket connections.
import { sockets } from '#platform';
import { requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { StreamPeerUDSInfo } from '../../binding/class-infos.generated.js';
import { refuse } from '../../binding/error-handler.js';
import {
  ERR_ALREADY_EXISTS,
  ERR_ALREADY_IN_USE,
  ERR_INVALID_PARAMETER,
  ERR_UNAUTHORIZED,
  ERR_UNAVAILABLE,
  FAILED,
  type GodotError,
  OK,
} from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { ByteStream } from '../../transport/byte-stream.js';
import { ACCESS_DENIED } from '../../transport/plain-error.js';
import type { BoundPath } from '../../transport/platform.js';
import { StreamPeerSocket, type StreamPeerSocketSignals } from './stream-peer-socket.js';

/** Error codes other than ERR_UNAVAILABLE, by the system's code. */
const BIND_ERRORS: Readonly<Record<string, GodotError>> = {
  EADDRINUSE: ERR_ALREADY_EXISTS,
  ENAMETOOLONG: ERR_INVALID_PARAMETER,
  ERR_INVALID_ARG_VALUE: ERR_INVALID_PARAMETER,
  [ACCESS_DENIED]: ERR_UNAUTHORIZED,
};

let accept: (stream: ByteStream) => StreamPeerUDS;

/** A StreamPeerUDS for an existing connection. */
export function acceptedStreamPeerUds(stream: ByteStream): StreamPeerUDS {
  return accept(stream);
}

export namespace StreamPeerUDS {
  export type Status = StreamPeerSocket.Status;
}

export interface StreamPeerUDS extends SignalObjects<StreamPeerSocketSignals> {}

/**
 * A connection between processes of one machine, over a Unix domain socket.
 *
 * A client calls `connect_to_host` with the path of the socket, a server takes connected ones from its UDSServer. It
 * carries a WebSocket as a StreamPeerTCP does.
 *
 * **Note:** not on Windows, and not in browsers.
 */
export class StreamPeerUDS extends StreamPeerSocket {
  declare readonly signals: StreamPeerSocketSignals;

  #path = '';
  #bound: BoundPath | null = null;

  static {
    defineSignals(this.prototype, 'activity');
    accept = (stream) => {
      const peer = new StreamPeerUDS();
      peer.useConnected(stream);
      return peer;
    };
  }

  override [CLASS_INFO](): ClassInfo {
    return StreamPeerUDSInfo();
  }

  /**
   * Binds the stream to `path`, where a socket exists until `disconnect_from_host`.
   *
   * An abandoned socket is replaced. Returns ERR_ALREADY_IN_USE when bound or connected already, ERR_INVALID_PARAMETER
   * for an empty path or one that is too long for the system, ERR_ALREADY_EXISTS when another file is there,
   * ERR_UNAUTHORIZED when the runtime withholds the right, ERR_UNAVAILABLE when the system refuses.
   *
   * **Note:** as in Godot 4.6, `connect_to_host` of a bound stream returns ERR_ALREADY_IN_USE.
   */
  bind(path: string): GodotError {
    requireString('path', path);
    if (this.#bound !== null || this.isInUse) return refuse(ERR_ALREADY_IN_USE, 'bind: already in use', this);
    if (path === '') return refuse(ERR_INVALID_PARAMETER, 'bind: path is empty', this);
    const { bound, errorCode, reason = errorCode } = sockets.bindUds(path);
    if (bound === null)
      return refuse(BIND_ERRORS[errorCode] ?? ERR_UNAVAILABLE, `bind: path "${path}": ${reason}`, this);
    this.#bound = bound;
    return OK;
  }

  /**
   * Starts to connect to the socket at `path`.
   *
   * Returns OK when the attempt has begun: `poll` updates the status. Returns ERR_ALREADY_IN_USE when the status is not
   * STATUS_NONE or the stream is bound, ERR_INVALID_PARAMETER for an empty path, FAILED when there is no socket at
   * `path`.
   *
   * **Note:** Godot connects before the call returns. Here the status is STATUS_CONNECTING first, and a socket that
   * does not listen any more shows as STATUS_ERROR.
   */
  connect_to_host(path: string): GodotError {
    requireString('path', path);
    if (this.#bound !== null || !this.isFresh)
      return refuse(ERR_ALREADY_IN_USE, 'connect_to_host: already in use', this);
    if (path === '') return refuse(ERR_INVALID_PARAMETER, 'connect_to_host: path is empty', this);
    const stream = sockets.connectUds(path);
    if (stream === null) return refuse(FAILED, `connect_to_host: there is no socket at "${path}"`, this);
    this.#path = path;
    this.useConnecting(stream);
    return OK;
  }

  /**
   * Path that this side is connected to; '' on a server's side and without a connection.
   *
   * @const
   */
  get_connected_path(): string {
    return this.liveStream === null ? '' : this.#path;
  }

  override disconnect_from_host(): void {
    super.disconnect_from_host();
    this.#path = '';
    this.#bound?.release();
    this.#bound = null;
  }
}
