// The masker against its slow twin: every length, phase and alignment that a loop could get wrong.
import { describe, expect, test } from 'vitest';
import { BUILDS } from '../helpers/cores.js';
import { binary, more, ping, wire } from '../helpers/feed.js';
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

  test('§5.3 a frame is unmasked where it lies: every length to 200 at every alignment', () => {
    const decoder = new codec.MessageDecoder({ role: 'server' });
    for (let before = 0; before < 16; before += 1) {
      for (let length = 0; length <= 200; length += 1) {
        const payload = pattern(length);
        const frames = [ping(pattern(before)), binary(payload), ping('behind it')];
        const [first, message, behind] = decoder.push(wire('server', frames)).map(({ data }) => data);
        const same = Buffer.compare(first, pattern(before)) === 0 && Buffer.compare(message, payload) === 0;
        if (!same || behind.length !== 9) expect.fail(`${length} bytes after ${before}`);
      }
    }
  });

  test('§5.4 fragments are unmasked on their way to each other', () => {
    const decoder = new codec.MessageDecoder({ role: 'server' });
    for (const first of [0, 1, 2, 3, 5, 15, 16, 17, 33]) {
      for (let second = 0; second <= 150; second += 1) {
        const payload = pattern(first + second + 20);
        const frames = [
          binary(payload.subarray(0, first), { fin: false }),
          more(payload.subarray(first, first + second), { fin: false }),
          more(payload.subarray(first + second)),
        ];
        const [{ data }] = decoder.push(wire('server', frames));
        if (Buffer.compare(data, payload) !== 0) expect.fail(`${first} and ${second} bytes`);
      }
    }
  });
});
