// One other process as this one sees it: numbers of the session, records on their way there, and what came from there.
import type { Head } from './batch.js';
import { AGAIN, BATCH, distance, messageOf, RESET, STATE, writeHead } from './batch.js';
import { OutgoingBatches } from './outgoing-batches.js';
import type { PairState } from './pair-table.js';

/** Bytes that may be under way to another process before it has said how many it takes. */
export const FIRST_WINDOW = 64 * 1024;
/** Most bytes that wait for another process, whatever its window; a game that waits for room stays far below. */
const MOST_WAITING = 64 * 1024 * 1024;
/** Milliseconds between two requests to send again, when batches came between them, and when none did. */
const ASK_MS = 50;
const ASK_SAME_MS = 200;
const SLOWEST_RESEND_MS = 1600;

const NO_BYTES = new Uint8Array(0);

/** What a pair needs of its endpoint. */
export interface PairOwner {
  readonly id: number;
  /** Bytes that this process lets each other one have under way to it. */
  readonly share: number;
  now(): number;
  /** Sends what the pair has at the end of this turn. */
  schedule(pair: Pair): void;
  /** The pair has something to watch for again. */
  watch(pair: Pair): void;
  publish(other: number, bytes: Uint8Array): void;
  /** Publishes the pair's state, to be answered with the other's. */
  requestState(pair: Pair, bytes: Uint8Array): void;
}

/** The records to and from one other process; the links of all clients between the two are in it. */
export class Pair {
  readonly other: number;
  /** Number of this side of the session. */
  readonly own: number;
  /** The other's number; 0 as long as it is unknown. */
  theirs = 0;
  state: PairState = 'FRESH';
  /** Whether `schedule` has been called, and nothing was sent since. */
  isScheduled = false;
  /** Whether a state request is due at the next opportunity. */
  asksState = true;
  /** When the last state request was sent, and when anything came last. */
  stateAt: number;
  heardAt: number;

  readonly #owner: PairOwner;
  readonly #outgoing: OutgoingBatches;
  #retains = 0;
  #granted = FIRST_WINDOW;
  #wasFull = false;
  #isOverfull = false;
  /** The last batch that was taken, all before it included. */
  #received: number;
  /** Bytes taken since the other was told. */
  #untold = 0;
  #mustTell = false;
  #mustAsk = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  #askedFor = 0;
  #resentAt = Number.NEGATIVE_INFINITY;
  #resentFrom = 0;
  #resendMs = ASK_MS;
  #broken = 0;

  constructor(owner: PairOwner, other: number, own: number, maxPayload: number, firstSequence: number) {
    this.other = other;
    this.own = own;
    this.#owner = owner;
    this.#outgoing = new OutgoingBatches(maxPayload, firstSequence);
    this.#received = (firstSequence - 1) >>> 0;
    this.heardAt = owner.now();
    this.stateAt = Number.NEGATIVE_INFINITY;
  }

  get isDead(): boolean {
    return this.state === 'DEAD';
  }

  /** Whether less is unacknowledged than the other lets this process have under way. */
  get hasRoom(): boolean {
    return this.#outgoing.bytes < this.#granted;
  }

  /** Whether the other's silence matters: there are links, or something waits to be acknowledged. */
  get isWatched(): boolean {
    return this.#retains > 0 || this.#outgoing.bytes > 0;
  }

  /** Whether more waits than any use of the pair explains. */
  get isOverfull(): boolean {
    return this.#isOverfull;
  }

