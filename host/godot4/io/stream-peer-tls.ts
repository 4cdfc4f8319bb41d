// Godot's StreamPeerTLS: methods, argument checks, status and error codes over a TLS stream of the platform.

import { sockets } from '#platform';
import { requireInstance, requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { StreamPeerTLSInfo } from '../../binding/class-infos.generated.js';
import { printError, refuse } from '../../binding/error-handler.js';
import {
  ERR_CONNECTION_ERROR,
  ERR_FILE_EOF,
  ERR_INVALID_PARAMETER,
  ERR_UNCONFIGURED,
  FAILED,
  type GodotError,
  OK,
} from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { ObjectSignals } from '../../binding/object.js';
import { type ConstantsOf, defineConstants, defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { int32 } from '../../binding/types.js';
import { BYTE_STREAM, type ByteStream, StreamPhase } from '../../transport/byte-stream.js';
import { TLSOptions, tlsClientSettings, tlsServerSettings } from '../crypto/tls-options.js';
import { BufferScript } from './buffer-script.js';
import { ExtensionStream } from './extension-stream.js';
import { HeldStream } from './held-stream.js';
import { NO_BYTES, type ReadResult, StreamPeer, type WriteResult } from './stream-peer.js';
import { StreamPeerBuffer } from './stream-peer-buffer.js';
import { StreamPeerTCP } from './stream-peer-tcp.js';

const Status = Object.freeze({
  STATUS_DISCONNECTED: 0,
  STATUS_HANDSHAKING: 1,
  STATUS_CONNECTED: 2,
  STATUS_ERROR: 3,
  STATUS_ERROR_HOSTNAME_MISMATCH: 4,
});

/** Signals of StreamPeerTLS. */
export interface StreamPeerTLSSignals extends ObjectSignals {
  /**
   * `poll` would find something new, or bytes have arrived; emitted at most once until the next `poll` or read.
   *
   * @addition
   */
  activity: [];
}

export interface StreamPeerTLS extends SignalObjects<StreamPeerTLSSignals>, ConstantsOf<typeof StreamPeerTLS> {}

export namespace StreamPeerTLS {
  /** State of the connection: one of the group Status. */
  export type Status = 0 | 1 | 2 | 3 | 4;
}

/**
 * TLS over another stream.
 *
 * Give it a connected StreamPeerTCP by `connect_to_stream` (client) or `accept_stream` (server), then call `poll` until
 * `get_status` is STATUS_CONNECTED. TLS 1.2 and 1.3 are supported. A WebSocketPeer takes it by `accept_stream`, even
 * while the handshake is under way.
 *
 * The signal `activity` reports that `poll` would find something new or that bytes have arrived.
 *
 * **Note:** the underlying stream belongs to the TLS connection; both end together.
 *
 * **Note:** a page has no TLS of its own: its browser has, for `wss://` of `WebSocketPeer.connect_to_url`.
 */
export class StreamPeerTLS extends StreamPeer {
  declare readonly signals: StreamPeerTLSSignals;

  /** No connection, or not any more. */
  static readonly STATUS_DISCONNECTED = Status.STATUS_DISCONNECTED;
  /** The TLS handshake is under way. */
  static readonly STATUS_HANDSHAKING = Status.STATUS_HANDSHAKING;
  /** Data can be sent and received. */
  static readonly STATUS_CONNECTED = Status.STATUS_CONNECTED;
  /** The handshake failed, for example because the certificate was not trusted or has another name. */
  static readonly STATUS_ERROR = Status.STATUS_ERROR;
  /** As in Godot: the handshake could not begin. */
  static readonly STATUS_ERROR_HOSTNAME_MISMATCH = Status.STATUS_ERROR_HOSTNAME_MISMATCH;
  static readonly Status = Status;

  static {
    defineSignals(this.prototype, 'activity');
    defineConstants(this);
  }

  #base: StreamPeer | null = null;
  readonly #held = new HeldStream(
    () => this.emit_signal('activity'),
    () => this.#ended(),
  );

  override [CLASS_INFO](): ClassInfo {
    return StreamPeerTLSInfo(StreamPeerTLS);
  }

  protected override connected(signal: string): void {
    if (signal === 'activity') this.#held.watch();
  }

  /**
   * Begins a handshake as the client.
   *
   * `common_name` is the name that the server's certificate must have; `client_options` select what is verified, by
   * default chain and name. Returns OK: the status is STATUS_HANDSHAKING, and `poll` updates it. Returns
   * ERR_INVALID_PARAMETER for no stream or a server's options, FAILED when `stream` is not connected.
   */
  connect_to_stream(
    stream: StreamPeer | null,
    common_name: string,
    client_options: TLSOptions | null = null,
  ): GodotError {
    requireString('common_name', common_name);
    if (stream !== null) requireInstance('stream', StreamPeer, stream);
    if (client_options !== null) requireInstance('client_options', TLSOptions, client_options);
    if (stream === null) return refuse(ERR_INVALID_PARAMETER, 'connect_to_stream: stream is null', this);
    if (client_options?.is_server()) {
      return refuse(ERR_INVALID_PARAMETER, 'connect_to_stream: client_options are options of a server', this);
    }
    return this.#wrap('connect_to_stream', stream, 'client', (inner) =>
      sockets.wrapTlsClient(inner, tlsClientSettings(client_options, common_name)),
    );
  }

  /**
   * Begins a handshake as the server.
   *
   * `server_options` are made by `TLSOptions.server`. Returns OK: the status is STATUS_HANDSHAKING until the
   * handshake is done. Returns ERR_INVALID_PARAMETER for no stream, no options, a client's options, or options without
   * key or certificate; FAILED when `stream` is not connected, or when key and certificate do not fit, which ends
   * `stream`.
   */
  accept_stream(stream: StreamPeer | null, server_options: TLSOptions | null): GodotError {
    if (stream !== null) requireInstance('stream', StreamPeer, stream);
    if (server_options !== null) requireInstance('server_options', TLSOptions, server_options);
    if (stream === null) return refuse(ERR_INVALID_PARAMETER, 'accept_stream: stream is null', this);
    if (server_options === null) return refuse(ERR_INVALID_PARAMETER, 'accept_stream: server_options is null', this);
    const settings = tlsServerSettings(server_options);
    if (settings === null) {
      return refuse(ERR_INVALID_PARAMETER, 'accept_stream: server_options need a private key and a certificate', this);
    }
    return this.#wrap('accept_stream', stream, 'server', (inner) => sockets.wrapTlsServer(inner, settings));
  }

  /** Updates the status; call it often, also while connected. Prints when there is no connection. */
  poll(): void {
    const found = this.#held.look();
    if (this.#held.stream === null) printError('poll: there is no connection', this);
    else if (found === 'failed')
      this.#fail(Status.STATUS_ERROR, `poll: ${this.#held.stream.error?.message ?? 'ended'}`);
    else if (found === 'over') this.#ended();
  }

  /**
   * The status, one of the `Status` group, as the last call left it.
   *
   * @const
   */
  get_status(): StreamPeerTLS.Status {
    return this.#held.status as StreamPeerTLS.Status;
  }

  /**
   * The underlying stream; null when there is none.
   *
   * @const
   */
  get_stream(): StreamPeer | null {
    return this.#base;
  }

  /** Ends the connection after sending queued bytes. */
  disconnect_from_stream(): void {
    this.#base = null;
    this.#held.finish();
  }

  override get_available_bytes(): int32 {
    return this.#isUp('get_available_bytes') ? this.#held.available : 0;
  }

  /** Ends the connection, unless a WebSocketPeer has taken it over. */
  override free(): void {
    if (!this.#held.isReleased) this.disconnect_from_stream();
    super.free();
  }

  override [BYTE_STREAM](): ByteStream | null {
    return this.#held.release();
  }

  protected override putBytes(bytes: Uint8Array): GodotError {
    if (!this.#isUp('put_data')) return ERR_UNCONFIGURED;
    return this.#held.liveStream === null ? ERR_CONNECTION_ERROR : this.#held.putAll(bytes);
  }

  protected override putSomeBytes(bytes: Uint8Array): WriteResult {
    if (!this.#isUp('put_partial_data')) return [ERR_UNCONFIGURED, 0];
    return this.#held.liveStream === null ? [ERR_CONNECTION_ERROR, 0] : this.#held.putSome(bytes);
  }

  protected override getBytes(count: number): ReadResult {
    return this.#isUp('get_data') ? this.#held.getAll(count) : [ERR_UNCONFIGURED, NO_BYTES];
  }

  protected override getSomeBytes(count: number): ReadResult {
    return this.#isUp('get_partial_data') ? this.#held.getSome(count) : [ERR_UNCONFIGURED, NO_BYTES];
  }

  protected override peekBytes(count: number): Uint8Array | null {
    return this.#isUp('get_var') ? this.#held.peek(count) : null;
  }

  #wrap(
    method: string,
    stream: StreamPeer,
    side: 'client' | 'server',
    wrap: (inner: ByteStream) => ByteStream,
  ): number {
    if (this.#held.stream !== null) this.disconnect_from_stream();
    this.#base = stream;
    const inner = bytesUnder(stream, side);
    const outer = inner === null ? null : wrap(inner);
    if (outer === null || outer.phase === StreamPhase.CLOSED) {
      const reason = outer?.error?.message ?? 'the stream is not connected';
      this.#fail(Status.STATUS_ERROR_HOSTNAME_MISMATCH, `${method}: ${reason}`);
      return FAILED;
    }
    this.#held.use(outer, false);
    return OK;
  }

  #isUp(method: string): boolean {
    if (this.#held.isReady()) return true;
    printError(`${method}: the TLS connection is not up`, this);
    return false;
  }

  /** Handles the end of the stream: sets the status, and returns the error for reads. */
  #ended(): GodotError {
    const error = this.#held.stream?.error ?? null;
    this.disconnect_from_stream();
    return error === null ? ERR_FILE_EOF : ERR_CONNECTION_ERROR;
  }

  #fail(status: StreamPeerTLS.Status, message: string): void {
    this.#base = null;
    this.#held.fail(status);
    printError(message, this);
  }
}

/** The byte stream of `stream`; null when it is not connected. Accepts a StreamPeerBuffer, as the engine does. */
function bytesUnder(stream: StreamPeer, side: 'client' | 'server'): ByteStream | null {
  if (stream instanceof StreamPeerBuffer) return new ExtensionStream(new BufferScript(stream, side === 'client'));
  const isConnected = !(stream instanceof StreamPeerTCP) || stream.get_status() === StreamPeerTCP.STATUS_CONNECTED;
  return isConnected ? stream[BYTE_STREAM]() : null;
}

/** The stream with a server's TLS around it; null when TLS can't begin. */
export function securedStream(stream: StreamPeer, options: TLSOptions): StreamPeerTLS | null {
  const peer = new StreamPeerTLS();
  return peer.accept_stream(stream, options) === OK ? peer : null;
}
