// Bytes as text, by the runtime's own decoder: for what does not come through the codec, in pages above all.
import { ownedCopy } from '../bytes.js';

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
  return isPlain ? bytes : ownedCopy(bytes);
}
