// Argument checks: a JavaScript type that Godot could never receive is a TypeError that names the argument.
import { viewOf } from '../bytes.js';

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return String(value);
  return typeof value === 'object' ? (value?.constructor?.name ?? 'object') : typeof value;
}

export function wrongType(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${expected}, got ${describe(value)}`);
}

export function requireInt(name: string, value: unknown): number {
  if (!Number.isSafeInteger(value)) throw wrongType(name, 'an integer', value);
  return value as number;
}

/** Cut to signed 32 bits, as the engine stores it. */
export function requireInt32(name: string, value: unknown): number {
  return requireInt(name, value) | 0;
}

/** Cut to unsigned 32 bits, as the engine stores the value of an enum. */
export function requireUint32(name: string, value: unknown): number {
  return requireInt(name, value) >>> 0;
}

export function requireFloat(name: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongType(name, 'a finite number', value);
  return value;
}

/** Converts seconds to whole milliseconds, with the engine's 32-bit arithmetic. */
export function requireMilliseconds(name: string, value: unknown): number {
  return Math.min(Math.trunc(Math.fround(Math.fround(requireFloat(name, value)) * 1000)), Number.MAX_SAFE_INTEGER);
}

export function requireBool(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrongType(name, 'a boolean', value);
  return value;
}

export function requireString(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongType(name, 'a string', value);
  return value;
}

export function requireStringArray(name: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw wrongType(name, 'an array of strings', value);
  return value.map((entry, index) => requireString(`${name}[${index}]`, entry));
}

/** The bytes of any ArrayBuffer or view, without a copy. */
export function requireBytes(name: string, value: unknown): Uint8Array {
  const bytes = viewOf(value);
  if (bytes === null) throw wrongType(name, 'a Uint8Array, another view or an ArrayBuffer', value);
  return bytes;
}

export function requireInstance<T>(name: string, type: abstract new (...args: never[]) => T, value: unknown): T {
  if (!(value instanceof type)) throw wrongType(name, `a ${type.name}`, value);
  return value;
}

export function requireFunction(name: string, value: unknown): (...args: never[]) => unknown {
  if (typeof value !== 'function') throw wrongType(name, 'a function', value);
  return value as (...args: never[]) => unknown;
}
