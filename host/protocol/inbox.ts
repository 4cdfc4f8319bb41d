// Received data of an open connection that poll() has not processed yet: packets, pings, and the end. Filled by socket
// events, which change nothing that a game can see.
import { ALLOW_DEFLATED, FAULT_NONE } from '../../assembly/abi.js';
import type { OwnBytes } from '../bytes.js';
import { ownedCopy } from '../bytes.js';
import type { Core } from '../codec/core.js';
import { FAULT_MESSAGE_LATE } from '../codec/faults.js';
import { MessageReader, type MessageSink, type ReaderOptions } from '../codec/message-reader.js';
import type { Deflater } from '../transport/deflater.js';
import { Inflation } from './inflation.js';
import { PacketQueue } from './packet-queue.js';

/** The end of the received messages; it takes effect after everything before it. */
export type Ending =
  | { readonly kind: 'close'; readonly body: Uint8Array }
  | { readonly kind: 'fault'; readonly fault: number }
  | { readonly kind: 'stream ended' };

/** Limits of an inbox, fixed when the connection opens. */
export interface InboxOptions extends ReaderOptions {
  /** Most packets that a game sees at a time. */
  readonly maxPackets: number;
}

/** Most pings that wait for an answer: a further one replaces the newest (allowed by RFC 6455 §5.5.3). */
const MAX_PINGS = 64;
const NO_PINGS: Uint8Array[] = [];

export class Inbox implements MessageSink {
  readonly packets = new PacketQueue();
  readonly #maxPackets: number;
  /** Most bytes that a game sees at a time. */
  readonly #maxBytes: number;
  ending: Ending | null = null;
  /** Payloads of pings not answered yet, oldest first. */
  #pings = NO_PINGS;
  /** Set after close(): packets beyond the limits are dropped. */
  discardsExcess = false;
  readonly #reader: MessageReader;
  /** Only of connections that have agreed upon deflated messages: one field more in each of thousands is memory. */
  declare private inflation?: Inflation;

  /** `deflater` is null where no deflated messages were agreed upon. */
  constructor(core: Core, options: InboxOptions, deflater: Deflater | null = null) {
    this.#maxPackets = options.maxPackets;
    this.#maxBytes = ringCapacity(options.maxMessageSize);
    const allowing = deflater === null ? options : { ...options, role: options.role | ALLOW_DEFLATED };
    this.#reader = new MessageReader(core, allowing, this);
    if (deflater !== null) this.inflation = new Inflation(core, deflater, options.maxMessageSize);
  }

  get maxMessageSize(): number {
    return this.#reader.maxMessageSize;
  }

  get maxFragments(): number {
    return this.#reader.maxFragments;
  }

  /** Whether a limit is reached: reading has to pause. */
  get isFull(): boolean {
    return this.packets.count >= this.#maxPackets || this.packets.bytes >= this.#maxBytes;
  }

  /** Whether the queue is at most half full: reading may resume. */
  get isRoomy(): boolean {
    return this.packets.count <= this.#maxPackets >> 1 && this.packets.bytes <= this.#maxBytes / 2;
  }

  /** Whether a poll would find something to do. */
  get canAdvance(): boolean {
    const { packets } = this;
    if (this.#pings.length > 0 || packets.canReveal(this.#maxPackets, this.#maxBytes)) return true;
    return this.ending !== null && packets.visible === packets.count;
  }

  receive(chunk: Uint8Array, length: number): void {
    if (this.ending === null) this.#reader.push(chunk, length);
  }

  streamEnded(): void {
    this.ending ??= { kind: 'stream ended' };
  }

  /** Whether a message is incomplete. */
  get isMidMessage(): boolean {
    return this.ending === null && this.#reader.isMidMessage;
  }

  /** Ends the stream of messages because the incomplete one is late. */
  messageIsLate(): void {
    this.ending ??= { kind: 'fault', fault: FAULT_MESSAGE_LATE };
  }

  /** Ends the stream of messages for `fault`, which this side has found, unless it has ended already. */
  fail(fault: number): void {
    this.ending ??= { kind: 'fault', fault };
  }

  /**
   * Makes packets visible to the game, up to the limits; returns how many. A deflated one that can't be inflated ends the
   * stream of messages, whatever else has ended it behind; after close(), only what came behind is lost.
   */
  reveal(): number {
    const { inflation, packets } = this;
    if (inflation === undefined) return packets.reveal(this.#maxPackets, this.#maxBytes);
    const before = packets.visible;
    const fault = inflation.reveal(packets, this.#maxPackets, this.#maxBytes);
    if (fault !== FAULT_NONE && !this.discardsExcess) this.fault(fault);
    return packets.visible - before;
  }

  /** Takes the payloads of the pings to answer, oldest first. */
  takePings(): readonly Uint8Array[] {
    const pings = this.#pings;
    this.#pings = NO_PINGS;
    return pings;
  }

  /** Releases everything but the packets. */
  release(): void {
    this.#reader.release();
    this.#pings = NO_PINGS;
  }

  message(bytes: OwnBytes, offset: number, length: number, text: boolean, deflated: boolean): void {
    if (this.discardsExcess && this.isFull) return;
    this.packets.push(bytes, offset, length, text, deflated);
  }

  ping(payload: Uint8Array): void {
    if (this.discardsExcess) return; // nothing is sent after a close frame
    const copy = ownedCopy(payload);
    if (this.#pings === NO_PINGS) this.#pings = [copy];
    else if (this.#pings.length < MAX_PINGS) this.#pings.push(copy);
    else this.#pings[MAX_PINGS - 1] = copy;
  }

  pong(): void {
    // Any received byte is a sign of life; an unsolicited pong needs no answer (§5.5.3).
  }

  close(payload: Uint8Array): void {
    this.ending = { kind: 'close', body: ownedCopy(payload) };
  }

  fault(fault: number): void {
    this.ending = { kind: 'fault', fault };
  }
}

/** The engine keeps packets in a ring of the next power of two, less one byte. */
function ringCapacity(size: number): number {
  return 0xffffffff >>> Math.clz32(size); // no power: the JIT compiler keeps this an integer
}
