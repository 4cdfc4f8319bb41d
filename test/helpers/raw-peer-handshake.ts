// The opening handshake by hand (RFC 6455 §4), for tests that play the other side.
import { createHash } from 'node:crypto';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Where the head of a request or an answer ends, -1 while it has not. */
export function headEnd(bytes: Uint8Array): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('\r\n\r\n');
  return at < 0 ? -1 : at + 4;
}

export function headerOf(head: string, name: string): string {
  const prefix = `${name.toLowerCase()}:`;
  const line = head.split('\r\n').find((entry) => entry.toLowerCase().startsWith(prefix));
  return line === undefined ? '' : line.slice(prefix.length).trim();
}

/** A right answer to `request`, with more header lines where wanted. */
export function answerTo(request: Uint8Array | string, headers: readonly string[] = []): Uint8Array {
  const text = typeof request === 'string' ? request : Buffer.from(request).toString('latin1');
  const accept = createHash('sha1')
    .update(headerOf(text, 'sec-websocket-key') + GUID)
    .digest('base64');
  return head([
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...headers,
  ]);
}

/** A right request, with more header lines where wanted. */
export function requestFor(target = '/', headers: readonly string[] = [], host = '127.0.0.1'): Uint8Array {
  return head([
    `GET ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    ...headers,
  ]);
}

export function head(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`);
}
