// Godot's SocketServer: the part of TCPServer that all kinds of listening sockets share. Names only.
import { RefCounted } from '../binding/ref-counted.js';
import type { StreamPeerSocket } from './stream-peer-socket.js';

/**
 * A server that waits for connections.
 *
 * Abstract: use TCPServer.
 */
export abstract class SocketServer extends RefCounted {
  /** Whether a connection waits to be taken. */
  abstract is_connection_available(): boolean;

  abstract is_listening(): boolean;

  /** Stops listening. Connections that wait are dropped, those that were taken live on. */
  abstract stop(): void;

  /** Takes the connection that has waited longest; null when none waits. */
  abstract take_socket_connection(): StreamPeerSocket | null;
}
