// Checks and conversions of values for byte streams: arguments, texts of one byte per character, integers.
import { wrongType } from '../../binding/arguments.js';

/** Characters per call, because the number of arguments is limited. */
const AT_ONCE = 8192;

/** Requires a number, which may be infinite or NaN. */
export function requireNumber(value: unknown): number {
  if (typeof value !== 'number') throw wrongType('value', 'a number', value);
  return value;
}

export function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** Converts bytes to the characters U+0000 to U+00FF. */
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
