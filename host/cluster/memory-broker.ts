// A broker within one process: the default, where gateways and rooms are in the same process.
import { clock } from '#platform';
import { printError } from '../binding/error-handler.js';
import { ownedCopy } from '../bytes.js';
import type { Answer, Broker, BrokerStatus, Directory, MessageReceiver, Unsubscribe } from './broker.js';
import { MemoryDirectory } from './memory-directory.js';
import { checkSubject, messageFault } from './subject.js';

const MAX_PAYLOAD = 1 << 20;

/**
 * Carries messages between gateways and rooms of one process.
 *
 * Nothing has to be installed, and nothing leaves the process. ClusterBroker and NatsBroker are the same for several
 * processes and machines.
 */
export class MemoryBroker implements Broker {
  readonly max_payload = MAX_PAYLOAD;
  readonly directory: Directory = new MemoryDirectory(() => clock.now());
  #status: BrokerStatus = 'connected';
  readonly #receivers = new Map<string, Set<MessageReceiver>>();
  readonly #listeners = new Set<(status: BrokerStatus) => void>();

  /** Whether messages can be carried: 'connected', 'interrupted', or 'closed' for ever. */
  get status(): BrokerStatus {
    return this.#status;
  }

  publish(subject: string, bytes: Uint8Array): void {
    if (this.#mayCarry(subject, bytes)) this.#deliver(subject, ownedCopy(bytes), null);
  }

  subscribe(subject: string, receive: MessageReceiver): Unsubscribe {
    checkSubject(subject);
    if (this.#status === 'closed') return () => {};
    // A function of its own for each call: the same one may subscribe twice.
    const one: MessageReceiver = (bytes, answer) => receive(bytes, answer);
    const receivers = this.#receivers.get(subject) ?? new Set();
    this.#receivers.set(subject, receivers.add(one));
    return () => {
      receivers.delete(one);
      if (receivers.size === 0 && this.#receivers.get(subject) === receivers) this.#receivers.delete(subject);
    };
  }

  request(subject: string, bytes: Uint8Array, timeout_ms: number): Promise<Answer> {
    if (!this.#mayCarry(subject, bytes)) return Promise.resolve('silence');
    if (!this.#receivers.has(subject)) return Promise.resolve('nobody');
    const copy = ownedCopy(bytes);
    return new Promise((resolve) => {
      const alarm = clock.alarm(timeout_ms, () => resolve('silence'));
      this.#deliver(subject, copy, (answer) => {
        if (!this.#mayCarry(subject, answer)) return;
        alarm.cancel();
        const own = ownedCopy(answer);
        clock.atTurnEnd(() => resolve(own));
      });
    });
  }

  watch_status(listener: (status: BrokerStatus) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    if (this.#status !== 'closed') {
      this.#status = 'closed';
      this.#receivers.clear();
      for (const listener of [...this.#listeners]) listener('closed');
    }
    return Promise.resolve();
  }

  #mayCarry(subject: string, bytes: Uint8Array): boolean {
    if (this.#status !== 'connected') return false;
    const fault = messageFault(subject, bytes, MAX_PAYLOAD);
    if (fault !== '') printError(`MemoryBroker: a message is not sent: ${fault}`, this);
    return fault === '';
  }

  #deliver(subject: string, bytes: Uint8Array, answer: ((bytes: Uint8Array) => void) | null): void {
    clock.atTurnEnd(() => {
      for (const receive of [...(this.#receivers.get(subject) ?? [])]) receive(bytes, answer);
    });
  }
}
