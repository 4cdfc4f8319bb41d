// Shared parts of both halves of the opening handshake (RFC 6455 §4): the accept key, the encoder of heads, and the
// checks of the headers and subprotocols that the game sets.
import type { Cryptography } from '../transport/cryptography.js';
import { isValueCode } from './http-head.js';
import { quote } from './quote.js';

/** RFC 9110 §5.6.2, for what the game sends. Received heads are checked by a table, which pages do not load. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Functions of the runtime that the handshake needs. */
export type HandshakeTools = Pick<Cryptography, 'sha1' | 'fillRandom'>;

export type HandshakeOutcome = 'reading' | 'accepted' | 'refused';

/** The protocol's version, RFC 6455 §4.1 item 9. */
export const VERSION = '13';
/** Bytes of the nonce in Sec-WebSocket-Key, §4.1 item 7. */
export const KEY_BYTES = 16;
// §1.3
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

const encoder = /* @__PURE__ */ new TextEncoder();

/** RFC 4648 §4, with padding; for short inputs only. */
export function encodeBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Whether `key` is base64 of 16 bytes: 22 characters and "==". No regular expression: it comes from the other side. */
export function isHandshakeKey(key: string): boolean {
  if (key.length !== 24 || !key.endsWith('==')) return false;
  for (let at = 0; at < 22; at += 1) if (!BASE64.includes(key.charAt(at))) return false;
  return true;
}

/** Sec-WebSocket-Accept for a Sec-WebSocket-Key, §4.2.2 item 5.4. */
export function acceptFor(key: string, tools: HandshakeTools): string {
  return encodeBase64(tools.sha1(encoder.encode(key + ACCEPT_GUID)));
}

/** A head as bytes: `lines`, each with CR LF, and the empty line; then `body`. */
export function encodeHead(lines: readonly string[], body = ''): Uint8Array {
  return encoder.encode(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

const OWNED = new Set(['upgrade', 'connection', 'content-length', 'transfer-encoding']);

function isOwned(name: string, role: 'client' | 'server'): boolean {
  return OWNED.has(name) || name.startsWith('sec-websocket-') || (role === 'client' && name === 'host');
}

/**
 * Whether `headers` ("Name: value" each) may be added to this side's half of the handshake.
 *
 * Returns the reason why not, or null. Refused are names that are not tokens, control characters other than tab in a
 * value, and headers that the handshake itself writes or that would announce a body.
 */
export function checkHandshakeHeaders(headers: readonly string[], role: 'client' | 'server'): string | null {
  for (const header of headers) {
    const colon = header.indexOf(':');
    if (colon < 0) return `handshake_headers: ${quote(header)} has no colon`;
    const name = header.slice(0, colon);
    if (!TOKEN.test(name)) return `handshake_headers: the name ${quote(name)} is not a token`;
    if (isOwned(name.toLowerCase(), role)) return `handshake_headers: ${quote(name)} belongs to the handshake`;
    for (let at = colon + 1; at < header.length; at += 1) {
      if (isValueCode(header.charCodeAt(at))) continue;
      return `handshake_headers: the value of ${quote(name)} holds ${quote(header.charAt(at))}`;
    }
  }
  return null;
}

/**
 * Whether `protocols` may be offered or supported: tokens without duplicates (RFC 6455 §4.1 item 10).
 *
 * Returns the reason why not, or null.
 */
export function checkProtocols(protocols: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const protocol of protocols) {
    if (!TOKEN.test(protocol)) return `supported_protocols: ${quote(protocol)} is not a token`;
    if (seen.has(protocol)) return `supported_protocols: ${quote(protocol)} is there twice`;
    seen.add(protocol);
  }
  return null;
}
