// Godot's WebSocketPeer: names, argument checks, error codes and messages. What happens on the wire is decided in
// ../protocol; this file only says it in Godot's words.
import { requireBool, requireInstance, requireInt, requireString } from '../binding/arguments.js';
import { printError } from '../binding/error-handler.js';
import { ERR_ALREADY_IN_USE, ERR_INVALID_PARAMETER, OK } from '../binding/errors.js';
import { CLOSE_NORMAL } from '../codec/faults.js';
import { encodeReason, isSendableCode, MAX_REASON_BYTES, NO_CODE } from '../protocol/close-codes.js';
import { Connection } from '../protocol/connection.js';
import { NEWS, SETTINGS } from '../protocol/connection-settings.js';
import { ClientHandshake } from '../protocol/handshake-client.js';
import { checkHandshakeHeaders, checkProtocols } from '../protocol/handshake-rules.js';
import { ServerHandshake } from '../protocol/handshake-server.js';
import { State } from '../protocol/lifecycle.js';
import { parseUrl } from '../protocol/url.js';
import { showAddress } from '../transport/address.js';
import { BYTE_STREAM, type ByteStream, StreamPhase } from '../transport/byte-stream.js';
import { context } from './context.js';
import { StreamPeer } from './stream-peer.js';
import { StreamPeerTLS } from './stream-peer-tls.js';
import { TLSOptions, tlsClientSettings } from './tls-options.js';
import { refuse, WebSocketPeerPackets } from './web-socket-peer-packets.js';

const NO_PACKET = new Uint8Array(0);

/**
 * A WebSocket connection, client or server side.
 *
 * Everything happens in `poll`: call it once per frame, then look at `get_ready_state` and take the packets. A
 * client starts with `connect_to_url`, a server gives each connection of its TCPServer to `accept_stream`.
 *
 * ```js
 * socket.poll();
 * if (socket.get_ready_state() === WebSocketPeer.STATE_OPEN) {
 *   while (socket.get_available_packet_count()) console.log(socket.get_packet());
 * }
 * ```
 *
 * The signal `activity` says that `poll` would find something new; a game may ignore it, a server polls when it
 * fires.
 */
export class WebSocketPeer extends WebSocketPeerPackets {
  static readonly STATE_CONNECTING = State.CONNECTING;
  static readonly STATE_OPEN = State.OPEN;
  static readonly STATE_CLOSING = State.CLOSING;
  static readonly STATE_CLOSED = State.CLOSED;
  static readonly State = Object.freeze({
    STATE_CONNECTING: State.CONNECTING,
    STATE_OPEN: State.OPEN,
    STATE_CLOSING: State.CLOSING,
    STATE_CLOSED: State.CLOSED,
  });

  #requestedUrl = '';
  /** `activity` was raised and no poll has followed. */
  #signalled = false;

