// Values on their way into and out of a stream of bytes: what arguments may be, texts of one byte each, whole numbers.
import { wrongType } from '../binding/arguments.js';

/** Characters made at once: arguments of a call have a limit. */
const AT_ONCE = 8192;

/** A float may be infinite or NaN. */
export function requireNumber(value: unknown): number {
  if (typeof value !== 'number') throw wrongType('value', 'a number', value);
  return value;
}

export function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** The characters U+0000 to U+00FF that the bytes are. */
export function oneByteText(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  }
  return text;
}

export function narrowed(whole: bigint): number | bigint {
  const number = Number(whole);
  return Number.isSafeInteger(number) ? number : whole;
}
