// The members of the classes of replication: what they return, what they report, what is sent then.
import { describe, expect, it, vi } from 'vitest';
import {
  instantiate_scene,
  MultiplayerSpawner,
  MultiplayerSynchronizer,
  Node,
  register_scene,
  type SceneReplicationConfig,
} from '../../host/scene/index.js';
import { Vector2 } from '../../host/variant/index.js';
import { clock } from '../helpers/game-clock.js';
import { configOf, pathPacket, Stage, synchronizer, UNIT, Unit, word } from '../helpers/replication-stage.js';
import { useReports } from '../helpers/reports.js';

vi.mock('#platform', async () => {
  const { clock: real, ...parts } = await import('../../host/transport/node/platform.js');
  const { now, alarm } = (await import('../helpers/game-clock.js')).clock;
  return { ...parts, clock: { ...real, now, alarm } };
});

const reports = useReports();

describe('SceneReplicationConfig', () => {
  /** Calls on a configuration with `.:a` (never), `.:b` (always), `.:c` (on change): result, list afterwards, report. */
  type Call = (config: SceneReplicationConfig) => unknown;
  const ALL = ['.:a', '.:b', '.:c'];
  const calls: readonly [call: string, run: Call, result: unknown, list: readonly string[], report?: string][] = [
    ['get_properties()', (c) => c.get_properties(), ALL, ALL],
    ['add_property(".:d")', (c) => c.add_property('.:d'), undefined, [...ALL, '.:d']],
    ['add_property(".:d", 0)', (c) => c.add_property('.:d', 0), undefined, ['.:d', ...ALL]],
    ['add_property(".:d", 3)', (c) => c.add_property('.:d', 3), undefined, [...ALL, '.:d']],
    ['add_property(".:d", 4)', (c) => c.add_property('.:d', 4), undefined, ALL, 'the index must be at most 3, got 4'],
    ['add_property(".:d", -5)', (c) => c.add_property('.:d', -5), undefined, [...ALL, '.:d']],
    ['add_property("Gun:x:y")', (c) => c.add_property('Gun:x:y'), undefined, [...ALL, 'Gun:x:y']],
    ['add_property(".:a")', (c) => c.add_property('.:a'), undefined, ALL, '".:a" is there already'],
    ['add_property("")', (c) => c.add_property(''), undefined, ALL, '"" names no property'],
    ['add_property("hp")', (c) => c.add_property('hp'), undefined, ALL, '".:hp" is one of the root'],
    ['add_property(".:")', (c) => c.add_property('.:'), undefined, ALL, '".:" names no property'],
    ['has_property(".:a")', (c) => c.has_property('.:a'), true, ALL],
    ['has_property(".:z")', (c) => c.has_property('.:z'), false, ALL],
    ['remove_property(".:b")', (c) => c.remove_property('.:b'), undefined, ['.:a', '.:c']],
    ['remove_property(".:z")', (c) => c.remove_property('.:z'), undefined, ALL],
    ['property_get_index(".:c")', (c) => c.property_get_index('.:c'), 2, ALL],
    ['property_get_index(".:z")', (c) => c.property_get_index('.:z'), -1, ALL, 'there is no property ".:z"'],
    ['property_get_spawn(".:a")', (c) => c.property_get_spawn('.:a'), true, ALL],
    ['property_get_spawn(".:z")', (c) => c.property_get_spawn('.:z'), false, ALL, 'there is no property ".:z"'],
    ['property_set_spawn(".:z")', (c) => c.property_set_spawn('.:z', true), undefined, ALL, 'no property ".:z"'],
    ['mode of ".:a"', (c) => c.property_get_replication_mode('.:a'), 0, ALL],
    ['mode of ".:b"', (c) => c.property_get_replication_mode('.:b'), 1, ALL],
    ['mode of ".:c"', (c) => c.property_get_replication_mode('.:c'), 2, ALL],
    ['mode of ".:z"', (c) => c.property_get_replication_mode('.:z'), 0, ALL, 'there is no property ".:z"'],
    ['property_get_sync(".:b")', (c) => c.property_get_sync('.:b'), true, ALL],
    ['property_get_sync(".:c")', (c) => c.property_get_sync('.:c'), false, ALL],
    ['property_get_watch(".:c")', (c) => c.property_get_watch('.:c'), true, ALL],
    ['property_get_watch(".:a")', (c) => c.property_get_watch('.:a'), false, ALL],
  ];
  const made = (): SceneReplicationConfig => configOf(['.:a', 0], ['.:b', 1], ['.:c', 2]);

  it.each(calls)('%s', (_, run, result, list, report) => {
    const config = made();
    expect(run(config)).toEqual(result);
    expect(reports.take()).toEqual(report === undefined ? [] : [expect.stringContaining(report)]);
    expect(config.get_properties()).toEqual(list);
  });

  /** What changes the mode of which property, and its mode then. */
  const modes: readonly [change: string, path: string, run: Call, mode: number][] = [
    ['sync off', '.:b', (c) => c.property_set_sync('.:b', false), 0],
    ['sync off of one on change', '.:c', (c) => c.property_set_sync('.:c', false), 2],
    ['sync on', '.:a', (c) => c.property_set_sync('.:a', true), 1],
    ['watch on', '.:b', (c) => c.property_set_watch('.:b', true), 2],
    ['watch off', '.:c', (c) => c.property_set_watch('.:c', false), 0],
    ['watch off of one that is always sent', '.:b', (c) => c.property_set_watch('.:b', false), 1],
  ];
  it.each(modes)('%s', (_, path, run, mode) => {
    const config = made();
    run(config);
    expect(config.property_get_replication_mode(path)).toBe(mode);
  });
});

