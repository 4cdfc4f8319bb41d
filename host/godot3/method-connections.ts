// Connections of signals to methods by name, as Godot 3 makes them. Each becomes one callable, by which it can be found
// again; the object calls, counts and disconnects callables.
import { printError } from '../binding/error-handler.js';
import type { Callable } from '../binding/object.js';

interface MethodConnection {
  readonly signal: string;
  readonly target: object;
  readonly method: string;
  readonly callable: Callable;
}

export class MethodConnections {
  #all: readonly MethodConnection[] = [];

  /** Returns a callable that looks `method` up when it is called, and passes `binds` after the signal's arguments. */
  add(signal: string, target: object, method: string, binds: readonly unknown[]): Callable {
    const callable = (...args: unknown[]): void => {
      const found = (target as Record<string, unknown>)[method];
      if (typeof found === 'function') found.apply(target, [...args, ...binds]);
      else printError(`signal "${signal}": ${target.constructor?.name ?? 'the target'} has no method "${method}"`);
    };
    this.#all = [...this.#all, { signal, target, method, callable }];
    return callable;
  }

  find(signal: string, target: object, method: string): Callable | undefined {
    const isIt = (one: MethodConnection): boolean =>
      one.signal === signal && one.target === target && one.method === method;
    return this.#all.find(isIt)?.callable;
  }

  /** Removes those that are not connected any more. */
  keep(isConnected: (signal: string, callable: Callable) => boolean): void {
    if (this.#all.length > 0) this.#all = this.#all.filter(({ signal, callable }) => isConnected(signal, callable));
  }
}
