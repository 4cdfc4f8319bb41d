// Godot's StreamPeerUDS: connections over Unix domain sockets. What they share with other sockets is in
// buffered-stream-peer.ts.
import { platform } from '#platform';
import { requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { StreamPeerUDSInfo } from '../binding/class-infos.generated.js';
import { printError } from '../binding/error-handler.js';
import { ERR_ALREADY_IN_USE, ERR_INVALID_PARAMETER, FAILED, type GodotError, OK } from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { ByteStream } from '../transport/byte-stream.js';
import { BufferedStreamPeer } from './buffered-stream-peer.js';

let accept: (stream: ByteStream) => StreamPeerUDS;

/** A StreamPeerUDS for a connection that is there already. */
export function acceptedStreamPeerUds(stream: ByteStream): StreamPeerUDS {
  return accept(stream);
}

/**
 * A connection between processes of one machine, over a Unix domain socket.
 *
 * A client calls `connect_to_host` with the path of the socket, a server takes connected ones from its UDSServer. It
 * carries a WebSocket as a StreamPeerTCP does.
 *
 * **Note:** not on Windows, and not in browsers.
 */
export class StreamPeerUDS extends BufferedStreamPeer {
  #path = '';

  static {
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
   * Starts to connect to the socket at `path`.
   *
   * Returns OK when the attempt has begun: `poll` finds out what becomes of it. Returns ERR_ALREADY_IN_USE when the
   * status is not STATUS_NONE, ERR_INVALID_PARAMETER for an empty path, FAILED for one that is too long for the system.
   */
  connect_to_host(path: string): GodotError {
    requireString('path', path);
    if (!this.isFresh) return refuse(ERR_ALREADY_IN_USE, 'connect_to_host: already in use');
    if (path === '') return refuse(ERR_INVALID_PARAMETER, 'connect_to_host: path is empty');
    const stream = platform.connectUds(path);
    if (stream === null)
      return refuse(FAILED, `connect_to_host: path "${path}" is too long, or there are no such sockets`);
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
  }
}

function refuse(error: GodotError, message: string): GodotError {
  printError(message);
  return error;
}
