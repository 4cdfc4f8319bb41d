// A model of processes that send records to each other over a broker with faults, and what must hold whatever happens:
// records arrive in order, each once, or both sides are told that the pair was lost; and nobody makes a storm of it.
import fc from 'fast-check';
import { BATCH, DATA, RESET, STATE } from '../../host/cluster/batch.js';
import { Endpoint } from '../../host/cluster/endpoint.js';
import type { Pair } from '../../host/cluster/pair.js';
import { type FaultyBroker, FaultyNet, pass, seeded } from './faulty-broker.js';
import { clock } from './game-clock.js';

const PROCESSES = 3;
const OUTAGE_MS = 4000;

export type Step =
  | { readonly do: 'say'; readonly from: number; readonly to: number; readonly count: number; readonly size: number }
  | { readonly do: 'release' | 'hold'; readonly from: number; readonly to: number }
  | {
      readonly do:
        | 'freeze'
        | 'thaw'
        | 'offline'
        | 'online'
        | 'cut off'
        | 'join again'
        | 'suspend'
        | 'resume'
        | 'abandon'
        | 'kill';
      readonly at: number;
    }
  | { readonly do: 'stop' | 'start' }
  | { readonly do: 'faults'; readonly drop: number; readonly repeat: number; readonly delayMs: number }
  | { readonly do: 'pass'; readonly ms: number };

const process = fc.nat(PROCESSES - 1);
const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });

/** Steps of a run. Most send something or let time pass. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    weighted(
      10,
      fc.record({
        do: fc.constant('say' as const),
        from: process,
        to: process,
        count: fc.integer({ min: 1, max: 5 }),
        size: fc.constantFrom(0, 0, 100, 3000, 70_000),
      }),
    ),
    weighted(8, fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(0, 5, 50, 200, 700, 2500, 5000) })),
    weighted(2, fc.record({ do: fc.constantFrom('release' as const, 'hold' as const), from: process, to: process })),
    weighted(
      4,
      fc.record({
        do: fc.constantFrom(
          ...([
            'freeze',
            'thaw',
            'offline',
            'online',
            'cut off',
            'join again',
            'suspend',
            'resume',
            'abandon',
            'kill',
          ] as const),
        ),
        at: process,
      }),
    ),
    weighted(2, fc.record({ do: fc.constantFrom('stop' as const, 'start' as const) })),
    weighted(
      2,
      fc.record({
        do: fc.constant('faults' as const),
        drop: fc.constantFrom(0, 0.1, 0.5),
        repeat: fc.constantFrom(0, 0.3),
        delayMs: fc.constantFrom(0, 20, 400),
      }),
    ),
  ),
  { minLength: 5, maxLength: 60 },
);

/** The records that one side has put into a pair, or taken out of it. */
class History {
  put = 0;
  taken = 0;
  /** Process and session whose records were taken. */
  source = '';
  isHeld = false;
  losses = 0;
}

class Member {
  readonly broker: FaultyBroker;
  readonly endpoint: Endpoint;
  readonly histories = new Map<Pair, History>();
  mayWork = true;
  isKilled = false;

