// Masking, RFC 6455 §5.3: payload byte i XOR key byte i mod 4. The key is a little-endian word whose lowest byte
// applies to the first payload byte, so that a phase is a rotation, and whole words can be masked.

// 16 bytes of ones, then 16 of zeros: a load at ONES + 16 - n keeps the first n lanes.
// biome-ignore format: the ones, then the zeros
const ONES: usize = memory.data<u8>([
  255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

/** Lanes 0 to n - 1 set; n is at most 16. */
export function firstLanes(n: usize): v128 {
  return v128.load(ONES + 16 - n);
}

/** The key rotated for the byte after `length` payload bytes. */
export function advanceKey(key: u32, length: usize): u32 {
  return rotr<u32>(key, (<u32>length & 3) << 3);
}

/** XORs `length` bytes at `src` with `key` and writes them to `dst`, which is `src` or lies before it. */
export function maskMove(dst: usize, src: usize, length: usize, key: u32): void {
  if (ASC_FEATURE_SIMD) {
    const keys = i32x4.splat(<i32>key);
    while (length >= 64) {
      const a = v128.load(src);
      const b = v128.load(src, 16);
      const c = v128.load(src, 32);
      const d = v128.load(src, 48);
      v128.store(dst, v128.xor(a, keys));
      v128.store(dst, v128.xor(b, keys), 16);
      v128.store(dst, v128.xor(c, keys), 32);
      v128.store(dst, v128.xor(d, keys), 48);
      src += 64;
      dst += 64;
      length -= 64;
    }
    while (length >= 16) {
      v128.store(dst, v128.xor(v128.load(src), keys));
      src += 16;
      dst += 16;
      length -= 16;
    }
    if (length && dst == src) {
      // In place, the bytes after the end may be rewritten unchanged.
      v128.store(dst, v128.xor(v128.load(src), v128.and(keys, firstLanes(length))));
      return;
    }
  }
  const key64 = <u64>key | ((<u64>key) << 32);
  while (length >= 8) {
    store<u64>(dst, load<u64>(src) ^ key64);
    src += 8;
    dst += 8;
    length -= 8;
  }
  if (length >= 4) {
    store<u32>(dst, load<u32>(src) ^ key);
    src += 4;
    dst += 4;
    length -= 4;
  }
  while (length) {
    store<u8>(dst, load<u8>(src) ^ <u8>key);
    key >>= 8;
    src += 1;
    dst += 1;
    length -= 1;
  }
}
