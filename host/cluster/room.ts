// A room: its members over the links of any number of gateways, and what happens between two polls.

import { clock } from '#platform';
import { report } from '../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, ERR_OUT_OF_MEMORY, type GodotError, OK } from '../binding/errors.js';
import { ownedCopy } from '../bytes.js';
import { ACCEPT, CAST, CLOSE } from './batch.js';
import { FRAGMENT, MAX_PACKET } from './link-flow.js';
import { encodeAcceptance, encodeCastHead, encodeClose, type JoinRequest } from './link-records.js';
import type { Pair } from './pair.js';
import { RoomMember } from './room-member.js';
import { ASKS, ENDS, type News, RoomNews } from './room-news.js';

/** Close code for "try again later": Godot takes 1013 for an error, and loses its reason. */
export const TRY_AGAIN_CODE = 4013;
export const NO_ROOM_CODE = 4404;
export const GOING_AWAY_CODE = 1001;
const NORMAL_CODE = 1000;

/** The game's side of a room. */
export interface RoomOwner {
  /** What reports are about. */
  readonly about: object;
  /** There is news: a poll would find it. */
  wake(): void;
  /** The room's name is this process's. */
  claimed(): void;
  /** The room is no more, for `cause`, '' when its host was closed in order: the links have ended. */
  lost(cause: string): void;
  newId(): number;
  joined(id: number): void;
  left(id: number): void;
  received(packet: Uint8Array, member: RoomMember): void;
  readonly hasRoom: boolean;
  readonly refuses: boolean;
  readonly maxPeers: number;
  readonly outboundBufferSize: number;
  readonly maxQueuedPackets: number;
}

/** The host's side. */
export interface RoomLinks {
  /** The link of `member` has ended at this side. */
  forget(member: RoomMember): void;
  /** The game has closed the room. */
  over(): void;
}

export class Room {
  readonly name: string;
  /** Its number at this host. */
  readonly number: number;
  readonly #owner: RoomOwner;
  readonly #links: RoomLinks;
  readonly #news = new RoomNews();
  readonly #byId = new Map<number, RoomMember>();
  readonly #byPair = new Map<Pair, Set<RoomMember>>();
  /** Those who wait while new connections are refused. */
  readonly #asking = new Set<RoomMember>();
  #leaving: RoomMember[] = [];
  isOver = false;

  constructor(name: string, number: number, owner: RoomOwner, links: RoomLinks) {
    this.name = name;
    this.number = number;
    this.#owner = owner;
    this.#links = links;
  }

  get size(): number {
    return this.#byId.size;
  }

  memberOf(id: number): RoomMember | null {
    return this.#byId.get(id) ?? null;
  }

  /** A client asks to come in. */
  ask(pair: Pair, link: number, request: JoinRequest): RoomMember {
    const member = new RoomMember(pair, link, request);
    this.#tell(member, ASKS);
    return member;
  }

  /** A packet of a member; may be a view. */
  receive(member: RoomMember, packet: Uint8Array): void {
    this.#tell(member, ownedCopy(packet));
  }

  /** The link of `member` has ended at the gateway. */
  linkEnded(member: RoomMember): void {
    member.end();
    member.sender.drop();
    this.#tell(member, ENDS);
  }

