// A time limit that expires only after one more turn of the event loop: when a game stalls for seconds, data that
// arrived meanwhile is processed first.
import type { Alarm, Clock } from '../transport/platform.js';

export class Deadline {
  readonly #clock: Clock;
  /** Called when `passed()` becomes true. */
  readonly #wake: () => void;
  #at = Number.POSITIVE_INFINITY;
  #confirmed = false;
  /** Identifies the callback that may confirm the expiry: those from before the last `clear()` are ignored. */
  #asked: object | null = null;
  #alarm: Alarm | null = null;

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  get isSet(): boolean {
    return this.#at !== Number.POSITIVE_INFINITY;
  }

  /** Sets the deadline to `delayMs` from now. */
  set(delayMs: number): void {
    this.clear();
    this.#at = this.#clock.now() + delayMs;
    this.#alarm = this.#clock.alarm(delayMs, () => this.#confirm());
  }

  clear(): void {
    this.#at = Number.POSITIVE_INFINITY;
    this.#confirmed = false;
    this.#asked = null;
    this.#alarm?.cancel();
    this.#alarm = null;
  }

  /** Whether the time is over and a turn of the event loop has passed since. */
  passed(): boolean {
    if (this.#confirmed) return true;
    if (this.isSet && this.#clock.now() >= this.#at) this.#confirm();
    return false;
  }

  #confirm(): void {
    if (this.#asked !== null) return;
    const asked = {};
    this.#asked = asked;
    this.#clock.atTurnEnd(() => {
      if (asked !== this.#asked) return;
      this.#confirmed = true;
      this.#wake();
    });
  }
}
