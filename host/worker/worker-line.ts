// The page's end of one connection in a worker: a queue of the worker's events, kept in order until a poll, and ignored
// after `retire`. How they become visible to a game is described in ../protocol/event-session.ts.

import { clock } from '#platform';
import type { Failure } from '../binding/error-handler.js';
import { type GodotError, OK } from '../binding/errors.js';
import { ownedCopy } from '../bytes.js';
import { NO_CODE } from '../protocol/close-codes.js';
import type { Line, LineEvent } from '../protocol/event-session.js';
import { failureOf } from '../protocol/failures.js';
import { NEWS, REPORT, SETTINGS, type SessionOwner } from '../protocol/session.js';
import type { SettingValues } from '../protocol/settings.js';
import type { VisiblePackets } from '../protocol/visible-packets.js';
import type { MessagePortLike } from '../transport/message-port.js';
import { Queue } from '../transport/queue.js';
import { complaintFromWorker } from './checked-messages.js';
import type { HiddenPage } from './hidden-page.js';
import { type FromWorker, keptOf, type PageNews, postBytes, type ToWorker } from './messages.js';

/** A worker, as the page sees it: the browser's `Worker`, `MessagePort`s, and those of Node's `worker_threads`. */
export interface WorkerLike {
  /** `transfer` lists the objects to move instead of copying; each runtime has its own type for it. */
  postMessage(message: unknown, transfer: never[]): void;
}

const WORKER_GONE = /* @__PURE__ */ failureOf('open', 'PEER_GONE', 'the worker has ended, and the connection with it');
const LIMITS_IGNORED = /* @__PURE__ */ failureOf(
  'open',
  'PROTOCOL_ERROR',
  "the worker does not keep this peer's limits; the connection ends",
);
/** Most events besides packets that wait for a poll: what a connection reports in any case. */
const MOST_OTHER_EVENTS = 1024;
/** Bytes that may wait in a socket behind the limits; a frame has two at least. */
const SOCKET_READ = 65_536;

export class WorkerLine implements Line<PageNews> {
  readonly #port: MessagePortLike;
  readonly #owner: SessionOwner;
  readonly #page: HiddenPage;
  readonly #events = new Queue<LineEvent | PageNews>();
  #isOver = false;
  #isRetired = false;
  /** Bytes of sent packets that have not left the worker. */
  unsentBytes = 0;
  // Taken by the game, and not reported to the worker yet.
  #takenPackets = 0;
  #takenBytes = 0;
  // Received, and not reported to the worker as taken.
  #untoldPackets = 0;
  #untoldBytes = 0;
  /** The limits that were sent to the worker. */
  readonly #limits: Readonly<SettingValues>;
  /** Number of packets that the game never gets. */
  droppedPackets = 0;

