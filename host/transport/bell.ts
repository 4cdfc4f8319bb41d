// Tells from the event loop that there is news: once, until somebody has looked. What the news is, the owner knows.
import type { Clock } from './platform.js';

export class Bell {
  readonly #clock: Pick<Clock, 'atTurnEnd'>;
  readonly #raise: () => void;
  /** Something new was announced and nobody has looked yet. */
  #rung = false;
  #ordered = false;

  constructor(clock: Pick<Clock, 'atTurnEnd'>, raise: () => void) {
    this.#clock = clock;
    this.#raise = raise;
  }

  /** There is something new: at the end of the turn the signal says so, unless somebody looks before. */
  ring(): void {
    if (this.#rung) return;
    this.#rung = true;
    if (this.#ordered) return;
    this.#ordered = true;
    this.#clock.atTurnEnd(this.#run);
  }

  /** Somebody has looked: the next `ring` counts again. */
  silence(): void {
    this.#rung = false;
  }

  readonly #run = (): void => {
    this.#ordered = false;
    if (this.#rung) this.#raise();
  };
}
