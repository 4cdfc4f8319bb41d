// Messages that no endpoint sends: every length, every number of the head, and what an intruder or a bug would make of
// them. Nothing throws, nothing is taken, the report comes once.
import { expect, test, vi } from 'vitest';
import { AGAIN, BATCH, DATA, HEAD_BYTES, type Head, messageOf, RESET, STATE } from '../../host/cluster/batch.js';
import { ClusterProcess } from '../helpers/cluster-process.js';
import { FaultyNet, pass } from '../helpers/faulty-broker.js';
import { RawProcess, type RawRecord, recordsOf } from '../helpers/raw-process.js';
import { useReports } from '../helpers/reports.js';

vi.mock('#platform', async (original) => ({
  ...(await original<object>()),
  clock: (await import('../helpers/game-clock.js')).clock,
}));

const reports = useReports();

function stage(): { a: ClusterProcess; raw: RawProcess } {
  const net = new FaultyNet(1);
  const a = new ClusterProcess(net);
  return { a, raw: new RawProcess(net, a) };
}

const one = recordsOf([{ kind: DATA, text: 'one' }]);
const whole = recordsOf([
  { kind: DATA, text: 'one' },
  { kind: DATA, text: 'two' },
]);

test('a message that is cut off at any byte but the border of a record is dropped whole', async () => {
  const { raw } = stage();
  const bytes = raw.message({}, whole);
  const border = HEAD_BYTES + one.length;
  for (let length = 0; length < bytes.length; length += 1) {
    const { a, raw: other } = stage();
    other.sendBytes(bytes.subarray(0, length));
    await pass();
    expect(a.texts, `cut off at ${length}`).toEqual(length === border ? ['one'] : []);
    expect(reports.take().length, `reports for ${length}`).toBe(length === border ? 0 : 1);
  }
});

const HEADS: [string, Partial<Head> | ((bytes: Uint8Array) => void), string][] = [
  ['type 0', { type: 0 }, 'its type is 0, the known ones are 1 to 3'],
  ['type 4', { type: 4 }, 'its type is 4, the known ones are 1 to 3'],
  ['another version', (bytes) => bytes.fill(9, 1, 2), 'its version is 9, this package knows 1'],
  ['no sender', { sender: 0 }, 'its sender is 0'],
  ['no session', { session: 0 }, 'its session is 0'],
  ['a session of the receiver that has never been', { other: 77 }, 'it is for session 77, which has never been'],
  ['a state with a body', { type: STATE }, 'it is a state message of 40 bytes'],
];

test.each(HEADS)('a head with %s is dropped', async (_name, change, why) => {
  const { a, raw } = stage();
  const bytes = raw.message(typeof change === 'function' ? {} : change, one);
  if (typeof change === 'function') change(bytes);
  for (let i = 0; i < 20; i += 1) raw.sendBytes(bytes);
  await pass(100);
  expect(a.texts).toEqual([]);
  expect(reports.take()).toEqual([`cluster: a message was dropped: ${why}`]);
});

test('a message in the name of its receiver is dropped', async () => {
  const { a, raw } = stage();
  raw.send({ sender: a.id }, one);
  await pass();
  expect([a.texts, reports.take().length]).toEqual([[], 1]);
});

const RECORDS: [string, readonly RawRecord[]][] = [
  [
    'a length that is one too large',
    [
      { kind: DATA, text: 'x' },
      { kind: DATA, text: 'y', length: 2 },
    ],
  ],
  ['the largest length there is', [{ kind: DATA, text: 'x', length: 0xffff_ffff }]],
  ['a length that would overflow', [{ kind: DATA, text: 'x', length: 0x8000_0000 }]],
  ['no record', []],
];

test.each(RECORDS)(
  'a batch with %s brings nothing, and ends the pair when it comes like this again',
  async (_name, list) => {
    const { a, raw } = stage();
    raw.send({}, one);
    await pass();
    const { own } = a.endpoint.pairWith(raw.id);
    for (let times = 1; times <= 3; times += 1) {
      expect(a.losses).toEqual([]);
      raw.send({ sequence: 2, other: own }, recordsOf(list));
      await pass();
    }
    expect([a.texts, a.losses, reports.take().length]).toEqual([['one'], ['broken message'], 1]);
  },
);

test.each([0, 7, 15])('a record of kind %i ends the pair', async (kind) => {
  const { a, raw } = stage();
  raw.send({}, recordsOf([{ kind: DATA, text: 'one' }, { kind }, { kind: DATA, text: 'two' }]));
  await pass();
  expect([a.texts, a.losses, reports.take().length]).toEqual([['one'], ['broken message'], 1]);
  expect(raw.take(RESET).length).toBe(1);
});

