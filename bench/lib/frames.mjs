// Prebuilt frames of both sides, and payloads that are equal in every run.
import { encodeFrame } from 'websocketpeer/codec';

const MASK_KEY = new Uint8Array([0x37, 0xfa, 0x21, 0x3d]);
const PATTERN_SIZE = 65536;

/** `size` pseudo-random bytes, equal in every run. */
export function somePayload(size) {
  const payload = new Uint8Array(size);
  for (let i = 0, x = 1; i < Math.min(size, PATTERN_SIZE); i += 1) {
    x = (x * 1103515245 + 12345) & 0x7fffffff;
    payload[i] = x >>> 16;
  }
  for (let i = PATTERN_SIZE; i < size; i += PATTERN_SIZE) payload.copyWithin(i, 0, Math.min(PATTERN_SIZE, size - i));
  return payload;
}

/** `size` bytes of ASCII. */
export function someText(size) {
  return new Uint8Array(size).map((_, i) => 97 + (i % 26));
}

/** One masked frame. */
export function clientFrame(size, text = false) {
  return frameOf(size, text, MASK_KEY);
}

/** The same frame from a server: unmasked. */
export function serverFrame(size, text = false) {
  return frameOf(size, text, undefined);
}

function frameOf(size, text, maskKey) {
  const payload = text ? someText(size) : somePayload(size);
  return encodeFrame({ opcode: text ? 'text' : 'binary', payload, maskKey });
}

/** `bytes`, repeated `count` times. */
export function repeat(bytes, count) {
  const all = Buffer.allocUnsafeSlow(bytes.length * count);
  for (let i = 0; i < count; i += 1) all.set(bytes, i * bytes.length);
  return all;
}
