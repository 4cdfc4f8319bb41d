// Echo with work, in one and in two workers of node:cluster.
import { timesOf } from '../lib/load.mjs';
import { coresOf, startGenerator } from '../lib/servers.mjs';

export const title = 'Several cores';
export const unit = 'messages/s';
export const better = 'higher';
export const warmUp = false;
export const about =
  'An echo server in workers of node:cluster, with 40 µs of work for each message: 50 connections × 1 in flight × 16 B. ' +
  'Processor time is that of the primary and all workers. More workers than free cores gain nothing.';

const MICROSECONDS = 40;
const WORKERS = [1, 2];
const LIBRARIES = ['websocketpeer', 'ws'];

/** Measures one server; returns { value: messages per second, cpu }. */
async function measured(program, generator, job) {
  const { port, pids } = await program.start();
  try {
    return await generator.ask({ op: 'flow', ...job, port, raw: false, pid: pids });
  } catch (error) {
    generator.stop();
    throw error;
  } finally {
    program.stop(); // its workers would take the next one's core
  }
}

/** The same as processor time per message. */
async function costOf(program, generator, job) {
  const { value, cpu } = await measured(program, generator, job);
  if (cpu.server === null) throw new Error('the system does not tell the processor time of others');
  return { value: (cpu.server / value) * 1e6, cpu };
}

export function cases(options) {
  const generator = startGenerator();
  const job = { connections: 50, inFlight: 1, size: 16, ...timesOf(options) };
  const each = (workers, measure) => {
    const programs = Object.entries(coresOf(LIBRARIES, workers, MICROSECONDS));
    return Object.fromEntries(programs.map(([name, { program }]) => [name, () => measure(program, generator, job)]));
  };
  const labelOf = (workers) => `${workers} worker${workers === 1 ? '' : 's'}`;
  return [
    ...WORKERS.map((workers) => ({ label: labelOf(workers), contestants: each(workers, measured), targets: [] })),
    ...WORKERS.map((workers) => ({
      label: `CPU per message, ${labelOf(workers)}`,
      unit: 'µs',
      better: 'lower',
      contestants: each(workers, costOf),
      targets: [],
    })),
  ];
}
