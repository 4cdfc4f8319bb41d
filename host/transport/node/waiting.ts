// Accepted connections that wait to be taken from a listener.
import { networkOf } from '../address.js';
import type { WaitingLimits } from '../platform.js';
import { Chain, type Holding, type Link, Shares } from '../shares.js';
import { Lookout } from './descriptors.js';

/** Length of the kernel's queue of connections that Node has not accepted yet; Node can't delay accepting. */
export const BACKLOG = 512;

export const USUAL_LIMITS: WaitingLimits = {
  maxWaiting: 512,
  maxWaitingPerAddress: 512,
  dropped: () => {},
  exhausted: () => {},
};

interface Connection {
  readonly remoteAddress?: string | undefined;
  destroy(): unknown;
}

interface Waiter<T> {
  readonly connection: T;
  holding: Holding<Waiter<T>> | null;
  /** Its place in the order of arrival. */
  inLine: Link<Waiter<T>> | null;
}

/** Accepted connections that wait to be taken, up to the limits; addresses share the places fairly. */
export class Waiting<T extends Connection> {
  readonly #limits: WaitingLimits;
  readonly #arrived: () => void;
  readonly #waiters = new Shares<Waiter<T>>();
  readonly #line = new Chain<Waiter<T>>();
  readonly #lookout: Lookout;

  constructor(arrived: () => void, limits: WaitingLimits) {
    this.#arrived = arrived;
    this.#limits = limits;
    this.#lookout = new Lookout(() => limits.exhausted());
  }

  get count(): number {
    return this.#waiters.count;
  }

  /** A connection could not be accepted. */
  failed(code: string): void {
    if (code === 'EMFILE' || code === 'ENFILE') this.#limits.exhausted();
  }

  /** A connection got `descriptor`. */
  watch(descriptor: number): void {
    this.#lookout.taken(descriptor);
  }

  add(connection: T): void {
    const { maxWaiting, maxWaitingPerAddress } = this.#limits;
    const waiter: Waiter<T> = { connection, holding: null, inLine: null };
    const address = networkOf(connection.remoteAddress ?? '');
    if (this.#waiters.of(address) >= maxWaitingPerAddress) {
      this.#drop(waiter);
      return;
    }
    waiter.holding = this.#waiters.add(waiter, address);
    waiter.inLine = this.#line.add(waiter);
    if (this.count > maxWaiting) this.#drop(this.#mostDispensable(waiter));
    this.#arrived();
  }

  take(): T | undefined {
    const waiter = this.#line.first;
    if (waiter === null) return undefined;
    this.#remove(waiter);
    return waiter.connection;
  }

  /** Takes all of them. */
  takeAll(): readonly T[] {
    const connections: T[] = [];
    for (let one = this.take(); one !== undefined; one = this.take()) connections.push(one);
    return connections;
  }

  /** The newest one of the address that has most; the newcomer when nobody has more than one. */
  #mostDispensable(newcomer: Waiter<T>): Waiter<T> {
    const { largest } = this.#waiters;
    return largest === null || largest.size === 1 ? newcomer : largest.newest;
  }

  #drop(waiter: Waiter<T>): void {
    const address = waiter.connection.remoteAddress ?? '';
    this.#remove(waiter);
    waiter.connection.destroy();
    this.#limits.dropped(address);
  }

  #remove(waiter: Waiter<T>): void {
    if (waiter.holding !== null) this.#waiters.remove(waiter.holding);
    if (waiter.inLine !== null) this.#line.remove(waiter.inLine);
    waiter.holding = null;
    waiter.inLine = null;
  }
}
