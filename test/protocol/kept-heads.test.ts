// Headers of a handshake that are kept: shared where they are equal, and read back as they were.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type HandshakeTexts, keepHeads, receivedLines, sentLines } from '../../host/protocol/kept-heads.js';

const tools = {
  sha1: (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest(),
  fillRandom: (): void => {},
};
/** RFC 6455 §1.3. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const textsOf = (request: string, response = ''): HandshakeTexts => ({ request, response, tools });

describe('kept headers', () => {
  test('are those of both heads by lower-case names, with the key and its answer', () => {
    const heads = keepHeads(
      {
        request: receivedLines({
          all: new Map([
            ['host', ['a:1']],
            ['x', ['1', '2']],
            ['sec-websocket-key', [KEY]],
            ['e', ['']],
          ]),
        }),
        response: sentLines([
          'HTTP/1.1 101 Switching Protocols',
          'Upgrade: websocket',
          `Sec-WebSocket-Accept: ${ACCEPT}`,
          'X:1 ',
          'x: a: b',
        ]),
        tools,
      },
      null,
    );
    expect([...heads.requestHeaders(KEY)].sort()).toEqual([
      ['e', ''],
      ['host', 'a:1'],
      ['sec-websocket-key', KEY],
      ['x', '1, 2'],
    ]);
    expect([...heads.responseHeaders(KEY)].sort()).toEqual([
      ['sec-websocket-accept', ACCEPT],
      ['upgrade', 'websocket'],
      ['x', '1, a: b'],
    ]);
  });

  test('without any lines are the key and its answer', () => {
    const heads = keepHeads(textsOf(''), null);
    expect([...heads.requestHeaders(KEY)]).toEqual([['sec-websocket-key', KEY]]);
    expect([...heads.responseHeaders(KEY)]).toEqual([['sec-websocket-accept', ACCEPT]]);
  });

  test('are a new map each time', () => {
    const heads = keepHeads(textsOf('a: 1'), null);
    heads.requestHeaders(KEY).clear();
    expect(heads.requestHeaders(KEY).get('a')).toBe('1');
  });

  test('are shared by connections that differ in the key alone', () => {
    expect(keepHeads(textsOf('a: 2', 'b: 2'), null)).toBe(keepHeads(textsOf('a: 2', 'b: 2'), null));
    expect(keepHeads(textsOf('a: 2', 'b: 3'), null)).not.toBe(keepHeads(textsOf('a: 2', 'b: 2'), null));
  });

  test('are not shared with what is known of one visitor', () => {
    const guest = { data: 7, address: '203.0.113.9' };
    expect(keepHeads(textsOf('a: 2', 'b: 2'), guest).guest).toBe(guest);
    expect(keepHeads(textsOf('a: 2', 'b: 2'), null).guest).toBeNull();
  });

  test('are compared with a few others only, and long ones not at all', () => {
    const first = keepHeads(textsOf('n: first'), null);
    for (let count = 0; count < 64; count += 1) keepHeads(textsOf(`n: ${count}`), null);
    expect(keepHeads(textsOf('n: first'), null)).not.toBe(first);
    const long = textsOf(`n: ${'x'.repeat(5000)}`);
    expect(keepHeads(long, null)).not.toBe(keepHeads(long, null));
  });
});
