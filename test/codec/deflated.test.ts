// Deflated messages (RFC 7692 §6) at the core: which frames may say that they are, and what is passed on, at every split,
// on every build, with and without the agreement.
import { describe, expect, test } from 'vitest';
import { BUILDS } from '../helpers/cores.js';
import { DeflatedReader } from '../helpers/deflated-reader.js';
import { binary, close, type Frame, feed, more, ping, ROLES, splits, text, wire } from '../helpers/feed.js';

/** RSV1 and the two other reserved bits. */
const [RSV1, RSV2, RSV3] = [4, 2, 1];
const LIMITS = { maxMessageSize: 8192, maxFragments: 100 };
/** 8192 / 4096 and 64: by so much may a deflated message be longer. */
const MOST = 8192 + 2 + 64;
const NOT_UTF8 = Uint8Array.of(0xff, 0xc0);

const deflated = { rsv: RSV1 };
const open = { rsv: RSV1, fin: false };
const long = (length: number): Uint8Array => new Uint8Array(length).map((_, index) => index % 251);
const shown = (length: number): string =>
  `${length} bytes, sum ${long(length).reduce((sum, byte) => (sum * 31 + byte) % 65521, 0)}`;

type Row = readonly [title: string, frames: readonly Frame[], events: readonly string[]];

const PASSED_ON: readonly Row[] = [
  ['a deflated text', [text('abc', deflated)], ['deflated text abc']],
  ['a deflated binary message', [binary('abc', deflated)], ['deflated binary abc']],
  ['an empty one', [text('', deflated), binary('', deflated)], ['deflated text', 'deflated binary']],
  ['deflated text that is not UTF-8 by itself', [text(NOT_UTF8, deflated)], ['deflated text <ff><c0>']],
  [
    'deflated and plain messages in turns',
    [text('a', deflated), text('b'), binary('c'), binary('d', deflated), text('e')],
    ['deflated text a', 'text b', 'binary c', 'deflated binary d', 'text e'],
  ],
  [
    'fragments, of which the first alone has the bit, with a ping between',
    [text('ab', open), ping('p'), more('cd', { fin: false }), more('ef'), text('g')],
    ['ping p', 'deflated text abcdef', 'text g'],
  ],
  [
    'empty first, middle and last fragments',
    [binary('', open), more('ab', { fin: false }), more('', { fin: false }), more('c', { fin: false }), more('')],
    ['deflated binary abc'],
  ],
  ['nothing but empty fragments', [binary('', open), more('')], ['deflated binary']],
  ['a close behind a deflated message', [binary('a', deflated), close(1000)], ['deflated binary a', 'close 1000']],
  ['a plain message of the limit', [binary(long(8192))], [`binary ${shown(8192)}`]],
  ['a deflated message of the limit', [binary(long(8192), deflated)], [`deflated binary ${shown(8192)}`]],
  [
    'a deflated message of the limit and what is added',
    [binary(long(MOST), deflated)],
    [`deflated binary ${shown(MOST)}`],
  ],
  [
    'the same in fragments',
    [binary(long(MOST).subarray(0, 8000), open), more(long(MOST).subarray(8000))],
    [`deflated binary ${shown(MOST)}`],
  ],
];

const REFUSED: readonly Row[] = [
  ['a plain message above the limit', [binary(long(8193))], ['fault 1009']],
  [
    'a plain message above the limit behind a deflated one',
    [text('a', deflated), binary(long(8193))],
    ['deflated text a', 'fault 1009'],
  ],
  ['a deflated message above its limit', [binary(long(MOST + 1), deflated)], ['fault 1009']],
  ['a fragment above it', [binary(long(8000), open), more(long(MOST - 7999))], ['fault 1009']],
  ['a continuation with RSV1', [text('a', open), more('b', { rsv: RSV1 })], ['fault 1002']],
  [
    'a continuation with RSV1 of a plain message',
    [text('a', { fin: false }), more('b', { rsv: RSV1 })],
    ['fault 1002'],
  ],
  ['a continuation with RSV1 of nothing', [more('b', { rsv: RSV1 })], ['fault 1002']],
  ['a ping with RSV1', [ping('a', { rsv: RSV1 })], ['fault 1002']],
  ['a pong with RSV1', [{ opcode: 10, rsv: RSV1 }], ['fault 1002']],
  ['a close with RSV1', [{ ...close(1000), rsv: RSV1 }], ['fault 1002']],
  ['a ping with RSV1 inside of a deflated message', [text('a', open), ping('', { rsv: RSV1 })], ['fault 1002']],
  ['a reserved data frame with RSV1', [{ opcode: 3, rsv: RSV1 }], ['fault 1002']],
  ['a reserved control frame with RSV1', [{ opcode: 11, rsv: RSV1 }], ['fault 1002']],
  ['RSV2', [text('a', { rsv: RSV2 })], ['fault 1002']],
  ['RSV3', [binary('a', { rsv: RSV3 })], ['fault 1002']],
  ['RSV1 and RSV2', [text('a', { rsv: RSV1 + RSV2 })], ['fault 1002']],
  ['RSV1 and RSV3', [text('a', { rsv: RSV1 + RSV3 })], ['fault 1002']],
  ['a message inside of a deflated one', [text('a', open), text('b', deflated)], ['fault 1002']],
  ['plain text that is not UTF-8', [text('a', deflated), text(NOT_UTF8)], ['deflated text a', 'fault 1007']],
  ['a deflated message masked the wrong way', [text('a', { ...deflated, wrongMask: true })], ['fault 1002']],
];

describe.each(BUILDS)('the $name build', ({ codec, core }) => {
  describe.each(ROLES)('as %s, where deflated messages were agreed upon', (role) => {
    const read = (chunks: readonly Uint8Array[]) => new DeflatedReader(core, { role, ...LIMITS }).read(chunks);

    test.each(PASSED_ON)('passes on %s', (_, frames, events) => {
      for (const chunks of splits(wire(role, frames))) expect(read(chunks)).toEqual(events);
    });

    test.each(REFUSED)('refuses %s, and takes nothing behind it', (_, frames, events) => {
      const bytes = wire(role, frames);
      const tail = wire(role, [text('tail'), text('tail', deflated)]);
      for (const chunks of splits(bytes)) expect(read([...chunks, tail])).toEqual(events);
    });

    test('readers with and without the agreement take turns in the middle of messages', () => {
      const bytes = wire(role, [text('ab', open), more('cd'), binary(long(300), deflated)]);
      const reader = new DeflatedReader(core, { role, ...LIMITS });
      const plain = new codec.MessageDecoder({ role });
      const turns = wire(role, [text('x'.repeat(bytes.length))]);
      const lines: string[] = [];
      for (let at = 0; at < turns.length; at += 1) {
        reader.read([bytes.subarray(at, at + 1)]);
        lines.push(...feed(plain, [turns.subarray(at, at + 1)]));
      }
      expect(reader.lines).toEqual(['deflated text abcd', `deflated binary ${shown(300)}`]);
      expect(lines).toEqual([expect.stringMatching(/^text \d+ bytes/)]);
    });
  });

  describe.each(ROLES)('as %s, without the agreement', (role) => {
    const refused = [...PASSED_ON, ...REFUSED].filter(([, [first]]) => first.rsv === RSV1);

    test.each(refused)('refuses %s by its first frame', (_, frames) => {
      const decoder = new codec.MessageDecoder({ role, ...LIMITS });
      expect(feed(decoder, [wire(role, frames)])).toEqual(['fault 1002']);
    });
  });
});
