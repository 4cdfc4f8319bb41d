// The client role of WebSocketMultiplayerPeer: joining, and the server's packets. The server's first message is this
// side's id, four bytes in little-endian order; all others are packets.
import { clock } from '#platform';
import type { Failure } from '../../binding/error-handler.js';
import { Deadline } from '../../protocol/deadline.js';
import { type FailureCode, failureWith, otherSide } from '../../protocol/failures.js';
import { REPORT } from '../../protocol/session.js';
import { endAlone } from '../websocket/end-alone.js';
import { WebSocketPeer } from '../websocket/web-socket-peer.js';
import { MultiplayerPeer } from './multiplayer-peer.js';
import type { SourcedPackets } from './sourced-packets.js';

const { TARGET_PEER_SERVER } = MultiplayerPeer;
const ID_BYTES = 4;

/** Callbacks of a client to its owner. */
export interface ClientEvents {
  joined(): void;
  /** The server has sent an empty message. */
  sentNothing(): void;
  /** A poll would find something new. */
  readonly wake: () => void;
}

export class MultiplayerClient {
  readonly socket: WebSocketPeer;
  readonly #packets: SourcedPackets;
  readonly #events: ClientEvents;
  readonly #deadline: Deadline;
  /** This side's id; 0 until the server has assigned it. */
  id = 0;
  /** The server has assigned a valid id. */
  isConnected = false;
  readonly #timeoutMs: number;
  /** Why joining failed although the connection did not. */
  #failure: Failure | null = null;
  /** The connection has ended, and all its packets were delivered in an earlier poll. */
  isOver = false;

  constructor(socket: WebSocketPeer, packets: SourcedPackets, timeoutMs: number, events: ClientEvents) {
    this.socket = socket;
    this.#packets = packets;
    this.#events = events;
    this.#timeoutMs = timeoutMs;
    this.#deadline = new Deadline(clock, events.wake);
    this.#deadline.set(timeoutMs);
    socket.connect('activity', events.wake);
  }

  get failure(): Failure | null {
    return this.#failure ?? this.socket.get_failure();
  }

  /** Takes packets only when there is room for them. */
  poll(hasRoom: boolean): void {
    const { socket } = this;
    socket.poll();
    if (!this.isConnected && !this.isOver) this.#join();
    if (this.isOver) return; // ended by a signal's callback
    const waiting = this.isConnected ? socket.get_available_packet_count() : 0;
    if (waiting > 0 && hasRoom) this.#takePackets();
    if (socket.get_ready_state() !== WebSocketPeer.STATE_CLOSED) {
      if (!this.isConnected && this.#deadline.passed()) this.#isLate();
    } else if (waiting === 0) {
      this.#deadline.clear();
      this.isOver = true;
    } else if (hasRoom) {
      this.#events.wake(); // the game reads these packets before the end is reported
    }
  }

  /** Ends at once. */
  drop(): void {
    this.isOver = true;
    this.#deadline.clear();
    this.socket.close(-1);
  }

  /** Closes the connection, which then ends without being polled. */
  leave(): void {
    this.isOver = true;
    this.#deadline.clear();
    this.socket.close();
    endAlone(this.socket, this.#events.wake);
  }

  #join(): void {
    const { socket } = this;
    if (socket.get_ready_state() !== WebSocketPeer.STATE_OPEN || socket.get_available_packet_count() === 0) return;
    const first = socket.get_packet();
    const { byteOffset, length } = first;
    const id = length === ID_BYTES ? new DataView(first.buffer, byteOffset, length).getInt32(0, true) : 0;
    if (id <= TARGET_PEER_SERVER) {
      socket.close();
      this.#fail('BAD_FIRST_MESSAGE', `the server's first message must be an id, got ${id} (${length} bytes)`);
      return;
    }
    this.id = id;
    this.#deadline.clear();
    this.isConnected = true;
    this.#events.joined();
  }

  #isLate(): void {
    this.#fail('TIMEOUT', `no id within handshake_timeout, ${this.#timeoutMs / 1000} s`);
    this.drop();
  }

  #fail(code: FailureCode, cause: string): void {
    const { socket } = this;
    this.#failure = failureWith(otherSide(socket.get_requested_url(), true, ''), 'handshake', code, cause);
    socket[REPORT](`WebSocketMultiplayerPeer: ${this.#failure.message}`, 'error', this.#failure);
  }

  #takePackets(): void {
    if (this.#packets.moveFrom(this.socket, TARGET_PEER_SERVER)) return;
    if (this.socket.get_available_packet_count() > 0) this.#events.wake();
    this.#events.sentNothing();
  }
}
