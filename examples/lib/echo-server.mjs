// A server that sends every packet back: TCPServer takes the connections, one WebSocketPeer speaks on each. It has no
// loop; it looks when `activity` says that there is something to see.
import { OK, TCPServer, WebSocketPeer } from 'websocketpeer';

const LARGEST_MESSAGE = 1 << 20;
/** No more is read from a client while this much of its echo has not left. */
const HIGH_WATER = 1 << 20;
const RETRY_MS = 16;

export class EchoServer {
  #server = new TCPServer();
  /** @type {Set<WebSocketPeer>} */
  #peers = new Set();
  #served = 0;
  /** How often each close code was seen. */
  #closeCodes = new Map();
  #port = 0;

  constructor() {
    this.#server.connect('activity', () => this.#accept());
  }

  listen(port) {
    const error = this.#server.listen(port, '127.0.0.1');
    if (error === OK) this.#port = this.#server.get_local_port();
    return error;
  }

  get url() {
    return `ws://127.0.0.1:${this.#port}`;
  }

  get clients() {
    return this.#peers.size;
  }

  /** Whether somebody has not heard the goodbye yet. */
  get isBusy() {
    return this.#peers.size > 0;
  }

  /** Takes no new connections, and says goodbye on those that there are. */
  stop() {
    this.#server.stop();
    for (const peer of this.#peers) {
      peer.close(1000, 'the server stops');
      this.#look(peer);
    }
  }

  summary() {
    const codes = [...this.#closeCodes].map(([code, count]) => `${code} (${count}x)`).join(', ') || 'none';
    return `server: ${this.#served} connections, close codes seen: ${codes}`;
  }

  #accept() {
    while (this.#server.is_connection_available()) {
      const peer = new WebSocketPeer();
      peer.inbound_buffer_size = LARGEST_MESSAGE;
      peer.outbound_buffer_size = LARGEST_MESSAGE + HIGH_WATER;
      peer.close_timeout = 2;
      if (peer.accept_stream(this.#server.take_connection()) !== OK) continue;
      this.#peers.add(peer);
      this.#served += 1;
      peer.connect('activity', () => this.#look(peer));
      this.#look(peer);
    }
  }

  #look(peer) {
    peer.poll();
    const state = peer.get_ready_state();
    if (state === WebSocketPeer.STATE_OPEN) {
      this.#echo(peer);
    } else if (state === WebSocketPeer.STATE_CLOSED && this.#peers.delete(peer)) {
      const code = peer.get_close_code();
      this.#closeCodes.set(code, (this.#closeCodes.get(code) ?? 0) + 1);
    }
  }

  #echo(peer) {
    while (peer.get_available_packet_count() > 0) {
      if (peer.get_current_outbound_buffered_amount() >= HIGH_WATER) {
        // The client does not read as fast as it sends. What it sends now waits on its own side, by TCP.
        setTimeout(() => this.#look(peer), RETRY_MS);
        return;
      }
      const packet = peer.get_packet();
      peer.send(packet, peer.was_string_packet() ? WebSocketPeer.WRITE_MODE_TEXT : WebSocketPeer.WRITE_MODE_BINARY);
    }
  }
}
