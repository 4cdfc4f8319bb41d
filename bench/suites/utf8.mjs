// UTF-8 validation of whole texts.
import { isUtf8 } from 'node:buffer';
import { isValidUtf8 } from 'websocketpeer/codec';
import { timePerCall } from '../lib/contest.mjs';
import { loadModule } from '../lib/contestants.mjs';
import { formatSize } from '../lib/format.mjs';

export const title = 'Validate UTF-8';
export const unit = 'GB/s';
export const better = 'higher';
export const about = 'Whether a text is well formed, the whole of it in one call.';

// One, two, three and four bytes a character.
const TEXTS = [
  ['ASCII', 'All of this is plain ASCII, as most chat is. '],
  ['Cyrillic', 'Всеэтилюдииихсобаки'],
  ['CJK', '天地玄黃宇宙洪荒日月盈昃'],
  ['emoji', '🎮🐉🚀🌍🎲🧩🏆🎧'],
];
const SIZES = [16, 125, 1024, 16384, 65536, 1048576];
const QUICK_SIZES = [16, 1024];

/** About `size` bytes of `sample`, cut at a character boundary. */
function textOf(sample, size) {
  const bytes = Buffer.from(sample.repeat(Math.ceil(size / sample.length)));
  let end = size;
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  return Buffer.from(bytes.subarray(0, end));
}

function leastFor(name, size) {
  if (name === 'ASCII') return 0.9;
  return size <= 128 ? 1 : 0.4;
}

export function cases({ quick, milliseconds }) {
  const utf8Validate = loadModule('utf-8-validate');
  const speed = (check, bytes) => () => {
    if (!check(bytes)) throw new Error('refuses valid UTF-8');
    return bytes.length / timePerCall(() => check(bytes), milliseconds);
  };
  return TEXTS.flatMap(([name, sample]) =>
    (quick ? QUICK_SIZES : SIZES).map((size) => {
      const bytes = textOf(sample, size);
      return {
        label: `${name}, ${formatSize(size)}`,
        contestants: {
          websocketpeer: speed(isValidUtf8, bytes),
          ...(utf8Validate === null ? {} : { 'utf-8-validate': speed(utf8Validate, bytes) }),
          'buffer.isUtf8': speed(isUtf8, bytes),
        },
        targets: [{ versus: 'utf-8-validate', atLeast: leastFor(name, size) }],
      };
    }),
  );
}
