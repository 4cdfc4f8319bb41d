// The worker's side: WebSocketPeers that poll at their own signal and exchange messages with the page's side.
import { clock } from '#platform';
import { requireFunction, wrongType } from '../binding/arguments.js';
import { type Failure, printError, type ReportKind, report } from '../binding/error-handler.js';
import { OK } from '../binding/errors.js';
import { ownedCopy } from '../bytes.js';
import { WebSocketPeer } from '../godot4/websocket/web-socket-peer.js';
import { NO_CODE } from '../protocol/close-codes.js';
import { State } from '../protocol/lifecycle.js';
import { KEEPER, REPORT, SESSION, SETTINGS } from '../protocol/session.js';
import type { MessagePortLike } from '../transport/message-port.js';
import type { Alarm } from '../transport/platform.js';
import { complaintOfStart, complaintToWorker, isStart, settingsOf } from './checked-messages.js';
import { HeldPackets } from './held-packets.js';
import { type FromWorker, movable, postBytes, type StartMessage, type ToWorker } from './messages.js';

/** Interval between checks of the outbound buffer while it is not empty. */
const LOOK_AGAIN_MS = 20;
/** Most bytes of one page that wait to be sent, whatever limit the page claims to have. */
const MOST_BYTES = 67_108_864;
/** The outbound limits are enforced in the page. */
const NO_OUTBOUND_LIMITS = { outboundBufferSize: 0, maxUnsentPackets: 2 ** 31 - 1 };

/** Circumstances of a packet passed to `onPacket`. */
export interface PacketContext {
  /** Whether it was received as text. */
  readonly isText: boolean;
  /** Whether the page is hidden. */
  readonly isHidden: boolean;
}

/** Options of `hostPeers`. */
export interface HostOptions {
  /**
   * Called in the worker for each packet as it arrives, also while the page is hidden; may answer with `peer.send`.
   *
   * The bytes belong to the script. Return true for a handled packet: the page does not get it. An exception is
   * reported as an error of the worker, and the packet is forwarded to the page.
   */
  readonly onPacket?: (packet: Uint8Array, peer: WebSocketPeer, context: PacketContext) => boolean | undefined;
  /** Where the messages of pages arrive: `self` unless given; in Node, `parentPort` of `node:worker_threads`. */
  readonly scope?: Pick<MessagePortLike, 'addEventListener'>;
}

/**
 * Makes this worker hold the connections of WorkerWebSocketPeers. Call it once, in the worker's script.
 *
 * A WorkerWebSocketPeer in the page then has its connection here, where it continues to receive and answer while the
 * page is hidden or busy. Other messages to the worker are ignored; a malformed one of this package is ignored and
 * reported. A page that sends more than its `outbound_buffer_size` takes, or more than 64 MiB, is cut off.
 *
 * ```js
 * // network.js
 * import { hostPeers } from 'websocketpeer/worker';
 * hostPeers({ onPacket: (packet, peer) => packet[0] === PING && peer.send(PONG) === 0 });
 * ```
 */
export function hostPeers({ onPacket, scope = globalThis as unknown as HostOptions['scope'] }: HostOptions = {}): void {
  if (onPacket !== undefined) requireFunction('onPacket', onPacket);
  if (typeof scope?.addEventListener !== 'function') throw wrongType('scope', "a worker's scope or port", scope);
  scope.addEventListener('message', ({ data }) => {
    if (!isStart(data)) return;
    const complaint = complaintOfStart(data);
    if (complaint === '') new HostedPeer(data, onPacket).start(data.url);
    else printError(`hostPeers: a page asks for ${complaint}; ignored`);
  });
}

/** A WebSocketPeer whose reports go to the page. */
class HostedSocket extends WebSocketPeer {
  readonly [KEEPER]: HeldPackets;
  readonly #tell: (message: FromWorker) => void;

  /** Packets in `keeper` count as waiting for the browser's WebSocket; a socket of Node makes the sender wait. */
  constructor(keeper: HeldPackets, tell: (message: FromWorker) => void) {
    super();
    this[KEEPER] = keeper;
    this.#tell = tell;
  }

  override [REPORT](
    message: string,
    severity: ReportKind = 'error',
    failure: Failure | null = null,
    cause = message,
  ): void {
    // The page's side reports why the connection failed, when the game sees its end.
    if (failure === null) this.#tell({ kind: 'report', severity, message, cause });
  }
}

/** One connection, with its port to the page; it ends with the connection or the port. */
class HostedPeer {
  readonly #peer: HostedSocket;
  readonly #port: MessagePortLike;
  readonly #onPacket: HostOptions['onPacket'];
  readonly #held: HeldPackets;
  #isOpen = false;
  #isOver = false;
  // Bytes of sent packets: passed to the peer, and reported to the page as having left.
  #givenBytes = 0;
  #leftBytes = 0;
  /** The page's outbound_buffer_size, which the page observes unless it is hostile, or MOST_BYTES. */
  readonly #mostBytes: number;
  #look: Alarm | null = null;

