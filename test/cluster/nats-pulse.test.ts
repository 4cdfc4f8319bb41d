// The pulse of a connection to NATS on a clock of the test: when a server counts as standing still, and what may wait.
import { describe, expect, it } from 'vitest';
import { NatsPulse } from '../../host/cluster/nats-pulse.js';

const MIB = 1 << 20;

/** A pulse whose looks and answers happen when the test says so. */
class Bench {
  readonly changes: boolean[] = [];
  readonly #probes: ((isAnswered: boolean) => void)[] = [];
  #look: (() => void) | null = null;
  readonly pulse: NatsPulse = new NatsPulse(
    () =>
      new Promise((resolve, reject) =>
        this.#probes.push((isAnswered) => (isAnswered ? resolve() : reject(new Error()))),
      ),
    {
      alarm: (_, callback) => {
        this.#look = callback;
        return { cancel: () => {} };
      },
    },
    () => this.changes.push(this.pulse.isStill),
  );

  get probes(): number {
    return this.#probes.length;
  }

  looks(count: number): this {
    for (let at = 0; at < count; at += 1) {
      const look = this.#look;
      this.#look = null;
      look?.();
    }
    return this;
  }

  /** Answers the oldest probe. */
  async answer(isAnswered = true): Promise<void> {
    this.#probes.shift()?.(isAnswered);
    await new Promise((resolve) => setImmediate(resolve));
  }

  get isWaiting(): boolean {
    return this.#look !== null;
  }
}

describe('NatsPulse', () => {
  it('takes a server that two looks find without an answer as standing still, until it answers', async () => {
    const bench = new Bench();
    expect([bench.looks(2).pulse.isStill, bench.looks(1).pulse.isStill, bench.probes]).toEqual([false, true, 1]);
    await bench.answer();
    expect([bench.pulse.isStill, bench.changes]).toEqual([false, [true, false]]);
  });

  it('does not when each look finds an answer', async () => {
    const bench = new Bench();
    for (let at = 0; at < 10; at += 1) {
      bench.looks(2);
      await bench.answer();
    }
    expect(bench.changes).toEqual([]);
  });

  it('asks after each MiB, and lets no more than 64 MiB wait for a confirmation', async () => {
    const bench = new Bench();
    for (let at = 0; at < 64; at += 1) expect(bench.pulse.mayGo(MIB)).toBe(true);
    expect([bench.probes, bench.pulse.mayGo(1)]).toEqual([64, false]);
    await bench.answer();
    expect([bench.pulse.mayGo(MIB), bench.pulse.mayGo(1)]).toEqual([true, false]);
  });

  it('finds a server still that confirms nothing of a flood, and alive while it confirms some', async () => {
    const bench = new Bench();
    for (let at = 0; at < 8; at += 1) bench.pulse.mayGo(MIB);
    for (let at = 0; at < 6; at += 1) {
      bench.looks(1);
      await bench.answer();
    }
    expect(bench.changes).toEqual([]);
    expect(bench.looks(2).pulse.isStill).toBe(true);
  });

  it('begins anew on another connection, and takes no answers of the one before', async () => {
    const bench = new Bench();
    for (let at = 0; at < 64; at += 1) bench.pulse.mayGo(MIB);
    bench.looks(3).pulse.reset();
    expect([bench.pulse.isStill, bench.changes]).toEqual([false, [true, false]]);
    for (let at = 0; at < 64; at += 1) expect(bench.pulse.mayGo(MIB)).toBe(true);
    for (let at = 0; at < 64; at += 1) await bench.answer();
    expect(bench.pulse.mayGo(1)).toBe(false);
  });

  it('leaves a probe that fails to the status of the connection', async () => {
    const bench = new Bench();
    bench.looks(1);
    await bench.answer(false);
    expect(bench.pulse.isStill).toBe(false);
  });

  it('looks no more when it has ended', () => {
    const bench = new Bench();
    bench.pulse.end();
    expect(bench.looks(1).isWaiting).toBe(false);
  });
});
