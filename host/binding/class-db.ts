// Godot's ClassDB: the classes of one generation and their members, by name.
import { requireBool, requireInstance, requireString } from './arguments.js';
import type { ClassInfo } from './class-info.js';
import {
  type MethodDictionary,
  methodDictionary,
  type PropertyDictionary,
  propertyDictionary,
  signalDictionary,
} from './descriptions.js';
import { printError } from './error-handler.js';
import { ERR_UNAVAILABLE, type GodotError, OK } from './errors.js';
import { arityOf, CLASS_INFO, findConstant, findMethod, findProperty, findSignal, lineageOf } from './lineage.js';
import { GodotObject } from './object.js';

/** Descriptions of a known class and its base classes, its own first. */
type Lineage = readonly [ClassInfo, ...ClassInfo[]];

type Method = (...args: unknown[]) => unknown;

/** A class of the API, abstract ones included. */
export type GodotClass = (abstract new (...args: never[]) => GodotObject) & { readonly prototype: GodotObject };

/** One of the group ClassDB.APIType. */
export type ApiType = 0 | 1 | 2 | 3 | 4;

const API_TYPE = /* @__PURE__ */ Object.freeze({
  API_CORE: 0,
  API_EDITOR: 1,
  API_EXTENSION: 2,
  API_EDITOR_EXTENSION: 3,
  API_NONE: 4,
});

/**
 * Information about every class of the API, by name.
 *
 * Lists contain the members of the class itself first, then the inherited ones, unless `no_inheritance` is set.
 */
export class ClassDatabase {
  readonly API_CORE = API_TYPE.API_CORE;
  readonly API_EDITOR = API_TYPE.API_EDITOR;
  readonly API_EXTENSION = API_TYPE.API_EXTENSION;
  readonly API_EDITOR_EXTENSION = API_TYPE.API_EDITOR_EXTENSION;
  readonly API_NONE = API_TYPE.API_NONE;
  readonly APIType = API_TYPE;
  readonly #list: () => readonly GodotClass[];
  /** Filled at the first use, so that importing the database costs nothing. */
  #classes: Map<string, GodotClass> | null = null;

  constructor(list: () => readonly GodotClass[]) {
    this.#list = list;
  }

