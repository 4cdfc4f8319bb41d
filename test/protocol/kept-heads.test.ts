// Headers of a handshake that are kept: shared where they are equal, and read back as they were.
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test, vi } from 'vitest';
import { type HandshakeTexts, keepHeads, receivedLines, sentLines, termsOf } from '../../host/protocol/kept-heads.js';

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
    expect([...(heads.requestHeaders(KEY) ?? [])].sort()).toEqual([
      ['e', ''],
      ['host', 'a:1'],
      ['sec-websocket-key', KEY],
      ['x', '1, 2'],
    ]);
    expect([...(heads.responseHeaders(KEY) ?? [])].sort()).toEqual([
      ['sec-websocket-accept', ACCEPT],
      ['upgrade', 'websocket'],
      ['x', '1, a: b'],
    ]);
  });

  test('without any lines are the key and its answer', () => {
    const heads = keepHeads(textsOf(''), null);
    expect([...(heads.requestHeaders(KEY) ?? [])]).toEqual([['sec-websocket-key', KEY]]);
    expect([...(heads.responseHeaders(KEY) ?? [])]).toEqual([['sec-websocket-accept', ACCEPT]]);
  });

  test('are a new map each time', () => {
    const heads = keepHeads(textsOf('a: 1'), null);
    heads.requestHeaders(KEY)?.clear();
    expect(heads.requestHeaders(KEY)?.get('a')).toBe('1');
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

  test('are compared with a few others only', () => {
    const first = keepHeads(textsOf('n: first'), null);
    for (let count = 0; count < 64; count += 1) keepHeads(textsOf(`n: ${count}`), null);
    expect(keepHeads(textsOf('n: first'), null)).not.toBe(first);
  });

  test.each([
    ['request', textsOf(`n: ${'x'.repeat(4094)}`, 'b: 2'), undefined, '2'],
    ['response', textsOf('a: 1', `n: ${'x'.repeat(4094)}`), '1', undefined],
  ])('are not those of a %s of more than 4 KiB', (_which, texts, a, b) => {
    for (const guest of [null, { data: 7, address: null }]) {
      const heads = keepHeads(texts, guest);
      expect(heads.requestHeaders(KEY)?.get('a')).toBe(a);
      expect(heads.responseHeaders(KEY)?.get('b')).toBe(b);
      expect([heads.requestHeaders(KEY), heads.responseHeaders(KEY)].filter((one) => one === undefined)).toHaveLength(
        1,
      );
    }
    const whole = keepHeads(textsOf(`n: ${'x'.repeat(4093)}`), null);
    expect(whole.requestHeaders(KEY)?.get('n')).toHaveLength(4093);
  });

  test('are gone with the last connection that has them', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const reference = new WeakRef(keepHeads(textsOf('cookie: secret'), null));
    await vi.waitFor(() => {
      collect();
      expect(reference.deref() === undefined).toBe(true); // a failure must not keep them
    });
  });
});

describe('terms', () => {
  test('are shared by connections with the same heads, URL and subprotocol', () => {
    const heads = keepHeads(textsOf('a: 4'), null);
    const terms = termsOf('ws://a/', 'chat', heads);
    expect(terms).toEqual({ url: 'ws://a/', protocol: 'chat', heads });
    expect(termsOf('ws://a/', 'chat', heads)).toBe(terms);
    expect(termsOf('ws://a/?b', 'chat', heads)).toEqual({ ...terms, url: 'ws://a/?b' });
    expect(termsOf('ws://a/?b', '', heads)).toEqual({ ...terms, url: 'ws://a/?b', protocol: '' });
    expect(termsOf('ws://a/', '', null)).toEqual({ url: 'ws://a/', protocol: '', heads: null });
  });
});
