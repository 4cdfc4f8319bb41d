// stand-in
export class WebSocketPeer {
  static STATE_OPEN = 1;
  #ws;
  #inbox = [];
  #queue = [];
  #state = 3;
  connect_to_url(url) {
    this.#ws = new WebSocket(url);
    this.#ws.binaryType = 'arraybuffer';
    this.#state = 0;
    this.#ws.onmessage = (e) => this.#inbox.push(new TextEncoder().encode(e.data));
    return 0;
  }
  poll() {
    this.#state = this.#ws.readyState;
    this.#queue.push(...this.#inbox.splice(0));
  }
  get_ready_state() {
    return this.#state;
  }
  get_available_packet_count() {
    return this.#queue.length;
  }
  get_packet() {
    return this.#queue.shift();
  }
  send_text(t) {
    this.#ws.send(t);
    return 0;
  }
  close(code = 1000, reason = '') {
    this.#ws.close(code, reason);
  }
}
