// Incremental UTF-8 validation (RFC 3629; RFC 6455 §8.1): byte by byte at the ends of a piece, which detects at
// once when a started character can't be completed; by vectors (utf8-vectors.ts) in between.
//
// State between two pieces: 0, or the open character as   needed | lowest << 8 | highest << 16
// (continuation bytes still needed; the range that the next one must lie in), or UTF8_INVALID.
import { UTF8_INVALID } from './abi';
import { validateVectors } from './utf8-vectors';

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
    if (!validateVectors(at, end, final)) return INVALID;
    return final ? 0 : walk(lastBoundary(at, end), end, 0);
  }
  state = walk(at, end, state);
  return final && state != 0 ? INVALID : state;
}
