// What Godot's kinds of socket streams have in common: status, bytes that wait, the end, and the hand-over to those who
// take the stream. How a connection comes up is its subclasses' business.

import { platform } from '#platform';
import { printError } from '../binding/error-handler.js';
import { ERR_CONNECTION_ERROR, ERR_FILE_EOF, FAILED, type GodotError, OK } from '../binding/errors.js';
import type { ObjectSignals } from '../binding/object.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import type { int32 } from '../binding/types.js';
import { Bell } from '../transport/bell.js';
import { BufferedStream } from '../transport/buffered-stream.js';
import { BYTE_STREAM, type ByteStream, LINGER_MS, StreamPhase } from '../transport/byte-stream.js';
import { CLOSED_STREAM } from '../transport/closed-stream.js';
import { isDenial } from '../transport/plain-error.js';
import type { Alarm } from '../transport/platform.js';
import { NO_BYTES, type ReadResult, type WriteResult } from './stream-peer.js';
import { StreamPeerSocket } from './stream-peer-socket.js';
import { getAll, getSome, putAll, putSome } from './stream-transfer.js';

const { STATUS_NONE, STATUS_CONNECTING, STATUS_CONNECTED, STATUS_ERROR } = StreamPeerSocket.Status;

/** Godot's project setting network/limits/tcp/connect_timeout_seconds. */
const CONNECT_TIMEOUT_MS = 30_000;

/** Signals of BufferedStreamPeer. */
export interface BufferedStreamPeerSignals extends ObjectSignals {
  /**
   * `poll` would find something new, or bytes have come; raised once until somebody looks.
   *
   * @addition
   */
  activity: [];
}

export interface BufferedStreamPeer extends SignalObjects<BufferedStreamPeerSignals> {}

/** @internal */
export abstract class BufferedStreamPeer extends StreamPeerSocket {
  declare readonly signals: BufferedStreamPeerSignals;

  static {
    defineSignals(this.prototype, 'activity');
  }

  #status: StreamPeerSocket.Status = STATUS_NONE;
  #buffer: BufferedStream | null = null;
  #timeout: Alarm | null = null;
  #timedOut = false;
  readonly #bell = new Bell(platform, () => this.emit_signal('activity'));

  protected override connected(signal: string): void {
    if (signal === 'activity') this.#watch();
  }

  /** There is a connection, or there was one and nobody has let go of it. */
  protected get isInUse(): boolean {
    return this.#buffer !== null;
  }

  protected get isFresh(): boolean {
    return this.#status === STATUS_NONE;
  }

  /** Takes `stream`, which is connected. */
  protected useConnected(stream: ByteStream): void {
    this.#use(stream, STATUS_CONNECTED);
  }

