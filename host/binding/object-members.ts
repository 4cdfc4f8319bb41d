// Methods of Godot's Object that access members by name: methods, properties, constants, metadata. They look members up
// in the description of the class.
import { listMethods, listProperties } from '#descriptions';
import { requireBool, requireInstance, requireInt, requireString } from './arguments.js';
import type { ClassInfo } from './class-info.js';
import type { MethodDictionary, PropertyDictionary } from './descriptions.js';
import { printError } from './error-handler.js';
import { arityOf, CLASS_INFO, findConstant, findMethod, findProperty, isScriptMethod, lineageOf } from './lineage.js';
import { textOfThrown } from './thrown.js';
import type { int, int32, NodePath, StringName } from './types.js';

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

const IDENTIFIER = /^[\p{L}_][\p{L}\p{N}_]*$/u;

let lastId = 0;

/** The part of `value` with the name `part`; null without one. */
function partOf(value: unknown, part: string): unknown {
  if (value instanceof Map) return value.get(part) ?? null;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return null;
  return (value as Record<string, unknown>)[part];
}

/** Calls a callable without a caller that could catch: reports what it throws, with `what` and `name` of the call. */
export function callTelling(
  what: string,
  name: string,
  callable: (...args: never[]) => unknown,
  args: unknown[],
): void {
  try {
    (callable as Method)(...args);
  } catch (error) {
    printError(`${what} "${name}" threw ${textOfThrown(error, 'stack')}`);
  }
}

/** @internal */
export abstract class ObjectMembers {
  /** 0 until it is first needed. */
  #id = 0;
  /** Values stored by `set_meta`; null for most objects. */
  #metadata: Map<string, unknown> | null = null;

  abstract [CLASS_INFO](): ClassInfo;

  /**
   * Name of the object's class.
   *
   * Of an object of a JavaScript class that extends one of Godot's, the name of Godot's.
   *
   * @const
   */
  get_class(): string {
    return this[CLASS_INFO]().name;
  }

  /**
   * Whether the object is of the class with this name, or of one that inherits from it.
   *
   * @const
   */
  is_class(class_: string): boolean {
    requireString('class', class_);
    return this.#lineage.some(({ name }) => name === class_);
  }

