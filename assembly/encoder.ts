// Frame encoder: header, mask and payload of outgoing frames (RFC 6455 §5.2, §5.3), with keys from a pool of random
// bytes.
import { ENCODE_CHECK_UTF8, ENCODE_INVALID_UTF8, ENCODE_MASKED, ENCODE_NEEDS_KEYS, KEYS_SIZE } from './abi';
import { writeHeader } from './header';
import { maskMove } from './mask';
import { HEADER, KEYS, OUT } from './memory';
import { validatePiece } from './utf8';

/** Number of used bytes in the pool; all of them at start. */
let spent: i32 = KEYS_SIZE;

/** Called after the host has filled the pool with random bytes. */
export function rekey(): void {
  spent = 0;
}

/** 1 while the pool has a key left. */
export function hasKey(): i32 {
  return spent < KEYS_SIZE ? 1 : 0;
}

/** A fresh mask key. Only when hasKey(). */
export function drawKey(): u32 {
  const key = load<u32>(KEYS + spent);
  spent += 4;
  return key;
}

/**
 * Makes a frame at OUT + `at` of the payload that is already in place; `first` is the header's first byte.
 * Returns the frame's size, or ENCODE_NEEDS_KEYS or ENCODE_INVALID_UTF8.
 */
export function encode(at: u32, length: u32, first: u32, flags: u32): i32 {
  const frame = OUT + at;
  const masked = (flags & ENCODE_MASKED) != 0;
  if (masked && spent >= KEYS_SIZE) return ENCODE_NEEDS_KEYS;
  const key = masked ? drawKey() : 0;
  const size = writeHeader(frame, first, length, masked, key);
  if (flags & ENCODE_CHECK_UTF8 && validatePiece(frame + size, length, 0, true) != 0) return ENCODE_INVALID_UTF8;
  if (masked) maskMove(frame + size, frame + size, length, key);
  return size + length;
}

/** Writes a header alone to HEADER, for a payload that is outside of this memory; returns its size. */
export function header(length: u32, first: u32, masked: u32, key: u32): u32 {
  return writeHeader(HEADER, first, length, masked != 0, key);
}
