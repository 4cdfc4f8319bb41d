// One player's connection to the arena, for the page and for the bots: WebSocketPeer, polled first in each frame. It
// knows the newest snapshot and who is there, and keeps the figures; what a player does with them is not here.
import { OK, WebSocketPeer } from 'websocketpeer';
import { decodePing, decodeSnapshot, decodeWords, encodePing, encodeStick, isWords } from './packets.mjs';
import { TICK_MS } from './rules.mjs';

const PING_EVERY_MS = 500;
const FIGURES_EVERY_MS = 1000;
/** A stick that does not move is told this often, in case the server has forgotten it. */
const REPEAT_MS = 200;
const KEPT_ROUND_TRIPS = 1024;

export class ArenaClient {
  #socket = new WebSocketPeer();
  #hello = '';
  #stick = { x: 0, y: 0, aim: 0, fire: false };
  #number = 0;
  #sentStick = '';
  #stickAt = 0;
  #pingAt = 0;
  #window = { since: 0, sent: 0, received: 0 };
  #isGreeted = false;

  /** This player's id, 0 until the server has told. */
  id = 0;
  /** `{ name, isBot }` by id. */
  names = new Map();
  snapshot = null;
  sent = 0;
  received = 0;
  bytesReceived = 0;
  /** Packets each second: what the page shows. */
  rates = { sent: 0, received: 0 };
  /** In ms, newest last. */
  roundTrips = [];
  /** Called as `onSnapshot(snapshot, nowMs)` and `onWords(words)`. */
  onSnapshot = () => {};
  onWords = () => {};

  constructor() {
    // What comes between two frames is taken as it comes: the round trip is the network's, and a hidden page, whose
    // frames stand still, goes on.
    this.#socket.connect('activity', () => this.process(performance.now()));
  }

  /** Begins to connect. `hello` is told when the connection is open: `{ name, isBot }`. */
  join(url, hello) {
    this.#hello = JSON.stringify({ kind: 'hello', ...hello });
    this.#isGreeted = false;
    this.id = 0;
    this.snapshot = null;
    this.names.clear();
    return this.#socket.connect_to_url(url) === OK;
  }

  get state() {
    return this.#socket.get_ready_state();
  }

  get closing() {
    return { code: this.#socket.get_close_code(), reason: this.#socket.get_close_reason() };
  }

  get roundTrip() {
    return this.roundTrips.at(-1) ?? null;
  }

  leave() {
    this.#socket.close(1000, 'bye');
  }

  /** Once in each frame: takes what has come, sends what is due. `now` in ms. */
  process(now) {
    this.#socket.poll();
    if (this.state === WebSocketPeer.STATE_OPEN && !this.#isGreeted) {
      this.#isGreeted = true;
      this.#send(this.#hello);
    }
    while (this.#socket.get_available_packet_count() > 0) {
      const packet = this.#socket.get_packet();
      this.received += 1;
      this.bytesReceived += packet.length;
      if (isWords(packet, this.#socket.was_string_packet())) this.#hear(decodeWords(packet));
      else this.#take(packet, now);
    }
    if (this.state === WebSocketPeer.STATE_OPEN) this.#sendWhatIsDue(now);
    this.#measure(now);
  }

  /** What the player does from now on: `x` and `y` from -1 to 1, `aim` in radians, `fire`. */
  steer(stick) {
    this.#stick = stick;
  }

  say(text) {
    this.#send(JSON.stringify({ kind: 'chat', text }));
  }

  rename(name) {
    this.#send(JSON.stringify({ kind: 'name', name }));
  }

  #send(data) {
    if (this.state !== WebSocketPeer.STATE_OPEN) return;
    const error = typeof data === 'string' ? this.#socket.send_text(data) : this.#socket.send(data);
    if (error === OK) this.sent += 1;
  }

  #hear(words) {
    if (words === null) return;
    if (words.kind === 'welcome') this.id = words.id;
    if (words.kind === 'who') {
      this.names = new Map(words.players.map(([id, name, isBot]) => [id, { name, isBot }]));
    }
    this.onWords(words);
  }

  #take(packet, now) {
    const stamp = decodePing(packet);
    if (stamp !== null) {
      // The stamp is in quarters of a ms and runs over after 12 days; the difference does not mind.
      this.roundTrips.push(((Math.round(now * 4) - stamp) >>> 0) / 4);
      if (this.roundTrips.length > KEPT_ROUND_TRIPS) this.roundTrips.shift();
      return;
    }
    const snapshot = decodeSnapshot(packet);
    if (snapshot === null) return;
    this.snapshot = snapshot;
    this.onSnapshot(snapshot, now);
  }

  #sendWhatIsDue(now) {
    if (now - this.#pingAt >= PING_EVERY_MS) {
      this.#pingAt = now;
      this.#send(encodePing(Math.round(now * 4) >>> 0));
    }
    if (this.id === 0 || now - this.#stickAt < TICK_MS * 0.9) return;
    const bytes = encodeStick(this.#number, this.#stick);
    const told = bytes.subarray(2).join();
    if (told === this.#sentStick && now - this.#stickAt < REPEAT_MS) return;
    this.#number += 1;
    this.#sentStick = told;
    this.#stickAt = now;
    this.#send(bytes);
  }

  #measure(now) {
    const { since, sent, received } = this.#window;
    const elapsed = now - since;
    if (elapsed < FIGURES_EVERY_MS) return;
    const each = (count) => Math.round((count * 1000) / elapsed);
    this.rates = { sent: each(this.sent - sent), received: each(this.received - received) };
    this.#window = { since: now, sent: this.sent, received: this.received };
  }
}
