// The clients of a WebSocketServer: pending handshakes, and members by id. The server emits the signals.

import type { GodotError } from '../binding/errors.js';
import { randomPeerId } from '../godot4/multiplayer/peer-id.js';
import { WebSocketPeer as Socket } from '../godot4/websocket/web-socket-peer.js';
import type { MpMember, MpMembers } from './mp-server.js';
import { type LinkEvents, PeerLink } from './peer-link.js';
import { peerOfLink, type WebSocketPeer } from './web-socket-peer.js';

export class Member implements MpMember {
  readonly link: PeerLink;
  readonly peer: WebSocketPeer;
  /** Called with each complaint about it. */
  readonly #blamed: (member: Member, what: string) => void;

  constructor(link: PeerLink, blamed: (member: Member, what: string) => void) {
    this.link = link;
    this.#blamed = blamed;
    this.peer = peerOfLink(link);
  }

  get id(): number {
    return this.link.id;
  }

  complain(what: string): void {
    this.#blamed(this, what);
  }

  put(message: Uint8Array): GodotError {
    return this.link.put(message);
  }
}

export class ServerMembers implements MpMembers {
  readonly #byId = new Map<number, Member>();
  /** All members in ascending order of ids; null when it must be computed again. */
  #ordered: readonly Member[] | null = null;
  #newcomers: PeerLink[] = [];
  /** The newcomers that are being polled. */
  #looked: PeerLink[] = [];

  readonly #blamed: (member: Member, what: string) => void;

  /** `blamed` is called with each complaint about a member. */
  constructor(blamed: (member: Member, what: string) => void) {
    this.#blamed = blamed;
  }

  get(id: number): Member | undefined {
    return this.#byId.get(id);
  }

  [Symbol.iterator](): Iterator<Member> {
    this.#ordered ??= [...this.#byId.values()].sort((a, b) => a.id - b.id);
    return this.#ordered[Symbol.iterator]();
  }

  /** Sends to all members but two, without those that are leaving. */
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

  /** Adds a connection whose handshake has begun. */
  admit(socket: Socket): void {
    let id = randomPeerId();
    while (this.#byId.has(id)) id = randomPeerId();
    this.#newcomers.push(new PeerLink(socket, id));
  }

  /** Makes the newcomer of `link` a member. */
  join(link: PeerLink): Member {
    const member = new Member(link, this.#blamed);
    this.#byId.set(member.id, member);
    this.#ordered = null;
    return member;
  }

  remove(id: number): void {
    this.#byId.delete(id);
    this.#ordered = null;
  }

  /** Polls the handshakes; finished ones are reported to `events` and removed from the newcomers. */
  pollNewcomers(events: LinkEvents): void {
    this.#looked = this.#newcomers;
    this.#newcomers = [];
    for (const link of this.#looked) {
      link.poll(events);
      if (link.isOpening) this.#newcomers.push(link);
    }
    this.#looked = [];
  }

  /** Removes everyone; members get a close frame, and complete the close handshake without being polled. */
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
