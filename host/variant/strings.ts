// Decoding of texts: short ASCII by a cached loop, others by TextDecoder, and Godot 3's extensions of UTF-8.

/** Longest text that is read byte by byte, and cached: names of fields occur in every packet. */
const SHORT_TEXT = 24;
const REMEMBERED = 512;

const REPLACEMENT = '\ufffd';
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Drops a byte-order mark, as the engine does, and throws on anything that is not UTF-8. */
const strict = new TextDecoder('utf-8', { fatal: true });
/** Cache of short texts by a hash of their bytes; a new one replaces the old. */
const remembered: (string | undefined)[] = new Array(REMEMBERED).fill(undefined);

/**
 * The text of `length` bytes at `start`, which ends at the first NUL if there is one; null if it is not UTF-8.
 *
 * `isLax` accepts what Godot 3 accepts: surrogates, and code points above U+10FFFF in up to six bytes.
 */
export function readText(bytes: Uint8Array, start: number, length: number, isLax: boolean): string | null {
  if (length <= SHORT_TEXT) {
    const text = readShort(bytes, start, length);
    if (text !== null) return text;
  }
  let end = start + length;
  const nul = bytes.subarray(start, end).indexOf(0);
  if (nul >= 0) end = start + nul;
  try {
    return strict.decode(bytes.subarray(start, end));
  } catch {
    return isLax ? readLax(bytes, start, end) : null;
  }
}

/** A short ASCII text without NUL; null for any other. */
function readShort(bytes: Uint8Array, start: number, length: number): string | null {
  let hash = length;
  let odd = 0;
  for (let i = 0; i < length; i += 1) {
    const byte = bytes[start + i] as number;
    hash = (Math.imul(hash, 31) + byte) | 0;
    odd |= byte | (byte - 1); // sets bit 7 for NUL and for non-ASCII bytes
  }
  if ((odd & 0x80) !== 0) return null;
  const slot = (hash ^ (hash >>> 9)) & (REMEMBERED - 1);
  const known = remembered[slot];
  if (known !== undefined && isSame(known, bytes, start, length)) return known;
  const text = fromAscii(bytes, start, length);
  remembered[slot] = text;
  return text;
}

function isSame(text: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i += 1) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

function fromAscii(bytes: Uint8Array, start: number, length: number): string {
  const end = start + length;
  let text = '';
  let at = start;
  for (; at + 4 <= end; at += 4) {
    text += String.fromCharCode(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    );
  }
  for (; at < end; at += 1) text += String.fromCharCode(bytes[at] as number);
  return text;
}

/** Lowest code point by number of continuation bytes; a lower one would be overlong. */
const LEAST = [0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000];

function readLax(bytes: Uint8Array, start: number, end: number): string | null {
  let text = '';
  let at = BYTE_ORDER_MARK.every((byte, i) => start + i < end && bytes[start + i] === byte) ? start + 3 : start;
  while (at < end) {
    const first = bytes[at] as number;
    at += 1;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const more = Math.clz32(~(first << 24)) - 1; // number of leading ones of the byte, less one
    if (more < 1 || more > 5 || at + more > end) return null;
    let code = first & (0x3f >> more);
    for (const stop = at + more; at < stop; at += 1) {
      if (((bytes[at] as number) & 0xc0) !== 0x80) return null;
      code = code * 64 + ((bytes[at] as number) & 0x3f);
    }
    if (code < (LEAST[more] as number)) return null;
    text += code > 0x10ffff ? REPLACEMENT : String.fromCodePoint(code);
  }
  return text;
}
