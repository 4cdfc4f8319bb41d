// The page's end of one connection in a worker: what the worker tells is kept in order until somebody polls, and after
// `retire` it tells nothing any more. What a game sees of it is told in worker-web-socket-peer.ts.

import { platform } from '#platform';
import { ownedCopy } from '../bytes.js';
import type { Feed } from '../godot4/visible-packets.js';
import { NO_CODE } from '../protocol/close-codes.js';
import type { MessagePortLike } from '../transport/message-port.js';
import { Queue } from '../transport/queue.js';
import { type FromWorker, postBytes, type StartMessage, type ToWorker } from './messages.js';

/** A worker, as the page sees it: the browser's `Worker`, `MessagePort`s, and those of Node's `worker_threads`. */
export interface WorkerLike {
  /** `transfer` lists what moves instead of being copied: each runtime has its own type for it. */
  postMessage(message: unknown, transfer: never[]): void;
}

export class WorkerLine implements Feed<FromWorker> {
  readonly #port: MessagePortLike;
  readonly #news: () => void;
  readonly #events = new Queue<FromWorker>();
  #isOver = false;
  #isRetired = false;
  /** Bytes that were sent and have not left. */
  unsentBytes = 0;
  // By the game, and not told to the worker yet.
  #takenPackets = 0;
  #takenBytes = 0;

  /** Has `worker` begin to connect; `news` is called when there is something to poll for. */
  constructor(worker: WorkerLike, start: Omit<StartMessage, 'websocketpeer' | 'port'>, news: () => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#news = news;
    this.#port.addEventListener('message', ({ data }) => this.#hear(data as FromWorker));
    // The worker is gone; behind a proper end this changes nothing.
    this.#port.addEventListener('close', () => this.#hear({ kind: 'closed', code: NO_CODE, reason: '' }));
    this.#port.start?.();
    worker.postMessage({ websocketpeer: 'start', port: port2, ...start }, [port2 as never]);
  }

  get next(): FromWorker | undefined {
    return this.#events.first;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  skip(): void {
    this.#events.take();
  }

  /** The game has taken so much; the worker hears of it once in a turn, not for each packet. */
  taken(packets: number, bytes: number): void {
    if (this.#takenPackets === 0) platform.atTurnEnd(() => this.#tellTaken());
    this.#takenPackets += packets;
    this.#takenBytes += bytes;
  }

  tell(message: ToWorker): void {
    if (!this.#isRetired) this.#port.postMessage(message);
  }

  /** Copies `bytes` and sends them. */
  send(bytes: Uint8Array, isText: boolean): void {
    this.unsentBytes += bytes.length;
    postBytes(this.#port, { kind: 'send', data: ownedCopy(bytes), isText });
  }

  /** Has the worker drop the connection; whatever it tells later is nobody's. */
  retire(): void {
    if (this.#isRetired) return;
    this.tell({ kind: 'close', code: NO_CODE, reason: '' });
    this.#isRetired = true;
    this.#events.clear();
    this.unsentBytes = 0;
    this.#port.close();
  }

  #tellTaken(): void {
    this.tell({ kind: 'taken', packets: this.#takenPackets, bytes: this.#takenBytes });
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
    this.#news();
  }
}
