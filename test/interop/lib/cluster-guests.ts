// Clients of a cluster for tests, which come in at gateways in other processes.
import { Guest } from '../../helpers/cluster-game.js';
import { until } from '../../helpers/game.js';
import { numbered, numberOf, urlOf } from './numbered.js';
import type { Scope } from './watch.js';

interface Place {
  readonly port: number;
}

/** Makes guests that are gone when `scope` ends. */
export class Guests {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  guest(gateway: Place, room: string): Guest {
    const made = new Guest(urlOf(gateway, room), (peer) => {
      peer.outbound_buffer_size = 0;
      peer.max_queued_packets = 100_000;
    });
    this.#scope.defer(() => made.peer.free());
    return made;
  }

  /** A guest that is in; tries again as long as it is told to. */
  async inside(gateway: Place, room: string): Promise<Guest> {
    for (;;) {
      const guest = this.guest(gateway, room);
      await until(() => guest.isIn || guest.isOut, `an answer about ${room}`);
      if (guest.isIn) return guest;
    }
  }

  /** `each` guests that are in at each of `gateways`. */
  async party(gateways: readonly Place[], room: string, each = 1): Promise<Guest[]> {
    const guests = gateways.flatMap((gateway) => Array.from({ length: each }, () => this.guest(gateway, room)));
    await until(() => guests.every(({ isIn, isOut }) => isIn || isOut), 'the guests');
    const outside = guests.filter(({ isOut }) => isOut);
    if (outside.length > 0) throw new Error(`${outside.length} of ${guests.length} guests did not come in`);
    return guests;
  }
}

/** Sends numbered packets all the time, as far as fewer than `AHEAD` are under way; an echo sends them back. */
export class Stream {
  static readonly AHEAD = 500;
  readonly guest: Guest;
  sent = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(guest: Guest, scope: Scope) {
    this.guest = guest;
    this.#timer = setInterval(() => this.#send(), 5);
    scope.defer(() => clearInterval(this.#timer));
  }

  /** How many are back. */
  get back(): number {
    return this.guest.packets.length;
  }

  get numbers(): number[] {
    return this.guest.packets.map(numberOf);
  }

  /** Sends no more; resolves when all are back. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await until(() => this.back >= this.sent || this.guest.isOut, 'all packets back');
  }

  #send(): void {
    for (let i = 0; i < 10 && this.sent - this.back < Stream.AHEAD && this.guest.isIn; i += 1) {
      this.guest.send(numbered(this.sent, 16));
      this.sent += 1;
    }
  }
}

/** Resolves when `streams` have each got `more` packets back from now on. */
export async function goesOn(streams: readonly Stream[], more = 100): Promise<void> {
  const goals = streams.map(({ back }) => back + more);
  await until(() => streams.every(({ back }, at) => back >= (goals[at] as number)), 'packets that go on');
}
