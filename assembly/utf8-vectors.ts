// UTF-8 validation of whole texts, 16 bytes at a time. The general case is the lookup algorithm of Keiser and Lemire
// ("Validating UTF-8 in less than one instruction per byte"); long texts are first tested in runs whose greatest byte
// shows that
// a cheaper check is enough. No state is kept between two calls.
import { firstLanes } from './mask';

// Errors of a pair of neighbouring bytes, one bit each. A pair is wrong when the tables for the high
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

// Subtrahends (saturating) that leave the top bit set in bytes of at least C0, E0 or F0.
const FROM_C0: i8 = <i8>(0xc0 - 0x80);
const FROM_E0: i8 = <i8>(0xe0 - 0x80);
const FROM_F0: i8 = <i8>(0xf0 - 0x80);

function isAnyFrom(limit: i8, bytes: v128): bool {
  return i8x16.bitmask(i8x16.sub_sat_u(bytes, i8x16.splat(limit))) != 0;
}

function isAscii(bytes: v128): bool {
  return i8x16.bitmask(bytes) == 0;
}

/** High halves of 16 bytes; shifting single bytes would take five machine instructions instead of two. */
function highHalves(bytes: v128): v128 {
  return v128.and(i16x8.shr_u(bytes, 4), i8x16.splat(15));
}

