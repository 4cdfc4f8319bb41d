// Equality of dictionary keys: by value, as in the engine.

import type { StringName } from './handles.js';
import { type Float, type Int, narrow } from './numbers.js';
import {
  kindOf,
  TYPE_CALLABLE,
  TYPE_COLOR,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_NODE_PATH,
  TYPE_OBJECT,
  TYPE_PACKED_STRING_ARRAY,
  TYPE_RECT2I,
  TYPE_STRING_NAME,
  TYPE_VECTOR2,
  TYPE_VECTOR2I,
  TYPE_VECTOR3I,
  TYPE_VECTOR4I,
} from './types.js';

/**
 * Containers inside of keys are compared by value down to here, and by identity below: the cost grows with the key's
 * content.
 */
const MAX_KEY_DEPTH = 8;

const INT_VECTORS: readonly number[] = [TYPE_VECTOR2I, TYPE_VECTOR3I, TYPE_VECTOR4I, TYPE_RECT2I];

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

function identityOf(value: object): string {
  let identity = identities.get(value);
  if (identity === undefined) {
    lastIdentity += 1;
    identity = lastIdentity;
    identities.set(value, identity);
  }
  return `@${identity}`;
}

/** Whether a number is sent as an int: integral, exact, and not the float -0.0. */
export function isInt(value: number): boolean {
  return Number.isSafeInteger(value) && (value !== 0 || 1 / value > 0);
}

/**
 * The primitive that is the same key as `key`, or `undefined` when there is none.
 *
 * For strings and names the text, for ints and floats that are not integral the number. -0 has none: a Map would make
 * it the int 0.
 */
export function plainKey(key: unknown): string | number | bigint | boolean | null | undefined {
  if (key === null || key === undefined) return null;
  if (typeof key === 'string' || typeof key === 'boolean') return key;
  if (typeof key === 'number') return key === 0 && !isInt(key) ? undefined : key;
  if (typeof key === 'bigint') return narrow(key);
  const kind = kindOf(key as object);
  if (kind === TYPE_STRING_NAME) return (key as StringName).text;
  if (kind === TYPE_INT) return (key as Int).value;
  if (kind !== TYPE_FLOAT) return undefined;
  const { value } = key as Float;
  return Number.isSafeInteger(value) ? undefined : value;
}

/** A text that two keys share if they are the same, and no others. */
export function keyText(key: unknown, depth = 0): string {
  if (key === null || key === undefined) return 'n';
  if (typeof key === 'object') return depth > MAX_KEY_DEPTH ? identityOf(key) : objectText(key, depth);
  if (typeof key === 'string') return text('s', key);
  if (typeof key === 'number') return isInt(key) ? `i${key}` : `f${key}`;
  if (typeof key === 'bigint') return `i${key}`;
  return typeof key === 'boolean' ? `b${key}` : `${TYPE_CALLABLE}()`;
}

/** A text with its length in front, so that joined texts are unambiguous. */
function text(mark: string, value: string): string {
  return `${mark}${value.length}:${value}`;
}

function objectText(key: object, depth: number): string {
  const kind = kindOf(key);
  // Inside of a container a name differs from the string of the same text; as the key itself it equals it.
  if (kind === TYPE_STRING_NAME) return text(depth === 0 ? 's' : 'S', (key as StringName).text);
  if (kind === TYPE_INT) return `i${(key as Int).value}`;
  if (kind === TYPE_FLOAT) return `f${(key as Float).value}`;
  if (kind === TYPE_OBJECT) return identityOf(key);
  if (ArrayBuffer.isView(key)) return viewText(key);
  if (Array.isArray(key)) {
    // A typed array equals a plain one with the same elements; a packed one of strings does not.
    const elements = key.map((element) => keyText(element, depth + 1)).join();
    return kind === TYPE_PACKED_STRING_ARRAY ? `p[${elements}]` : `[${elements}]`;
  }
  if (kind === undefined || key instanceof Map) return entriesText(key, depth);
  return `${kind}(${Object.values(key).map((part) => partText(kind, part, depth))})`;
}

function viewText(view: ArrayBufferView): string {
  const { [Symbol.toStringTag]: name } = view as Uint8Array;
  return `${name}(${(view as Uint8Array).join()})`;
}

function entriesText(key: object, depth: number): string {
  const entries = key instanceof Map ? [...key] : Object.entries(key);
  return `{${entries.map(([name, value]) => `${keyText(name, depth + 1)}=${keyText(value, depth + 1)}`).join()}}`;
}

/** A field of a value class; numbers in vectors and the like with the engine's precision, 0 and -0 alike. */
function partText(kind: number, part: unknown, depth: number): string {
  if (typeof part !== 'number' || kind < TYPE_VECTOR2 || kind > TYPE_COLOR) {
    return kind === TYPE_NODE_PATH ? keyText(part, 1) : keyText(part, depth);
  }
  return String(INT_VECTORS.includes(kind) ? part | 0 : Math.fround(part) + 0);
}
