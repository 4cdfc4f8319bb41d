// Simple reference implementations to verify the fast ones: obviously right, however slow.

/** RFC 6455 §5.3, to the letter. */
export function slowMask(bytes: Uint8Array, key: Uint8Array, phase = 0): Uint8Array {
  return bytes.map((byte, index) => byte ^ key[(phase + index) % 4]);
}

/** RFC 3629 §4: the ranges of each byte of each kind of character. */
const CHARACTERS: readonly (readonly [number, number])[][] = [
  [[0x00, 0x7f]],
  [
    [0xc2, 0xdf],
    [0x80, 0xbf],
  ],
  [
    [0xe0, 0xe0],
    [0xa0, 0xbf],
    [0x80, 0xbf],
  ],
  [
    [0xe1, 0xec],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
  [
    [0xed, 0xed],
    [0x80, 0x9f],
    [0x80, 0xbf],
  ],
  [
    [0xee, 0xef],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
  [
    [0xf0, 0xf0],
    [0x90, 0xbf],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
  [
    [0xf1, 0xf3],
    [0x80, 0xbf],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
  [
    [0xf4, 0xf4],
    [0x80, 0x8f],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
];

export type Utf8Verdict = 'valid' | 'cut' | 'invalid';

/** 'cut': valid so far, but the last character is not complete. */
export function slowUtf8(bytes: Uint8Array): Utf8Verdict {
  let at = 0;
  while (at < bytes.length) {
    const left = bytes.subarray(at);
    const fits = (ranges: readonly (readonly [number, number])[]): boolean =>
      ranges.every(([least, most], index) => index >= left.length || (left[index] >= least && left[index] <= most));
    const character = CHARACTERS.find(fits);
    if (character === undefined) return 'invalid';
    if (character.length > left.length) return 'cut';
    at += character.length;
  }
  return 'valid';
}
