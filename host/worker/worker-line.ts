// The page's end of one connection in a worker: what the worker tells is kept in order until somebody polls, and after
// `retire` it tells nothing any more. What a game sees of it is told in worker-web-socket-peer.ts.
import { ownedCopy } from '../bytes.js';
import { NO_CODE } from '../protocol/close-codes.js';
import type { MessagePortLike } from '../transport/message-port.js';
import { type FromWorker, postBytes, type StartMessage, type ToWorker } from './messages.js';

/** A worker, as the page sees it: the browser's `Worker`, `MessagePort`s, and those of Node's `worker_threads`. */
export interface WorkerLike {
  /** `transfer` lists what moves instead of being copied: each runtime has its own type for it. */
  postMessage(message: unknown, transfer: never[]): void;
}

export class WorkerLine {
  readonly #port: MessagePortLike;
  readonly #news: () => void;
  #events: FromWorker[] = [];
  #head = 0;
  #isRetired = false;
  /** Bytes that were sent and have not left. */
  unsentBytes = 0;

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

  /** What was told first and not taken yet. */
  get next(): FromWorker | undefined {
    return this.#events[this.#head];
  }

  /** Takes what `next` shows. */
  skip(): void {
    this.#head += 1;
    if (this.#head < this.#events.length) return;
    this.#events = [];
    this.#head = 0;
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
    this.#events = [];
    this.#head = 0;
    this.unsentBytes = 0;
    this.#port.close();
  }

  #hear(event: FromWorker): void {
    if (this.#isRetired) return;
    if (event.kind === 'left') {
      this.unsentBytes -= event.bytes;
      return;
    }
    this.#events.push(event);
    this.#news();
  }
}
