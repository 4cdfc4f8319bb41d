// One message out of a copy that may hold several: a view, as cheap as it gets. Knows neither frames nor queues.
import { WINDOW_SIZE } from '../../assembly/abi.js';

/**
 * What pieces were taken of last, and its buffer: asking for that takes as long as making the view. One for all, since
 * pieces are taken one after another; no larger than a window, since it stays.
 */
let whole: Uint8Array = new Uint8Array(0);
let buffer: ArrayBufferLike = whole.buffer;

/** `length` bytes at `bytes[offset]`; when these are all of them, `bytes` itself. */
export function pieceOf(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  if (length === bytes.length) return bytes;
  if (bytes !== whole) {
    if (bytes.length > WINDOW_SIZE) return bytes.subarray(offset, offset + length);
    whole = bytes;
    buffer = bytes.buffer;
  }
  return new Uint8Array(buffer, bytes.byteOffset + offset, length);
}
