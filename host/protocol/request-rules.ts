// Rules for an upgrade request (RFC 6455 §4.2.1): pure functions that check a complete head and return the result or a
// refusal.

import { hostOf } from './authority.js';
import { isHandshakeKey, VERSION } from './handshake-rules.js';
import { type HeadReader, splitList } from './http-head.js';
import { quote } from './quote.js';
import { type Refusal, refuse } from './refusal.js';
import { firstOf } from './url.js';

export interface RequestLine {
  /** Path and query. */
  readonly target: string;
  /** Host of an absolute-form target, which replaces the Host header (RFC 9112 §3.2.2); null without one. */
  readonly authority: string | null;
}

/** §4.2.1 item 1: GET, a valid target and HTTP/1.1, separated by one space each. */
export function judgeRequestLine(head: HeadReader): RequestLine | Refusal {
  if (head.isTls) return refuse(400, 'the client speaks TLS, this server does not');
  if (head.outcome === 'faulty') {
    return head.isTooLarge
      ? refuse(431, 'the head of the request is too large', `: ${head.fault}`)
      : refuse(400, 'the request is malformed', `: ${head.fault}`);
  }
  const { startLine } = head;
  const words = startLine.split(' ');
  const [method, target, version] = words as [string, string, string];
  if (words.length !== 3 || words.includes('') || !version.startsWith('HTTP/')) {
    return refuse(400, 'the request line is not "GET target HTTP/1.1"', found(startLine));
  }
  if (version !== 'HTTP/1.1') return refuse(505, 'the HTTP version is not 1.1', found(version));
  if (method !== 'GET') return refuse(405, 'the method is not GET', found(method));
  if (!isAscii(target)) return refuse(400, 'the request target holds bytes beyond ASCII', found(target));
  return readTarget(target) ?? refuse(400, 'the request target is neither a path nor a URL of a host', found(target));
}

/** §4.2.1 items 1 to 6. */
export function judgeHeaders(head: HeadReader): Refusal | null {
  const [host, ...others] = head.values('host');
  if (host === undefined || others.length > 0 || hostOf(host) === null) {
    return refuse(400, 'Host must be there once and name a host', found(head.joined('host')));
  }
  if (head.bodyFault !== '') return refuse(400, 'a handshake has no body', `: ${head.bodyFault}`);
  if (!head.lists('upgrade', 'websocket')) {
    return refuse(426, 'Upgrade must contain "websocket"', found(head.joined('upgrade')));
  }
  if (!head.lists('connection', 'upgrade')) {
    return refuse(400, 'Connection must contain "Upgrade"', found(head.joined('connection')));
  }
  const version = head.joined('sec-websocket-version');
  if (version !== VERSION) return refuse(426, `Sec-WebSocket-Version must be ${VERSION}`, found(version));
  const key = head.joined('sec-websocket-key');
  if (key === null || !isHandshakeKey(key)) {
    return refuse(400, 'Sec-WebSocket-Key must be 16 bytes in base64', found(key));
  }
  return null;
}

/** Checks `allowed_hosts`, against DNS rebinding, and `allowed_origins`, against cross-site requests (§10.2). */
export function judgeAccess(
  head: HeadReader,
  authority: string,
  allowedHosts: readonly string[],
  allowedOrigins: readonly string[],
): Refusal | null {
  const host = authority.toLowerCase();
  const names = [host, hostOf(host)];
  if (allowedHosts.length > 0 && !allowedHosts.some((allowed) => names.includes(allowed.toLowerCase()))) {
    return refuse(403, 'this host is not allowed', ` (allowed_hosts)${found(host)}`);
  }
  // Only browsers send an Origin, and a page can't omit it: a client without one is not a page.
  const origin = head.joined('origin')?.toLowerCase();
  if (allowedOrigins.length === 0 || origin === undefined) return null;
  if (allowedOrigins.some((allowed) => allowed.toLowerCase() === origin)) return null;
  return refuse(403, 'this origin is not allowed', ` (allowed_origins)${found(origin)}`);
}

/** Chooses the first offered subprotocol that is supported, case-sensitively; '' when neither side has any. */
export function judgeProtocol(head: HeadReader, supported: readonly string[]): string | Refusal {
  const offered = head.joined('sec-websocket-protocol');
  if (offered === null && supported.length === 0) return '';
  const choice = splitList(offered ?? '').find((protocol) => protocol !== '' && supported.includes(protocol));
  // The equal string from `supported`: `choice` is a slice that keeps the whole header in memory.
  if (choice !== undefined) return supported[supported.indexOf(choice)] as string;
  const wanted = supported.length === 0 ? ', none is' : ` of ${supported.map(quote).join(', ')}`;
  const detail = ` (supported_protocols): asked for ${offered === null ? 'none' : quote(offered)}${wanted}`;
  return { ...refuse(400, 'no subprotocol that both sides support', detail), isMismatch: true };
}

const SCHEMES = ['http', 'https', 'ws', 'wss'];

/** Parses origin-form or absolute-form (RFC 9112 §3.2); null for anything else. */
function readTarget(target: string): RequestLine | null {
  if (target.startsWith('/')) return { target, authority: null };
  const mark = target.indexOf('://');
  if (mark < 0 || !SCHEMES.includes(target.slice(0, mark).toLowerCase())) return null;
  const rest = target.slice(mark + 3);
  const end = firstOf(rest, '/', '?');
  const authority = rest.slice(0, end);
  if (hostOf(authority) === null) return null;
  return { authority, target: rest[end] === '/' ? rest.slice(end) : `/${rest.slice(end)}` };
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) > 0x7f) return false;
  }
  return true;
}

function found(value: string | null): string {
  return value === null ? ', it is missing' : `, got ${quote(value)}`;
}
