// Packets that a poll has made visible and the game has not taken, up to the limits. For connections that receive each
// packet as an event; those over the codec use packet-queue.ts.
import type { OwnBytes } from '../bytes.js';
import { Queue } from '../transport/queue.js';

/** Event for a received packet. */
export interface PacketEvent {
  readonly kind: 'packet';
  readonly data: OwnBytes;
  readonly isText: boolean;
}

/** Queue of a connection's events that no poll has taken yet. */
export interface Feed<Event> {
  /** The oldest event. */
  readonly next: Event | undefined;
  /** Whether no more events follow: the last one is of the kind 'closed'. */
  readonly isOver: boolean;
  /** Removes `next`. */
  skip(): void;
}

/** Limits of the visible packets. */
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
  // State of the current poll.
  #shown = 0;
  #showsAll = false;

  get count(): number {
    return this.#packets.length;
  }

  /** Length of the first packet; -1 when there is none. */
  get nextLength(): number {
    return this.#packets.first?.data.length ?? -1;
  }

  /** Sets the limits. */
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

  /** Begins a poll. `isClosing`: this side has closed and waits only for the end. */
  begin(feed: Feed<Told>, isClosing: boolean): void {
    const { next } = feed;
    const isStuck = next !== undefined && !this.#fits(next);
    this.#shown = 0;
    // After the last event, a game that takes no packets still has to see the end.
    this.#showsAll = feed.isOver && (isStuck || isClosing);
  }

  /** Makes packets of `feed` visible up to the next other event, which it takes and returns; null if there is none. */
  advance<Event extends Told>(feed: Feed<Event>, isOpen: boolean): Event | null {
    for (let event = feed.next; event !== undefined; event = feed.next) {
      if (!isPacket(event)) {
        // While OPEN, a game can read the visible packets before it sees the end, as in conversation.ts.
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

  /** Whether `event` fits: the first packet always does, and so does an event of another kind. */
  #fits(event: Told): boolean {
    if (this.count === 0 || !isPacket(event)) return true;
    return this.count < this.#maxPackets && this.#bytes + event.data.length <= this.#maxBytes;
  }
}