describe('properties by paths', () => {
  class Gun extends Node {
    heat = 1;
  }
  class Soldier extends Node {
    position = new Vector2(1, 2);
    bag: Record<string, number> = { coins: 3 };
    heard = 0;
    #armour = 4;
    #place = new Vector2(1, 2);
    get place(): Vector2 {
      return this.#place;
    }
    set place(place: Vector2) {
      this.#place = place;
      this.heard += 1;
    }
    get armour(): number {
      return this.#armour;
    }
    set armour(armour: number) {
      this.#armour = armour;
      this.heard += 1;
    }
    constructor() {
      super();
      const gun = new Gun();
      gun.name = 'Gun';
      this.add_child(gun);
    }
  }

  /** A path, the value that arrives for it, and what there is then. */
  const vectors: readonly [path: string, value: string, expected: (soldier: Soldier) => unknown, unknown][] = [
    ['.:armour', '0209', (s) => [s.armour, s.heard], [9, 1]],
    [':armour', '0209', (s) => s.armour, 9],
    ['Gun:heat', '0209', (s) => (s.get_node('Gun') as Gun).heat, 9],
    ['.:position:x', '0209', (s) => s.position.x, 9],
    ['.:place:x', '0209', (s) => [s.place.x, s.heard], [9, 1]],
    ['.:bag:coins', '0209', (s) => s.bag.coins, 9],
    ['.:bag:gold', '0209', (s) => s.bag, { coins: 3 }],
    ['.:nothing', '0209', (s) => 'nothing' in s, false],
    ['.:nothing:more', '0209', (s) => 'nothing' in s, false],
    ['Sword:heat', '0209', (s) => s.get_child_count(), 2],
    ['.:armour:x', '0209', (s) => s.armour, 4],
  ];
  it.each(vectors)('%s', (path, value, found, expected) => {
    const stage = new Stage(2);
    const soldier = new Soldier();
    soldier.add_child(synchronizer('Sync', configOf([path, 2])));
    stage.add('Soldier', soldier, stage.root);
    stage.enter(1);
    stage.give(
      1,
      pathPacket(1, 'Soldier/Sync'),
      `16${word(0x80000001)}0100000000000000${word(value.length / 2)}${value}`,
    );
    expect(found(soldier)).toEqual(expected);
    stage.tree.free();
  });
});

