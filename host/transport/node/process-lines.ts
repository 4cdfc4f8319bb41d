// Lines of messages over the IPC channels of node:cluster, beside the program's own messages.
//
// A message is { [MARK]: [step, line, kind, name, number, bytes] }. Bytes travel as they are where the channel has the
// serialization 'advanced', which both sides see by what becomes of the bytes of the first message; else as base64.
import type { Worker } from 'node:cluster';
import type { LineEvents, LineMessage, ProcessLine, ProcessLines } from '../process-lines.js';
import { clusterModule } from './builtins.js';

const MARK = 'websocketpeer/cluster';

/** Steps of a line. */
const OPEN = 0;
const CARRY = 1;
const END = 2;

/** Bytes given to a channel that it has not taken: beyond that the other process does not read. */
const MOST_WAITING = 64 * 1024 * 1024;
/** What a message takes besides its name and bytes, about. */
const OVERHEAD = 200;
/** Pause between two tries to open a line while the primary process has nobody to answer. */
const RETRY_MS = 250;

const PROBE = Uint8Array.of(1);

type Wire = readonly [
  step: number,
  line: number,
  kind: number,
  name: string,
  number: number,
  bytes: Uint8Array | string | null,
];
type Marked = Readonly<Record<typeof MARK, Wire>>;

/** What a process and a Worker have in common. */
interface Channel {
  send(message: unknown, done: () => void): unknown;
}

interface Emitter {
  emit(event: string, ...values: unknown[]): boolean;
}

function isMarked(message: unknown): message is Marked {
  return typeof message === 'object' && message !== null && Array.isArray((message as Partial<Marked>)[MARK]);
}

function bytesOf(value: unknown): Uint8Array | null {
  if (typeof value === 'string') return new Uint8Array(Buffer.from(value, 'base64'));
  if (!(value instanceof Uint8Array)) return null;
  // A Buffer's slice() would not copy.
  return value.constructor === Uint8Array ? value : new Uint8Array(value.buffer, value.byteOffset, value.length);
}

/**
 * Hands marked messages of `emitter` to `take` instead of its listeners, so that a program's own do not see them; the
 * result ends it.
 */
function divert(emitter: Emitter, take: (wire: Wire) => void): () => void {
  const own = Object.getOwnPropertyDescriptor(emitter, 'emit');
  const former = emitter.emit;
  const diverting = function (this: Emitter, event: string, ...values: unknown[]): boolean {
    const [message] = values;
    if (event !== 'message' || !isMarked(message)) return former.call(this, event, ...values);
    take(message[MARK]);
    return true;
  };
  emitter.emit = diverting;
  return () => {
    if (emitter.emit !== diverting)
      take = () => {}; // somebody has wrapped it: nothing can be taken out of the middle
    else if (own === undefined) Reflect.deleteProperty(emitter, 'emit');
    else emitter.emit = former;
  };
}

class IpcLine implements ProcessLine {
  events: LineEvents | null = null;
  readonly #channel: Channel;
  readonly #id: number;
  readonly #closed: () => void;
  #carriesBytes = false;
  #isOpen = false;
  #isEnded = false;
  #waiting = 0;
  #kept: LineMessage[] = [];

  constructor(channel: Channel, id: number, closed: () => void) {
    this.#channel = channel;
    this.#id = id;
    this.#closed = closed;
  }

  /** Asks the other side, or answers it. */
  greet(): void {
    this.#put([OPEN, this.#id, 0, '', 0, PROBE], 0);
  }

