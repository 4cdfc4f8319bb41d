// Fencing as a model: whatever becomes of processes, clocks, lines and entries, no two processes hold one room at once.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BrokerStatus } from '../../host/cluster/broker.js';
import { Leases } from '../../host/cluster/leases.js';
import { RoomFinder } from '../../host/cluster/room-finder.js';
import { ClusterProcess, ClusterWorld, type Line, settled } from '../helpers/cluster-world.js';

const OUTAGE_MS = 10_000;
const HOSTS = 3;
const ROOMS = ['hall', 'yard'];
/** The long run: `FENCING_RUNS=20000 npx vitest run --project unit test/cluster/fencing.test.ts`. */
const RUNS = Number(process.env.FENCING_RUNS ?? 300);
const MAX_STEPS = 80;
/** Requests that one attempt may take, and attempts without an answer for one entry. */
const MAX_REQUESTS = 8;
const MAX_UNANSWERED = 4;

class Host extends ClusterProcess {
  readonly leases: Leases;
  /** Rooms that the game serves, whenever leases are held. */
  readonly serves = new Set<string>();
  /** Rooms that it claims until it has them. */
  readonly wants = new Set<string>();
  jumpedMs = 0;
  claims = 0;

  constructor(world: ClusterWorld, id: number) {
    super(world);
    this.leases = new Leases(
      this.broker,
      id,
      { lost: (name) => this.serves.delete(name), resumed: () => expect(this.leases.isHeld).toBe(true) },
      { clock: this.clock, outageTimeoutMs: OUTAGE_MS, timeOfDay: () => world.now() + this.jumpedMs },
    );
  }

  /** Claims what it wants and has not. */
  go(): void {
    if (this.isFrozen) return;
    for (const name of this.wants) if (!this.serves.has(name)) this.#claim(name);
  }

  release(name: string): void {
    this.wants.delete(name);
    if (this.isFrozen || !this.serves.delete(name)) return;
    this.claims += 1;
    void this.leases.release(name);
  }

  #claim(name: string): void {
    this.claims += 1;
    void this.leases.claim(name).then((claimed) => {
      if (claimed === 'held') this.serves.add(name);
    });
  }
}

type Step =
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'want' | 'release'; readonly host: number; readonly room: number }
  | { readonly do: 'freeze' | 'sleep' | 'thaw' | 'bury'; readonly host: number }
  | {
      readonly do: 'line';
      readonly host: number;
      readonly line: Line;
      readonly faultyKeys: string;
      readonly delayMs: number;
    }
  | { readonly do: 'blip'; readonly host: number; readonly ms: number }
  | { readonly do: 'status'; readonly host: number; readonly status: BrokerStatus }
  | { readonly do: 'restart'; readonly ms: number }
  | { readonly do: 'jump'; readonly host: number; readonly ms: number };

const host = fc.nat(HOSTS - 1);
const room = fc.nat(ROOMS.length - 1);
const only = <T extends string>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

