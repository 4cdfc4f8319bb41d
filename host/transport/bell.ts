// Tells from the event loop that there is news: once, until somebody has looked. What the news is, the owner knows.
import type { Platform } from './platform.js';

export class Bell {
  readonly #platform: Pick<Platform, 'atTurnEnd'>;
  readonly #raise: () => void;
  /** Something new was announced and nobody has looked yet. */
  #rung = false;
  #ordered = false;

  constructor(platform: Pick<Platform, 'atTurnEnd'>, raise: () => void) {
    this.#platform = platform;
    this.#raise = raise;
  }

  /** There is something new: at the end of the turn the signal says so, unless somebody looks before. */
  ring(): void {
    if (this.#rung) return;
    this.#rung = true;
    if (this.#ordered) return;
    this.#ordered = true;
    this.#platform.atTurnEnd(this.#run);
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
