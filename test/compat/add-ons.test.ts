// The replacements for the add-ons of ws against the naive loops, with the arguments that ws hands over and others.
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import bufferUtil, { mask, unmask } from '../../host/compat/bufferutil.js';
import isValidUTF8 from '../../host/compat/utf-8-validate.js';
import { slowMask } from '../helpers/slow-twins.js';

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
/** Sizes around the borders at which masking takes another way. */
const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 15, 39, 40, 41, 42, 43, 64, 125, 1023, 1024, 1025, 2049];
const LONG = [8191, 8192, 8193, 16383, 16384, 16385, 24577, 65535, 65536, 65537, 200_003];

const PATTERN = Uint8Array.from({ length: 200_100 }, (_, i) => (i * 167 + (i >> 8)) & 255);
const pattern = (size: number): Uint8Array => PATTERN.slice(0, size);

/** toEqual looks at each element by itself, which takes long for many. */
const expectSame = (bytes: Uint8Array, wanted: Uint8Array): void => expect(Buffer.compare(bytes, wanted)).toBe(0);

describe('websocketpeer/bufferutil', () => {
  it.each([...SIZES, ...LONG])('§5.3 unmasks %i bytes in place, and none beside them', (size) => {
    for (const start of [0, 1, 5]) {
      const memory = pattern(size + 16);
      const bytes = memory.slice(start, start + size);
      const wanted = memory.slice();
      wanted.set(slowMask(bytes, KEY), start);
      unmask(Buffer.from(memory.buffer, start, size), KEY);
      expectSame(memory, wanted);
    }
  });

  it.each([...SIZES, ...LONG])('§5.3 masks %i bytes into another buffer, at an offset', (size) => {
    for (const offset of [0, 2, 14]) {
      const source = pattern(size);
      const output = Buffer.alloc(size + 20, 0xee);
      const wanted = Buffer.from(output);
      wanted.set(slowMask(source, KEY), offset);
      mask(source, KEY, output, offset, size);
      expectSame(output, wanted);
      expectSame(source, pattern(size));
    }
  });

  it.each([...SIZES, ...LONG])('§5.3 masks %i bytes onto themselves, and towards the front', (size) => {
    for (const back of [0, 1, 4, 100]) {
      const memory = new Uint8Array(size + back);
      const source = memory.subarray(back);
      source.set(pattern(size));
      const wanted = memory.slice();
      wanted.set(slowMask(pattern(size), KEY), 0);
      mask(source, KEY, memory, 0, size);
      expectSame(memory, wanted);
    }
  });

  it('masks as many bytes as it is told to', () => {
    for (const length of [0, 3, 20, 100, 20_000]) {
      const output = new Uint8Array(30_000);
      mask(pattern(30_000), KEY, output, 7, length);
      const wanted = new Uint8Array(30_000);
      wanted.set(slowMask(pattern(length), KEY), 7);
      expectSame(output, wanted);
    }
  });

  it('takes the first four bytes of a longer key', () => {
    const bytes = pattern(50);
    unmask(bytes, Uint8Array.of(...KEY, 9, 9));
    expectSame(bytes, slowMask(pattern(50), KEY));
  });

  it('takes arrays of another realm', () => {
    const bytes = runInNewContext('Uint8Array.of(0x7f, 0x9f, 0x4d, 0x51, 0x58)') as Uint8Array;
    unmask(bytes, KEY);
    expect(Buffer.from(bytes).toString()).toBe('Hello');
  });

  it('offers the same functions as default export', () => {
    expect(bufferUtil).toEqual({ mask, unmask });
  });

  const REFUSED: [string, () => void, RegExp][] = [
    ['a key of three bytes', () => unmask(pattern(9), KEY.subarray(1)), /^RangeError: mask must have 4 bytes, got 3$/],
    [
      'an offset behind the end',
      () => mask(pattern(9), KEY, pattern(9), 1, 9),
      /^RangeError: offset must .* 0, got 1$/,
    ],
    ['a negative offset', () => mask(pattern(9), KEY, pattern(9), -1, 9), /^RangeError: offset .* got -1$/],
    ['more bytes than there are', () => mask(pattern(9), KEY, pattern(20), 0, 10), /^RangeError: length .* 9, got 10$/],
    ['half a byte', () => mask(pattern(9), KEY, pattern(20), 0, 1.5), /^RangeError: length .* got 1\.5$/],
    ['a string', () => unmask('Hello' as unknown as Uint8Array, KEY), /^TypeError: buffer must be a Uint8Array/],
    ['nothing', () => mask(pattern(9), KEY, null as unknown as Uint8Array, 0, 9), /^TypeError: output .* got null$/],
  ];

  it.each(REFUSED)('refuses %s', (_, call, message) => {
    let told = '';
    try {
      call();
    } catch (error) {
      told = String(error);
    }
    expect(told).toMatch(message);
  });
});

describe('websocketpeer/utf-8-validate', () => {
  const TEXTS: [string, boolean][] = [
    ['', true],
    ['68 65 6c 6c 6f', true],
    ['ce ba e1 bd b9 cf 83 ce bc ce b5', true],
    ['f0 9f 98 80', true],
    ['f4 8f bf bf', true],
    ['f4 90 80 80', false],
    ['ed a0 80', false],
    ['c0 80', false],
    ['ce', false],
    ['80', false],
  ];

  it.each(TEXTS)('§8.1 %s: %s', (hex, valid) => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    expect(isValidUTF8(bytes)).toBe(valid);
    for (const size of [40, 300, 70_000]) {
      expect(isValidUTF8(Buffer.concat([Buffer.alloc(size, 0x61), bytes])), `after ${size} bytes`).toBe(valid);
    }
  });

  it('refuses what is no Uint8Array', () => {
    expect(() => isValidUTF8('text' as unknown as Uint8Array)).toThrow(TypeError);
  });
});
