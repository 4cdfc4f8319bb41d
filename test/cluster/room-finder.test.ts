// The search for rooms: where they are placed, what hosts and the directory may answer, and what is removed.
import { describe, expect, test, vi } from 'vitest';
import { clock } from '#platform';
import type { Broker } from '../../host/cluster/broker.js';
import type { MakeAnswer, ProcessState } from '../../host/cluster/directory-values.js';
import { serveMaking } from '../../host/cluster/making.js';
import { MemoryBroker } from '../../host/cluster/memory-broker.js';
import { makeSubject, processKey, roomKey } from '../../host/cluster/names.js';
import { type Found, RoomFinder } from '../../host/cluster/room-finder.js';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const IDLE: ProcessState = { rooms: 0, load: 0, draining: false, max_rooms: 100 };

/** Registers a process as Leases do. */
async function announce(broker: Broker, id: number, state: Partial<ProcessState> = {}): Promise<void> {
  const value = JSON.stringify({ holder: 'x', ...IDLE, ...state });
  expect(await broker.directory.create(processKey(id), value)).not.toBeNull();
}

/** A host that claims each room that it is asked for; the names it was asked for. */
async function hostOf(broker: Broker, id: number, state: Partial<ProcessState> = {}): Promise<string[]> {
  await announce(broker, id, state);
  const asked: string[] = [];
  serveMaking(broker, id, async (name) => {
    asked.push(name);
    return claim(broker, id, name);
  });
  return asked;
}

async function claim(broker: Broker, id: number, name: string): Promise<MakeAnswer> {
  if ((await broker.directory.create(roomKey(name), `{"process":${id}}`)) !== null) return { process: id };
  const entry = await broker.directory.get(roomKey(name));
  return { process: (JSON.parse(entry?.value ?? '{}') as { process: number }).process };
}

const finderOf = (broker: Broker, random?: () => number): RoomFinder =>
  new RoomFinder(broker, random === undefined ? { clock } : { clock, random });

const processOf = (found: Found): number | string => ('process' in found ? found.process : `${found.status}`);

