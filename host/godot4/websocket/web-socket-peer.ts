// Godot's WebSocketPeer: names, argument checks, error codes and messages. The connection itself is its session's task:
// over byte streams, over the browser's WebSocket, or in a worker.

import { accept, adopt, inspectable, openUrl, overStream, requireStream } from '#sessions';
import { requireBool, requireBytes, requireInt, requireString, wrongType } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { WebSocketPeerInfo } from '../../binding/class-infos.generated.js';
import type { Failure, ReportKind, SPEAKER } from '../../binding/error-handler.js';
import { holdReports, releaseReports, report } from '../../binding/error-handler.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_INVALID_PARAMETER,
  ERR_UNAVAILABLE,
  FAILED,
  type GodotError,
  OK,
} from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { ObjectSignals } from '../../binding/object.js';
import { type ConstantsOf, defineConstants, defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { Bytes, int, int32, OwnBytes, uint16 } from '../../binding/types.js';
import { CLOSE_NORMAL } from '../../codec/faults.js';
import { goodbyeOf, NO_CODE } from '../../protocol/close-codes.js';
import { CLOSED, CLOSING, type CONNECTING, OPEN, STATES } from '../../protocol/lifecycle.js';
import type { Refusal, Session, SessionOwner } from '../../protocol/session.js';
import { NEWS, REPORT, SESSION, SETTINGS } from '../../protocol/session.js';
import { defaultValues, type SettingValues } from '../../protocol/settings.js';
import type { UpgradeRequest } from '../../protocol/upgrade-request.js';
import type { TLSOptions } from '../crypto/tls-options.js';
import { PacketPeer } from '../io/packet-peer.js';
import type { StreamPeer } from '../io/stream-peer.js';
import { broadcast } from './broadcast.js';
import { connectFault } from './connect-fault.js';
import { defineDomNames, NOT_YET, sayHow } from './dom-habits.js';
import { defineSettings } from './setting-accessors.js';
import type { CompressionMode as Mode, SettingMembers } from './setting-properties.js';
import { settingsOf, share, type WebSocketSettings } from './web-socket-settings.js';

const NO_PACKET: OwnBytes = new Uint8Array(0);
const TEXT = 0;
const BINARY = 1;

/** Key for the classes of this package that use a peer. */
export const POLL_OPENING: unique symbol = Symbol('poll');

/** Signals of WebSocketPeer. */
export interface WebSocketPeerSignals extends ObjectSignals {
  /**
   * Emitted when `poll` has something new to process; once until the next `poll`.
   *
   * @addition
   */
  activity: [];
}

export namespace WebSocketPeer {
  /** State of the connection: one of the group State. */
  export type State = 0 | 1 | 2 | 3;
  /** How a packet is sent: one of the group WriteMode. */
  export type WriteMode = 0 | 1;
  /** Whether and how messages are compressed: one of the group CompressionMode. */
  export type CompressionMode = Mode;
}

export interface WebSocketPeer
  extends SignalObjects<WebSocketPeerSignals>,
    ConstantsOf<typeof WebSocketPeer>,
    SettingMembers {}

/**
 * A WebSocket connection, client or server side.
 *
 * All progress is made in `poll`: call it once per frame, then check `get_ready_state` and take the packets. Go on
 * while the state is STATE_CLOSING: the connection has ended in STATE_CLOSED, and its code and reason are known then. A
 * client starts with `connect_to_url`, a server gives each connection of its TCPServer to `accept_stream`.
 *
 * ```js
 * socket.poll();
 * const state = socket.get_ready_state();
 * if (state === WebSocketPeer.STATE_OPEN) {
 *   while (socket.get_available_packet_count() > 0) console.log(socket.get_packet());
 * } else if (state === WebSocketPeer.STATE_CLOSED) {
 *   console.log(socket.get_close_code(), socket.get_close_reason());
 * }
 * ```
 *
 * It speaks RFC 6455 with any server and any client: Godot's, a browser's `WebSocket`, other libraries. A packet is a
 * message; `send_text` and `was_string_packet` are for those who send text, JSON for example. `put_var` is for those who
 * read Godot's encoding. A WebSocketMultiplayerPeer, on the other hand, needs Godot's protocol on the other side.
 *
 * The signal `activity` is emitted when `poll` has something new to process; a game may ignore it, a server polls when
 * it is emitted.
 */
export class WebSocketPeer extends PacketPeer implements SessionOwner {
  declare readonly signals: WebSocketPeerSignals;

  /** Packets are text: UTF-8, which a web page gets as a string. */
  declare static readonly WRITE_MODE_TEXT: 0;
  /** Packets are bytes. */
  declare static readonly WRITE_MODE_BINARY: 1;
  static readonly WriteMode = Object.freeze({ WRITE_MODE_TEXT: 0, WRITE_MODE_BINARY: 1 });
  /**
   * Nothing is compressed, and compression is neither offered nor accepted.
   *
   * @addition
   */
  declare static readonly COMPRESSION_MODE_NONE: 0;
  /**
   * Each message is compressed by itself (permessage-deflate, RFC 7692), if the other side agrees.
   *
   * @addition
   */
  declare static readonly COMPRESSION_MODE_MESSAGE: 1;
  /** @addition */
  static readonly CompressionMode = Object.freeze({ COMPRESSION_MODE_NONE: 0, COMPRESSION_MODE_MESSAGE: 1 });
  /** The connection is being established: name, TCP, TLS, handshake. */
  declare static readonly STATE_CONNECTING: typeof CONNECTING;
  /** Packets can be sent and received. */
  declare static readonly STATE_OPEN: typeof OPEN;
  /** A close frame was sent; the other side's has not arrived yet. */
  declare static readonly STATE_CLOSING: typeof CLOSING;
  /** No connection: before the first one, after the last one, or after a failed attempt. */
  declare static readonly STATE_CLOSED: typeof CLOSED;
  static readonly State = STATES;

  static {
    defineSignals(this.prototype, 'activity');
    defineConstants(this, this.State, this.WriteMode, this.CompressionMode);
    defineSettings(this.prototype);
    defineDomNames(this.prototype);
    inspectable(this.prototype);
  }

  declare readonly [SPEAKER]?: object | null;
  /** The defaults, which all peers share, until a setting is changed. */
  [SETTINGS]: Readonly<SettingValues> = defaultValues();
  /** The last connection; kept after its end for close code and reason. */
  #session: Session | null = null;
  /** True while a connection is begun: another one is refused meanwhile. */
  #isBeginning = false;
  #packetError: GodotError = OK;
  /** `activity` was emitted and no poll has followed. */
  #isSignalled = false;

  constructor(...nothing: never[]) {
    super();
    if (nothing.length > 0) sayHow(this, 'new WebSocketPeer(url)');
  }

  /**
   * Sends `message` to many peers and encodes it only once, and compresses it only once for those that have agreed on it.
   *
   * Peers that are not open are skipped; one that has no room is reported as by `send`. Returns the number of peers
   * that accepted the message, or -1 with a report for text that is not UTF-8.
   *
   * @addition
   */
  static broadcast(peers: Iterable<WebSocketPeer>, message: Bytes, write_mode: WebSocketPeer.WriteMode = BINARY): int {
    return broadcast(peers, requireBytes('message', message), requireInt('write_mode', write_mode) === TEXT);
  }

  override [CLASS_INFO](): ClassInfo {
    return WebSocketPeerInfo(WebSocketPeer);
  }

  get [SESSION](): Session | null {
    return this.#session;
  }

  /** Emits `activity`, once until the next poll. */
  [NEWS](): void {
    if (this.#isSignalled) return;
    this.#isSignalled = true;
    this.emit_signal('activity');
  }

  [REPORT](message: string, kind?: ReportKind, failure?: Failure | null, cause?: string, counter?: object): void {
    report(message, this, kind, failure, cause, counter);
  }

  /**
   * All settings of this peer in one object: a change to either applies to both.
   *
   * An assigned object is shared with all peers that have it: `peer.settings = shared`. Its values replace the peer's,
   * and each takes effect as described for the setting.
   *
   * @addition
   */
  get settings(): WebSocketSettings {
    return settingsOf(this);
  }
  set settings(settings: WebSocketSettings) {
    this.set_settings(settings);
  }
  get_settings(): WebSocketSettings {
    return settingsOf(this);
  }
  set_settings(settings: WebSocketSettings): void {
    share(this, 'settings', settings);
  }

  /**
   * Connects to a WebSocket server.
   *
   * `url` is `ws://` or `wss://` with host, optional port, path and query; without a scheme it counts as `ws://`.
   * `tls_client_options` says what `wss://` verifies: by default chain and name. Returns OK as soon as the attempt
   * has begun; whether the connection opens shows in `get_ready_state` after a later `poll`, and `get_failure` says why
   * not. Returns ERR_INVALID_PARAMETER for a bad URL, server options, or protocols and headers that can't be sent;
   * ERR_ALREADY_IN_USE while connecting or open. In CLOSING the old connection is dropped.
   *
   * **Note:** a certificate is for names: with `wss://`, use the host's name that the server's certificate has. An
   * address fails, unless the certificate names it.
   *
   * **Note:** in a page the browser decides about TLS and headers; a connection that it refuses at once returns FAILED. A
   * page that was loaded over `https://` has to use `wss://`: browsers block `ws://` there as mixed content, except,
   * mostly, to the visitor's own machine.
   */
  connect_to_url(url: string, tls_client_options: TLSOptions | null = null): GodotError {
    const fault = connectFault(url, tls_client_options);
    if (fault !== '') return this.#refuse(ERR_INVALID_PARAMETER, `connect_to_url: ${fault}`);
    return this.#begin('connect_to_url', true, () => this.openUrl(url, tls_client_options));
  }

  /**
   * Starts the client's handshake over `stream`, an existing connection.
   *
   * `stream` is as for `accept_stream`; from then on it belongs to the peer. `url` gives host, path and query of the
   * request. Returns ERR_INVALID_PARAMETER for a stream that can't be used or a bad URL, ERR_ALREADY_IN_USE
   * while connecting or open.
   *
   * **Note:** returns ERR_UNAVAILABLE in a page: see `websocketpeer/streams`.
   *
   * @addition
   */
  connect_to_stream(stream: StreamPeer, url = 'ws://localhost/'): GodotError {
    requireStream(stream);
    requireString('url', url);
    return this.#begin('connect_to_stream', true, () => this.takeOver(() => overStream(this, stream, url)));
  }

  /**
   * Takes over `stream`, a connection that a server has accepted, and waits for the other side's request.
   *
   * `stream` is a StreamPeerTCP, a StreamPeerTLS whose handshake may still be under way, a StreamPeerUDS or a
   * StreamPeerExtension. From then on it belongs to the peer. Returns ERR_INVALID_PARAMETER for anything else, and for
   * protocols and headers that can't be sent; ERR_ALREADY_IN_USE while connecting or open.
   *
   * **Note:** returns ERR_UNAVAILABLE in a page: see `websocketpeer/streams`.
   */
  accept_stream(stream: StreamPeer | null): GodotError {
    if (stream === null) return this.#refuse(ERR_INVALID_PARAMETER, 'accept_stream: stream is null');
    requireStream(stream);
    return this.#begin('accept_stream', false, () => this.takeOver(() => accept(this, stream)));
  }

  /**
   * Takes over a connection of Node's `http.Server` or `https.Server`, so that one port serves HTTP and WebSocket.
   *
   * The arguments are those of the server's event `upgrade`. The request is checked as by `accept_stream`, and a
   * refusal is answered in HTTP. Returns ERR_INVALID_PARAMETER for a socket that is closed or not of this runtime, and
   * for protocols and headers that can't be sent; ERR_ALREADY_IN_USE while connecting or open. After an error the
   * socket still belongs to the caller. The connection is the HTTP server's: no `drain` knows it, so a program that ends
   * closes its peers with 1001.
   *
   * ```js
   * server.on('upgrade', (request, socket, head) => {
   *   const peer = new WebSocketPeer();
   *   if (peer.accept_upgrade(request, socket, head) !== OK) socket.destroy();
   * });
   * ```
   *
   * **Note:** returns ERR_UNAVAILABLE in a page.
   *
   * @addition
   */
  accept_upgrade(request: UpgradeRequest, socket: object, head: Bytes | null = null): GodotError {
    return this.#begin('accept_upgrade', false, () => this.takeOver(() => adopt(this, request, socket, head)));
  }

  /**
   * Advances the connection: handshake, received packets, pongs, closing, and data waiting to be sent.
   *
   * Call it often, usually once per frame, from `connect_to_url` or `accept_stream` on until the state is STATE_CLOSED;
   * the state changes here, in `close` and in a failing `send` only. Without it nothing is answered, where there are
   * sockets not even a ping, and the other side may give up. Errors are
   * reported at its end, so an error handler may call any method, `poll` and `free` included. A `poll` from within
   * `poll`, possible only in a StreamPeerExtension's methods, emits `activity` again and does nothing else.
   */
  poll(): void {
    this.#isSignalled = false;
    this.#session?.poll();
  }

  /** Advances the handshake only. Data received after it waits for `poll`, announced by `activity`. */
  [POLL_OPENING](): void {
    this.#isSignalled = false;
    this.#session?.poll(true);
  }

  /**
   * State of the connection: one of STATE_CONNECTING, STATE_OPEN, STATE_CLOSING, STATE_CLOSED.
   *
   * @const
   */
  get_ready_state(): WebSocketPeer.State {
    return this.#session?.state ?? CLOSED;
  }

  override get_available_packet_count(): int32 {
    return this.#session?.availablePackets ?? 0;
  }

  override get_packet(): OwnBytes {
    const session = this.#readable;
    if (session === null) return this.#noPacket();
    this.#packetError = OK;
    return session.takePacket();
  }

  /**
   * Takes the next packet into `target`, without creating an object.
   *
   * Returns the packet's length. When it exceeds the size of `target`, the packet is not taken: call again with a
   * larger one. Returns -1 when there is no packet; `get_packet_error` then returns the cause.
   *
   * @addition
   */
  get_packet_into(target: Uint8Array): int32 {
    if (!(target instanceof Uint8Array)) throw wrongType('target', 'a Uint8Array', target);
    const session = this.#readable;
    if (session === null) {
      this.#noPacket();
      return -1;
    }
    this.#packetError = OK;
    return session.takePacketInto(target);
  }

  override get_packet_error(): GodotError {
    return this.#packetError;
  }

  /**
   * Whether the packet taken last was received as text.
   *
   * @const
   */
  was_string_packet(): boolean {
    return this.#session?.lastWasText ?? false;
  }

  /**
   * Sends `message` as one packet, binary unless `write_mode` is WRITE_MODE_TEXT.
   *
   * The bytes are copied before the call returns and are sent at the next `poll` or at the end of the turn of the
   * event loop, whichever is first. Returns FAILED when the connection is not open; ERR_OUT_OF_MEMORY when
   * `outbound_buffer_size` or `max_queued_packets` has no room; ERR_INVALID_DATA for text that is not UTF-8.
   */
  send(message: Bytes, write_mode: WebSocketPeer.WriteMode = BINARY): GodotError {
    const bytes = requireBytes('message', message);
    const isText = requireInt('write_mode', write_mode) === TEXT;
    return this.#open?.send(bytes, isText) ?? this.#notOpen();
  }

  /** Sends `message` as one text packet, encoded as UTF-8; otherwise as `send`. */
  send_text(message: string): GodotError {
    requireString('message', message);
    return this.#open?.sendText(message) ?? this.#notOpen();
  }

  /**
   * Payload bytes of the packets that are not completely sent.
   *
   * @const
   */
  get_current_outbound_buffered_amount(): int32 {
    return this.#open?.unsentBytes ?? 0;
  }

  /**
   * Closes the connection.
   *
   * While OPEN, packets waiting to be sent go first, then a close frame with `code` and `reason`; the state is CLOSING
   * until the other side answers or `close_timeout` is over. A negative code, or a connection that is not open yet,
   * drops the connection at once. Codes that must not appear on the wire are reported and 1000 is sent; 0 sends a
   * close frame without a code. A reason above 123 bytes is truncated at a character boundary.
   *
   * Keep calling `poll` until STATE_CLOSED.
   *
   * **Note:** a page can send 1000 and 3000 to 4999; any other code is sent plus 3000, with a warning. A connection of a
   * page that is not open yet is CLOSING until its browser says that it is over.
   */
  close(code: int32 = CLOSE_NORMAL, reason = ''): void {
    requireInt('code', code);
    requireString('reason', reason);
    const session = this.#session;
    if (code < 0) session?.destroy();
    if (session === null || session.state > OPEN) return;
    const saysGoodbye = session.state === OPEN;
    const goodbye = goodbyeOf(code, reason);
    session.close(goodbye.code, goodbye.reason);
    if (saysGoodbye) for (const complaint of goodbye.complaints) this[REPORT](complaint);
  }

  /**
   * Code of the received close frame; 0 for one without a code, -1 for any other end and before the end.
   *
   * **Note:** in a page the browser's codes 1005, for no code, and 1006, for any other end, are returned.
   *
   * @const
   */
  get_close_code(): int32 {
    return this.#session?.closeCode ?? NO_CODE;
  }

  /**
   * Reason in the received close frame, at most 123 bytes; '' without one, and before the end.
   *
   * @const
   */
  get_close_reason(): string {
    return this.#session?.closeReason ?? '';
  }

  /**
   * Why the connection failed; null before its end, after an end in order, and after one that this side asked for.
   *
   * The object says how far the connection had come (`stage`), why it failed, for programs (`code`, stable, listed in
   * docs/failures.md) and for people (`message`). When a server answered with another status than 101, `http_status`,
   * `http_headers` (by lower-case names) and `http_body` (the first KiB) have the answer. It is kept until the next
   * connection begins.
   *
   * **Note:** a page can't tell an unknown host, a refusal, a failure of TLS and an answer other than 101 apart: its
   * browser keeps them from scripts, as they would reveal a visitor's network.
   *
   * @addition
   * @const
   */
  get_failure(): Failure | null {
    return this.#session?.failure ?? null;
  }

  /**
   * Address of the other side, never its name; '' while it is not known yet.
   *
   * **Note:** '' in a page, where it can't be known.
   *
   * @const
   */
  get_connected_host(): string {
    return this.#live('get_connected_host')?.remote?.address ?? '';
  }

  /**
   * Port of the other side; 0 while it is not known yet.
   *
   * **Note:** 0 in a page, where it can't be known.
   *
   * @const
   */
  get_connected_port(): uint16 {
    return this.#live('get_connected_port')?.remote?.port ?? 0;
  }

  /**
   * Subprotocol that both sides agreed on, or ''.
   *
   * @const
   */
  get_selected_protocol(): string {
    return this.#session?.selectedProtocol ?? '';
  }

  /**
   * Whether messages may be compressed: both sides have agreed on it.
   *
   * False until the connection is OPEN; kept after its end. See `compression_mode`.
   *
   * **Note:** in a page, what the browser and the server have agreed on; the browser offers it by itself.
   *
   * @const
   * @addition
   */
  is_compression_active(): boolean {
    return this.#session?.isCompressed ?? false;
  }

  /**
   * Client: the URL as it was given. Server: scheme, host and target of the request.
   *
   * @const
   */
  get_requested_url(): string {
    return this.#session?.requestedUrl ?? '';
  }

  /**
   * What `handshake_hook` gave as `data` when it accepted this connection; null for nothing, and on a client.
   *
   * @const
   * @addition
   */
  get_handshake_data(): unknown {
    return this.#session?.handshakeData ?? null;
  }

  /**
   * Headers of the client's request by their lower-case names, on both sides; values of equal names are joined by `, `.
   *
   * Null until the connection has been open, and for headers of more than 4 KiB, which are not kept. A change to the
   * returned map changes nothing.
   *
   * **Note:** null in a page, where they can't be known.
   *
   * @const
   * @addition
   */
  get_request_headers(): Map<string, string> | null {
    return this.#session?.request ?? null;
  }

  /**
   * Headers of the server's answer, otherwise as `get_request_headers`.
   *
   * **Note:** null in a page, where they can't be known.
   *
   * @const
   * @addition
   */
  get_response_headers(): Map<string, string> | null {
    return this.#session?.response ?? null;
  }

  /**
   * Switches Nagle's algorithm off (`true`, as at start) or on.
   *
   * While it is off, small packets are sent at once; while it is on, the system may hold them back for some milliseconds
   * to send fewer, larger ones.
   *
   * **Note:** has no effect in a page.
   */
  set_no_delay(enabled: boolean): void {
    requireBool('enabled', enabled);
    this.#live('set_no_delay')?.setNoDelay(enabled);
  }

  /** Drops the connection, without a close frame. */
  override free(): void {
    this.close(NO_CODE);
    super.free();
  }

  /** Begins a connection to `url`. Overridden by classes whose connections are not in this thread. */
  protected openUrl(url: string, tls: TLSOptions | null): Session | Refusal {
    return openUrl(this, url, tls);
  }

  /** Begins a connection over an existing stream or socket by `open`. Overridden by classes that have to refuse. */
  protected takeOver(open: () => Session | Refusal): Session | Refusal {
    return open();
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    return this.send(bytes);
  }

  protected override takePacket(): OwnBytes | GodotError {
    return this.#readable?.takePacket() ?? this.#noPacketError();
  }

  /**
   * Begins a connection by `open`. Errors are reported afterwards, and a connection that a stream's methods begin
   * meanwhile is refused: the peer is in use. A client (`forgetsFirst`) drops its former connection even when the new
   * one can't begin.
   */
  #begin(method: string, forgetsFirst: boolean, open: () => Session | Refusal): GodotError {
    if (this.#isBeginning || this.get_ready_state() < CLOSING) {
      return this.#refuse(ERR_ALREADY_IN_USE, `${method}: already connecting or connected`);
    }
    this.#isBeginning = true;
    holdReports();
    try {
      if (forgetsFirst) this.#forget();
      const session = open();
      if ('reason' in session) return this.#refuse(session.error, `${method}: ${session.reason}`);
      this.#forget();
      this.#session = session;
      return OK;
    } finally {
      this.#isBeginning = false;
      releaseReports();
    }
  }

  /** The session while packets can be sent. */
  get #open(): Session | null {
    return this.#session?.state === OPEN ? this.#session : null;
  }

  /** The session while it has packets to take. */
  get #readable(): Session | null {
    return this.#session?.availablePackets ? this.#session : null;
  }

  /** Drops the former connection and everything known about it. */
  #forget(): void {
    this.#session?.destroy();
    this.#session = null;
    this.#isSignalled = false;
  }

  #noPacket(): OwnBytes {
    this.#packetError = this.#noPacketError();
    return NO_PACKET;
  }

  #noPacketError(): GodotError {
    if (this.get_ready_state() === OPEN) return ERR_UNAVAILABLE;
    return this.#refuse(FAILED, 'there is no packet, and the connection is not open');
  }

  #notOpen(): GodotError {
    return this.#refuse(FAILED, `send: the connection is ${this.get_ready_state() ? 'not open' : NOT_YET}`);
  }

  #live(method: string): Session | null {
    if (this.get_ready_state() !== CLOSED) return this.#session;
    this.#refuse(FAILED, `${method}: there is no connection`);
    return null;
  }

  #refuse(error: GodotError, message: string): GodotError {
    this[REPORT](message);
    return error;
  }
}
