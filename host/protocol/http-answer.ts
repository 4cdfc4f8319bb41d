// The beginning of an HTTP answer's body, for messages and get_failure(): at most 1 KiB, as text (RFC 9112 §6).
import type { HttpAnswer } from './failures.js';
import type { HeadReader } from './http-head.js';

/** Most bytes of a body that are kept. */
export const MAX_BODY = 1024;
/** Most bytes that are read for them: a chunked body has more. */
const MAX_READ = 4 * MAX_BODY;

/** §6.3: answers without a body, whatever their headers say. */
function hasNoBody(status: number): boolean {
  return (status >= 100 && status < 200) || status === 204 || status === 304;
}

/** The chunks that `raw` holds completely or in part (§7.1), and whether the last one is among them. */
function unchunked(raw: string): { body: string; isWhole: boolean } {
  let body = '';
  let at = 0;
  for (;;) {
    const end = raw.indexOf('\r\n', at);
    if (end < 0) return { body, isWhole: false };
    const size = Number.parseInt(raw.slice(at, end), 16);
    if (!(size > 0)) return { body, isWhole: true }; // the last chunk, or none at all
    body += raw.slice(end + 2, end + 2 + size);
    at = end + 2 + size + 2;
  }
}

/** One char per byte. */
function bytesAsText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function decoded(body: string): string {
  const bytes = Uint8Array.from(body, (char) => char.charCodeAt(0));
  return new TextDecoder().decode(bytes).replace(/\uFFFD$/, ''); // a character that was cut
}

/** The answer with what `read` holds of its body, and whether more is worth waiting for. */
export function answerOf(head: HeadReader, read: Uint8Array): HttpAnswer & { readonly isComplete: boolean } {
  const status = Number(head.startLine.split(' ')[1]) || 0;
  const raw = bytesAsText(read.subarray(0, MAX_READ));
  const isChunked = head.lists('transfer-encoding', 'chunked');
  const length = head.joined('content-length');
  const end = hasNoBody(status) ? 0 : length === null ? Number.POSITIVE_INFINITY : Number(length) || 0;
  const { body, isWhole } = isChunked ? unchunked(raw) : { body: raw.slice(0, end), isWhole: raw.length >= end };
  return {
    status,
    headers: head.joinedHeaders,
    body: decoded(body.slice(0, MAX_BODY)),
    isComplete: isWhole || body.length >= MAX_BODY || raw.length >= MAX_READ,
  };
}
