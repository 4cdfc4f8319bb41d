// Parser of connect_to_url's URL: the engine's rules for scheme, authority and port, the URL Standard's for
// percent-encoding. No part of the result can contain a line break.
import { quote } from './quote.js';

export interface ParsedUrl {
  readonly secure: boolean;
  /** Name or address to connect to: lower case, no brackets, a name in ASCII. */
  readonly host: string;
  readonly port: number;
  /** Path and query, percent-encoded; starts with '/'. */
  readonly path: string;
  /** Value of the Host header: brackets around IPv6, the port unless it is the scheme's own. */
  readonly hostHeader: string;
}

interface Host {
  readonly name: string;
  readonly header: string;
}

interface Authority {
  readonly host: Host;
  /** The text after the colon, null without one. */
  readonly port: string | null;
}

// URL Standard §1.3: the path percent-encode set and the special-query percent-encode set, above the C0 controls.
const PATH_ENCODED = ' "#<>?^`{}';
const QUERY_ENCODED = ' "#<>\'';
// URL Standard §3.1, forbidden domain code points; a space is allowed, but the name does not resolve.
const FORBIDDEN_IN_HOST = '#/:<>?@[\\]^|%';

const encoder = new TextEncoder();

/**
 * Parses `url`: `[ws://|wss://][user[:password]@]host[:port][/path][?query][#fragment]`.
 *
 * User information and fragment are dropped. Returns the reason, with the part that is wrong, when it is no URL of
 * a WebSocket. The reason never shows the user information.
 */
export function parseUrl(url: string): ParsedUrl | string {
  const { scheme, rest } = splitScheme(url);
  if (scheme !== 'ws' && scheme !== 'wss') return `the scheme ${quote(scheme)} is not "ws" or "wss"`;
  const secure = scheme === 'wss';
  const whole = cutAt(rest, '#');
  const authorityEnd = firstOf(whole, '/', '?');
  const authority = parseAuthority(whole.slice(0, authorityEnd));
  if (typeof authority === 'string') return authority;
  const { host } = authority;
  const standardPort = secure ? 443 : 80;
  const port = authority.port === null ? standardPort : parsePort(authority.port);
  if (port === 0) return `the port ${quote(authority.port ?? '')} is not a number from 1 to 65535`;
  const hostHeader = port === standardPort ? host.header : `${host.header}:${port}`;
  return { secure, host: host.name, port, path: encodeTarget(whole.slice(authorityEnd)), hostHeader };
}

function splitScheme(url: string): { scheme: string; rest: string } {
  const mark = url.indexOf('://');
  for (let at = 0; at < mark; at += 1) {
    // The text before "://" is not a scheme, as in "host/?next=ws://other".
    if (!isAlphanumeric(url.charCodeAt(at)) && !'+-.'.includes(url.charAt(at))) return { scheme: 'ws', rest: url };
  }
  if (mark < 0) return { scheme: 'ws', rest: url };
  return { scheme: url.slice(0, mark).toLowerCase(), rest: url.slice(mark + 3) };
}

function parseAuthority(text: string): Authority | string {
  const hostAndPort = text.slice(text.indexOf('@') + 1);
  if (hostAndPort.startsWith('[')) return parseBracketed(hostAndPort);
  const colon = hostAndPort.indexOf(':');
  if (colon !== hostAndPort.lastIndexOf(':')) {
    return `the host ${quote(hostAndPort)} has more than one colon (an IPv6 address goes in brackets)`;
  }
  const host = parseName(colon < 0 ? hostAndPort : hostAndPort.slice(0, colon));
  if (typeof host === 'string') return host;
  return { host, port: colon < 0 ? null : hostAndPort.slice(colon + 1) };
}

function parseBracketed(text: string): Authority | string {
  const end = text.indexOf(']');
  if (end < 0) return `the host ${quote(text)} has no closing bracket`;
  const after = text.slice(end + 1);
  if (after !== '' && after[0] !== ':') return `${quote(after)} follows the bracket of the host`;
  const ipv6 = readIPv6(text.slice(1, end));
  if (ipv6 === null) return `the host ${quote(text.slice(0, end + 1))} is not an IPv6 address`;
  const { address, zone } = ipv6;
  // RFC 6874 §4: the zone is meaningful on this machine only, and is not sent.
  return { host: { name: address + zone, header: `[${address}]` }, port: after === '' ? null : after.slice(1) };
}

/** Splits an IPv6 address, in lower case, and its zone, '' or with '%'. Null for anything else. */
export function readIPv6(text: string): { address: string; zone: string } | null {
  const address = cutAt(text, '%').toLowerCase();
  const zone = readZone(text.slice(address.length));
  return zone !== null && isAddress(address) ? { address, zone } : null;
}

function isAddress(text: string): boolean {
  for (const character of text) {
    if (!'0123456789abcdef:.'.includes(character)) return false;
  }
  return asciiHost(`[${text}]`) !== null;
}

/** '' or '%' and the name of an interface, as in 'fe80::1%eth0'; RFC 6874 writes '%25' for the '%'. Null: neither. */
function readZone(text: string): string | null {
  const zone = text.startsWith('%25') && text.length > 3 ? text.slice(3) : text.slice(1);
  for (let at = 0; at < zone.length; at += 1) {
    if (!isAlphanumeric(zone.charCodeAt(at)) && !'-._~'.includes(zone.charAt(at))) return null;
  }
  if (text === '') return '';
  return zone === '' ? null : `%${zone}`;
}

function parseName(text: string): Host | string {
  if (text === '') return 'the host is missing';
  let ascii = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f || FORBIDDEN_IN_HOST.includes(text.charAt(at))) {
      return `the host ${quote(text)} holds ${quote(text.charAt(at))}`;
    }
    if (code > 0x7f) ascii = false;
  }
  const name = ascii ? text.toLowerCase() : asciiHost(text);
  if (name === null) return `the host ${quote(text)} is not a valid name`;
  return { name, header: percentEncode(name, QUERY_ENCODED) };
}

/** The host as the runtime's URL parser writes it (IDNA for names, checked IPv6 in brackets); null when refused. */
function asciiHost(host: string): string | null {
  try {
    return new URL(`http://${host}/`).hostname;
  } catch {
    return null;
  }
}

/** 1 to 65535 in decimal digits, a leading '+' allowed; 0 for everything else. */
function parsePort(text: string): number {
  let port = 0;
  for (let at = text[0] === '+' ? 1 : 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return 0;
    port = port * 10 + digit;
    if (port > 65535) return 0;
  }
  return port;
}

/** Path and query, encoded; an empty path becomes '/'. */
function encodeTarget(text: string): string {
  const path = cutAt(text, '?');
  return (
    (path === '' ? '/' : percentEncode(path, PATH_ENCODED)) + percentEncode(text.slice(path.length), QUERY_ENCODED)
  );
}

/** Encodes controls, everything beyond ASCII (as UTF-8) and the characters of `set`; '%' is left as it is. */
function percentEncode(text: string, set: string): string {
  let out = '';
  for (const byte of encoder.encode(text)) {
    const character = String.fromCharCode(byte);
    const plain = byte > 0x1f && byte < 0x7f && !set.includes(character);
    out += plain ? character : `%${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`;
  }
  return out;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a);
}

export function cutAt(text: string, mark: string): string {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at);
}

export function firstOf(text: string, a: string, b: string): number {
  return Math.min(cutAt(text, a).length, cutAt(text, b).length);
}
