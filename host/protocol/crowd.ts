// The connections of one server: how many may be open, and their common end.
import { report } from '../binding/error-handler.js';
import type { Alarm, Clock } from '../transport/platform.js';
import type { FailureCode } from './failures.js';
import { SHUTTING_DOWN } from './refusal.js';

/** The server goes away (RFC 6455 §7.4.1). */
const GOING_AWAY = 1001;

/** A connection. */
export interface Guest {
  /** Ends the connection at once for `cause`; its owner finds out in its next poll. */
  drop(code: FailureCode, cause: string): void;
  /** Begins to close an open connection with this code; packets that wait to be sent go first. */
  sayGoodbye(code: number): void;
}

/** A handshake under way. */
export interface Newcomer {
  /** Drops it for `cause`. */
  evict(code: FailureCode, cause: string): void;
}

/** Where an open connection is counted, or a handshake. */
export interface Place {
  /** Makes the connection one of `crowd`'s, and no other's; returns its place from now on. */
  join(crowd: Crowd, guest: Guest): Place;
  /** Gives the place back; `isDropped`: whether this side has cut the connection. */
  release(isDropped: boolean, guest: Guest): void;
}

/** The place of connections that nobody counts. */
export const NO_PLACE: Place = {
  join: (crowd, guest) => {
    crowd.opened(guest);
    return crowd;
  },
  release: () => {},
};

/** A drain under way. */
interface Drain {
  readonly promise: Promise<number>;
  /** Resolves the promise with the number of connections that were dropped. */
  readonly resolve: (dropped: number) => void;
  readonly alarm: Alarm;
}

export class Crowd implements Place {
  #server: object;
  #maxOpen: () => number = () => 0;
  /** What stands before a setting's name in a message: `peer_settings.` where the server has the settings. */
  settingsOf = '';
  readonly #clock: Pick<Clock, 'alarm'>;
  readonly #joining = new Set<Newcomer>();
  readonly #open = new Set<Guest>();
  #drain: Drain | null = null;
  /** From the beginning of a drain until the server listens again. */
  #isLeaving = false;
  #dropped = 0;

  constructor(server: object, clock: Pick<Clock, 'alarm'>) {
    this.#server = server;
    this.#clock = clock;
  }

  /** Makes the connections those of `server`, of which at most `maxOpen` may be open; 0: any number. */
  belongTo(server: object, maxOpen: () => number, settingsOf = ''): void {
    this.#server = server;
    this.#maxOpen = maxOpen;
    this.settingsOf = settingsOf;
  }

  /** Number of open connections. */
  get open(): number {
    return this.#open.size;
  }

  get isDraining(): boolean {
    return this.#isLeaving;
  }

  /** Lets connections in again after a drain; ends one under way. */
  reopen(): void {
    this.endDrain();
    this.#isLeaving = false;
  }

  get isFull(): boolean {
    const most = this.#maxOpen();
    return most > 0 && this.open >= most;
  }

  /** Why nobody can be let in, in words for the other side, reported here; '' when somebody can. */
  get trouble(): string {
    if (this.isDraining) return SHUTTING_DOWN;
    if (!this.isFull) return '';
    const message = `WebSocketPeer: a client was refused (503), ${this.open} are connected (max_peers)`;
    report(message, this.#server, 'warning', null, 'max_peers');
    return 'the server is full';
  }

  /** A handshake begins. */
  enter(newcomer: Newcomer): void {
    this.#joining.add(newcomer);
  }

  /** A handshake is over. */
  leave(newcomer: Newcomer): void {
    this.#joining.delete(newcomer);
  }

  /** A connection is open. */
  opened(guest: Guest): void {
    this.#open.add(guest);
  }

  join(crowd: Crowd, guest: Guest): Place {
    if (crowd === this) return this;
    this.release(false, guest);
    return NO_PLACE.join(crowd, guest);
  }

  release(isDropped: boolean, guest: Guest): void {
    if (!this.#open.delete(guest)) return;
    if (isDropped) this.#dropped += 1;
    if (this.open === 0) this.endDrain();
  }

  /**
   * Says goodbye to all open connections, and drops handshakes. Resolves with the number of connections that had to be
   * dropped, when all are gone or after `timeoutMs`. While one is under way, returns its promise.
   */
  drain(timeoutMs: number): Promise<number> {
    if (this.#drain !== null) return this.#drain.promise;
    let resolve: (dropped: number) => void = () => {};
    const promise = new Promise<number>((settle) => {
      resolve = settle;
    });
    this.#dropped = 0;
    this.#isLeaving = true;
    this.#drain = { promise, resolve, alarm: this.#clock.alarm(timeoutMs, () => this.#giveUp()) };
    for (const guest of [...this.#open]) guest.sayGoodbye(GOING_AWAY);
    this.#dropNewcomers();
    if (this.open === 0) this.endDrain();
    return promise;
  }

  /** Ends a drain: those who are still there count as dropped. */
  endDrain(): void {
    const drain = this.#drain;
    this.#drain = null;
    drain?.alarm.cancel();
    drain?.resolve(this.#dropped + this.open);
  }

  #giveUp(): void {
    for (const guest of [...this.#open]) guest.drop('SHUTTING_DOWN', 'not closed within the time of drain()');
    this.#dropNewcomers();
    this.endDrain();
  }

  #dropNewcomers(): void {
    for (const newcomer of [...this.#joining]) newcomer.evict('SHUTTING_DOWN', 'this server is shutting down');
  }
}
