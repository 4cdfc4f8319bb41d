// How much is under way between two processes: windows, acknowledgements, splitting, and the memory of others.
import { expect, test, vi } from 'vitest';
import { ACCEPT, BATCH, CAST, DATA, MORE, STATE, TEXT } from '../../host/cluster/batch.js';
import { MAX_PAIRS, subjectOf } from '../../host/cluster/endpoint.js';
import type { Pair } from '../../host/cluster/pair.js';
import { ClusterProcess } from '../helpers/cluster-process.js';
import { FaultyNet, pass } from '../helpers/faulty-broker.js';
import { RawProcess, recordsOf } from '../helpers/raw-process.js';
import { useReports } from '../helpers/reports.js';

vi.mock('#platform', async (original) => ({
  ...(await original<object>()),
  clock: (await import('../helpers/game-clock.js')).clock,
}));

const reports = useReports();

const MIB = 1 << 20;
const ONE = recordsOf([{ kind: DATA, text: 'one' }]);

function stage(): { net: FaultyNet; a: ClusterProcess; raw: RawProcess } {
  const net = new FaultyNet(1);
  const a = new ClusterProcess(net);
  return { net, a, raw: new RawProcess(net, a) };
}

function put(pair: Pair, size: number, times: number): void {
  for (let i = 0; i < times; i += 1) pair.put(DATA, 0, 1, null, new Uint8Array(size));
}

test('before the other has said how much it takes, 64 KiB are under way', async () => {
  const { a, raw } = stage();
  const pair = a.hold(raw);
  put(pair, 1000, 1000);
  await pass();
  expect(raw.batchBytes).toBeGreaterThan(32 * 1024);
  expect(raw.batchBytes).toBeLessThanOrEqual(64 * 1024);
  expect(pair.hasRoom).toBe(false);
});

test('what is under way never exceeds what the other grants, and all of it arrives in the end', async () => {
  const { a, raw } = stage();
  const pair = a.hold(raw);
  put(pair, 1000, 1000);
  await pass();
  let taken = 0;
  let acknowledged = 0;
  for (let rounds = 0; rounds < 200 && !pair.hasRoom; rounds += 1) {
    expect(raw.batchBytes).toBeLessThanOrEqual(200_000);
    if (rounds > 0 && taken < 700_000) expect(raw.batchBytes).toBeGreaterThan(100_000);
    taken += raw.batchBytes;
    acknowledged = raw.take(BATCH).at(-1)?.sequence ?? acknowledged;
    raw.send({ type: STATE, other: pair.own, acknowledged, granted: 200_000 });
    await pass();
  }
  await pass(10);
  expect(taken + raw.batchBytes).toBeGreaterThan(1000 * 1009);
  expect(a.relieved).toBe(1);
});

test('a batch that is larger than the window goes alone', async () => {
  const { a, raw } = stage();
  const pair = a.hold(raw);
  raw.send({ granted: 1000 }, ONE);
  await pass();
  put(pair, 300_000, 2);
  await pass();
  expect(raw.take(BATCH).length).toBe(1);
});

test('after a rest the window is small until the other is heard', async () => {
  const { a, raw } = stage();
  raw.send({ granted: 8 * MIB }, ONE);
  await pass();
  const pair = a.endpoint.pairWith(raw.id);
  pair.release();
  await pass(2000);
  raw.take(BATCH);
  put(pair, 60_000, 20);
  await pass();
  expect(raw.batchBytes).toBeLessThanOrEqual(64 * 1024);
  raw.send({ type: STATE, other: pair.own, sequence: 2, granted: 8 * MIB });
  await pass();
  expect(raw.batchBytes).toBeGreaterThan(20 * 60_000);
});

test('an eighth of the window is acknowledged by a message of its own', async () => {
  const { a, raw } = stage();
  raw.send({}, ONE);
  await pass();
  raw.take(STATE);
  const large = recordsOf([{ kind: DATA, text: 'x'.repeat(100_000) }]);
  for (let sequence = 2; sequence < 42; sequence += 1) {
    raw.send({ sequence }, large);
    await pass();
  }
  expect(a.texts.length).toBe(41);
  expect(raw.take(STATE).map(({ acknowledged }) => acknowledged)).toEqual([12, 23, 34]);
});

test('an acknowledgement rides on a batch', async () => {
  const { a, raw } = stage();
  raw.send({ granted: MIB }, ONE);
  await pass();
  a.say(raw, 'back');
  await pass();
  expect(raw.take(BATCH).map(({ acknowledged, other }) => [acknowledged, other])).toEqual([[1, 1]]);
});

