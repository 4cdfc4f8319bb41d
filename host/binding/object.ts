// Godot's Object with its signals. Its other members are in object-members.ts.
import { listSignals } from '#descriptions';
import { requireBool, requireFunction, requireInt, requireString } from './arguments.js';
import type { ClassInfo, SignalInfo } from './class-info.js';
import { ObjectInfo } from './class-infos.generated.js';
import type { MethodDictionary } from './descriptions.js';
import { printError } from './error-handler.js';
import { ERR_CANT_ACQUIRE_RESOURCE, ERR_INVALID_PARAMETER, ERR_UNAVAILABLE, type GodotError, OK } from './errors.js';
import { CLASS_INFO, lineageOf, signalsOf } from './lineage.js';
import { callTelling, ObjectMembers } from './object-members.js';
import {
  type Callable,
  defineConstants,
  defineSignals,
  Signal,
  type SignalConnection,
  type SignalObjects,
} from './signal.js';
import type { int, StringName } from './types.js';

export type { Callable } from './signal.js';

/** Arguments of a callable that is connected to the signal `S`. */
export type SignalArguments<Signals, S extends keyof Signals> = Signals[S] extends unknown[] ? Signals[S] : never;

interface Connection {
  readonly signal: string;
  readonly callable: Callable;
  readonly flags: number;
  /** Number of connections with CONNECT_REFERENCE_COUNTED. */
  count: number;
}

const DEFERRED = 1;
const ONE_SHOT = 4;
const REFERENCE_COUNTED = 8;
const APPEND_SOURCE_OBJECT = 16;

const NOTHING_CONNECTED: readonly Connection[] = [];

/** Signals of every object. */
export interface ObjectSignals {
  /** The list of properties has changed: `notify_property_list_changed` was called. */
  property_list_changed: [];
  /** For editors; never emitted, since scripts of JavaScript objects do not change. */
  script_changed: [];
}

const ConnectFlags = {
  CONNECT_DEFERRED: DEFERRED,
  CONNECT_PERSIST: 2,
  CONNECT_ONE_SHOT: ONE_SHOT,
  CONNECT_REFERENCE_COUNTED: REFERENCE_COUNTED,
  CONNECT_APPEND_SOURCE_OBJECT: APPEND_SOURCE_OBJECT,
} as const;

export interface GodotObject extends SignalObjects<ObjectSignals>, Readonly<typeof ConnectFlags> {}

/**
 * Godot's Object: the base of all classes.
 *
 * It has signals, and gives access to methods and properties by name. `Object` is taken in JavaScript, so the class is
 * called GodotObject there; `get_class` returns "Object".
 */
export class GodotObject extends ObjectMembers {
  /** The callable is called at the end of the turn instead of inside the emission. */
  declare static readonly CONNECT_DEFERRED: (typeof ConnectFlags)['CONNECT_DEFERRED'];
  /** For editors, which save such connections; without effect here. */
  declare static readonly CONNECT_PERSIST: (typeof ConnectFlags)['CONNECT_PERSIST'];
  /** The connection is removed at the first emission, before callables are called. */
  declare static readonly CONNECT_ONE_SHOT: (typeof ConnectFlags)['CONNECT_ONE_SHOT'];
  /** The same callable may be connected again, and has to be disconnected as often. */
  declare static readonly CONNECT_REFERENCE_COUNTED: (typeof ConnectFlags)['CONNECT_REFERENCE_COUNTED'];
  /** The callable gets the emitting object as its last argument. */
  declare static readonly CONNECT_APPEND_SOURCE_OBJECT: (typeof ConnectFlags)['CONNECT_APPEND_SOURCE_OBJECT'];
  static readonly ConnectFlags = Object.freeze(ConnectFlags);

  static {
    defineConstants(this, this.ConnectFlags);
    defineSignals(this.prototype, 'property_list_changed', 'script_changed');
  }

  /** Types of the class's signals and their arguments, for the compiler only. */
  declare readonly signals: ObjectSignals;

