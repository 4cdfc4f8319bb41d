// A queue of bytes in one growing buffer.
import { type OwnBytes, ownedCopy } from '../bytes.js';

const SMALLEST = 4096;
const NOTHING = new Uint8Array(0);

export class ByteQueue {
  // bytes:  [ taken | waiting | free ]
  //           0      #head     #tail
  #bytes: Uint8Array = NOTHING;
  #head = 0;
  #tail = 0;

  get length(): number {
    return this.#tail - this.#head;
  }

  /** Copies `chunk` to the end. */
  push(chunk: Uint8Array): void {
    if (this.#tail + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length);
    this.#bytes.set(chunk, this.#tail);
    this.#tail += chunk.length;
  }

  /** A copy of the first `count` bytes, which stay; null when there are fewer. */
  peek(count: number): Uint8Array | null {
    return count > this.length ? null : ownedCopy(this.#bytes.subarray(this.#head, this.#head + count));
  }

  /** Takes at most `limit` bytes from the front, as a copy. */
  take(limit: number): OwnBytes {
    const length = Math.min(limit, this.length);
    const taken = ownedCopy(this.#bytes.subarray(this.#head, this.#head + length));
    this.#head += length;
    if (this.#head === this.#tail) this.#rewind();
    return taken;
  }

  #rewind(): void {
    this.#head = 0;
    this.#tail = 0;
    if (this.#bytes.length > SMALLEST) this.#bytes = NOTHING; // an idle connection keeps no large buffer
  }

  #makeRoom(extra: number): void {
    const needed = this.length + extra;
    const waiting = this.#bytes.subarray(this.#head, this.#tail);
    // Twice the needed size: then the cost of moving bytes to the front stays proportional to the bytes read.
    const target = needed * 2 <= this.#bytes.length ? this.#bytes : new Uint8Array(Math.max(SMALLEST, needed * 2));
    target.set(waiting, 0);
    this.#bytes = target;
    this.#tail = waiting.length;
    this.#head = 0;
  }
}
