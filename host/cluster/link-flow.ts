// The flow of packets over one link, in one direction: credit of the sender, which the receiver gives back when the packets
// have gone on, and packets in several records.
import { ownedCopy } from '../bytes.js';
import type { Alarm, Clock } from '../transport/platform.js';
import { CLOSE, CREDIT, DATA, MORE } from './batch.js';
import { encodeClose, encodeCredit } from './link-records.js';
import type { Pair } from './pair.js';

/** What may be under way on a link, as cost. */
export const WINDOW = 1 << 18;
/** Bytes of a packet in one record at most; every record with MORE has as many. */
export const FRAGMENT = 1 << 16;
/** Cost of a record besides its bytes: 4,096 empty packets fill a window. */
const RECORD_COST = 64;
/** Credit is given back in lumps. */
const LUMP = WINDOW / 4;
/** Longest packet, in bytes. */
export const MAX_PACKET = 1 << 26;
/** How long an end waits for packets before it. */
const FAREWELL_MS = 10_000;

/** Cost of a packet of `length` bytes in one record. */
export const costOf = (length: number): number => length + RECORD_COST;

/**
 * Records with MORE of each packet whose cost is given back with the packet; that of the others when they come, for a
 * packet may be longer than a window. Without this cost a window would hold thousands of packets of two records.
 */
const HELD_PARTS = 2;

/** Cost that is given back when a packet of `length` bytes has gone on. */
export const finalCost = (length: number): number => {
  const parts = length <= FRAGMENT ? 0 : Math.ceil(length / FRAGMENT) - 1;
  return costOf(length - parts * FRAGMENT) + Math.min(parts, HELD_PARTS) * costOf(FRAGMENT);
};

/** Sends the packets of one link; those without credit wait. */
export class LinkSender {
  readonly #pair: Pair;
  readonly #link: number;
  #credit = WINDOW;
  #waiting: Uint8Array[] = [];
  /** Number of bytes of the first packet that are sent. */
  #sent = 0;
  #bytes = 0;
  #farewell: Uint8Array | null = null;
  #alarm: Alarm | null = null;
  /** Called when the end has gone. */
  #parted: (() => void) | null = null;

  constructor(pair: Pair, link: number) {
    this.#pair = pair;
    this.#link = link;
  }

  /** Whether a packet would go at once. */
  get isFree(): boolean {
    return this.#waiting.length === 0 && this.#credit > 0 && this.#pair.hasRoom;
  }

  /** Packets that wait, and their bytes. */
  get waitingPackets(): number {
    return this.#waiting.length;
  }

  get waitingBytes(): number {
    return this.#bytes;
  }

  /** Sends `packet`; what can't go now waits as a copy. */
  send(packet: Uint8Array): void {
    if (this.isFree && packet.length <= FRAGMENT) {
      this.#put(packet, 0);
      return;
    }
    this.#waiting.push(ownedCopy(packet));
    this.#bytes += packet.length;
    this.pump();
  }

  /** A packet of `length` bytes goes to this link, too, in a record for many. */
  charge(length: number): void {
    this.#credit -= costOf(length);
  }

  /** The receiver gives credit back. */
  granted(cost: number): void {
    this.#credit = Math.min(WINDOW, this.#credit + cost);
    this.pump();
  }

  /** Sends what waits, as far as there is credit, and the end behind it. */
  pump(): void {
    while (this.#waiting.length > 0 && this.#credit > 0 && this.#pair.hasRoom) this.#putNext();
    if (this.#waiting.length === 0 && this.#farewell !== null) this.#part();
  }

  /** Ends the link behind the packets that wait, which get ten seconds; then calls `parted`. */
  finish(code: number, reason: string, clock: Pick<Clock, 'alarm'>, parted: () => void): void {
    this.#farewell = encodeClose(code, reason);
    this.#parted = parted;
    this.pump();
    if (this.#farewell !== null) this.#alarm = clock.alarm(FAREWELL_MS, () => this.#part());
  }

  /** The link has ended. */
  drop(): void {
    this.#waiting = [];
    this.#bytes = 0;
    this.#farewell = null;
    this.#parted = null;
    this.#alarm?.cancel();
  }

  #putNext(): void {
    const packet = this.#waiting[0] as Uint8Array;
    const end = Math.min(packet.length, this.#sent + FRAGMENT);
    const isWhole = end === packet.length;
    this.#put(packet.subarray(this.#sent, end), isWhole ? 0 : MORE);
    this.#bytes -= end - this.#sent;
    this.#sent = isWhole ? 0 : end;
    if (isWhole) this.#waiting.shift();
  }

  #put(bytes: Uint8Array, flags: number): void {
    this.#credit -= costOf(bytes.length);
    this.#pair.put(DATA, flags, this.#link, null, bytes);
  }

  #part(): void {
    const farewell = this.#farewell;
    const parted = this.#parted;
    this.drop();
    if (farewell !== null) this.#pair.put(CLOSE, 0, this.#link, null, farewell);
    parted?.();
  }
}

/** Receives the packets of one link. */
export class LinkReceiver {
  readonly #pair: Pair;
  readonly #link: number;
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  #owed = 0;

  constructor(pair: Pair, link: number) {
    this.#pair = pair;
    this.#link = link;
  }

  /**
   * The packet that is complete with this record; null while more is to come, 'broken' for what no sender sends. It may be
   * a view of `payload`.
   */
  receive(flags: number, payload: Uint8Array): Uint8Array | null | 'broken' {
    if ((flags & MORE) !== 0) return this.#keep(payload);
    if (payload.length > FRAGMENT || this.#partBytes + payload.length > MAX_PACKET) return 'broken';
    if (this.#partBytes === 0) return payload;
    const whole = joined([...this.#parts, payload], this.#partBytes + payload.length);
    this.#parts = [];
    this.#partBytes = 0;
    return whole;
  }

  /** Gives back what a packet has cost. */
  giveBack(cost: number): void {
    this.#owed += cost;
    if (this.#owed < LUMP) return;
    this.#pair.put(CREDIT, 0, this.#link, null, encodeCredit(this.#owed));
    this.#owed = 0;
  }

  #keep(payload: Uint8Array): null | 'broken' {
    if (payload.length !== FRAGMENT || this.#partBytes + FRAGMENT > MAX_PACKET) return 'broken';
    this.#parts.push(ownedCopy(payload));
    this.#partBytes += FRAGMENT;
    if (this.#parts.length > HELD_PARTS) this.giveBack(costOf(FRAGMENT));
    return null;
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
