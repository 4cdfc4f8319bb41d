// Announcement of news: a call at the end of the turn, at most one until the next poll.
import type { Clock } from './platform.js';

export class Bell {
  readonly #clock: Pick<Clock, 'atTurnEnd'>;
  readonly #raise: () => void;
  /** News was announced, and no poll has followed. */
  #rung = false;
  #ordered = false;

  constructor(clock: Pick<Clock, 'atTurnEnd'>, raise: () => void) {
    this.#clock = clock;
    this.#raise = raise;
  }

  /** Announces news: the call follows at the end of the turn, unless a poll comes first. */
  ring(): void {
    if (this.#rung) return;
    this.#rung = true;
    if (this.#ordered) return;
    this.#ordered = true;
    this.#clock.atTurnEnd(this.#run);
  }

  /** Called by a poll: the next `ring` announces again. */
  silence(): void {
    this.#rung = false;
  }

  readonly #run = (): void => {
    this.#ordered = false;
    if (this.#rung) this.#raise();
  };
}