describe('MultiplayerSpawner', () => {
  it('has the scenes that were added, in order', () => {
    const spawner = new MultiplayerSpawner();
    for (const path of ['res://a.tscn', 'res://b.tscn', 'res://a.tscn']) spawner.add_spawnable_scene(path);
    const at = [0, 1, 2, 3, -1].map((i) => spawner.get_spawnable_scene(i));
    expect(at).toEqual(['res://a.tscn', 'res://b.tscn', 'res://a.tscn', '', '']);
    expect(reports.take()).toEqual([3, -1].map((i) => expect.stringContaining(`there is no scene ${i}`)));
    spawner.clear_spawnable_scenes();
    expect(spawner.get_spawnable_scene_count()).toBe(0);
    spawner.spawn_limit = -1;
    expect(spawner.spawn_limit).toBe(0xffff_ffff);
  });

  /** What is wrong with a spawner that is ready to spawn, and the report of `spawn`. */
  const refused: readonly [wrong: string, run: (stage: Stage, spawner: MultiplayerSpawner) => void, report: string][] =
    [
      ['it is outside of the tree', ({ root }, s) => root.remove_child(s), 'the spawner is not inside a tree'],
      ['there is no peer', ({ api }) => api.set_multiplayer_peer(null), 'there is no multiplayer_peer'],
      ['another is the authority', (_, s) => s.set_multiplayer_authority(2), 'this side is not the authority'],
      ['spawn_path leads nowhere', (_, s) => s.set_spawn_path('../No'), 'there is no node at spawn_path "../No"'],
      ['there is no function', (_, s) => s.set_spawn_function(null), 'spawn_function is not set'],
      ['the function throws', (_, s) => s.set_spawn_function(() => JSON.parse('{')), 'its function threw SyntaxError'],
      [
        'the function returns what has a parent',
        ({ world }, s) => s.set_spawn_function(() => world),
        'without a parent',
      ],
      [
        'the limit is reached',
        (_, s) => {
          s.set_spawn_limit(1);
          s.spawn(1);
        },
        'there are 1 nodes already (spawn_limit)',
      ],
    ];
  it.each(refused)('spawns nothing when %s', (_, run, report) => {
    const stage = new Stage();
    const spawner = stage.spawner();
    spawner.spawn_function = () => new Node();
    run(stage, spawner);
    expect(reports.take()).toEqual([]);
    expect(spawner.spawn(1)).toBeNull();
    expect(reports.take()).toEqual([expect.stringContaining(report)]);
    stage.tree.free();
  });

  it('spawns a node again that comes back, with what is below it', () => {
    const stage = new Stage();
    stage.spawner();
    stage.enter(2);
    const unit = instantiate_scene(UNIT) as Unit;
    stage.add('U1', unit, stage.world);
    stage.sent();
    stage.world.remove_child(unit);
    stage.world.add_child(unit);
    const spawns = stage.sent();
    expect(spawns[0]).toBe('2: 0501000000');
    expect(spawns[1]).toMatch(/^2: 0400010000000300000001000000030000000400000055310005/);
    expect(spawns).toHaveLength(2);
    stage.tree.free();
  });

  it('spawns at nobody else after its authority has changed', () => {
    const stage = new Stage();
    const spawner = stage.spawner();
    stage.add('U1', instantiate_scene(UNIT) as Unit, stage.world);
    stage.enter(2);
    spawner.set_multiplayer_authority(2);
    stage.sent();
    stage.enter(3);
    expect(stage.sent().filter((packet) => packet.startsWith('3: 04'))).toEqual([]);
    stage.tree.free();
  });

  it('gives the numbers of a spawn to the synchronizers of the node itself, not to those of nodes below', () => {
    class Armed extends Unit {
      constructor() {
        super();
        const gun = Object.assign(new Unit(), { name: 'Gun' });
        this.add_child(gun);
        this.add_child(synchronizer('Far', configOf(['.:heat', 2])));
      }
    }
    register_scene('res://armed.tscn', () => new Armed());
    const stage = new Stage(2);
    stage.spawner(['res://armed.tscn']);
    stage.enter(1);
    const state = '0500000000000041000000410205020804000000010000007a0000000206';
    stage.give(
      1,
      pathPacket(1, 'Spawner'),
      `0400${word(1)}${word(1)}${word(2)}${word(3)}${word(2)}${word(3)}553100${state}`,
    );
    stage.give(1, `16${word(3)}0100000000000000${word(2)}0209`);
    expect(stage.world.get_node('U1')).toMatchObject({ hp: 5, heat: 9 });
    expect(stage.world.get_node('U1/Gun')).toMatchObject({ hp: 100, heat: 1 });
    stage.tree.free();
  });

  it('works again after it has left the tree and come back', () => {
    const stage = new Stage();
    const spawner = stage.spawner();
    stage.root.remove_child(spawner);
    stage.root.add_child(spawner);
    stage.enter(2);
    stage.add('U1', instantiate_scene(UNIT) as Unit, stage.world);
    expect(stage.sent().filter((packet) => packet.startsWith('2: 04'))).toHaveLength(1);
    stage.tree.free();
  });

  it('says so when a property of the node, or the argument, can’t be sent', () => {
    const stage = new Stage();
    const spawner = stage.spawner();
    stage.enter(2);
    const unit = new Unit();
    Object.assign(unit, { hp: Symbol('hp'), scene_file_path: UNIT });
    stage.add('U1', unit, stage.world);
    spawner.spawn_function = () => new Node();
    spawner.spawn(Symbol('data'));
    expect(reports.take()).toEqual([
      expect.stringContaining('"U1" is not spawned: ".:hp" can\'t be sent'),
      expect.stringContaining("the argument can't be sent"),
    ]);
    expect(stage.sent()).toEqual([]);
    stage.tree.free();
  });
});