  constructor(
    net: FaultyNet,
    readonly model: Model,
    index: number,
  ) {
    this.broker = net.join();
    // Short of the end of the sequence numbers, so that every run goes past it.
    this.endpoint = new Endpoint(this.broker, this.#events(), {
      clock: this.broker.clock,
      random: seeded(index),
      outageTimeoutMs: OUTAGE_MS,
      firstSequence: 0xffff_fffd,
    });
  }

  historyOf(pair: Pair): History {
    const known = this.histories.get(pair) ?? new History();
    this.histories.set(pair, known);
    return known;
  }

  hold(pair: Pair): void {
    const history = this.historyOf(pair);
    if (history.isHeld || pair.isDead) return;
    history.isHeld = true;
    pair.retain();
  }

  release(pair: Pair): void {
    const history = this.historyOf(pair);
    if (!history.isHeld) return;
    history.isHeld = false;
    pair.release();
  }

  say(pair: Pair, size: number): void {
    this.hold(pair);
    const history = this.historyOf(pair);
    const bytes = new Uint8Array(12 + size);
    new Uint32Array(bytes.buffer, 0, 3).set([this.endpoint.id, pair.own, history.put]);
    pair.put(DATA, 0, history.put, null, bytes);
    history.put += 1;
  }

  abandon(): void {
    this.endpoint.abandon('abandoned');
    for (const history of this.histories.values()) history.isHeld = false;
  }

  #events() {
    return {
      mayWork: () => this.mayWork,
      received: (pair: Pair, kind: number, _flags: number, link: number, payload: Uint8Array) =>
        this.#received(pair, kind, link, payload),
      relieved: () => {},
      lost: (pair: Pair) => {
        const history = this.historyOf(pair);
        history.losses += 1;
        history.isHeld = false;
        this.model.demand(history.losses === 1 && pair.isDead, 'a loss is told once');
      },
    };
  }

  #received(pair: Pair, kind: number, link: number, payload: Uint8Array): void {
    const { model } = this;
    model.demand(this.mayWork && !this.broker.isFrozen && !this.isKilled, 'only who may work takes records');
    model.demand(!pair.isDead, 'a dead pair brings nothing');
    const [sender = 0, session = 0, number = 0] = new Uint32Array(payload.slice(0, 12).buffer);
    const history = this.historyOf(pair);
    model.demand(sender === pair.other && kind === DATA && link === number, 'records arrive as they were');
    const source = `${sender}:${session}`;
    if (history.source === '') {
      history.source = source;
      model.demand(!model.takenFrom.has(`${source}>${this.endpoint.id}`), 'a session is taken by one pair only');
      model.takenFrom.add(`${source}>${this.endpoint.id}`);
    }
    model.demand(history.source === source, 'a pair takes one session only');
    model.demand(number === history.taken, `record ${history.taken} is next, got ${number}`);
    history.taken += 1;
    this.hold(pair);
    if (model.random() < 0.1) this.say(pair, 0);
  }
}

/** One run. */
export class Model {
  readonly net: FaultyNet;
  readonly members: Member[] = [];
  readonly takenFrom = new Set<string>();
  readonly random: () => number;
  failures: string[] = [];
  #made = 0;

  constructor(seed: number) {
    this.net = new FaultyNet(seed);
    this.random = seeded(seed + 1);
    for (let i = 0; i < PROCESSES; i += 1) this.members.push(this.#join());
  }

  demand(holds: boolean, what: string): void {
    if (!holds) this.failures.push(what);
  }

  async run(list: readonly Step[]): Promise<void> {
    for (const step of list) await this.#step(step);
    await this.#heal();
    this.#judge();
    for (const { endpoint } of this.members) endpoint.close('over');
    await pass(10_000, 5000); // the alarms of requests
  }

  #join(): Member {
    this.#made += 1;
    return new Member(this.net, this, this.#made);
  }

  async #step(step: Step): Promise<void> {
    switch (step.do) {
      case 'pass':
        return await this.#passInPeace(step.ms);
      case 'stop':
        return this.net.stop();
      case 'start':
        return this.net.start();
      case 'faults':
        Object.assign(this.net.faults, { drop: step.drop, repeat: step.repeat, delayMs: step.delayMs });
        return;
      case 'say':
      case 'hold':
      case 'release':
        return this.#talk(step);
      default:
        return this.#happen(step.do, step.at);
    }
  }

