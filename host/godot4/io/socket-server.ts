// Godot's SocketServer, base of all socket servers: waiting connections and the signal that reports them. Subclasses
// listen.

import { clock } from '#platform';
import type { ClassInfo } from '../../binding/class-info.js';
import { SocketServerInfo } from '../../binding/class-infos.generated.js';
import { refuse } from '../../binding/error-handler.js';
import { type GodotError, OK } from '../../binding/errors.js';
import { defineInspection } from '../../binding/inspection.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { ObjectSignals } from '../../binding/object.js';
import { RefCounted } from '../../binding/ref-counted.js';
import { Bell } from '../../transport/bell.js';
import type { ByteStream } from '../../transport/byte-stream.js';
import type { Listener, ListenResult, WaitingLimits } from '../../transport/platform.js';
import { listenFailure } from './listen-failures.js';
import type { StreamPeerSocket } from './stream-peer-socket.js';
import { WAITING, WaitingConnections } from './waiting-connections.js';

/** Signals of TCPServer and UDSServer. */
export interface SocketServerSignals extends ObjectSignals {
  /**
   * A connection waits to be taken; emitted at most once until the next `take_connection`.
   *
   * @addition
   */
  activity: [];
}

/**
 * A server that waits for connections.
 *
 * Abstract: use TCPServer.
 */
export abstract class SocketServer extends RefCounted {
  static {
    defineInspection<SocketServer>(this.prototype, ({ listener }) => ({
      is_listening: listener !== null,
      port: listener?.localPort ?? 0,
      available_connections: listener?.available ?? 0,
    }));
  }

  #listener: Listener | null = null;
  readonly #bell = new Bell(clock, () => this.emit_signal('activity'));
  readonly [WAITING] = new WaitingConnections(this);

  override [CLASS_INFO](): ClassInfo {
    return SocketServerInfo();
  }

  protected override connected(signal: string): void {
    if (signal === 'activity') this.#looked();
  }

  protected get listener(): Listener | null {
    return this.#listener;
  }

  /** Listens at `place` by `start`; a failure is reported about `asker`, whose method `asked` is. */
  protected listenBy(
    place: string,
    start: (arrived: () => void, limits: WaitingLimits) => ListenResult,
    asker: object = this,
    asked = 'listen',
  ): GodotError {
    const { listener, errorCode, reason } = start(() => this.#bell.ring(), this[WAITING]);
    this.#listener = listener;
    if (listener !== null) return OK;
    const { error, cause } = listenFailure(errorCode, reason);
    return refuse(error, `${asked}: can't listen on ${place}: ${cause}`, asker);
  }

  /** The connection that has waited longest. */
  protected takeStream(): ByteStream | null {
    const stream = this.#listener?.take() ?? null;
    this.#looked();
    return stream;
  }

  /**
   * Whether a connection waits to be taken.
   *
   * @const
   */
  is_connection_available(): boolean {
    return this.#listener !== null && this.#listener.available > 0;
  }

  /**
   * Whether connections are accepted at the moment.
   *
   * @const
   */
  is_listening(): boolean {
    return this.#listener !== null;
  }

  /** Stops listening. Waiting connections are dropped, taken ones stay open. */
  stop(): void {
    this.#listener?.close();
    this.#listener = null;
    this.#bell.silence();
  }

  /** Takes the connection that has waited longest; null when none waits. */
  abstract take_socket_connection(): StreamPeerSocket | null;

  override free(): void {
    this.stop();
    super.free();
  }

  #looked(): void {
    this[WAITING].looked();
    this.#bell.silence();
    if (this.is_connection_available()) this.#bell.ring();
  }
}
