// A player of a room behind gateways, as a Visitor knows players: with as much of WebSocketPeer as it uses.
import { WebSocketPeer } from 'websocketpeer';

const { STATE_OPEN, STATE_CLOSING, STATE_CLOSED } = WebSocketPeer;
const encoder = new TextEncoder();

export class Member {
  #room;
  #id;
  #packets = [];
  #activity = () => {};
  #unheard = 0;
  #state = STATE_OPEN;

  /** The peer `id` of `room`, a ClusterMultiplayerPeer. */
  constructor(room, id) {
    this.#room = room;
    this.#id = id;
  }

  /** A packet of this player has come. */
  receive(packet) {
    this.#unheard = 0;
    this.#packets.push(packet);
    this.#activity();
  }

  /** The player has left. */
  gone() {
    this.#state = STATE_CLOSED;
    this.#packets = [];
    this.#activity();
  }

  /** There is one signal, and one who listens. */
  connect(_signal, listener) {
    this.#activity = listener;
  }

  /** The room is polled for all. */
  poll() {}

  get_ready_state() {
    return this.#state;
  }

  get_available_packet_count() {
    return this.#packets.length;
  }

  get_packet() {
    return this.#packets.shift();
  }

  /** Packets of multiplayer peers are bytes. */
  was_string_packet() {
    return false;
  }

  send(bytes) {
    this.#unheard += bytes.length;
    this.#room.set_target_peer(this.#id);
    return this.#room.put_packet(bytes);
  }

  send_text(text) {
    return this.send(encoder.encode(text));
  }

  /**
   * How much waits at the gateway is not known here: what was sent since the player was heard is at least as much. One
   * who plays is heard some times a second.
   */
  get_current_outbound_buffered_amount() {
    return this.#unheard;
  }

  /** Who plays by a multiplayer peer gets 1000, so the reason is told before. */
  close(_code, reason) {
    if (this.#state !== STATE_OPEN) return;
    this.#state = STATE_CLOSING;
    this.send_text(JSON.stringify({ kind: 'note', text: reason }));
    this.#room.disconnect_peer(this.#id);
  }
}
