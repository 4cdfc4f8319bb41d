// Godot's WebSocketPeer over the browser's WebSocket: names, argument checks, states and limits, as in Godot's web export.
// What the browser tells, and when, is kept in page-socket.ts.
import { requireBytes, requireInt, requireString, wrongType } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { WebSocketPeerInfo } from '../binding/class-infos.generated.js';
import { printError, printWarning, REPORTED_URL, refuse, report } from '../binding/error-handler.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_INVALID_DATA,
  ERR_INVALID_PARAMETER,
  ERR_OUT_OF_MEMORY,
  ERR_UNAVAILABLE,
  FAILED,
  type GodotError,
  OK,
} from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { ObjectSignals } from '../binding/object.js';
import { type ConstantsOf, defineSignals, type SignalObjects } from '../binding/signal.js';
import { ownBytes, textOf } from '../binding/text.js';
import type { Bytes } from '../binding/types.js';
import { CLOSE_NORMAL } from '../codec/faults.js';
import { VisiblePackets } from '../godot4/visible-packets.js';
import { encodeReason, MAX_REASON_BYTES, NO_CODE } from '../protocol/close-codes.js';
import { NEWS, SETTINGS } from '../protocol/connection-settings.js';
import { Deadline } from '../protocol/deadline.js';
import { checkProtocols } from '../protocol/handshake-rules.js';
import { State } from '../protocol/lifecycle.js';
import { KEEPER, type Kept, NOBODY } from '../protocol/unpolled.js';
import { atTurnEnd } from '../transport/browser/timers.js';
import { CLOCK } from './clock.js';
import { DROPPED, pageCode } from './page-codes.js';
import { ABNORMAL, type PageEvent, PageSocket } from './page-socket.js';
import { pageUrl, URL_SHAPE } from './page-url.js';
import { type TlsClientOptions, WebSocketPeerLimits } from './web-socket-peer-limits.js';

const NO_PACKET = new Uint8Array(0);
const encoder = new TextEncoder();

/** Signals of WebSocketPeer. */
export interface WebSocketPeerSignals extends ObjectSignals {
  activity: [];
}

export interface WebSocketPeer extends SignalObjects<WebSocketPeerSignals>, ConstantsOf<typeof WebSocketPeer> {}

export class WebSocketPeer extends WebSocketPeerLimits implements Kept {
  declare readonly signals: WebSocketPeerSignals;

  static {
    defineSignals(this.prototype, 'activity');
  }

  #socket: PageSocket | null = null;
  #state: State = State.CLOSED;
  readonly #packets = new VisiblePackets();
  #packetError: GodotError = OK;
  #lastWasText = false;
  #closeCode = NO_CODE;
  #closeReason = '';
  #protocol = '';
  #url = '';
  #wasOpen = false;
  #isClosedByPeer = false;
  /** `activity` was raised and no poll has followed. */
  #signalled = false;
  /** The end of this turn looks whether there is more to poll for. */
  #looksAgain = false;
  /** For the handshake, then for CLOSING. */
  readonly #deadline = new Deadline(CLOCK, () => this[NEWS]());

  /** A worker's host, where the game is in another thread. */
  [KEEPER] = NOBODY;

