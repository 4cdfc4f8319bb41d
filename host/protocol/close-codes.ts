// Close codes and bodies: which may be sent, how they are written and read (RFC 6455 §7.4).
import { isSendableCode } from '../../assembly/abi.js';
import { utf8 } from '../binding/text.js';
import { CLOSE_NORMAL } from '../codec/faults.js';

/** Code shown while nothing was closed, and for every abnormal end. */
export const NO_CODE = -1;
/** Code shown for a close frame without one. */
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

/** What is said at the end, and what of it is not as it was asked for. */
export interface Goodbye {
  /** One that may be sent, or EMPTY_CODE. */
  readonly code: number;
  readonly reason: Uint8Array;
  readonly complaints: readonly string[];
}

/** The nearest to `code` and `reason` that may be sent. */
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

/** What a received body says: one that the core has checked, so empty or with a whole code. */
export function readCloseBody(body: Uint8Array): { code: number; reason: string } {
  if (body.length === 0) return { code: EMPTY_CODE, reason: '' };
  return { code: ((body[0] as number) << 8) | (body[1] as number), reason: decoder.decode(body.subarray(2)) };
}
