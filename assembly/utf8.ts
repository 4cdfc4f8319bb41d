// Incremental UTF-8 validation (RFC 3629; RFC 6455 §8.1). Whole vectors go through the lookup algorithm of Keiser
// and Lemire ("Validating UTF-8 in less than one instruction per byte"); the ends go byte by byte, which also
// tells at once when a started character can't be completed.
//
// State between two pieces: 0, or the open character as   needed | lowest << 8 | highest << 16
// (continuation bytes still needed; the range that the next one must lie in), or UTF8_INVALID.
import { UTF8_INVALID } from './abi';
import { firstLanes } from './mask';

const INVALID: u32 = <u32>UTF8_INVALID;

/** One byte after `state`: the next state. */
function step(state: u32, byte: u32): u32 {
  if (state == 0) {
    if (byte < 0x80) return 0;
    if (byte < 0xc2) return INVALID; // continuation, or C0 and C1: overlong
    if (byte < 0xe0) return 1 | (0x80 << 8) | (0xbf << 16);
    if (byte < 0xf0) {
      const lowest: u32 = byte == 0xe0 ? 0xa0 : 0x80; // below: overlong
      const highest: u32 = byte == 0xed ? 0x9f : 0xbf; // above: surrogates
      return 2 | (lowest << 8) | (highest << 16);
    }
    if (byte > 0xf4) return INVALID;
    const lowest: u32 = byte == 0xf0 ? 0x90 : 0x80; // below: overlong
    const highest: u32 = byte == 0xf4 ? 0x8f : 0xbf; // above: past U+10FFFF
    return 3 | (lowest << 8) | (highest << 16);
  }
  if (byte < ((state >> 8) & 0xff) || byte > state >> 16) return INVALID;
  const needed = (state & 0xff) - 1;
  return needed ? needed | (0x80 << 8) | (0xbf << 16) : 0;
}

function walk(at: usize, end: usize, state: u32): u32 {
  while (at < end) {
    if (state == 0 && end - at >= 8 && (load<u64>(at) & 0x8080808080808080) == 0) {
      at += 8;
      continue;
    }
    state = step(state, load<u8>(at));
    if (state == INVALID) return INVALID;
    at += 1;
  }
  return state;
}

// What a pair of neighbouring bytes can have wrong, one bit each. A pair is wrong when the tables for the high
// and the low half of its first byte and for the high half of its second all carry the same bit.
const TOO_SHORT: u8 = 1 << 0; //      11______ 0_______ or 11______ 11______
const TOO_LONG: u8 = 1 << 1; //       0_______ 10______
const OVERLONG_3: u8 = 1 << 2; //     11100000 100_____
const TOO_LARGE: u8 = 1 << 3; //      11110100 1001____ and above
const SURROGATE: u8 = 1 << 4; //      11101101 101_____
const OVERLONG_2: u8 = 1 << 5; //     1100000_ 10______
const OVERLONG_4: u8 = 1 << 6; //     11110000 1000____
const TOO_LARGE_1000: u8 = 1 << 6; // 11110101 1000____ and above; shares the bit, the first bytes differ
const TWO_CONTINUATIONS: u8 = 1 << 7; // 10______ 10______, right only as third and fourth byte
const ANY_LOW: u8 = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS; // does not depend on the low half
const LARGE: u8 = ANY_LOW | TOO_LARGE | TOO_LARGE_1000;
const CONTINUATION: u8 = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS;

