// Timers and ends of turns in a page or a worker. A turn ends with a message, because timers are throttled in hidden
// tabs; without message channels (React Native, older edge runtimes) a timer is used.
import type { Alarm } from '../platform.js';

/** 24.8 days; timers treat longer delays as 0. */
const LONGEST_MS = 2 ** 31 - 1;

let due: (() => void)[] = [];
let channel: MessageChannel | null = null;

/** Calls `callback` once, after the events of this turn. */
export function atTurnEnd(callback: () => void): void {
  due.push(callback);
  if (due.length > 1) return;
  if (typeof MessageChannel === 'undefined') {
    setTimeout(runDue, 0);
    return;
  }
  if (channel === null) {
    channel = new MessageChannel();
    channel.port1.onmessage = runDue;
  }
  channel.port2.postMessage(null);
}

function runDue(): void {
  const batch = due;
  due = []; // what a callback schedules now belongs to the next turn
  for (const callback of batch) callback();
}

export function alarm(delayMs: number, callback: () => void): Alarm {
  const timer = setTimeout(callback, Math.min(delayMs, LONGEST_MS));
  return { cancel: () => clearTimeout(timer) };
}
