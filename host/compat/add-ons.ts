// The functions of the two native add-ons that `ws` can use, `bufferutil` and `utf-8-validate`, over ../codec/. One
// module, so that both share one instance of the core.
import { UTF8_START } from '../../assembly/abi.js';
import { requireBytes } from '../codec/bytes.js';
import { core } from '../codec/load.js';
import { keyWord, maskBytes } from '../codec/masker.js';
import { validateBytes } from '../codec/validator.js';

function requireRange(name: string, value: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= 0 && value <= most) return;
  throw new RangeError(`${name} must be an integer from 0 to ${most}, got ${String(value)}`);
}

/** The native add-on reads the first four bytes of any mask; fewer would be uninitialized memory. */
function maskWord(mask: Uint8Array): number {
  const size = requireBytes('mask', mask).length;
  if (size >= 4) return keyWord(mask, 0);
  throw new RangeError(`mask must have 4 bytes, got ${size}`);
}

/**
 * Masks bytes with a WebSocket mask key.
 *
 * Writes the first `length` bytes of `source`, each XORed with a byte of `mask` (four bytes, used in turn), to `output`
 * from `offset` on. `output` may be `source`, or share its memory from an earlier byte on. Throws a TypeError when
 * something is no Uint8Array, and a RangeError when `length` or `offset` reaches past an end.
 */
export function mask(source: Uint8Array, mask: Uint8Array, output: Uint8Array, offset: number, length: number): void {
  requireRange('length', length, requireBytes('source', source).length);
  requireRange('offset', offset, requireBytes('output', output).length - length);
  maskBytes(core, source, maskWord(mask), output, offset, length);
}

/** Unmasks bytes in place: XORs each byte of `buffer` with a byte of `mask` (four bytes, used in turn). */
export function unmask(buffer: Uint8Array, mask: Uint8Array): void {
  maskBytes(core, requireBytes('buffer', buffer), maskWord(mask));
}

/** Whether all of `buf` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
export function isValidUTF8(buf: Uint8Array): boolean {
  return validateBytes(core, requireBytes('buf', buf), UTF8_START, true) === UTF8_START;
}