  /** Sends `message` to all of `peers` that are open; returns to how many. */
  static broadcast(peers: Iterable<WebSocketPeer>, message: Bytes, write_mode = 1): number {
    const bytes = requireBytes('message', message);
    if (requireInt('write_mode', write_mode) === WebSocketPeer.WRITE_MODE_TEXT && textOf(bytes) === null) {
      printError(`broadcast: the ${bytes.length} bytes to send as text are not valid UTF-8`);
      return -1;
    }
    let taken = 0;
    for (const peer of peers) if (peer.#state === State.OPEN && peer.send(bytes, write_mode) === OK) taken += 1;
    return taken;
  }

  override [CLASS_INFO](): ClassInfo {
    return WebSocketPeerInfo();
  }

  get [REPORTED_URL](): string {
    return this.get_requested_url();
  }

  [NEWS](): void {
    if (this.#signalled) return;
    this.#signalled = true;
    this.emit_signal('activity');
  }

  connect_to_url(url: string, tls_client_options: TlsClientOptions | null = null): GodotError {
    requireString('url', url);
    if (url === '') return refuse(ERR_INVALID_PARAMETER, 'connect_to_url: url is empty', this);
    if (tls_client_options !== null && typeof tls_client_options.is_server !== 'function') {
      throw wrongType('tls_client_options', 'TLSOptions', tls_client_options);
    }
    if (tls_client_options?.is_server()) {
      return refuse(ERR_INVALID_PARAMETER, 'connect_to_url: tls_client_options are options of a server', this);
    }
    if (this.#state < State.CLOSING) {
      return refuse(ERR_ALREADY_IN_USE, 'connect_to_url: already connecting or connected', this);
    }
    this.#reset();
    const { supportedProtocols, handshakeTimeoutMs } = this[SETTINGS];
    const asked = pageUrl(url);
    // The URL itself is not shown: it may hold a password.
    if (asked === null) return refuse(ERR_INVALID_PARAMETER, `connect_to_url: url must be ${URL_SHAPE}`, this);
    const reason = checkProtocols(supportedProtocols);
    if (reason !== null) return refuse(ERR_INVALID_PARAMETER, `connect_to_url: ${reason}`, this);
    const error = this.#begin(asked, supportedProtocols, handshakeTimeoutMs);
    this.sayUnused(tls_client_options);
    return error;
  }

  poll(): void {
    this.#poll(false);
  }

  /** As in ../godot4/web-socket-peer.ts. */
  pollHandshake(): void {
    this.#poll(true);
  }

  #poll(handshakeOnly: boolean): void {
    this.#signalled = false;
    const socket = this.#socket;
    if (socket === null) return;
    this.#packets.begin(socket, this.#state === State.CLOSING);
    while (socket === this.#socket) {
      if (handshakeOnly && this.#wasOpen) break;
      const event = this.#packets.advance(socket, this.#state === State.OPEN);
      if (event === null) break;
      this.#handle(event, socket);
    }
    if (this.#deadline.passed()) this.#retire();
    this.#lookAgain();
  }

  get_ready_state(): State {
    return this.#state;
  }

  get_available_packet_count(): number {
    return this.#packets.count;
  }

  get_packet(): Uint8Array {
    const packet = this.takePacket();
    this.#packetError = typeof packet === 'number' ? packet : OK;
    return typeof packet === 'number' ? NO_PACKET : packet;
  }

  get_packet_into(target: Uint8Array): number {
    if (!(target instanceof Uint8Array)) throw wrongType('target', 'a Uint8Array', target);
    const length = this.#packets.nextLength;
    this.#packetError = length < 0 ? ERR_UNAVAILABLE : OK;
    if (length >= 0 && length <= target.length) target.set(this.takePacket() as Uint8Array);
    return length;
  }

  get_packet_error(): GodotError {
    return this.#packetError;
  }

  was_string_packet(): boolean {
    return this.#lastWasText;
  }

  send(message: Bytes, write_mode = 1): GodotError {
    const bytes = requireBytes('message', message);
    const isText = requireInt('write_mode', write_mode) === WebSocketPeer.WRITE_MODE_TEXT;
    if (this.#state !== State.OPEN) return FAILED;
    const text = isText ? textOf(bytes) : null;
    if (isText && text === null) {
      return refuse(ERR_INVALID_DATA, `send: the ${bytes.length} bytes to send as text are not valid UTF-8`, this);
    }
    return this.#send(text ?? ownBytes(bytes), bytes.length);
  }

  send_text(message: string): GodotError {
    requireString('message', message);
    if (this.#state !== State.OPEN) return FAILED;
    return this.#send(message, encoder.encode(message).length);
  }

  get_current_outbound_buffered_amount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  close(code = CLOSE_NORMAL, reason = ''): void {
    requireInt('code', code);
    requireString('reason', reason);
    if (this.#state >= State.CLOSING && code >= 0) return;
    if (code < 0) {
      this.#retire();
      return;
    }
    const { bytes, cut } = encodeReason(reason);
    const sent = pageCode(code);
    this.#state = State.CLOSING;
    this.#limit(this[SETTINGS].closeTimeoutMs);
    if (code === 0) this.#socket?.close();
    else this.#socket?.close(sent, textOf(bytes) as string);
    if (cut) printError(`close: the reason is longer than ${MAX_REASON_BYTES} bytes and was cut`, this);
    if (code !== 0 && sent !== code) printWarning(`close: a page can not send the code ${code}; ${sent} is sent`, this);
  }

  get_close_code(): number {
    return this.#closeCode;
  }

  get_close_reason(): string {
    return this.#closeReason;
  }

  get_selected_protocol(): string {
    return this.#protocol;
  }

  get_requested_url(): string {
    return this.#url;
  }

  override free(): void {
    this.#retire();
    super.free();
  }

  /** As in ../godot4/web-socket-peer.ts. */
  get wasOpen(): boolean {
    return this.#wasOpen;
  }

  get isClosedByPeer(): boolean {
    return this.#isClosedByPeer;
  }

  leave(): void {
    this.#socket?.close(CLOSE_NORMAL);
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    return this.send(bytes);
  }

  protected override takePacket(): Uint8Array | GodotError {
    const packet = this.#packets.take();
    if (packet === undefined) return ERR_UNAVAILABLE;
    this.#lastWasText = packet.isText;
    this.#socket?.taken(packet.data.length);
    this.#lookAgain();
    return packet.data;
  }

  #reset(): void {
    this.#retire();
    this.#packets.clear();
    this.#closeCode = NO_CODE;
    this.#closeReason = '';
    this.#protocol = '';
    this.#url = '';
    this.#lastWasText = false;
    this.#wasOpen = false;
    this.#isClosedByPeer = false;
    this.#signalled = false;
  }

  #begin(url: string, protocols: readonly string[], timeoutMs: number): GodotError {
    try {
      this.#socket = new PageSocket(url, protocols, this);
    } catch (error) {
      return refuse(FAILED, `connect_to_url: the browser refuses "${url}": ${(error as Error).message}`, this);
    }
    this.#url = url;
    this.#state = State.CONNECTING;
    this.#limit(timeoutMs);
    return OK;
  }

  /** Raises `activity` when this turn is over, should a poll find something then. */
  #lookAgain(): void {
    if (this.#looksAgain || !this.#canAdvance) return;
    this.#looksAgain = true;
    atTurnEnd(() => {
      this.#looksAgain = false;
      if (this.#canAdvance) this[NEWS]();
    });
  }

  get #canAdvance(): boolean {
    return this.#socket !== null && this.#packets.canAdvance(this.#socket);
  }

  #handle(event: PageEvent, socket: PageSocket): void {
    if (event.kind === 'open') this.#open(socket);
    else if (event.kind === 'closed') {
      this.#isClosedByPeer = this.#state === State.OPEN && event.code !== ABNORMAL && event.report === '';
      this.#end(event.code, event.reason);
      if (event.report !== '') this[KEEPER].report(event.report);
    }
  }

  #open(socket: PageSocket): void {
    if (this.#state !== State.CONNECTING) return; // closed in the meantime
    this.#state = State.OPEN;
    this.#wasOpen = true;
    this.#protocol = socket.selectedProtocol;
    this.#packets.limit(this[SETTINGS]);
    this.#limit(0);
  }

  /** 0: none. */
  #limit(milliseconds: number): void {
    if (milliseconds === 0) this.#deadline.clear();
    else this.#deadline.set(milliseconds);
  }

  #end(code: number, reason: string): void {
    this.#closeCode = code;
    this.#closeReason = reason;
    this.#leave();
  }

  #leave(): void {
    this.#state = State.CLOSED;
    this.#limit(0);
    this.#socket?.retire();
    this.#socket = null;
  }

  /** Ends at once, as far as a page can; the code stays what it was. */
  #retire(): void {
    const socket = this.#socket;
    this.#leave();
    socket?.close(DROPPED.code, DROPPED.reason);
  }

  #send(data: string | Uint8Array, size: number): GodotError {
    const socket = this.#socket as PageSocket;
    const { outboundBufferSize } = this[SETTINGS];
    const waiting = socket.bufferedAmount;
    if (outboundBufferSize === 0 || waiting + size <= outboundBufferSize) {
      const reason = socket.send(data);
      return reason === '' ? OK : refuse(FAILED, `send: ${reason}`, this);
    }
    const limit = `outbound_buffer_size ${outboundBufferSize}`;
    const message = `send: no room for ${size} bytes, ${waiting} bytes wait (${limit})`;
    report('error', message, this, null, 'send: no room');
    return ERR_OUT_OF_MEMORY;
  }
}
