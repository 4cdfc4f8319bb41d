// Parser of "host" and "host:port", as in a request's Host header or absolute-form target (RFC 3986 §3.2).
import { readIPv6 } from './url.js';

// Characters of a host and a port. Without the comma, which would also join two Host headers.
const AUTHORITY = "-._~%!$&'()*+;=:[]0123456789abcdefghijklmnopqrstuvwxyz";
const LARGEST_PORT = 65535;

/** The host in "host" or "host:port"; null when `authority` is neither. */
export function hostOf(authority: string): string | null {
  for (const character of authority.toLowerCase()) {
    if (!AUTHORITY.includes(character)) return null;
  }
  const colon = portColon(authority);
  const host = authority.slice(0, colon);
  return isHost(host) && isPort(authority.slice(colon + 1)) ? host : null;
}

/** Index of the port's colon; the length without one. Godot sends IPv6 without brackets: "::1:9080", and "::1". */
function portColon(authority: string): number {
  const colon = authority.lastIndexOf(':');
  if (colon < 0 || colon < authority.indexOf(']')) return authority.length;
  const isBare = readIPv6(authority) !== null && readIPv6(authority.slice(0, colon)) === null;
  return isBare ? authority.length : colon;
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return host.endsWith(']') && readIPv6(host.slice(1, -1)) !== null;
  if (host.includes(':')) return readIPv6(host) !== null;
  return host !== '' && !host.includes('[') && !host.includes(']');
}

/** RFC 3986 §3.2.3: digits, or nothing. */
function isPort(port: string): boolean {
  for (const digit of port) {
    if (digit < '0' || digit > '9') return false;
  }
  return Number(port) <= LARGEST_PORT;
}
