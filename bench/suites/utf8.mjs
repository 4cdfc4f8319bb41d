// UTF-8 validation of whole texts.
import { isUtf8 } from 'node:buffer';
import { isValidUtf8 } from 'websocketpeer/codec';
import { timePerCall } from '../lib/contest.mjs';
import { loadUtf8Validate } from '../lib/contestants.mjs';

export const title = 'Validate UTF-8';
export const unit = 'GB/s';
export const better = 'higher';

const TEXTS = [
  ['ASCII', 'All of this is plain ASCII, as most chat is. '],
  ['mixed', 'Привет, 世界! Grüße 👋🏽, καλημέρα. '],
];
const SIZES = [125, 1024, 16384, 65536];

/** About `size` bytes of `sample`, cut at a character boundary. */
function textOf(sample, size) {
  const bytes = Buffer.from(sample.repeat(Math.ceil(size / sample.length)));
  let end = size;
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  return Buffer.from(bytes.subarray(0, end));
}

export function cases({ quick, milliseconds }) {
  const utf8Validate = loadUtf8Validate();
  const speed = (check, bytes) => {
    if (!check(bytes)) throw new Error('a contestant refuses valid UTF-8');
    return bytes.length / timePerCall(() => check(bytes), milliseconds);
  };
  return TEXTS.flatMap(([name, sample]) =>
    (quick ? [125, 16384] : SIZES).map((size) => {
      const bytes = textOf(sample, size);
      return {
        label: `${name}, ${size} B`,
        contestants: {
          websocketpeer: () => speed(isValidUtf8, bytes),
          'utf-8-validate': () => speed(utf8Validate, bytes),
          'buffer.isUtf8': () => speed(isUtf8, bytes),
        },
      };
    }),
  );
}
