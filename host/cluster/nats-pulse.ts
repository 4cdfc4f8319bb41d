// The pulse of a connection to NATS: whether the server answers, and how much it has not confirmed.
//
// The client itself would find a server that stands still after seconds, and keeps what is sent to it without limit.
import type { Clock } from '../transport/platform.js';

/** Pause between two looks. A probe that two of them find unanswered tells that the server stands still. */
const PERIOD_MS = 500;
/** Bytes after which the server is asked to confirm them. */
const STRIDE = 1 << 20;
/** Unconfirmed bytes beyond which messages are lost: as many as a NATS server keeps for a slow client. */
const MOST_UNCONFIRMED = 64 << 20;

export class NatsPulse {
  readonly #probe: () => Promise<void>;
  readonly #clock: Pick<Clock, 'alarm'>;
  readonly #changed: () => void;
  #isStill = false;
  #isEnded = false;
  /** Looks since the oldest unanswered probe; -1 without one. */
  #looks = -1;
  #unasked = 0;
  #unconfirmed = 0;
  /** Counts connections: answers for an earlier one do not count. */
  #era = 0;
  #underWay = 0;

  /** `probe` resolves when the server has taken what was sent before. */
  constructor(probe: () => Promise<void>, clock: Pick<Clock, 'alarm'>, changed: () => void) {
    this.#probe = probe;
    this.#clock = clock;
    this.#changed = changed;
    this.#wait();
  }

  /** Whether the server does not answer. */
  get isStill(): boolean {
    return this.#isStill;
  }

  /** Whether a message of `size` bytes may be sent; counts it. */
  mayGo(size: number): boolean {
    if (this.#unconfirmed + size > MOST_UNCONFIRMED) return false;
    this.#unconfirmed += size;
    this.#unasked += size;
    if (this.#unasked >= STRIDE) this.#ask();
    return true;
  }

  /** Begins anew, on another connection. */
  reset(): void {
    this.#era += 1;
    this.#looks = -1;
    this.#underWay = 0;
    this.#unasked = 0;
    this.#unconfirmed = 0;
    this.#turn(false);
  }

  end(): void {
    this.#isEnded = true;
  }

  #wait(): void {
    this.#clock.alarm(PERIOD_MS, () => this.#look());
  }

  #look(): void {
    if (this.#isEnded) return;
    if (this.#underWay === 0) this.#ask();
    else if (this.#looks >= 0) this.#looks += 1;
    // Looks are counted instead of time: one that comes late, after a freeze of this process, counts once.
    if (this.#looks >= 2) this.#turn(true);
    this.#wait();
  }

  #ask(): void {
    const [era, size] = [this.#era, this.#unasked];
    this.#unasked = 0;
    if (this.#looks < 0) this.#looks = 0;
    this.#underWay += 1;
    const answered = (): void => {
      if (era !== this.#era) return;
      this.#underWay -= 1;
      this.#unconfirmed -= size;
      this.#looks = this.#underWay === 0 ? -1 : 0;
      this.#turn(false);
    };
    this.#probe().then(answered, () => {}); // a failure is told by the connection's status
  }

  #turn(isStill: boolean): void {
    if (this.#isStill === isStill) return;
    this.#isStill = isStill;
    this.#changed();
  }
}
