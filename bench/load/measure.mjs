// Measurement of a rate, with the processor time of the generator and the program under test.
import { readFileSync } from 'node:fs';

export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Count to reach in a measurement, within a time limit. */
const LEAST_COUNT = 3;
const LONGEST_MS = 20_000;
const TICKS_PER_SECOND = 100;

/**
 * Seconds of processor time that a process, or several of a list, have had; null where the system does not report it
 * (Linux does).
 */
export function processorTimeOf(pid) {
  if (Array.isArray(pid)) {
    const times = pid.map(processorTimeOf);
    return times.includes(null) ? null : times.reduce((sum, time) => sum + time, 0);
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return null;
  }
}

function ownProcessorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** `count()` is what has happened so far; returns { value: per second, cpu } of `measureMs` after `warmUpMs`. */
export async function rateOf(count, { warmUpMs, measureMs, pid }) {
  await pause(warmUpMs);
  const before = { count: count(), time: performance.now(), load: ownProcessorTime(), server: processorTimeOf(pid) };
  const elapsed = () => performance.now() - before.time;
  await pause(measureMs);
  while (count() - before.count < LEAST_COUNT && elapsed() < LONGEST_MS) await pause(20);
  const seconds = elapsed() / 1000;
  const server = processorTimeOf(pid);
  return {
    value: (count() - before.count) / seconds,
    cpu: {
      load: (ownProcessorTime() - before.load) / seconds,
      server: server === null || before.server === null ? null : (server - before.server) / seconds,
    },
  };
}
