// The host that a request is for, as Host or an absolute-form target has it: what may stand there (RFC 3986 §3.2), and
// where its port begins.
import { readIPv6 } from './url.js';

// What a host and a port are made of. No comma, which would also join two hosts.
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

/** Where the port begins; the length without one. Godot sends IPv6 without brackets: "::1:9080", and "::1". */
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

/** RFC 3986 §3.2.3: digits, maybe none. */
function isPort(port: string): boolean {
  for (const digit of port) {
    if (digit < '0' || digit > '9') return false;
  }
  return Number(port) <= LARGEST_PORT;
}
