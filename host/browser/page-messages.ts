// What a page may hand to the browser's WebSocket: text, memory and close codes, each in the form that it takes.
import { printWarning } from '../binding/error-handler.js';
import { isSendableCode } from '../protocol/close-codes.js';

const NORMAL = 1000;
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Null for what is not UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(ownBytes(bytes));
  } catch {
    return null;
  }
}

/** Browsers take no memory that threads share, nor such that may be resized. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  const { buffer } = bytes;
  const isPlain = buffer instanceof ArrayBuffer && !(buffer as { resizable?: boolean }).resizable;
  return isPlain ? bytes : bytes.slice();
}

/** What a page may send instead of `code`: it has 1000, and 3000 to 4999. */
export function pageCode(code: number): number {
  if (code === NORMAL || (code >= 3000 && code <= 4999)) return code;
  const sent = isSendableCode(code) ? 3000 + code : NORMAL;
  printWarning(`close: a page can not send the code ${code}; ${sent} is sent`);
  return sent;
}
