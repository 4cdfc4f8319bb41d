// Those who wait until a connection's output has drained: each is called once, at the end of a turn. A connection has a
// watch only once it was asked for, and the watch does nothing while nobody waits.
import { textOfThrown } from '../binding/thrown.js';
import { REPORT, type SessionOwner } from './session.js';
import type { TurnQueue, TurnTask } from './turn-queue.js';

/** The connection that is watched. */
export interface Draining {
  readonly owner: SessionOwner;
  readonly outbox: { readonly bytes: number; readonly isBlocked: boolean; readonly isEmpty: boolean };
  readonly context: { readonly turns: TurnQueue };
  /** Whether the stream has closed, or this side has ended it: nothing will drain any more. */
  readonly hasParted: boolean;
}

interface Waiting {
  readonly threshold: number;
  readonly callback: () => void;
}

export class DrainWatch implements TurnTask {
  ordered = false;
  readonly #connection: Draining;
  #waiting: Waiting[] = [];

  constructor(connection: Draining) {
    this.#connection = connection;
  }

  /** Calls `callback` once no more than `threshold` bytes wait; with 0, once nothing waits, not even an empty packet. */
  add(callback: () => void, threshold: number): void {
    this.#waiting.push({ callback, threshold });
    this.look();
  }

  /** Called when the stream has completed a write, and at the connection's end. */
  look(): void {
    if (this.#waiting.length > 0 && !this.ordered) this.#connection.context.turns.order(this);
  }

  atTurnEnd(): void {
    const { outbox, owner } = this.#connection;
    const due = this.#waiting.filter(({ threshold }) => this.#hasDrained(threshold));
    this.#waiting = this.#waiting.filter((waiting) => !due.includes(waiting));
    for (const { callback } of due) {
      try {
        callback();
      } catch (error) {
        owner[REPORT](`WebSocketPeer: what waits for its output to drain threw ${textOfThrown(error, 'stack')}`);
      }
    }
    // What was sent in this turn is written by now, or in the next one; behind a write under way, the stream tells.
    if (!outbox.isBlocked) this.look();
  }

  #hasDrained(threshold: number): boolean {
    const { outbox, hasParted } = this.#connection;
    return hasParted || outbox.isEmpty || (threshold > 0 && outbox.bytes <= threshold);
  }
}
