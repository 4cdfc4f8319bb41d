// Comparison of builds: workers take turns at a task, and their results become ratios per round, so that a slower
// machine affects all of them alike.
import { fork } from 'node:child_process';
import { median } from './median.mjs';

/** A process that measures one build (scripts/guard/worker.mjs). */
export class Worker {
  #child;
  #tasks;

  constructor(script) {
    this.#child = fork(script, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#tasks = this.#answer();
  }

  /** Names of what it can measure. */
  async tasks() {
    return (await this.#tasks).tasks;
  }

  async measure(task, milliseconds) {
    this.#child.send({ task, milliseconds });
    const { nanoseconds, error } = await this.#answer();
    if (error !== undefined) throw new Error(error);
    return nanoseconds;
  }

  stop() {
    if (this.#child.connected) this.#child.disconnect();
  }

  #answer() {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      let complaint = '';
      const onText = (text) => {
        complaint += text;
      };
      const onExit = () => reject(new Error(complaint.trim() || 'the process ended'));
      child.stderr.on('data', onText);
      child.once('close', onExit);
      child.once('message', (message) => {
        child.off('close', onExit);
        child.stderr.off('data', onText);
        resolve(message);
      });
    });
  }
}

/**
 * Lets all workers measure `task`, `rounds` times, each round in another order. Returns the results of each. A first
 * round does not count: engines compile hot code again while it runs.
 */
export async function takeTurns(workers, task, rounds, milliseconds) {
  const told = workers.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    const order = workers.map((_, i) => (i + round + workers.length) % workers.length);
    if (round % 2 === 1) order.reverse();
    for (const which of order) {
      const nanoseconds = await workers[which].measure(task, milliseconds);
      if (round >= 0) told[which].push(nanoseconds);
    }
  }
  return told;
}

/**
 * Judges one task. `ratios`: speed of the build over that of its parent, a round each; `noise`: of the parent over
 * itself. It is slower if the ratio lies below `limit` and below all noise but the least.
 */
export function judge(ratios, noise, limit) {
  const speed = median(ratios);
  // The order of two equal builds is arbitrary: each ratio also counts as its inverse.
  const [, least] = [...noise, ...noise.map((ratio) => 1 / ratio)].sort((a, b) => a - b);
  return { speed, least, slower: speed < limit && speed < least };
}