  /** Asks until there is an answer. */
  keepGreeting(): void {
    if (this.#isOpen || this.#isEnded) return;
    this.greet();
    setTimeout(() => (process.connected ? this.keepGreeting() : this.end()), RETRY_MS).unref();
  }

  send(message: LineMessage, isDue = false): boolean {
    if (this.#isEnded) return false;
    const size = (message.bytes?.length ?? 0) + message.name.length + OVERHEAD;
    if (!isDue && this.#waiting + size > MOST_WAITING) return false;
    this.#waiting += size;
    if (this.#isOpen) this.#carry(message, size);
    else this.#kept.push(message);
    return true;
  }

  close(): void {
    if (this.#isEnded) return;
    this.#put([END, this.#id, 0, '', 0, null], 0);
    this.#finish();
  }

  taken([step, , kind, name, number, bytes]: Wire): void {
    if (this.#isEnded) return;
    if (step === OPEN) this.#opened(bytes);
    else if (step === CARRY) this.events?.received({ kind, name, number, bytes: bytesOf(bytes) });
    else this.end();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#finish();
    this.events?.ended();
  }

  #opened(probe: unknown): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#carriesBytes = probe instanceof Uint8Array;
    const kept = this.#kept;
    this.#kept = [];
    this.#waiting = 0;
    for (const message of kept) this.send(message, true);
    this.events?.opened();
  }

  #carry({ kind, name, number, bytes }: LineMessage, size: number): void {
    const carried = bytes === null || this.#carriesBytes ? bytes : Buffer.from(bytes).toString('base64');
    this.#put([CARRY, this.#id, kind, name, number, carried], size);
  }

  #put(wire: Wire, size: number): void {
    try {
      this.#channel.send({ [MARK]: wire }, () => {
        this.#waiting -= size; // also when the channel is gone
      });
    } catch {
      this.#waiting -= size; // a channel that is being closed
    }
  }

  #finish(): void {
    this.#isEnded = true;
    this.#kept = [];
    this.#closed();
  }
}

/** Lines of this worker to the primary process, by their numbers. */
const lines = new Map<number, IpcLine>();
let lastLine = 0;
let stopWorker: (() => void) | null = null;

function startWorker(): () => void {
  const take = (wire: Wire): void => lines.get(wire[1])?.taken(wire);
  const endAll = (): void => {
    for (const line of [...lines.values()]) line.end();
  };
  // Node keeps messages until there is a listener; and Bun calls listeners without `emit`.
  const listen = (message: unknown): void => {
    if (isMarked(message)) take(message[MARK]);
  };
  const restore = divert(process as Emitter, take);
  process.on('message', listen).on('disconnect', endAll);
  return () => {
    process.off('message', listen).off('disconnect', endAll);
    restore();
  };
}

function toPrimary(events: LineEvents): ProcessLine {
  lastLine += 1;
  const id = lastLine;
  const channel: Channel = { send: (message, done) => process.send?.(message, undefined, undefined, done) };
  const line = new IpcLine(channel, id, () => {
    lines.delete(id);
    if (lines.size > 0) return;
    stopWorker?.();
    stopWorker = null;
  });
  line.events = events;
  lines.set(id, line);
  stopWorker ??= startWorker();
  line.keepGreeting();
  return line;
}

/** Takes the lines of one worker; the result ends them. */
function serve(worker: Worker, opened: (line: ProcessLine) => LineEvents): () => void {
  const served = new Map<number, IpcLine>();
  const open = (id: number): IpcLine => {
    const line = new IpcLine(worker as Channel, id, () => served.delete(id));
    served.set(id, line);
    line.events = opened(line);
    return line;
  };
  const restore = divert(worker.process as Emitter, (wire) => {
    const [step, id] = wire;
    const line = served.get(id);
    if (step === OPEN && line === undefined) {
      const fresh = open(id);
      fresh.greet();
      fresh.taken(wire);
    } else line?.taken(wire);
  });
  const endAll = (): void => {
    for (const line of [...served.values()]) line.end();
  };
  worker.process.on('disconnect', endAll).on('exit', endAll);
  return () => {
    worker.process.off('disconnect', endAll).off('exit', endAll);
    for (const line of [...served.values()]) line.close();
    restore();
  };
}

function fromWorkers(opened: (line: ProcessLine) => LineEvents): () => void {
  const cluster = clusterModule();
  const stops = new Map<Worker, () => void>();
  const begin = (worker: Worker): void => {
    stops.set(worker, serve(worker, opened));
    worker.process.once('exit', () => stops.delete(worker));
  };
  for (const worker of Object.values(cluster.workers ?? {})) if (worker !== undefined) begin(worker);
  cluster.on('fork', begin);
  return () => {
    cluster.off('fork', begin);
    for (const stop of stops.values()) stop();
  };
}

export const processLines: ProcessLines = {
  get isWorker() {
    // Asked first, so that a process of its own does not load the module.
    return typeof process.send === 'function' && clusterModule().isWorker;
  },
  toPrimary,
  fromWorkers,
};
