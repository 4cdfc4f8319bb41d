// A directory in the memory of one process.
import type { Directory, DirectoryEntry } from './broker.js';
import { checkKey, checkPrefix } from './subject.js';

const USUAL_TTL_MS = 4000;

interface Held extends DirectoryEntry {
  /** When it is gone. */
  readonly end: number;
}

const shown = ({ value, revision }: Held): DirectoryEntry => ({ value, revision });

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
    checkKey(key);
    const entry = this.#living(key);
    return entry === null ? null : shown(entry);
  }

  async list(prefix: string): Promise<ReadonlyMap<string, DirectoryEntry>> {
    checkPrefix(prefix);
    const found = new Map<string, DirectoryEntry>();
    for (const key of [...this.#entries.keys()]) {
      const entry = key.startsWith(prefix) ? this.#living(key) : null;
      if (entry !== null) found.set(key, shown(entry));
    }
    return found;
  }

  async create(key: string, value: string): Promise<number | null> {
    checkKey(key);
    return this.#living(key) === null ? this.#put(key, value) : null;
  }

  async update(key: string, value: string, revision: number): Promise<number | null> {
    checkKey(key);
    return this.#living(key)?.revision === revision ? this.#put(key, value) : null;
  }

  async remove(key: string, revision: number): Promise<boolean> {
    checkKey(key);
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