  #talk(step: Step & { readonly from: number; readonly to: number }): void {
    const from = this.members[step.from];
    const to = this.members[step.to];
    if (from === to || from.broker.isFrozen) return;
    const pair = from.endpoint.pairWith(to.endpoint.id);
    if (step.do === 'hold') from.hold(pair);
    else if (step.do === 'release') from.release(pair);
    else if (step.do === 'say') for (let i = 0; i < step.count; i += 1) from.say(pair, step.size);
  }

  #happen(what: string, at: number): void {
    const member = this.members[at];
    const { broker } = member;
    if (what === 'freeze') broker.freeze();
    else if (what === 'thaw') broker.thaw();
    else if (what === 'offline') broker.isOffline = true;
    else if (what === 'online') broker.isOffline = false;
    else if (what === 'cut off') broker.isCutOff = true;
    else if (what === 'join again') broker.isCutOff = false;
    else if (what === 'suspend') member.mayWork = false;
    else if (what === 'resume') this.#resume(member);
    else if (what === 'abandon' && !broker.isFrozen) member.abandon();
    else if (what === 'kill') {
      member.isKilled = true;
      broker.kill();
      this.members[at] = this.#join();
    }
  }

  #resume(member: Member): void {
    member.mayWork = true;
    if (!member.broker.isFrozen) member.endpoint.flush();
  }

  /** Time passes, without more messages than the time explains. */
  async #passInPeace(ms: number): Promise<void> {
    const before = [...this.net.sentBy];
    await pass(ms, ms > 300 ? 25 : 5);
    const sent = (type: number): number => this.net.sentBy[type] - before[type];
    const directions = PROCESSES * (PROCESSES - 1);
    const seconds = ms / 1000 + 1;
    this.demand(sent(RESET) <= directions * seconds * 12, `${sent(RESET)} resets in ${seconds} s`);
    this.demand(sent(STATE) <= directions * seconds * 40, `${sent(STATE)} states in ${seconds} s`);
    const kept = this.members
      .flatMap(({ histories }) => [...histories.values()])
      .reduce((sum, { put }) => sum + put, 0);
    this.demand(sent(BATCH) <= (kept + 20) * seconds * 20, `${sent(BATCH)} batches in ${seconds} s`);
  }

  /** All is well again; each process has a last word for each other one. */
  async #heal(): Promise<void> {
    Object.assign(this.net.faults, { drop: 0, repeat: 0, delayMs: 0 });
    this.net.start();
    for (const member of this.members) {
      member.broker.isCutOff = false;
      member.broker.isOffline = false;
      member.broker.thaw();
      this.#resume(member);
    }
    await pass(5000, 50);
    for (const from of this.members) {
      for (const to of this.members) {
        if (from !== to) from.say(from.endpoint.pairWith(to.endpoint.id), 0);
      }
    }
    await pass(5000, 50);
    const before = this.net.sent;
    await pass(2000, 50);
    const pairs = (PROCESSES * (PROCESSES - 1)) / 2;
    this.demand(this.net.sent - before <= pairs * 5 * 4, `${this.net.sent - before} messages in 2 quiet seconds`);
  }

  #judge(): void {
    const byId = new Map(this.members.map((member) => [member.endpoint.id, member]));
    for (const member of this.members) {
      for (const [pair, history] of member.histories) {
        if (pair.isDead) {
          this.demand(!history.isHeld, 'who holds a pair is told of its death');
          continue;
        }
        if (!pair.isWatched) continue;
        this.demand(member.endpoint.pairWith(pair.other) === pair, 'one pair per process lives');
        const other = byId.get(pair.other);
        const twin = other?.endpoint.pairWith(member.endpoint.id);
        this.demand(twin !== undefined && !twin.isDead, 'the other side lives, too');
        if (other === undefined || twin === undefined) continue;
        this.demand(twin.own === pair.theirs && twin.theirs === pair.own, 'both sides mean the same session');
        const { taken } = other.historyOf(twin);
        this.demand(taken === history.put, `all arrived: ${taken} of ${history.put}`);
      }
    }
  }
}

/** What went wrong in a run; empty when nothing did. */
export async function failuresOf(list: readonly Step[], seed: number): Promise<string[]> {
  const model = new Model(seed);
  await model.run(list);
  return [...model.failures, ...(clock.isIdle ? [] : ['something still waits'])];
}
