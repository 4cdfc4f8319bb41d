// What the bench page measures the core against does the same work, at any alignment and for any text; and its ratios
// follow from its medians.
import { describe, expect, it } from 'vitest';
import { timesOver } from '../../examples/bench-page/page/measure.mjs';
import { isDecodable, isValidUtf8, mask } from '../../examples/bench-page/page/plain.mjs';

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
const LENGTHS = [0, 1, 3, 63, 64, 65, 66, 67, 100, 1021];

describe('the loop that masks', () => {
  it.each([0, 1, 2, 3, 4, 5])('takes bytes that begin %d beyond a word', (offset) => {
    for (const length of LENGTHS) {
      const around = new Uint8Array(length + 16).fill(0x55);
      const bytes = around.subarray(offset, offset + length);
      for (let i = 0; i < length; i += 1) bytes[i] = i * 7;
      const wanted = bytes.map((byte, i) => byte ^ (KEY[i & 3] ?? 0));
      mask(bytes, KEY);
      expect(bytes).toEqual(wanted);
      mask(bytes, Uint8Array.of(1, 2, ...KEY), 2);
      expect([...bytes]).toEqual(Array.from({ length }, (_, i) => (i * 7) & 255));
      expect([...around.subarray(0, offset), ...around.subarray(offset + length)].every((byte) => byte === 0x55)).toBe(
        true,
      );
    }
  });
});

describe('the checks of UTF-8', () => {
  it.each<[string, number[], boolean]>([
    ['nothing', [], true],
    ['ASCII', [0x41, 0x7f, 0x00], true],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x41], true],
    ['two, three and four bytes', [0xc2, 0x80, 0xe0, 0xa0, 0x80, 0xf0, 0x90, 0x80, 0x80], true],
    ['the last character', [0xf4, 0x8f, 0xbf, 0xbf], true],
    ['one beyond it', [0xf4, 0x90, 0x80, 0x80], false],
    ['an overlong form', [0xc1, 0xbf], false],
    ['a surrogate', [0xed, 0xa0, 0x80], false],
    ['a character cut short', [0x41, 0xe2, 0x82], false],
    ['a byte too many', [0x80], false],
  ])('agree on %s', (_, bytes, isValid) => {
    const text = Uint8Array.from(bytes);
    expect([isValidUtf8(text), isDecodable(text)]).toEqual([isValid, isValid]);
  });
});

describe('a ratio of the page', () => {
  const speedOf = (median: number, rounds: number[]) => ({
    median,
    min: Math.min(...rounds),
    max: Math.max(...rounds),
    rounds,
  });

  it('is that of the medians, to the fastest other side', () => {
    const own = speedOf(2131, [2131, 3041, 1868]);
    const [slow, fast] = [speedOf(100, [100, 100, 100]), speedOf(2290, [1883, 2290, 2823])];
    const { value, min, max } = timesOver(own, [slow, fast]);
    expect([value, min, max].map((each) => each.toFixed(2))).toEqual(['0.93', '0.66', '1.33']);
  });
});
