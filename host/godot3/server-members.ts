// The clients of a WebSocketServer: those whose handshake is under way, and those who are in, by id. Which signal tells
// what, the server says.

import type { GodotError } from '../binding/errors.js';
import { randomPeerId } from '../godot4/peer-id.js';
import { WebSocketPeer as Socket } from '../godot4/websocket/web-socket-peer.js';
import type { MpMember, MpMembers } from './mp-server.js';
import { type LinkEvents, PeerLink } from './peer-link.js';
import { peerOfLink, type WebSocketPeer } from './web-socket-peer.js';

/** Handshakes at a time; more connections wait in the listener, which has limits of its own. */
export const MAX_NEWCOMERS = 512;

export class Member implements MpMember {
  readonly link: PeerLink;
  readonly peer: WebSocketPeer;
  hasMisbehaved = false;

  constructor(link: PeerLink) {
    this.link = link;
    this.peer = peerOfLink(link);
  }

  get id(): number {
    return this.link.id;
  }

  put(message: Uint8Array): GodotError {
    return this.link.put(message);
  }
}

export class ServerMembers implements MpMembers {
  readonly #byId = new Map<number, Member>();
  /** All members, those with low ids first; null when somebody has come or gone. */
  #ordered: readonly Member[] | null = null;
  #newcomers: PeerLink[] = [];
  /** Those of them that are being looked at. */
  #looked: PeerLink[] = [];

  get newcomers(): number {
    return this.#newcomers.length;
  }

  get(id: number): Member | undefined {
    return this.#byId.get(id);
  }

  [Symbol.iterator](): Iterator<Member> {
    this.#ordered ??= [...this.#byId.values()].sort((a, b) => a.id - b.id);
    return this.#ordered[Symbol.iterator]();
  }

  /** Those who were parted with are no others. */
  putToOthers(message: Uint8Array, excluded: number, alsoExcluded = excluded): void {
    const sockets: Socket[] = [];
    for (const { id, link } of this) {
      if (id === excluded || id === alsoExcluded || link.isLeaving) continue;
      const socket = link.binarySocket;
      if (socket === null) link.put(message);
      else sockets.push(socket);
    }
    Socket.broadcast(sockets, message);
  }

  /** Takes in a connection whose handshake has begun. */
  admit(socket: Socket): void {
    let id = randomPeerId();
    while (this.#byId.has(id)) id = randomPeerId();
    this.#newcomers.push(new PeerLink(socket, id));
  }

  /** The newcomer of `link` is in. */
  join(link: PeerLink): Member {
    const member = new Member(link);
    this.#byId.set(member.id, member);
    this.#ordered = null;
    return member;
  }

  remove(id: number): void {
    this.#byId.delete(id);
    this.#ordered = null;
  }

  /** Moves the handshakes on; those that are over are told to `events` and stay no newcomers. */
  pollNewcomers(events: LinkEvents): void {
    this.#looked = this.#newcomers;
    this.#newcomers = [];
    for (const link of this.#looked) {
      link.poll(events);
      if (link.isOpening) this.#newcomers.push(link);
    }
    this.#looked = [];
  }

  /** Lets everybody go: members with a goodbye that ends by itself. */
  dismiss(listener: () => void): void {
    const members = [...this];
    const newcomers = [...this.#looked, ...this.#newcomers];
    this.#newcomers = [];
    this.#byId.clear();
    this.#ordered = null;
    for (const link of newcomers) if (link.isOpening) link.drop();
    for (const { link } of members) {
      link.close(1000, '');
      link.abandon(listener);
    }
  }
}
