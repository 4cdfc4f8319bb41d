// Exports of the module.
import { advanceKey, maskMove } from './mask';
import { WINDOW } from './memory';
import { validatePiece } from './utf8';

export { decode, reset } from './decoder';
export { drawKey, encode, hasKey, header, rekey } from './encoder';
export { CONTROL, FRAMES, HEADER, KEYS, OUT, RECORDS, SESSION, WINDOW } from './memory';

/** 1 in the build that uses vector instructions. */
export const SIMD: i32 = ASC_FEATURE_SIMD ? 1 : 0;

/** XORs the first `length` bytes of the window with `key`; returns the key for the bytes that follow. */
export function mask(length: u32, key: u32): u32 {
  maskMove(WINDOW, WINDOW, length, key);
  return advanceKey(key, length);
}

/** Validates the first `length` bytes of the window as the next piece of a text (utf8.ts). */
export function validate(length: u32, state: u32, final: u32): u32 {
  return validatePiece(WINDOW, length, state, final != 0);
}