describe('instantiate_scene', () => {
  register_scene('res://none.tscn', () => 5 as unknown as Node);
  const refused: readonly [path: string, report: string][] = [
    ['res://not-there.tscn', 'there is no scene "res://not-there.tscn"'],
    ['res://none.tscn', 'must return a Node without a parent'],
  ];
  it.each(refused)('returns null for %s', (path, report) => {
    expect(instantiate_scene(path)).toBeNull();
    expect(reports.take()).toEqual([expect.stringContaining(report)]);
  });
});

describe('MultiplayerSynchronizer', () => {
  it.each(['replication_interval', 'delta_interval'] as const)('keeps its %s when it would be negative', (name) => {
    const one = new MultiplayerSynchronizer();
    one[name] = 0.5;
    one[name] = -1;
    expect(one[name]).toBe(0.5);
    expect(reports.take()).toEqual([expect.stringContaining(`${name} must be at least 0, got -1`)]);
  });

  /** Filters: what they answer for peers 2 and 3, and who sees the node. */
  const filters: readonly [what: string, isPublic: boolean, filters: ((peer: number) => unknown)[], sees: number[]][] =
    [
      ['none', true, [], [2, 3]],
      ['none, and it is hidden', false, [], []],
      ['one for 2 alone', true, [(peer) => peer === 2], [2]],
      ['one for all but 2', true, [(peer) => peer !== 2], [3]],
      ['one of two says no', true, [() => true, (peer) => peer === 3], [3]],
      ['all say yes, but it is hidden', false, [() => true], []],
      ['one that returns a number', true, [() => 1], []],
      ['one that throws', true, [() => JSON.parse('{')], []],
    ];
  it.each(filters)('is seen as its filters say: %s', (_, isPublic, all, sees) => {
    const stage = new Stage();
    stage.spawner();
    const unit = instantiate_scene(UNIT) as Unit;
    for (const filter of all) unit.sync.add_visibility_filter(filter as (peer: number) => boolean);
    unit.sync.public_visibility = isPublic;
    stage.enter(2, 3);
    stage.add('U1', unit, stage.world);
    const spawns = stage.sent().filter((packet) => packet.slice(3).startsWith('04'));
    expect(spawns.map((packet) => Number(packet[0]))).toEqual(sees);
    reports.clear();
    stage.tree.free();
  });

  /** When filters are asked: what is called after the answer has become yes, and whether the node appears. */
  const asked: readonly [what: string, mode: 0 | 1 | 2, run: (stage: Stage, unit: Unit) => void, appears: boolean][] = [
    ['IDLE: in each poll', 0, (stage) => stage.poll(), true],
    ['PHYSICS: in each poll', 1, (stage) => stage.poll(), true],
    ['NONE: not in a poll', 2, (stage) => stage.poll(), false],
    ['NONE: by update_visibility()', 2, (_, { sync }) => sync.update_visibility(), true],
    ['NONE: by update_visibility(2)', 2, (_, { sync }) => sync.update_visibility(2), true],
    ['NONE: not by update_visibility(3)', 2, (_, { sync }) => sync.update_visibility(3), false],
  ];
  it.each(asked)('asks filters again, %s', (_, mode, run, appears) => {
    const stage = new Stage();
    stage.spawner();
    let isAllowed = false;
    const unit = instantiate_scene(UNIT) as Unit;
    unit.sync.visibility_update_mode = mode;
    unit.sync.add_visibility_filter(() => isAllowed);
    stage.enter(2);
    stage.add('U1', unit, stage.world);
    isAllowed = true;
    run(stage, unit);
    expect(stage.sent().some((packet) => packet.startsWith('2: 04'))).toBe(appears);
    stage.tree.free();
  });

  it('appears before a call that follows in the same frame', () => {
    class Called extends Unit {
      static rpcs = { hello: {} };
      hello(): void {}
    }
    const stage = new Stage();
    stage.spawner();
    stage.enter(2);
    const unit = new Called();
    unit.scene_file_path = UNIT;
    unit.sync.public_visibility = false;
    stage.add('U1', unit, stage.world);
    unit.sync.set_visibility_for(2, true);
    unit.rpc('hello');
    expect(stage.sent().map((packet) => packet.slice(0, 5))).toEqual(['2: 01', '2: 04', '2: 01', '2: a0']);
    stage.tree.free();
  });

  it('sends no more than its intervals allow', () => {
    const stage = new Stage();
    const unit = new Unit();
    unit.sync.replication_config = configOf(['.:heat', 1], ['.:hp', 2]);
    unit.sync.replication_interval = 0.1;
    unit.sync.delta_interval = 0.05;
    stage.add('P', unit, stage.root);
    stage.enter(2);
    stage.poll();
    stage.confirm(2, 1);
    stage.sent();
    const at: string[] = [];
    for (let ms = 10; ms <= 300; ms += 10) {
      unit.hp = ms;
      clock.advance(10);
      stage.api.poll();
      at.push(...stage.sent().map((packet) => `${packet.startsWith('2: 06') ? 'states' : 'changes'} ${ms}`));
    }
    const states = at.filter((one) => one.startsWith('s'));
    const changes = at.filter((one) => one.startsWith('c'));
    expect(states).toHaveLength(3);
    expect(changes).toHaveLength(6);
    stage.tree.free();
  });

  /** What keeps a state from being sent, and its one report. */
  const unsent: readonly [what: string, run: (unit: Unit) => void, report: string][] = [
    ['a symbol', (unit) => Object.assign(unit, { heat: Symbol('heat') }), '".:heat" can\'t be sent'],
    [
      'a getter that throws',
      (unit) =>
        Object.defineProperty(unit, 'heat', {
          get() {
            throw new Error('not now');
          },
        }),
      'not now',
    ],
    ['too much', (unit) => Object.assign(unit, { heat: 'x'.repeat(2000) }), 'max_sync_packet_size 1350'],
  ];
  it.each(unsent)('reports once what can’t be sent, and sends the rest: %s', (_, run, report) => {
    const stage = new Stage();
    const unit = new Unit();
    unit.sync.replication_config = configOf(['.:heat', 1], ['.:hp', 2]);
    stage.add('P', unit, stage.root);
    stage.enter(2);
    stage.poll();
    stage.confirm(2, 1);
    stage.sent();
    run(unit);
    unit.hp = 5;
    stage.poll(3);
    expect(reports.take()).toEqual([expect.stringContaining(report)]);
    expect(stage.sent()).toEqual([`2: 16${word(0x80000001)}0100000000000000${word(2)}0205`]);
    stage.tree.free();
  });

  it('sends 64 properties on change, and reports more', () => {
    const stage = new Stage();
    const node = new Node();
    const values: Record<string, number> = {};
    for (let i = 0; i < 66; i += 1) values[`p${i}`] = 1;
    Object.assign(node, values);
    node.add_child(synchronizer('Sync', configOf(...Object.keys(values).map((name) => [`.:${name}`, 2] as const))));
    stage.add('P', node, stage.root);
    stage.enter(2);
    stage.poll();
    stage.confirm(2, 1);
    expect(stage.sent().at(-1)).toBe(`2: 16${word(0x80000001)}${'ff'.repeat(8)}${word(128)}${'0201'.repeat(64)}`);
    for (const [i, expected] of [
      [65, []],
      [63, [`2: 16${word(0x80000001)}0000000000000080${word(2)}0202`]],
      [31, [`2: 16${word(0x80000001)}0000008000000000${word(2)}0202`]],
    ] as const) {
      Object.assign(node, { [`p${i}`]: 2 });
      stage.poll();
      expect(stage.sent()).toEqual(expected);
    }
    expect(reports.take()).toEqual([expect.stringContaining('property 65 of 66 that are sent on change')]);
    stage.tree.free();
  });

  it('sends changes that were kept back with one that was too large, once that fits', () => {
    const stage = new Stage();
    stage.api.max_delta_packet_size = 128;
    const unit = new Unit();
    stage.add('P', unit, stage.root);
    stage.enter(2);
    stage.poll();
    stage.confirm(2, 1);
    unit.hp = 5;
    unit.label = 'x'.repeat(200);
    stage.poll(2);
    expect(reports.take()).toEqual([expect.stringContaining('its changes of 210 bytes are too large')]);
    stage.sent();
    unit.label = 'y';
    stage.poll();
    const changes = stage.sent().filter((packet) => packet.startsWith('2: 16'));
    expect(changes).toEqual([`2: 16${word(0x80000001)}0300000000000000${word(14)}0205040000000100000079000000`]);
    stage.tree.free();
  });

  it('does not read a property while nobody sees it', () => {
    const stage = new Stage();
    const unit = new Unit();
    let reads = 0;
    Object.defineProperty(unit, 'hp', {
      get() {
        reads += 1;
        return 1;
      },
    });
    stage.add('P', unit, stage.root);
    stage.poll(5);
    stage.enter(2);
    stage.poll(5);
    expect(reads).toBe(0);
    stage.tree.free();
  });
});

describe('peers that see the same', () => {
  it('get the same changes in one packet, made once', () => {
    const stage = new Stage();
    const unit = new Unit();
    unit.sync.replication_config = configOf(['.:hp', 2]);
    let reads = 0;
    let hp = 1;
    Object.defineProperty(unit, 'hp', {
      get() {
        reads += 1;
        return hp;
      },
    });
    stage.add('P', unit, stage.root);
    stage.enter(2, 3, 4);
    stage.poll();
    for (const id of [2, 3, 4]) stage.confirm(id, 1);
    stage.poll();
    stage.sent();
    reads = 0;
    hp = 2;
    stage.poll();
    expect(stage.sent()).toEqual([2, 3, 4].map((id) => `${id}: 16${word(0x80000001)}0100000000000000${word(2)}0202`));
    expect(reads).toBeLessThanOrEqual(2);
    stage.tree.free();
  });
});
