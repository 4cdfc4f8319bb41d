// How a server says no: the bytes of its answer, and what it tells the own game.
import { describe, expect, test } from 'vitest';
import { encodeRefusal, type RefusalStatus, refuse } from '../../host/protocol/refusal.js';

const CLOSE = ['Connection: close'];

const ANSWERS: readonly [status: RefusalStatus, reason: string, headers: readonly string[], why: string][] = [
  [400, 'Bad Request', CLOSE, 'only closes'],
  [403, 'Forbidden', CLOSE, 'only closes'],
  [405, 'Method Not Allowed', ['Allow: GET', ...CLOSE], 'names what is allowed (RFC 7231 §6.5.5)'],
  [
    426,
    'Upgrade Required',
    ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Connection: close, Upgrade'],
    'names the protocol (RFC 7231 §6.5.15) and its version (RFC 6455 §4.4)',
  ],
  [431, 'Request Header Fields Too Large', CLOSE, 'only closes'],
  [505, 'HTTP Version Not Supported', CLOSE, 'only closes'],
];

describe('a refusal', () => {
  test.each(ANSWERS)('with %i %s says %j, for it %s', (status, reason, headers) => {
    const text = Buffer.from(encodeRefusal(refuse(status, 'not like that'))).toString();
    const head = [`HTTP/1.1 ${status} ${reason}`, 'Content-Type: text/plain', 'Content-Length: 14', ...headers];
    expect(text).toBe(`${head.join('\r\n')}\r\n\r\nnot like that\n`);
  });

  test('tells the own game what was found, and the other side never', () => {
    const refusal = refuse(400, 'the method is odd', ', got "<script>"');
    expect(refusal.fault).toBe('request refused (400): the method is odd, got "<script>"');
    expect(Buffer.from(encodeRefusal(refusal)).toString()).not.toContain('script');
  });

  test('is about more than subprotocols unless that is said', () => {
    expect(refuse(403, 'no').isMismatch).toBe(false);
  });
});
