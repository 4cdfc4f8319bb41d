// Leases: the names that a process holds in the directory, and whether it may act on them at this instant.
import type { Alarm, Clock } from '../transport/platform.js';
import type { Broker, BrokerStatus, Unsubscribe } from './broker.js';
import { holderOf, type ProcessState, processOfRoom, processText, roomText } from './directory-values.js';
import { Lease, type LeaseOwner, type RenewalEvents } from './lease.js';
import { processHex, processKey, roomKey } from './names.js';

/** What becomes of the leases of a process. Must not throw. */
export interface LeaseEvents {
  /** This process has lost the room (another has it, or nothing is known for too long): stop serving it first of all. */
  lost(name: string, cause: string): void;
  /** Leases are held for certain again, after `isHeld` was false. */
  resumed(): void;
}

export interface LeaseOptions {
  readonly clock: Pick<Clock, 'now' | 'alarm'>;
  /** Milliseconds after which a room of which nothing can be known is lost. */
  readonly outageTimeoutMs: number;
  /**
   * Milliseconds of the time of day. With it, leases are suspended when a machine awakes from a sleep in which its
   * monotonic clock stood still; a clock that is set forward suspends them until the next renewal.
   */
  readonly timeOfDay?: () => number;
  /** Between 0 and 1; Math.random by default. */
  readonly random?: () => number;
}

/** 'held', the process that has the room, or 'unreachable' when nothing is known. */
export type Claimed = 'held' | 'unreachable' | number;

/** Renewals in each life of an entry. */
const RENEWALS = 4;
/** Part of an entry's life that is not relied upon. */
const MARGIN_MS = 500;

/**
 * Holds the entry of a process and those of its rooms, renews each four times in its life, and knows whether another
 * process can have one of them.
 */
export class Leases {
  outageTimeoutMs: number;
  readonly #broker: Pick<Broker, 'directory' | 'status'>;
  readonly #id: number;
  readonly #events: LeaseEvents;
  readonly #owner: LeaseOwner;
  readonly #own: Lease;
  readonly #rooms = new Map<string, Lease>();
  readonly #claims = new Map<string, Promise<Claimed>>();
  readonly #releases = new Map<string, Promise<void>>();
  readonly #ignoreStatus: Unsubscribe;
  #state: ProcessState = { rooms: 0, load: 0, draining: false, max_rooms: 0 };
  /** By both clocks, the instants from which an entry may be another's. */
  #heldUntil = Number.NEGATIVE_INFINITY;
  #heldUntilOfDay = Number.NEGATIVE_INFINITY;
  /** Counts changes of the broker's status: what was confirmed before the last one proves nothing. */
  #epoch = 0;
  #life: 'new' | 'starting' | 'started' | 'stopped' = 'new';
  #ticking: Alarm | null = null;

