// Godot's UDSServer: methods, argument checks and error codes of a listening Unix domain socket.
import { sockets } from '#platform';
import { requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { UDSServerInfo } from '../../binding/class-infos.generated.js';
import { refuse } from '../../binding/error-handler.js';
import { ERR_ALREADY_IN_USE, ERR_INVALID_PARAMETER, type GodotError } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../../binding/signal.js';
import { SocketServer, type SocketServerSignals } from './socket-server.js';
import { acceptedStreamPeerUds, type StreamPeerUDS } from './stream-peer-uds.js';
import { defineWaiting, type WaitingMembers } from './waiting-connections.js';

export interface UDSServer extends SignalObjects<SocketServerSignals>, WaitingMembers {}

/**
 * A server for processes of the same machine, over a Unix domain socket.
 *
 * **Note:** not on Windows, and not in browsers.
 */
export class UDSServer extends SocketServer {
  declare readonly signals: SocketServerSignals;

  static {
    defineSignals(this.prototype, 'activity');
    defineWaiting(this.prototype);
  }

  override [CLASS_INFO](): ClassInfo {
    return UDSServerInfo();
  }

  /**
   * Listens at `path`; an abandoned socket is replaced, one at which a server listens and a file of another kind are not.
   *
   * Returns OK; ERR_INVALID_PARAMETER for a path that is empty or too long; ERR_ALREADY_IN_USE when this server listens
   * already, or when something else is at the path; ERR_FILE_BAD_PATH for a directory that does not exist;
   * ERR_UNAUTHORIZED when the system or the runtime withholds the right. The cause is reported.
   * `stop` removes the socket, unless another one is at the path by then.
   *
   * **Note:** whether somebody listens is found out by a connection, which that server sees come and go; in Deno and Bun,
   * from the list of sockets that Linux has: on other systems any socket counts as abandoned there.
   *
   * **Note:** in a worker of `node:cluster` all workers share the socket, and the primary answers later: OK is returned
   * at once. When the path can't be had, the cause is reported then, `is_listening` becomes false, and `activity` is
   * emitted. The primary removes the socket when no worker listens any more.
   *
   * **Note:** returns ERR_UNAVAILABLE in a page.
   */
  listen(path: string): GodotError {
    requireString('path', path);
    if (this.isListening) return refuse(ERR_ALREADY_IN_USE, 'listen: already listening', this);
    if (path === '') return refuse(ERR_INVALID_PARAMETER, 'listen: path is empty', this);
    return this.listenBy(`path "${path}"`, (...listening) => sockets.listenUds(path, ...listening));
  }

  /** Takes the connection that has waited longest, as a connected StreamPeerUDS; null when none waits. */
  take_connection(): StreamPeerUDS | null {
    return this.takeAs(acceptedStreamPeerUds);
  }

  override take_socket_connection(): StreamPeerUDS | null {
    return this.take_connection();
  }
}
