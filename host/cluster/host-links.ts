// The links of a host's rooms: which record is for which member.
import { report } from '../binding/error-handler.js';
import { CLOSE, CREDIT, DATA, OPEN } from './batch.js';
import { decodeClose, decodeCredit, decodeOpen, encodeClose } from './link-records.js';
import type { Pair } from './pair.js';
import { NO_ROOM_CODE, type Room } from './room.js';
import type { RoomMember } from './room-member.js';

const PROTOCOL_ERROR_CODE = 1011;

interface Seat {
  readonly room: Room;
  readonly member: RoomMember;
}

export class HostLinks {
  readonly #roomOf: (name: string) => Room | null;
  readonly #changed: () => void;
  readonly #byPair = new Map<Pair, Map<number, Seat>>();
  #count = 0;

  /** `changed`: called when the number of links has. */
  constructor(roomOf: (name: string) => Room | null, changed: () => void) {
    this.#roomOf = roomOf;
    this.#changed = changed;
  }

  /** Number of links. */
  get count(): number {
    return this.#count;
  }

  received(pair: Pair, kind: number, flags: number, link: number, payload: Uint8Array): void {
    if (kind === OPEN) {
      this.#open(pair, link, payload);
      return;
    }
    const seat = this.#byPair.get(pair)?.get(link);
    if (seat === undefined) return; // ended here while the record was under way
    const { member, room } = seat;
    if (kind === DATA) this.#data(seat, flags, payload);
    else if (kind === CREDIT) {
      const cost = decodeCredit(payload);
      if (cost === null) this.#broken(seat, 'CREDIT');
      else member.sender.granted(cost);
    } else if (kind === CLOSE) {
      if (decodeClose(payload) === null) report('a gateway has sent a broken record (CLOSE); the link ends', null);
      this.forget(member);
      room.linkEnded(member);
    } else this.#broken(seat, `kind ${kind}`);
  }

  /** The window of `pair` has room again. */
  relieved(pair: Pair): void {
    const seats = this.#byPair.get(pair) ?? new Map<number, Seat>();
    for (const [link, seat] of [...seats]) {
      if (!pair.hasRoom) return;
      // Whose turn it was is the last one the next time: a small window is shared by all.
      if (seats.delete(link)) seats.set(link, seat);
      seat.member.sender.pump();
    }
  }

  /** All links of `pair` have ended. */
  lost(pair: Pair): void {
    const seats = this.#byPair.get(pair);
    if (seats === undefined) return;
    this.#byPair.delete(pair);
    this.#count -= seats.size;
    this.#changed();
    for (const { member, room } of seats.values()) room.linkEnded(member);
  }

  forget(member: RoomMember): void {
    const seats = this.#byPair.get(member.pair);
    if (seats?.get(member.link)?.member !== member) return;
    seats.delete(member.link);
    if (seats.size === 0) this.#byPair.delete(member.pair);
    this.#count -= 1;
    this.#changed();
  }

  /** Ends the links of a room that is not served any more, at once, with this code. */
  endRoom(room: Room, code: number, reason: string): void {
    for (const [pair, seats] of [...this.#byPair]) {
      for (const { member, room: itsRoom } of [...seats.values()]) {
        if (itsRoom !== room) continue;
        pair.put(CLOSE, 0, member.link, null, encodeClose(code, reason));
        this.forget(member);
      }
    }
    room.vanish();
  }

  #open(pair: Pair, link: number, payload: Uint8Array): void {
    const request = decodeOpen(payload);
    const seats = this.#byPair.get(pair) ?? new Map<number, Seat>();
    if (request === null || seats.has(link)) {
      report('a gateway has sent a broken record (OPEN); it is refused', null);
      pair.put(CLOSE, 0, link, null, encodeClose(PROTOCOL_ERROR_CODE, 'broken request'));
      return;
    }
    const room = this.#roomOf(request.room);
    if (room === null) {
      pair.put(CLOSE, 0, link, null, encodeClose(NO_ROOM_CODE, 'no such room'));
      return;
    }
    this.#byPair.set(pair, seats.set(link, { room, member: room.ask(pair, link, request) }));
    this.#count += 1;
    this.#changed();
  }

  #data(seat: Seat, flags: number, payload: Uint8Array): void {
    const packet = seat.member.receiver.receive(flags, payload);
    if (packet === 'broken') this.#broken(seat, 'DATA');
    else if (packet !== null) seat.room.receive(seat.member, packet);
  }

  #broken({ member, room }: Seat, what: string): void {
    report(`a gateway has sent a broken record (${what}); the link ends`, null);
    member.pair.put(CLOSE, 0, member.link, null, encodeClose(PROTOCOL_ERROR_CODE, 'broken record'));
    this.forget(member);
    room.linkEnded(member);
  }
}
