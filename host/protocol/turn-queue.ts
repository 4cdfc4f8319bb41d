// What has to happen at the end of the current turn of the event loop: one call of the clock for all of it.
import type { Clock } from '../transport/platform.js';

export interface TurnTask {
  /** True while the task waits in the queue; the queue sets it. */
  ordered: boolean;
  atTurnEnd(): void;
}

export class TurnQueue {
  readonly #clock: Pick<Clock, 'atTurnEnd'>;
  #tasks: TurnTask[] = [];
  #running: TurnTask[] = [];

  constructor(clock: Pick<Clock, 'atTurnEnd'>) {
    this.#clock = clock;
  }

  /** Calls `task` once at the end of the turn; only when it is not ordered already. */
  order(task: TurnTask): void {
    task.ordered = true;
    this.#tasks.push(task);
    if (this.#tasks.length === 1) this.#clock.atTurnEnd(this.#run);
  }

  readonly #run = (): void => {
    const tasks = this.#tasks;
    this.#tasks = this.#running; // what a task orders now belongs to the next turn
    this.#running = tasks;
    for (const task of tasks) {
      task.ordered = false;
      task.atTurnEnd();
    }
    tasks.length = 0;
  };
}
