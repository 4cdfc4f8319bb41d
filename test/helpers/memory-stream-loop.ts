// An event loop under the test's control: its clock moves, its alarms fire and its turns pass when the test says so.
import type { Alarm } from '../../host/transport/platform.js';

interface PendingAlarm {
  readonly at: number;
  readonly callback: () => void;
}

/** More turns than this without coming to rest are a busy loop. */
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

  /** Alarms that were ordered, did not fire and were not cancelled. */
  get pendingAlarms(): number {
    return this.#alarms.length;
  }

  get isIdle(): boolean {
    return this.#events.length === 0 && this.#turnEnds.length === 0;
  }

  /** Something that the system tells in the next turn, as it would a socket event. */
  later(event: () => void): void {
    this.#events.push(event);
  }

  /** One turn: first the events that wait, then what was ordered for the end of the turn. */
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

  /** The turn after a stall: timers first, then what sockets have to tell, as libuv orders them. */
  turnWithTimers(): void {
    for (const due of this.#alarms.filter(({ at }) => at <= this.#time)) this.#fire(due);
    this.turn();
  }

  #fire(due: PendingAlarm): void {
    this.#alarms = this.#alarms.filter((other) => other !== due);
    due.callback();
  }
}