  /** The connection has news: `activity` is raised, once until the next poll. */
  override [NEWS](): void {
    if (this.#signalled) return;
    this.#signalled = true;
    this.emit_signal('activity');
  }

  protected override signalNames(): readonly string[] {
    return ['activity'];
  }

  /**
   * Connects to a WebSocket server.
   *
   * `url` is `ws://` or `wss://` with host, optional port, path and query; without a scheme it counts as `ws://`.
   * `tls_client_options` says what `wss://` verifies: by default chain and name. Returns OK as soon as the attempt
   * has begun; `poll` tells what becomes of it. Returns ERR_INVALID_PARAMETER for a bad URL, server options, or
   * protocols and headers that can't be sent; ERR_ALREADY_IN_USE while connecting or open. In CLOSING the old
   * connection is dropped.
   */
  connect_to_url(url: string, tls_client_options: TLSOptions | null = null): number {
    requireString('url', url);
    if (tls_client_options !== null) requireInstance('tls_client_options', TLSOptions, tls_client_options);
    if (url === '') return refuse(ERR_INVALID_PARAMETER, 'connect_to_url: url is empty');
    if (tls_client_options?.is_server()) {
      return refuse(ERR_INVALID_PARAMETER, 'connect_to_url: tls_client_options are options of a server');
    }
    if (this.#isBusy()) return refuse(ERR_ALREADY_IN_USE, 'connect_to_url: already connecting or connected');
    this.#reset();
    const target = parseUrl(url);
    if (typeof target === 'string') return refuse(ERR_INVALID_PARAMETER, `connect_to_url: ${target}`);
    const { supportedProtocols: protocols, handshakeHeaders: headers, maxHandshakeSize: maxSize } = this[SETTINGS];
    const reason = checkProtocols(protocols) ?? checkHandshakeHeaders(headers, 'client');
    if (reason !== null) return refuse(ERR_INVALID_PARAMETER, `connect_to_url: ${reason}`);
    const { platform } = context;
    const handshake = new ClientHandshake({ url: target, protocols, headers, maxSize, tools: platform });
    const stream = target.secure
      ? platform.connectTls(target.host, target.port, tlsClientSettings(tls_client_options, target.host))
      : platform.connectTcp(target.host, target.port);
    stream.setNoDelay(true);
    this.#requestedUrl = url;
    this.connection = new Connection({ side: 'client', handshake }, stream, this, context);
    return OK;
  }

  /**
   * Takes over `stream`, a connection that a server has accepted, and waits for the other side's request.
   *
   * `stream` is a StreamPeerTCP, or a StreamPeerTLS whose handshake may still be under way. From then on it is the
   * peer's. Returns ERR_INVALID_PARAMETER for anything else, ERR_ALREADY_IN_USE while connecting or open.
   */
  accept_stream(stream: StreamPeer | null): number {
    if (stream !== null) requireInstance('stream', StreamPeer, stream);
    if (this.#isBusy()) return refuse(ERR_ALREADY_IN_USE, 'accept_stream: already connecting or connected');
    const bytes = stream === null ? undefined : byteStreamOf(stream);
    if (bytes === undefined) {
      return refuse(ERR_INVALID_PARAMETER, 'accept_stream: stream is not a StreamPeerTCP or StreamPeerTLS over one');
    }
    const { supportedProtocols: protocols, handshakeHeaders: headers } = this[SETTINGS];
    const reason = checkProtocols(protocols) ?? checkHandshakeHeaders(headers, 'server');
    if (reason !== null) return refuse(ERR_INVALID_PARAMETER, `accept_stream: ${reason}`);
    this.#reset();
    if (bytes.phase === StreamPhase.CLOSED) printError('accept_stream: the stream is not connected');
    const handshake = new ServerHandshake({
      protocols,
      headers,
      maxSize: this[SETTINGS].maxHandshakeSize,
      secure: stream instanceof StreamPeerTLS,
      allowedOrigins: this[SETTINGS].allowedOrigins,
      allowedHosts: this[SETTINGS].allowedHosts,
      tools: context.platform,
    });
    bytes.setNoDelay(true);
    this.connection = new Connection({ side: 'server', handshake }, bytes, this, context);
    return OK;
  }

  /**
   * Moves the connection on: handshake, received packets, pongs, closing, and what waits to be sent.
   *
   * Call it often, usually once per frame; the state changes here, in `close` and in a failing `send` only.
   */
  poll(): void {
    this.#signalled = false;
    this.connection?.poll();
  }

  get_ready_state(): number {
    return this.connection === null ? State.CLOSED : this.connection.state;
  }

  /**
   * Closes the connection.
   *
   * While OPEN, what was sent before leaves first, then a close frame with `code` and `reason`; the state is CLOSING
   * until the other side answers or `close_timeout` is over. A negative code, or a connection that is not open yet,
   * drops the connection at once. Codes that must not appear on the wire are reported and 1000 is sent; 0 sends a
   * close frame without a code. A reason above 123 bytes is cut at a character boundary.
   */
  close(code: number = CLOSE_NORMAL, reason = ''): void {
    requireInt('code', code);
    requireString('reason', reason);
    const connection = this.connection;
    if (connection === null) return;
    if (connection.state !== State.OPEN || code < 0) {
      connection.close(code, NO_PACKET);
      return;
    }
    let sent = code;
    if (code !== 0 && !isSendableCode(code)) {
      printError(`close: code ${code} must not be sent (1000 to 1003, 1007 to 1014, 3000 to 4999 may); 1000 is`);
      sent = CLOSE_NORMAL;
    }
    const { bytes, cut } = encodeReason(reason);
    if (cut) printError(`close: the reason is longer than ${MAX_REASON_BYTES} bytes and was cut`);
    connection.close(sent, bytes);
  }

  /** Code of the close frame received; 0 for one without a code, -1 for any other end and before it. */
  get_close_code(): number {
    return this.connection?.closeCode ?? NO_CODE;
  }

  get_close_reason(): string {
    return this.connection?.closeReason ?? '';
  }

  /** Address of the other side, never its name; '' while it is not known yet. */
  get_connected_host(): string {
    const stream = this.#liveStream('get_connected_host');
    return stream === null ? '' : showAddress(stream.remoteAddress);
  }

  get_connected_port(): number {
    const stream = this.#liveStream('get_connected_port');
    return stream === null || stream.remoteAddress === '' ? 0 : stream.remotePort;
  }

  /** Subprotocol that both sides agreed on, or ''. */
  get_selected_protocol(): string {
    return this.connection?.selectedProtocol ?? '';
  }

  /** Client: the URL as it was given. Server: scheme, host and target that the client asked for. */
  get_requested_url(): string {
    return this.connection?.side === 'server' ? this.connection.requestedUrl : this.#requestedUrl;
  }

  /** Switches Nagle's algorithm off (`true`, as at start) or on. */
  set_no_delay(enabled: boolean): void {
    requireBool('enabled', enabled);
    this.#liveStream('set_no_delay')?.setNoDelay(enabled);
  }

  /** Drops the connection, without a close frame. */
  override free(): void {
    this.close(NO_CODE);
  }

  #isBusy(): boolean {
    const state = this.get_ready_state();
    return state === State.CONNECTING || state === State.OPEN;
  }

  #reset(): void {
    if (this.connection?.state === State.CLOSING) this.connection.close(NO_CODE, NO_PACKET);
    this.connection = null;
    this.#requestedUrl = '';
    this.#signalled = false;
  }

  #liveStream(method: string): ByteStream | null {
    const connection = this.connection;
    if (connection !== null && connection.state !== State.CLOSED) return connection.stream;
    printError(`${method}: there is no connection`);
    return null;
  }
}

function byteStreamOf(stream: StreamPeer): ByteStream | undefined {
  return (stream as Partial<Record<typeof BYTE_STREAM, () => ByteStream | null>>)[BYTE_STREAM]?.() ?? undefined;
}
