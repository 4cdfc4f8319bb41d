// One message out of a copy that may hold several: a view, as cheap as it gets. Knows neither frames nor queues.

import { WINDOW_SIZE } from '../../assembly/abi.js';
import type { OwnBytes } from '../bytes.js';

/**
 * Cuts pieces out of copies, one after another. It remembers the copy and its buffer, since asking for that takes as
 * long as making the view; what it remembers stays, so nothing larger than a window.
 */
export class PieceCutter {
  #whole: OwnBytes = new Uint8Array(0);
  #buffer = this.#whole.buffer;
  #start = 0;

  /** `length` bytes at `bytes[offset]`; when these are all of them, `bytes` itself. */
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

/** One for all. */
export const pieces = new PieceCutter();
