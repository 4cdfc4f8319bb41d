// Dictionary, typed arrays and arrays of strings: containers that JavaScript does not have.
import { requireInt, requireString } from '../binding/arguments.js';
import { keyText, plainKey } from './keys.js';
import { Float } from './numbers.js';
import { mark, TYPE_ARRAY, TYPE_DICTIONARY, TYPE_MAX, TYPE_OBJECT, TYPE_PACKED_STRING_ARRAY } from './types.js';

/** Element type of a typed array, or key or value type of a typed dictionary. */
export interface ContainerType {
  /** A `TYPE_` constant. */
  readonly type: number;
  /** Class of the objects, when `type` is TYPE_OBJECT; '' for any. */
  readonly class_name: string;
  /** Path of the script of the objects; '' for none. */
  readonly script: string;
}

/** A container type as callers give it: a ContainerType, a `TYPE_` constant, or null for none. */
export type ContainerTypeLike = ContainerType | number;

/** The type of a container's elements; null when they may be anything. Objects alone have a class or a script. */
export function containerType(type: ContainerTypeLike | null, class_name = '', script = ''): ContainerType | null {
  if (type === null) return null;
  if (typeof type === 'object') return containerType(type.type, type.class_name, type.script);
  if (requireInt('type', type) < 0 || type >= TYPE_MAX) {
    throw new RangeError(`type must be one of the ${TYPE_MAX} types of a Variant, got ${type}`);
  }
  const isObject = type === TYPE_OBJECT;
  requireString('class_name', class_name);
  requireString('script', script);
  return type === 0 ? null : { type, class_name: isObject ? class_name : '', script: isObject ? script : '' };
}

/**
 * An array whose elements have one type: `Array[int]`.
 *
 * `element_type` is a `TYPE_` constant or a whole `ContainerType`. Elements are not checked when they are put in;
 * numbers
 * and texts are sent as the type says (`1` as `1.0` in an array of floats), and an engine drops what does not fit.
 * Godot 3 has no such arrays: it gets a plain one.
 */
export class TypedArray<T = unknown> extends Array<T> {
  /** Null when the elements may be anything. */
  readonly element_type: ContainerType | null;

  /** Makes `map`, `filter` and the like return a plain array. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  constructor(element_type: ContainerTypeLike, elements: Iterable<T> = []) {
    super();
    // No field, which would be enumerable: the array's enumerable properties are its elements only.
    this.element_type = containerType(element_type);
    Object.defineProperty(this, 'element_type', { enumerable: false });
    for (const element of elements) this.push(element);
  }
}

/** An array of strings that travels as Godot's PackedStringArray (PoolStringArray); a plain array travels as Array. */
export class PackedStringArray extends Array<string> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  constructor(strings: Iterable<string> = []) {
    super();
    for (const string of strings) this.push(string);
  }
}

/**
 * Godot's Dictionary: a Map with keys of any type, compared by value.
 *
 * `dictionary.get(new Vector2(1, 2))` finds what was set for another `new Vector2(1, 2)`. As in the engine, 1 and 1.0
 * (`Float(1)`) are different keys, a StringName and the String of the same text are one, and so are all NaN. An array
 * or dictionary that is a key must not be changed while it is one. Entries keep the order in which they came first.
 *
 * `key_type` and `value_type` make it a typed one: `Dictionary[String, int]`. They are not checked when an entry is
 * set; numbers and texts are sent as the types say.
 */
export class Dictionary<K = unknown, V = unknown> extends Map<K, V> {
  /** Null when the keys may be anything. */
  readonly key_type: ContainerType | null;
  /** Null when the values may be anything. */
  readonly value_type: ContainerType | null;

  /** Keys that are objects, by their texts; null while there are none. */
  #objects: Map<string, K> | null = null;

  constructor(
    entries?: Iterable<readonly [K, V]> | null,
    key_type: ContainerTypeLike | null = null,
    value_type: ContainerTypeLike | null = null,
  ) {
    super();
    this.key_type = containerType(key_type);
    this.value_type = containerType(value_type);
    if (entries == null) return;
    for (const [key, value] of entries) this.set(key, value);
  }

  override get(key: K): V | undefined {
    return super.get(this.#stored(key));
  }

  override has(key: K): boolean {
    return super.has(this.#stored(key));
  }

  override set(key: K, value: V): this {
    if (typeof key === 'string' && this.#objects === null) return super.set(key, value);
    const stored = this.#stored(key);
    if (typeof stored === 'object' && stored !== null && !super.has(stored)) {
      this.#objects ??= new Map();
      this.#objects.set(keyText(stored), stored);
    }
    return super.set(stored, value);
  }

  override delete(key: K): boolean {
    const stored = this.#stored(key);
    if (typeof stored === 'object' && stored !== null) this.#objects?.delete(keyText(stored));
    return super.delete(stored);
  }

  override clear(): void {
    this.#objects = null;
    super.clear();
  }

  /** The stored key that equals `key`; when there is none, `key` in the form in which it is stored. */
  #stored(key: K): K {
    if (typeof key === 'string' && this.#objects === null) return key;
    const plain = plainKey(key) as K | undefined;
    if (plain !== undefined && super.has(plain)) return plain;
    const known = this.#objects?.get(keyText(key));
    if (known !== undefined) return known;
    if (typeof key === 'object' && key !== null) return key;
    if (plain !== undefined) return plain;
    return typeof key === 'number' ? (Float(key) as K) : key; // -0
  }
}

mark(TypedArray, TYPE_ARRAY);
mark(PackedStringArray, TYPE_PACKED_STRING_ARRAY);
mark(Dictionary, TYPE_DICTIONARY);
