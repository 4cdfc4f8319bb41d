// A WebSocketPeer whose connection a worker holds: the page's half, with the calls of Godot's class. What the worker does
// is told in peer-host.ts.

import { platform } from '#platform';
import { requireBool, requireBytes, requireInt, requireString, wrongType } from '../binding/arguments.js';
import { printError, REPORTED_URL, refuse, report } from '../binding/error-handler.js';
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
import type { ObjectSignals } from '../binding/object.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import { textOf } from '../binding/text.js';
import type { Bytes, int, int32 } from '../binding/types.js';
import { VisiblePackets } from '../godot4/visible-packets.js';
import { NEWS, SETTINGS } from '../protocol/connection-settings.js';
import { Deadline } from '../protocol/deadline.js';
import { checkHandshakeHeaders, checkProtocols } from '../protocol/handshake-rules.js';
import { State } from '../protocol/lifecycle.js';
import { parseUrl } from '../protocol/url.js';
import type { FromWorker } from './messages.js';
import { type WorkerLike, WorkerLine } from './worker-line.js';
import { WorkerPeerRecord } from './worker-peer-record.js';

const NORMAL = 1000;
/** The worker keeps the time limits; a worker that has not answered so long after them is gone. */
const GRACE_MS = 1000;
const NO_PACKET = new Uint8Array(0);
const encoder = new TextEncoder();

/** Signals of WorkerWebSocketPeer. */
export interface WorkerWebSocketPeerSignals extends ObjectSignals {
  /** `poll` would find something new; raised once until the next `poll`. */
  activity: [];
}

export interface WorkerWebSocketPeer extends SignalObjects<WorkerWebSocketPeerSignals> {}

/**
 * A client's WebSocketPeer whose connection lives in a worker, where it goes on while the page is hidden or busy.
 *
 * The calls are those of `WebSocketPeer`, `poll` included: the state moves there, and packets come. The worker's script
 * calls `hostPeers`. `hidden_policy` says which of the packets that come while nobody looks the game finds when it is
 * seen again.
 *
 * ```js
 * const worker = new Worker(new URL('./network.js', import.meta.url), { type: 'module' });
 * const socket = new WorkerWebSocketPeer(worker);
 * socket.hidden_policy = WorkerWebSocketPeer.KEEP_LATEST;
 * socket.connect_to_url('wss://game.example/');
 * ```
 *
 * Properties count from `connect_to_url` on; `outbound_buffer_size` and `hidden_policy` count at once. What waits is
 * bounded: the page holds as much as `inbound_buffer_size` and `max_queued_packets` say, the worker as much again, and
 * what more comes waits in the worker's own WebSocketPeer as it does without a worker: in a browser, all of it together
 * is at most `max_unpolled_bytes` and `max_unpolled_packets`.
 *
 * **Note:** TLS is as the worker's runtime has it, and the worker does not tell the other side's address.
 *
 * @addition
 */
export class WorkerWebSocketPeer extends WorkerPeerRecord {
  declare readonly signals: WorkerWebSocketPeerSignals;

  static {
    defineSignals(this.prototype, 'activity');
  }

  readonly #worker: WorkerLike;
  #line: WorkerLine | null = null;
  readonly #packets = new VisiblePackets();
  #packetError: GodotError = OK;
  /** `activity` was raised and no poll has followed. */
  #signalled = false;
  /** The end of this turn looks whether there is more to poll for. */
  #looksAgain = false;
  readonly #deadline = new Deadline(platform, () => this[NEWS]());

  /** `worker` is the browser's Worker, Node's, or a MessagePort whose other end was given to `hostPeers`. */
  constructor(worker: WorkerLike) {
    super();
    if (typeof worker?.postMessage !== 'function') throw wrongType('worker', 'a Worker or a MessagePort', worker);
    this.#worker = worker;
  }

  get [REPORTED_URL](): string {
    return this.get_requested_url();
  }