  constructor(
    broker: Pick<Broker, 'directory' | 'status' | 'watch_status'>,
    processId: number,
    events: LeaseEvents,
    options: LeaseOptions,
  ) {
    const { clock, outageTimeoutMs, timeOfDay = clock.now, random = Math.random } = options;
    this.outageTimeoutMs = outageTimeoutMs;
    this.#broker = broker;
    this.#id = processId;
    this.#events = events;
    this.#owner = { directory: broker.directory, clock, timeOfDay, epoch: () => this.#epoch };
    const holder = holderName(random);
    this.#own = new Lease(this.#owner, {
      key: processKey(processId),
      isOurs: (value) => holderOf(value) === holder,
      text: () => processText(holder, this.#state),
    });
    this.#ignoreStatus = broker.watch_status((status) => this.#statusChanged(status));
  }

  /** Whether no other process can hold any of these names at this instant. */
  get isHeld(): boolean {
    return this.#owner.clock.now() < this.#heldUntil && this.#owner.timeOfDay() < this.#heldUntilOfDay;
  }

  /** Claims the entry of this process. False when another has its id, or the directory can't be reached. */
  async start(): Promise<boolean> {
    if (this.#life !== 'new') return this.#life === 'started';
    this.#life = 'starting';
    const outcome = await this.#own.claim();
    if (this.#hasStopped()) {
      if (outcome === 'held') await this.#own.giveBack();
      return false;
    }
    this.#life = outcome === 'held' ? 'started' : 'new';
    if (outcome !== 'held') return false;
    this.#reckon();
    this.#tickLater();
    return true;
  }

  /** What the entry of this process says from the next renewal on; at once when `draining` changes. */
  describe(state: ProcessState): void {
    const isUrgent = state.draining !== this.#state.draining;
    this.#state = { ...state };
    if (isUrgent && this.#life === 'started') this.#own.rewrite(this.#ownRenewal);
  }

  /** Claims a room. */
  claim(name: string): Promise<Claimed> {
    const known = this.#claims.get(name);
    if (known !== undefined) return known;
    if (this.#life !== 'started') return Promise.resolve('unreachable');
    if (this.#rooms.has(name)) return Promise.resolve('held');
    const begun = this.#claim(name).finally(() => this.#claims.delete(name));
    this.#claims.set(name, begun);
    return begun;
  }

  /** Gives a room back, which must not be served any more. */
  release(name: string): Promise<void> {
    const claiming = this.#claims.get(name);
    if (claiming !== undefined) return claiming.then(() => this.release(name));
    const lease = this.#rooms.get(name);
    if (lease === undefined) return this.#releases.get(name) ?? Promise.resolve();
    this.#rooms.delete(name);
    this.#reckon();
    const begun = lease.giveBack().finally(() => this.#releases.delete(name));
    this.#releases.set(name, begun);
    return begun;
  }

  /** Gives everything back. */
  async stop(): Promise<void> {
    if (this.#life === 'stopped') return;
    const wasStarted = this.#life === 'started';
    this.#life = 'stopped';
    this.#reckon();
    this.#ticking?.cancel();
    this.#ignoreStatus();
    const leases = [...this.#rooms.values()];
    this.#rooms.clear();
    if (wasStarted) leases.push(this.#own);
    await Promise.all([
      ...this.#claims.values(),
      ...this.#releases.values(),
      ...leases.map((lease) => lease.giveBack()),
    ]);
  }

  async #claim(name: string): Promise<Claimed> {
    await this.#releases.get(name);
    const lease = new Lease(this.#owner, {
      key: roomKey(name),
      isOurs: (value) => processOfRoom(value) === this.#id,
      text: () => roomText(this.#id),
    });
    const outcome = await lease.claim();
    if (outcome === 'held') {
      if (this.#hasStopped()) {
        await lease.giveBack();
        return 'unreachable';
      }
      this.#rooms.set(name, lease);
      this.#reckon();
      return 'held';
    }
    return outcome === 'unreachable' ? outcome : (processOfRoom(outcome.value) ?? 'unreachable');
  }

  #hasStopped(): boolean {
    return this.#life === 'stopped';
  }

  #statusChanged(status: BrokerStatus): void {
    this.#epoch += 1;
    this.#reckon();
    // Others may have taken this process for dead meanwhile: nothing is certain before the next renewal.
    if (status === 'connected') this.#renewAll(true);
  }

  #tickLater(): void {
    this.#ticking = this.#owner.clock.alarm(this.#owner.directory.ttl_ms / RENEWALS, () => {
      this.#tickLater();
      this.#reckon();
      this.#renewAll(false);
    });
  }

  #renewAll(isUrgent: boolean): void {
    if (this.#life !== 'started') return;
    for (const [name, lease] of [...this.#rooms]) {
      if (this.#isOverdue(lease)) this.#lose(name, lease, 'the directory could not be reached for too long');
    }
    this.#own.renew(this.#ownRenewal, isUrgent);
    for (const [name, lease] of [...this.#rooms]) lease.renew(this.#renewalOf(name, lease), isUrgent);
  }

  #isOverdue(lease: Lease): boolean {
    return this.#owner.clock.now() - lease.confirmedAt >= this.outageTimeoutMs;
  }

  readonly #ownRenewal: RenewalEvents = {
    mayMakeAnew: () => true,
    confirmed: () => this.#confirmed(),
    lost: (cause) => this.#loseAll(cause),
  };

  #renewalOf(name: string, lease: Lease): RenewalEvents {
    return {
      mayMakeAnew: () => !this.#isOverdue(lease),
      confirmed: () => this.#confirmed(),
      lost: (cause) => this.#lose(name, lease, cause),
    };
  }

  #lose(name: string, lease: Lease, cause: string): void {
    if (this.#rooms.get(name) !== lease) return;
    this.#rooms.delete(name);
    lease.end();
    this.#events.lost(name, cause);
    this.#reckon();
  }

  /** Another process has the id of this one: what others send may be meant for that one. */
  #loseAll(cause: string): void {
    this.#own.doubt();
    this.#reckon();
    for (const [name, lease] of [...this.#rooms]) this.#lose(name, lease, `id of its process: ${cause}`);
  }

  /** Renewals come in crowds, and only put the end off: it is reckoned again when that matters. */
  #confirmed(): void {
    const isFar = this.#heldUntil - this.#owner.clock.now() > this.#owner.directory.ttl_ms / 2;
    if (!isFar || !this.isHeld) this.#reckon();
  }

  #reckon(): void {
    const wasHeld = this.isHeld;
    const hadBegun = this.#ticking !== null;
    const mayHold = this.#life === 'started' && this.#broker.status === 'connected';
    let first = mayHold ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    let firstOfDay = Number.POSITIVE_INFINITY;
    for (const lease of mayHold ? [this.#own, ...this.#rooms.values()] : []) {
      first = Math.min(first, lease.epoch === this.#epoch ? lease.confirmedAt : Number.NEGATIVE_INFINITY);
      firstOfDay = Math.min(firstOfDay, lease.confirmedAtOfDay);
    }
    const life = this.#owner.directory.ttl_ms - MARGIN_MS;
    this.#heldUntil = first + life;
    this.#heldUntilOfDay = firstOfDay + life;
    if (hadBegun && !wasHeld && this.isHeld) this.#events.resumed();
  }
}

function holderName(random: () => number): string {
  const part = (): string => processHex(Math.floor(random() * 2 ** 32));
  return part() + part();
}
