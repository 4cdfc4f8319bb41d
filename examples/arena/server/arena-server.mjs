// The arena on one port: pages over HTTP, players over WebSocket (accept_upgrade), the room stepped 30 times a second.
import { createServer } from 'node:http';
import { OK, WebSocketPeer } from 'websocketpeer';
import { encodeSnapshot } from '../shared/packets.mjs';
import { TICK_MS } from '../shared/rules.mjs';
import { serveFile } from './files.mjs';
import { arenaSettings } from './limits.mjs';
import { MAX_PLAYERS, Room } from './room.mjs';
import { Visitor } from './visitor.mjs';

/** Connections, in the game or on their way into it. */
const MAX_VISITORS = 2 * MAX_PLAYERS;
const HELLO_WITHIN_MS = 8000;
const TRY_AGAIN_LATER = 1013;
/** After a pause of the whole process no more than this is made up for. */
const MOST_STEPS_AT_ONCE = 5;

export class ArenaServer {
  #http = createServer((request, response) => void serveFile(request, response));
  #settings = arenaSettings();
  #room = new Room();
  /** Visitors with the time at which they came. */
  #visitors = new Map();
  #byId = new Map();
  #timer = null;
  #steppedAt = 0;
  #startedAt = 0;
  #totals = { connections: 0, received: 0, sent: 0, bytesSent: 0, skipped: 0, tags: 0 };
  #closeCodes = new Map();
  #hub = {
    hello: (visitor) => this.#enter(visitor),
    stick: (visitor, stick) => this.#room.steer(visitor.id, stick),
    chat: (visitor, text) => this.#tellAll({ kind: 'chat', id: visitor.id, name: visitor.name, text }),
    renamed: (visitor) => {
      this.#nameOf(visitor);
      this.#tellWho();
    },
    gone: (visitor) => this.#leave(visitor),
  };

  constructor() {
    this.#http.headersTimeout = 10_000;
    this.#http.on('upgrade', (request, socket, head) => this.#accept(request, socket, head));
    this.#room.onTag = (by, whom) => {
      this.#totals.tags += 1;
      this.#tellAll({ kind: 'tag', by, whom });
    };
  }

  /** Resolves when it listens; rejects with Node's error. */
  listen(port, host) {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, host, () => {
        this.#http.off('error', reject);
        this.#startedAt = this.#steppedAt = performance.now();
        this.#timer = setInterval(() => this.#run(), TICK_MS);
        resolve();
      });
    });
  }

  /** Pages of these origins may play; all others are refused. What is no page may always play. */
  allowOrigins(origins) {
    this.#settings.allowed_origins = origins;
  }

  get port() {
    return this.#http.address()?.port ?? 0;
  }

  get players() {
    return this.#byId.size;
  }

  /** Of players, bots not counted. */
  get guests() {
    return [...this.#byId.values()].filter((visitor) => !visitor.isBot).length;
  }

  /** Says goodbye to everybody; resolves when the last is gone. */
  async stop() {
    this.#http.close();
    this.#http.closeIdleConnections();
    for (const visitor of [...this.#visitors.keys()]) visitor.close(1001, 'the arena closes');
    while (this.#visitors.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      for (const visitor of [...this.#visitors.keys()]) visitor.look(performance.now());
    }
    clearInterval(this.#timer);
    this.#http.closeAllConnections();
  }

  /** What the server did so far, a line each. */
  summary() {
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const totals = { ...this.#totals };
    for (const visitor of this.#visitors.keys()) addCounts(totals, visitor.counts);
    const rate = (count) => Math.round(count / seconds);
    const codes = [...this.#closeCodes].map(([code, count]) => `${code} (${count}x)`).join(', ') || 'none';
    return [
      `server: ${totals.connections} connections, ${this.#room.tick} ticks, ${totals.tags} tags`,
      `server: in ${rate(totals.received)} packets/s, out ${rate(totals.sent)} packets/s, ` +
        `${rate(totals.bytesSent)} bytes/s, ${totals.skipped} snapshots skipped for slow readers`,
      `server: close codes seen: ${codes}`,
    ];
  }

  #accept(request, socket, head) {
    // Errors of a socket end its peer; without a listener they would end the process.
    socket.on('error', () => {});
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== '/arena' || this.#visitors.size >= MAX_VISITORS) {
      const status = path === '/arena' ? '503 Service Unavailable' : '404 Not Found';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
      return;
    }
    const peer = new WebSocketPeer();
    peer.settings = this.#settings;
    const visitor = new Visitor(peer, this.#hub);
    if (peer.accept_upgrade(request, socket, head) !== OK) {
      socket.destroy();
      return;
    }
    this.#totals.connections += 1;
    this.#visitors.set(visitor, performance.now());
    peer.connect('activity', () => visitor.look(performance.now()));
    visitor.look(performance.now());
  }

  #enter(visitor) {
    visitor.id = this.#room.enter();
    if (visitor.id === 0) {
      visitor.close(TRY_AGAIN_LATER, 'the arena is full');
      return;
    }
    this.#nameOf(visitor);
    this.#byId.set(visitor.id, visitor);
    visitor.tell({ kind: 'welcome', id: visitor.id });
    this.#tellWho();
  }

  #nameOf(visitor) {
    if (visitor.name === '') visitor.name = `Guest ${visitor.id}`;
  }

  #leave(visitor) {
    if (!this.#visitors.delete(visitor)) return;
    addCounts(this.#totals, visitor.counts);
    const code = visitor.peer.get_close_code();
    this.#closeCodes.set(code, (this.#closeCodes.get(code) ?? 0) + 1);
    if (!this.#byId.delete(visitor.id)) return;
    this.#room.leave(visitor.id);
    this.#tellWho();
  }

  #run() {
    const now = performance.now();
    const due = Math.floor((now - this.#steppedAt) / TICK_MS);
    if (due === 0) return;
    const steps = Math.min(due, MOST_STEPS_AT_ONCE);
    this.#steppedAt = due > steps ? now : this.#steppedAt + due * TICK_MS;
    for (let step = 0; step < steps; step += 1) this.#room.step();
    const bytes = encodeSnapshot(this.#room.tick, [...this.#room.players.values()], this.#room.shots);
    for (const [visitor, since] of [...this.#visitors]) {
      visitor.look(now);
      if (visitor.id === 0 && now - since > HELLO_WITHIN_MS && visitor.isOpen) visitor.close(1008, 'no hello');
      visitor.show(bytes);
    }
  }

  #tellWho() {
    const players = [...this.#byId.values()].map(({ id, name, isBot }) => [id, name, isBot]);
    this.#tellAll({ kind: 'who', players });
  }

  #tellAll(words) {
    for (const visitor of this.#byId.values()) visitor.tell(words);
  }
}

function addCounts(totals, counts) {
  for (const key of Object.keys(counts)) totals[key] += counts[key];
}
