// How a server says no to an upgrade: status, headers that RFC 7231 asks for with it, one line of text. What the
// request held is told to the own game only, never sent back.
import { encodeHead } from './handshake-rules.js';

const REASONS = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  426: 'Upgrade Required',
  431: 'Request Header Fields Too Large',
  505: 'HTTP Version Not Supported',
} as const;
export type RefusalStatus = keyof typeof REASONS;

export interface Refusal {
  readonly status: RefusalStatus;
  /** For the other side: fixed text. */
  readonly text: string;
  /** For the own game: with the value that was wrong. */
  readonly fault: string;
  /** The two sides want different subprotocols; nothing else is wrong. */
  readonly isMismatch: boolean;
}

/** `found` goes behind `text` in the message for the own game. */
export function refuse(status: RefusalStatus, text: string, found = ''): Refusal {
  return { status, text, fault: `request refused (${status}): ${text}${found}`, isMismatch: false };
}

/** RFC 7231 §6.5.5 asks for Allow, §6.5.15 for Upgrade, RFC 6455 §4.4 for Sec-WebSocket-Version. */
function ownHeaders(status: RefusalStatus): string[] {
  if (status === 405) return ['Allow: GET', 'Connection: close'];
  if (status === 426) return ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Connection: close, Upgrade'];
  return ['Connection: close'];
}

export function encodeRefusal({ status, text }: Refusal): Uint8Array {
  const body = `${text}\n`;
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    'Content-Type: text/plain',
    `Content-Length: ${body.length}`,
    ...ownHeaders(status),
  ];
  return encodeHead(head, body);
}
