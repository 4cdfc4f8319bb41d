// A world of processes over one directory: a clock that the test turns, and lines to the directory that fail.
import type { Broker, BrokerStatus, Directory, DirectoryEntry } from '../../host/cluster/broker.js';
import { MemoryDirectory } from '../../host/cluster/memory-directory.js';
import type { Alarm } from '../../host/transport/platform.js';
import { MemoryLoop } from './memory-stream-loop.js';

/** Time that passes between two looks at promises. */
const STEP_MS = 20;

/** What happens to a request to the directory on its way: it fails before or after it has had its effect. */
export type Line = 'good' | 'deaf' | 'cut' | 'hung';

/** Lets promises that wait for nothing but each other settle. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
}

export class ClusterWorld {
  readonly loop = new MemoryLoop();
  readonly directory: MemoryDirectory;

  constructor(ttl_ms = 4000) {
    this.directory = new MemoryDirectory(this.loop.now, ttl_ms);
  }

  readonly now = (): number => this.loop.now();

  /** Time passes; `watch` is called after each step. */
  async pass(ms: number, watch: () => void = () => {}): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.loop.advance(Math.min(left, STEP_MS));
      await settled();
      watch();
    }
  }

  /** The text of an entry, null without one. */
  async read(key: string): Promise<string | null> {
    return (await this.directory.get(key))?.value ?? null;
  }
}

/** One process: its clock, which stands still for alarms while it is frozen, and its line to the directory. */
export class ClusterProcess {
  line: Line = 'good';
  /** Keys that the line's faults concern: all that begin so. */
  faultyKeys = '';
  /** Milliseconds that each request takes there, and its answer back. */
  delayMs = 0;
  requests = 0;
  /** Requests that wait for an answer. */
  open = 0;
  isFrozen = false;
  /** By how much the monotonic clock is behind: it stands still while the machine sleeps. */
  #asleepMs = 0;
  #fellAsleep: number | null = null;
  status: BrokerStatus = 'connected';
  readonly #world: ClusterWorld;
  readonly #listeners = new Set<(status: BrokerStatus) => void>();
  #late: (() => void)[] = [];

  constructor(world: ClusterWorld) {
    this.#world = world;
    this.broker = this.#brokerOf();
  }

  readonly clock = {
    now: (): number => (this.#fellAsleep ?? this.#world.now()) - this.#asleepMs,
    alarm: (ms: number, callback: () => void): Alarm => this.#world.loop.alarm(ms, () => this.#whenAwake(callback)),
  };

  /** What Leases need of a broker. */
  readonly broker: Pick<Broker, 'directory' | 'status' | 'watch_status'>;

  freeze(): void {
    this.isFrozen = true;
  }

  /** Freezes with its clock, until `thaw`. */
  sleep(): void {
    this.freeze();
    this.#fellAsleep ??= this.#world.now();
  }

  /** Goes on: what came due meanwhile is done, in order. */
  thaw(): void {
    if (this.#fellAsleep !== null) this.#asleepMs += this.#world.now() - this.#fellAsleep;
    this.#fellAsleep = null;
    this.isFrozen = false;
    const late = this.#late;
    this.#late = [];
    for (const callback of late) callback();
  }

  setStatus(status: BrokerStatus): void {
    this.status = status;
    for (const listener of [...this.#listeners]) this.#whenAwake(() => listener(status));
  }

  #whenAwake(callback: () => void): void {
    if (this.isFrozen) this.#late.push(callback);
    else callback();
  }

  #brokerOf(): Pick<Broker, 'directory' | 'status' | 'watch_status'> {
    const status = (): BrokerStatus => this.status;
    const { directory } = this.#world;
    return {
      get status() {
        return status();
      },
      watch_status: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      directory: this.#lineTo(directory),
    };
  }

  #lineTo(directory: MemoryDirectory): Directory {
    return {
      ttl_ms: directory.ttl_ms,
      get: (key) => this.#send(key, () => directory.get(key)),
      list: (prefix): Promise<ReadonlyMap<string, DirectoryEntry>> => this.#send(prefix, () => directory.list(prefix)),
      create: (key, value) => this.#send(key, () => directory.create(key, value)),
      update: (key, value, revision) => this.#send(key, () => directory.update(key, value, revision)),
      remove: (key, revision) => this.#send(key, () => directory.remove(key, revision)),
    };
  }

  async #send<T>(key: string, act: () => Promise<T>): Promise<T> {
    const line = (): Line => (key.startsWith(this.faultyKeys) ? this.line : 'good');
    this.requests += 1;
    this.open += 1;
    try {
      if (line() === 'cut') throw new Error('the directory can not be reached');
      await this.#pause(this.delayMs / 2);
      if (line() === 'hung') await this.#pause(5000);
      const result = await act();
      await this.#pause(this.delayMs / 2);
      await this.#awake();
      if (line() !== 'good') throw new Error('the answer of the directory was lost');
      return result;
    } finally {
      this.open -= 1;
    }
  }

  /** The network's time passes for frozen processes, too. */
  #pause(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : new Promise((resolve) => this.#world.loop.alarm(ms, resolve));
  }

  #awake(): Promise<void> {
    return this.isFrozen ? new Promise((resolve) => this.#whenAwake(resolve)) : Promise.resolve();
  }
}
