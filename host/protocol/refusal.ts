// A server's refusal of an upgrade request: status, the headers that RFC 7231 requires for it, one line of text. Values
// from the request are reported to the server's game only, never sent back.
import { utf8 } from '../binding/text.js';
import { encodeHead } from './handshake-rules.js';

const REASONS = {
  400: 'Bad Request',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  426: 'Upgrade Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
  505: 'HTTP Version Not Supported',
} as const;
export type RefusalStatus = keyof typeof REASONS;

/** Reasons of statuses that only a game's hook gives; of any other status the reason is empty (RFC 9112 §4). */
const GIVEN_REASONS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  401: 'Unauthorized',
  402: 'Payment Required',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  504: 'Gateway Timeout',
  ...REASONS,
};

/** Text of a refusal by a server that drains. */
export const SHUTTING_DOWN = 'the server is shutting down';

export interface Refusal {
  readonly status: RefusalStatus;
  /** Fixed text, sent to the other side. */
  readonly text: string;
  /** Message to report to the server's game, with the wrong value. */
  readonly fault: string;
  /** Refused only because the two sides want different subprotocols. */
  readonly isMismatch: boolean;
}

/** `found` is added to `text` in the report, not in the answer. */
export function refuse(status: RefusalStatus, text: string, found = ''): Refusal {
  return { status, text, fault: `request refused (${status}): ${text}${found}`, isMismatch: false };
}

/** Allow is required by RFC 7231 §6.5.5, Upgrade by §6.5.15, Sec-WebSocket-Version by RFC 6455 §4.4. */
function ownHeaders(status: number): string[] {
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

/** Text that stands for a status. */
export function reasonOf(status: number): string {
  return GIVEN_REASONS[status] ?? '';
}

/** The answer of a game's hook; `headers` are checked. */
export function encodeGivenRefusal(status: number, headers: readonly string[], text: string): Uint8Array {
  const hasType = headers.some((line) => /^content-type:/i.test(line));
  const head = [
    `HTTP/1.1 ${status} ${reasonOf(status)}`,
    ...(hasType ? [] : ['Content-Type: text/plain; charset=utf-8']),
    `Content-Length: ${utf8.encode(text).length}`,
    ...ownHeaders(status),
    ...headers,
  ];
  return encodeHead(head, text);
}
