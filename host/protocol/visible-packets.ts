// Packets that a poll has handed over and the game has not taken, up to the limits of what it sees at a time. For peers
// that are told of each packet by an event; those of the codec wait in packet-queue.ts.
import type { OwnBytes } from '../bytes.js';
import { Queue } from '../transport/queue.js';

/** A packet, as it is told of. */
export interface PacketEvent {
  readonly kind: 'packet';
  readonly data: OwnBytes;
  readonly isText: boolean;
}

/** What was told of a connection, in order, until a poll takes it. */
export interface Feed<Event> {
  /** What was told first and not taken yet. */
  readonly next: Event | undefined;
  /** Nothing comes any more: the last event is the end, of the kind 'closed'. */
  readonly isOver: boolean;
  /** Takes what `next` shows. */
  skip(): void;
}

/** The properties that limit what is seen. */
export interface VisibleLimits {
  readonly inboundBufferSize: number;
  readonly maxQueuedPackets: number;
}

export interface Told {
  readonly kind: string;
}

function isPacket(event: Told): event is PacketEvent {
  return event.kind === 'packet';
}

export class VisiblePackets {
  readonly #packets = new Queue<PacketEvent>();
  #bytes = 0;
  #maxPackets = 1;
  #maxBytes = 1;
  // Of the poll that is under way.
  #shown = 0;
  #showsAll = false;

  get count(): number {
    return this.#packets.length;
  }

  /** Length of the first packet; -1 when there is none. */
  get nextLength(): number {
    return this.#packets.first?.data.length ?? -1;
  }

  /** From now on as much as `settings` say is seen at a time. */
  limit({ maxQueuedPackets, inboundBufferSize }: VisibleLimits): void {
    this.#maxPackets = maxQueuedPackets;
    this.#maxBytes = inboundBufferSize;
  }

  /** Takes the first packet; there must be one. */
  take(): PacketEvent {
    const packet = this.#packets.take() as PacketEvent;
    this.#bytes -= packet.data.length;
    return packet;
  }

  /** Whether a poll would find something in `feed`. */
  canAdvance(feed: Feed<Told>): boolean {
    const { next } = feed;
    return next !== undefined && (feed.isOver || this.#fits(next));
  }

  /** A poll begins. `isClosing`: this side has said goodbye, and waits for nothing but the end. */
  begin(feed: Feed<Told>, isClosing: boolean): void {
    const { next } = feed;
    const isStuck = next !== undefined && !this.#fits(next);
    this.#shown = 0;
    // When no more comes, a game that takes nothing hears of the end all the same.
    this.#showsAll = feed.isOver && (isStuck || isClosing);
  }

  /** Shows packets of `feed` up to the next event of another kind, and takes that; null: there is none for this poll. */
  advance<Event extends Told>(feed: Feed<Event>, isOpen: boolean): Event | null {
    for (let event = feed.next; event !== undefined; event = feed.next) {
      if (!isPacket(event)) {
        // As everywhere: while OPEN, a game reads what came first, before it hears of the end.
        if (event.kind === 'closed' && isOpen && this.#shown > 0) return null;
        feed.skip();
        return event;
      }
      if (!this.#showsAll && !this.#fits(event)) return null;
      feed.skip();
      this.#packets.push(event);
      this.#bytes += event.data.length;
      this.#shown += 1;
    }
    return null;
  }

  /** Any packet has room where no other is, and what is none needs no room. */
  #fits(event: Told): boolean {
    if (this.count === 0 || !isPacket(event)) return true;
    return this.count < this.#maxPackets && this.#bytes + event.data.length <= this.#maxBytes;
  }
}
