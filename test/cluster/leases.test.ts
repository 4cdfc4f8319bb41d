// Leases: claims, renewals, and their end by a freeze, an outage, another process or a gateway.
import { describe, expect, test } from 'vitest';
import { Leases } from '../../host/cluster/leases.js';
import { processKey, roomKey } from '../../host/cluster/names.js';
import { ClusterProcess, ClusterWorld, settled } from '../helpers/cluster-world.js';

const OUTAGE_MS = 10_000;

/** A process with leases, and what it was told. */
class Host extends ClusterProcess {
  readonly told: string[] = [];
  readonly leases: Leases;
  timeOfDay = 1_700_000_000_000;

  constructor(world: ClusterWorld, id: number) {
    super(world);
    const begin = world.now();
    this.leases = new Leases(
      this.broker,
      id,
      {
        lost: (name, cause) => this.told.push(`lost ${name}: ${cause}`),
        resumed: () => this.told.push('resumed'),
      },
      { clock: this.clock, outageTimeoutMs: OUTAGE_MS, timeOfDay: () => this.timeOfDay + world.now() - begin },
    );
  }
}

async function twoHosts(): Promise<{ world: ClusterWorld; one: Host; two: Host }> {
  const world = new ClusterWorld();
  const one = new Host(world, 1);
  const two = new Host(world, 2);
  expect(await one.leases.start()).toBe(true);
  expect(await two.leases.start()).toBe(true);
  return { world, one, two };
}

/** As `twoHosts`, where one has 'hall'. */
async function withHall(): Promise<{ world: ClusterWorld; one: Host; two: Host }> {
  const hosts = await twoHosts();
  expect(await hosts.one.leases.claim('hall')).toBe('held');
  return hosts;
}

async function removeEntry(world: ClusterWorld, key: string): Promise<void> {
  const entry = await world.directory.get(key);
  expect(await world.directory.remove(key, entry?.revision ?? 0)).toBe(true);
}

describe('leases', () => {
  test('are not held before the process has its entry', async () => {
    const world = new ClusterWorld();
    const host = new Host(world, 1);
    expect(host.leases.isHeld).toBe(false);
    expect(await host.leases.claim('hall')).toBe('unreachable');
    expect(await host.leases.start()).toBe(true);
    expect(host.leases.isHeld).toBe(true);
    expect(await world.read(processKey(1))).toContain('"draining":false');
    expect(host.told).toEqual([]);
  });

  test('are refused to a process whose id is taken', async () => {
    const { world } = await twoHosts();
    const third = new Host(world, 1);
    expect(await third.leases.start()).toBe(false);
    expect(third.leases.isHeld).toBe(false);
  });

  test('go to one of two, who tells the other', async () => {
    const { one, two } = await twoHosts();
    const claims = await Promise.all([one.leases.claim('hall'), two.leases.claim('hall')]);
    expect(claims).toEqual(['held', 1]);
    expect(await one.leases.claim('hall')).toBe('held');
  });

  test('are renewed for as long as the process lives', async () => {
    const { world, one, two } = await withHall();
    await world.pass(60_000, () => expect(one.leases.isHeld).toBe(true));
    expect(await two.leases.claim('hall')).toBe(1);
    expect(one.told).toEqual([]);
    // Two entries, each once a second.
    expect(one.requests).toBeLessThan(130);
  });

  test('are free when given back, and another may have them at once', async () => {
    const { one, two } = await withHall();
    await one.leases.release('hall');
    expect(await two.leases.claim('hall')).toBe('held');
    expect(one.told).toEqual([]);
  });

  test('survive a release and a claim at once, while a renewal is on its way', async () => {
    const { world, one, two } = await withHall();
    one.delayMs = 400;
    await world.pass(1040);
    one.delayMs = 0;
    const released = one.leases.release('hall');
    const claimed = one.leases.claim('hall');
    await world.pass(500);
    await released;
    expect(await claimed).toBe('held');
    expect(await two.leases.claim('hall')).toBe(1);
  });

  test('that were given back do not come again by a late renewal', async () => {
    const { world, one, two } = await withHall();
    one.line = 'hung';
    await world.pass(1200);
    one.line = 'good';
    const released = one.leases.release('hall');
    await world.pass(5500);
    await released;
    expect(await world.read(roomKey('hall'))).toBeNull();
    expect(await two.leases.claim('hall')).toBe('held');
  });

  test('are all given back by stop', async () => {
    const { world, one, two } = await withHall();
    await one.leases.stop();
    expect(one.leases.isHeld).toBe(false);
    expect(await world.read(processKey(1))).toBeNull();
    expect(await two.leases.claim('hall')).toBe('held');
    const before = one.requests;
    await world.pass(5000);
    expect(one.requests).toBe(before);
  });

  test('carry what the process says of itself, at once when it drains', async () => {
    const { world, one } = await twoHosts();
    one.leases.describe({ rooms: 3, load: 0.5, draining: false, max_rooms: 10 });
    expect(await world.read(processKey(1))).toContain('"rooms":0');
    await world.pass(1000);
    expect(await world.read(processKey(1))).toContain('"rooms":3');
    one.leases.describe({ rooms: 3, load: 0.5, draining: true, max_rooms: 10 });
    await world.pass(20);
    expect(await world.read(processKey(1))).toContain('"draining":true');
  });
});

