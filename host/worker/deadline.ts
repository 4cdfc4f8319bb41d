// A time limit whose end is told at the end of a turn: after a pause of the page, what came meanwhile is looked at before
// anybody is late.
import { platform } from '#platform';
import type { Alarm } from '../transport/platform.js';

export class Deadline {
  readonly #ended: () => void;
  #alarm: Alarm | null = null;
  #isOver = false;

  /** `ended` is called when the limit is over. */
  constructor(ended: () => void) {
    this.#ended = ended;
  }

  /** The limit that was set last is over. */
  get isOver(): boolean {
    return this.#isOver;
  }

  set(limitMs: number): void {
    this.cancel();
    const mine = platform.alarm(limitMs, () =>
      platform.atTurnEnd(() => {
        this.#isOver = mine === this.#alarm;
        if (this.#isOver) this.#ended();
      }),
    );
    this.#alarm = mine;
  }

  cancel(): void {
    this.#alarm?.cancel();
    this.#alarm = null;
    this.#isOver = false;
  }
}
