// A broker with faults, for processes of a simulated cluster: messages are lost, repeated, delayed and reordered across
// subjects; the broker restarts; a process is cut off, frozen or killed. All of it is decided by a seed.
//
// The test file replaces the platform's clock, which MemoryBroker uses, by that of ./game-clock.js.
import type {
  Answer,
  Broker,
  BrokerStatus,
  Directory,
  MessageReceiver,
  Unsubscribe,
} from '../../host/cluster/broker.js';
import { MemoryBroker } from '../../host/cluster/memory-broker.js';
import type { Alarm, Clock } from '../../host/transport/platform.js';
import { clock as loop } from './game-clock.js';

/** Numbers from 0 to below 1, the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How much later a message comes for the second time, at the most. */
const LATEST_REPEAT_MS = 4000;

/** How often things go wrong, from 0 to 1, and how late messages are at the most. */
export interface Faults {
  drop: number;
  repeat: number;
  delayMs: number;
}

interface Subscription {
  readonly subject: string;
  readonly receive: MessageReceiver;
  end: Unsubscribe;
}

/** One broker, with the processes that use it. */
export class FaultyNet {
  readonly faults: Faults = { drop: 0, repeat: 0, delayMs: 0 };
  readonly random: () => number;
  readonly inner = new MemoryBroker();
  readonly processes = new Set<FaultyBroker>();
  status: BrokerStatus = 'connected';
  /** Counts restarts: what was under way before one is lost. */
  restarts = 0;
  /** Messages that processes have sent so far, by the first byte. */
  readonly sentBy: number[] = [0, 0, 0, 0];

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  /** A process of its own: its view of the broker, and its clock. */
  join(): FaultyBroker {
    const broker = new FaultyBroker(this);
    this.processes.add(broker);
    return broker;
  }

  /** The broker stops; what is under way is lost. */
  stop(): void {
    this.restarts += 1;
    this.#change('interrupted');
  }

  /** The broker is there again. */
  start(): void {
    this.#change('connected');
  }

  get sent(): number {
    return this.sentBy.reduce((sum, count) => sum + count);
  }

  count(bytes: Uint8Array): void {
    this.sentBy[bytes[0]] += 1;
  }

  #change(status: BrokerStatus): void {
    if (this.status === status) return;
    this.status = status;
    for (const process of this.processes) process.statusChanged();
  }

  happens(chance: number): boolean {
    return chance > 0 && this.random() < chance;
  }
}

/** The broker as one process sees it. */
export class FaultyBroker implements Broker {
  readonly directory: Directory;
  readonly clock: Clock;
  max_payload = 1 << 20;
  /** Whether nothing gets through, to or from the process, and it is not told so. */
  isCutOff = false;
  #isFrozen = false;
  #isKilled = false;
  readonly #net: FaultyNet;
  /** What happens once the process runs again, in order. */
  #held: (() => void)[] = [];
  /** When the last message on a subject arrives: those after it are not earlier. */
  readonly #arrivals = new Map<string, number>();
  readonly #listeners = new Set<(status: BrokerStatus) => void>();
  readonly #subscriptions = new Set<Subscription>();
  #isOffline = false;

  constructor(net: FaultyNet) {
    this.#net = net;
    this.directory = net.inner.directory;
    this.clock = {
      now: loop.now,
      atTurnEnd: (callback) => loop.atTurnEnd(() => this.#run(callback)),
      alarm: (delayMs, callback): Alarm => this.#alarm(delayMs, callback),
    };
  }

  get status(): BrokerStatus {
    return this.#isOffline ? 'interrupted' : this.#net.status;
  }

  /** Whether this process alone has lost the broker, which knows and has told it. */
  set isOffline(isOffline: boolean) {
    if (this.#isOffline === isOffline) return;
    const before = this.status;
    this.#isOffline = isOffline;
    for (const subscription of this.#subscriptions) {
      if (isOffline) subscription.end();
      else this.#listen(subscription);
    }
    if (this.status !== before) this.statusChanged();
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  publish(subject: string, bytes: Uint8Array): void {
    this.#net.count(bytes);
    this.#carry(subject, bytes, (copy) => this.#net.inner.publish(subject, copy));
  }

  subscribe(subject: string, receive: MessageReceiver): Unsubscribe {
    const subscription: Subscription = { subject, receive, end: () => {} };
    this.#subscriptions.add(subscription);
    this.#listen(subscription);
    return () => {
      subscription.end();
      this.#subscriptions.delete(subscription);
    };
  }

  request(subject: string, bytes: Uint8Array, timeout_ms: number): Promise<Answer> {
    this.#net.count(bytes);
    return new Promise((resolve) => {
      const alarm = this.#alarm(timeout_ms, () => resolve('silence'));
      const answered = (answer: Answer): void => {
        if (answer === 'silence' || this.isCutOff) return;
        this.#later(this.#delay(), () =>
          this.#run(() => {
            alarm.cancel();
            resolve(answer);
          }),
        );
      };
      this.#carry(subject, bytes, (copy) => void this.#net.inner.request(subject, copy, timeout_ms).then(answered));
    });
  }

