// Godot's SocketServer, base of all socket servers: waiting connections and the signal that reports them. Subclasses
// listen.

import { clock } from '#platform';
import { newCrowd } from '#server-settings';
import { requireMilliseconds } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { SocketServerInfo } from '../../binding/class-infos.generated.js';
import { isDrainTime } from '../../binding/drain-time.js';
import { printError, refuse } from '../../binding/error-handler.js';
import { type GodotError, OK } from '../../binding/errors.js';
import { defineInspection } from '../../binding/inspection.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { ObjectSignals } from '../../binding/object.js';
import { RefCounted } from '../../binding/ref-counted.js';
import type { float, int } from '../../binding/types.js';
import type { Crowd } from '../../protocol/crowd.js';
import { Bell } from '../../transport/bell.js';
import type { ByteStream } from '../../transport/byte-stream.js';
import type { Listener, ListenFailed, ListenResult, WaitingLimits } from '../../transport/platform.js';
import { listenFailure } from './listen-failures.js';
import { CROWD } from './stream-peer.js';
import type { StreamPeerSocket } from './stream-peer-socket.js';
import { WAITING, WaitingConnections } from './waiting-connections.js';

/** Signals of TCPServer and UDSServer. */
export interface SocketServerSignals extends ObjectSignals {
  /**
   * A connection waits to be taken; emitted at most once until the next `take_connection`. Also emitted once when
   * listening has failed later, in a worker of `node:cluster`.
   *
   * @addition
   */
  activity: [];
}

/** Whom reports of listening are about. */
export interface Asker {
  readonly source: object;
  /** The method that was called. */
  readonly method: string;
  /** Called when listening has failed later, before it is reported. */
  readonly failed?: () => void;
}

/**
 * A server that waits for connections.
 *
 * Abstract: use TCPServer.
 */
export abstract class SocketServer extends RefCounted {
  static {
    defineInspection<SocketServer>(this.prototype, ({ listener, isListening }) => ({
      is_listening: isListening,
      port: listener?.localPort ?? 0,
      available_connections: listener?.available ?? 0,
    }));
  }

  #listener: Listener | null = null;
  readonly #bell = new Bell(clock, () => this.emit_signal('activity'));
  readonly [WAITING] = new WaitingConnections(this);
  /** The connections that were taken, once they are a WebSocketPeer's; null in a page. */
  readonly [CROWD]: Crowd | null = newCrowd(this, clock);

  override [CLASS_INFO](): ClassInfo {
    return SocketServerInfo();
  }

  protected override connected(signal: string): void {
    if (signal === 'activity') this.#looked();
  }

  protected get listener(): Listener | null {
    return this.#listener;
  }

  protected get isListening(): boolean {
    return this.#listener !== null && this.#listener.isListening !== false;
  }

  /** Listens at `place` by `start`; failures are reported about `asker`. */
  protected listenBy(
    place: string,
    start: (arrived: () => void, limits: WaitingLimits, failed: ListenFailed) => ListenResult,
    asker: Asker = { source: this, method: 'listen' },
  ): GodotError {
    this.#close();
    this[CROWD]?.reopen();
    const { source, method } = asker;
    const failed = (errorCode: string): void => this.#fail(place, errorCode, asker);
    const { listener, errorCode, reason } = start(() => this.#bell.ring(), this[WAITING], failed);
    this.#listener = listener;
    if (listener !== null) return OK;
    const { error, cause } = listenFailure(errorCode, reason);
    return refuse(error, `${method}: can't listen on ${place}: ${cause}`, source);
  }

  /** Listening has failed after `listen` returned OK: a game that polls is told to look. */
  #fail(place: string, errorCode: string, { source, method, failed }: Asker): void {
    this.#close();
    this.#bell.ring();
    failed?.();
    printError(`${method}: can't listen on ${place}: ${listenFailure(errorCode).cause}`, source);
  }

  /** The connection that has waited longest, made a peer by `accepted`. */
  protected takeAs<Peer extends StreamPeerSocket>(accepted: (stream: ByteStream) => Peer): Peer | null {
    const stream = this.#listener?.take() ?? null;
    this.#looked();
    if (stream === null) return null;
    const peer = accepted(stream);
    if (this[CROWD] !== null) peer[CROWD] = this[CROWD];
    return peer;
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
   * In a worker of `node:cluster` it is true from `listen` on, and false once the primary has answered that the port or
   * path can't be had, or the worker has disconnected from its primary.
   *
   * @const
   */
  is_listening(): boolean {
    return this.isListening;
  }

  /** Stops listening. Waiting connections are dropped, taken ones stay open; a `drain` under way ends. */
  stop(): void {
    this.#close();
    this[CROWD]?.endDrain();
  }

  /**
   * Stops listening, and closes all connections that were taken from this server and given to a WebSocketPeer.
   *
   * Packets that wait to be sent go first, then a close frame with 1001; handshakes under way are dropped. The
   * connections end whether or not they are polled. Resolves when all are gone, or after `timeout` seconds, when the
   * rest is dropped, with the number of those that had to be dropped. A second call returns the same promise; `stop` and
   * `listen` end it. Connections that were taken before and are made a WebSocketPeer's later are refused with 503 until
   * the next `listen`. A negative `timeout` closes nothing, with a message.
   *
   * ```js
   * process.once('SIGTERM', () => server.drain(5).then(() => process.exit()));
   * ```
   *
   * @addition
   */
  drain(timeout: float): Promise<int> {
    if (!isDrainTime(timeout, this)) return Promise.resolve(0);
    const timeoutMs = requireMilliseconds('timeout', timeout);
    this.#close();
    return this[CROWD]?.drain(timeoutMs) ?? Promise.resolve(0);
  }

  #close(): void {
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
