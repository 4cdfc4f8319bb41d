// Close codes and close frame bodies: checks, encoding and decoding (RFC 6455 §7.4).
import { isSendableCode } from '../../assembly/abi.js';
import { utf8 } from '../binding/text.js';
import { CLOSE_NORMAL } from '../codec/faults.js';

/** Code shown before a close, and after every abnormal end. */
export const NO_CODE = -1;
/** Code shown for a close frame without a code. */
export const EMPTY_CODE = 0;
/** Longest reason in bytes: a control frame carries 125, two are the code (§5.5). */
const MAX_REASON_BYTES = 123;

const decoder = /* @__PURE__ */ new TextDecoder();

/** Cuts a reason to MAX_REASON_BYTES at a character boundary. */
function encodeReason(reason: string): { bytes: Uint8Array; cut: boolean } {
  const bytes = utf8.encode(reason);
  if (bytes.length <= MAX_REASON_BYTES) return { bytes, cut: false };
  let end = MAX_REASON_BYTES;
  while (((bytes[end] as number) & 0xc0) === 0x80) end -= 1;
  return { bytes: bytes.subarray(0, end), cut: true };
}

/** Code and reason to send in a close frame, with a complaint for each that differs from the requested one. */
export interface Goodbye {
  /** A code that may be sent, or EMPTY_CODE. */
  readonly code: number;
  readonly reason: Uint8Array;
  readonly complaints: readonly string[];
}

/** `code` and `reason`, corrected where they may not be sent. */
export function goodbyeOf(code: number, reason: string): Goodbye {
  const isSent = code === EMPTY_CODE || isSendableCode(code);
  const { bytes, cut } = encodeReason(reason);
  const complaints: string[] = [];
  if (!isSent) {
    complaints.push(
      `close: code ${code} must not be sent (1000 to 1003, 1007 to 1014, 3000 to 4999 may); ${CLOSE_NORMAL} is`,
    );
  }
  if (cut) complaints.push(`close: the reason is longer than ${MAX_REASON_BYTES} bytes and was cut`);
  return { code: isSent ? code : CLOSE_NORMAL, reason: bytes, complaints };
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

/** Reads a received body, which the core has checked: it is empty or has a complete code. */
export function readCloseBody(body: Uint8Array): { code: number; reason: string } {
  if (body.length === 0) return { code: EMPTY_CODE, reason: '' };
  return { code: ((body[0] as number) << 8) | (body[1] as number), reason: decoder.decode(body.subarray(2)) };
}