describe('a host that was frozen', () => {
  test('for longer than its lease finds that it holds nothing, first of all', async () => {
    const { world, one, two } = await withHall();
    one.freeze();
    await world.pass(4100);
    expect(one.leases.isHeld).toBe(false);
    expect(await two.leases.claim('hall')).toBe('held');
    one.thaw();
    expect(one.leases.isHeld).toBe(false);
    await world.pass(100);
    expect(one.told).toEqual(['lost hall: another process has it', 'resumed']);
  });

  test('while an answer was on its way counts from when it had asked', async () => {
    const { world, one, two } = await withHall();
    one.delayMs = 200;
    await world.pass(1160);
    one.freeze();
    await world.pass(1700);
    one.thaw();
    await settled();
    one.line = 'cut';
    // The directory has renewed the entries at 1100.
    await world.pass(2300);
    expect(await two.leases.claim('hall')).toBe('held');
    expect(one.leases.isHeld).toBe(false);
  });

  test('goes on when nobody else has claimed the room', async () => {
    const { world, one } = await withHall();
    one.freeze();
    await world.pass(5000);
    one.thaw();
    expect(one.leases.isHeld).toBe(false);
    await world.pass(100);
    expect(one.leases.isHeld).toBe(true);
    expect(one.told).toEqual(['resumed']);
    expect(await world.read(roomKey('hall'))).toBe('{"process":1}');
  });

  test('for longer than the outage that is allowed loses the room', async () => {
    const { world, one } = await withHall();
    one.freeze();
    await world.pass(OUTAGE_MS + 1000);
    one.thaw();
    await world.pass(100);
    expect(one.told).toEqual(['lost hall: the directory could not be reached for too long', 'resumed']);
  });

  test('in a sleep of the machine, in which its clock stood still, holds nothing', async () => {
    const { one } = await withHall();
    one.timeOfDay += 3600_000;
    expect(one.leases.isHeld).toBe(false);
  });
});

describe('a host that can not reach the directory', () => {
  test.each(['cut', 'deaf', 'hung'] as const)('(%s) suspends before its entry expires', async (line) => {
    const { world, one, two } = await withHall();
    one.line = line;
    let free = false;
    await world.pass(9000, () => {
      void two.leases.claim('hall').then((claimed) => {
        free ||= claimed === 'held';
      });
      expect(free && one.leases.isHeld).toBe(false);
    });
    expect(one.leases.isHeld).toBe(false);
    expect(one.open).toBeLessThanOrEqual(2 * 4);
  });

  test.each(['cut', 'deaf', 'hung'] as const)('(%s) for a while goes on with its rooms', async (line) => {
    const { world, one } = await withHall();
    await world.pass(500);
    one.line = line;
    await world.pass(OUTAGE_MS - 3000);
    one.line = 'good';
    await world.pass(2000);
    expect(one.leases.isHeld).toBe(true);
    expect(one.told).toEqual(['resumed']);
    expect(await world.read(roomKey('hall'))).toBe('{"process":1}');
  });

  test('for too long loses its rooms, and has leases again afterwards', async () => {
    const { world, one, two } = await withHall();
    one.line = 'cut';
    await world.pass(OUTAGE_MS + 1100);
    expect(one.told).toEqual(['lost hall: the directory could not be reached for too long']);
    one.line = 'good';
    await world.pass(1100);
    expect(one.leases.isHeld).toBe(true);
    expect(await two.leases.claim('hall')).toBe('held');
    expect(await one.leases.claim('yard')).toBe('held');
  });

  test('for one of its names only is suspended, too', async () => {
    const { world, one } = await withHall();
    Object.assign(one, { line: 'cut', faultyKeys: 'room.' });
    await world.pass(3600);
    expect(one.leases.isHeld).toBe(false);
    one.line = 'good';
    await world.pass(1000);
    expect(one.leases.isHeld).toBe(true);
  });

  test('asks no more than four times without an answer, however often its broker comes and goes', async () => {
    const { world, one } = await withHall();
    one.line = 'hung';
    for (let time = 0; time < 50; time += 1) {
      one.setStatus('interrupted');
      one.setStatus('connected');
      await world.pass(20);
      expect(one.open).toBeLessThanOrEqual(2 * 4);
    }
  });

  test('says so when it claims, and takes what it got without knowing', async () => {
    const { one, two } = await twoHosts();
    one.line = 'deaf';
    expect(await one.leases.claim('hall')).toBe('unreachable');
    expect(await two.leases.claim('hall')).toBe(1);
    one.line = 'good';
    expect(await one.leases.claim('hall')).toBe('held');
  });
});

