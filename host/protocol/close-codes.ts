// Close codes and bodies: which may be sent, how they are written and read (RFC 6455 §7.4).
import { utf8 } from '../binding/text.js';

export { isSendableCode } from '../../assembly/abi.js';

/** Code shown while nothing was closed, and for every abnormal end. */
export const NO_CODE = -1;
/** Code shown for a close frame without one. */
export const EMPTY_CODE = 0;
/** Longest reason in bytes: a control frame carries 125, two are the code (§5.5). */
export const MAX_REASON_BYTES = 123;

const decoder = /* @__PURE__ */ new TextDecoder();

/** Cuts a reason to MAX_REASON_BYTES at a character boundary. */
export function encodeReason(reason: string): { bytes: Uint8Array; cut: boolean } {
  const bytes = utf8.encode(reason);
  if (bytes.length <= MAX_REASON_BYTES) return { bytes, cut: false };
  let end = MAX_REASON_BYTES;
  while (((bytes[end] as number) & 0xc0) === 0x80) end -= 1;
  return { bytes: bytes.subarray(0, end), cut: true };
}

/** The body of a close frame: the code, big-endian, then the reason; nothing for code 0. */
export function closeBody(code: number, reason: Uint8Array): Uint8Array {
  if (code === EMPTY_CODE) return new Uint8Array(0);
  const body = new Uint8Array(2 + reason.length);
  body[0] = code >> 8;
  body[1] = code & 255;
  body.set(reason, 2);
  return body;
}

/** What a received body says: one that the core has checked, so empty or with a whole code. */
export function readCloseBody(body: Uint8Array): { code: number; reason: string } {
  if (body.length === 0) return { code: EMPTY_CODE, reason: '' };
  return { code: ((body[0] as number) << 8) | (body[1] as number), reason: decoder.decode(body.subarray(2)) };
}
