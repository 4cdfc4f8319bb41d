// Godot's WebSocketPeer: names, argument checks, error codes and messages. What happens on the wire is decided in
// ../protocol; this file only says it in Godot's words.

import { requireBool, requireInt, requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { WebSocketPeerInfo } from '../binding/class-infos.generated.js';
import { printError, REPORTED_URL } from '../binding/error-handler.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { ObjectSignals } from '../binding/object.js';
import { type ConstantsOf, defineConstants, defineSignals, type SignalObjects } from '../binding/signal.js';
import type { int32, uint16 } from '../binding/types.js';
import { CLOSE_NORMAL } from '../codec/faults.js';
import { encodeReason, isSendableCode, MAX_REASON_BYTES, NO_CODE } from '../protocol/close-codes.js';
import { NEWS } from '../protocol/connection-settings.js';
import { State } from '../protocol/lifecycle.js';
import { showAddress } from '../transport/address.js';
import type { ByteStream } from '../transport/byte-stream.js';
import { WebSocketPeerOpening } from './web-socket-peer-opening.js';

const NO_BYTES = new Uint8Array(0);

/** Signals of WebSocketPeer. */
export interface WebSocketPeerSignals extends ObjectSignals {
  /**
   * `poll` would find something new; raised once until the next `poll`.
   *
   * @addition
   */
  activity: [];
}

export interface WebSocketPeer extends SignalObjects<WebSocketPeerSignals>, ConstantsOf<typeof WebSocketPeer> {}

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
export class WebSocketPeer extends WebSocketPeerOpening {
  declare readonly signals: WebSocketPeerSignals;

  /** The connection is being made: name, TCP, TLS, handshake. */
  static readonly STATE_CONNECTING = State.CONNECTING;
  /** Packets can be sent and received. */
  static readonly STATE_OPEN = State.OPEN;
  /** A close frame was sent, the other side's is awaited. */
  static readonly STATE_CLOSING = State.CLOSING;
  /** No connection: before the first one, after the last one, or after one that could not be made. */
  static readonly STATE_CLOSED = State.CLOSED;
  static readonly State = Object.freeze({
    STATE_CONNECTING: State.CONNECTING,
    STATE_OPEN: State.OPEN,
    STATE_CLOSING: State.CLOSING,
    STATE_CLOSED: State.CLOSED,
  });

  static {
    defineSignals(this.prototype, 'activity');
    defineConstants(this);
  }

  /** `activity` was raised and no poll has followed. */
  #signalled = false;

  override [CLASS_INFO](): ClassInfo {
    return WebSocketPeerInfo();
  }

  get [REPORTED_URL](): string {
    return this.get_requested_url();
  }

  /** The connection has news: `activity` is raised, once until the next poll. */
  override [NEWS](): void {
    if (this.#signalled) return;
    this.#signalled = true;
    this.emit_signal('activity');
  }

  /**
   * Moves the connection on: handshake, received packets, pongs, closing, and what waits to be sent.
   *
   * Call it often, usually once per frame; the state changes here, in `close` and in a failing `send` only. What it has
   * to report is reported when it is done, so an error handler may call anything, `poll` and `free` included. From within
   * itself, which only a StreamPeerExtension's methods can bring about, it raises `activity` again and does nothing else.
   */
  poll(): void {
    this.#signalled = false;
    this.polled?.poll?.();
    this.connection?.poll();
  }

  /**
   * Moves the handshake on. What came behind it waits for `poll`, and `activity` tells of it.
   *
   * @internal
   */
  pollHandshake(): void {
    this.#signalled = false;
    this.polled?.poll?.();
    this.connection?.poll(true);
  }

  /**
   * How far the connection is: one of STATE_CONNECTING, STATE_OPEN, STATE_CLOSING, STATE_CLOSED.
   *
   * @const
   */
  get_ready_state(): State {
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
  close(code: int32 = CLOSE_NORMAL, reason = ''): void {
    requireInt('code', code);
    requireString('reason', reason);
    const connection = this.connection;
    if (connection === null) return;
    if (connection.state !== State.OPEN || code < 0) {
      connection.close(code, NO_BYTES);
      return;
    }
    const isSent = code === 0 || isSendableCode(code);
    const { bytes, cut } = encodeReason(reason);
    connection.close(isSent ? code : CLOSE_NORMAL, bytes);
    if (!isSent) {
      printError(`close: code ${code} must not be sent (1000 to 1003, 1007 to 1014, 3000 to 4999 may); 1000 is`, this);
    }
    if (cut) printError(`close: the reason is longer than ${MAX_REASON_BYTES} bytes and was cut`, this);
  }

  /**
   * Code of the close frame received; 0 for one without a code, -1 for any other end and before it.
   *
   * @const
   */
  get_close_code(): int32 {
    return this.connection?.closeCode ?? NO_CODE;
  }

  /**
   * Whether the handshake was accepted, whatever has become of the connection since.
   *
   * @internal
   */
  get wasOpen(): boolean {
    return this.connection?.wasOpen ?? false;
  }

  /**
   * Whether the other side's close frame came before there was one from here.
   *
   * @internal
   */
  get isClosedByPeer(): boolean {
    return this.connection?.isClosedByPeer ?? false;
  }

  /**
   * Says goodbye without changing anything that a game sees: its next poll finds the connection ended.
   *
   * @internal
   */
  leave(): void {
    this.connection?.leave();
  }

  /**
   * Reason in the close frame received, at most 123 bytes; '' without one, and before it.
   *
   * @const
   */
  get_close_reason(): string {
    return this.connection?.closeReason ?? '';
  }

  /**
   * Address of the other side, never its name; '' while it is not known yet.
   *
   * @const
   */
  get_connected_host(): string {
    const stream = this.#liveStream('get_connected_host');
    return stream === null ? '' : showAddress(stream.remoteAddress);
  }

  /**
   * Port of the other side; 0 while it is not known yet.
   *
   * @const
   */
  get_connected_port(): uint16 {
    const stream = this.#liveStream('get_connected_port');
    return stream === null || stream.remoteAddress === '' ? 0 : stream.remotePort;
  }

  /**
   * As `get_connected_host`, and still there when the connection has ended.
   *
   * @internal
   */
  get remoteHost(): string {
    return this.connection === null ? '' : showAddress(this.connection.stream.remoteAddress);
  }

  /**
   * As `get_connected_port`, and still there when the connection has ended.
   *
   * @internal
   */
  get remotePort(): number {
    return this.connection?.stream.remotePort ?? 0;
  }

  /**
   * Subprotocol that both sides agreed on, or ''.
   *
   * @const
   */
  get_selected_protocol(): string {
    return this.connection?.selectedProtocol ?? '';
  }

  /**
   * Client: the URL as it was given. Server: scheme, host and target that the client asked for.
   *
   * @const
   */
  get_requested_url(): string {
    return this.connection?.side === 'server' ? this.connection.requestedUrl : this.requestedUrl;
  }

  /** Switches Nagle's algorithm off (`true`, as at start) or on. */
  set_no_delay(enabled: boolean): void {
    requireBool('enabled', enabled);
    this.#liveStream('set_no_delay')?.setNoDelay(enabled);
  }

  /** Drops the connection, without a close frame. */
  override free(): void {
    this.close(NO_CODE);
    super.free();
  }

  protected override forgetNews(): void {
    this.#signalled = false;
  }

  #liveStream(method: string): ByteStream | null {
    const connection = this.connection;
    if (connection !== null && connection.state !== State.CLOSED) return connection.stream;
    printError(`${method}: there is no connection`, this);
    return null;
  }
}