  /** Makes `worker` begin to connect to `url`. `page` is unwatched when the connection is retired. */
  constructor(owner: SessionOwner, worker: WorkerLike, url: string, page: HiddenPage) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#owner = owner;
    this.#page = page;
    this.#port.addEventListener('message', ({ data }) => this.#hear(data));
    // The worker has ended; after a regular end this has no effect.
    this.#port.addEventListener('close', () => this.#end(WORKER_GONE));
    this.#port.start?.();
    const { policy, isHidden } = page;
    const settings = { ...owner[SETTINGS], handshakeHook: null }; // a function can't be posted
    this.#limits = settings;
    const start = { websocketpeer: 'start', port: port2, url, settings, policy, isHidden };
    worker.postMessage(start, [port2 as never]);
  }

  get next(): LineEvent | PageNews | undefined {
    return this.#events.first;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  skip(): void {
    this.#events.take();
  }

  /** Reported to the worker once per turn of the event loop, not for each packet. */
  taken(bytes: number): void {
    if (this.#takenPackets === 0) clock.atTurnEnd(() => this.#tellTaken());
    this.#takenPackets += 1;
    this.#takenBytes += bytes;
  }

  send(bytes: Uint8Array, text: string | null): GodotError {
    this.unsentBytes += bytes.length;
    postBytes(this.#port, { kind: 'send', data: ownedCopy(bytes), isText: text !== null });
    return OK;
  }

  close(code: number, reason: string): void {
    this.#tell({ kind: 'close', code, reason });
  }

  setNoDelay(enabled: boolean): void {
    this.#tell({ kind: 'no delay', enabled });
  }

  /** Sends the page's visibility and policy to the worker. */
  attend(): void {
    const { policy, isHidden } = this.#page;
    this.#tell({ kind: 'attention', policy, isHidden });
  }

  /** Handles the worker's news. Packets forwarded before the page was hidden are subject to the same policy. */
  act(news: PageNews, packets: VisiblePackets): void {
    if (news.kind === 'report') {
      this.#owner[REPORT](news.message, news.severity, null, news.cause);
      return;
    }
    this.droppedPackets += news.dropped;
    const kept = keptOf(news.policy, packets.count);
    while (packets.count > kept) {
      this.taken(packets.take().data.length);
      this.droppedPackets += 1;
    }
  }

  /** Makes the worker drop the connection; its later events are ignored. */
  retire(): void {
    if (this.#isRetired) return;
    this.#tell({ kind: 'close', code: NO_CODE, reason: '' });
    this.#isRetired = true;
    this.#events.clear();
    this.unsentBytes = 0;
    this.#port.close();
    this.#page.unwatch();
  }

  #tell(message: ToWorker): void {
    if (!this.#isRetired) this.#port.postMessage(message);
  }

  #tellTaken(): void {
    this.#tell({ kind: 'taken', packets: this.#takenPackets, bytes: this.#takenBytes });
    this.#untoldPackets -= this.#takenPackets;
    this.#untoldBytes -= this.#takenBytes;
    this.#takenPackets = 0;
    this.#takenBytes = 0;
  }

  #hear(data: unknown): void {
    if (this.#isRetired || this.#isOver) return;
    const complaint = complaintFromWorker(data);
    if (complaint !== '') {
      const message = `WorkerWebSocketPeer: the worker sends ${complaint}; ignored`;
      this.#owner[REPORT](message, 'error', null, 'the worker sends nonsense');
      return;
    }
    const event = data as FromWorker;
    if (event.kind === 'left') this.unsentBytes = Math.max(0, this.unsentBytes - event.bytes);
    else if (event.kind === 'closed') this.#add(event);
    else if (this.#hasRoomFor(event)) this.#add(event);
    else if (event.kind !== 'report') this.#end(LIMITS_IGNORED);
  }

  #add(event: LineEvent | PageNews): void {
    if (event.kind === 'closed') {
      this.#isOver = true;
      Object.freeze(event.failure); // which a message's copy is not
    }
    this.#events.push(event);
    this.#owner[NEWS]();
  }

  /** Ends the connection on this side. */
  #end(failure: Failure): void {
    if (this.#isRetired || this.#isOver) return;
    this.#add({ kind: 'closed', code: NO_CODE, reason: '', isByPeer: false, failure });
    if (failure !== WORKER_GONE) this.#port.close();
  }

  /**
   * Whether an honest worker may send this now. It forwards packets up to the limits, and at the end those that it
   * holds besides, which are as many and one more, and what waits in its connection.
   */
  #hasRoomFor(event: LineEvent | PageNews): boolean {
    if (event.kind !== 'packet') return this.#events.length < 2 * this.#limits.maxQueuedPackets + MOST_OTHER_EVENTS;
    this.#untoldPackets += 1;
    this.#untoldBytes += event.data.length;
    const { maxQueuedPackets, inboundBufferSize, maxUnpolledPackets, maxUnpolledBytes } = this.#limits;
    if (this.#untoldPackets > 4 * maxQueuedPackets + maxUnpolledPackets + SOCKET_READ / 2) return false;
    return this.#untoldBytes <= 5 * inboundBufferSize + maxUnpolledBytes + SOCKET_READ;
  }
}
