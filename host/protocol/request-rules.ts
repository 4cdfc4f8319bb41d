// What a server asks of an upgrade request, rule by rule (RFC 6455 §4.2.1): each function looks at a complete head
// and says what is wrong with it. Nothing is kept here.
import { isHandshakeKey, VERSION } from './handshake-rules.js';
import { type HeadReader, splitList } from './http-head.js';
import { quote } from './quote.js';
import { type Refusal, refuse } from './refusal.js';

export interface RequestLine {
  readonly target: string;
}

/** §4.2.1 item 1: GET and HTTP/1.1, three words with one space between them. */
export function judgeRequestLine(head: HeadReader): RequestLine | Refusal {
  if (head.outcome === 'faulty') {
    return head.isTooLarge
      ? refuse(431, 'the head of the request is too large', `: ${head.fault}`)
      : refuse(400, 'the request is malformed', `: ${head.fault}`);
  }
  const { startLine } = head;
  const words = startLine.split(' ');
  if (words.length !== 3 || words.includes('') || !words[2].startsWith('HTTP/')) {
    return refuse(400, 'the request line is not "GET target HTTP/1.1"', found(startLine));
  }
  if (words[2] !== 'HTTP/1.1') return refuse(505, 'the HTTP version is not 1.1', found(words[2]));
  if (words[0] !== 'GET') return refuse(405, 'the method is not GET', found(words[0]));
  return { target: words[1] };
}

/** §4.2.1 items 1 to 6. */
export function judgeHeaders(head: HeadReader, target: string): Refusal | null {
  if (!isTarget(target)) return refuse(400, 'the request target is neither a path nor a URL', found(target));
  const hosts = head.values('host');
  if (hosts.length !== 1 || !isAuthority(hosts[0])) {
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

/** Who may come in (§10.2): hosts against DNS rebinding, origins against cross-site requests. */
export function judgeAccess(
  head: HeadReader,
  allowedHosts: readonly string[],
  allowedOrigins: readonly string[],
): Refusal | null {
  const host = (head.joined('host') ?? '').toLowerCase();
  const names = [host, host.slice(0, portColon(host))];
  if (allowedHosts.length > 0 && !allowedHosts.some((allowed) => names.includes(allowed.toLowerCase()))) {
    return refuse(403, 'this host is not allowed', ` (allowed_hosts)${found(host)}`);
  }
  // Only browsers send an Origin, and a page can't leave it out: who sends none is no page.
  const origin = head.joined('origin')?.toLowerCase();
  if (allowedOrigins.length === 0 || origin === undefined) return null;
  if (allowedOrigins.some((allowed) => allowed.toLowerCase() === origin)) return null;
  return refuse(403, 'this origin is not allowed', ` (allowed_origins)${found(origin)}`);
}

/** Both sides want subprotocols or neither does; of those offered the first that is supported, exactly as spelt. */
export function judgeProtocol(head: HeadReader, supported: readonly string[]): string | Refusal {
  const offered = head.joined('sec-websocket-protocol');
  if (offered === null && supported.length === 0) return '';
  const choice = splitList(offered ?? '').find((protocol) => protocol !== '' && supported.includes(protocol));
  // The own spelling is the same, and no slice that keeps the whole header in memory.
  if (choice !== undefined) return supported[supported.indexOf(choice)];
  const wanted = supported.length === 0 ? ', none is' : ` of ${supported.map(quote).join(', ')}`;
  const detail = ` (supported_protocols): asked for ${offered === null ? 'none' : quote(offered)}${wanted}`;
  return { ...refuse(400, 'no subprotocol that both sides support', detail), isMismatch: true };
}

/** origin-form, or absolute-form (RFC 7230 §5.3). */
function isTarget(target: string): boolean {
  if (target.startsWith('/')) return true;
  const scheme = target.slice(0, Math.max(0, target.indexOf('://'))).toLowerCase();
  return scheme === 'http' || scheme === 'https' || scheme === 'ws' || scheme === 'wss';
}

// RFC 3986 §3.2: what a host and a port are made of. No comma, which would also join two hosts.
const AUTHORITY = "-._~%!$&'()*+;=:[]0123456789abcdefghijklmnopqrstuvwxyz";

function isAuthority(host: string): boolean {
  for (const character of host.toLowerCase()) {
    if (!AUTHORITY.includes(character)) return false;
  }
  return host !== '' && portColon(host) > 0;
}

/** Where the port begins in "host:port"; the length without one. Godot sends IPv6 without brackets: "::1:9080". */
function portColon(host: string): number {
  const colon = host.lastIndexOf(':');
  return colon < 0 || colon < host.indexOf(']') ? host.length : colon;
}

function found(value: string | null): string {
  return value === null ? ', it is missing' : `, got ${quote(value)}`;
}