/** Steps of a world. A machine that sleeps is noticed by the time of day, so that is not set back where machines sleep. */
function steps(machines: 'that sleep' | 'whose time is set back'): fc.Arbitrary<Step[]> {
  const sleeps = machines === 'that sleep';
  const stops = fc.record({ do: sleeps ? only('freeze', 'sleep') : only('freeze'), host });
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: only('pass'), ms: fc.integer({ min: 20, max: 3000 }) }) },
    { weight: 2, arbitrary: fc.record({ do: only('pass'), ms: fc.integer({ min: 3000, max: 6000 }) }) },
    { weight: 8, arbitrary: fc.record({ do: only('want'), host, room }) },
    { weight: 1, arbitrary: fc.record({ do: only('release'), host, room }) },
    { weight: 2, arbitrary: stops },
    { weight: 3, arbitrary: fc.record({ do: only('thaw', 'bury'), host }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: only('line'),
        host,
        line: fc.constantFrom<Line>('good', 'good', 'deaf', 'cut', 'hung'),
        faultyKeys: only('', '', 'room.', 'proc.'),
        delayMs: fc.constantFrom(0, 0, 60, 300, 1200, 3000),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: only('status'), host, status: only<BrokerStatus>('connected', 'interrupted') }),
    },
    { weight: 2, arbitrary: fc.record({ do: only('blip'), host, ms: fc.integer({ min: 20, max: 4000 }) }) },
    { weight: 1, arbitrary: fc.record({ do: only('restart'), ms: fc.integer({ min: 100, max: 5000 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({ do: only('jump'), host, ms: fc.integer({ min: sleeps ? 0 : -9000, max: 9000 }) }),
    },
  );
  return fc.array(step, { minLength: 10, maxLength: MAX_STEPS });
}

/** Three hosts and a gateway; `expectFenced` looks at every instant. */
class Model {
  readonly #world = new ClusterWorld();
  readonly #hosts = Array.from({ length: HOSTS }, (_, index) => new Host(this.#world, index + 1));
  readonly #gateway: RoomFinder;
  readonly #mayErr: boolean;
  readonly #begin = this.#world.now();
  /** Instants at which a room was held. */
  held = 0;

  /** A gateway that errs takes processes that live for dead, and waits for the life of their entries. */
  constructor(mayErr: boolean) {
    this.#mayErr = mayErr;
    const broker = new ClusterProcess(this.#world).broker;
    this.#gateway = new RoomFinder(
      {
        ...broker,
        max_payload: 0,
        publish() {},
        subscribe: () => () => {},
        request: async () => 'nobody',
        close: async () => {},
      },
      { clock: this.#world.loop, graceMs: mayErr ? this.#world.directory.ttl_ms : 0 },
    );
  }

  async run(sequence: readonly Step[]): Promise<void> {
    const starts = this.#hosts.map((one) => one.leases.start());
    await settled();
    expect(await Promise.all(starts)).toEqual(this.#hosts.map(() => true));
    for (const step of sequence) {
      await this.#do(step);
      await settled();
      this.expectFenced();
    }
  }

  async #do(step: Step): Promise<void> {
    if (step.do === 'pass') return this.#world.pass(step.ms, () => this.#instant());
    if (step.do === 'restart') return this.#restart(step.ms);
    const one = this.#hosts[step.host] as Host;
    if (step.do === 'want') one.wants.add(ROOMS[step.room] as string);
    else if (step.do === 'release') one.release(ROOMS[step.room] as string);
    else if (step.do === 'freeze') one.freeze();
    else if (step.do === 'sleep') one.sleep();
    else if (step.do === 'thaw') one.thaw();
    else if (step.do === 'jump') one.jumpedMs += step.ms;
    else if (step.do === 'line')
      Object.assign(one, { line: step.line, faultyKeys: step.faultyKeys, delayMs: step.delayMs });
    else if (step.do === 'blip') await this.#blip(one, step.host, step.ms);
    else if (step.do === 'bury') this.#bury(step.host);
    else if (step.do === 'status' && !one.isFrozen) one.setStatus(step.status);
  }

  /** What a broker calls gone is a process whose connection has ended, which it knows, if it runs. */
  #bury(index: number): void {
    const one = this.#hosts[index] as Host;
    const isGone = one.status === 'interrupted' && !one.isFrozen;
    if (this.#mayErr || isGone) void this.#gateway.processDied(index + 1);
  }

  /** A connection ends, and comes back after the gateways have noticed. */
  async #blip(one: Host, index: number, ms: number): Promise<void> {
    if (one.isFrozen) return;
    one.setStatus('interrupted');
    this.#bury(index);
    await this.#world.pass(ms, () => this.#instant());
    one.setStatus('connected');
  }

  /** The directory is away, with the broker; it keeps its entries. */
  async #restart(ms: number): Promise<void> {
    const lines = this.#hosts.map(({ line }) => line);
    for (const one of this.#hosts) {
      one.line = 'cut';
      if (!one.isFrozen) one.setStatus('interrupted');
    }
    await this.#world.pass(ms, () => this.#instant());
    for (const [index, one] of this.#hosts.entries()) {
      one.line = lines[index] as Line;
      if (!one.isFrozen) one.setStatus('connected');
    }
  }

  #instant(): void {
    this.expectFenced();
    for (const one of this.#hosts) one.go();
  }

  expectFenced(): void {
    for (const name of ROOMS) {
      const holders = this.#hosts.filter(({ leases, serves }) => serves.has(name) && leases.isHeld);
      this.held += holders.length;
      if (holders.length > 1) throw new Error(`${name} has ${holders.length} holders`);
    }
    const seconds = (this.#world.now() - this.#begin) / 1000;
    for (const { open, requests, claims } of this.#hosts) {
      // Once a second and at each change of the status, of which there are as many as steps.
      const mostOpen = (ROOMS.length + 1) * MAX_UNANSWERED + 2 * claims;
      const most = (ROOMS.length + 1) * MAX_REQUESTS * (seconds + MAX_STEPS) + MAX_REQUESTS * claims;
      if (open > mostOpen) throw new Error(`${open} requests wait`);
      if (requests > most) throw new Error(`${requests} requests in ${seconds} s`);
    }
  }
}

describe('at no instant two processes hold one room', () => {
  test.each([
    ['that sleep', 'knows who is gone', false],
    ['that sleep', 'errs, and waits for the life of an entry', true],
    ['whose time is set back', 'knows who is gone', false],
    ['whose time is set back', 'errs, and waits for the life of an entry', true],
  ] as const)('on machines %s, with a gateway that %s', async (machines, _, mayErr) => {
    let held = 0;
    await fc.assert(
      fc.asyncProperty(steps(machines), async (sequence) => {
        const model = new Model(mayErr);
        await model.run(sequence);
        held += model.held;
      }),
      { numRuns: RUNS },
    );
    // A model in which nobody holds anything shows nothing.
    expect(held).toBeGreaterThan(RUNS * 10);
  });
});

describe('no room is lost', () => {
  test('in an outage that is shorter than allowed, when nobody else claims it', async () => {
    const outage = fc.record({
      after: fc.integer({ min: 0, max: 2000 }),
      ms: fc.integer({ min: 20, max: OUTAGE_MS - 3500 }),
      line: only<Line>('cut', 'deaf', 'hung'),
      delayMs: fc.constantFrom(0, 60),
      isFrozen: fc.boolean(),
      isInterrupted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(outage, { minLength: 1, maxLength: 4 }), async (outages) => {
        const world = new ClusterWorld();
        const one = new Host(world, 1);
        await one.leases.start();
        one.wants.add('hall');
        one.go();
        await settled();
        expect([...one.serves]).toEqual(['hall']);
        for (const { after, ms, line, delayMs, isFrozen, isInterrupted } of outages) {
          await world.pass(after);
          Object.assign(one, { line, delayMs });
          if (isInterrupted) one.setStatus('interrupted');
          if (isFrozen) one.freeze();
          await world.pass(ms);
          one.line = 'good';
          one.thaw();
          if (isInterrupted) one.setStatus('connected');
          await world.pass(3400);
          expect(one.leases.isHeld).toBe(true);
          expect([...one.serves]).toEqual(['hall']);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
