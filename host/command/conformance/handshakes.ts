// The two halves of the opening handshake (RFC 6455 §4), right or with changes, and what is wrong about those received.
import { createHash } from 'node:crypto';
import type { RequestChange, ResponseChange } from './case.js';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const FILLING = 'a'.repeat(90);

/** Where a client goes, and what it adds to every request. */
export interface Destination {
  readonly host: string;
  readonly target: string;
  readonly protocols: readonly string[];
  readonly headers: readonly string[];
  readonly origin: string;
}

/** Status or request line, and values by lower-case name; repeated lines are joined. */
export interface Head {
  readonly first: string;
  readonly headers: ReadonlyMap<string, string>;
}

/** The keys of a client's requests, which must differ (§4.1). */
export class KeyLog {
  readonly #seen = new Set<string>();
  hasRepeated = false;

  note(head: Head): void {
    const key = head.headers.get('sec-websocket-key') ?? '';
    this.hasRepeated ||= this.#seen.has(key);
    this.#seen.add(key);
  }
}

type Lines = Readonly<Record<string, string | null>>;

function encode(first: string, base: Lines, change: Pick<RequestChange, 'headers' | 'lines' | 'filling'>): Buffer {
  const headers: Lines = { ...base, ...change.headers };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [`${name}: ${value}`]));
  lines.push(...(change.lines ?? []));
  for (let size = 0; size < (change.filling ?? 0); size += 100) lines.push(`X-Fill: ${FILLING}`);
  return Buffer.from(`${[first, ...lines].join('\r\n')}\r\n\r\n`, 'latin1');
}

export function encodeRequest(to: Destination, key: string, change: RequestChange = {}): Buffer {
  const base = {
    Host: to.host,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Protocol': to.protocols.length === 0 ? null : to.protocols.join(', '),
    Origin: to.origin === '' ? null : to.origin,
  };
  const lines = [...to.headers, ...(change.lines ?? [])];
  const first = `${change.method ?? 'GET'} ${change.target ?? to.target} ${change.version ?? 'HTTP/1.1'}`;
  return encode(first, base, { ...change, lines });
}

export function encodeResponse(request: Head, change: ResponseChange = {}): Buffer {
  const base = {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': acceptFor(request.headers.get('sec-websocket-key') ?? ''),
    'Sec-WebSocket-Protocol': namesIn(request, 'sec-websocket-protocol')[0] ?? null,
  };
  return encode(`HTTP/1.1 ${change.status ?? '101 Switching Protocols'}`, base, change);
}

/** The head at the start of `bytes` and where it ends; null while it is not whole. */
export function readHead(bytes: Buffer): { head: Head; end: number } | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.substring(0, colon).toLowerCase();
    const value = line.substring(colon + 1).trim();
    const former = headers.get(name);
    headers.set(name, former === undefined ? value : `${former}, ${value}`);
  }
  return { head: { first, headers }, end: end + 4 };
}

export function statusOf({ first }: Head): number {
  return Number(/^HTTP\/1\.[01] ([0-9]{3})( |$)/.exec(first)?.[1] ?? 0);
}

export function acceptFor(key: string): string {
  return createHash('sha1')
    .update(key + GUID)
    .digest('base64');
}

function namesIn(head: Head, name: string): string[] {
  const value = head.headers.get(name) ?? '';
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

const has = (head: Head, name: string, token: string): boolean =>
  namesIn(head, name).some((entry) => entry.toLowerCase() === token);

/**
 * What is wrong about a 101 (§4.1, from "the client MUST validate"); '' for a right one. `offered` are subprotocols; an
 * extension is judged elsewhere where one was offered.
 */
export function faultOfResponse(head: Head, key: string, offered: readonly string[], mayExtend: boolean): string {
  if (!has(head, 'upgrade', 'websocket')) return 'the answer lacks Upgrade: websocket (§4.2.2)';
  if (!has(head, 'connection', 'upgrade')) return 'the answer lacks Connection: Upgrade (§4.2.2)';
  if (head.headers.get('sec-websocket-accept') !== acceptFor(key)) return 'a wrong Sec-WebSocket-Accept (§4.2.2)';
  if (!mayExtend && head.headers.has('sec-websocket-extensions')) return 'an extension that was not offered (§4.2.2)';
  const chosen = head.headers.get('sec-websocket-protocol');
  if (chosen === undefined || offered.includes(chosen)) return '';
  return `the subprotocol "${chosen}", which was not offered (§4.2.2)`;
}

/** What is wrong about a client's request (§4.1); '' for a right one. */
export function faultOfRequest(head: Head): string {
  const key = head.headers.get('sec-websocket-key') ?? '';
  if (!/^GET \/[^ ]* HTTP\/1\.1$/.test(head.first)) return `the request line "${head.first}" (§4.1)`;
  if ((head.headers.get('host') ?? '') === '') return 'a request without Host (§4.1)';
  if (!has(head, 'upgrade', 'websocket')) return 'a request without Upgrade: websocket (§4.1)';
  if (!has(head, 'connection', 'upgrade')) return 'a request without Connection: Upgrade (§4.1)';
  if (head.headers.get('sec-websocket-version') !== '13') return 'a request without version 13 (§4.1)';
  if (!/^[A-Za-z0-9+/]{21}[AQgw]==$/.test(key)) return `the key "${key}", which is not 16 bytes (§4.1)`;
  return '';
}