/** Errors of the 16 bytes of `cur`, which follow those of `prev`: any bit set is one. */
function errorsOf(cur: v128, prev: v128): v128 {
  const prev1 = v128.shuffle<u8>(prev, cur, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
  const firstHigh = i8x16.swizzle(
    i8x16(
      TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, // 0_______
      TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS, // 10______
      TOO_SHORT | OVERLONG_2, // 1100____
      TOO_SHORT, // 1101____
      TOO_SHORT | OVERLONG_3 | SURROGATE, // 1110____
      TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4, // 1111____
    ),
    i8x16.shr_u(prev1, 4),
  );
  const firstLow = i8x16.swizzle(
    i8x16(
      ANY_LOW | OVERLONG_2 | OVERLONG_3 | OVERLONG_4, // ____0000
      ANY_LOW | OVERLONG_2, // ____0001
      ANY_LOW, ANY_LOW, // ____001_
      ANY_LOW | TOO_LARGE, // ____0100
      LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, // ____0101 to ____1100
      LARGE | SURROGATE, // ____1101
      LARGE, LARGE, // ____111_
    ),
    v128.and(prev1, i8x16.splat(15)),
  );
  const secondHigh = i8x16.swizzle(
    i8x16(
      TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, // 0_______
      CONTINUATION | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4, // 1000____
      CONTINUATION | OVERLONG_3 | TOO_LARGE, // 1001____
      CONTINUATION | SURROGATE | TOO_LARGE, // 1010____
      CONTINUATION | SURROGATE | TOO_LARGE, // 1011____
      TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, // 11______
    ),
    i8x16.shr_u(cur, 4),
  );
  const pairs = v128.and(v128.and(firstHigh, firstLow), secondHigh);
  // The third byte after 111_____ and the fourth after 1111____ must be the second of two continuations, and
  // no other byte may: there the top bit has to be set, elsewhere not.
  const prev2 = v128.shuffle<u8>(prev, cur, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
  const prev3 = v128.shuffle<u8>(prev, cur, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
  const third = i8x16.sub_sat_u(prev2, i8x16.splat(<i8>(0xe0 - 0x80)));
  const fourth = i8x16.sub_sat_u(prev3, i8x16.splat(<i8>(0xf0 - 0x80)));
  return v128.xor(v128.and(v128.or(third, fourth), i8x16.splat(-128)), pairs);
}

/** Where the character starts that is still open at `at`, or `at` when none is. */
function lastBoundary(from: usize, at: usize): usize {
  for (let back: usize = 1; back <= 3 && at - back >= from; back += 1) {
    const byte = <u32>load<u8>(at - back);
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const needed: usize = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? at - back : at;
    }
  }
  return at;
}

/** Whole vectors from a character boundary; with `final`, the last bytes too. */
function validateVectors(at: usize, length: usize, final: bool): u32 {
  const from = at;
  let errors = i64x2.splat(0);
  let prev = i64x2.splat(0);
  while (length >= 64) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    const all = v128.or(v128.or(a, b), v128.or(c, d));
    if (i8x16.bitmask(all) == 0 && i8x16.bitmask(prev) == 0) {
      prev = d;
    } else {
      errors = v128.or(errors, v128.or(errorsOf(a, prev), errorsOf(b, a)));
      errors = v128.or(errors, v128.or(errorsOf(c, b), errorsOf(d, c)));
      prev = d;
    }
    at += 64;
    length -= 64;
  }
  while (length >= 16) {
    const cur = v128.load(at);
    if (i8x16.bitmask(v128.or(cur, prev)) != 0) errors = v128.or(errors, errorsOf(cur, prev));
    prev = cur;
    at += 16;
    length -= 16;
  }
  if (final) {
    // Zeros behind the end are ASCII: a character that they cut is TOO_SHORT.
    const cur = v128.and(v128.load(at), firstLanes(length));
    if (i8x16.bitmask(v128.or(cur, prev)) != 0) errors = v128.or(errors, errorsOf(cur, prev));
    return v128.any_true(errors) ? INVALID : 0;
  }
  if (v128.any_true(errors)) return INVALID;
  return walk(lastBoundary(from, at), at + length, 0);
}

/**
 * Validates `length` more bytes of a text at `at`; `final` says that the text ends with them.
 * Returns the next state; after the final piece 0 when the text was valid, else UTF8_INVALID.
 */
export function validatePiece(at: usize, length: usize, state: u32, final: bool): u32 {
  const end = at + length;
  if (ASC_FEATURE_SIMD) {
    while (state != 0) {
      if (at == end) return final ? INVALID : state;
      state = step(state, load<u8>(at));
      if (state == INVALID) return INVALID;
      at += 1;
    }
    return validateVectors(at, end - at, final);
  }
  state = walk(at, end, state);
  return final && state != 0 ? INVALID : state;
}
