// What arrived on an open connection and was not acted upon yet: packets, pings, and how it ends. Filled from
// socket events, emptied by poll(); nothing here changes what a game can see.
import type { OwnBytes } from '../bytes.js';
import { ownedCopy } from '../bytes.js';
import type { Core } from '../codec/core.js';
import { FAULT_MESSAGE_LATE } from '../codec/faults.js';
import { MessageReader, type MessageSink, type ReaderOptions } from '../codec/message-reader.js';
import { PacketQueue } from './packet-queue.js';

/** How the stream of messages ends, once everything before was handed over. */
export type Ending =
  | { readonly kind: 'close'; readonly body: Uint8Array }
  | { readonly kind: 'fault'; readonly fault: number }
  | { readonly kind: 'stream ended' };

/** What an inbox takes; latched when the connection opens. */
export interface InboxOptions extends ReaderOptions {
  /** Most packets that a game sees at a time. */
  readonly maxPackets: number;
}

/** Pings to answer one by one; of more, only the newest is answered (RFC 6455 §5.5.3 allows it). */
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
  /** Set once the game has said goodbye: packets beyond the limits are not kept any more. */
  discardsExcess = false;
  readonly #reader: MessageReader;

  constructor(core: Core, options: InboxOptions) {
    this.#maxPackets = options.maxPackets;
    this.#maxBytes = ringCapacity(options.maxMessageSize);
    this.#reader = new MessageReader(core, options, this);
  }

  get maxMessageSize(): number {
    return this.#reader.maxMessageSize;
  }

  get maxFragments(): number {
    return this.#reader.maxFragments;
  }

  /** Nothing more fits: reading has to stop. */
  get isFull(): boolean {
    return this.packets.count >= this.#maxPackets || this.packets.bytes >= this.#maxBytes;
  }

  /** Half of what may wait has been taken: reading may go on. */
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

  /** A message has begun and not ended. */
  get isMidMessage(): boolean {
    return this.ending === null && this.#reader.isMidMessage;
  }

  /** Gives up on the message that has begun. */
  messageIsLate(): void {
    this.ending ??= { kind: 'fault', fault: FAULT_MESSAGE_LATE };
  }

  /** Hands packets over as far as the limits go; returns how many. */
  reveal(): number {
    return this.packets.reveal(this.#maxPackets, this.#maxBytes);
  }

  /** Payloads of the pings to answer, oldest first. */
  takePings(): readonly Uint8Array[] {
    const pings = this.#pings;
    this.#pings = NO_PINGS;
    return pings;
  }

  /** Lets go of everything but the packets. */
  release(): void {
    this.#reader.release();
    this.#pings = NO_PINGS;
  }

  message(bytes: OwnBytes, offset: number, length: number, text: boolean): void {
    if (this.discardsExcess && this.isFull) return;
    this.packets.push(bytes, offset, length, text);
  }

  ping(payload: Uint8Array): void {
    if (this.discardsExcess) return; // after a close frame was sent nothing else is
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
  return 0xffffffff >>> Math.clz32(size); // an integer for the JIT compiler too, which a power is not
}
