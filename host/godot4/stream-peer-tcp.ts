// Godot's StreamPeerTCP: names, argument checks, status and error codes over a byte stream of the platform.

import { platform } from '#platform';
import { requireBool, requireInt, requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { StreamPeerTCPInfo } from '../binding/class-infos.generated.js';
import { printError } from '../binding/error-handler.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_CANT_RESOLVE,
  ERR_CONNECTION_ERROR,
  ERR_FILE_EOF,
  ERR_INVALID_PARAMETER,
  ERR_UNAVAILABLE,
  FAILED,
  type GodotError,
  OK,
} from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { int32 } from '../binding/types.js';
import { canBeHost, parseAddress, showAddress } from '../transport/address.js';
import { Bell } from '../transport/bell.js';
import { BufferedStream } from '../transport/buffered-stream.js';
import { BYTE_STREAM, type ByteStream, StreamPhase } from '../transport/byte-stream.js';
import { CLOSED_STREAM } from '../transport/closed-stream.js';
import type { Alarm, LocalEndpoint } from '../transport/platform.js';
import { NO_BYTES, type ReadResult, type WriteResult } from './stream-peer.js';
import { type Status, StreamPeerSocket } from './stream-peer-socket.js';
import { getAll, getSome, putAll, putSome, shortRead } from './stream-transfer.js';

const { STATUS_NONE, STATUS_CONNECTING, STATUS_CONNECTED, STATUS_ERROR } = StreamPeerSocket.Status;

/** Godot's project setting network/limits/tcp/connect_timeout_seconds. */
const CONNECT_TIMEOUT_MS = 30_000;
/** How long an ended connection still reads, so that what was sent is not lost to a TCP reset. */
const LINGER_MS = 2000;

let accept: (stream: ByteStream) => StreamPeerTCP;

/** A StreamPeerTCP for a connection that is there already. */
export function acceptedStreamPeer(stream: ByteStream): StreamPeerTCP {
  return accept(stream);
}

/**
 * A TCP connection.
 *
 * A client calls `connect_to_host`, then `poll` until `get_status` is STATUS_CONNECTED; a server takes connected
 * ones from its TCPServer. Bytes go through `put_data` and `get_data` and their `partial` forms, or the stream is
 * given to `WebSocketPeer.accept_stream` or to a StreamPeerTLS, which then read and write it alone.
 *
 * The signal `activity` says that `poll` would find something new or that bytes have come.
 */
export class StreamPeerTCP extends StreamPeerSocket {
  declare readonly signals: {
    /**
     * `poll` would find something new, or bytes have come; raised once until somebody looks.
     *
     * @addition
     */
    activity: [];
  };

  #status: number = STATUS_NONE;
  #buffer: BufferedStream | null = null;
  #bound: LocalEndpoint | null = null;
  #timeout: Alarm | null = null;
  #timedOut = false;
  readonly #bell = new Bell(platform, () => this.emit_signal('activity'));

  static {
    accept = (stream) => {
      const peer = new StreamPeerTCP();
      peer.#use(stream, STATUS_CONNECTED);
      return peer;
    };
  }

  override [CLASS_INFO](): ClassInfo {
    return StreamPeerTCPInfo;
  }

  protected override connected(signal: string): void {
    if (signal === 'activity') this.#watch();
  }

  /**
   * A StreamPeerTCP over a connected socket of this runtime, in Node a `net.Socket`; from now on it is the peer's.
   *
   * What the socket has read and nobody has taken comes first. Returns null with a message when `socket` is no socket,
   * not connected yet, or gone.
   *
   * @addition
   */
  static from_socket(socket: object): StreamPeerTCP | null {
    const stream = typeof socket === 'object' && socket !== null ? platform.adoptSocket(socket) : null;
    if (stream !== null) return accept(stream);
    printError('from_socket: socket must be a connected socket of this runtime');
    return null;
  }

