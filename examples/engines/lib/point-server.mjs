// The server of the engines' examples: whoever taps somewhere moves the point there, for everybody.
import { OK, TCPServer, WebSocketPeer } from 'websocketpeer';

export class PointServer {
  #server = new TCPServer();
  /** @type {Set<WebSocketPeer>} */
  #peers = new Set();
  /** Where the point is, as it was sent; for those who join. */
  #place = new TextEncoder().encode('0.5 0.5');
  /** How those who left have closed. */
  closeCodes = /** @type {number[]} */ ([]);

  constructor() {
    this.#server.connect('activity', () => this.#accept());
  }

  /** @param {number} port 0: the system chooses */
  listen(port) {
    return this.#server.listen(port, '127.0.0.1');
  }

  get url() {
    return `ws://127.0.0.1:${this.#server.get_local_port()}`;
  }

  get clients() {
    return this.#peers.size;
  }

  stop() {
    this.#server.stop();
    for (const peer of this.#peers) peer.close(1001, 'the server stops');
  }

  #accept() {
    while (this.#server.is_connection_available()) {
      const peer = new WebSocketPeer();
      if (peer.accept_stream(this.#server.take_connection()) !== OK) continue;
      peer.connect('activity', () => this.#look(peer));
      this.#look(peer);
    }
  }

  /** @param {WebSocketPeer} peer */
  #look(peer) {
    peer.poll();
    if (peer.get_ready_state() === WebSocketPeer.STATE_OPEN && !this.#peers.has(peer)) {
      this.#peers.add(peer);
      peer.send(this.#place, WebSocketPeer.WRITE_MODE_TEXT);
    }
    while (peer.get_available_packet_count() > 0) {
      const packet = peer.get_packet();
      if (!isPlace(packet)) continue;
      this.#place = packet;
      WebSocketPeer.broadcast(this.#peers, packet, WebSocketPeer.WRITE_MODE_TEXT);
    }
    if (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED && this.#peers.delete(peer)) {
      this.closeCodes.push(peer.get_close_code());
    }
  }
}

/** Two fractions of the window, from its left and its top edge. */
function isPlace(packet) {
  const numbers = new TextDecoder().decode(packet).split(' ').map(Number);
  return numbers.length === 2 && numbers.every((number) => number >= 0 && number <= 1);
}
