// UTF-8 decoding and encoding by the runtime, for text that does not pass the codec, especially in pages.
import { ownedCopy } from '../bytes.js';

export const utf8 = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes UTF-8; null when it is invalid. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(ownBytes(bytes));
  } catch {
    return null;
  }
}

/** Copies memory that browsers don't decode from: shared and resizable memory. */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  const { buffer } = bytes;
  const isPlain = buffer instanceof ArrayBuffer && !(buffer as { resizable?: boolean }).resizable;
  return isPlain ? bytes : ownedCopy(bytes);
}