  constructor(start: StartMessage, onPacket: HostOptions['onPacket']) {
    const { port } = start;
    const settings = settingsOf(start);
    this.#port = port;
    this.#mostBytes = Math.min(settings.outboundBufferSize || MOST_BYTES, MOST_BYTES);
    this.#onPacket = onPacket;
    const limits = { bytes: settings.inboundBufferSize, packets: settings.maxQueuedPackets };
    // The script may have kept or transferred a packet that was passed to it.
    const toPost = onPacket === undefined ? movable : ownedCopy;
    this.#held = new HeldPackets(limits, start, ({ data, isText }) =>
      postBytes(port, { kind: 'packet', data: toPost(data), isText }),
    );
    this.#peer = new HostedSocket(this.#held, (message) => this.#tell(message));
    this.#peer[SETTINGS] = { ...settings, ...NO_OUTBOUND_LIMITS };
    this.#peer.connect('activity', () => this.#turn());
    port.addEventListener('message', ({ data }) => this.#hear(data));
    port.addEventListener('close', () => this.#abandon());
    port.start?.();
  }

  start(url: string): void {
    if (this.#peer.connect_to_url(url) === OK) this.#turn();
    else this.#end(NO_CODE, '', false, null);
  }

  #hear(data: unknown): void {
    if (this.#isOver) return;
    const complaint = complaintToWorker(data);
    if (complaint === '') this.#obey(data as ToWorker);
    else report(`hostPeers: a page sends ${complaint}; ignored`, this.#peer, 'error', null, 'a page sends nonsense');
  }

  #obey(message: ToWorker): void {
    const peer = this.#peer;
    if (message.kind === 'send') this.#send(message.data, message.isText);
    else if (message.kind === 'close') peer.close(message.code, message.reason);
    else if (message.kind === 'taken') this.#held.taken(message.packets, message.bytes);
    else if (message.kind === 'no delay') peer.set_no_delay(message.enabled);
    else this.#attend(message.isHidden, message.policy);
    this.#turn();
  }

  #send(data: Uint8Array, isText: boolean): void {
    this.#givenBytes += data.length;
    const waiting = this.#givenBytes - this.#leftBytes;
    if (waiting > this.#mostBytes) {
      const limit = this.#mostBytes < MOST_BYTES ? 'outbound_buffer_size' : 'the most that a worker keeps for it:';
      this.#cutOff(`${waiting} bytes wait to be sent (${limit} ${this.#mostBytes})`);
      return;
    }
    // Fails when the connection has just ended, which is the next message to the page.
    this.#peer.send(data, isText ? WebSocketPeer.WRITE_MODE_TEXT : WebSocketPeer.WRITE_MODE_BINARY);
  }

  #cutOff(why: string): void {
    printError(`hostPeers: a page does not keep its limits, ${why}; its connection ends`, this.#peer);
    this.#end(NO_CODE, '', false, null);
  }

  #attend(isHidden: boolean, policy: number): void {
    const wasHidden = this.#held.isHidden;
    const dropped = this.#held.attend({ isHidden, policy });
    if (wasHidden && !isHidden) this.#tell({ kind: 'seen', policy, dropped });
  }

  /** Advances the connection, and posts its news to the page. */
  #turn(): void {
    if (this.#isOver) return;
    const peer = this.#peer;
    peer.poll();
    const state = peer.get_ready_state();
    if (state === State.OPEN && !this.#isOpen) {
      this.#isOpen = true;
      const isCompressed = peer.is_compression_active();
      this.#tell({ kind: 'open', protocol: peer.get_selected_protocol(), isCompressed });
    }
    this.#takeAll();
    this.#tellLeft();
    if (peer.get_ready_state() !== State.CLOSED) return;
    this.#held.release();
    this.#takeAll();
    const { isClosedByPeer = false, failure = null } = peer[SESSION] ?? {};
    this.#end(peer.get_close_code(), peer.get_close_reason(), isClosedByPeer, failure);
  }

  /** Takes as many packets as there is room for. */
  #takeAll(): void {
    while (this.#peer.get_available_packet_count() > 0 && this.#held.hasRoom && !this.#isOver) this.#take();
  }

  #take(): void {
    const data = this.#peer.get_packet();
    const isText = this.#peer.was_string_packet();
    if (!this.#isDealtWith(data, isText)) this.#held.add({ data, isText });
  }

  #isDealtWith(data: Uint8Array, isText: boolean): boolean {
    try {
      return this.#onPacket?.(data, this.#peer, { isText, isHidden: this.#held.isHidden }) === true;
    } catch (error) {
      clock.atTurnEnd(() => {
        throw error;
      });
      return false;
    }
  }

  #tellLeft(): void {
    // The buffered amount includes answers of `onPacket`: the page's part is at most what the page has sent.
    const waiting = Math.min(this.#peer.get_current_outbound_buffered_amount(), this.#givenBytes - this.#leftBytes);
    const bytes = this.#givenBytes - waiting - this.#leftBytes;
    if (bytes > 0) this.#tell({ kind: 'left', bytes });
    this.#leftBytes += bytes;
    if (waiting > 0) this.#lookAgain();
  }

  #lookAgain(): void {
    this.#look ??= clock.alarm(LOOK_AGAIN_MS, () => {
      this.#look = null;
      this.#turn();
    });
  }

  #tell(message: FromWorker): void {
    this.#port.postMessage(message);
  }

  #end(code: number, reason: string, isByPeer: boolean, failure: Failure | null): void {
    this.#tell({ kind: 'closed', code, reason, isByPeer, failure });
    this.#abandon();
  }

  /** Frees the connection and closes the port. */
  #abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#look?.cancel();
    this.#peer.free();
    this.#port.close();
  }
}
