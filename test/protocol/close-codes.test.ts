// Close codes and the bodies of close frames: what may be sent, how it is written, cut and read (RFC 6455 §7.4).
import { describe, expect, test } from 'vitest';
import { isSendableCode } from '../../assembly/abi.js';
import { closeBody, EMPTY_CODE, goodbyeOf, readCloseBody } from '../../host/protocol/close-codes.js';
import { ascii } from '../helpers/feed.js';
import { toHex } from '../helpers/raw-peer-frames.js';

const CODES: readonly [first: number, last: number, may: boolean, why: string][] = [
  [-1, 999, false, 'not used (§7.4.2)'],
  [1000, 1003, true, 'defined (§7.4.1)'],
  [1004, 1006, false, 'reserved, never in a frame (§7.4.1)'],
  [1007, 1014, true, 'defined, or registered since'],
  [1015, 2999, false, 'reserved for this protocol and its extensions (§7.4.2)'],
  [3000, 4999, true, 'for libraries and applications (§7.4.2)'],
  [5000, 5001, false, 'beyond all ranges (§7.4.2)'],
  [65535, 65536, false, 'beyond all ranges (§7.4.2)'],
];

const REASONS: readonly [what: string, reason: string, bytes: number, cut: boolean][] = [
  ['nothing', '', 0, false],
  ['as much as fits (§5.5)', 'x'.repeat(123), 123, false],
  ['one byte more', 'x'.repeat(124), 123, true],
  ['a character of two bytes that ends with the frame', `${'x'.repeat(121)}é`, 123, false],
  ['a character of two bytes across the end', `${'x'.repeat(122)}é`, 122, true],
  ['a character of three bytes across the end', `${'x'.repeat(121)}€!`, 121, true],
  ['a character of four bytes across the end', `${'x'.repeat(120)}😀`, 120, true],
];

const BODIES: readonly [code: number, reason: string, hex: string][] = [
  [1000, '', '03e8'],
  [1000, 'bye', '03e8627965'],
  [4999, 'é', '1387c3a9'],
  [EMPTY_CODE, '', ''],
];

describe('close codes', () => {
  test.each(CODES)('from %i to %i may be sent: %s, as they are %s', (first, last, may) => {
    for (let code = first; code <= last; code += 1) expect(isSendableCode(code), String(code)).toBe(may);
  });
});

describe('the reason of a close', () => {
  test.each(REASONS)('of %s is whole characters that fit', (_, reason, length, cut) => {
    const goodbye = goodbyeOf(1000, reason);
    const complaints = cut ? ['close: the reason is longer than 123 bytes and was cut'] : [];
    expect([goodbye.reason.length, goodbye.complaints]).toEqual([length, complaints]);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(goodbye.reason);
    expect(reason.startsWith(text)).toBe(true);
  });
});

describe('the body of a close frame (§5.5.1)', () => {
  test.each(BODIES)('says %i and %j as %j, and is read as the same', (code, reason, hex) => {
    const body = closeBody(code, ascii(reason));
    expect(toHex(body)).toBe(hex);
    expect(readCloseBody(body)).toEqual({ code, reason });
  });

  test('has no reason without a code: nothing is sent', () => {
    expect(closeBody(EMPTY_CODE, ascii('unsaid'))).toHaveLength(0);
  });
});