  /** Takes `stream`, which is being connected and has 30 seconds for it. */
  protected useConnecting(stream: ByteStream): void {
    this.#use(stream, STATUS_CONNECTING);
    this.#timeout = platform.alarm(CONNECT_TIMEOUT_MS, () => {
      this.#timedOut = true;
      this.#bell.ring();
    });
    this.#buffer?.start();
  }

  /** The stream, unless it is gone. */
  protected get liveStream(): ByteStream | null {
    const stream = this.#buffer?.stream ?? null;
    return stream === null || stream.phase === StreamPhase.CLOSED ? null : stream;
  }

  /**
   * Moves the status on.
   *
   * Returns ERR_CONNECTION_ERROR when connecting has failed or took longer than 30 seconds, FAILED when the
   * connection broke; the status is STATUS_ERROR then. A connection that the other side has ended counts as
   * connected until its last byte was read, then the status is STATUS_NONE.
   */
  override poll(): GodotError {
    this.#bell.silence();
    const buffer = this.#buffer;
    if (buffer === null || buffer.isReleased) return OK;
    buffer.start();
    if (this.#status === STATUS_CONNECTING) {
      if (buffer.wasOpen) this.#status = STATUS_CONNECTED;
      else if (buffer.hasEnded || this.#timedOut) return this.#fail(ERR_CONNECTION_ERROR);
      else return OK;
      this.#clearTimeout();
    }
    if (!buffer.hasEnded || buffer.available > 0) return OK;
    return this.#ended() === ERR_FILE_EOF ? OK : FAILED;
  }

  override get_status(): StreamPeerSocket.Status {
    const buffer = this.#buffer;
    return buffer?.isReleased ? statusOf(buffer.stream) : this.#status;
  }

  /** Ends the connection; what was sent goes out first. Ends it under a WebSocketPeer or StreamPeerTLS, too. */
  override disconnect_from_host(): void {
    const buffer = this.#buffer;
    if (buffer?.isReleased) buffer.stream.destroy();
    else buffer?.stream.finish(LINGER_MS);
    this.#reset(STATUS_NONE);
  }

  override get_available_bytes(): int32 {
    const buffer = this.#buffer;
    if (buffer === null) {
      printError('get_available_bytes: there is no connection', this);
      return -1;
    }
    buffer.start();
    return buffer.available;
  }

  /** Ends the connection, unless a WebSocketPeer or StreamPeerTLS has it now. */
  override free(): void {
    if (this.#buffer?.isReleased !== true) this.disconnect_from_host();
    super.free();
  }

  override [BYTE_STREAM](): ByteStream {
    const buffer = this.#buffer;
    if (buffer === null) return CLOSED_STREAM;
    this.#clearTimeout();
    return buffer.release();
  }

  protected override putBytes(bytes: Uint8Array): number {
    const buffer = this.#writable();
    return buffer === null ? FAILED : putAll(buffer, bytes);
  }

  protected override putSomeBytes(bytes: Uint8Array): WriteResult {
    const buffer = this.#writable();
    return buffer === null ? [FAILED, 0] : putSome(buffer, bytes);
  }

  protected override getBytes(count: number): ReadResult {
    const buffer = this.#readable();
    if (buffer === null) return [FAILED, NO_BYTES];
    return this.#afterRead(getAll(buffer, count, this.#ended));
  }

  protected override peekBytes(count: number): Uint8Array | null {
    return this.#readable()?.peek(count) ?? null;
  }

  protected override getSomeBytes(count: number): ReadResult {
    const buffer = this.#readable();
    if (buffer === null) return [FAILED, NO_BYTES];
    return this.#afterRead(getSome(buffer, count, this.#ended));
  }

  #use(stream: ByteStream, status: StreamPeerSocket.Status): void {
    this.#buffer = new BufferedStream(stream, () => this.#bell.ring());
    this.#status = status;
  }

  /** Somebody listens now: what has happened meanwhile is news. */
  #watch(): void {
    const buffer = this.#buffer;
    if (buffer === null) return;
    buffer.start();
    if (buffer.available === 0 && !buffer.hasEnded && this.#status === statusOf(buffer.stream)) return;
    this.#bell.silence();
    this.#bell.ring();
  }

  #readable(): BufferedStream | null {
    const buffer = this.#buffer;
    if (buffer === null || buffer.isReleased || this.#status !== STATUS_CONNECTED) return null;
    buffer.start();
    return buffer;
  }

  #writable(): BufferedStream | null {
    const buffer = this.#buffer;
    const live = buffer !== null && !buffer.isReleased && buffer.stream.phase !== StreamPhase.CLOSED;
    return live && this.#status === STATUS_CONNECTED ? buffer : null;
  }

  /** The end became visible by reading the last bytes before it. */
  #afterRead(result: ReadResult): ReadResult {
    if (this.#buffer?.hasEnded && this.#buffer.available === 0) this.#bell.ring();
    return result;
  }

  /** The end of the stream is met: sets the status, and returns what reads return. */
  readonly #ended = (): number => {
    if (this.#buffer?.stream.error) return this.#fail(FAILED);
    this.disconnect_from_host();
    return ERR_FILE_EOF;
  };

  /** The network's own failures are silent, as in the engine; a missing right is no matter of the network. */
  #fail(error: number): number {
    const stream = this.#buffer?.stream;
    if (stream?.error && isDenial(stream.error)) printError(`${this.get_class()}: ${stream.error.message}`, this);
    stream?.destroy();
    this.#reset(STATUS_ERROR);
    return error;
  }

  #reset(status: StreamPeerSocket.Status): void {
    this.#clearTimeout();
    this.#timedOut = false;
    this.#buffer = null;
    this.#status = status;
    this.#bell.silence();
  }

  #clearTimeout(): void {
    this.#timeout?.cancel();
    this.#timeout = null;
  }
}

function statusOf({ phase, error }: ByteStream): StreamPeerSocket.Status {
  if (phase === StreamPhase.CONNECTING) return STATUS_CONNECTING;
  if (phase !== StreamPhase.CLOSED) return STATUS_CONNECTED;
  return error === null ? STATUS_NONE : STATUS_ERROR;
}
