// One name that a process holds in the directory: claims, renews and gives back its entry, whatever is known of it.
import type { Clock } from '../transport/platform.js';
import type { Directory, DirectoryEntry } from './broker.js';

/** What all leases of a process share. */
export interface LeaseOwner {
  readonly directory: Directory;
  readonly clock: Pick<Clock, 'now' | 'alarm'>;
  readonly timeOfDay: () => number;
  /** Number of the time since the broker was last interrupted. */
  epoch(): number;
}

/** What an entry is, and what is to be done about a renewal. */
export interface LeaseKind {
  readonly key: string;
  isOurs(value: string): boolean;
  text(): string;
}

export interface RenewalEvents {
  /** Whether an entry that is gone may be made again: it can have been another's meanwhile. */
  mayMakeAnew(): boolean;
  confirmed(): void;
  lost(cause: string): void;
}

/** Instants before the directory was asked: an entry that it confirms lives at least its whole life from there. */
interface Stamp {
  readonly now: number;
  readonly timeOfDay: number;
  readonly epoch: number;
}

type Secured = Stamp | { readonly other: DirectoryEntry } | 'gone' | 'unsettled' | 'overtaken';

/** Changes of an entry between two questions that one attempt puts up with. */
const MAX_STEPS = 4;
/** Attempts without an answer from the directory, for one name. */
const MAX_UNANSWERED = 4;

export class Lease {
  readonly #owner: LeaseOwner;
  readonly #kind: LeaseKind;
  #revision = 0;
  #stamp: Stamp = { now: Number.NEGATIVE_INFINITY, timeOfDay: Number.NEGATIVE_INFINITY, epoch: -1 };
  /** Number of the attempt whose outcome counts; earlier ones have been overtaken. */
  #attempt = 0;
  #attemptBegan = 0;
  #isTrying = false;
  #isAskedAgain = false;
  #unanswered = 0;
  #hasEnded = false;
  /** Settles when the last attempt has. */
  #settled: Promise<void> = Promise.resolve();

  constructor(owner: LeaseOwner, kind: LeaseKind) {
    this.#owner = owner;
    this.#kind = kind;
  }

  /** Begin of the last attempt that was confirmed, by the monotonic clock. */
  get confirmedAt(): number {
    return this.#stamp.now;
  }

  get confirmedAtOfDay(): number {
    return this.#stamp.timeOfDay;
  }

  /** The time between interruptions in which that attempt began. */
  get epoch(): number {
    return this.#stamp.epoch;
  }

  /** Takes the entry; another's entry when there is one. */
  async claim(): Promise<'held' | 'unreachable' | DirectoryEntry> {
    try {
      this.#attempt += 1;
      const outcome = await this.#secure(this.#attempt, 0, () => true);
      if (typeof outcome === 'string') return 'unreachable';
      if ('other' in outcome) return outcome.other;
      this.#stamp = outcome;
      return 'held';
    } catch {
      return 'unreachable';
    }
  }

  /** Renews the entry. While an attempt goes on, nothing begins, unless that one is old or `isUrgent`. */
  renew(events: RenewalEvents, isUrgent = false): void {
    if (this.#hasEnded || this.#unanswered >= MAX_UNANSWERED) return;
    const patience = this.#owner.directory.ttl_ms / 2;
    if (this.#isTrying && !isUrgent && this.#owner.clock.now() - this.#attemptBegan < patience) return;
    this.#settled = this.#tryToRenew(events);
  }

  /** Renews it after the attempt that goes on, with a text that has changed. */
  rewrite(events: RenewalEvents): void {
    if (this.#isTrying) this.#isAskedAgain = true;
    else this.renew(events);
  }

  /** Nothing is certain any more until the next renewal. */
  doubt(): void {
    this.#stamp = { ...this.#stamp, epoch: -1 };
  }

  /** Leaves the entry alone. */
  end(): void {
    this.#hasEnded = true;
    this.#attempt += 1;
  }

  /** Removes the entry, as far as the directory can be reached. */
  async giveBack(): Promise<void> {
    const { directory } = this.#owner;
    this.end();
    await this.#settledOrTooLate();
    try {
      if (await directory.remove(this.#kind.key, this.#revision)) return;
      const entry = await directory.get(this.#kind.key);
      if (entry !== null && this.#kind.isOurs(entry.value)) await directory.remove(this.#kind.key, entry.revision);
    } catch {
      // It expires.
    }
  }

  async #settledOrTooLate(): Promise<void> {
    if (!this.#isTrying) return;
    let cancel = (): void => {};
    const tooLate = new Promise<void>((resolve) => {
      const alarm = this.#owner.clock.alarm(this.#owner.directory.ttl_ms, resolve);
      cancel = () => alarm.cancel();
    });
    await Promise.race([this.#settled, tooLate]);
    cancel();
  }

  async #tryToRenew(events: RenewalEvents): Promise<void> {
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#attemptBegan = this.#owner.clock.now();
    this.#isTrying = true;
    this.#unanswered += 1;
    let outcome: Secured = 'unsettled';
    try {
      outcome = await this.#secure(attempt, this.#revision, () => events.mayMakeAnew());
    } catch {
      // Nothing is known; the next renewal finds out.
    }
    this.#unanswered -= 1;
    if (attempt !== this.#attempt) return;
    this.#isTrying = false;
    this.#conclude(outcome, events);
    if (this.#isAskedAgain && !this.#isTrying) {
      this.#isAskedAgain = false;
      this.renew(events);
    }
  }

  #conclude(outcome: Secured, events: RenewalEvents): void {
    if (outcome === 'unsettled' || outcome === 'overtaken') return;
    if (outcome === 'gone') events.lost('its entry had expired for too long');
    else if ('other' in outcome) events.lost('another process has it');
    else {
      this.#stamp = outcome;
      events.confirmed();
    }
  }

  /**
   * Changes the entry that has `revision`, 0 for none. When it has changed since, as it does when the directory's answer
   * was lost, what is there decides. Rejected when the directory can't be reached.
   */
  async #secure(attempt: number, revision: number, mayMakeAnew: () => boolean): Promise<Secured> {
    const { directory } = this.#owner;
    const { key } = this.#kind;
    let known = revision;
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const stamp = this.#now();
      const next = await (known === 0
        ? directory.create(key, this.#kind.text())
        : directory.update(key, this.#kind.text(), known));
      if (attempt !== this.#attempt) return 'overtaken';
      if (next !== null) {
        this.#revision = next;
        return stamp;
      }
      const entry = await directory.get(key);
      if (attempt !== this.#attempt) return 'overtaken';
      if (entry !== null && !this.#kind.isOurs(entry.value)) return { other: entry };
      if (entry === null && !mayMakeAnew()) return 'gone';
      known = entry?.revision ?? 0;
    }
    return 'unsettled';
  }

  #now(): Stamp {
    return { now: this.#owner.clock.now(), timeOfDay: this.#owner.timeOfDay(), epoch: this.#owner.epoch() };
  }
}