describe('a host whose broker was interrupted', () => {
  test('is suspended from then until it has renewed its leases', async () => {
    const { world, one } = await withHall();
    one.setStatus('interrupted');
    expect(one.leases.isHeld).toBe(false);
    await world.pass(500);
    one.delayMs = 100;
    one.setStatus('connected');
    expect(one.leases.isHeld).toBe(false);
    await world.pass(60);
    expect(one.leases.isHeld).toBe(false);
    await world.pass(100);
    expect(one.leases.isHeld).toBe(true);
    expect(one.told).toEqual(['resumed']);
  });

  test('does not trust a renewal that began before', async () => {
    const { world, one } = await withHall();
    one.delayMs = 400;
    await world.pass(1100);
    one.setStatus('interrupted');
    one.setStatus('connected');
    await world.pass(320);
    expect(one.leases.isHeld).toBe(false);
    // The late renewal has changed the entry: it is read, and renewed once more.
    await world.pass(1000);
    expect(one.leases.isHeld).toBe(true);
  });
});

describe('an entry', () => {
  test('that a gateway has removed is made again', async () => {
    const { world, one, two } = await withHall();
    await removeEntry(world, roomKey('hall'));
    await removeEntry(world, processKey(1));
    await world.pass(1100);
    expect(await world.read(roomKey('hall'))).toBe('{"process":1}');
    expect(await world.read(processKey(1))).not.toBeNull();
    expect(await two.leases.claim('hall')).toBe(1);
    expect(one.told).toEqual([]);
  });

  test('that another has taken is lost, the others stay', async () => {
    const { world, one, two } = await withHall();
    expect(await one.leases.claim('yard')).toBe('held');
    await removeEntry(world, roomKey('hall'));
    expect(await two.leases.claim('hall')).toBe('held');
    await world.pass(1100);
    expect(one.told).toEqual(['lost hall: another process has it']);
    expect(one.leases.isHeld).toBe(true);
    expect(await two.leases.claim('yard')).toBe(1);
  });

  test.each([
    '',
    '{',
    '[]',
    'null',
    '{"process":"1"}',
    '{"process":0}',
    '{"process":1.5}',
    `{"process":1${' '.repeat(2000)}}`,
  ])('that says %s is not ours', async (value) => {
    const { world, one, two } = await withHall();
    const entry = await world.directory.get(roomKey('hall'));
    await world.directory.update(roomKey('hall'), value, entry?.revision ?? 0);
    expect(await two.leases.claim('hall')).toBe('unreachable');
    await world.pass(1100);
    expect(one.told).toEqual(['lost hall: another process has it']);
  });

  test('of the process that another has taken ends all rooms, until it is free', async () => {
    const { world, one } = await withHall();
    await removeEntry(world, processKey(1));
    const impostor = new Host(world, 1);
    expect(await impostor.leases.start()).toBe(true);
    await world.pass(1100);
    expect(one.told).toEqual(['lost hall: id of its process: another process has it']);
    expect(one.leases.isHeld).toBe(false);
    await impostor.leases.stop();
    await world.pass(1100);
    expect(one.leases.isHeld).toBe(true);
  });
});
