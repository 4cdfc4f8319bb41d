// The server of a small game: players run on a field and collect a coin. It knows WebSocketPeers and nothing of where they
// come from: the same code runs in a worker (worker.mjs) and behind a port (server.mjs).
import { OK, WebSocketPeer } from 'websocketpeer/streams';

export const FIELD = 16;
const TICK_MS = 50;
const STEPS = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] };

export class CoinGame {
  #players = new Map();
  #coin = { x: 3, y: 12 };
  #joined = 0;
  #timer = setInterval(() => this.#tick(), TICK_MS);

  /**
   * Takes a player in, who is connected by `stream`.
   * @param {import('websocketpeer/streams').StreamPeer} stream
   */
  join(stream) {
    const peer = new WebSocketPeer();
    if (peer.accept_stream(stream) !== OK) return;
    this.#joined += 1;
    this.#players.set(peer, { name: `player ${this.#joined}`, x: 8, y: 8, score: 0 });
    peer.connect('activity', () => this.#listen(peer));
    this.#listen(peer);
  }

  stop() {
    clearInterval(this.#timer);
    for (const peer of this.#players.keys()) peer.close(1001, 'the game is over');
  }

  #listen(peer) {
    peer.poll();
    const player = this.#players.get(peer);
    while (peer.get_available_packet_count() > 0) {
      const step = STEPS[new TextDecoder().decode(peer.get_packet())];
      if (step !== undefined && player !== undefined) this.#move(player, step);
    }
    if (peer.get_ready_state() === WebSocketPeer.STATE_CLOSED) this.#players.delete(peer);
  }

  #move(player, [dx, dy]) {
    player.x = Math.min(FIELD - 1, Math.max(0, player.x + dx));
    player.y = Math.min(FIELD - 1, Math.max(0, player.y + dy));
    if (player.x !== this.#coin.x || player.y !== this.#coin.y) return;
    player.score += 1;
    this.#coin = { x: Math.floor(Math.random() * FIELD), y: Math.floor(Math.random() * FIELD) };
  }

  #tick() {
    for (const peer of this.#players.keys()) peer.poll();
    const state = JSON.stringify({ coin: this.#coin, players: [...this.#players.values()] });
    WebSocketPeer.broadcast(this.#players.keys(), new TextEncoder().encode(state), WebSocketPeer.WRITE_MODE_TEXT);
  }
}
