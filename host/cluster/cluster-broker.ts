// A broker for the processes of node:cluster, over the channels between them.
import { clock, processLines } from '#platform';
import { printError } from '../binding/error-handler.js';
import { ownedCopy } from '../bytes.js';
import type { Alarm } from '../transport/platform.js';
import type { LineEvents, LineMessage, ProcessLine } from '../transport/process-lines.js';
import type { Answer, Broker, BrokerStatus, Directory, MessageReceiver, Unsubscribe } from './broker.js';
import { ClusterDirectory } from './cluster-directory.js';
import {
  ANSWER,
  ASK,
  CANCEL,
  ClusterRouter,
  MESSAGE,
  NOBODY,
  REQUEST,
  SUBSCRIBE,
  TOLD,
  UNSUBSCRIBE,
} from './cluster-router.js';
import { MemoryDirectory } from './memory-directory.js';
import { checkSubject, messageFault } from './subject.js';

const MAX_PAYLOAD = 1 << 20;
const TTL_MS = 4000;
/** After that, a worker whose primary process does not answer says so. */
const SUSPICIOUS_MS = 5000;

/** The router of this process, while it is a primary with brokers. */
let primary: { readonly router: ClusterRouter; readonly stop: () => void; members: number } | null = null;

/** A line of a broker to the router of its own process. */
function lineWithin(events: LineEvents): ProcessLine {
  const lines = processLines;
  if (lines === null) throw new Error('ClusterBroker needs the processes of Node, Deno or Bun');
  if (primary === null) {
    const router = new ClusterRouter(new MemoryDirectory(() => clock.now(), TTL_MS));
    primary = { router, stop: lines.fromWorkers((line) => router.join(line)), members: 0 };
  }
  const joined = primary;
  joined.members += 1;
  let isOpen = true;
  const toRouter = joined.router.join({
    send(message) {
      clock.atTurnEnd(() => isOpen && events.received(message));
      return isOpen;
    },
    close: () => {},
  });
  return {
    send(message) {
      if (isOpen) toRouter.received(message);
      return isOpen;
    },
    close() {
      isOpen = false;
      toRouter.ended();
      joined.members -= 1;
      if (joined.members > 0) return;
      joined.stop();
      primary = null;
    },
  };
}

interface Request {
  readonly alarm: Alarm;
  resolve(answer: Answer): void;
}

/**
 * Carries messages between the processes of `node:cluster` on one machine: nothing has to be installed or started.
 *
 * Make one in the primary process, before or after it forks workers: it passes messages on, and keeps the directory. It
 * works as a member itself. Make one in each worker that takes part: its status is `interrupted` until the primary
 * process has one, and what it sends until then is kept. When the primary process ends or closes its last broker, those
 * of the workers are `closed`; a worker that ends is gone at once for the others.
 *
 * The messages go over the channel of `process.send`, beside the program's own, whose listeners do not see them.
 * `cluster.setupPrimary({ serialization: 'advanced' })` before forking lets bytes travel as they are; without it they
 * travel as base64 in JSON. Small messages take as long in both; large ones, several times as long in JSON.
 *
 * A process that does not read what is sent to it, because it is stopped or too busy, loses messages when 64 MiB wait.
 *
 * **Note:** In workers of Bun listeners of `process` do see the messages: objects whose only key is
 * `websocketpeer/cluster`. In process managers that are the primary process themselves, as pm2 in its cluster mode,
 * there is nobody to make a broker in it: use NatsBroker there.
 *
 * @addition
 */
export class ClusterBroker implements Broker {
  readonly max_payload: number = MAX_PAYLOAD;
  readonly directory: Directory;
  #status: BrokerStatus = 'interrupted';
  readonly #line: ProcessLine;
  readonly #names: ClusterDirectory;
  readonly #receivers = new Map<string, Set<MessageReceiver>>();
  readonly #requests = new Map<number, Request>();
  readonly #listeners = new Set<(status: BrokerStatus) => void>();
  #lastRequest = 0;

  constructor() {
    const events: LineEvents = {
      opened: () => this.#become('connected'),
      received: (message) => this.#received(message),
      ended: () => this.#end(),
    };
    if (processLines?.isWorker === true) {
      this.#line = processLines.toPrimary(events);
      clock.alarm(SUSPICIOUS_MS, () => this.#complain());
    } else {
      this.#line = lineWithin(events);
      this.#status = 'connected';
    }
    this.#names = new ClusterDirectory(
      TTL_MS,
      (call, number) => this.#line.send({ kind: ASK, name: call, number, bytes: null }, true),
      (delayMs, callback) => clock.alarm(delayMs, callback),
    );
    this.directory = this.#names;
  }

