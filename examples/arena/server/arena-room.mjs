// An arena that is a room of a host: its players come over gateways of any process.
import { OK } from 'websocketpeer';
import { ClusterMultiplayerPeer } from 'websocketpeer/cluster';
import { Arena } from './arena.mjs';
import { Member } from './member.mjs';
import { MAX_PLAYERS } from './room.mjs';

/** How long a room waits for somebody to come (back). */
const EMPTY_MS = 10_000;

export class ArenaRoom {
  #peer = new ClusterMultiplayerPeer();
  #arena = new Arena();
  #members = new Map();
  #emptyTimer = null;
  #isLeaving = false;
  #ended;

  /** `ended(room)` is called when it is over: nobody came for a while, or the host has lost its name. */
  constructor(ended) {
    this.#ended = ended;
    this.#peer.max_peers = MAX_PLAYERS;
    this.#peer.outbound_buffer_size = 64 * 1024;
    this.#peer.connect('peer_connected', (id) => this.#come(id));
    this.#peer.connect('peer_disconnected', (id) => this.#leave(id));
    this.#peer.connect('activity', () => this.#look());
  }

  /** Whether `host` lets it be its room `name`. */
  begin(host, name) {
    if (this.#peer.create_room(host, name) !== OK) return false;
    this.#arena.begin();
    this.#waitForSomebody();
    return true;
  }

  /** The process is about to end: the room is over as soon as nobody is in it. */
  leave() {
    this.#isLeaving = true;
    if (this.#members.size === 0) this.#close();
  }

  get players() {
    return this.#arena.players;
  }

  get guests() {
    return this.#arena.guests;
  }

  get totals() {
    return this.#arena.totals;
  }

  #look() {
    this.#peer.poll();
    while (this.#peer.get_available_packet_count() > 0) {
      const member = this.#members.get(this.#peer.get_packet_peer());
      const packet = this.#peer.get_packet();
      member?.receive(packet);
    }
    if (this.#peer.get_connection_status() === ClusterMultiplayerPeer.CONNECTION_DISCONNECTED) this.#end();
  }

  #come(id) {
    clearTimeout(this.#emptyTimer);
    const member = new Member(this.#peer, id);
    this.#members.set(id, member);
    this.#arena.admit(member);
  }

  #leave(id) {
    const member = this.#members.get(id);
    this.#members.delete(id);
    member?.gone();
    if (this.#members.size > 0) return;
    if (this.#isLeaving) this.#close();
    else this.#waitForSomebody();
  }

  #waitForSomebody() {
    this.#emptyTimer = setTimeout(() => this.#close(), EMPTY_MS);
  }

  #close() {
    this.#peer.close();
    this.#end();
  }

  #end() {
    clearTimeout(this.#emptyTimer);
    for (const member of [...this.#members.values()]) member.gone();
    this.#members.clear();
    this.#arena.end();
    this.#ended(this);
  }
}
