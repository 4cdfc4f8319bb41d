// The worker's half: real WebSocketPeers, each driven by its own news and talking to its WorkerWebSocketPeer in the page.
import { clock } from '#platform';
import { requireFunction, wrongType } from '../binding/arguments.js';
import type { Failure, ReportKind } from '../binding/error-handler.js';
import { OK } from '../binding/errors.js';
import { ownedCopy } from '../bytes.js';
import { SESSION, WebSocketPeer } from '../godot4/websocket/web-socket-peer.js';
import { NO_CODE } from '../protocol/close-codes.js';
import { State } from '../protocol/lifecycle.js';
import { KEEPER, REPORT, SETTINGS } from '../protocol/session.js';
import type { MessagePortLike } from '../transport/message-port.js';
import type { Alarm } from '../transport/platform.js';
import { HeldPackets } from './held-packets.js';
import { type FromWorker, movable, postBytes, type StartMessage, type ToWorker } from './messages.js';

/** How often it is looked whether what was sent has left, while some has not. */
const LOOK_AGAIN_MS = 20;
/** The page keeps the limits on what waits to be sent. */
const NO_OUTBOUND_LIMITS = { outboundBufferSize: 0, maxUnsentPackets: 2 ** 31 - 1 };

/** Circumstances of a packet that `onPacket` is asked about. */
export interface PacketContext {
  /** It came as text. */
  readonly isText: boolean;
  /** Nobody looks at the page at the moment. */
  readonly isHidden: boolean;
}

/** What `hostPeers` can be told. */
export interface HostOptions {
  /**
   * Called in the worker for each packet as it comes, also while the page is hidden; may answer with `peer.send`.
   *
   * The bytes are the script's, to keep. Return true for a packet that is dealt with: the page does not get it. What it
   * throws is reported as an error of the worker, and the packet goes on to the page.
   */
  readonly onPacket?: (packet: Uint8Array, peer: WebSocketPeer, context: PacketContext) => boolean | undefined;
  /** Where pages speak to this worker: `self` unless given; in Node, `parentPort` of `node:worker_threads`. */
  readonly scope?: Pick<MessagePortLike, 'addEventListener'>;
}

/**
 * Makes this worker a host of WebSockets: to be called once, in the worker's script.
 *
 * A WorkerWebSocketPeer in the page then has its connection here, where it goes on receiving and answering while the
 * page is hidden or busy. Other messages to the worker are left alone.
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
    if (isStart(data)) new HostedPeer(data, onPacket).start(data.url);
  });
}

function isStart(data: unknown): data is StartMessage {
  return typeof data === 'object' && data !== null && 'websocketpeer' in data && data.websocketpeer === 'start';
}

/** The connection: what it has to report, the game is told in the page. */
class HostedSocket extends WebSocketPeer {
  readonly [KEEPER]: HeldPackets;
  readonly #tell: (message: FromWorker) => void;

  /** For the browser's WebSocket, `keeper` has packets that the game has not; a socket of Node lets the sender wait. */
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
    this.#tell({ kind: 'report', severity, message, failure, cause });
  }
}

/** One connection; it lives as long as its port has something to say. */
class HostedPeer {
  readonly #peer: HostedSocket;
  readonly #port: MessagePortLike;
  readonly #onPacket: HostOptions['onPacket'];
  readonly #held: HeldPackets;
  #isOpen = false;
  #isOver = false;
  // Bytes of what was sent: given to the peer, and told to have left.
  #givenBytes = 0;
  #leftBytes = 0;
  #look: Alarm | null = null;

  constructor(start: StartMessage, onPacket: HostOptions['onPacket']) {
    const { port, settings } = start;
    this.#port = port;
    this.#onPacket = onPacket;
    const limits = { bytes: settings.inboundBufferSize, packets: settings.maxQueuedPackets };
    // A packet that the script has seen may have been kept, or given away, by it.
    const toPost = onPacket === undefined ? movable : ownedCopy;
    this.#held = new HeldPackets(limits, start, ({ data, isText }) =>
      postBytes(port, { kind: 'packet', data: toPost(data), isText }),
    );
    this.#peer = new HostedSocket(this.#held, (message) => this.#tell(message));
    this.#peer[SETTINGS] = { ...settings, ...NO_OUTBOUND_LIMITS };
    this.#peer.connect('activity', () => this.#turn());
    port.addEventListener('message', ({ data }) => this.#hear(data as ToWorker));
    port.addEventListener('close', () => this.#abandon());
    port.start?.();
  }

  start(url: string): void {
    if (this.#peer.connect_to_url(url) === OK) this.#turn();
    else this.#end(NO_CODE, '', false);
  }

  #hear(message: ToWorker): void {
    if (this.#isOver) return;
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
    // Not taken when the connection has just ended: the page hears of that next.
    this.#peer.send(data, isText ? WebSocketPeer.WRITE_MODE_TEXT : WebSocketPeer.WRITE_MODE_BINARY);
  }

  #attend(isHidden: boolean, policy: number): void {
    const wasHidden = this.#held.isHidden;
    const dropped = this.#held.attend({ isHidden, policy });
    if (wasHidden && !isHidden) this.#tell({ kind: 'seen', policy, dropped });
  }

  /** Moves the connection on, and tells the page what is new. */
  #turn(): void {
    if (this.#isOver) return;
    const peer = this.#peer;
    peer.poll();
    const state = peer.get_ready_state();
    if (state === State.OPEN && !this.#isOpen) {
      this.#isOpen = true;
      this.#tell({ kind: 'open', protocol: peer.get_selected_protocol() });
    }
    this.#takeAll();
    this.#tellLeft();
    if (peer.get_ready_state() !== State.CLOSED) return;
    this.#held.release();
    this.#takeAll();
    this.#end(peer.get_close_code(), peer.get_close_reason(), peer[SESSION]?.isClosedByPeer ?? false);
  }

  /** As many packets as there is room for. */
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
    // Answers of `onPacket` wait there, too: the page's own bytes are at most what it gave.
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

  #end(code: number, reason: string, isByPeer: boolean): void {
    this.#tell({ kind: 'closed', code, reason, isByPeer, report: '' });
    this.#abandon();
  }

  /** Nobody is there to hear any more. */
  #abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#look?.cancel();
    this.#peer.free();
    this.#port.close();
  }
}