  /** Handles the news, as far as the owner has room for packets; its callbacks may do anything. */
  poll(): void {
    if (!this.#owner.refuses) this.#admitAll();
    this.#tellOfLeaving();
    const news = this.#news;
    for (let left = news.count; left > 0 && news.count > 0 && !this.isOver; left -= 1) {
      const what = news.first;
      if (typeof what !== 'symbol' && !this.#owner.hasRoom) return;
      const member = news.take();
      if (what === ASKS) this.#admit(member);
      else if (what === ENDS) this.#part(member);
      else if (!member.isLeaving && member.id !== 0) this.#owner.received(what, member);
    }
  }

  /** Sends to the peer `target`, to all (0), or to all but `-target`. */
  send(target: number, packet: Uint8Array): GodotError {
    if (target > 0) {
      const member = this.#byId.get(target);
      if (member === undefined) return ERR_INVALID_PARAMETER;
      this.#sendTo(member, packet);
      return OK;
    }
    const excluded = target < 0 ? (this.memberOf(-target) ?? undefined) : undefined;
    for (const [pair, members] of this.#byPair) this.#cast(pair, members, members, excluded, packet);
    return OK;
  }

  /** Sends to those of `ids` that are members, except `excluded`. */
  sendToEach(ids: Iterable<number>, excluded: number, packet: Uint8Array): void {
    const chosen = new Map<Pair, Set<RoomMember>>();
    for (const id of ids) {
      const member = id === excluded ? undefined : this.#byId.get(id);
      if (member === undefined || member.isGoing) continue;
      const group = chosen.get(member.pair);
      if (group === undefined) chosen.set(member.pair, new Set([member]));
      else group.add(member);
    }
    for (const [pair, group] of chosen) {
      this.#cast(pair, this.#byPair.get(pair) as Set<RoomMember>, group, undefined, packet);
    }
  }

  /** Ends the link of a member behind what it was sent; without `force` the next poll tells. */
  disconnect(member: RoomMember, force: boolean, code = NORMAL_CODE, reason = ''): void {
    if (!member.isLeaving) {
      member.isLeaving = true;
      this.#bid(member, code, reason);
    }
    if (force) this.#byId.delete(member.id);
    else {
      this.#leaving.push(member);
      this.#owner.wake();
    }
  }

  /** The game closes the room: all links end with this code. */
  close(code: number, reason: string): void {
    this.end(code, reason);
    this.#links.over();
  }

  /** Ends all links with this code. */
  end(code: number, reason: string): void {
    for (const member of this.#leave()) if (!member.isLeaving) this.#bid(member, code, reason);
  }

  /** All links are gone: nothing can be sent any more. */
  vanish(): void {
    for (const member of this.#leave()) {
      member.sender.drop();
      member.end();
    }
  }

  /** The room is over; returns all who were in it, or asked. */
  #leave(): readonly RoomMember[] {
    this.isOver = true;
    const all = [...this.#asking, ...this.#byId.values()];
    while (this.#news.count > 0) {
      const isAsking = this.#news.first === ASKS;
      const member = this.#news.take();
      if (isAsking) all.push(member);
    }
    this.#byId.clear();
    this.#byPair.clear();
    this.#asking.clear();
    this.#leaving = [];
    return all.filter(({ hasEnded }) => !hasEnded);
  }

  #tell(member: RoomMember, news: News): void {
    if (this.isOver) return;
    this.#news.add(member, news);
    this.#owner.wake();
  }

  #admitAll(): void {
    // A callback may close the room: then nobody asks any more.
    for (const member of [...this.#asking]) if (this.#asking.delete(member)) this.#admit(member);
  }

  #admit(member: RoomMember): void {
    if (member.hasEnded || this.isOver) return;
    if (this.#owner.refuses) {
      this.#asking.add(member);
      return;
    }
    const { maxPeers } = this.#owner;
    if (maxPeers > 0 && this.size >= maxPeers) {
      this.#sendAway(member, TRY_AGAIN_CODE, 'the room is full');
      return;
    }
    let id = this.#owner.newId();
    while (this.#byId.has(id)) id = this.#owner.newId();
    member.id = id;
    this.#byId.set(id, member);
    const group = this.#byPair.get(member.pair);
    if (group === undefined) this.#byPair.set(member.pair, new Set([member]));
    else group.add(member);
    member.pair.put(ACCEPT, 0, member.link, null, encodeAcceptance({ room: this.number, peer: id }));
    this.#owner.joined(id);
  }

  #sendAway(member: RoomMember, code: number, reason: string): void {
    member.pair.put(CLOSE, 0, member.link, null, encodeClose(code, reason));
    this.#links.forget(member);
    member.end();
  }

  /** Ends the link behind the packets that wait. */
  #bid(member: RoomMember, code: number, reason: string): void {
    member.sender.finish(code, reason, clock, () => {
      this.#withdraw(member);
      this.#links.forget(member);
      member.end();
    });
  }

  #tellOfLeaving(): void {
    const leaving = this.#leaving;
    if (leaving.length === 0) return;
    this.#leaving = [];
    for (const member of leaving) this.#part(member);
  }

  /** A member has left. Callbacks still find it. */
  #part(member: RoomMember): void {
    if (member.hasEnded) this.#withdraw(member);
    this.#asking.delete(member);
    if (member.id === 0 || this.#byId.get(member.id) !== member || this.isOver) return;
    this.#owner.left(member.id);
    if (this.#byId.get(member.id) === member) this.#byId.delete(member.id);
  }

  /** The gateway sends nothing for all to `member` any more: it knows of the end, or is told of it before. */
  #withdraw(member: RoomMember): void {
    const group = this.#byPair.get(member.pair);
    group?.delete(member);
    if (group?.size === 0) this.#byPair.delete(member.pair);
  }

  #sendTo(member: RoomMember, packet: Uint8Array): void {
    if (member.isGoing) return;
    const error = this.#admits(member, packet.length);
    if (error === OK) member.sender.send(packet);
  }

