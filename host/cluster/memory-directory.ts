// A directory in the memory of one process.
import type { Directory, DirectoryEntry } from './broker.js';

const USUAL_TTL_MS = 4000;

interface Held extends DirectoryEntry {
  /** When it is gone. */
  readonly end: number;
}

export class MemoryDirectory implements Directory {
  readonly ttl_ms: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, Held>();
  #revision = 0;

  /** `now`: milliseconds of a monotonic clock. */
  constructor(now: () => number, ttl_ms = USUAL_TTL_MS) {
    this.#now = now;
    this.ttl_ms = ttl_ms;
  }

  async get(key: string): Promise<DirectoryEntry | null> {
    return this.#living(key);
  }

  async list(prefix: string): Promise<ReadonlyMap<string, DirectoryEntry>> {
    const found = new Map<string, DirectoryEntry>();
    for (const key of [...this.#entries.keys()]) {
      const entry = key.startsWith(prefix) ? this.#living(key) : null;
      if (entry !== null) found.set(key, entry);
    }
    return found;
  }

  async create(key: string, value: string): Promise<number | null> {
    return this.#living(key) === null ? this.#put(key, value) : null;
  }

  async update(key: string, value: string, revision: number): Promise<number | null> {
    return this.#living(key)?.revision === revision ? this.#put(key, value) : null;
  }

  async remove(key: string, revision: number): Promise<boolean> {
    return this.#living(key)?.revision === revision && this.#entries.delete(key);
  }

  #put(key: string, value: string): number {
    this.#revision += 1;
    this.#entries.set(key, { value, revision: this.#revision, end: this.#now() + this.ttl_ms });
    return this.#revision;
  }

  #living(key: string): Held | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    if (this.#now() < entry.end) return entry;
    this.#entries.delete(key);
    return null;
  }
}
