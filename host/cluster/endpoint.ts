// One process among the others of a cluster: its pairs, what they send and receive, and the death of others.
import { report } from '../binding/error-handler.js';
import type { Alarm, Clock } from '../transport/platform.js';
import {
  BATCH,
  CLOSE,
  causeOf,
  HEAD_BYTES,
  type Head,
  messageOf,
  OPEN,
  RECORD_BYTES,
  RESET,
  readHead,
  readU32,
  recordsFault,
} from './batch.js';
import type { Answer, Broker, MessageReceiver, Unsubscribe } from './broker.js';
import { BrokerContact } from './broker-contact.js';
import type { EndpointEvents, EndpointOptions } from './endpoint-events.js';
import { Pair, type PairOwner } from './pair.js';
import { meaningOf, meaningOfReset, type PairEvent, pairRow } from './pair-table.js';
import { PastSessions } from './past-sessions.js';

/** Windows that all others together have to this process: less than what NATS lets wait for one connection. */
const ALL_WINDOWS = 48 * 1024 * 1024;
const LARGEST_WINDOW = 8 * 1024 * 1024;
const SMALLEST_WINDOW = 64 * 1024;
export const MAX_PAIRS = 4096;

const TICK_MS = 100;
const STATE_MS = 500;
const SILENCE_MS = 1600;
/** A tick that comes so much later than it should says that this process was frozen. */
const FROZEN_MS = 1000;
/** After so long without links and traffic a new session is begun instead; after twice as long the pair is forgotten. */
const RENEW_MS = 300_000;

export type { EndpointEvents, EndpointOptions };

/** How a message can be answered; 'is one' when it is an answer itself. */
type AnswerWith = ((bytes: Uint8Array) => void) | 'is one' | null;

/** Subject on which the process `id` receives the messages of pairs. */
export function subjectOf(id: number): string {
  return `wsp.p.${id.toString(16).padStart(8, '0')}`;
}

export class Endpoint {
  readonly id: number;
  /** Milliseconds without the broker after which all pairs end. */
  outageTimeoutMs: number;

  readonly #broker: Broker;
  readonly #events: EndpointEvents;
  readonly #clock: Clock;
  readonly #firstSequence: number;
  readonly #owner: PairOwner;
  readonly #pairs = new Map<number, Pair>();
  readonly #past = new PastSessions();
  readonly #contact: BrokerContact;
  readonly #unsubscribe: Unsubscribe;
  #lastSession = 0;
  #share = LARGEST_WINDOW;
  #scheduled: Pair[] = [];
  #tickAlarm: Alarm | null = null;
  #tickDueAt = 0;
  #isClosed = false;

