// A WebSocketPeer of this package that is driven by its `activity` signal, as a server would do it, and writes down
// what a game would have seen.
import { OK, WebSocketPeer } from '../../../host/index.js';
import type { Scope } from './watch.js';
import { Watch } from './watch.js';

/** One message, whoever received it. */
export interface Packet {
  readonly text: boolean;
  readonly bytes: Uint8Array;
}

export class LivePeer extends Watch {
  readonly peer: WebSocketPeer;
  packets: Packet[] = [];
  /** False: `activity` is answered by `poll` alone, packets stay where they are. */
  reading = true;
  /** True: every packet goes back as it came. */
  echoes = false;

  constructor(peer: WebSocketPeer, scope: Scope) {
    super();
    this.peer = peer;
    scope.defer(() => peer.close(-1));
    peer.connect('activity', () => {
      try {
        this.look();
      } catch (error) {
        this.failed(error as Error); // or else only the error handler would hear of it
      }
    });
    this.look();
  }

  get state(): number {
    return this.peer.get_ready_state();
  }

  /** One turn of a game loop. */
  look(): void {
    this.peer.poll();
    while (this.reading && this.peer.get_available_packet_count() > 0) this.take();
    this.noted();
  }

  /** Takes one packet, which must be there. */
  take(): Packet {
    const bytes = this.peer.get_packet();
    if (this.peer.get_packet_error() !== OK) throw new Error(`get_packet: error ${this.peer.get_packet_error()}`);
    const packet = { text: this.peer.was_string_packet(), bytes };
    if (!this.echoes) this.packets.push(packet);
    else if (this.state === WebSocketPeer.STATE_OPEN) this.send(packet);
    return packet;
  }

  /** Sends one packet, which must find room. */
  send({ text, bytes }: Packet): void {
    const error = this.peer.send(bytes, text ? WebSocketPeer.WRITE_MODE_TEXT : WebSocketPeer.WRITE_MODE_BINARY);
    if (error !== OK) throw new Error(`send of ${bytes.length} bytes: error ${error}`);
  }

  /** Resolves in OPEN; an end before that is an error. */
  async opened(): Promise<this> {
    await this.until(() => this.state === WebSocketPeer.STATE_OPEN || this.state === WebSocketPeer.STATE_CLOSED);
    if (this.state === WebSocketPeer.STATE_CLOSED) throw new Error('the connection closed instead of opening');
    return this;
  }

  /** Resolves in CLOSED, with what the peer then tells. */
  async closed(): Promise<{ code: number; reason: string }> {
    await this.until(() => this.state === WebSocketPeer.STATE_CLOSED);
    return { code: this.peer.get_close_code(), reason: this.peer.get_close_reason() };
  }

  async received(count: number): Promise<Packet[]> {
    await this.until(() => this.packets.length >= count);
    return this.packets.splice(0, count);
  }
}
