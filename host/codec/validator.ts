// UTF-8 validation of bytes outside of linear memory, by the core (assembly/utf8.ts).
import { UTF8_INVALID } from '../../assembly/abi.js';
import { type Core, MOST_AT_ONCE, PIECE } from './core.js';

/** The state (UTF8_START, UTF8_INVALID, or an open character) after `bytes`; `final` marks the end of the text. */
export function validateBytes(core: Core, bytes: Uint8Array, state: number, final: boolean): number {
  const { wasm, window } = core;
  const length = bytes.length;
  if (length <= MOST_AT_ONCE) {
    window.set(bytes);
    return wasm.validate(length, state, final ? 1 : 0);
  }
  const { buffer, byteOffset } = bytes;
  let next = state;
  for (let start = 0; start < length && next !== UTF8_INVALID; start += PIECE) {
    const size = Math.min(PIECE, length - start);
    window.set(new Uint8Array(buffer, byteOffset + start, size));
    next = wasm.validate(size, next, final && start + size === length ? 1 : 0);
  }
  return next;
}
