// Timers, the clock, and calls at the end of a turn of the event loop.
import type { Alarm } from '../platform.js';

let due: (() => void)[] = [];

/** Calls `callback` once, after the socket events of this turn. */
export function atTurnEnd(callback: () => void): void {
  due.push(callback);
  if (due.length === 1) setImmediate(runDue);
}

function runDue(): void {
  const batch = due;
  due = []; // what a callback schedules now belongs to the next turn
  for (const callback of batch) callback();
}

/** 24.8 days; Node replaces longer delays by one millisecond. */
const LONGEST_MS = 2 ** 31 - 1;

export function alarm(delayMs: number, callback: () => void): Alarm {
  const timer = setTimeout(callback, Math.min(delayMs, LONGEST_MS)).unref();
  return { cancel: () => clearTimeout(timer) };
}
