// Views of single messages in a copy that may hold several.
import { WINDOW_SIZE } from '../../assembly/abi.js';
import type { OwnBytes } from '../bytes.js';

/**
 * Makes views of copies. It remembers the last copy and its buffer, since reading that property takes as
 * long as making the view; this keeps the copy in memory, so none larger than a window is remembered.
 */
export class PieceCutter {
  #whole: OwnBytes = new Uint8Array(0);
  #buffer = this.#whole.buffer;
  #start = 0;

  /** A view of `length` bytes at `bytes[offset]`; `bytes` itself when these are all. */
  cut(bytes: OwnBytes, offset: number, length: number): OwnBytes {
    if (length === bytes.length) return bytes;
    if (bytes !== this.#whole) {
      if (bytes.length > WINDOW_SIZE) return bytes.subarray(offset, offset + length);
      this.#whole = bytes;
      this.#buffer = bytes.buffer;
      this.#start = bytes.byteOffset;
    }
    return new Uint8Array(this.#buffer, this.#start + offset, length);
  }
}

/** The shared instance. */
export const pieces = new PieceCutter();
