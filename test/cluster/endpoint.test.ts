// Pairs of processes over a broker that works, and over one that does not.
import { expect, test, vi } from 'vitest';
import { ClusterProcess } from '../helpers/cluster-process.js';
import { FaultyNet, pass } from '../helpers/faulty-broker.js';
import { useReports } from '../helpers/reports.js';

vi.mock('#platform', async (original) => ({
  ...(await original<object>()),
  clock: (await import('../helpers/game-clock.js')).clock,
}));

const reports = useReports();

function two(outageTimeoutMs?: number): { net: FaultyNet; a: ClusterProcess; b: ClusterProcess } {
  const net = new FaultyNet(1);
  return { net, a: new ClusterProcess(net, outageTimeoutMs), b: new ClusterProcess(net, outageTimeoutMs) };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`);

test('records arrive in order, those of a turn in one batch', async () => {
  const { net, a, b } = two();
  for (const text of numbers(50)) a.say(b, text);
  await pass();
  expect(b.texts).toEqual(numbers(50));
  expect(net.sent).toBe(3); // a state, its answer, the batch
});

test('both sides may begin at once', async () => {
  const { a, b } = two();
  a.say(b, 'to b');
  b.say(a, 'to a');
  await pass(3000);
  expect([a.texts, b.texts, a.losses, b.losses]).toEqual([['to a'], ['to b'], [], []]);
});

test('a handler may answer at once', async () => {
  const { a, b } = two();
  b.onRecord = (_pair, text) => b.say(a, `${text}!`);
  for (const text of numbers(5)) a.say(b, text);
  await pass();
  expect(a.texts).toEqual(['0!', '1!', '2!', '3!', '4!']);
});

test('a quiet pair with links costs four messages in half a second and stays', async () => {
  const { net, a, b } = two();
  a.say(b, 'one');
  await pass(5000);
  const before = net.sent;
  await pass(10_000);
  expect(net.sent - before).toBeLessThanOrEqual(20 * 4);
  a.say(b, 'two');
  await pass();
  expect([b.texts, a.losses, b.losses]).toEqual([['one', 'two'], [], []]);
});

test('a lost tail is found by the state', async () => {
  const { net, a, b } = two();
  a.say(b, 'one');
  await pass(100);
  net.faults.drop = 1;
  a.say(b, 'two');
  await pass(10);
  net.faults.drop = 0;
  expect(b.texts).toEqual(['one']);
  await pass(1000);
  expect(b.texts).toEqual(['one', 'two']);
});

test('a restart of the broker loses nothing', async () => {
  const { net, a, b } = two();
  a.say(b, 'before');
  await pass();
  net.stop();
  for (const text of numbers(20)) {
    a.say(b, text);
    await pass(100);
  }
  net.start();
  await pass(1000);
  expect([b.texts, a.losses, b.losses]).toEqual([['before', ...numbers(20)], [], []]);
});

test('a restart of the broker loses nothing though one side is back later', async () => {
  const { net, a, b } = two();
  a.say(b, 'before');
  await pass();
  net.stop();
  b.broker.isOffline = true;
  a.say(b, 'meanwhile');
  await pass(1000);
  net.start();
  await pass(2500);
  b.broker.isOffline = false;
  await pass(1000);
  expect([b.texts, a.losses, b.losses]).toEqual([['before', 'meanwhile'], [], []]);
});

test('an outage that is too long ends all pairs, on both sides', async () => {
  const { net, a, b } = two(3000);
  a.say(b, 'before');
  await pass();
  net.stop();
  a.say(b, 'never arrives');
  await pass(2990);
  expect(a.losses).toEqual([]);
  await pass(20);
  expect([a.losses, b.losses]).toEqual([['out of touch'], ['out of touch']]);
  net.start();
  a.say(b, 'again');
  await pass(3000);
  expect([b.texts, a.losses.length, b.losses.length]).toEqual([['before', 'again'], 1, 1]);
});

test('a process that has ended is noticed by the next state', async () => {
  const { a, b } = two();
  a.say(b, 'one');
  await pass(600);
  b.broker.kill();
  await pass(600);
  expect(a.losses).toEqual(['gone']);
});

test('a process that may be mistaken for ended is only silent', async () => {
  const { a, b } = two();
  Object.assign(a.broker, { is_nobody_certain: false });
  a.say(b, 'one');
  await pass(600);
  b.broker.kill();
  await pass(1200);
  expect(a.losses).toEqual([]);
  await pass(1000);
  expect(a.losses).toEqual(['silent']);
});

test('a frozen process is silent after 1.6 s, and is told when it wakes', async () => {
  const { net, a, b } = two();
  a.say(b, 'one');
  await pass(600);
  b.broker.freeze();
  await pass(1500);
  expect(a.losses).toEqual([]);
  await pass(700);
  expect(a.losses).toEqual(['silent']);
  const before = net.sent;
  b.broker.thaw();
  await pass(1000);
  expect(b.losses).toEqual(['silent']);
  expect(net.sent - before).toBeLessThan(20);
});

test('a process that was frozen does not judge others at once', async () => {
  const { a, b } = two();
  a.say(b, 'one');
  await pass(600);
  a.broker.freeze();
  await pass(1400);
  a.broker.thaw();
  await pass(3000);
  expect([a.losses, b.losses]).toEqual([[], []]);
});

test('after a machine has slept, both sides go on', async () => {
  const { a, b } = two();
  a.say(b, 'one');
  await pass(600);
  for (const { broker } of [a, b]) broker.freeze();
  await pass(5000);
  for (const { broker } of [a, b]) broker.thaw();
  a.say(b, 'two');
  await pass(3000);
  expect([b.texts, a.losses, b.losses]).toEqual([['one', 'two'], [], []]);
});

test('a process does not judge others by what it did not take', async () => {
  const { a, b } = two();
  a.say(b, 'one');
  await pass(600);
  for (const process of [a, b]) process.mayWork = false;
  await pass(5000);
  for (const process of [a, b]) process.mayWork = true;
  await pass(3000);
  expect([a.losses, b.losses]).toEqual([[], []]);
});

test('who gave up in an outage says so when the broker is back', async () => {
  const net = new FaultyNet(1);
  const [a, b] = [new ClusterProcess(net, 1000), new ClusterProcess(net, 9000)];
  a.say(b, 'one');
  await pass(100);
  net.stop();
  await pass(1500);
  net.start();
  await pass(); // at once, before any state
  expect([a.losses, b.losses]).toEqual([['out of touch'], ['out of touch']]);
});

test.each([1, 6, 11, 30])('a pair that was used again after %i minutes of rest loses nothing', async (minutes) => {
  const { a, b } = two();
  a.say(b, 'one').release();
  await pass(600);
  b.endpoint.pairWith(a.id).release();
  await pass(minutes * 60_000, 1000);
  b.say(a, 'two');
  await pass(3000);
  expect([a.texts, b.texts, a.losses, b.losses]).toEqual([['two'], ['one'], [], []]);
});

test('a pair at rest that one side has forgotten begins anew', async () => {
  const { net, a, b } = two();
  const c = new ClusterProcess(net);
  a.say(b, 'one').release();
  a.say(c, 'one'); // keeps the watch of a going, which forgets b
  await pass(600);
  const former = b.endpoint.pairWith(a.id);
  former.release();
  await pass(11 * 60_000, 1000);
  b.say(a, 'two');
  await pass(3000);
  expect([a.texts, a.losses, b.losses]).toEqual([['two'], [], []]);
  expect(b.endpoint.pairWith(a.id)).not.toBe(former);
});

test('without leave to work batches wait, and those that come are not taken', async () => {
  const { a, b } = two();
  a.say(b, 'one');
  await pass(100);
  b.mayWork = false;
  a.say(b, 'two');
  b.say(a, 'back');
  await pass(1000);
  expect([a.texts, b.texts]).toEqual([[], ['one']]);
  b.mayWork = true;
  b.endpoint.flush();
  await pass(1000);
  expect([a.texts, b.texts, a.losses, b.losses]).toEqual([['back'], ['one', 'two'], [], []]);
});

test('abandoning tells the other, and nothing here', async () => {
  const { a, b } = two();
  a.say(b, 'one');
  await pass();
  b.endpoint.abandon('the room was lost');
  await pass();
  expect([a.losses, b.losses]).toEqual([['the room was lost'], []]);
  a.say(b, 'two');
  await pass();
  expect(b.texts).toEqual(['one', 'two']);
});

test('what is under way stays within the window, and room is told', async () => {
  const { a, b } = two();
  const pair = a.say(b, 'one');
  await pass(1000);
  b.broker.freeze();
  for (let i = 0; i < 9; i += 1) a.load(b, 1 << 20);
  expect(pair.hasRoom).toBe(false);
  await pass(100);
  b.broker.thaw();
  await pass(1000);
  expect([pair.hasRoom, a.relieved]).toEqual([true, 1]);
  expect(b.losses).toEqual([]);
});

test('a pair without links rests, and goes on where it was', async () => {
  const { net, a, b } = two();
  a.say(b, 'one').release();
  await pass();
  b.endpoint.pairWith(a.id).release();
  await pass(2000);
  const before = net.sent;
  await pass(60_000);
  expect(net.sent - before).toBe(0);
  b.endpoint.pairWith(a.id).put(3, 0, 1, null, new TextEncoder().encode('back'));
  await pass(1000);
  expect([a.texts, a.losses, b.losses]).toEqual([['back'], [], []]);
});

test('closing is told', async () => {
  const { a, b } = two();
  a.say(b, 'one');
  await pass();
  b.endpoint.close('the host stops');
  await pass();
  expect(a.losses).toEqual(['the host stops']);
  expect(reports.take()).toEqual([]);
});