  /** All connections, in order; replaced, never mutated, so that an emission uses those of its beginning. */
  #connections = NOTHING_CONNECTED;
  #isBlocking = false;
  /** What `add_user_signal` has added; few objects have any. */
  #userSignals: Map<string, SignalInfo> | null = null;

  override [CLASS_INFO](): ClassInfo {
    return ObjectInfo(GodotObject);
  }

  /** A callable was connected to `signal`. */
  protected connected(_signal: string): void {}

  /**
   * Whether there is a signal with this name.
   *
   * @const
   */
  has_signal(signal: StringName): boolean {
    return this.#hasSignal(requireString('signal', signal));
  }

  /**
   * Adds a signal to this object alone.
   *
   * `arguments_` describes its arguments: for each an object with its `name`, and its `type` as one of the `TYPE_`
   * constants. Prints when there is such a signal already.
   */
  add_user_signal(signal: StringName, arguments_: { name: string; type?: int }[] = []): void {
    if (this.has_signal(signal)) {
      printError(`add_user_signal: ${this.get_class()} has a signal "${signal}" already`, this);
      return;
    }
    const args = arguments_.map(({ name, type }) => ({ name: requireString('name', name), type: `${type ?? 0}` }));
    this.#userSignals ??= new Map();
    this.#userSignals.set(signal, { name: signal, args });
  }

  /**
   * Whether `add_user_signal` has added a signal with this name.
   *
   * @const
   */
  has_user_signal(signal: StringName): boolean {
    return this.#userSignals?.has(requireString('signal', signal)) ?? false;
  }

  /** Removes a signal of `add_user_signal` with its connections; prints when there is no such signal. */
  remove_user_signal(signal: StringName): void {
    if (!this.has_user_signal(signal)) {
      if (this.#knows('remove_user_signal', signal)) {
        printError(`remove_user_signal: "${signal}" was not added by add_user_signal`, this);
      }
      return;
    }
    this.#userSignals?.delete(signal);
    this.#connections = this.#connections.filter((connection) => connection.signal !== signal);
  }

  /** Blocks all signals (`true`), which then call nothing until they are unblocked (`false`). */
  set_block_signals(enable: boolean): void {
    this.#isBlocking = requireBool('enable', enable);
  }

  /**
   * Whether signals are blocked.
   *
   * @const
   */
  is_blocking_signals(): boolean {
    return this.#isBlocking;
  }

  /**
   * Whether anything is connected to `signal`; prints when there is no such signal.
   *
   * @const
   */
  has_connections(signal: StringName): boolean {
    return this.#knows('has_connections', requireString('signal', signal)) && this.#connectedTo(signal).length > 0;
  }

  /**
   * Connections of `signal`: for each callable a dictionary with `signal`, `callable` and `flags`.
   *
   * @const
   */
  get_signal_connection_list(signal: StringName): SignalConnection[] {
    requireString('signal', signal);
    const object = new Signal<never[]>(this, signal);
    return this.#connectedTo(signal).map(({ callable, flags }) => ({ signal: object, callable, flags }));
  }

  /** Emits `property_list_changed`. */
  notify_property_list_changed(): void {
    this.emit_signal('property_list_changed');
  }

