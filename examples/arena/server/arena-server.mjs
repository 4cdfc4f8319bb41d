// The arena in one process, on one port: pages over HTTP, players over WebSocket (accept_upgrade).
import { createServer } from 'node:http';
import { OK, WebSocketPeer } from 'websocketpeer';
import { Arena } from './arena.mjs';
import { linesOf } from './figures.mjs';
import { serveFile } from './files.mjs';
import { arenaSettings } from './limits.mjs';
import { MAX_PLAYERS } from './room.mjs';

/** Connections, in the game or on their way into it. */
const MAX_VISITORS = 2 * MAX_PLAYERS;

export class ArenaServer {
  #http = createServer((request, response) => void serveFile(request, response));
  #settings = arenaSettings();
  #arena = new Arena();
  #startedAt = 0;
  #closeCodes = new Map();

  constructor() {
    this.#http.headersTimeout = 10_000;
    this.#http.on('upgrade', (request, socket, head) => this.#accept(request, socket, head));
    this.#arena.onGone = (peer) => {
      const code = peer.get_close_code();
      this.#closeCodes.set(code, (this.#closeCodes.get(code) ?? 0) + 1);
    };
  }

  /**
   * Resolves when it listens; rejects with Node's error. Pages of the origins that `originsOf(port)` gives may play; all
   * others are refused. What is no page may always play.
   */
  listen(port, host, originsOf) {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, host, () => {
        this.#http.off('error', reject);
        this.#settings.allowed_origins = originsOf(this.port);
        this.#startedAt = performance.now();
        this.#arena.begin();
        resolve();
      });
    });
  }

  get port() {
    return this.#http.address()?.port ?? 0;
  }

  get players() {
    return this.#arena.players;
  }

  /** Of players, bots not counted. */
  get guests() {
    return this.#arena.guests;
  }

  /** Says goodbye to everybody; resolves when the last is gone. */
  async stop() {
    this.#http.close();
    this.#http.closeIdleConnections();
    await this.#arena.stop();
    this.#http.closeAllConnections();
  }

  /** What the server did so far, a line each. */
  summary() {
    const codes = [...this.#closeCodes].map(([code, count]) => `${code} (${count}x)`).join(', ') || 'none';
    const seconds = (performance.now() - this.#startedAt) / 1000;
    return [...linesOf(this.#arena.totals, seconds), `server: close codes seen: ${codes}`];
  }

  #accept(request, socket, head) {
    // Errors of a socket end its peer; without a listener they would end the process.
    socket.on('error', () => {});
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== '/arena' || this.#arena.visitors >= MAX_VISITORS) {
      const status = path === '/arena' ? '503 Service Unavailable' : '404 Not Found';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
      return;
    }
    const peer = new WebSocketPeer();
    peer.settings = this.#settings;
    if (peer.accept_upgrade(request, socket, head) === OK) this.#arena.admit(peer);
    else socket.destroy();
  }
}
