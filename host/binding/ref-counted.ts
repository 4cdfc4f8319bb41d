// The roots of the class tree: Object with its signals, RefCounted on top. No class of its own knows a socket.
import { requireFunction, requireInt, requireString } from './arguments.js';
import { printError } from './error-handler.js';
import { ERR_INVALID_PARAMETER, ERR_UNAVAILABLE, OK } from './errors.js';

/** What a signal calls. */
export type Callable = (...args: never[]) => unknown;

/** Signals of a class and the arguments of each; subclasses narrow it. */
export type SignalMap = Record<string, unknown[]>;

interface Connection {
  readonly signal: string;
  readonly callable: Callable;
  readonly flags: number;
}

const NOTHING_CONNECTED: readonly Connection[] = [];

/** Godot's Object, as far as signals go. */
export abstract class GodotObject {
  /** The callable is called at the end of the turn instead of inside the emission. */
  static readonly CONNECT_DEFERRED = 1;
  /** The connection is dropped after the first emission. */
  static readonly CONNECT_ONE_SHOT = 4;

  /** All connections, in order; replaced, never changed, so that an emission goes through those that it began with. */
  #connections = NOTHING_CONNECTED;

  /** Names of the signals that this class has. */
  protected signalNames(): readonly string[] {
    return [];
  }

  /**
   * Connects `callable` to `signal`.
   *
   * `flags` combines `CONNECT_DEFERRED` and `CONNECT_ONE_SHOT`. Returns OK, or ERR_INVALID_PARAMETER with a
   * message when the signal does not exist or the callable is connected already.
   */
  connect(signal: string, callable: Callable, flags = 0): number {
    requireString('signal', signal);
    requireFunction('callable', callable);
    requireInt('flags', flags);
    if (!this.#knows(signal)) return ERR_INVALID_PARAMETER;
    if (this.#find(signal, callable) !== undefined) {
      printError(`connect: signal "${signal}" is already connected to this callable`);
      return ERR_INVALID_PARAMETER;
    }
    // `concat` makes a list of just this length; one that is spread and added to has room for sixteen more.
    this.#connections = this.#connections.concat({ signal, callable, flags });
    return OK;
  }

  /** Drops the connection of `callable` to `signal`; prints when there is none. */
  disconnect(signal: string, callable: Callable): void {
    requireString('signal', signal);
    requireFunction('callable', callable);
    const dropped = this.#find(signal, callable);
    if (dropped === undefined) printError(`disconnect: signal "${signal}" is not connected to this callable`);
    else this.#connections = this.#connections.filter((connection) => connection !== dropped);
  }

  is_connected(signal: string, callable: Callable): boolean {
    requireString('signal', signal);
    requireFunction('callable', callable);
    return this.#find(signal, callable) !== undefined;
  }

  has_signal(signal: string): boolean {
    return this.signalNames().includes(requireString('signal', signal));
  }

  /** Calls everything connected to `signal` with `args`, in the order of connection. */
  emit_signal(signal: string, ...args: unknown[]): number {
    requireString('signal', signal);
    if (!this.#knows(signal)) return ERR_UNAVAILABLE;
    for (const { signal: connected, callable, flags } of this.#connections) {
      if (connected !== signal) continue;
      if ((flags & GodotObject.CONNECT_ONE_SHOT) !== 0) this.disconnect(signal, callable);
      if ((flags & GodotObject.CONNECT_DEFERRED) !== 0) queueMicrotask(() => invoke(signal, callable, args));
      else invoke(signal, callable, args);
    }
    return OK;
  }

  #find(signal: string, callable: Callable): Connection | undefined {
    return this.#connections.find((connection) => connection.signal === signal && connection.callable === callable);
  }

  #knows(signal: string): boolean {
    if (this.signalNames().includes(signal)) return true;
    printError(`${this.constructor.name} has no signal "${signal}"`);
    return false;
  }
}

// As in Godot, a listener that fails is reported and the others still hear the signal.
function invoke(signal: string, callable: Callable, args: unknown[]): void {
  try {
    (callable as (...args: unknown[]) => unknown)(...args);
  } catch (error) {
    printError(`a callable connected to "${signal}" threw ${error instanceof Error ? (error.stack ?? error) : error}`);
  }
}

/** Godot's RefCounted: freed when nobody needs it; in JavaScript, when `using` or `free()` says so. */
export abstract class RefCounted extends GodotObject {
  /** Lets go of what the object holds (sockets, timers). */
  free(): void {}

  [Symbol.dispose](): void {
    this.free();
  }
}
