// Batches on their way to another process: filled, sent, and kept until they are acknowledged.
import { distance, HEAD_BYTES, MAX_BATCH, MORE, RECORD_BYTES, writeU32 } from './batch.js';

// Records are written into a slab once; a batch is a part of it, with room for its head. All batches that share a slab
// are freed together.
//
//   slab  | batch 7 | batch 8 | batch 9, open ->        free        |
//                              #start         #end

const FIRST_SLAB = 2048;
const LARGEST_SLAB = 64 * 1024;
const NO_BYTES = new Uint8Array(0);

export class OutgoingBatches {
  /** Most bytes of a batch. */
  readonly #most: number;
  #slab: Uint8Array = NO_BYTES;
  #slabSize = FIRST_SLAB;
  #start = 0;
  #end = 0;
  /** Sealed batches that are not acknowledged, oldest first, from #first on; those before it are gone. */
  readonly #kept: Uint8Array[] = [];
  #first = 0;
  /** Number of the batch at #first. */
  #sequence: number;
  /** How many of the kept ones, from #first on, have been sent since the last `rewind`. */
  #sent = 0;
  #sealedBytes = 0;
  #sentBytes = 0;
  #next: number;

  constructor(maxPayload: number, firstSequence: number) {
    this.#most = Math.min(MAX_BATCH, maxPayload);
    this.#sequence = firstSequence;
    this.#next = firstSequence;
  }

  /** Bytes that are not acknowledged, sent or not. */
  get bytes(): number {
    return this.#sealedBytes + this.#end - this.#start;
  }

  /** Number of the batch after the last one that was ever sent. */
  get next(): number {
    return this.#next;
  }

  /** Number of the oldest batch that is not acknowledged. */
  get oldest(): number {
    return this.#sequence;
  }

  /** Number of the batch that `take` has returned last. */
  get taken(): number {
    return (this.#sequence + this.#sent - 1) >>> 0;
  }

  /** Appends a record; one that is too large for a batch as several, all but the last marked with MORE. */
  put(kind: number, flags: number, link: number, head: Uint8Array, payload: Uint8Array): void {
    const most = this.#most - HEAD_BYTES - RECORD_BYTES;
    const total = head.length + payload.length;
    if (total <= most) {
      this.#record(kind, flags, link, head, payload);
      return;
    }
    for (let at = 0; at < total; at += most) {
      const end = Math.min(at + most, total);
      const ownHead = head.subarray(at, end);
      const ownPayload = payload.subarray(Math.max(0, at - head.length), Math.max(0, end - head.length));
      this.#record(kind, end < total ? flags | MORE : flags, link, ownHead, ownPayload);
    }
  }

  /**
   * The next batch to be sent, its head still to be written; null when there is none, or `window` bytes are under way.
   * One batch may always be under way, however small the window.
   */
  take(window: number): Uint8Array | null {
    if (this.#first + this.#sent === this.#kept.length) {
      if (this.#end === this.#start || !this.#fits(this.#end - this.#start, window)) return null;
      this.#seal();
    }
    const batch = this.#kept[this.#first + this.#sent] as Uint8Array;
    if (!this.#fits(batch.length, window)) return null;
    this.#sent += 1;
    this.#sentBytes += batch.length;
    const after = (this.taken + 1) >>> 0;
    if (distance(this.#next, after) > 0) this.#next = after;
    return batch;
  }

  /** Forgets all batches up to `last`. False when that one was never sent. */
  acknowledge(last: number): boolean {
    if (distance(last, this.#next) <= 0) return false;
    for (let count = distance(this.#sequence, last) + 1; count > 0; count -= 1) this.#forgetFirst();
    if (this.#first > 1024 && this.#first * 2 > this.#kept.length) {
      this.#kept.splice(0, this.#first);
      this.#first = 0;
    }
    return true;
  }

  /** Lets `take` begin again with the oldest batch. */
  rewind(): void {
    this.#sent = 0;
    this.#sentBytes = 0;
  }

  /** Forgets everything. */
  clear(): void {
    this.#kept.length = 0;
    this.#first = 0;
    this.#sealedBytes = 0;
    this.rewind();
    this.dropSlab();
  }

  /** Gives the memory of the slab back. What is in its open batch is lost. */
  dropSlab(): void {
    this.#slab = NO_BYTES;
    this.#slabSize = FIRST_SLAB;
    this.#start = 0;
    this.#end = 0;
  }

  #fits(size: number, window: number): boolean {
    return this.#sent === 0 || this.#sentBytes + size <= window;
  }

  #forgetFirst(): void {
    const { length } = this.#kept[this.#first] as Uint8Array;
    this.#kept[this.#first] = NO_BYTES;
    this.#first += 1;
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#sealedBytes -= length;
    if (this.#sent === 0) return;
    this.#sent -= 1;
    this.#sentBytes -= length;
  }

  #record(kind: number, flags: number, link: number, head: Uint8Array, payload: Uint8Array): void {
    const length = head.length + payload.length;
    this.#reserve(RECORD_BYTES + length);
    const slab = this.#slab;
    const at = this.#end;
    slab[at] = kind | (flags << 4);
    writeU32(slab, at + 1, link);
    writeU32(slab, at + 5, length);
    if (head.length > 0) slab.set(head, at + RECORD_BYTES);
    slab.set(payload, at + RECORD_BYTES + head.length);
    this.#end = at + RECORD_BYTES + length;
  }

  /** Makes the open batch have room for `size` more bytes. */
  #reserve(size: number): void {
    const open = this.#end - this.#start;
    if (open > 0 && this.#end + size <= this.#slab.length && open + size <= this.#most) return;
    if (open > 0) this.#seal();
    if (this.#end + HEAD_BYTES + size > this.#slab.length) {
      this.#slab = new Uint8Array(Math.max(this.#slabSize, HEAD_BYTES + size));
      this.#slabSize = Math.min(this.#slabSize * 2, LARGEST_SLAB);
      this.#end = 0;
    }
    this.#start = this.#end;
    this.#end += HEAD_BYTES;
  }

  #seal(): void {
    this.#kept.push(this.#slab.subarray(this.#start, this.#end));
    this.#sealedBytes += this.#end - this.#start;
    this.#start = this.#end;
  }
}
