// What both halves of the opening handshake share: keys, heads, and what a game may add to its own half.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  acceptFor,
  checkHandshakeHeaders,
  checkProtocols,
  encodeBase64,
  encodeHead,
  isHandshakeKey,
} from '../../host/protocol/handshake-rules.js';
import { ascii } from '../helpers/feed.js';

const tools = {
  sha1: (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest(),
  fillRandom: (): void => {},
};

const BASE64: readonly [text: string, encoded: string][] = [
  ['', ''],
  ['f', 'Zg=='],
  ['fo', 'Zm8='],
  ['foo', 'Zm9v'],
  ['foobar', 'Zm9vYmFy'],
];

const KEYS: readonly [key: string, isKey: boolean, why: string][] = [
  ['dGhlIHNhbXBsZSBub25jZQ==', true, 'the one of RFC 6455 §1.3'],
  ['++++++++++//////////AA==', true, 'with all kinds of characters'],
  ['dGhlIHNhbXBsZSBub25jZQ', false, 'without padding'],
  ['dGhlIHNhbXBsZSBub25jZ===', false, 'of 15 bytes and too much padding'],
  ['dGhlIHNhbXBsZSBub25jZQA=', false, 'of 17 bytes'],
  ['dGhlIHNhbXBsZSBub25j-_==', false, 'in the alphabet of URLs'],
  ['dGhlIHNhbXBsZSBub25jZQ==\n', false, 'with a line behind it'],
  [' dGhlIHNhbXBsZSBub25jZQ==', false, 'with a blank in front of it'],
  ['', false, 'of nothing'],
];

type Side = 'client' | 'server';
const HEADERS: readonly [headers: readonly string[], side: Side, fault: string | null][] = [
  [[], 'client', null],
  [['Authorization: Bearer x', 'X-Two:2'], 'client', null],
  [['X-Tab: a\tb', 'X-Umlaut: ä', 'X-Empty:'], 'server', null],
  [['Host: elsewhere'], 'server', null],
  [['Host: elsewhere'], 'client', '"Host" belongs to the handshake'],
  [['UPGRADE: h2c'], 'client', '"UPGRADE" belongs to the handshake'],
  [['Connection: close'], 'server', '"Connection" belongs to the handshake'],
  [['Content-Length: 5'], 'server', '"Content-Length" belongs to the handshake'],
  [['Transfer-Encoding: chunked'], 'client', '"Transfer-Encoding" belongs to the handshake'],
  [['sec-websocket-anything: 1'], 'client', '"sec-websocket-anything" belongs to the handshake'],
  [['no colon here'], 'client', '"no colon here" has no colon'],
  [[': value'], 'client', 'the name "" is not a token'],
  [['X Y: value'], 'client', 'the name "X Y" is not a token'],
  [['X-É: value'], 'client', 'the name "X-É" is not a token'],
  [['X-Split: a\r\nEvil: b'], 'client', 'the value of "X-Split" holds "\\r"'],
  [['X-Good: 1', 'X-Null: \u0000'], 'server', 'the value of "X-Null" holds "\\u0000"'],
  [['X-Delete: \u007f'], 'server', 'the value of "X-Delete" holds "\u007f"'],
];

const PROTOCOLS: readonly [protocols: readonly string[], fault: string | null][] = [
  [[], null],
  [['chat', 'Chat', "v2.0+x!#$%&'*^_`|~-"], null],
  [['chat', 'move', 'chat'], '"chat" is there twice'],
  [[''], '"" is not a token'],
  [['a,b'], '"a,b" is not a token'],
  [['a b'], '"a b" is not a token'],
  [['chat\n'], '"chat\\n" is not a token'],
  [['é'], '"é" is not a token'],
];

describe('base64 (RFC 4648 §10)', () => {
  test.each(BASE64)('of %j is %j', (text, encoded) => {
    expect(encodeBase64(ascii(text))).toBe(encoded);
  });
});

describe('Sec-WebSocket-Key (RFC 6455 §4.1 item 7)', () => {
  test.each(KEYS)('%j is one: %s, %s', (key, isKey) => {
    expect(isHandshakeKey(key)).toBe(isKey);
  });

  test('is accepted with the answer of RFC 6455 §1.3', () => {
    expect(acceptFor('dGhlIHNhbXBsZSBub25jZQ==', tools)).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  });
});

describe('a head', () => {
  test('ends each line with CR LF, itself with an empty line, and the body follows (RFC 9112 §2.1)', () => {
    expect(Buffer.from(encodeHead(['one', 'two: é'])).toString()).toBe('one\r\ntwo: é\r\n\r\n');
    expect(Buffer.from(encodeHead(['one'], 'body\n')).toString()).toBe('one\r\n\r\nbody\n');
  });
});

describe('what a game adds to the handshake', () => {
  test.each(HEADERS)('the headers %j of a %s: %j', (headers, side, fault) => {
    expect(checkHandshakeHeaders(headers, side)).toBe(fault === null ? null : `handshake_headers: ${fault}`);
  });

  test.each(PROTOCOLS)('the subprotocols %j (RFC 6455 §4.1 item 10): %j', (protocols, fault) => {
    expect(checkProtocols(protocols)).toBe(fault === null ? null : `supported_protocols: ${fault}`);
  });
});