  /** Whether messages can be carried: 'connected', 'interrupted', or 'closed' for ever. */
  get status(): BrokerStatus {
    return this.#status;
  }

  publish(subject: string, bytes: Uint8Array): void {
    if (this.#status === 'closed' || !this.#mayCarry(subject, bytes)) return;
    this.#send(MESSAGE, subject, 0, ownedCopy(bytes));
  }

  subscribe(subject: string, receive: MessageReceiver): Unsubscribe {
    checkSubject(subject);
    if (this.#status === 'closed') return () => {};
    // A function of its own for each call: the same one may subscribe twice.
    const one: MessageReceiver = (bytes, answer) => receive(bytes, answer);
    const receivers = this.#receivers.get(subject) ?? new Set();
    if (receivers.size === 0) this.#line.send({ kind: SUBSCRIBE, name: subject, number: 0, bytes: null }, true);
    this.#receivers.set(subject, receivers.add(one));
    return () => {
      if (!receivers.delete(one) || receivers.size > 0) return;
      this.#receivers.delete(subject);
      this.#line.send({ kind: UNSUBSCRIBE, name: subject, number: 0, bytes: null }, true);
    };
  }

  request(subject: string, bytes: Uint8Array, timeout_ms: number): Promise<Answer> {
    if (this.#status === 'closed' || !this.#mayCarry(subject, bytes)) return Promise.resolve('silence');
    this.#lastRequest += 1;
    const number = this.#lastRequest;
    return new Promise((resolve) => {
      const alarm = clock.alarm(timeout_ms, () => {
        this.#requests.delete(number);
        this.#line.send({ kind: CANCEL, name: '', number, bytes: null }, true);
        resolve('silence');
      });
      this.#requests.set(number, { alarm, resolve });
      this.#send(REQUEST, subject, number, ownedCopy(bytes));
    });
  }

  watch_status(listener: (status: BrokerStatus) => void): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): Promise<void> {
    if (this.#status !== 'closed') {
      this.#line.close();
      this.#end();
    }
    return Promise.resolve();
  }

  #received({ kind, name, number, bytes }: LineMessage): void {
    if (kind === MESSAGE && bytes !== null) this.#deliver(name, bytes, null);
    else if (kind === REQUEST && bytes !== null) this.#serve(name, number, bytes);
    else if (kind === ANSWER && bytes !== null) this.#answered(number, bytes);
    else if (kind === NOBODY) this.#answered(number, 'nobody');
    else if (kind === TOLD) this.#names.told(number, name);
  }

  #deliver(subject: string, bytes: Uint8Array, answer: ((bytes: Uint8Array) => void) | null): void {
    for (const receive of [...(this.#receivers.get(subject) ?? [])]) receive(bytes, answer);
  }

  #serve(subject: string, number: number, bytes: Uint8Array): void {
    if (!this.#receivers.has(subject)) {
      this.#line.send({ kind: NOBODY, name: '', number, bytes: null }, true); // unsubscribed while it was under way
      return;
    }
    let isAnswered = false;
    this.#deliver(subject, bytes, (answer) => {
      if (isAnswered || !this.#mayCarry(subject, answer)) return;
      isAnswered = true;
      this.#send(ANSWER, '', number, ownedCopy(answer));
    });
  }

  #answered(number: number, answer: Answer): void {
    const request = this.#requests.get(number);
    if (request === undefined) return; // too late
    this.#requests.delete(number);
    request.alarm.cancel();
    request.resolve(answer);
  }

  #send(kind: number, name: string, number: number, bytes: Uint8Array): void {
    if (this.#line.send({ kind, name, number, bytes })) return;
    printError('ClusterBroker: messages are lost, since the primary process does not read them', this);
  }

  #mayCarry(subject: string, bytes: Uint8Array): boolean {
    const fault = messageFault(subject, bytes, MAX_PAYLOAD);
    if (fault !== '') printError(`ClusterBroker: a message is not sent: ${fault}`, this);
    return fault === '';
  }

  #complain(): void {
    if (this.#status !== 'interrupted') return;
    printError(
      `ClusterBroker: the primary process has not answered for ${SUSPICIOUS_MS} ms; it needs a \`new ClusterBroker()\`, too`,
      this,
    );
  }

  #end(): void {
    this.#receivers.clear();
    this.#names.end('the broker is closed');
    for (const { alarm, resolve } of this.#requests.values()) {
      alarm.cancel();
      resolve('silence');
    }
    this.#requests.clear();
    this.#become('closed');
  }

  #become(status: BrokerStatus): void {
    if (this.#status === status || this.#status === 'closed') return;
    this.#status = status;
    for (const listener of [...this.#listeners]) listener(status);
  }
}
