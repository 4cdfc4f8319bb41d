// Godot 3's Reference: Godot 4's RefCounted, with Godot 3's way to connect signals.
import { requireString, wrongType } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import type { MethodDictionary, PropertyDictionary } from '../binding/descriptions.js';
import { refuse } from '../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, type GodotError } from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import type { Callable, SignalArguments } from '../binding/object.js';
import { RefCounted } from '../binding/ref-counted.js';
import type { int, StringName } from '../binding/types.js';
import { ReferenceInfo } from './class-infos.generated.js';
import { methodOf3, propertyOf3, typeOf4 } from './member-lists.js';
import { MethodConnections } from './method-connections.js';

/**
 * An object that counts the references to it.
 *
 * System resources that it holds, such as a socket, are released by `free`, or at the end of a `using` block.
 */
export class Reference extends RefCounted {
  /** Created by the first connection to a method. */
  #methods: MethodConnections | null = null;

  override [CLASS_INFO](): ClassInfo {
    return ReferenceInfo();
  }

  /**
   * Connects `signal` to the method of `target` that is called `method`, or to a function.
   *
   * The method is looked up when the signal is emitted; it gets `binds` after the signal's arguments. `flags` is a sum
   * of the ConnectFlags. Returns OK, or ERR_INVALID_PARAMETER with a message when the signal does not exist, `target`
   * is null, or the two are connected already.
   */
  override connect<S extends keyof this['signals'] & string>(
    signal: S,
    callable: (...args: SignalArguments<this['signals'], S>) => unknown,
    flags?: int,
  ): GodotError;
  override connect<S extends keyof this['signals'] & string>(
    signal: S,
    target: object | null,
    method: string,
    binds?: readonly unknown[],
    flags?: int,
  ): GodotError;
  override connect(
    signal: StringName,
    target: object | null,
    method: string | int = 0,
    binds: readonly unknown[] = [],
    flags: int = 0,
  ): GodotError {
    if (typeof method !== 'string') return super.connect(signal as never, target as Callable, method);
    if (target === null) return refuse(ERR_INVALID_PARAMETER, 'connect: target is null', this);
    requireTarget(target);
    if (!Array.isArray(binds)) throw wrongType('binds', 'an array', binds);
    this.#methods ??= new MethodConnections();
    this.#methods.keep((name, callable) => super.is_connected(name, callable));
    const known = this.#methods.find(requireString('signal', signal), target, method);
    if (known !== undefined || !this.has_signal(signal)) return super.connect(signal as never, known ?? NOBODY, flags);
    return super.connect(signal as never, this.#methods.add(signal, target, method, binds), flags);
  }

  /** Removes the connection of a method or a function to `signal`; prints when there is none. */
  override disconnect(signal: StringName, callable: Callable): void;
  override disconnect(signal: StringName, target: object, method: string): void;
  override disconnect(signal: StringName, target: object, method?: string): void {
    super.disconnect(signal, this.#callableOf(signal, target, method));
  }

  /**
   * Whether a method or a function is connected to `signal`; prints when there is no such signal.
   *
   * @const
   */
  override is_connected(signal: StringName, callable: Callable): boolean;
  override is_connected(signal: StringName, target: object, method: string): boolean;
  override is_connected(signal: StringName, target: object, method?: string): boolean {
    return super.is_connected(signal, this.#callableOf(signal, target, method));
  }

  override get_property_list(): PropertyDictionary[] {
    return super.get_property_list().map(propertyOf3);
  }

  override get_method_list(): MethodDictionary[] {
    return super.get_method_list().map(methodOf3);
  }

  override get_signal_list(): MethodDictionary[] {
    return super.get_signal_list().map(methodOf3);
  }

  override add_user_signal(signal: StringName, arguments_: { name: string; type?: int }[] = []): void {
    super.add_user_signal(
      signal,
      arguments_.map((argument) => ({ ...argument, type: typeOf4(argument.type) })),
    );
  }

  #callableOf(signal: StringName, target: object, method: string | undefined): Callable {
    if (method === undefined) return target as Callable;
    requireTarget(target);
    return this.#methods?.find(signal, target, requireString('method', method)) ?? NOBODY;
  }
}

/** Never connected. */
const NOBODY: Callable = () => {};

function requireTarget(target: unknown): void {
  const isObject = (typeof target === 'object' && target !== null) || typeof target === 'function';
  if (!isObject) throw wrongType('target', 'an object', target);
}
