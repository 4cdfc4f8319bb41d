// The masker against its slow twin: every length, phase and alignment that a loop could get wrong.
import { describe, expect, test } from 'vitest';
import { BUILDS } from '../helpers/cores.js';
import { slowMask } from '../helpers/slow-twins.js';

const KEYS = [
  [0, 0, 0, 0],
  [1, 2, 3, 4],
  [255, 0, 128, 127],
];
const LONG = [1023, 1024, 1025, 16_383, 65_535, 65_536, 65_537, 131_072, 200_001];

const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 31 + 7) & 255);

describe.each(BUILDS)('the $name build', ({ codec }) => {
  test.each(KEYS)('§5.3 key %i %i %i %i: every length to 200, every phase and alignment', (...values) => {
    const key = Uint8Array.from(values);
    for (let length = 0; length <= 200; length += 1) {
      for (let phase = 0; phase < 4; phase += 1) {
        const offset = (length + phase * 5) % 17;
        const around = pattern(length + offset + 20);
        const bytes = around.subarray(offset, offset + length);
        const expected = around.slice();
        expected.set(slowMask(bytes, key, phase), offset);
        codec.mask(bytes, key, phase);
        expect(around).toEqual(expected);
      }
    }
  });

  test.each(LONG)('§5.3 %i bytes', (length) => {
    const key = Uint8Array.of(9, 80, 7, 200);
    const bytes = pattern(length);
    const expected = slowMask(bytes, key, 3);
    codec.mask(bytes, key, 3);
    expect(Buffer.compare(bytes, expected)).toBe(0);
    codec.mask(bytes, key, 3);
    expect(Buffer.compare(bytes, pattern(length))).toBe(0);
  });
});
