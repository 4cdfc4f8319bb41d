// Packets on their way from a connection to the page: as many as the page has room for go on, the others wait here, and
// while nobody looks the page's choice decides what becomes of them. Knows no connection and no port.
import type { OwnBytes } from '../bytes.js';
import { Queue } from '../transport/queue.js';
import { KEEP_ALL, KEEP_LATEST } from './messages.js';

export interface HeldPacket {
  readonly data: OwnBytes;
  readonly isText: boolean;
}

/** The same limits hold for what waits here and for what the page has not taken. */
export interface PacketLimits {
  readonly bytes: number;
  readonly packets: number;
}

export class HeldPackets {
  readonly #limits: PacketLimits;
  readonly #give: (packet: HeldPacket) => void;
  #policy: number;
  #isHidden: boolean;
  #isReleased = false;
  readonly #waiting = new Queue<HeldPacket>();
  #waitingBytes = 0;
  #dropped = 0;
  // Given to the page, and not taken by the game as far as is known.
  #untakenPackets = 0;
  #untakenBytes = 0;

  /** `give` lets a packet go on to the page. */
  constructor(
    limits: PacketLimits,
    attention: { readonly policy: number; readonly isHidden: boolean },
    give: (packet: HeldPacket) => void,
  ) {
    this.#limits = limits;
    this.#policy = attention.policy;
    this.#isHidden = attention.isHidden;
    this.#give = give;
  }

  get isHidden(): boolean {
    return this.#isHidden;
  }

  /** What the game has not taken, here and in the page. */
  get packets(): number {
    return this.#waiting.length + this.#untakenPackets;
  }

  get bytes(): number {
    return this.#waitingBytes + this.#untakenBytes;
  }

  /** Whether one more packet may come; else it stays where it is, and its sender feels it. */
  get hasRoom(): boolean {
    return this.#waiting.length < this.#limits.packets && this.#waitingBytes < this.#limits.bytes;
  }

  add(packet: HeldPacket): void {
    if (this.#isHolding) this.#drop(this.#policy === KEEP_LATEST ? this.#waiting.length : this.#waiting.length + 1);
    if (this.#isHolding && this.#policy !== KEEP_LATEST) return;
    this.#waiting.push(packet);
    this.#waitingBytes += packet.data.length;
    this.#forward();
  }

  /** The game has taken what was given. */
  taken(packets: number, bytes: number): void {
    this.#untakenPackets -= packets;
    this.#untakenBytes -= bytes;
    this.#forward();
  }

  /** Somebody looks, or nobody any more. Returns how many packets were dropped since the last time that this was asked. */
  attend({ policy, isHidden }: { policy: number; isHidden: boolean }): number {
    this.#policy = policy;
    this.#isHidden = isHidden;
    if (this.#isHolding) return 0;
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#forward();
    return dropped;
  }

  /** The connection is over, and no more comes than what waits already: all of it goes to the page, seen or not. */
  release(): void {
    this.#isReleased = true;
    this.#forward();
  }

  get #isHolding(): boolean {
    return this.#isHidden && !this.#isReleased && this.#policy !== KEEP_ALL;
  }

  #drop(count: number): void {
    this.#dropped += count;
    this.#waiting.clear();
    this.#waitingBytes = 0;
  }

  #forward(): void {
    if (this.#isHolding) return;
    for (let packet = this.#waiting.first; packet !== undefined; packet = this.#waiting.first) {
      const { length } = packet.data; // giving moves the memory
      if (!this.#fits(length)) return;
      this.#waiting.take();
      this.#waitingBytes -= length;
      this.#untakenPackets += 1;
      this.#untakenBytes += length;
      this.#give(packet);
    }
  }

  /** A packet as large as the limit still goes through when nothing else is there. */
  #fits(length: number): boolean {
    if (this.#untakenPackets === 0 || this.#isReleased) return true;
    return this.#untakenPackets < this.#limits.packets && this.#untakenBytes + length <= this.#limits.bytes;
  }
}
