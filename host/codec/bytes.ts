// Argument checks for bytes that callers pass in.

/**
 * A Uint8Array of another realm (a test runner's sandbox, an iframe) is accepted, too, though `instanceof` denies it.
 */
function isForeign(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** `value`, if it is a Uint8Array (a Buffer is); throws a TypeError that names the argument otherwise. */
export function requireBytes(name: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array || isForeign(value)) return value;
  throw new TypeError(`${name} must be a Uint8Array, got ${value === null ? 'null' : typeof value}`);
}

/** `value`, if it is a mask key: four bytes. */
export function requireKey(name: string, value: unknown): Uint8Array {
  const key = requireBytes(name, value);
  if (key.length === 4) return key;
  throw new RangeError(`${name} must have 4 bytes, got ${key.length}`);
}
