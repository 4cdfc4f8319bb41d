// Calls from inside handlers: each signal or report of an object makes the next call of a list.

import { set_error_handler } from '../../host/binding/error-handler.js';
import type { GodotObject } from '../../host/binding/object.js';
import { Signal } from '../../host/binding/signal.js';

/** Call of a handler on the object of its event. */
export type Call<T> = (target: T) => unknown;

/** A handler that fails. */
export function failing(): never {
  throw new Error('a handler that fails on purpose');
}

/** Listens to everything that `target` emits and to every report, until `stop`. */
export class Interruptions<T extends GodotObject> {
  /** Unexpected exceptions of calls. */
  readonly thrown: unknown[] = [];
  readonly #target: T;
  readonly #calls: Call<T>[];
  heard = 0;

  constructor(target: T, calls: readonly Call<T>[]) {
    this.#target = target;
    this.#calls = [...calls];
    for (const { name } of target.get_signal_list()) new Signal(target, name).connect(this.#interrupt);
    set_error_handler(this.#interrupt);
  }

  /** Stops the calls from handlers. */
  stop(): void {
    this.#calls.length = 0;
  }

  readonly #interrupt = (): void => {
    this.heard += 1;
    const call = this.#calls.shift();
    if (call === undefined) return;
    if (call === failing) failing();
    try {
      call(this.#target);
    } catch (error) {
      this.thrown.push(error);
    }
  };
}