  constructor(broker: Broker, events: EndpointEvents, options: EndpointOptions) {
    const { clock, random = Math.random, outageTimeoutMs, firstSequence = 1 } = options;
    this.id = Math.floor(random() * 0xffff_ffff) + 1;
    this.outageTimeoutMs = outageTimeoutMs;
    this.#broker = broker;
    this.#events = events;
    this.#clock = clock;
    this.#firstSequence = firstSequence;
    this.#owner = this.#ownerOfPairs();
    this.#contact = new BrokerContact(broker, clock, {
      outageTimeoutMs: () => this.outageTimeoutMs,
      outOfTouch: () => this.#outOfTouch(),
      isBack: () => this.flush(),
    });
    const receive: MessageReceiver = (bytes, answer) => this.#receive(bytes, answer);
    this.#unsubscribe = broker.subscribe(subjectOf(this.id), receive);
  }

  /** The living pair with the process `other`, or a fresh one. A dead one, and `lost` later, when there are too many. */
  pairWith(other: number): Pair {
    const living = this.#pairs.get(other);
    if (living !== undefined && !this.#isAtRestFor(living, RENEW_MS)) return living;
    if (living !== undefined) this.#end(living, 'rested', '');
    const pair = this.#begin(other, 'used');
    if (pair !== null) return pair;
    const refused = new Pair(this.#owner, other, 0, this.#broker.max_payload, this.#firstSequence);
    refused.die();
    if (!this.#isClosed) this.#clock.atTurnEnd(() => this.#events.lost(refused, 'too many processes'));
    return refused;
  }

  /** Sends what waits, after `mayWork` has become true again. */
  flush(): void {
    for (const pair of this.#pairs.values()) {
      if (!pair.isWatched) continue;
      pair.asksState = true;
      this.#owner.schedule(pair);
    }
  }

  /** Tells all others that their links have ended, for `cause`, and forgets all pairs, without calling `lost`. */
  abandon(cause: string): void {
    for (const pair of [...this.#pairs.values()]) {
      this.#tell(pair, cause);
      this.#bury(pair, 'abandoned');
    }
  }

  /** Abandons all, and ends. */
  close(cause: string): void {
    if (this.#isClosed) return;
    this.abandon(cause);
    this.#isClosed = true;
    this.#unsubscribe();
    this.#contact.end();
    this.#tickAlarm?.cancel();
  }

  #receive(bytes: Uint8Array, answer: AnswerWith): void {
    if (this.#isClosed || !this.#events.mayWork()) return;
    const head = readHead(bytes);
    if (typeof head === 'string') {
      this.#drop(head);
      return;
    }
    if (head.sender === this.id) {
      this.#drop('its sender is this process itself');
      return;
    }
    const { type, sender, session, other } = head;
    const pair = this.#pairs.get(sender);
    const own = pair?.own ?? 0;
    const numbers = { own, theirs: pair?.theirs ?? 0, ended: this.#past.highest(sender), last: this.#lastSession };
    const on = type === RESET ? meaningOfReset(session, other, numbers) : meaningOf(session, other, numbers);
    const { act } = pairRow(pair?.state ?? 'NONE', on);
    if (type === RESET) this.#past.add(sender, session);
    if (on === 'impossible') this.#drop(`it is for session ${other}, which has never been`);
    if (pair !== undefined && act.startsWith('end')) {
      this.#end(pair, on, type === RESET ? causeOf(bytes) || 'ended' : 'started anew');
    }
    if (act === 'take' && pair !== undefined) this.#take(pair, head, bytes, answer);
    else if (act === 'bind' && pair !== undefined) this.#bind(pair, head, bytes, answer);
    else if (act === 'open') this.#open(on, head, bytes, answer);
    else if (act === 'end and open')
      this.#receive(bytes, answer); // `lost` may have led to a fresh pair
    else if (act === 'refuse' || act === 'end and refuse') this.#refuse(head, own, answer);
  }

  #open(on: PairEvent, head: Head, bytes: Uint8Array, answer: AnswerWith): void {
    const pair = this.#begin(head.sender, on);
    if (pair === null) return;
    pair.asksState = false;
    this.#bind(pair, head, bytes, answer);
  }

  #bind(pair: Pair, head: Head, bytes: Uint8Array, answer: AnswerWith): void {
    pair.theirs = head.session;
    pair.state = 'LIVE';
    this.#past.add(head.sender, head.session - 1);
    this.#take(pair, head, bytes, answer);
  }

  #take(pair: Pair, head: Head, bytes: Uint8Array, answer: AnswerWith): void {
    const heard = pair.hear(head);
    if (heard === 'impossible') {
      this.#drop(`it acknowledges batch ${head.acknowledged}, which was never sent`);
      return;
    }
    if (head.type === BATCH) {
      if (pair.isNext(head.sequence)) this.#takeRecords(pair, bytes);
    } else {
      // Answers overtake batches that are under way; only what comes on the same subject tells that one is missing.
      if (answer !== 'is one' && pair.misses(head.sequence)) pair.ask();
      if (typeof answer === 'function') answer(pair.stateMessage());
    }
    if (heard === 'relieved' && !pair.isDead) this.#events.relieved(pair);
  }

  #takeRecords(pair: Pair, bytes: Uint8Array): void {
    const fault = recordsFault(bytes);
    if (fault !== '') {
      this.#drop(fault);
      if (!pair.mayMend()) this.#endAndTell(pair, 'broken', 'broken message');
      return;
    }
    pair.taken(bytes.length);
    for (let at = HEAD_BYTES; at < bytes.length && !pair.isDead; ) {
      const first = bytes[at] as number;
      const kind = first & 15;
      if (kind < OPEN || kind > CLOSE) {
        this.#drop(`the record at byte ${at} is of kind ${kind}, the known ones are ${OPEN} to ${CLOSE}`);
        this.#endAndTell(pair, 'broken', 'broken message');
        return;
      }
      const begin = at + RECORD_BYTES;
      const end = begin + readU32(bytes, at + 5);
      this.#events.received(pair, kind, first >> 4, readU32(bytes, at + 1), bytes.subarray(begin, end));
      at = end;
    }
  }

  /** Tells the sender that its session has ended: answers a request, else says it now and then. RESET is never answered. */
  #refuse(head: Head, own: number, answer: AnswerWith): void {
    this.#past.add(head.sender, head.session);
    const isRequest = typeof answer === 'function';
    if (!isRequest && !this.#past.mayTell(head.sender, this.#clock.now())) return;
    const session = head.other === own ? 0 : head.other;
    const numbers = { session, other: head.session, sequence: 0, acknowledged: 0, granted: 0 };
    const message = messageOf({ type: RESET, flags: 0, sender: this.id, ...numbers }, 'started anew');
    if (isRequest) answer(message);
    else this.#broker.publish(subjectOf(head.sender), message);
  }

  #drop(why: string): void {
    report(`cluster: a message was dropped: ${why}`, this, 'warning', null, 'broken message');
  }

  #ownerOfPairs(): PairOwner {
    const endpoint = this;
    return {
      id: this.id,
      get share() {
        return endpoint.#share;
      },
      now: () => this.#clock.now(),
      schedule: (pair) => {
        if (pair.isScheduled) return;
        pair.isScheduled = true;
        if (this.#scheduled.push(pair) === 1) this.#clock.atTurnEnd(this.#sendScheduled);
      },
      watch: () => this.#armTick(),
      publish: (other, bytes) => this.#broker.publish(subjectOf(other), bytes),
      requestState: (pair, bytes) => {
        const answered = (answer: Answer): void => this.#answered(pair, answer);
        void this.#broker.request(subjectOf(pair.other), bytes, SILENCE_MS).then(answered);
      },
    };
  }

  readonly #sendScheduled = (): void => {
    const scheduled = this.#scheduled;
    this.#scheduled = [];
    const maySend = !this.#isClosed && this.#contact.isThere && this.#events.mayWork();
    for (const pair of scheduled) {
      pair.isScheduled = false;
      if (pair.isDead) continue;
      if (pair.isOverfull) {
        report(`cluster: more waits for process ${pair.other} than its window explains`, this, 'error');
        this.#endAndTell(pair, 'broken', 'too much waits');
      } else if (maySend) pair.send();
    }
  };

  #answered(pair: Pair, answer: Answer): void {
    if (this.#isClosed || pair.isDead || answer === 'silence') return;
    if (answer !== 'nobody') this.#receive(answer, 'is one');
    // A broker that may be mistaken says nothing by it: the silence that follows does.
    else if (this.#contact.mayJudge && this.#broker.is_nobody_certain !== false) this.#end(pair, 'gone', 'gone');
  }

  // --- Life and death --------------------------------------------------------------------------------------------------

  #begin(other: number, on: PairEvent): Pair | null {
    if (this.#isClosed || other === 0 || other === this.id) return null;
    if (this.#pairs.size >= MAX_PAIRS && !this.#forgetOneAtRest()) {
      report(`cluster: there are ${MAX_PAIRS} other processes with links, no further one is served`, this, 'warning');
      return null;
    }
    pairRow('NONE', on);
    this.#lastSession += 1;
    const pair = new Pair(this.#owner, other, this.#lastSession, this.#broker.max_payload, this.#firstSequence);
    this.#pairs.set(other, pair);
    return pair;
  }

  #forgetOneAtRest(): boolean {
    for (const pair of this.#pairs.values()) {
      if (pair.isWatched) continue;
      this.#bury(pair, 'rested');
      return true;
    }
    return false;
  }

  #isAtRestFor(pair: Pair, ms: number): boolean {
    return pair.state === 'LIVE' && !pair.isWatched && this.#clock.now() - pair.heardAt > ms;
  }

  #end(pair: Pair, on: PairEvent, cause: string): void {
    const { isWatched } = pair;
    this.#bury(pair, on);
    if (isWatched) this.#events.lost(pair, cause);
  }

  #endAndTell(pair: Pair, on: PairEvent, cause: string): void {
    this.#tell(pair, cause);
    this.#end(pair, on, cause);
  }

  #tell(pair: Pair, cause: string): void {
    this.#contact.publishOnce(subjectOf(pair.other), pair.resetMessage(cause));
  }

  #bury(pair: Pair, on: PairEvent): void {
    pairRow(pair.state, on);
    this.#past.add(pair.other, pair.theirs);
    this.#pairs.delete(pair.other);
    pair.die();
  }

  #armTick(): void {
    if (this.#tickAlarm !== null || this.#isClosed) return;
    this.#tickDueAt = this.#clock.now() + TICK_MS;
    this.#tickAlarm = this.#clock.alarm(TICK_MS, this.#tick);
  }

  readonly #tick = (): void => {
    this.#tickAlarm = null;
    const now = this.#clock.now();
    if (now - this.#tickDueAt > FROZEN_MS || !this.#events.mayWork()) this.#contact.haveMercy();
    const { mayJudge } = this.#contact;
    let watched = 0;
    for (const pair of [...this.#pairs.values()]) {
      if (!pair.isWatched) this.#rest(pair);
      else if (mayJudge && now - pair.heardAt > SILENCE_MS) this.#endAndTell(pair, 'silent', 'silent');
      else {
        watched += 1;
        this.#askState(pair, now);
      }
    }
    const share = Math.floor(ALL_WINDOWS / Math.max(1, watched));
    this.#share = Math.max(SMALLEST_WINDOW, Math.min(LARGEST_WINDOW, share));
    if (watched > 0) this.#armTick();
  };

  #rest(pair: Pair): void {
    if (this.#isAtRestFor(pair, 2 * RENEW_MS)) this.#bury(pair, 'rested');
    else pair.rest();
  }

  #askState(pair: Pair, now: number): void {
    if (now - pair.stateAt < STATE_MS) return;
    pair.asksState = true;
    this.#owner.schedule(pair);
  }

  #outOfTouch(): void {
    for (const pair of [...this.#pairs.values()]) this.#endAndTell(pair, 'out of touch', 'out of touch');
  }
}
