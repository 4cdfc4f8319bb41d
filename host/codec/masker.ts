// XOR with a mask key (RFC 6455 §5.3) of bytes outside of linear memory, by the fastest way for their number. The key
// is a little-endian word whose lowest byte applies to the first payload byte.
import { type Core, MOST_AT_ONCE, PIECE } from './core.js';

/** Up to this length a loop is faster than copying into linear memory and back. */
const SMALL = 40;

/** The key in the core's form; its byte `phase` applies to the first payload byte. */
export function keyWord(key: Uint8Array, phase: number): number {
  const at = phase & 3;
  return (
    (key[at] as number) |
    ((key[(at + 1) & 3] as number) << 8) |
    ((key[(at + 2) & 3] as number) << 16) |
    ((key[(at + 3) & 3] as number) << 24)
  );
}

/** Writes the first `length` bytes of `source`, XORed with the key, to `target` from `offset` on. */
function loop(source: Uint8Array, word: number, target: Uint8Array, offset: number, length: number): void {
  const key1 = word >>> 8;
  const key2 = word >>> 16;
  const key3 = word >>> 24;
  const whole = length & ~3;
  let i = 0;
  let to = offset;
  for (; i < whole; i += 4, to += 4) {
    target[to] = (source[i] as number) ^ word;
    target[to + 1] = (source[i + 1] as number) ^ key1;
    target[to + 2] = (source[i + 2] as number) ^ key2;
    target[to + 3] = (source[i + 3] as number) ^ key3;
  }
  for (let key = word; i < length; i += 1, to += 1, key >>>= 8) target[to] = (source[i] as number) ^ key;
}

/**
 * Writes the first `length` bytes of `source`, XORed with the key, to `target` from `offset` on; by default all of
 * them, in
 * place. Both may share memory if `target` does not start later in it.
 */
export function maskBytes(
  core: Core,
  source: Uint8Array,
  word: number,
  target: Uint8Array = source,
  offset = 0,
  length: number = source.length,
): void {
  if (length <= SMALL) {
    loop(source, word, target, offset, length);
  } else if (length <= MOST_AT_ONCE) {
    core.window.set(length === source.length ? source : source.subarray(0, length));
    core.wasm.mask(length, word);
    target.set(core.windowPart(length), offset);
  } else {
    maskPieces(core, source, word, target, offset, length);
  }
}

function maskPieces(
  core: Core,
  source: Uint8Array,
  word: number,
  target: Uint8Array,
  offset: number,
  length: number,
): void {
  const { buffer, byteOffset } = source;
  let key = word;
  for (let start = 0; start < length; start += PIECE) {
    const size = Math.min(PIECE, length - start);
    core.window.set(new Uint8Array(buffer, byteOffset + start, size));
    key = core.wasm.mask(size, key);
    target.set(core.windowPart(size), offset + start);
  }
}