  /**
   * The signals as dictionaries, those of the object's own class first.
   *
   * **Note:** empty in a page, with a message, until `websocketpeer/extension` is imported.
   *
   * @const
   */
  get_signal_list(): MethodDictionary[] {
    const ofClass = lineageOf(Object.getPrototypeOf(this)).flatMap(({ signals }) => signals);
    return listSignals([...ofClass, ...(this.#userSignals?.values() ?? [])]);
  }

  /**
   * Connects `callable` to `signal`.
   *
   * `flags` is a sum of the ConnectFlags. Returns OK, or ERR_INVALID_PARAMETER with a message when the signal does
   * not exist or the callable is connected already.
   */
  connect<S extends keyof this['signals'] & string>(
    signal: S,
    callable: (...args: SignalArguments<this['signals'], S>) => unknown,
    flags?: int,
  ): GodotError;
  connect(signal: StringName, callable: Callable, flags: int = 0): GodotError {
    requireString('signal', signal);
    requireFunction('callable', callable);
    requireInt('flags', flags);
    if (!this.#knows('connect', signal)) return ERR_INVALID_PARAMETER;
    const existing = this.#find(signal, callable);
    if (existing !== undefined) {
      if ((flags & REFERENCE_COUNTED) !== 0) {
        existing.count += 1;
        return OK;
      }
      printError(`connect: signal "${signal}" is already connected to this callable`, this);
      return ERR_INVALID_PARAMETER;
    }
    const count = (flags & REFERENCE_COUNTED) === 0 ? 0 : 1;
    // `concat` allocates just this length; a spread literal would reserve sixteen more.
    this.#connections = this.#connections.concat({ signal, callable, flags, count });
    this.connected(signal);
    return OK;
  }

  /** Removes the connection of `callable` to `signal`; prints when there is none. */
  disconnect(signal: StringName, callable: Callable): void {
    requireString('signal', signal);
    requireFunction('callable', callable);
    if (!this.#knows('disconnect', signal)) return;
    const dropped = this.#find(signal, callable);
    if (dropped === undefined) {
      printError(`disconnect: signal "${signal}" is not connected to this callable`, this);
      return;
    }
    dropped.count -= 1;
    if (dropped.count <= 0) this.#connections = this.#connections.filter((connection) => connection !== dropped);
  }

  /**
   * Whether `callable` is connected to `signal`; prints when there is no such signal.
   *
   * @const
   */
  is_connected(signal: StringName, callable: Callable): boolean {
    requireString('signal', signal);
    requireFunction('callable', callable);
    return this.#knows('is_connected', signal) && this.#find(signal, callable) !== undefined;
  }

  /**
   * Calls everything connected to `signal` with `args`, in the order of connection.
   *
   * Connections made meanwhile count from the next emission on; those removed meanwhile are still called. A callable
   * that throws is reported, and the others are called all the same. Returns OK, ERR_UNAVAILABLE with a message when
   * there is no such signal, or ERR_CANT_ACQUIRE_RESOURCE while signals are blocked.
   */
  emit_signal(signal: StringName, ...args: unknown[]): GodotError {
    const connections = this.#connections;
    let heard = false;
    let flags = 0;
    for (const connection of connections) {
      if (connection.signal !== signal) continue;
      heard = true;
      flags |= connection.flags;
    }
    if (this.#isBlocking) return ERR_CANT_ACQUIRE_RESOURCE;
    // What somebody is connected to exists.
    if (!heard) return this.#knows('emit_signal', requireString('signal', signal)) ? OK : ERR_UNAVAILABLE;
    if ((flags & ONE_SHOT) !== 0) {
      this.#connections = connections.filter((one) => one.signal !== signal || (one.flags & ONE_SHOT) === 0);
    }
    for (const connection of connections) if (connection.signal === signal) this.#deliver(connection, args);
    return OK;
  }

  /** As in Godot, a listener that fails is reported and the others still hear the signal. No closure: it happens often. */
  #deliver({ signal, callable, flags }: Connection, args: unknown[]): void {
    const given = (flags & APPEND_SOURCE_OBJECT) === 0 ? args : [...args, this];
    const what = 'a callable connected to';
    if ((flags & DEFERRED) === 0) callTelling(what, signal, callable, given);
    else queueMicrotask(() => callTelling(what, signal, callable, given));
  }

  #find(signal: string, callable: Callable): Connection | undefined {
    return this.#connections.find((connection) => connection.signal === signal && connection.callable === callable);
  }

  #connectedTo(signal: string): Connection[] {
    return this.#connections.filter((connection) => connection.signal === signal);
  }

  #hasSignal(signal: string): boolean {
    return signalsOf(Object.getPrototypeOf(this)).has(signal) || this.#userSignals?.has(signal) === true;
  }

  #knows(method: string, signal: string): boolean {
    if (this.#hasSignal(signal)) return true;
    printError(`${method}: ${this.get_class()} has no signal "${signal}"`, this);
    return false;
  }
}
