// A process in touch with its broker, or not: outages, words that wait for their end, and whom silence says something of.
import type { Alarm, Clock } from '../transport/platform.js';
import type { Broker, BrokerStatus, Unsubscribe } from './broker.js';

/** How long the silence of others says nothing after this process was frozen, or could not listen. */
const MERCY_MS = 1000;
/** How long it says nothing after an outage of the broker: others may find their way back later than this process. */
const OUTAGE_MERCY_MS = 3000;

export interface ContactEvents {
  /** Milliseconds without the broker after which `outOfTouch` is called. */
  outageTimeoutMs(): number;
  outOfTouch(): void;
  /** The broker is there again; what was said meanwhile has been published. */
  isBack(): void;
}

export class BrokerContact {
  readonly #broker: Broker;
  readonly #clock: Clock;
  readonly #events: ContactEvents;
  readonly #unwatch: Unsubscribe;
  #judgesFrom = Number.NEGATIVE_INFINITY;
  #lostAt: number | null = null;
  #alarm: Alarm | null = null;
  #waiting: [string, Uint8Array][] = [];

  constructor(broker: Broker, clock: Clock, events: ContactEvents) {
    this.#broker = broker;
    this.#clock = clock;
    this.#events = events;
    this.#unwatch = broker.watch_status((status) => this.#changed(status));
    if (broker.status === 'interrupted') this.#changed('interrupted');
  }

  get isThere(): boolean {
    return this.#broker.status === 'connected';
  }

  /** Whether the silence of others says something about them, and not about this process. */
  get mayJudge(): boolean {
    return this.isThere && this.#clock.now() >= this.#judgesFrom;
  }

  /** The silence of others says nothing for a while. */
  haveMercy(ms = MERCY_MS): void {
    this.#judgesFrom = Math.max(this.#judgesFrom, this.#clock.now() + ms);
  }

  /** Publishes now, or as soon as the broker is there again. */
  publishOnce(subject: string, bytes: Uint8Array): void {
    if (this.#broker.status === 'interrupted') this.#waiting.push([subject, bytes]);
    else this.#broker.publish(subject, bytes);
  }

  end(): void {
    this.#unwatch();
    this.#alarm?.cancel();
    this.#waiting = [];
  }

  #changed(status: BrokerStatus): void {
    const now = this.#clock.now();
    if (status === 'interrupted') {
      this.#lostAt ??= now;
      this.#alarm ??= this.#clock.alarm(this.#events.outageTimeoutMs(), () => this.#events.outOfTouch());
      return;
    }
    const isTooLong = this.#lostAt !== null && now - this.#lostAt >= this.#events.outageTimeoutMs();
    this.#alarm?.cancel();
    this.#alarm = null;
    this.#lostAt = null;
    if (status === 'closed' || isTooLong) this.#events.outOfTouch();
    if (status === 'closed') return;
    this.haveMercy(OUTAGE_MERCY_MS);
    for (const [subject, bytes] of this.#waiting) this.#broker.publish(subject, bytes);
    this.#waiting = [];
    this.#events.isBack();
  }
}
