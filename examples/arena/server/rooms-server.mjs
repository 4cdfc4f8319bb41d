// One process of an arena that is spread over several: pages over HTTP, a gateway for whoever connects here, and a host for
// rooms, whoever plays in them. What connects the processes is the broker.
import { createServer } from 'node:http';
import { OK } from 'websocketpeer';
import { RoomHost, WebSocketGateway } from 'websocketpeer/cluster';
import { ArenaRoom } from './arena-room.mjs';
import { addCounts } from './figures.mjs';
import { serveFile } from './files.mjs';
import { arenaSettings } from './limits.mjs';

const MAX_ROOMS = 64;
const MAX_CONNECTIONS = 1024;
/** How long goodbyes may take. */
const DRAIN_SECONDS = 2;

export class RoomsServer {
  #http = createServer((request, response) => void serveFile(request, response));
  #gateway;
  #host;
  /** Rooms by their names. */
  #rooms = new Map();
  /** Of rooms that are over. */
  #totals = {};

  constructor(broker) {
    this.#host = new RoomHost(broker);
    this.#host.max_rooms = MAX_ROOMS;
    this.#host.connect('room_requested', (name) => this.#make(name));
    this.#host.connect('on_drain', () => {
      for (const room of [...this.#rooms.values()]) room.leave();
    });
    this.#gateway = new WebSocketGateway(broker);
    this.#gateway.max_peers = MAX_CONNECTIONS;
    this.#gateway.peer_settings = arenaSettings();
    this.#http.headersTimeout = 10_000;
    this.#http.on('upgrade', (request, socket, head) => this.#accept(request, socket, head));
  }

  /** Resolves when it listens; rejects with Node's error. Pages of `origins` may play, no others. */
  listen(port, host, origins) {
    this.#gateway.peer_settings.allowed_origins = origins;
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, host, () => {
        this.#http.off('error', reject);
        resolve();
      });
    });
  }

  get figures() {
    const rooms = [...this.#rooms.values()];
    const sum = (of) => rooms.reduce((total, room) => total + of(room), 0);
    return {
      rooms: [...this.#rooms.keys()],
      players: sum(({ players }) => players),
      guests: sum(({ guests }) => guests),
      totals: rooms.reduce((totals, room) => addCounts(totals, room.totals), { ...this.#totals }),
    };
  }

  /** Says goodbye to everybody who is connected here, and gives the rooms up when they are empty. */
  async stop() {
    this.#http.close();
    this.#http.closeIdleConnections();
    await Promise.all([this.#gateway.drain(DRAIN_SECONDS), this.#host.drain(DRAIN_SECONDS)]);
    this.#http.closeAllConnections();
  }

  #make(name) {
    const room = new ArenaRoom(() => {
      addCounts(this.#totals, room.totals);
      this.#rooms.delete(name);
    });
    if (room.begin(this.#host, name)) this.#rooms.set(name, room);
  }

  #accept(request, socket, head) {
    // Errors of a socket end its connection; without a listener they would end the process.
    socket.on('error', () => {});
    if (this.#gateway.accept_upgrade(request, socket, head) !== OK) socket.destroy();
  }
}
