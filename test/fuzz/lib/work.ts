// How much work a call is, as V8 counts it: how often each block of the package's code runs. No clock; what the runtime's
// own functions do inside is not counted.
import { Session } from 'node:inspector';

export class WorkCounter {
  readonly #session = new Session();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Blocks of host/ that run during `act`. */
  of(act: () => void): number {
    this.#take();
    act();
    return this.#take();
  }

  end(): void {
    this.#session.disconnect();
  }

  #take(): number {
    let sum = 0;
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error;
      for (const { url, functions } of result) {
        if (!url.includes('/host/')) continue;
        for (const { ranges } of functions) for (const { count } of ranges) sum += count;
      }
    });
    return sum;
  }
}
