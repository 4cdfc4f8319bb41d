// Godot 3's way to connect signals, to methods by name, for classes that are no Reference.
import { requireString, wrongType } from '../../binding/arguments.js';
import { refuse } from '../../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, type GodotError } from '../../binding/errors.js';
import type { Callable, GodotObject } from '../../binding/object.js';
import { MethodConnections } from '../method-connections.js';

/** Connections of each object that has any. */
const connectionsOf = new WeakMap<object, MethodConnections>();

/** Never connected. */
const NOBODY: Callable = () => {};

function requireTarget(target: unknown): void {
  const isObject = (typeof target === 'object' && target !== null) || typeof target === 'function';
  if (!isObject) throw wrongType('target', 'an object', target);
}

/** The function `target`, or the one that stands for its method. */
export function callableOf(object: object, signal: string, target: object, method: string | undefined): Callable {
  if (method === undefined) return target as Callable;
  requireTarget(target);
  return connectionsOf.get(object)?.find(signal, target, requireString('method', method)) ?? NOBODY;
}

/** Arguments of `connect`. */
interface Wanted {
  readonly signal: string;
  readonly target: object | null;
  /** Name of the method; the flags when `target` is a function. */
  readonly method: string | number;
  readonly binds: readonly unknown[];
  readonly flags: number;
}

/** Connects a function, or a method by name, to a signal of `object`, whose class extends that of `base`. */
export function connectMethod(base: GodotObject, object: GodotObject, wanted: Wanted): GodotError {
  const { signal, target, method, binds, flags } = wanted;
  if (typeof method !== 'string') return base.connect.call(object, signal as never, target as Callable, method);
  if (target === null) return refuse(ERR_INVALID_PARAMETER, 'connect: target is null', object);
  requireTarget(target);
  if (!Array.isArray(binds)) throw wrongType('binds', 'an array', binds);
  const methods = connectionsOf.get(object) ?? new MethodConnections();
  connectionsOf.set(object, methods);
  methods.keep((name, callable) => base.is_connected.call(object, name, callable));
  const known = methods.find(requireString('signal', signal), target, method);
  const isNew = known === undefined && object.has_signal(signal);
  const callable = isNew ? methods.add(signal, target, method, binds) : (known ?? NOBODY);
  return base.connect.call(object, signal as never, callable, flags);
}