  /**
   * Chooses the local port and address of the next `connect_to_host`.
   *
   * `port` 0 lets the system choose; `host` is an address, or `*` for any. Returns ERR_ALREADY_IN_USE when bound or
   * connected already, ERR_INVALID_PARAMETER for a port outside 0 to 65535 or a host that is no address,
   * ERR_UNAVAILABLE when the system refuses.
   *
   * **Note:** the port is looked up here and taken by `connect_to_host`; in between another process may take it.
   */
  bind(port: int32, host = '*'): GodotError {
    requireInt('port', port);
    requireString('host', host);
    if (this.#bound !== null || this.#buffer !== null) return refuse(ERR_ALREADY_IN_USE, 'bind: already in use');
    if (port < 0 || port > 65_535) return refuse(ERR_INVALID_PARAMETER, `bind: port must be 0 to 65535, got ${port}`);
    if (host !== '*' && parseAddress(host) === null) {
      return refuse(ERR_INVALID_PARAMETER, `bind: host must be an address or "*", got "${host}"`);
    }
    const { listener, errorCode } = platform.listen({ address: host, port }, () => {});
    if (listener === null) return refuse(ERR_UNAVAILABLE, `bind: port ${port} of ${host}: ${errorCode}`);
    this.#bound = { address: host, port: listener.localPort };
    listener.close();
    return OK;
  }

  /**
   * Starts to connect to `host`, a name or an address, at `port`.
   *
   * Returns OK when the attempt has begun: the status is STATUS_CONNECTING, and `poll` finds out what becomes of it.
   * Returns ERR_ALREADY_IN_USE when the status is not STATUS_NONE, ERR_INVALID_PARAMETER for a port outside 1 to
   * 65535, ERR_CANT_RESOLVE for a name that can't exist.
   *
   * **Note:** Godot looks the name up while the caller waits. Here that is part of connecting: a name that is not
   * found shows as STATUS_ERROR.
   */
  connect_to_host(host: string, port: int32): GodotError {
    requireString('host', host);
    requireInt('port', port);
    if (this.#status !== STATUS_NONE) return refuse(ERR_ALREADY_IN_USE, 'connect_to_host: already in use');
    if (port < 1 || port > 65_535) {
      return refuse(ERR_INVALID_PARAMETER, `connect_to_host: port must be 1 to 65535, got ${port}`);
    }
    if (!canBeHost(host)) return ERR_CANT_RESOLVE;
    const stream = platform.connectTcp(host, port, this.#bound ?? undefined);
    this.#use(stream, STATUS_CONNECTING);
    this.#timeout = platform.alarm(CONNECT_TIMEOUT_MS, () => {
      this.#timedOut = true;
      this.#bell.ring();
    });
    this.#buffer?.start();
    return OK;
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

  override get_status(): Status {
    const buffer = this.#buffer;
    return buffer?.isReleased ? statusOf(buffer.stream) : this.#status;
  }

  /** Ends the connection; what was sent goes out first. Ends it under a WebSocketPeer or StreamPeerTLS, too. */
  override disconnect_from_host(): void {
    const buffer = this.#buffer;
    if (buffer?.isReleased) buffer.stream.destroy();
    else buffer?.stream.finish(LINGER_MS);
    this.#reset(STATUS_NONE);
    this.#bound = null;
  }

  /**
   * Address of the other side, never its name; '' while there is none.
   *
   * @const
   */
  get_connected_host(): string {
    const stream = this.#liveStream();
    return stream === null ? '' : showAddress(stream.remoteAddress);
  }

  /** @const */
  get_connected_port(): int32 {
    return this.#liveStream()?.remotePort ?? 0;
  }

  /** @const */
  get_local_port(): int32 {
    const port = this.#liveStream()?.localPort ?? this.#bound?.port;
    if (port === undefined) printError('get_local_port: there is no connection');
    return port ?? 0;
  }

  /** Switches Nagle's algorithm off (`true`: small writes leave at once) or on, as it is at the start. */
  set_no_delay(enabled: boolean): void {
    requireBool('enabled', enabled);
    const stream = this.#liveStream();
    if (stream === null) printError('set_no_delay: there is no connection');
    else stream.setNoDelay(enabled);
  }

  override get_available_bytes(): int32 {
    const buffer = this.#buffer;
    if (buffer === null) {
      printError('get_available_bytes: there is no connection');
      return -1;
    }
    buffer.start();
    return buffer.available;
  }

  /** Ends the connection, unless a WebSocketPeer or StreamPeerTLS has it now. */
  override free(): void {
    if (this.#buffer?.isReleased !== true) this.disconnect_from_host();
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
    if (buffer === null) return shortRead(FAILED, count);
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

  #use(stream: ByteStream, status: number): void {
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

  #fail(error: number): number {
    this.#buffer?.stream.destroy();
    this.#reset(STATUS_ERROR);
    return error;
  }

  #reset(status: number): void {
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

  #liveStream(): ByteStream | null {
    const stream = this.#buffer?.stream ?? null;
    return stream === null || stream.phase === StreamPhase.CLOSED ? null : stream;
  }
}

function statusOf({ phase, error }: ByteStream): number {
  if (phase === StreamPhase.CONNECTING) return STATUS_CONNECTING;
  if (phase !== StreamPhase.CLOSED) return STATUS_CONNECTED;
  return error === null ? STATUS_NONE : STATUS_ERROR;
}

function refuse(error: number, message: string): number {
  printError(message);
  return error;
}