  /** Names of all classes, sorted. */
  get_class_list(): string[] {
    return [...this.#all().keys()].sort();
  }

  /** Names of the classes that inherit from this one, directly or not, sorted. */
  get_inheriters_from_class(class_name: string): string[] {
    requireString('class_name', class_name);
    return this.get_class_list().filter((name) => name !== class_name && this.is_parent_class(name, class_name));
  }

  /** Name of the class above; '' for Object, and with a message for an unknown class. */
  get_parent_class(class_name: string): string {
    return this.#known(class_name)?.[0].inherits ?? '';
  }

  class_exists(class_name: string): boolean {
    return this.#all().has(requireString('class_name', class_name));
  }

  /** Whether the class can be used: true for every known class; prints for an unknown one. */
  is_class_enabled(class_name: string): boolean {
    return this.#known(class_name) !== null;
  }

  /** The API that the class belongs to: API_CORE, or API_NONE with a message for an unknown one. */
  class_get_api_type(class_name: string): ApiType {
    return this.#known(class_name) === null ? this.API_NONE : this.API_CORE;
  }

  /** Whether `class_name` is `inherits` or inherits from it. */
  is_parent_class(class_name: string, inherits: string): boolean {
    requireString('inherits', inherits);
    return this.#lineage(class_name).some(({ name }) => name === inherits);
  }

  /** Whether `instantiate` can make an object of the class; prints for an unknown one. */
  can_instantiate(class_name: string): boolean {
    const lineage = this.#known(class_name);
    return lineage !== null && lineage[0].isAbstract !== true;
  }

  /** Makes an object of the class; null with a message when there is no such class or it is abstract. */
  instantiate(class_name: string): GodotObject | null {
    if (this.can_instantiate(class_name)) return this.#create(class_name);
    if (this.class_exists(class_name)) printError(`instantiate: the class "${class_name}" is abstract`);
    return null;
  }

  class_has_signal(class_name: string, signal: string): boolean {
    return findSignal(this.#lineage(class_name), requireString('signal', signal)) !== undefined;
  }

  /** The signal as a dictionary, an empty one when there is none. */
  class_get_signal(class_name: string, signal: string): Partial<MethodDictionary> {
    const found = findSignal(this.#lineage(class_name), requireString('signal', signal));
    return found === undefined ? {} : signalDictionary(found);
  }

  /** The signals as dictionaries; prints for an unknown class. */
  class_get_signal_list(class_name: string, no_inheritance = false): MethodDictionary[] {
    const lineage = this.#known(class_name) ?? [];
    return cut(lineage, no_inheritance).flatMap((info) => info.signals.map(signalDictionary));
  }

  /** The properties as dictionaries. */
  class_get_property_list(class_name: string, no_inheritance = false): PropertyDictionary[] {
    const lineage = cut(this.#lineage(class_name), no_inheritance);
    return lineage.flatMap((info) => info.properties.map(propertyDictionary));
  }

  /** Name of the method that reads the property; '' when there is none. */
  class_get_property_getter(class_name: string, property: string): string {
    return findProperty(this.#lineage(class_name), requireString('property', property))?.getter ?? '';
  }

  /** Name of the method that writes the property; '' when there is none. */
  class_get_property_setter(class_name: string, property: string): string {
    return findProperty(this.#lineage(class_name), requireString('property', property))?.setter ?? '';
  }

  /** The property's value; null when the object has no such property. */
  class_get_property(object: GodotObject, property: string): unknown {
    const found = this.#propertyOf(object, property);
    return found === undefined ? null : object.get(property);
  }

  /** Sets the property. Returns ERR_UNAVAILABLE when the object has no such property. */
  class_set_property(object: GodotObject, property: string, value: unknown): GodotError {
    if (this.#propertyOf(object, property) === undefined) return ERR_UNAVAILABLE;
    object.set(property, value);
    return OK;
  }

  /** Value of the property on a new object; null when there is no such property or the class is abstract. */
  class_get_property_default_value(class_name: string, property: string): unknown {
    requireString('property', property);
    const lineage = this.#known(class_name);
    if (lineage === null || lineage[0].isAbstract || findProperty(lineage, property) === undefined) return null;
    return this.#create(class_name).get(property);
  }

  class_has_method(class_name: string, method: string, no_inheritance = false): boolean {
    const lineage = cut(this.#lineage(class_name), no_inheritance);
    return findMethod(lineage, requireString('method', method)) !== undefined;
  }

  /** Number of arguments that the method may have; 0 when there is no such method. */
  class_get_method_argument_count(class_name: string, method: string, no_inheritance = false): number {
    const found = findMethod(cut(this.#lineage(class_name), no_inheritance), requireString('method', method));
    return found?.args.length ?? 0;
  }

  /** The methods as dictionaries. */
  class_get_method_list(class_name: string, no_inheritance = false): MethodDictionary[] {
    const lineage = cut(this.#lineage(class_name), no_inheritance);
    return lineage.flatMap(({ methods }) => methods).map(methodDictionary);
  }

  /** Calls a static method; null with a message when there is none, or the number of arguments does not fit. */
  class_call_static(class_name: string, method: string, ...args: unknown[]): unknown {
    const found = findMethod(this.#lineage(class_name), requireString('method', method));
    if (!found?.isStatic) {
      printError(`class_call_static: the class "${class_name}" has no static method "${method}"`);
      return null;
    }
    const { least, most } = arityOf(found);
    if (args.length < least || args.length > most) {
      printError(`class_call_static: "${method}" takes ${least} to ${most} arguments, got ${args.length}`);
      return null;
    }
    const holder = this.#all().get(class_name) as unknown as Record<string, Method>;
    return (holder[method] as Method)(...args) ?? null;
  }

  /** Names of the constants, values of enums included. */
  class_get_integer_constant_list(class_name: string, no_inheritance = false): string[] {
    return cut(this.#lineage(class_name), no_inheritance).flatMap((info) => [
      ...info.enums.flatMap(({ values }) => Object.keys(values)),
      ...Object.keys(info.constants),
    ]);
  }

  class_has_integer_constant(class_name: string, name: string): boolean {
    return findConstant(this.#lineage(class_name), requireString('name', name)) !== undefined;
  }

  /** Value of a constant or of an enum's value; 0 with a message when there is none. */
  class_get_integer_constant(class_name: string, name: string): number {
    const value = findConstant(this.#lineage(class_name), requireString('name', name));
    if (value === undefined) {
      printError(`class_get_integer_constant: the class "${class_name}" has no constant "${name}"`);
    }
    return value ?? 0;
  }

  class_has_enum(class_name: string, name: string, no_inheritance = false): boolean {
    return this.class_get_enum_list(class_name, no_inheritance).includes(requireString('name', name));
  }

  /** Names of the enums. */
  class_get_enum_list(class_name: string, no_inheritance = false): string[] {
    return this.#enums(class_name, no_inheritance).map(({ name }) => name);
  }

  /** Names of the enum's values, in order. */
  class_get_enum_constants(class_name: string, enum_name: string, no_inheritance = false): string[] {
    requireString('enum_name', enum_name);
    return Object.keys(this.#enums(class_name, no_inheritance).find(({ name }) => name === enum_name)?.values ?? {});
  }

  /** Name of the enum that the constant belongs to; '' when it belongs to none. */
  class_get_integer_constant_enum(class_name: string, name: string, no_inheritance = false): string {
    requireString('name', name);
    return this.#enums(class_name, no_inheritance).find(({ values }) => Object.hasOwn(values, name))?.name ?? '';
  }

  /** Whether the values of the enum are bits that may be combined. */
  is_class_enum_bitfield(class_name: string, enum_name: string, no_inheritance = false): boolean {
    requireString('enum_name', enum_name);
    return this.#enums(class_name, no_inheritance).find(({ name }) => name === enum_name)?.isBitfield ?? false;
  }

  #all(): Map<string, GodotClass> {
    this.#classes ??= new Map(this.#list().map((entry) => [entry.prototype[CLASS_INFO]().name, entry]));
    return this.#classes;
  }

  /** Descriptions of the class and of those above it; none for an unknown one. */
  #lineage(className: string): readonly ClassInfo[] {
    const found = this.#all().get(requireString('class_name', className));
    return found === undefined ? [] : lineageOf(found.prototype);
  }

  /** The same; null with a message for an unknown class. */
  #known(className: string): Lineage | null {
    const lineage = this.#lineage(className);
    if (lineage.length > 0) return lineage as Lineage;
    printError(`ClassDB: there is no class "${className}"`);
    return null;
  }

  #enums(className: string, noInheritance: boolean): ClassInfo['enums'] {
    return cut(this.#lineage(className), noInheritance).flatMap(({ enums }) => enums);
  }

  #create(className: string): GodotObject {
    return new (this.#all().get(className) as unknown as new () => GodotObject)();
  }

  #propertyOf(object: GodotObject, property: string) {
    requireInstance('object', GodotObject, object);
    return findProperty(lineageOf(Object.getPrototypeOf(object)), requireString('property', property));
  }
}

function cut(lineage: readonly ClassInfo[], noInheritance: boolean): readonly ClassInfo[] {
  return requireBool('no_inheritance', noInheritance) ? lineage.slice(0, 1) : lineage;
}
