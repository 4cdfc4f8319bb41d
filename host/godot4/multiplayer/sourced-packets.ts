// A queue of packets of many peers, each with its source.
import type { OwnBytes } from '../../bytes.js';
import type { PacketPeer } from '../io/packet-peer.js';

/** Number of empty slots at the front that makes the rest move up. */
const MOST_EMPTY = 1024;

export class SourcedPackets {
  #packets: (OwnBytes | null)[] = [];
  #sources: number[] = [];
  #head = 0;
  #bytes = 0;

  /** Bytes of all packets. */
  get bytes(): number {
    return this.#bytes;
  }

  get count(): number {
    return this.#packets.length - this.#head;
  }

  /** Source of the first packet; there must be one. */
  get nextSource(): number {
    return this.#sources[this.#head] as number;
  }

  /**
   * Takes all packets that `peer` shows, with the id `source`; those that a closed one shows in their place are left to the
   * next call: they may be large, and have been small before they were decompressed.
   *
   * Stops at an empty packet, which is dropped, and then returns false.
   */
  moveFrom(peer: Pick<PacketPeer, 'get_available_packet_count' | 'get_packet'>, source: number): boolean {
    for (let left = peer.get_available_packet_count(); left > 0; left -= 1) {
      const packet = peer.get_packet();
      if (packet.length === 0) return false;
      this.add(packet, source);
    }
    return true;
  }

  add(packet: OwnBytes, source: number): void {
    this.#packets.push(packet);
    this.#sources.push(source);
    this.#bytes += packet.length;
  }

  /** Takes the first packet; there must be one. */
  take(): OwnBytes {
    const packet = this.#packets[this.#head] as OwnBytes;
    this.#packets[this.#head] = null;
    this.#head += 1;
    this.#bytes -= packet.length;
    if (this.#head === this.#packets.length) this.#empty();
    else if (this.#head >= MOST_EMPTY && this.#head * 2 >= this.#packets.length) this.#moveUp();
    return packet;
  }

  clear(): void {
    this.#packets = [];
    this.#sources = [];
    this.#head = 0;
    this.#bytes = 0;
  }

  /** Keeps the lists, so that a game that reads everything in each frame allocates none. */
  #empty(): void {
    this.#packets.length = 0;
    this.#sources.length = 0;
    this.#head = 0;
  }

  #moveUp(): void {
    this.#packets.splice(0, this.#head);
    this.#sources.splice(0, this.#head);
    this.#head = 0;
  }
}
