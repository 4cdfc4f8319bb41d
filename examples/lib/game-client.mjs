// A game that talks to an echo server: once per frame it polls, reads what has come back, and sends a text and a
// binary packet. All that a game needs of WebSocketPeer is in process().
import { WebSocketPeer } from 'websocketpeer';

const STATES = ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'];

export class GameClient {
  #socket = new WebSocketPeer();
  #frame = 0;
  /** When something arrived that no frame has looked at yet. */
  #arrivedAt = null;
  #trips = { count: 0, sum: 0, least: Number.POSITIVE_INFINITY, most: 0 };
  sent = { packets: 0, bytes: 0 };
  received = { packets: 0, bytes: 0 };
  /** Milliseconds from sending to the echo's arrival, of the packet read last; null before the first. */
  roundTrip = null;

  constructor() {
    // A game needs no signals; this one only measures with it, for a frame may come long after the packet.
    this.#socket.connect('activity', () => {
      this.#arrivedAt ??= performance.now();
    });
  }

  connect(url) {
    return this.#socket.connect_to_url(url);
  }

  get state() {
    return this.#socket.get_ready_state();
  }

  /** Whether there was a connection: the other side may end it before a frame has seen it OPEN. */
  get wasOpen() {
    return this.#frame > 0 || this.#socket.get_close_code() !== -1;
  }

  get stateName() {
    return STATES[this.state];
  }

  /** One frame. */
  process() {
    const socket = this.#socket;
    socket.poll();
    while (socket.get_available_packet_count() > 0) this.#read(socket.get_packet(), socket.was_string_packet());
    this.#arrivedAt = null;
    if (socket.get_ready_state() !== WebSocketPeer.STATE_OPEN) return;
    this.#frame += 1;
    this.#sendText();
    this.#sendBinary();
  }

  stop() {
    this.#socket.close(1000, 'the game is over');
  }

  /** How the connection ended. */
  get closing() {
    const reason = this.#socket.get_close_reason();
    return `${this.#socket.get_close_code()}${reason === '' ? '' : ` "${reason}"`}`;
  }

  summary(elapsed) {
    const { sent, received } = this;
    const { count, sum, least, most } = this.#trips;
    const trips = count === 0 ? 'none' : `${ms(least)} / ${ms(sum / count)} / ${ms(most)} ms (least / mean / most)`;
    return [
      `client: closed with ${this.closing} after ${elapsed.toFixed(1)} s and ${this.#frame} frames`,
      `client: sent ${sent.packets} packets (${sent.bytes} bytes), received ${received.packets} (${received.bytes} bytes)`,
      `client: round trip ${trips}`,
    ];
  }

  #sendText() {
    const text = `frame ${this.#frame} ${performance.now()}`;
    if (this.#socket.send_text(text) === 0) this.#count(this.sent, text.length);
  }

  #sendBinary() {
    // 00  time of sending   f64
    // 08  x, y, z           3 x f32
    const packet = new DataView(new ArrayBuffer(20));
    packet.setFloat64(0, performance.now());
    for (let axis = 0; axis < 3; axis += 1) packet.setFloat32(8 + 4 * axis, Math.sin(this.#frame / (10 + axis)));
    if (this.#socket.send(packet) === 0) this.#count(this.sent, packet.byteLength);
  }

  #read(packet, isText) {
    this.#count(this.received, packet.length);
    const sentAt = isText
      ? Number(new TextDecoder().decode(packet).split(' ')[2])
      : packet.length === 20 && new DataView(packet.buffer, packet.byteOffset).getFloat64(0);
    const trip = (this.#arrivedAt ?? performance.now()) - sentAt;
    if (!(trip >= 0)) return; // not ours: this is no echo server
    this.roundTrip = trip;
    const trips = this.#trips;
    trips.count += 1;
    trips.sum += trip;
    trips.least = Math.min(trips.least, trip);
    trips.most = Math.max(trips.most, trip);
  }

  #count(total, bytes) {
    total.packets += 1;
    total.bytes += bytes;
  }
}

function ms(value) {
  return value.toFixed(2);
}
