// Queue of tasks for the end of the current turn of the event loop, with one call of the clock for all of them.
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

  /** Schedules `task` for the end of the turn; it must not be scheduled already. */
  order(task: TurnTask): void {
    task.ordered = true;
    this.#tasks.push(task);
    if (this.#tasks.length === 1) this.#clock.atTurnEnd(this.#run);
  }

  readonly #run = (): void => {
    const tasks = this.#tasks;
    this.#tasks = this.#running; // tasks scheduled by a task belong to the next turn
    this.#running = tasks;
    for (const task of tasks) {
      task.ordered = false;
      task.atTurnEnd();
    }
    tasks.length = 0;
  };
}