test('48 MiB are divided among the processes, at most 8 and at least 64 KiB each', async () => {
  const { net, a, raw } = stage();
  const grantedFor = async (others: number): Promise<number> => {
    for (let i = 0; i < others; i += 1) {
      const id = 0x1000 + others + i;
      net.inner.subscribe(subjectOf(id), () => {});
      a.hold({ id });
    }
    await pass(150);
    await raw.ask({});
    return raw.take(STATE).at(-1)?.granted ?? 0;
  };
  raw.send({}, ONE);
  await pass();
  expect(await grantedFor(0)).toBe(8 * MIB);
  expect(await grantedFor(9)).toBe(Math.floor((48 * MIB) / 10));
  expect(await grantedFor(1500)).toBe(64 * 1024);
});

test('a record that is too large for a batch goes as several, marked with MORE', async () => {
  const net = new FaultyNet(1);
  const [a, b] = [new ClusterProcess(net, 10_000, 4096), new ClusterProcess(net)];
  const records: [number, number, Uint8Array][] = [];
  b.onRaw = (kind, flags, payload) => records.push([kind, flags, payload.slice()]);
  const head = Uint8Array.of(1, 2, 3);
  const payload = Uint8Array.from({ length: 10_000 }, (_, i) => i);
  a.hold(b).put(CAST, TEXT, 9, head, payload);
  a.hold(b).put(ACCEPT, 0, 9, null, new Uint8Array(0));
  await pass();
  expect(records.map(([kind, flags]) => [kind, flags])).toEqual([
    [CAST, TEXT | MORE],
    [CAST, TEXT | MORE],
    [CAST, TEXT],
    [ACCEPT, 0],
  ]);
  const bytes = records.slice(0, 3).flatMap((record) => [...record[2]]);
  expect(bytes).toEqual([...head, ...payload]);
});

test.each([0, 1, 4096 - 37 - 1, 4096 - 37, 4096 - 37 + 1, 2 * (4096 - 37), 2 * (4096 - 37) + 1])(
  'a payload of %i bytes arrives whole in batches of 4096',
  async (size) => {
    const net = new FaultyNet(1);
    const [a, b] = [new ClusterProcess(net, 10_000, 4096), new ClusterProcess(net)];
    const records: [number, number, Uint8Array][] = [];
    b.onRaw = (kind, flags, payload) => records.push([kind, flags, payload.slice()]);
    put(a.hold(b), size, 1);
    await pass();
    const pieces = Math.max(1, Math.ceil(size / (4096 - 37)));
    expect(records.map(([, flags]) => flags)).toEqual([...Array(pieces - 1).fill(MORE), 0]);
    expect(records.reduce((sum, [, , { length }]) => sum + length, 0)).toBe(size);
  },
);

test('the broker never gets more than it carries', async () => {
  const net = new FaultyNet(1);
  const [a, b] = [new ClusterProcess(net, 10_000, 4096), new ClusterProcess(net)];
  const publish = vi.spyOn(a.broker, 'publish');
  for (let size = 0; size < 9000; size += 37) put(a.hold(b), size, 1);
  await pass(3000);
  expect(Math.max(...publish.mock.calls.map(([, { length }]) => length))).toBeLessThanOrEqual(4096);
  expect(b.losses).toEqual([]);
});

test('more than 64 MiB that wait end the pair, with a report', async () => {
  const { a, raw } = stage();
  const pair = a.hold(raw);
  put(pair, MIB, 70);
  await pass();
  expect([a.losses, reports.take().length]).toEqual([['too much waits'], 1]);
});

test('there are at most 4,096 pairs; one without links makes room for another', async () => {
  const { a } = stage();
  for (let i = 1; i <= MAX_PAIRS; i += 1) a.endpoint.pairWith(0x10000 + i).retain();
  const refused = a.endpoint.pairWith(0x9999);
  expect([refused.isDead, reports.take().length]).toEqual([true, 1]);
  await pass();
  expect(a.losses).toContain('too many processes');
  a.endpoint.close('over');
  const { a: other } = stage();
  for (let i = 1; i <= MAX_PAIRS; i += 1) other.endpoint.pairWith(0x10000 + i);
  expect(other.endpoint.pairWith(0x9999).isDead).toBe(false);
  expect(reports.take()).toEqual([]);
});
