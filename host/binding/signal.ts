// Signals as objects: `peer.peer_connected.connect(fn)`. Connections and emission are implemented by the object that
// has the signal.
import { wrongType } from './arguments.js';
import type { GodotError } from './errors.js';
import { madeOnce } from './made-once.js';
import type { int } from './types.js';

/** A function that a signal calls. */
export type Callable = (...args: never[]) => unknown;

/** Result of `as_promise`: undefined, the one argument, or a list of several. */
export type Emitted<Args extends unknown[]> = Args extends [] ? undefined : Args extends [infer Only] ? Only : Args;

/**
 * One callable that is connected to a signal.
 *
 * @godotType Dictionary
 */
export interface SignalConnection {
  readonly signal: Signal<never[]>;
  readonly callable: Callable;
  readonly flags: int;
}

/** Any object with signals. */
export interface Emitter {
  emit_signal(signal: string, ...args: unknown[]): GodotError;
}

/** The members of its object that a signal uses. */
interface SignalHolder extends Emitter {
  connect(signal: string, callable: Callable, flags?: int): GodotError;
  disconnect(signal: string, callable: Callable): void;
  is_connected(signal: string, callable: Callable): boolean;
  get_signal_connection_list(signal: string): SignalConnection[];
}

const ONE_SHOT = 4;

/** Pending promises for signals of each object. */
const waiting = new WeakMap<object, Set<(error: Error) => void>>();

/**
 * A signal of an object.
 *
 * `Args` are the arguments of its callables. Each class has its signals as properties; `new Signal(object, name)` is
 * for those that `add_user_signal` has added.
 */
export class Signal<Args extends unknown[] = unknown[]> {
  readonly #object: SignalHolder;
  readonly #name: string;

  constructor(object: Emitter, name: string) {
    if (typeof object?.emit_signal !== 'function') throw wrongType('object', 'a GodotObject', object);
    this.#object = object as SignalHolder; // its `connect` does not accept the name of just any signal
    this.#name = name;
  }

  /** Connects `callable`; `flags` and result are those of the object's `connect`. */
  connect(callable: (...args: Args) => unknown, flags: int = 0): GodotError {
    return this.#object.connect(this.#name, callable as Callable, flags);
  }

  /** Removes the connection of `callable`; prints when there is none. */
  disconnect(callable: (...args: Args) => unknown): void {
    this.#object.disconnect(this.#name, callable as Callable);
  }

  /** Whether `callable` is connected. */
  is_connected(callable: (...args: Args) => unknown): boolean {
    return this.#object.is_connected(this.#name, callable as Callable);
  }

  /** Calls everything that is connected. */
  emit(...args: Args): void {
    this.#object.emit_signal(this.#name, ...args);
  }

  /**
   * Resolves at the next emission, with its argument, or a list when there are several.
   *
   * Rejects when the object is freed before.
   *
   * **Note:** code after `await` runs after the emission; what must happen within it belongs in a callable.
   */
  as_promise(): Promise<Emitted<Args>> {
    return new Promise((resolve, reject) => {
      const rejections = waiting.get(this.#object) ?? new Set();
      waiting.set(this.#object, rejections.add(reject));
      const heard = (...args: unknown[]): void => {
        rejections.delete(reject);
        resolve((args.length > 1 ? args : args[0]) as Emitted<Args>);
      };
      this.#object.connect(this.#name, heard as Callable, ONE_SHOT);
    });
  }

  /** Name of the signal. */
  get_name(): string {
    return this.#name;
  }

  /** The object that emits it. */
  get_object(): Emitter {
    return this.#object;
  }

  /** All connections. */
  get_connections(): SignalConnection[] {
    return this.#object.get_signal_connection_list(this.#name);
  }

  /** Whether anything is connected. */
  has_connections(): boolean {
    return this.get_connections().length > 0;
  }
}

/** Rejects the pending promises for signals of `object`. */
export function rejectWaiting(object: object): void {
  const rejections = waiting.get(object);
  if (rejections === undefined) return;
  waiting.delete(object);
  for (const reject of rejections) reject(new Error(`${String(object)} was freed before it emitted the signal`));
}

/** Properties for the signals `Signals` of a class. */
export type SignalObjects<Signals> = {
  readonly [Name in keyof Signals]: Signal<Signals[Name] extends unknown[] ? Signals[Name] : never>;
};

/** Gives the class of `prototype` its signals as properties. */
export function defineSignals(prototype: Emitter, ...names: string[]): void {
  for (const name of names) {
    const signalOf = madeOnce((holder: Emitter) => new Signal<never[]>(holder, name));
    Object.defineProperty(prototype, name, {
      configurable: true,
      get(this: Emitter) {
        return signalOf(this);
      },
    });
  }
}

/** Constants of the class `C`: its members with names in capitals. */
export type ConstantsOf<C> = {
  readonly [Name in keyof C as Name extends Uppercase<Name & string> ? Name : never]: C[Name];
};

/**
 * Gives a class the constants of `groups`, and objects of it all of its constants, which are its static numbers, as
 * Godot's have them: `socket.STATE_OPEN` as well as `WebSocketPeer.STATE_OPEN`.
 */
export function defineConstants(class_: { readonly prototype: object }, ...groups: readonly object[]): void {
  Object.assign(class_, ...groups);
  for (const [name, value] of Object.entries(class_)) {
    if (typeof value === 'number') Object.defineProperty(class_.prototype, name, { configurable: true, value });
  }
}
