// Godot's SocketServer: the part of TCPServer that all kinds of listening sockets share. Names only.
import type { ClassInfo } from '../binding/class-info.js';
import { SocketServerInfo } from '../binding/class-infos.generated.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { RefCounted } from '../binding/ref-counted.js';
import type { StreamPeerSocket } from './stream-peer-socket.js';

/**
 * A server that waits for connections.
 *
 * Abstract: use TCPServer.
 */
export abstract class SocketServer extends RefCounted {
  override [CLASS_INFO](): ClassInfo {
    return SocketServerInfo();
  }

  /**
   * Whether a connection waits to be taken.
   *
   * @const
   */
  abstract is_connection_available(): boolean;

  /**
   * Whether connections are accepted at the moment.
   *
   * @const
   */
  abstract is_listening(): boolean;

  /** Stops listening. Connections that wait are dropped, those that were taken live on. */
  abstract stop(): void;

  /** Takes the connection that has waited longest; null when none waits. */
  abstract take_socket_connection(): StreamPeerSocket | null;
}
