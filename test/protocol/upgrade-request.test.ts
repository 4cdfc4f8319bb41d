// Requests that an HTTP server has read, as the bytes that they came in.
import { describe, expect, test } from 'vitest';
import { encodeUpgrade, type UpgradeRequest } from '../../host/protocol/upgrade-request.js';
import { ascii } from '../helpers/feed.js';

const PLAIN = { method: 'GET', url: '/chat?a=b', httpVersion: '1.1' };

const ROWS: readonly [what: string, request: UpgradeRequest, head: string][] = [
  ['without headers', { ...PLAIN, rawHeaders: [] }, 'GET /chat?a=b HTTP/1.1\r\n\r\n'],
  [
    'headers as they came: order, spelling, the same name twice',
    { ...PLAIN, rawHeaders: ['HOST', 'a', 'x-Two', '1', 'X-two', '2', 'Empty', ''] },
    'GET /chat?a=b HTTP/1.1\r\nHOST: a\r\nx-Two: 1\r\nX-two: 2\r\nEmpty: \r\n\r\n',
  ],
  [
    'another method and version, for the judge to refuse',
    { ...PLAIN, method: 'POST', httpVersion: '1.0', rawHeaders: [] },
    'POST /chat?a=b HTTP/1.0\r\n\r\n',
  ],
  ['what a server left out', { httpVersion: '1.1', rawHeaders: [] }, 'GET / HTTP/1.1\r\n\r\n'],
  [
    'a name without its value, which is no header',
    { ...PLAIN, rawHeaders: ['A', 'b', 'C'] },
    'GET /chat?a=b HTTP/1.1\r\nA: b\r\n\r\n',
  ],
  [
    'bytes beyond ASCII, one each',
    { ...PLAIN, rawHeaders: ['X', 'Ã©\u00ff'] },
    'GET /chat?a=b HTTP/1.1\r\nX: Ã©\u00ff\r\n\r\n',
  ],
];

describe('a request that was read already', () => {
  test.each(ROWS)('is written with %s', (_, request, head) => {
    expect(Buffer.from(encodeUpgrade(request, new Uint8Array(0))).toString('latin1')).toBe(head);
  });

  test('is followed by what came behind it', () => {
    const bytes = encodeUpgrade({ ...PLAIN, rawHeaders: ['A', 'b'] }, ascii('\u0081\u0000frames'));
    expect(Buffer.from(bytes).toString('utf8')).toBe('GET /chat?a=b HTTP/1.1\r\nA: b\r\n\r\n\u0081\u0000frames');
  });
});
