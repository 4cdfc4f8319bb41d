// UTF-8 validation of bytes that lie outside of linear memory. The rules are the core's (assembly/utf8.ts).
import { UTF8_INVALID, WINDOW_SIZE } from '../../assembly/abi.js';
import type { Core } from './core.js';

/** The state (UTF8_START, UTF8_INVALID, or an open character) after `bytes`; `final` says that the text ends there. */
export function validateBytes(core: Core, bytes: Uint8Array, state: number, final: boolean): number {
  const { wasm, window } = core;
  const length = bytes.length;
  if (length <= WINDOW_SIZE) {
    window.set(bytes);
    return wasm.validate(length, state, final ? 1 : 0);
  }
  let next = state;
  for (let start = 0; start < length && next !== UTF8_INVALID; start += WINDOW_SIZE) {
    const end = Math.min(start + WINDOW_SIZE, length);
    window.set(bytes.subarray(start, end));
    next = wasm.validate(end - start, next, final && end === length ? 1 : 0);
  }
  return next;
}
