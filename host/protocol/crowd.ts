// The connections of one server: how many may be open, and their common end.
import { report } from '../binding/error-handler.js';
import type { Alarm, Clock } from '../transport/platform.js';

/** The server goes away (RFC 6455 §7.4.1). */
const GOING_AWAY = 1001;

/** A connection, joining or open. */
export interface CrowdMember {
  readonly isOpen: boolean;
  /** The connection itself; null after its end. */
  readonly entrant: { drop(): void; sayGoodbye(code: number): void } | null;
  /** Drops the handshake. */
  evict(): void;
}

/** A drain under way. */
interface Drain {
  readonly promise: Promise<number>;
  /** Resolves the promise with the number of connections that were dropped. */
  readonly resolve: (dropped: number) => void;
  readonly alarm: Alarm;
}

export class Crowd {
  #server: object;
  #maxOpen: () => number = () => 0;
  /** What stands before a setting's name in a message: `peer_settings.` where the server has the settings. */
  settingsOf = '';
  readonly #clock: Pick<Clock, 'alarm'>;
  readonly #members = new Set<CrowdMember>();
  #open = 0;
  #drain: Drain | null = null;
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
    return this.#open;
  }

  get isDraining(): boolean {
    return this.#drain !== null;
  }

  get isFull(): boolean {
    const most = this.#maxOpen();
    return most > 0 && this.#open >= most;
  }

  /** Why nobody can be let in, in words for the other side, reported here; '' when somebody can. */
  get trouble(): string {
    if (this.isDraining) return 'the server is shutting down';
    if (!this.isFull) return '';
    const message = `a client was refused (503), ${this.#open} are connected (max_peers)`;
    report(message, this.#server, 'warning', null, 'max_peers');
    return 'the server is full';
  }

  enter(member: CrowdMember): void {
    this.#members.add(member);
  }

  opened(): void {
    this.#open += 1;
  }

  /** `isDropped`: whether this side has cut the connection. */
  leave(member: CrowdMember, isDropped: boolean): void {
    if (!this.#members.delete(member) || !member.isOpen) return;
    this.#open -= 1;
    if (isDropped) this.#dropped += 1;
    if (this.#open === 0) this.endDrain();
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
    this.#drain = { promise, resolve, alarm: this.#clock.alarm(timeoutMs, () => this.#giveUp()) };
    for (const member of [...this.#members]) {
      if (member.isOpen) member.entrant?.sayGoodbye(GOING_AWAY);
      else member.evict();
    }
    if (this.#open === 0) this.endDrain();
    return promise;
  }

  /** Ends a drain: those who are still there count as dropped. */
  endDrain(): void {
    const drain = this.#drain;
    this.#drain = null;
    drain?.alarm.cancel();
    drain?.resolve(this.#dropped + this.#open);
  }

  #giveUp(): void {
    for (const member of [...this.#members]) member.entrant?.drop();
    this.endDrain();
  }
}