/** Errors of the bytes of `cur`, which follow those of `prev`: any bit set is one. */
function errorsOf(prev: v128, cur: v128): v128 {
  const prev1 = v128.shuffle<u8>(prev, cur, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
  // biome-ignore format: one line for each kind of byte
  const firstHigh = i8x16.swizzle(
    i8x16(
      TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, // 0_______
      TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS, // 10______
      TOO_SHORT | OVERLONG_2, // 1100____
      TOO_SHORT, // 1101____
      TOO_SHORT | OVERLONG_3 | SURROGATE, // 1110____
      TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4, // 1111____
    ),
    highHalves(prev1),
  );
  // biome-ignore format: one line for each kind of byte
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
  // biome-ignore format: one line for each kind of byte
  const secondHigh = i8x16.swizzle(
    i8x16(
      TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, // 0_______
      CONTINUATION | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4, // 1000____
      CONTINUATION | OVERLONG_3 | TOO_LARGE, // 1001____
      CONTINUATION | SURROGATE | TOO_LARGE, // 1010____
      CONTINUATION | SURROGATE | TOO_LARGE, // 1011____
      TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, // 11______
    ),
    highHalves(cur),
  );
  const pairs = v128.and(v128.and(firstHigh, firstLow), secondHigh);
  // The third byte after 111_____ and the fourth after 1111____ must be the second of two continuations, and
  // no other byte may: there the top bit has to be set, elsewhere not.
  const prev2 = v128.shuffle<u8>(prev, cur, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
  const prev3 = v128.shuffle<u8>(prev, cur, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
  const third = i8x16.sub_sat_u(prev2, i8x16.splat(FROM_E0));
  const fourth = i8x16.sub_sat_u(prev3, i8x16.splat(FROM_F0));
  return v128.xor(v128.and(v128.or(third, fourth), i8x16.splat(-128)), pairs);
}

/** Top bits where, with no byte above DF, a continuation is missing or too many. */
function misplaced2(prev1: v128, cur: v128): v128 {
  return v128.xor(i8x16.gt_s(i8x16.splat(-64), cur), i8x16.sub_sat_u(prev1, i8x16.splat(FROM_C0)));
}

/** Top bits where, with no byte above EF, a continuation is missing or too many, or E0 or ED has a wrong one. */
function misplaced3(prev2: v128, prev1: v128, cur: v128): v128 {
  const second = i8x16.sub_sat_u(prev1, i8x16.splat(FROM_C0));
  const third = i8x16.sub_sat_u(prev2, i8x16.splat(FROM_E0));
  const misplaced = v128.xor(i8x16.gt_s(i8x16.splat(-64), cur), v128.or(second, third));
  // Wrong are 80 to 9F after E0 (overlong) and A0 to BF after ED (surrogates). E0 and ED differ by 0D: turned round
  // before the upper ones, one comparison finds both.
  const turn = v128.andnot(i8x16.splat(0x0d), i8x16.gt_s(i8x16.splat(-96), cur));
  return v128.or(misplaced, i8x16.eq(v128.xor(prev1, turn), i8x16.splat(-32)));
}

/** Distances from C0 upwards: their minimum shows whether C0 or C1 (overlong) occurs before another byte. */
function aboveC0(bytes: v128): v128 {
  return i8x16.sub(bytes, i8x16.splat(-64));
}

function isRight(misplaced: v128, leastAboveC0: v128): bool {
  return i8x16.bitmask(v128.or(misplaced, i8x16.le_u(leastAboveC0, i8x16.splat(1)))) == 0;
}

/** The greatest of the 64 bytes at `at`, lane by lane. */
function greatest(at: usize): v128 {
  const low = i8x16.max_u(v128.load(at), v128.load(at, 16));
  return i8x16.max_u(low, i8x16.max_u(v128.load(at, 32), v128.load(at, 48)));
}

function skipAscii(at: usize, end: usize): usize {
  while (end - at >= 128) {
    const low = v128.or(v128.or(v128.load(at), v128.load(at, 16)), v128.or(v128.load(at, 32), v128.load(at, 48)));
    const high = v128.or(v128.or(v128.load(at, 64), v128.load(at, 80)), v128.or(v128.load(at, 96), v128.load(at, 112)));
    if (!isAscii(v128.or(low, high))) break;
    at += 128;
  }
  while (end - at >= 16 && isAscii(v128.load(at))) at += 16;
  return at;
}

// Runs: blocks of 64 bytes as long as they are of one kind. The first is known to be, with the 16 bytes before it,
// which are text. Each returns where it ended, or 0 when something is wrong.

/** No byte above DF: Latin, Greek, Cyrillic, Hebrew, Arabic. */
function run2(at: usize, end: usize): usize {
  let errors = i64x2.splat(0);
  let least = i8x16.splat(-1);
  for (;;) {
    const a = v128.load(at - 1);
    const b = v128.load(at, 15);
    const c = v128.load(at, 31);
    const d = v128.load(at, 47);
    errors = v128.or(errors, v128.or(misplaced2(a, v128.load(at)), misplaced2(b, v128.load(at, 16))));
    errors = v128.or(errors, v128.or(misplaced2(c, v128.load(at, 32)), misplaced2(d, v128.load(at, 48))));
    least = i8x16.min_u(least, i8x16.min_u(aboveC0(a), aboveC0(b)));
    least = i8x16.min_u(least, i8x16.min_u(aboveC0(c), aboveC0(d)));
    at += 64;
    if (end - at < 64) break;
    const most = greatest(at);
    if (isAscii(most) || isAnyFrom(FROM_E0, most)) break;
  }
  return isRight(errors, least) ? at : 0;
}

/** No byte above EF. One vector at a time: four keep more alive than there are registers. */
function run3(at: usize, end: usize): usize {
  let errors = i64x2.splat(0);
  let least = i8x16.splat(-1);
  for (;;) {
    const stop = at + 64;
    do {
      const prev1 = v128.load(at - 1);
      errors = v128.or(errors, misplaced3(v128.load(at - 2), prev1, v128.load(at)));
      least = i8x16.min_u(least, aboveC0(prev1));
      at += 16;
    } while (at < stop);
    if (end - at < 64) break;
    const most = greatest(at);
    if (!isAnyFrom(FROM_E0, most) || isAnyFrom(FROM_F0, most)) break;
  }
  return isRight(errors, least) ? at : 0;
}

/** Anything, with bytes from E0 on in every block. */
function run4(at: usize, end: usize): usize {
  let errors = i64x2.splat(0);
  let prev = v128.load(at - 16);
  for (;;) {
    const stop = at + 64;
    do {
      const cur = v128.load(at);
      errors = v128.or(errors, errorsOf(prev, cur));
      prev = cur;
      at += 16;
    } while (at < stop);
    if (end - at < 64 || !isAnyFrom(FROM_E0, greatest(at))) break;
  }
  return v128.any_true(errors) ? 0 : at;
}

/** Blocks from `at` on, with 16 bytes of the text before them: where the last one ended, or 0. */
function runs(at: usize, end: usize): usize {
  while (end - at >= 64) {
    const most = i8x16.max_u(greatest(at), v128.load(at - 16));
    if (isAscii(most)) at = skipAscii(at + 64, end);
    else if (!isAnyFrom(FROM_E0, most)) at = run2(at, end);
    else if (!isAnyFrom(FROM_F0, most)) at = run3(at, end);
    else at = run4(at, end);
    if (at == 0) return 0;
  }
  return at;
}

/** From here on the choice of a run costs less than it saves. */
const LONG: usize = 272;

/** Top bits where `last`, the last 16 bytes of a text, begins a character that it doesn't end. */
function openAtEnd(last: v128): v128 {
  return i8x16.sub_sat_u(last, i8x16(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, FROM_F0, FROM_E0, FROM_C0));
}

/**
 * Whether the bytes from `at`, where a character starts, to `end` are valid. The last character may be open at the
 * end, unless `final`.
 */
export function validateVectors(at: usize, end: usize, final: bool): bool {
  at = skipAscii(at, end);
  if (end - at < 16 && isAscii(v128.and(v128.load(at), firstLanes(end - at)))) return true;
  let prev = i64x2.splat(0);
  let errors = i64x2.splat(0);
  if (end - at >= LONG) {
    if (v128.any_true(errorsOf(prev, v128.load(at)))) return false;
    at = runs(at + 16, end);
    // What is left is the end of a block that begins in what was seen before.
    if (at == 0 || (at != end && runs(end - 64, end) == 0)) return false;
    at = end;
    prev = v128.load(at - 16);
  }
  while (end - at >= 16) {
    const cur = v128.load(at);
    errors = v128.or(errors, errorsOf(prev, cur));
    prev = cur;
    at += 16;
  }
  if (at != end) {
    const lanes = firstLanes(end - at);
    // Zeros behind the end are ASCII: a character that they cut is TOO_SHORT, right behind the text.
    const last = errorsOf(prev, v128.and(v128.load(at), lanes));
    return !v128.any_true(v128.or(errors, final ? last : v128.and(last, lanes)));
  }
  if (final) errors = v128.or(errors, v128.and(openAtEnd(prev), i8x16.splat(-128)));
  return !v128.any_true(errors);
}
