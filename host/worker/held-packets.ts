// Queue of packets between a connection and the page: packets are forwarded while the page has room, the others wait
// here, and while the page is hidden its policy decides which are kept. Independent of connections and ports.
import type { OwnBytes } from '../bytes.js';
import { Queue } from '../transport/queue.js';
import { KEEP_ALL, KEEP_LATEST } from './messages.js';

export interface HeldPacket {
  readonly data: OwnBytes;
  readonly isText: boolean;
}

/** Limits that apply both to the packets waiting here and to those that the game has not taken in the page. */
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
  // Forwarded to the page, and not yet known to be taken by the game.
  #untakenPackets = 0;
  #untakenBytes = 0;

  /** `give` forwards a packet to the page. */
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

  /** Number of packets that the game has not taken, here and in the page. */
  get packets(): number {
    return this.#waiting.length + this.#untakenPackets;
  }

  get bytes(): number {
    return this.#waitingBytes + this.#untakenBytes;
  }

  /** Whether one more packet may be added; else it stays in the connection, whose own limits apply. */
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

  /** Called when the game has taken forwarded packets. */
  taken(packets: number, bytes: number): void {
    this.#untakenPackets = Math.max(0, this.#untakenPackets - packets);
    this.#untakenBytes = Math.max(0, this.#untakenBytes - bytes);
    this.#forward();
  }

  /** Sets policy and visibility. Returns the packets dropped since the last result; 0 while packets are held. */
  attend({ policy, isHidden }: { policy: number; isHidden: boolean }): number {
    this.#policy = policy;
    this.#isHidden = isHidden;
    if (this.#isHolding) return 0;
    this.#forward();
    if (isHidden) return 0; // the page is told when it is seen again
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** Called when the connection is over: forwards all waiting packets to the page, even a hidden one. */
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
      const { length } = packet.data; // forwarding detaches the memory
      if (!this.#fits(length)) return;
      this.#waiting.take();
      this.#waitingBytes -= length;
      this.#untakenPackets += 1;
      this.#untakenBytes += length;
      this.#give(packet);
    }
  }

  /** A packet of any size is forwarded when the page holds no other. */
  #fits(length: number): boolean {
    if (this.#untakenPackets === 0 || this.#isReleased) return true;
    return this.#untakenPackets < this.#limits.packets && this.#untakenBytes + length <= this.#limits.bytes;
  }
}