test('whoever acknowledges what was never sent changes nothing', async () => {
  const { a, raw } = stage();
  const pair = a.say(raw, 'kept');
  await pass();
  raw.send({ type: STATE, other: pair.own, acknowledged: 2 });
  await pass();
  expect(reports.take().length).toBe(1);
  raw.send({ type: STATE, other: pair.own, flags: AGAIN });
  await pass(10);
  expect(raw.take(BATCH).map(({ sequence }) => sequence)).toEqual([1, 1]);
});

test('a cause is short, printable text', async () => {
  const { a, raw } = stage();
  const pair = a.say(raw, 'x');
  await pass();
  const head = { type: RESET, flags: 0, sender: raw.id, session: 0, sequence: 0, acknowledged: 0, granted: 0 };
  raw.sendBytes(
    raw.message({ ...head, other: pair.own }, new TextEncoder().encode(`bad\r\n\u202e\u0000${'long'.repeat(99)}`)),
  );
  await pass();
  expect(a.losses[0].length).toBeLessThanOrEqual(100);
  expect(a.losses[0]).toMatch(/^badlong[a-z]+$/);
  expect(messageOf({ ...head, other: 1 }, 'é'.repeat(100)).length).toBe(HEAD_BYTES + 100);
});

test('who is behind is told once, however much it sends', async () => {
  const { a, raw } = stage();
  raw.send({ session: 5 }, one);
  await pass();
  a.endpoint.abandon('over');
  await pass();
  raw.take(RESET);
  for (let sequence = 2; sequence < 500; sequence += 1) raw.send({ session: 5, sequence }, one);
  await pass(400);
  expect(raw.take(RESET).length).toBe(1);
  await raw.ask({ session: 5, other: 1 });
  expect(raw.take(RESET).length).toBe(1);
  expect(a.texts).toEqual(['one']);
});

test('an opening that comes again after its session brings nothing', async () => {
  for (const end of ['abandon', 'reset'] as const) {
    const { a, raw } = stage();
    raw.send({ session: 5 }, one);
    await pass();
    if (end === 'abandon') a.endpoint.abandon('over');
    else raw.send({ type: RESET, session: 5 });
    raw.send({ session: 5 }, one);
    raw.send({ session: 4 }, one);
    await pass();
    expect(a.texts).toEqual(['one']);
    raw.send({ session: 6 }, one);
    await pass();
    expect(a.texts).toEqual(['one', 'one']);
  }
});

test('a reset before its opening ends it', async () => {
  const { a, raw } = stage();
  raw.send({ type: RESET, session: 5 });
  raw.send({ session: 5 }, one);
  await pass();
  expect(a.texts).toEqual([]);
});

test('a gap is asked for once, and again after a while', async () => {
  const { a, raw } = stage();
  raw.send({}, one);
  await pass();
  raw.take(STATE);
  for (let sequence = 3; sequence < 300; sequence += 1) {
    raw.send({ sequence }, one);
    await pass();
  }
  expect(raw.take(STATE).filter(({ flags }) => flags === AGAIN).length).toBe(1);
  await pass(250);
  raw.send({ sequence: 300 }, one);
  await pass();
  expect(raw.take(STATE).filter(({ flags }) => flags === AGAIN).length).toBe(1);
  expect(a.texts).toEqual(['one']);
});

test('who asks for everything again and again gets it ever more seldom', async () => {
  const { a, raw } = stage();
  const pair = a.say(raw, 'kept');
  raw.answer = () => raw.message({ type: STATE, other: pair.own });
  await pass();
  raw.take(BATCH);
  for (let i = 0; i < 300; i += 1) {
    raw.send({ type: STATE, other: pair.own, flags: AGAIN });
    await pass(10);
  }
  const { length } = raw.take(BATCH);
  expect(length).toBeGreaterThan(2);
  expect(length).toBeLessThan(8);
});

test('a request to send again that has been overtaken is not met', async () => {
  const { a, raw } = stage();
  const pair = a.say(raw, 'one');
  await pass();
  a.say(raw, 'two');
  await pass();
  raw.take(BATCH);
  raw.send({ type: STATE, other: pair.own, acknowledged: 1 });
  raw.send({ type: STATE, other: pair.own, acknowledged: 0, flags: AGAIN });
  await pass(100);
  expect(raw.take(BATCH)).toEqual([]);
});

test('an answer does not tell of a gap, since it overtakes batches', async () => {
  const { a, raw } = stage();
  const pair = a.hold(raw);
  raw.answer = () => raw.message({ type: STATE, other: pair.own, sequence: 5 });
  await pass(1200);
  expect(raw.take(STATE).every(({ flags }) => flags === 0)).toBe(true);
  raw.send({ type: STATE, other: pair.own, sequence: 5 });
  await pass();
  expect(raw.take(STATE).map(({ flags }) => flags)).toEqual([AGAIN]);
});
