// An event loop controlled by the test: its clock, alarms and turns advance on demand.
import type { Alarm } from '../../host/transport/platform.js';

interface PendingAlarm {
  readonly at: number;
  readonly callback: () => void;
}

/** Number of turns without rest that counts as a busy loop. */
const MAX_TURNS = 1000;

export class MemoryLoop {
  #time = 1_000_000;
  #alarms: PendingAlarm[] = [];
  #events: (() => void)[] = [];
  #turnEnds: (() => void)[] = [];

  /** Turns that had something to do since the start. */
  turns = 0;

  readonly now = (): number => this.#time;

  readonly atTurnEnd = (callback: () => void): void => {
    this.#turnEnds.push(callback);
  };

  readonly alarm = (delayMs: number, callback: () => void): Alarm => {
    const pending = { at: this.#time + delayMs, callback };
    this.#alarms.push(pending);
    return {
      cancel: () => {
        this.#alarms = this.#alarms.filter((other) => other !== pending);
      },
    };
  };

  /** Scheduled alarms that did not fire and were not cancelled. */
  get pendingAlarms(): number {
    return this.#alarms.length;
  }

  get isIdle(): boolean {
    return this.#events.length === 0 && this.#turnEnds.length === 0;
  }

  /** Schedules an event of the system, such as a socket event, for the next turn. */
  later(event: () => void): void {
    this.#events.push(event);
  }

  /** One turn: first the pending events, then the calls scheduled for the end of the turn. */
  turn(): void {
    if (!this.isIdle) this.turns += 1;
    const events = this.#events;
    this.#events = [];
    for (const event of events) event();
    const turnEnds = this.#turnEnds;
    this.#turnEnds = [];
    for (const callback of turnEnds) callback();
  }

  /** Turns until nothing waits any more. */
  settle(): void {
    for (let turns = 0; !this.isIdle; turns += 1) {
      if (turns === MAX_TURNS) throw new Error('the event loop does not come to rest');
      this.turn();
    }
  }

  /** Time passes while the loop runs: alarms fire at their time, each in a turn of its own. */
  advance(ms: number): void {
    const end = this.#time + ms;
    for (;;) {
      const due = this.#alarms.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#time = Math.max(this.#time, due.at);
      this.#fire(due);
      this.settle();
    }
    this.#time = end;
    this.settle();
  }

  /** Time passes while the game computes: no event, no alarm, no end of a turn. */
  stall(ms: number): void {
    this.#time += ms;
  }

  /** The turn after a stall: timers first, then socket events, in libuv's order. */
  turnWithTimers(): void {
    for (const due of this.#alarms.filter(({ at }) => at <= this.#time)) this.#fire(due);
    this.turn();
  }

  #fire(due: PendingAlarm): void {
    this.#alarms = this.#alarms.filter((other) => other !== due);
    due.callback();
  }
}
