// Sessions with other processes that have ended: their numbers, and who has been told.

/** Most processes that are remembered; the one without news for the longest time is forgotten first. */
const MOST = 4096;
/** Milliseconds between two words to a process that is behind. */
const TELL_MS = 500;

interface Ended {
  /** The highest number that has ended. */
  session: number;
  toldAt: number;
}

export class PastSessions {
  readonly #ended = new Map<number, Ended>();

  get size(): number {
    return this.#ended.size;
  }

  /** The highest number of the process `other` that has ended; 0 when none is known. */
  highest(other: number): number {
    return this.#ended.get(other)?.session ?? 0;
  }

  /** All numbers of `other` up to `session` have ended. */
  add(other: number, session: number): void {
    if (session > 0) this.#entry(other).session = Math.max(session, this.highest(other));
  }

  /** Whether `other` may be told, now, that it is behind; counts as telling. */
  mayTell(other: number, now: number): boolean {
    const entry = this.#entry(other);
    if (now - entry.toldAt < TELL_MS) return false;
    entry.toldAt = now;
    return true;
  }

  #entry(other: number): Ended {
    const known = this.#ended.get(other);
    const entry = known ?? { session: 0, toldAt: Number.NEGATIVE_INFINITY };
    if (known !== undefined) this.#ended.delete(other);
    else if (this.#ended.size >= MOST) this.#ended.delete(this.#ended.keys().next().value as number);
    this.#ended.set(other, entry);
    return entry;
  }
}
