// Godot's StreamPeerSocket, base of streams over sockets: status, bytes and the end. Subclasses connect.

import { clock } from '#platform';
import type { ClassInfo } from '../../binding/class-info.js';
import { StreamPeerSocketInfo } from '../../binding/class-infos.generated.js';
import { printError } from '../../binding/error-handler.js';
import { ERR_CONNECTION_ERROR, ERR_FILE_EOF, FAILED, type GodotError, OK } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { ObjectSignals } from '../../binding/object.js';
import { type ConstantsOf, defineConstants } from '../../binding/signal.js';
import type { int32 } from '../../binding/types.js';
import { BYTE_STREAM, type ByteStream } from '../../transport/byte-stream.js';
import { CLOSED_STREAM } from '../../transport/closed-stream.js';
import { isDenial } from '../../transport/plain-error.js';
import type { Alarm } from '../../transport/platform.js';
import { HeldStream } from './held-stream.js';
import { type ReadResult, StreamPeer, type WriteResult } from './stream-peer.js';

/** Godot's project setting network/limits/tcp/connect_timeout_seconds. */
const CONNECT_TIMEOUT_MS = 30_000;

const Status = Object.freeze({
  STATUS_NONE: 0,
  STATUS_CONNECTING: 1,
  STATUS_CONNECTED: 2,
  STATUS_ERROR: 3,
});

export interface StreamPeerSocket extends ConstantsOf<typeof StreamPeerSocket> {}

export namespace StreamPeerSocket {
  /** State of the connection: one of the group Status. */
  export type Status = 0 | 1 | 2 | 3;
}

/** Signals of StreamPeerTCP and StreamPeerUDS. */
export interface StreamPeerSocketSignals extends ObjectSignals {
  /**
   * `poll` would find something new, or bytes have arrived; emitted at most once until the next `poll` or read.
   *
   * @addition
   */
  activity: [];
}

/**
 * A stream over a socket.
 *
 * Abstract: use StreamPeerTCP.
 */
export abstract class StreamPeerSocket extends StreamPeer {
  /** Not connected, or the peer has ended the connection regularly. */
  static readonly STATUS_NONE = Status.STATUS_NONE;
  /** The attempt to connect is under way. */
  static readonly STATUS_CONNECTING = Status.STATUS_CONNECTING;
  /** Data can be sent and received. */
  static readonly STATUS_CONNECTED = Status.STATUS_CONNECTED;
  /** The connection failed or broke; `disconnect_from_host` makes the object usable again. */
  static readonly STATUS_ERROR = Status.STATUS_ERROR;
  static readonly Status = Status;

  static {
    defineConstants(this);
  }

  readonly #held = new HeldStream(
    () => this.emit_signal('activity'),
    () => this.#ended(),
  );
  #timeout: Alarm | null = null;
  #timedOut = false;

  override [CLASS_INFO](): ClassInfo {
    return StreamPeerSocketInfo(StreamPeerSocket);
  }

  protected override connected(signal: string): void {
    if (signal === 'activity') this.#held.watch();
  }

  /** Whether there is a connection, or a failed one that was not disconnected. */
  protected get isInUse(): boolean {
    return this.#held.stream !== null;
  }

  protected get isFresh(): boolean {
    return this.#held.isFresh;
  }

  /** The stream, unless it is closed. */
  protected get liveStream(): ByteStream | null {
    return this.#held.liveStream;
  }

  /** Sets the stream, which is connected. */
  protected useConnected(stream: ByteStream): void {
    this.#held.use(stream, true);
  }

  /** Sets the stream, which is connecting, with a limit of 30 seconds. */
  protected useConnecting(stream: ByteStream): void {
    this.#held.use(stream, false);
    this.#timeout = clock.alarm(CONNECT_TIMEOUT_MS, () => {
      this.#timedOut = true;
      this.#held.ring();
    });
    this.#held.start();
  }

  /**
   * Updates the status.
   *
   * Returns ERR_CONNECTION_ERROR when connecting has failed or took longer than 30 seconds, FAILED when the connection
   * broke; the status is STATUS_ERROR then. A connection that the peer has ended counts as connected until its last
   * byte was read, then the status is STATUS_NONE.
   */
  poll(): GodotError {
    const found = this.#held.look();
    if (found === 'failed' || (found === 'connecting' && this.#timedOut)) return this.#fail(ERR_CONNECTION_ERROR);
    if (found === 'none' || found === 'connecting') return OK;
    this.#clearTimeout();
    return found === 'over' && this.#ended() !== ERR_FILE_EOF ? FAILED : OK;
  }

  /**
   * The status, one of the `Status` group, as the last `poll`, read or `disconnect_from_host` left it.
   *
   * @const
   */
  get_status(): StreamPeerSocket.Status {
    return this.#held.status as StreamPeerSocket.Status;
  }

  /** Ends the connection after sending queued bytes, also when a WebSocketPeer or StreamPeerTLS uses it. */
  disconnect_from_host(): void {
    this.#clearTimeout();
    this.#held.finish();
  }

  override get_available_bytes(): int32 {
    if (this.isInUse) return this.#held.available;
    printError('get_available_bytes: there is no connection', this);
    return -1;
  }

  /** Ends the connection, unless a WebSocketPeer or StreamPeerTLS has taken it over. */
  override free(): void {
    if (!this.#held.isReleased) this.disconnect_from_host();
    super.free();
  }

  override [BYTE_STREAM](): ByteStream {
    if (this.isInUse) this.#clearTimeout();
    return this.#held.release() ?? CLOSED_STREAM;
  }

  protected override putBytes(bytes: Uint8Array): GodotError {
    return this.#held.putAll(bytes);
  }

  protected override putSomeBytes(bytes: Uint8Array): WriteResult {
    return this.#held.putSome(bytes);
  }

  protected override getBytes(count: number): ReadResult {
    return this.#held.getAll(count);
  }

  protected override getSomeBytes(count: number): ReadResult {
    return this.#held.getSome(count);
  }

  protected override peekBytes(count: number): Uint8Array | null {
    return this.#held.peek(count);
  }

  /** Handles the end of the stream: sets the status, and returns the error for reads. */
  #ended(): GodotError {
    if (this.#held.stream?.error) return this.#fail(FAILED);
    this.disconnect_from_host();
    return ERR_FILE_EOF;
  }

  /** Reports a missing permission; failures of the network are silent, as in the engine. */
  #fail(error: GodotError): GodotError {
    const trouble = this.#held.stream?.error;
    if (trouble && isDenial(trouble)) printError(`${this.get_class()}: ${trouble.message}`, this);
    this.#clearTimeout();
    this.#held.fail();
    return error;
  }

  #clearTimeout(): void {
    this.#timeout?.cancel();
    this.#timeout = null;
    this.#timedOut = false;
  }
}
