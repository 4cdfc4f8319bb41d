// Waiting for what another program does: conditions that are looked at again whenever something was written down, and
// what has to be undone after a test. No clock: the test's own time limit is the only one.
import { afterEach } from 'vitest';

interface Waiter {
  readonly done: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Something that is written to from events, and waited for. */
export class Watch {
  #waiting: Waiter[] = [];
  #failure: Error | null = null;

  /** Resolves as soon as `done` holds. */
  until(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve();
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ done, resolve, reject });
    });
  }

  /** Nothing will be written any more: whoever waits, waits in vain. */
  failed(error: Error): void {
    this.#failure = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  /** Tells those who wait that something new is there. */
  protected noted(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) {
      if (waiter.done()) waiter.resolve();
      else this.#waiting.push(waiter);
    }
  }
}

/** What has to be undone when a test or a file is over. */
export class Scope {
  #undo: (() => unknown)[] = [];

  /** Calls `undo` at the end; the last one given is called first. */
  defer(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  async end(): Promise<void> {
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop()) await undo();
  }
}

/** A scope that ends with each test. */
export function useScope(): Scope {
  const scope = new Scope();
  afterEach(() => scope.end());
  return scope;
}