describe('a room', () => {
  test('that is there is found, with its revision', async () => {
    const broker = new MemoryBroker();
    const revision = await broker.directory.create(roomKey('hall'), '{"process":7}');
    expect(await finderOf(broker).find('hall')).toEqual({ process: 7, revision });
  });

  test.each(['', '..', 'a b', '*', '>', 'a.b', 'a/b', '\n', 'hall\n', '\ud800', '\u0000', 'a'.repeat(65), '%'])(
    'is not searched for by the name %j',
    async (name) => {
      const broker = new MemoryBroker();
      const asked = await hostOf(broker, 1);
      expect(processOf(await finderOf(broker).find(name))).toBe('404');
      expect(asked).toEqual([]);
    },
  );

  test('is made on the least loaded process that is neither draining nor full', async () => {
    const broker = new MemoryBroker();
    await hostOf(broker, 1, { load: 0.5 });
    await hostOf(broker, 2, { load: 0.2 });
    await hostOf(broker, 3, { load: 0.1, draining: true });
    await hostOf(broker, 4, { load: 0.1, rooms: 100 });
    await hostOf(broker, 5, { load: 0, max_rooms: 0 });
    expect(processOf(await finderOf(broker).find('hall'))).toBe(2);
  });

  test('goes to any of those that are loaded equally', async () => {
    const chosen = new Set<number | string>();
    for (const random of [0, 0.3, 0.4, 0.6, 0.99]) {
      const broker = new MemoryBroker();
      for (const id of [1, 2, 3]) await hostOf(broker, id);
      chosen.add(processOf(await finderOf(broker, () => random).find('hall')));
    }
    expect([...chosen].sort()).toEqual([1, 2, 3]);
  });

  test('is one of many that are spread, though hosts say how loaded they are once a second', async () => {
    const broker = new MemoryBroker();
    const asked = [await hostOf(broker, 1), await hostOf(broker, 2), await hostOf(broker, 3)];
    const finder = finderOf(broker);
    await Promise.all(Array.from({ length: 90 }, (_, index) => finder.find(`room-${index}`)));
    expect(asked.map((names) => names.length)).toEqual([30, 30, 30]);
  });

  test('does not go to a process that is full by what was placed there a moment ago', async () => {
    const broker = new MemoryBroker();
    const asked = await hostOf(broker, 1, { max_rooms: 2 });
    const finder = finderOf(broker);
    const found = await Promise.all(['a', 'b', 'c'].map((name) => finder.find(name)));
    expect(found.map(processOf)).toEqual([1, 1, '503']);
    expect(asked).toEqual(['a', 'b']);
  });

  test('that 100 search for at once, by two gateways, is made once', async () => {
    const broker = new MemoryBroker();
    const asked = [await hostOf(broker, 1), await hostOf(broker, 2)];
    const finders = [finderOf(broker), finderOf(broker)];
    const reads = vi.spyOn(broker.directory, 'get');
    const searches = Array.from({ length: 100 }, (_, index) => finders[index % 2]?.find('hall'));
    const found = await Promise.all(searches);
    expect(new Set(found.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(asked.flat().length).toBeLessThanOrEqual(2);
    // Each gateway reads before and after, the host that has lost the race once.
    expect(reads.mock.calls.length).toBeLessThanOrEqual(5);
    expect((await broker.directory.list('room.')).size).toBe(1);
  });

  test('is made by the next process when one is gone, draining, full or fails', async () => {
    const broker = new MemoryBroker();
    await announce(broker, 1, { load: 0 });
    for (const [id, refused] of [
      [2, 'draining'],
      [3, 'full'],
      [4, 'failed'],
    ] as const) {
      await announce(broker, id, { load: id });
      serveMaking(broker, id, async () => ({ refused }));
    }
    await announce(broker, 5, { load: 5 });
    serveMaking(broker, 5, async () => Promise.reject(new Error('the game threw')));
    await hostOf(broker, 6, { load: 6 });
    expect(processOf(await finderOf(broker).find('hall'))).toBe(6);
  });

  test('that no process knows is 404, and nobody else is asked', async () => {
    const broker = new MemoryBroker();
    await announce(broker, 1);
    serveMaking(broker, 1, async () => ({ refused: 'unknown' }));
    const asked = await hostOf(broker, 2, { load: 1 });
    expect(await finderOf(broker).find('hall')).toEqual({ status: 404, why: 'there is no such room' });
    expect(asked).toEqual([]);
  });

  test('is 503 without processes', async () => {
    expect(await finderOf(new MemoryBroker()).find('hall')).toEqual({ status: 503, why: 'no process takes new rooms' });
  });

  test('is 503 when the directory can not be reached, and found afterwards', async () => {
    const broker = new MemoryBroker();
    await hostOf(broker, 1);
    const { directory } = broker;
    let isCut = true;
    const cut: Broker = Object.assign(Object.create(broker) as Broker, {
      directory: Object.assign(Object.create(directory) as typeof directory, {
        get: (key: string) => (isCut ? Promise.reject(new Error('cut')) : directory.get(key)),
        list: (prefix: string) => directory.list(prefix),
      }),
      request: (subject: string, bytes: Uint8Array, ms: number) => broker.request(subject, bytes, ms),
    });
    const finder = finderOf(cut);
    expect(processOf(await finder.find('hall'))).toBe('503');
    isCut = false;
    expect(processOf(await finder.find('hall'))).toBe(1);
  });
});

describe('a hostile process', () => {
  test.each([
    '',
    '{',
    'null',
    '[]',
    '7',
    '"process"',
    '{"process":"1"}',
    '{"process":-1}',
    '{"process":0}',
    '{"process":4294967296}',
    '{"process":1e400}',
    '{"refused":"whatever"}',
    '{"refused":["unknown"]}',
    '{"__proto__":{"process":1}}',
    `{"process":1${' '.repeat(300)}}`,
    '\u0000',
  ])('that answers %j is passed over', async (answer) => {
    const broker = new MemoryBroker();
    await announce(broker, 1);
    broker.subscribe(makeSubject(1), (_, reply) => reply?.(text(answer)));
    await hostOf(broker, 2, { load: 1 });
    expect(processOf(await finderOf(broker).find('hall'))).toBe(2);
  });

  test('that claims to have a room which it has not is not believed', async () => {
    const broker = new MemoryBroker();
    await announce(broker, 1);
    broker.subscribe(makeSubject(1), (_, reply) => reply?.(text('{"process":9}')));
    expect(processOf(await finderOf(broker).find('hall'))).toBe('503');
  });

  test.each([
    ['proc.00000009', '{"rooms":-1,"load":0,"draining":false,"max_rooms":9}'],
    ['proc.00000009', '{"rooms":0,"load":null,"draining":false,"max_rooms":9}'],
    ['proc.00000009', '{"rooms":0,"load":"0","draining":false,"max_rooms":9}'],
    ['proc.00000009', '{"rooms":0,"load":0,"draining":0,"max_rooms":9}'],
    ['proc.00000009', 'nonsense'],
    ['proc.00000000', JSON.stringify(IDLE)],
    ['proc.9', JSON.stringify(IDLE)],
    ['proc.zzzzzzzz', JSON.stringify(IDLE)],
  ])('with the entry %s: %s is not asked', async (key, value) => {
    const broker = new MemoryBroker();
    await broker.directory.create(key, value);
    await hostOf(broker, 1, { load: 5 });
    expect(processOf(await finderOf(broker).find('hall'))).toBe(1);
  });

  test.each(['', 'x', '{}', '{"process":null}', '{"process":-1}', '[1]'])(
    'that writes %j for a room makes it 503',
    async (value) => {
      const broker = new MemoryBroker();
      await hostOf(broker, 1);
      await broker.directory.create(roomKey('hall'), value);
      expect(processOf(await finderOf(broker).find('hall'))).toBe('503');
    },
  );
});

describe('a host that is asked', () => {
  test.each([
    text(''),
    text('..'),
    text('a\n'),
    text('\ufeffhall'),
    Uint8Array.of(0xff),
    new Uint8Array(1000).fill(97),
  ])('for the name %s does not make it', async (name) => {
    const broker = new MemoryBroker();
    const asked = await hostOf(broker, 1);
    expect(await broker.request(makeSubject(1), name, 1000)).toEqual(text('{"refused":"unknown"}'));
    expect(asked).toEqual([]);
  });

  test('for more rooms than it may make at once is full, and goes on afterwards', async () => {
    const broker = new MemoryBroker();
    const done: (() => void)[] = [];
    serveMaking(broker, 1, (name) => new Promise((resolve) => done.push(() => resolve({ process: name.length }))));
    const first = Array.from({ length: 256 }, (_, index) => broker.request(makeSubject(1), text(`r${index}`), 60_000));
    expect(await broker.request(makeSubject(1), text('more'), 60_000)).toEqual(text('{"refused":"full"}'));
    for (const finish of done) finish();
    await Promise.all(first);
    const again = broker.request(makeSubject(1), text('more'), 60_000);
    while (done.length === 256) await new Promise((resolve) => setImmediate(resolve));
    done[256]?.();
    expect(await again).toEqual(text('{"process":4}'));
  });

  test('by a message that is no request does nothing', async () => {
    const broker = new MemoryBroker();
    const asked = await hostOf(broker, 1);
    broker.publish(makeSubject(1), text('hall'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual([]);
  });
});

describe('the entries of a process', () => {
  async function twoRooms(): Promise<MemoryBroker> {
    const broker = new MemoryBroker();
    await hostOf(broker, 1);
    await hostOf(broker, 2, { load: 1 });
    await claim(broker, 1, 'hall');
    await claim(broker, 2, 'yard');
    return broker;
  }

  test('that is gone are removed, and its rooms are made elsewhere', async () => {
    const broker = await twoRooms();
    const finder = finderOf(broker);
    const died = finder.processDied(1);
    // A search that begins meanwhile waits for it.
    expect(processOf(await finder.find('hall'))).toBe(2);
    await died;
    expect(await broker.directory.get(processKey(1))).toBeNull();
    expect(processOf(await finder.find('yard'))).toBe(2);
  });

  test('that renews them while they are removed stay', async () => {
    const broker = await twoRooms();
    const finder = new RoomFinder(broker, { clock, graceMs: 50 });
    const before = await broker.directory.get(roomKey('hall'));
    const died = finder.processDied(1);
    await new Promise((resolve) => setImmediate(resolve));
    await broker.directory.update(roomKey('hall'), '{"process":1}', before?.revision ?? 0);
    await died;
    expect(processOf(await finder.find('hall'))).toBe(1);
  });

  test('live on for their time where the broker may be mistaken about who is gone', async () => {
    const broker = Object.assign(await twoRooms(), { is_nobody_certain: false });
    const waits: number[] = [];
    const patient = {
      ...clock,
      now: () => clock.now(),
      alarm: (ms: number, callback: () => void) => {
        waits.push(ms);
        return clock.alarm(1, callback);
      },
    };
    await new RoomFinder(broker, { clock: patient }).processDied(1);
    expect(waits).toEqual([broker.directory.ttl_ms]);
  });

  test('that says it has no such room are removed at the revision that was found', async () => {
    const broker = await twoRooms();
    const finder = finderOf(broker);
    const found = await finder.find('hall');
    const entry = await broker.directory.get(roomKey('hall'));
    await broker.directory.update(roomKey('hall'), '{"process":1}', entry?.revision ?? 0);
    await finder.stale('hall', found);
    expect(await broker.directory.get(roomKey('hall'))).not.toBeNull();
    await finder.stale('hall', await finder.find('hall'));
    expect(await broker.directory.get(roomKey('hall'))).toBeNull();
    await finder.stale('hall', { status: 503, why: '' });
  });
});
