// Coverage of this process's main script as V8 counts it: whether code ran that had not run before.
import { Session } from 'node:inspector';

interface CoveredFunction {
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
}

export class Coverage {
  readonly #session = new Session();
  readonly #url: string;
  /** 1 for each character of the script that has run. */
  readonly #covered: Uint8Array;
  readonly #fresh: Uint8Array;

  /** `url` and `length` of the script. */
  constructor(url: string, length: number) {
    this.#url = url;
    this.#covered = new Uint8Array(length);
    this.#fresh = new Uint8Array(length);
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  get coveredShare(): number {
    let sum = 0;
    for (const one of this.#covered) sum += one;
    return sum / this.#covered.length;
  }

  /** Whether code has run since the last look that had never run; with `remember`, it is known from now on. */
  look(remember: boolean): boolean {
    let isNew = false;
    for (const { ranges } of this.#functions()) {
      const [whole] = ranges;
      if (whole === undefined || whole.count === 0) continue;
      // From the outside to the inside: a range counts for what no inner one covers.
      for (const { startOffset, endOffset, count } of ranges) {
        this.#fresh.fill(count > 0 ? 1 : 0, startOffset, endOffset);
      }
      for (let at = whole.startOffset; at < whole.endOffset; at += 1) {
        if (this.#fresh[at] === 0 || this.#covered[at] === 1) continue;
        isNew = true;
        if (!remember) return true;
        this.#covered[at] = 1;
      }
    }
    return isNew;
  }

  end(): void {
    this.#session.disconnect();
  }

  #functions(): readonly CoveredFunction[] {
    let functions: readonly CoveredFunction[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error;
      functions = taken.result.find(({ url }) => url === this.#url)?.functions ?? [];
    });
    return functions;
  }
}