  [NEWS](): void {
    if (this.#signalled) return;
    this.#signalled = true;
    this.emit_signal('activity');
  }

  /**
   * Connects to a WebSocket server, from the worker.
   *
   * As `WebSocketPeer.connect_to_url`, except that TLS options can't go to another thread: returns ERR_UNAVAILABLE for
   * any.
   */
  connect_to_url(url: string, tls_client_options: object | null = null): GodotError {
    requireString('url', url);
    if (url === '') return refuse(ERR_INVALID_PARAMETER, 'connect_to_url: url is empty', this);
    if (tls_client_options !== null) {
      return refuse(ERR_UNAVAILABLE, 'connect_to_url: tls_client_options can not be given to a worker', this);
    }
    if (this.state < State.CLOSING) {
      return refuse(ERR_ALREADY_IN_USE, 'connect_to_url: already connecting or connected', this);
    }
    this.#reset();
    const settings = this[SETTINGS];
    const target = parseUrl(url);
    if (typeof target === 'string') return refuse(ERR_INVALID_PARAMETER, `connect_to_url: ${target}`, this);
    const { supportedProtocols, handshakeHeaders, handshakeTimeoutMs } = settings;
    const reason = checkProtocols(supportedProtocols) ?? checkHandshakeHeaders(handshakeHeaders, 'client');
    if (reason !== null) return refuse(ERR_INVALID_PARAMETER, `connect_to_url: ${reason}`, this);
    this.watchPage();
    const start = { url, settings, policy: this.hidden_policy, isHidden: this.is_hidden() };
    this.#packets.limit(settings);
    this.#line = new WorkerLine(this.#worker, start, () => this[NEWS]());
    this.requestedUrl = url;
    this.state = State.CONNECTING;
    this.#expectWithin(handshakeTimeoutMs);
    return OK;
  }

  /** As `WebSocketPeer.poll`: takes over what the worker has told since the last time. */
  poll(): void {
    this.#signalled = false;
    const line = this.#line;
    if (line === null) return;
    this.#packets.begin(line, this.state === State.CLOSING);
    while (line === this.#line) {
      const event = this.#packets.advance(line, this.state === State.OPEN);
      if (event === null) break;
      this.#handle(event);
    }
    if (this.#deadline.passed()) this.#leave();
    this.#lookAgain();
  }

  override get_available_packet_count(): int32 {
    return this.#packets.count;
  }

  override get_packet(): Uint8Array {
    const packet = this.takePacket();
    this.#packetError = typeof packet === 'number' ? packet : OK;
    return typeof packet === 'number' ? NO_PACKET : packet;
  }

  /** As `WebSocketPeer.get_packet_into`. */
  get_packet_into(target: Uint8Array): int32 {
    if (!(target instanceof Uint8Array)) throw wrongType('target', 'a Uint8Array', target);
    const length = this.#packets.nextLength;
    if (length > target.length) return length; // nothing was taken
    target.set(this.get_packet());
    return length;
  }

  override get_packet_error(): GodotError {
    return this.#packetError;
  }

  /** As `WebSocketPeer.send`; the bytes go to the worker at once. */
  send(message: Bytes, write_mode: int = WorkerWebSocketPeer.WRITE_MODE_BINARY): GodotError {
    const bytes = requireBytes('message', message);
    const isText = requireInt('write_mode', write_mode) === WorkerWebSocketPeer.WRITE_MODE_TEXT;
    if (isText && textOf(bytes) === null) {
      return refuse(ERR_INVALID_DATA, `send: the ${bytes.length} bytes to send as text are not valid UTF-8`, this);
    }
    return this.#send(bytes, isText);
  }

  /** Sends `message` as one text packet; otherwise as `send`. */
  send_text(message: string): GodotError {
    return this.#send(encoder.encode(requireString('message', message)), true);
  }

  /**
   * Payload bytes that have not left the worker, as far as the page knows.
   *
   * @const
   */
  get_current_outbound_buffered_amount(): int32 {
    return this.state === State.OPEN ? (this.#line?.unsentBytes ?? 0) : 0;
  }

  /** As `WebSocketPeer.close`; codes that must not be sent are reported in the worker. */
  close(code: int32 = NORMAL, reason = ''): void {
    requireInt('code', code);
    requireString('reason', reason);
    if (this.#line === null) return;
    if (this.state !== State.OPEN || code < 0) {
      this.#leave();
      return;
    }
    this.state = State.CLOSING;
    this.#line.tell({ kind: 'close', code, reason });
    this.#expectWithin(this[SETTINGS].closeTimeoutMs);
  }

  /** As `WebSocketPeer.set_no_delay`, where the worker's runtime has a say in it. */
  set_no_delay(enabled: boolean): void {
    requireBool('enabled', enabled);
    if (this.#line === null) printError('set_no_delay: there is no connection', this);
    this.#line?.tell({ kind: 'no delay', enabled });
  }

  /** Drops the connection. */
  override free(): void {
    this.#leave();
    super.free();
  }

  protected override attentionChanged(): void {
    this.#line?.tell({ kind: 'attention', isHidden: this.is_hidden(), policy: this.hidden_policy });
  }

  protected override putPacket(bytes: Uint8Array): GodotError {
    return this.send(bytes);
  }

  protected override takePacket(): Uint8Array | GodotError {
    const packet = this.#packets.take();
    if (packet === undefined) return this.state === State.OPEN ? ERR_UNAVAILABLE : FAILED;
    this.lastWasText = packet.isText;
    this.#line?.taken(1, packet.data.length);
    this.#lookAgain();
    return packet.data;
  }

  #send(bytes: Uint8Array, isText: boolean): GodotError {
    const line = this.#line;
    if (this.state !== State.OPEN || line === null) return refuse(FAILED, 'send: the connection is not open', this);
    const { outboundBufferSize } = this[SETTINGS];
    if (outboundBufferSize === 0 || line.unsentBytes + bytes.length <= outboundBufferSize) {
      line.send(bytes, isText);
      return OK;
    }
    const waiting = `${line.unsentBytes} bytes wait (outbound_buffer_size ${outboundBufferSize})`;
    report('error', `send: no room for ${bytes.length} bytes, ${waiting}`, this, null, 'send: no room');
    return ERR_OUT_OF_MEMORY;
  }

  /** Raises `activity` when this turn is over, should a poll find something then. */
  #lookAgain(): void {
    if (this.#looksAgain || !this.#canAdvance) return;
    this.#looksAgain = true;
    platform.atTurnEnd(() => {
      this.#looksAgain = false;
      if (this.#canAdvance) this[NEWS]();
    });
  }

  get #canAdvance(): boolean {
    return this.#line !== null && this.#packets.canAdvance(this.#line);
  }

  #handle(event: FromWorker): void {
    if (event.kind === 'open') this.#open(event.protocol);
    else if (event.kind === 'report') printError(event.message, this);
    else if (event.kind === 'seen') this.#see(event.policy, event.dropped);
    else if (event.kind === 'closed') {
      this.closeCode = event.code;
      this.closeReason = event.reason;
      this.#leave();
    }
  }

  #open(protocol: string): void {
    if (this.state !== State.CONNECTING) return;
    this.state = State.OPEN;
    this.selectedProtocol = protocol;
    this.#deadline.clear();
  }

  /** What the worker had already given when the page was hidden is subject to the same choice. */
  #see(policy: number, dropped: number): void {
    this.droppedPackets += dropped;
    const kept = WorkerWebSocketPeer.keptOf(policy, this.#packets.count);
    while (this.#packets.count > kept) {
      this.#line?.taken(1, this.#packets.nextLength);
      this.#packets.take();
      this.droppedPackets += 1;
    }
  }

  /** The worker keeps the limit; 0 is for none. */
  #expectWithin(limitMs: number): void {
    if (limitMs === 0) this.#deadline.clear();
    else this.#deadline.set(limitMs + GRACE_MS);
  }

  #reset(): void {
    this.#leave();
    this.#packets.clear();
    this.#signalled = false;
    this.forget();
  }

  #leave(): void {
    this.state = State.CLOSED;
    this.#deadline.clear();
    this.#line?.retire();
    this.#line = null;
    this.unwatchPage();
  }
}