  /** As a connection's limits: what waits here, and this packet. */
  #admits({ id, sender }: RoomMember, length: number): GodotError {
    const { about, outboundBufferSize, maxQueuedPackets } = this.#owner;
    if (length > MAX_PACKET) {
      report(`put_packet: a packet of ${length} bytes, at most ${MAX_PACKET} are possible`, about);
      return ERR_OUT_OF_MEMORY;
    }
    const fits = outboundBufferSize === 0 || sender.waitingBytes + length <= outboundBufferSize;
    if (fits && sender.waitingPackets < maxQueuedPackets) return OK;
    const waiting = `${sender.waitingPackets} packets with ${sender.waitingBytes} bytes wait for the peer ${id}`;
    const limits = `outbound_buffer_size ${outboundBufferSize}, max_queued_packets ${maxQueuedPackets}`;
    report(`put_packet: no room for ${length} bytes, ${waiting} (${limits})`, about, 'error', null, 'no room');
    return ERR_OUT_OF_MEMORY;
  }

  /** Sends to `chosen`, the members of one pair or some of them, in one record if that is less. */
  #cast(
    pair: Pair,
    all: ReadonlySet<RoomMember>,
    chosen: ReadonlySet<RoomMember>,
    excluded: RoomMember | undefined,
    packet: Uint8Array,
  ): void {
    const { outboundBufferSize } = this.#owner;
    const isShort = packet.length <= FRAGMENT && (outboundBufferSize === 0 || packet.length <= outboundBufferSize);
    const ready: RoomMember[] = [];
    const late: RoomMember[] = [];
    const left: number[] = [];
    for (const member of all) {
      const isMeant = member !== excluded && !member.isGoing && chosen.has(member);
      if (isMeant && isShort && member.sender.isFree) ready.push(member);
      else left.push(member.link);
      if (isMeant && ready.at(-1) !== member) late.push(member);
    }
    const headBytes = 8 + 4 * left.length;
    const isLess = ready.length > 1 && headBytes < (ready.length - 1) * (packet.length + 9);
    if (isLess && headBytes <= FRAGMENT) {
      for (const { sender } of ready) sender.charge(packet.length);
      pair.put(CAST, 0, 0, encodeCastHead(this.number, left), packet);
    } else for (const member of ready) this.#sendTo(member, packet);
    for (const member of late) this.#sendTo(member, packet);
  }
}
