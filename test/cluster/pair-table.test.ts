// The table of pairs: every row happens to real endpoints, no other event does, and the meaning of a message depends on
// the numbers alone.
import { expect, test, vi } from 'vitest';
import { BATCH, DATA, RESET } from '../../host/cluster/batch.js';
import { MAX_PAIRS } from '../../host/cluster/endpoint.js';
import {
  meaningOf,
  meaningOfReset,
  type Numbers,
  PAIR_TABLE,
  type PairEvent,
  type PairState,
  pairRow,
} from '../../host/cluster/pair-table.js';
import { ClusterProcess } from '../helpers/cluster-process.js';
import { FaultyNet, pass } from '../helpers/faulty-broker.js';
import { RawProcess, recordsOf } from '../helpers/raw-process.js';
import { useReports } from '../helpers/reports.js';

const { taken } = vi.hoisted(() => ({ taken: [] as string[] }));

vi.mock('#platform', async (original) => ({
  ...(await original<object>()),
  clock: (await import('../helpers/game-clock.js')).clock,
}));

vi.mock('../../host/cluster/pair-table.js', async (original) => {
  const real = await original<typeof import('../../host/cluster/pair-table.js')>();
  return {
    ...real,
    pairRow: (state: PairState, event: PairEvent) => {
      taken.push(`${state} ${event}`);
      return real.pairRow(state, event);
    },
  };
});

useReports();

const ONE = recordsOf([{ kind: DATA, text: 'one' }]);
const BROKEN = recordsOf([{ kind: 9 }]);

interface Stage {
  readonly net: FaultyNet;
  readonly a: ClusterProcess;
  readonly raw: RawProcess;
}

/** From nothing to a state. */
const INTO: Record<'NONE' | 'FRESH' | 'LIVE', (stage: Stage) => Promise<void>> = {
  NONE: async () => {},
  // The raw process answers nothing.
  FRESH: async ({ a, raw }) => {
    a.say(raw, 'x');
    await pass();
  },
  // In the other's session 5, and in session 2 of this side, whose session 1 has ended.
  LIVE: async ({ a, raw }) => {
    raw.send({ session: 4 }, ONE);
    await pass();
    a.endpoint.abandon('over');
    raw.send({ session: 5 }, ONE);
    await pass();
  },
};

const WHAT: Partial<Record<PairEvent, (stage: Stage) => void | Promise<void>>> = {
  used: ({ a, raw }) => void a.endpoint.pairWith(raw.id),
  opening: ({ raw }) => raw.send({ session: 9 }, ONE),
  known: ({ raw }) => raw.send({ session: 5, sequence: 2 }, ONE),
  behind: async ({ a, raw }) => {
    raw.send({ type: RESET, session: 3, other: 0 });
    await pass();
    raw.send({ session: 3 }, ONE);
    void a;
  },
  crossed: ({ raw }) => raw.send({ session: 5, other: 1 }, ONE),
  reset: ({ a, raw }) => raw.send({ type: RESET, session: 0, other: a.endpoint.pairWith(raw.id).own }),
  'old reset': ({ raw }) => raw.send({ type: RESET, session: 2 }),
  impossible: ({ raw }) => raw.send({ session: 9, other: 99 }, ONE),
  gone: async ({ a, raw }) => {
    a.hold(raw);
    raw.broker.kill();
    await pass(700);
  },
  silent: async ({ a, raw }) => {
    a.hold(raw);
    await pass(2000);
  },
  'out of touch': async ({ net }) => {
    net.stop();
    await pass(10_100);
  },
  abandoned: ({ a }) => a.endpoint.abandon('over'),
};

const MORE: Record<string, (stage: Stage) => void | Promise<void>> = {
  'FRESH broken': ({ a, raw }) => {
    for (let i = 0; i < 70; i += 1) a.load(raw, 1 << 20);
  },
  'LIVE broken': ({ raw }) => raw.send({ type: BATCH, session: 5, sequence: 2 }, BROKEN),
  'FRESH rested': ({ a }) => {
    a.endpoint.abandon('over');
    for (let i = 0; i <= MAX_PAIRS; i += 1) a.endpoint.pairWith(0x10000 + i);
  },
  'LIVE rested': async ({ a, raw }) => {
    a.endpoint.pairWith(raw.id).release();
    await pass(6 * 60_000, 10_000);
    a.endpoint.pairWith(raw.id);
  },
};

test.each(PAIR_TABLE)('in $from, $on: $act, then $to', async ({ from, on, to, act }) => {
  const net = new FaultyNet(1);
  const a = new ClusterProcess(net);
  const stage = { net, a, raw: new RawProcess(net, a) };
  if (from !== 'DEAD') await INTO[from](stage);
  const before = from === 'NONE' || on === 'rested' ? null : a.endpoint.pairWith(stage.raw.id);
  taken.length = 0;
  await (MORE[`${from} ${on}`] ?? WHAT[on])?.(stage);
  await pass(10);
  expect(taken).toContain(`${from} ${on}`);
  if (before === null) return;
  expect(before.state).toBe(act.startsWith('end') ? 'DEAD' : to);
});

test('an event that the table does not list can’t happen', () => {
  expect(() => pairRow('DEAD', 'known')).toThrow('pair: "known" cannot happen in state DEAD');
});

test('every message has a meaning that the table lists, whatever its numbers', () => {
  const upTo = (most: number): number[] => Array.from({ length: most + 1 }, (_, i) => i);
  for (const own of upTo(3)) {
    for (const theirs of own === 0 ? [0] : upTo(3)) {
      const state = own === 0 ? 'NONE' : theirs === 0 ? 'FRESH' : 'LIVE';
      for (const ended of theirs === 0 ? upTo(4) : upTo(theirs - 1)) {
        for (const last of [own, own + 1]) {
          const numbers: Numbers = { own, theirs, ended, last };
          for (const session of upTo(5)) {
            for (const other of upTo(5)) {
              expect(() => pairRow(state, meaningOfReset(session, other, numbers))).not.toThrow();
              if (session === 0) continue;
              const meaning = meaningOf(session, other, numbers);
              expect(() => pairRow(state, meaning)).not.toThrow();
              // Taken is only what both sides mean alike.
              if (meaning === 'known') expect([session, other === 0 || other === own]).toEqual([theirs, true]);
              if (meaning === 'opening') expect([session > ended, session > theirs]).toEqual([true, true]);
            }
          }
        }
      }
    }
  }
});
