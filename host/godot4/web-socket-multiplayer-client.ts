// The client's side of WebSocketMultiplayerPeer: joining, and the packets of the server. The server's first message
// is this side's id, four bytes with the lowest first; all that follow are packets.
import { printError } from '../binding/error-handler.js';
import type { Alarm } from '../transport/platform.js';
import { context } from './context.js';
import { MultiplayerPeer } from './multiplayer-peer.js';
import type { SourcedPackets } from './sourced-packets.js';
import { WebSocketPeer } from './web-socket-peer.js';

const { TARGET_PEER_SERVER } = MultiplayerPeer;
const ID_BYTES = 4;

export class MultiplayerClient {
  readonly socket: WebSocketPeer;
  readonly #packets: SourcedPackets;
  readonly #joined: () => void;
  readonly #deadline: number;
  readonly #alarm: Alarm;
  /** This side's id; 0 until the server has told it. */
  id = 0;
  /** The server has told a good id. */
  isConnected = false;
  /** The connection has ended, and everything that came on it was handed over in an earlier poll. */
  isOver = false;

  /** Joining may take `timeoutMs`; then, as for all other news, `wake` asks for a poll. */
  constructor(socket: WebSocketPeer, packets: SourcedPackets, timeoutMs: number, joined: () => void, wake: () => void) {
    this.socket = socket;
    this.#packets = packets;
    this.#joined = joined;
    this.#deadline = context.platform.now() + timeoutMs;
    this.#alarm = context.platform.alarm(timeoutMs, wake);
    socket.connect('activity', wake);
  }

  /** Takes packets as long as fewer than `limit` wait. */
  poll(limit: number): void {
    this.socket.poll();
    if (!this.isConnected) this.#join();
    const moved = this.isConnected && this.#takePackets(limit);
    if (this.socket.get_ready_state() === WebSocketPeer.STATE_CLOSED) this.#end(moved);
    else if (!this.isConnected && context.platform.now() >= this.#deadline) this.drop();
  }

  /** Ends at once. */
  drop(): void {
    this.#alarm.cancel();
    this.socket.close(-1);
    this.isOver = true;
  }

  #join(): void {
    const { socket } = this;
    if (socket.get_ready_state() !== WebSocketPeer.STATE_OPEN || socket.get_available_packet_count() === 0) return;
    const first = socket.get_packet();
    const { byteOffset, length } = first;
    this.id = length === ID_BYTES ? new DataView(first.buffer, byteOffset, length).getInt32(0, true) : 0;
    if (this.id <= TARGET_PEER_SERVER) {
      printError(
        `WebSocketMultiplayerPeer: the server's first message must be an id, got ${this.id} (${length} bytes)`,
      );
      socket.close();
      return;
    }
    this.#alarm.cancel();
    this.isConnected = true;
    this.#joined();
  }

  /** Whether there were any. An empty one is nobody's packet; what follows it waits for the next poll. */
  #takePackets(limit: number): boolean {
    const { socket } = this;
    let moved = false;
    while (this.#packets.count < limit && socket.get_available_packet_count() > 0) {
      const packet = socket.get_packet();
      moved = true;
      if (packet.length === 0) {
        printError('WebSocketMultiplayerPeer: the server has sent an empty message');
        break;
      }
      this.#packets.push(packet, TARGET_PEER_SERVER);
    }
    return moved;
  }

  /** What was handed over in this poll is the game's to read before it hears of the end. */
  #end(moved: boolean): void {
    if (moved || (this.isConnected && this.socket.get_available_packet_count() > 0)) return;
    this.#alarm.cancel();
    this.isOver = true;
  }
}
