// DEFLATE by node:zlib: synchronous calls for whole messages, after which nothing of zlib is left.
import { type OwnBytes, ownedCopy } from '../../bytes.js';
import { type Deflater, InflateFault } from '../deflater.js';
import { zlibModule } from './builtins.js';

type Zlib = ReturnType<typeof zlibModule>;

/** RFC 7692 §7.2.1: what a sync flush ends in, and a payload leaves out. */
const TAIL = [0x00, 0x00, 0xff, 0xff];
/** The fastest: the next ones take five times as long to save a fifth. */
const LEVEL = 1;
/** By so much is zlib's largest distance less than its window. */
const MIN_LOOKAHEAD = 262;
/** zlib's least window: with 2 ** 9 - MIN_LOOKAHEAD, no distance is too large for 8 bits either. */
const LEAST_BITS = 9;
const MOST_MEMORY_LEVEL = 8;

let deflaterInUse: Deflater | null = null;

/** The deflater; loads zlib when first called. */
export function deflater(): Deflater {
  deflaterInUse ??= deflaterOf(zlibModule());
  return deflaterInUse;
}

function deflaterOf(zlib: Zlib): Deflater {
  return {
    deflate: (bytes, windowBits) => deflated(zlib, bytes, windowBits),
    inflate: (bytes, most) => inflated(zlib, bytes, most),
  };
}

function deflated(zlib: Zlib, bytes: Uint8Array, windowBits: number): Uint8Array | null {
  const fitting = 32 - Math.clz32(bytes.length + MIN_LOOKAHEAD); // a larger window than the message costs time only
  const bits = Math.max(LEAST_BITS, Math.min(fitting, windowBits));
  const memLevel = Math.min(bits - 7, MOST_MEMORY_LEVEL);
  const finishFlush = zlib.constants.Z_SYNC_FLUSH;
  let flushed: Uint8Array;
  try {
    flushed = zlib.deflateRawSync(bytes, { level: LEVEL, windowBits: bits, memLevel, finishFlush });
  } catch {
    return null; // out of memory
  }
  const size = flushed.length - TAIL.length;
  if (size >= bytes.length || !TAIL.every((byte, at) => flushed[size + at] === byte)) return null;
  return flushed.subarray(0, size);
}

/** The tail need not be put back: a sync flush of the input's end has the same effect. */
function inflated(zlib: Zlib, bytes: Uint8Array, most: number): OwnBytes | InflateFault {
  try {
    const { Z_SYNC_FLUSH } = zlib.constants;
    const whole = zlib.inflateRawSync(bytes, { finishFlush: Z_SYNC_FLUSH, maxOutputLength: Math.max(most, 1) });
    return whole.length > most ? InflateFault.TOO_BIG : owned(whole);
  } catch (error) {
    const { code } = error as { code?: string };
    return code === 'ERR_BUFFER_TOO_LARGE' ? InflateFault.TOO_BIG : InflateFault.INVALID;
  }
}

/** `bytes` as an array of its own memory, copied if that were larger than needed, or shared. */
function owned(bytes: Buffer): OwnBytes {
  const { buffer } = bytes;
  if (buffer.byteLength === bytes.length && buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  return ownedCopy(bytes);
}