  /**
   * Sets the property with this name; nothing happens when there is none.
   *
   * Throws a TypeError for a value that the property can't be.
   */
  set(property: StringName, value: unknown): void {
    const found = findProperty(this.#lineage, requireString('property', property));
    if (found !== undefined && found.setter !== '') this.#methodNamed(found.setter)(value);
  }

  /**
   * Returns the property or the constant with this name, or the method as a function; null when there is none.
   *
   * @const
   */
  get(property: StringName): unknown {
    const lineage = this.#lineage;
    const found = findProperty(lineage, requireString('property', property));
    if (found !== undefined) return this.#methodNamed(found.getter)();
    return findConstant(lineage, property) ?? (this.has_method(property) ? this.#methodNamed(property) : null);
  }

  /**
   * The properties as dictionaries, those of the base classes first, under a heading for each class.
   *
   * **Note:** empty in a page, with a message, until `websocketpeer/extension` is imported.
   *
   * @const
   */
  get_property_list(): PropertyDictionary[] {
    return listProperties(this.#lineage.slice(0, -1).reverse());
  }

  /**
   * The methods as dictionaries, those of the object's own class first.
   *
   * **Note:** empty in a page, with a message, until `websocketpeer/extension` is imported.
   *
   * @const
   */
  get_method_list(): MethodDictionary[] {
    return listMethods(this.#lineage);
  }

  /**
   * Calls the method with this name and returns what it returns, or null.
   *
   * Prints and returns null when there is no such method or the number of arguments does not fit. A method throws a
   * TypeError for an argument that it can't take.
   */
  call(method: StringName, ...args: unknown[]): unknown {
    return this.callv(method, args);
  }

  /**
   * Calls the method with this name at the end of the turn, after the current code; otherwise as `call`.
   *
   * Returns null.
   */
  call_deferred(method: StringName, ...args: unknown[]): unknown {
    requireString('method', method);
    queueMicrotask(() => callTelling('call_deferred:', method, () => this.callv(method, args), []));
    return null;
  }

  /** Sets the property with this name at the end of the turn; otherwise as `set`. */
  set_deferred(property: StringName, value: unknown): void {
    this.call_deferred('set', requireString('property', property), value);
  }

  /**
   * Returns the value at the path: a property, or a part of it after a colon (`position:x`); null when there is none.
   *
   * @const
   */
  get_indexed(property_path: NodePath): unknown {
    const [first, ...rest] = requireString('property_path', property_path).split(':') as [string, ...string[]];
    return rest.reduce<unknown>((value, part) => partOf(value, part), this.get(first) ?? null);
  }

  /** Sets the value at the path, as `get_indexed` reads it; nothing happens when there is none. */
  set_indexed(property_path: NodePath, value: unknown): void {
    const parts = requireString('property_path', property_path).split(':');
    const last = parts.pop() as string;
    if (parts.length === 0) {
      this.set(last, value);
      return;
    }
    const holder = this.get_indexed(parts.join(':'));
    if (partOf(holder, last) === null) return;
    if (holder instanceof Map) holder.set(last, value);
    else (holder as Record<string, unknown>)[last] = value;
    this.set_indexed(parts.join(':'), holder);
  }

  /** Calls the object's own `_notification` with `what`, when its class has one. */
  notification(what: int32, reversed = false): void {
    requireInt('what', what);
    requireBool('reversed', reversed);
    this.#callOwn('_notification', what);
  }

  /** The object as text: `<Class#id>`, or the result of its class' own `_to_string`. */
  to_string(): string {
    const own = this.#callOwn('_to_string');
    return typeof own === 'string' ? own : `<${this.get_class()}#${this.get_instance_id()}>`;
  }

  /**
   * A number that no other object of this process has.
   *
   * @const
   */
  get_instance_id(): int {
    if (this.#id === 0) {
      lastId += 1;
      this.#id = lastId;
    }
    return this.#id;
  }

  /**
   * Number of arguments that the method may have; 0 when there is no such method.
   *
   * @const
   */
  get_method_argument_count(method: StringName): int32 {
    return findMethod(this.#lineage, requireString('method', method))?.args.length ?? 0;
  }

  /**
   * Whether the object's class says by `_property_can_revert` that the property has a value to go back to.
   *
   * @const
   */
  property_can_revert(property: StringName): boolean {
    return this.#callOwn('_property_can_revert', requireString('property', property)) === true;
  }

  /**
   * The value to go back to, by the class' `_property_get_revert`; null without one.
   *
   * @const
   */
  property_get_revert(property: StringName): unknown {
    return this.#callOwn('_property_get_revert', requireString('property', property)) ?? null;
  }

  /**
   * Whether the object is to be freed at the end of the frame: `false`, as nothing here is freed that way.
   *
   * @const
   */
  is_queued_for_deletion(): boolean {
    return false;
  }

  /** Stores `value` under `name`; null removes it. Prints unless the name consists of letters, digits and `_`. */
  set_meta(name: StringName, value: unknown): void {
    if (!IDENTIFIER.test(requireString('name', name))) {
      printError(`set_meta: "${name}" must be letters, digits and _`, this);
    } else if (value === null) {
      this.#metadata?.delete(name);
    } else {
      this.#metadata ??= new Map();
      this.#metadata.set(name, value);
    }
  }

  /**
   * The value that `set_meta` stored under `name`, else `default_`; prints when that is null, too.
   *
   * @const
   */
  get_meta(name: StringName, default_: unknown = null): unknown {
    if (this.has_meta(name)) return this.#metadata?.get(name);
    if (default_ === null) printError(`get_meta: there is no "${name}"`, this);
    return default_;
  }

  /**
   * Whether `set_meta` has stored a value under `name`.
   *
   * @const
   */
  has_meta(name: StringName): boolean {
    return this.#metadata?.has(requireString('name', name)) ?? false;
  }

  /** Removes the value that `set_meta` stored under `name`. */
  remove_meta(name: StringName): void {
    this.#metadata?.delete(requireString('name', name));
  }

  /**
   * Names of all values that `set_meta` has stored.
   *
   * @const
   */
  get_meta_list(): StringName[] {
    return [...(this.#metadata?.keys() ?? [])];
  }

  /** Calls the method with this name with the arguments in `arg_array`; otherwise as `call`. */
  callv(method: StringName, arg_array: unknown[]): unknown {
    requireString('method', method);
    const { length } = requireInstance('arg_array', Array, arg_array);
    if (!this.has_method(method)) {
      printError(`call: ${this.get_class()} has no method "${method}"`, this);
      return null;
    }
    const info = findMethod(this.#lineage, method);
    const { least, most } = info === undefined ? { least: 0, most: length } : arityOf(info);
    if (length < least || length > most) {
      const wanted = length < least ? `at least ${least}` : `at most ${most}`;
      printError(`call: "${method}" of ${this.get_class()} takes ${wanted} arguments, got ${length}`, this);
      return null;
    }
    return this.#methodNamed(method)(...arg_array) ?? null;
  }

  /**
   * Whether there is a method with this name.
   *
   * @const
   */
  has_method(method: StringName): boolean {
    requireString('method', method);
    return findMethod(this.#lineage, method) !== undefined || isScriptMethod(this, method);
  }

  /** Calls a method that only a script's class can define; undefined without it. */
  #callOwn(method: string, ...args: unknown[]): unknown {
    return isScriptMethod(this, method) ? ((this as unknown as Methods)[method] as Method)(...args) : undefined;
  }

  get #lineage(): readonly ClassInfo[] {
    return lineageOf(Object.getPrototypeOf(this));
  }

  /** The method with this name, which must exist, bound to the object, or to the class if it is static. */
  #methodNamed(name: string): (...args: unknown[]) => unknown {
    const holder = (findMethod(this.#lineage, name)?.isStatic ? this.constructor : this) as unknown as Methods;
    return (...args) => (holder[name] as Method)(...args);
  }
}
