// Queue of received messages, in order of arrival. A poll makes the first ones visible to the game, up to the limits. A
// ring buffer of numbers, without an object per packet.
import type { OwnBytes } from '../bytes.js';
import { pieces } from '../codec/piece.js';

const START_CAPACITY = 16;

/** Spare rings: an empty queue returns its ring for the next queue that receives, which avoids allocations. */
const MAX_SPARE = 4;
const MAX_SPARE_CAPACITY = 16384;
const spareChunks: (OwnBytes | null)[][] = [];
const spareSpans: Int32Array[] = [];

/** Up to this length a loop is faster than a view and a call, and creates no garbage. */
const SMALL = 256;

/** Kinds of packets, a sum: text or not, deflated or not. */
const TEXT = 1;
const DEFLATED = 2;

const EMPTY_SPANS = new Int32Array(0);
const NO_CHUNKS: (OwnBytes | null)[] = [];

export class PacketQueue {
  #chunks = NO_CHUNKS;
  /** Four words per packet: offset, length, kind, padding. */
  #spans: Int32Array = EMPTY_SPANS;
  #capacity = 0;
  #head = 0;
  #count = 0;
  #bytes = 0;
  #visible = 0;
  #visibleBytes = 0;

  /** Number of packets that the game can take. */
  get visible(): number {
    return this.#visible;
  }

  /** Number of all packets, visible or not. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of all packets. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Place of the first packet, which changes with each one that is taken; places are used again. */
  get place(): number {
    return this.#head;
  }

  /** The memory with the first packet. */
  get firstChunk(): OwnBytes | null {
    return this.#chunks[this.#head] ?? null;
  }

