// Frames as a client sends them, prebuilt, and payloads that look the same in every run.
import { encodeFrame } from 'websocketpeer/codec';

/** `size` bytes that repeat from run to run. */
export function somePayload(size) {
  const payload = new Uint8Array(size);
  for (let i = 0, x = 1; i < size; i += 1) {
    x = (x * 1103515245 + 12345) & 0x7fffffff;
    payload[i] = x >>> 16;
  }
  return payload;
}

const MASK_KEY = new Uint8Array([0x37, 0xfa, 0x21, 0x3d]);

/** One masked binary frame. */
export function clientFrame(size) {
  return encodeFrame({ opcode: 'binary', payload: somePayload(size), maskKey: MASK_KEY });
}

/** The same frame as a server echoes it: not masked. */
export function serverFrame(size) {
  return encodeFrame({ opcode: 'binary', payload: somePayload(size) });
}

/** `bytes` again and again, `count` times. */
export function repeat(bytes, count) {
  const all = Buffer.allocUnsafe(bytes.length * count);
  for (let i = 0; i < count; i += 1) all.set(bytes, i * bytes.length);
  return all;
}
