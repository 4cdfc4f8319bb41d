// Members of Godot's Object by their names: methods, properties, constants. What a class has is in its description.
import { requireInstance, requireString } from './arguments.js';
import type { ClassInfo } from './class-info.js';
import {
  arityOf,
  categoryDictionary,
  type MethodDictionary,
  methodDictionary,
  type PropertyDictionary,
  propertyDictionary,
} from './descriptions.js';
import { printError } from './error-handler.js';
import { CLASS_INFO, findConstant, findMethod, findProperty, isScriptMethod, lineageOf } from './lineage.js';
import type { StringName } from './types.js';

type Methods = Record<string, (...args: unknown[]) => unknown>;

/** @internal */
export abstract class ObjectMembers {
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
   * @const
   */
  get_property_list(): PropertyDictionary[] {
    const withoutRoot = this.#lineage.slice(0, -1).reverse();
    return withoutRoot.flatMap((info) => [categoryDictionary(info), ...info.properties.map(propertyDictionary)]);
  }

  /**
   * The methods as dictionaries, those of the object's own class first.
   *
   * @const
   */
  get_method_list(): MethodDictionary[] {
    return this.#lineage.flatMap(({ methods }) => methods).map(methodDictionary);
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

  /** Calls the method with this name with the arguments in `arg_array`; otherwise as `call`. */
  callv(method: StringName, arg_array: unknown[]): unknown {
    requireString('method', method);
    const { length } = requireInstance('arg_array', Array, arg_array);
    if (!this.has_method(method)) {
      printError(`call: ${this.get_class()} has no method "${method}"`);
      return null;
    }
    const info = findMethod(this.#lineage, method);
    const { least, most } = info === undefined ? { least: 0, most: length } : arityOf(info);
    if (length < least || length > most) {
      const wanted = length < least ? `at least ${least}` : `at most ${most}`;
      printError(`call: "${method}" of ${this.get_class()} takes ${wanted} arguments, got ${length}`);
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

  get #lineage(): readonly ClassInfo[] {
    return lineageOf(Object.getPrototypeOf(this));
  }

  /** The method with this name, which exists, ready to be called; one of the class when it is static. */
  #methodNamed(name: string): (...args: unknown[]) => unknown {
    const holder = (findMethod(this.#lineage, name)?.isStatic ? this.constructor : this) as unknown as Methods;
    return (...args) => holder[name](...args);
  }
}