  /** A deflated packet must be inflated, or dropped, before `reveal` comes to it. */
  push(chunk: OwnBytes, offset: number, length: number, text: boolean, deflated = false): void {
    if (this.#count === this.#capacity) this.#grow();
    const index = (this.#head + this.#count) & (this.#capacity - 1);
    const span = index << 2;
    this.#chunks[index] = chunk;
    this.#spans[span] = offset;
    this.#spans[span + 1] = length;
    this.#spans[span + 2] = (text ? TEXT : 0) + (deflated ? DEFLATED : 0);
    this.#count += 1;
    this.#bytes += length;
  }

  /** Makes packets visible, in order, while the visible ones stay within both limits; returns how many. */
  reveal(maxCount: number, maxBytes: number): number {
    const before = this.#visible;
    if (this.#count <= maxCount && this.#bytes <= maxBytes) {
      this.#visible = this.#count;
      this.#visibleBytes = this.#bytes;
      return this.#visible - before;
    }
    while (this.#visible < this.#count && this.#visible < maxCount) {
      const length = this.#lengthAt(this.#visible);
      if (this.#visibleBytes + length > maxBytes) break;
      this.#visible += 1;
      this.#visibleBytes += length;
    }
    return this.#visible - before;
  }

  /** Whether `reveal` would make a packet visible, or has to know first how long the next one is when inflated. */
  canReveal(maxCount: number, maxBytes: number): boolean {
    return (
      this.#visible < this.#count &&
      this.#visible < maxCount &&
      (this.#visibleBytes + this.#lengthAt(this.#visible) <= maxBytes || this.isNextDeflated)
    );
  }

  /** Whether the next packet, the first that is not visible, is deflated; there must be one. */
  get isNextDeflated(): boolean {
    return ((this.#spans[this.#nextSpan + 2] as number) & DEFLATED) !== 0;
  }

  /** Whether the next packet is text; there must be one. */
  get isNextText(): boolean {
    return ((this.#spans[this.#nextSpan + 2] as number) & TEXT) !== 0;
  }

  /** The next packet, which stays; there must be one. */
  get next(): OwnBytes {
    const span = this.#nextSpan;
    return pieces.cut(
      this.#chunks[span >> 2] as OwnBytes,
      this.#spans[span] as number,
      this.#spans[span + 1] as number,
    );
  }

  /** Puts an inflated packet into the place of the next one. */
  replaceNext(bytes: OwnBytes): void {
    const span = this.#nextSpan;
    this.#chunks[span >> 2] = bytes;
    this.#bytes += bytes.length - (this.#spans[span + 1] as number);
    this.#spans[span] = 0;
    this.#spans[span + 1] = bytes.length;
    this.#spans[span + 2] = (this.#spans[span + 2] as number) & TEXT;
  }

  /** Drops all packets that are not visible. */
  dropHidden(): void {
    for (let position = this.#visible; position < this.#count; position += 1) {
      this.#chunks[(this.#head + position) & (this.#capacity - 1)] = null;
    }
    this.#count = this.#visible;
    this.#bytes = this.#visibleBytes;
    if (this.#count === 0 && this.#capacity > 0) this.#giveRing();
  }

  /** Length of the first visible packet; there must be one. */
  get nextLength(): number {
    return this.#spans[(this.#head << 2) + 1] as number;
  }

  /** Whether the first visible packet is text; there must be one. */
  get nextIsText(): boolean {
    return this.#spans[(this.#head << 2) + 2] === TEXT;
  }

  /** Takes the first visible packet; there must be one. */
  take(): OwnBytes {
    const head = this.#head;
    const chunk = this.#chunks[head] as OwnBytes;
    const span = head << 2;
    const offset = this.#spans[span] as number;
    const length = this.#spans[span + 1] as number;
    this.#drop(length);
    return pieces.cut(chunk, offset, length);
  }

  /** Moves the first visible packet to the start of `target`, which must have room. */
  takeInto(target: Uint8Array): void {
    const chunk = this.#chunks[this.#head] as OwnBytes;
    const offset = this.#spans[this.#head << 2] as number;
    const length = this.#spans[(this.#head << 2) + 1] as number;
    if (length <= SMALL) for (let i = 0; i < length; i += 1) target[i] = chunk[offset + i] as number;
    else target.set(chunk.subarray(offset, offset + length));
    this.#drop(length);
  }

  #lengthAt(position: number): number {
    return this.#spans[(((this.#head + position) & (this.#capacity - 1)) << 2) + 1] as number;
  }

  get #nextSpan(): number {
    return ((this.#head + this.#visible) & (this.#capacity - 1)) << 2;
  }

  #drop(length: number): void {
    this.#chunks[this.#head] = null;
    this.#head = (this.#head + 1) & (this.#capacity - 1);
    this.#count -= 1;
    this.#bytes -= length;
    this.#visible -= 1;
    this.#visibleBytes -= length;
    if (this.#count === 0) this.#giveRing();
  }

  #giveRing(): void {
    if (spareChunks.length < MAX_SPARE && this.#capacity <= MAX_SPARE_CAPACITY) {
      spareChunks.push(this.#chunks);
      spareSpans.push(this.#spans);
    }
    this.#chunks = NO_CHUNKS;
    this.#spans = EMPTY_SPANS;
    this.#capacity = 0;
    this.#head = 0;
  }

  #borrowRing(): void {
    this.#chunks = spareChunks.pop() as (OwnBytes | null)[];
    this.#spans = spareSpans.pop() as Int32Array;
    this.#capacity = this.#chunks.length;
  }

  #grow(): void {
    if (this.#capacity === 0 && spareChunks.length > 0) {
      this.#borrowRing();
      return;
    }
    const capacity = this.#capacity === 0 ? START_CAPACITY : this.#capacity * 4;
    const spans = new Int32Array(capacity << 2);
    const chunks: (OwnBytes | null)[] = new Array(capacity).fill(null);
    for (let i = 0; i < this.#count; i += 1) {
      const from = (this.#head + i) & (this.#capacity - 1);
      chunks[i] = this.#chunks[from] as OwnBytes;
      spans.set(this.#spans.subarray(from << 2, (from << 2) + 4), i << 2);
    }
    this.#chunks = chunks;
    this.#spans = spans;
    this.#capacity = capacity;
    this.#head = 0;
  }
}