  watch_status(listener: (status: BrokerStatus) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    this.kill();
    return Promise.resolve();
  }

  statusChanged(): void {
    this.#run(() => {
      for (const listener of [...this.#listeners]) listener(this.status);
    });
  }

  /** The process stops running; nobody notices but by its silence. */
  freeze(): void {
    this.#isFrozen = true;
  }

  /** The process goes on where it was: alarms that are overdue first, then messages. */
  thaw(): void {
    this.#isFrozen = false;
    const held = this.#held;
    this.#held = [];
    for (const callback of held) callback();
  }

  /** The process is gone, and the broker knows it. */
  kill(): void {
    this.#isKilled = true;
    for (const { end } of this.#subscriptions) end();
    this.#net.processes.delete(this);
  }

  #listen(subscription: Subscription): void {
    const { subject, receive } = subscription;
    subscription.end = this.#net.inner.subscribe(subject, (bytes, answer) => {
      if (!this.isCutOff) this.#run(() => receive(bytes, answer === null ? null : this.#answering(answer)));
    });
  }

  #run(callback: () => void): void {
    if (this.#isKilled) return;
    if (this.#isFrozen) this.#held.push(callback);
    else callback();
  }

  #alarm(delayMs: number, callback: () => void): Alarm {
    let isOver = false;
    const alarm = loop.alarm(delayMs, () => {
      const fire = (): void => {
        if (!isOver) callback();
      };
      if (this.#isFrozen) this.#held.unshift(fire);
      else this.#run(fire);
    });
    return {
      cancel: () => {
        isOver = true;
        alarm.cancel();
      },
    };
  }

  /** Carries a message, or loses it, or carries it twice. */
  #carry(subject: string, bytes: Uint8Array, deliver: (copy: Uint8Array) => void): void {
    if (this.#isKilled || this.isCutOff || this.status !== 'connected') return;
    if (this.#net.happens(this.#net.faults.drop)) return;
    const copy = bytes.slice();
    const at = Math.max(loop.now() + this.#delay(), this.#arrivals.get(subject) ?? 0);
    this.#arrivals.set(subject, at);
    this.#later(at - loop.now(), () => deliver(copy));
    if (!this.#net.happens(this.#net.faults.repeat)) return;
    // Worse than any broker: the second one comes late, after others that were sent later.
    this.#later(at - loop.now() + Math.floor(this.#net.random() * LATEST_REPEAT_MS), () => deliver(copy));
  }

  #answering(answer: (bytes: Uint8Array) => void): (bytes: Uint8Array) => void {
    return (bytes) => {
      this.#net.count(bytes);
      if (!this.isCutOff && this.status === 'connected' && !this.#net.happens(this.#net.faults.drop)) answer(bytes);
    };
  }

  #later(delayMs: number, deliver: () => void): void {
    const { restarts } = this.#net;
    const unlessLost = (): void => {
      if (this.#net.restarts === restarts) deliver();
    };
    if (delayMs <= 0) unlessLost();
    else loop.alarm(delayMs, unlessLost);
  }

  #delay(): number {
    const { delayMs } = this.#net.faults;
    return delayMs > 0 ? Math.floor(this.#net.random() * delayMs) : 0;
  }
}

/** Lets what has been sent arrive, and `ms` pass; answers to requests come at every `stepMs`. */
export async function pass(ms = 0, stepMs = 10): Promise<void> {
  const end = loop.now() + ms;
  do {
    await settled();
    const step = Math.min(stepMs, end - loop.now());
    if (step > 0) loop.advance(step);
    await settled();
  } while (loop.now() < end);
}

async function settled(): Promise<void> {
  do {
    loop.settle();
    for (let i = 0; i < 6; i += 1) await Promise.resolve();
  } while (!loop.isIdle);
}
