// The bytes that RFC 6455 prints, letter by letter: no helper of this project has built them.
import { describe, expect, test } from 'vitest';
import { BUILDS } from '../helpers/cores.js';
import { feed, type Role } from '../helpers/feed.js';

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const toHex = (bytes: Uint8Array): string => (Buffer.from(bytes).toString('hex').match(/../g) ?? []).join(' ');
const HELLO = fromHex('48 65 6c 6c 6f');
const KEY = fromHex('37 fa 21 3d');

const READ: readonly [string, Role, string, readonly string[]][] = [
  ['an unmasked text', 'client', '81 05 48 65 6c 6c 6f', ['text Hello']],
  ['a masked text', 'server', '81 85 37 fa 21 3d 7f 9f 4d 51 58', ['text Hello']],
  ['a fragmented text', 'client', '01 03 48 65 6c 80 02 6c 6f', ['text Hello']],
  ['an unmasked ping', 'client', '89 05 48 65 6c 6c 6f', ['ping Hello']],
  ['a masked pong', 'server', '8a 85 37 fa 21 3d 7f 9f 4d 51 58', ['pong Hello']],
];

/** A payload's length and how its header begins, unmasked. */
const HEADS: readonly [number, string][] = [
  [0, '82 00'],
  [125, '82 7d'],
  [126, '82 7e 00 7e'],
  [256, '82 7e 01 00'],
  [65_535, '82 7e ff ff'],
  [65_536, '82 7f 00 00 00 00 00 01 00 00'],
];

describe.each(BUILDS)('the $name build', ({ codec }) => {
  test.each(READ)('§5.7 %s is read', (_title, role, hex, events) => {
    expect(feed(new codec.MessageDecoder({ role }), [fromHex(hex)])).toEqual(events);
  });

  test('§5.7 the same frames are written', () => {
    const write = (opcode: 'text' | 'ping' | 'pong', maskKey?: Uint8Array): string =>
      toHex(codec.encodeFrame({ opcode, payload: HELLO, ...(maskKey && { maskKey }) }));
    expect(write('text')).toBe('81 05 48 65 6c 6c 6f');
    expect(write('text', KEY)).toBe('81 85 37 fa 21 3d 7f 9f 4d 51 58');
    expect(write('ping')).toBe('89 05 48 65 6c 6c 6f');
    expect(write('pong', KEY)).toBe('8a 85 37 fa 21 3d 7f 9f 4d 51 58');
    const fragments = [
      codec.encodeFrame({ opcode: 'text', payload: HELLO.subarray(0, 3), fin: false }),
      codec.encodeFrame({ opcode: 'continuation', payload: HELLO.subarray(3) }),
    ];
    expect(fragments.map(toHex)).toEqual(['01 03 48 65 6c', '80 02 6c 6f']);
  });

  test.each(HEADS)('§5.2 %i bytes: the header is %s', (length, head) => {
    const frame = codec.encodeFrame({ opcode: 'binary', payload: new Uint8Array(length) });
    expect(toHex(frame.subarray(0, frame.length - length))).toBe(head);
    expect(new codec.MessageDecoder({ role: 'client' }).push(frame).map(({ data }) => data.length)).toEqual([length]);
  });
});