  /**
   * Appends a record to the batch of this turn; `head` and `payload`, which follow each other, are copied. What is too
   * large for a batch goes as several records of the same kind and link, all but the last marked with MORE.
   */
  put(kind: number, flags: number, link: number, head: Uint8Array | null, payload: Uint8Array): void {
    if (this.state === 'DEAD' || this.#isOverfull) return;
    if (!this.isWatched) this.#wake();
    this.#outgoing.put(kind, flags, link, head ?? NO_BYTES, payload);
    const { bytes } = this.#outgoing;
    if (bytes >= this.#granted) this.#wasFull = true;
    if (bytes > MOST_WAITING) this.#isOverfull = true;
    if (!this.isScheduled) this.#owner.schedule(this);
  }

  /** One more link. */
  retain(): void {
    if (this.state === 'DEAD') return;
    const wasWatched = this.isWatched;
    this.#retains += 1;
    if (!wasWatched) this.#wake();
  }

  /** One link less. A pair without links is quiet: nothing is sent, and its death is not told. */
  release(): void {
    if (this.#retains > 0) this.#retains -= 1;
  }

  /** Sends what is due. */
  send(): void {
    if (this.asksState) {
      this.asksState = false;
      this.stateAt = this.#owner.now();
      this.#owner.requestState(this, this.stateMessage());
    }
    for (;;) {
      const batch = this.#outgoing.take(this.#granted);
      if (batch === null) break;
      writeHead(batch, this.#head(BATCH, 0, this.#outgoing.taken));
      this.#owner.publish(this.other, batch);
    }
    if (this.#mustTell || this.#mustAsk) this.#owner.publish(this.other, this.stateMessage());
  }

  /** The state for the other: what it has to send again, and what this side will send next. */
  stateMessage(): Uint8Array {
    const flags = this.#mustAsk ? AGAIN : 0;
    this.#mustAsk = false;
    return messageOf(this.#head(STATE, flags, this.#outgoing.next));
  }

  resetMessage(cause: string): Uint8Array {
    return messageOf(this.#head(RESET, 0, 0), cause);
  }

  /**
   * Takes what every message of this session says about the other: 'relieved' when there is room again, after there was
   * none; 'impossible' when nobody who follows the protocol can say it.
   */
  hear(head: Head): 'heard' | 'relieved' | 'impossible' {
    this.heardAt = this.#owner.now();
    this.#granted = head.granted;
    if (head.other === this.own) {
      if (!this.#outgoing.acknowledge(head.acknowledged)) return 'impossible';
      if (head.type === STATE && (head.flags & AGAIN) !== 0) this.#sendAgain(head.acknowledged);
    }
    if (this.#outgoing.bytes > 0 && !this.isScheduled) this.#owner.schedule(this);
    const wasFull = this.#wasFull;
    this.#wasFull = !this.hasRoom;
    return wasFull && !this.#wasFull ? 'relieved' : 'heard';
  }

  /** Whether the batch `sequence` is the next one. From a gap on, the other is asked to send again. */
  isNext(sequence: number): boolean {
    const steps = distance(this.#received, sequence);
    if (steps > 1) this.ask();
    return steps === 1;
  }

  /** Counts the next batch, of `size` bytes, as taken. */
  taken(size: number): void {
    this.#received = (this.#received + 1) >>> 0;
    this.#broken = 0;
    this.#untold += size;
    if (this.#untold * 8 < this.#owner.share) return;
    this.#mustTell = true;
    if (!this.isScheduled) this.#owner.schedule(this);
  }

  /** The other has said which batch it sends next: whether earlier ones are missing here. */
  misses(next: number): boolean {
    return distance(this.#received, next) > 1;
  }

  /** The next batch is broken; whether there is hope that it comes whole when it comes again. */
  mayMend(): boolean {
    this.#broken += 1;
    this.ask();
    return this.#broken < 3;
  }

  /** Asks the other, now and then, to send again what follows the last batch that was taken. */
  ask(): void {
    const now = this.#owner.now();
    if (now - this.#askedAt < (this.#askedFor === this.#received ? ASK_SAME_MS : ASK_MS)) return;
    this.#askedAt = now;
    this.#askedFor = this.#received;
    this.#mustAsk = true;
    if (!this.isScheduled) this.#owner.schedule(this);
  }

  /** Gives memory back that only traffic needs. */
  rest(): void {
    if (!this.isWatched) this.#outgoing.dropSlab();
  }

  /** Ends the pair; its memory is given back. */
  die(): void {
    this.state = 'DEAD';
    this.#retains = 0;
    this.#outgoing.clear();
  }

  /** Sends everything again that is not acknowledged, more seldom when the other does not get on. */
  #sendAgain(acknowledged: number): void {
    const { oldest } = this.#outgoing;
    if (distance(acknowledged, oldest) !== 1) return; // said before another that has come since
    const now = this.#owner.now();
    const isSame = oldest === this.#resentFrom;
    if (now - this.#resentAt < (isSame ? this.#resendMs : ASK_MS)) return;
    this.#resendMs = isSame ? Math.min(this.#resendMs * 2, SLOWEST_RESEND_MS) : ASK_SAME_MS / 2;
    this.#resentAt = now;
    this.#resentFrom = oldest;
    this.#outgoing.rewind();
  }

  /** After a rest nothing is known of the other but its numbers. */
  #wake(): void {
    const now = this.#owner.now();
    if (now - this.heardAt > ASK_SAME_MS) {
      this.asksState = true;
      this.#granted = Math.min(this.#granted, FIRST_WINDOW);
    }
    this.heardAt = now;
    this.#owner.watch(this);
    if (!this.isScheduled) this.#owner.schedule(this);
  }

  #head(type: number, flags: number, sequence: number): Head {
    const { id, share } = this.#owner;
    this.#untold = 0;
    this.#mustTell = false;
    return {
      type,
      flags,
      sender: id,
      session: this.own,
      sequence,
      acknowledged: this.theirs === 0 ? 0 : this.#received,
      other: this.theirs,
      granted: share,
    };
  }
}
