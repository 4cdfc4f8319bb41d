// The page's end of one connection in a worker: what the worker tells is kept in order until somebody polls, and after
// `retire` it tells nothing any more. What a game sees of it is told in
// ../protocol/event-session.ts.

import { clock } from '#platform';
import { type GodotError, OK } from '../binding/errors.js';
import { ownedCopy } from '../bytes.js';
import { NO_CODE } from '../protocol/close-codes.js';
import type { Line, LineEvent } from '../protocol/event-session.js';
import { NEWS, REPORT, SETTINGS, type SessionOwner } from '../protocol/session.js';
import type { VisiblePackets } from '../protocol/visible-packets.js';
import type { MessagePortLike } from '../transport/message-port.js';
import { Queue } from '../transport/queue.js';
import type { HiddenPage } from './hidden-page.js';
import { type FromWorker, keptOf, type PageNews, postBytes, type ToWorker } from './messages.js';

/** A worker, as the page sees it: the browser's `Worker`, `MessagePort`s, and those of Node's `worker_threads`. */
export interface WorkerLike {
  /** `transfer` lists what moves instead of being copied: each runtime has its own type for it. */
  postMessage(message: unknown, transfer: never[]): void;
}

export class WorkerLine implements Line<PageNews> {
  readonly #port: MessagePortLike;
  readonly #owner: SessionOwner;
  readonly #page: HiddenPage;
  readonly #events = new Queue<LineEvent | PageNews>();
  #isOver = false;
  #isRetired = false;
  /** Bytes that were sent and have not left. */
  unsentBytes = 0;
  // By the game, and not told to the worker yet.
  #takenPackets = 0;
  #takenBytes = 0;
  /** Packets that the game never sees. */
  droppedPackets = 0;

  /** Has `worker` begin to connect to `url`. `page` is watched for as long as there is a connection. */
  constructor(owner: SessionOwner, worker: WorkerLike, url: string, page: HiddenPage) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#owner = owner;
    this.#page = page;
    this.#port.addEventListener('message', ({ data }) => this.#hear(data as FromWorker));
    // The worker is gone; behind a proper end this changes nothing.
    this.#port.addEventListener('close', () =>
      this.#hear({ kind: 'closed', code: NO_CODE, reason: '', isByPeer: false, report: '' }),
    );
    this.#port.start?.();
    const { policy, isHidden } = page;
    const start = { websocketpeer: 'start', port: port2, url, settings: owner[SETTINGS], policy, isHidden };
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

  /** The worker hears of it once in a turn, not for each packet. */
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

  /** The worker has to hear of what the page says. */
  attend(): void {
    const { policy, isHidden } = this.#page;
    this.#tell({ kind: 'attention', policy, isHidden });
  }

  /** What the worker had already given when the page was hidden is subject to the same choice. */
  act(news: PageNews, packets: VisiblePackets): void {
    if (news.kind === 'report') {
      this.#owner[REPORT](news.message, news.severity, news.failure, news.cause);
      return;
    }
    this.droppedPackets += news.dropped;
    const kept = keptOf(news.policy, packets.count);
    while (packets.count > kept) {
      this.taken(packets.take().data.length);
      this.droppedPackets += 1;
    }
  }

  /** Has the worker drop the connection; whatever it tells later is nobody's. */
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
    this.#takenPackets = 0;
    this.#takenBytes = 0;
  }

  #hear(event: FromWorker): void {
    if (this.#isRetired) return;
    if (event.kind === 'left') {
      this.unsentBytes -= event.bytes;
      return;
    }
    if (event.kind === 'closed') this.#isOver = true;
    this.#events.push(event);
    this.#owner[NEWS]();
  }
}
