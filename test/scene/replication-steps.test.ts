// Replication step by step as Godot 4.6 does it: the same steps make the same packets, byte for byte.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type MultiplayerSpawner, Node, register_scene, type SceneReplicationConfig } from '../../host/scene/index.js';
import {
  configOf,
  confirmation,
  pathPacket,
  type Replicated,
  Stage,
  synchronizer,
  Thing,
  UNIT,
  Unit,
} from '../helpers/replication-stage.js';
import { useReports } from '../helpers/reports.js';

vi.mock('#platform', async () => {
  const { clock: real, ...parts } = await import('../../host/transport/node/platform.js');
  const { now, alarm } = (await import('../helpers/game-clock.js')).clock;
  return { ...parts, clock: { ...real, now, alarm } };
});

/** Packets of the engine by scenarios and their steps. */
const ENGINE = JSON.parse(readFileSync(new URL('../golden/replication-steps.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, string[]>
>;

const reports = useReports();
afterEach(() => reports.clear());

type Steps = readonly [step: string, run: () => void][];

class Nested extends Unit {
  constructor() {
    super();
    const gun = new Thing();
    gun.name = 'Gun';
    gun.add_child(synchronizer('GunSync', configOf(['.:heat', 1])));
    this.add_child(gun);
    this.add_child(synchronizer('Far', configOf(['.:hp', 1]), '../Gun'));
    this.add_child(synchronizer('Two', configOf(['Gun:heat', 2])));
  }
}
register_scene('res://nested.tscn', () => new Nested());

class Double extends Unit {
  readonly b = synchronizer('B', configOf(['.:heat', 1], ['.:once', 2]));

  constructor() {
    super();
    this.add_child(this.b);
  }
}
register_scene('res://two.tscn', () => new Double());

class Player extends Unit {
  readonly inputs = synchronizer('Inputs', configOf(['.:heat', 1], ['.:once', 2]));

  constructor() {
    super();
    this.add_child(this.inputs);
  }

  override _enter_tree(): void {
    this.inputs.set_multiplayer_authority(2);
  }
}
register_scene('res://player.tscn', () => new Player());

/** A node of the scene `path`, below World. */
function put<N extends Node>(stage: Stage, node: N, name: string, path = UNIT): N {
  node.scene_file_path = path;
  return stage.add(name, node, stage.world);
}

function freed(node: Node): void {
  node.free();
}

/** A unit that no spawner knows. */
function placed(stage: Stage, name = 'P', ...properties: readonly Replicated[]): Unit {
  const unit = new Unit();
  if (properties.length > 0) unit.sync.replication_config = configOf(...properties);
  return stage.add(name, unit, stage.root);
}

const scenarios: Readonly<Record<string, (stage: Stage) => Steps>> = {
  nested(stage) {
    const unit = new Nested();
    const start = (): void => {
      stage.spawner(['res://nested.tscn']);
      stage.enter(2);
      put(stage, unit, 'U1', 'res://nested.tscn');
    };
    const confirm = (): void => {
      stage.confirm(2, 1, 2, 3, 4);
      stage.poll(2);
    };
    const leave = (): void => {
      stage.world.remove_child(unit);
      stage.poll();
    };
    return [
      ['start', start],
      ['poll', () => stage.poll(3)],
      ['confirm', confirm],
      ['leave tree', leave],
    ];
  },

  before(stage) {
    const { world } = stage;
    const spawner = (): MultiplayerSpawner => stage.root.get_node('Spawner') as MultiplayerSpawner;
    const argument = [1];
    const late = (): void => {
      put(stage, new Unit(), 'U1');
      stage.enter(2);
    };
    const unnamed = (): void => {
      const unit = new Unit();
      unit.scene_file_path = UNIT;
      unit.name = 'U1';
      world.add_child(unit);
    };
    const changed = (): void => {
      spawner().spawn_function = () => Object.assign(new Node(), { name: 'Q' });
      spawner().spawn(argument);
      argument.push(2);
      stage.enter(3);
    };
    const full = (): void => {
      spawner().spawn_limit = 2;
      expect(spawner().spawn(1)).toBeNull();
      put(stage, new Unit(), 'K');
    };
    const foreign = (): void => {
      spawner().set_multiplayer_authority(2);
      expect(spawner().spawn(1)).toBeNull();
      put(stage, new Unit(), 'K2');
    };
    const spawnNothing = (): void => {
      expect(spawner().spawn(null)).toBeNull();
    };
    const returning = (value: unknown) => (): void => {
      spawner().spawn_function = () => value as Node;
      spawnNothing();
    };
    const then =
      (run: () => unknown, polls = 1) =>
      (): void => {
        run();
        stage.poll(polls);
      };
    return [
      ['start', late],
      ['spawner comes after the child', then(() => stage.spawner(), 2)],
      ['reserved name', then(unnamed)],
      ['scene_file_path by hand', then(() => put(stage, new Node(), 'Hand'))],
      ['spawn without function', spawnNothing],
      ['spawn returns null', returning(null)],
      ['spawn returns int', returning(5)],
      ['spawn argument changed later', then(changed)],
      ['spawn limit', full],
      ['non authority', then(foreign)],
    ];
  },

  order(stage) {
    const [one, two, three] = [new Unit(), new Unit(), new Unit()];
    const start = (): void => {
      stage.spawner();
      stage.enter(2, 3);
    };
    const third = (): void => {
      put(stage, one, 'U1');
      put(stage, two, 'U2');
      stage.poll();
      one.hp = 5;
      stage.enter(4);
      stage.poll(2);
    };
    const short = (): void => {
      put(stage, three, 'U3');
      stage.world.remove_child(three);
      freed(three);
      stage.poll();
    };
    const off = (): void => {
      one.sync.set_visibility_for(3, false);
      one.sync.public_visibility = false;
    };
    const on = (): void => {
      stage.poll();
      stage.sent();
      one.sync.set_visibility_for(3, true);
    };
    const gone = (): void => {
      stage.exit(3);
      stage.poll();
    };
    const free = (): void => {
      freed(one);
      stage.poll();
    };
    return [
      ['start', start],
      ['two spawned, then third joins', third],
      ['spawned and freed in one frame', short],
      ['visibility off 3', off],
      ['visible for 3', on],
      ['polling', () => stage.poll(2)],
      ['free U1', free],
      ['leave 3', gone],
    ];
  },

  two(stage) {
    const unit = new Double();
    const then = (run: () => unknown) => (): void => {
      run();
      stage.poll(2);
    };
    const start = (): void => {
      stage.spawner(['res://two.tscn']);
      stage.enter(2);
      unit.b.public_visibility = false;
    };
    const foreign = (): void => {
      unit.b.set_multiplayer_authority(2);
      stage.poll(2);
      stage.enter(3);
    };
    return [
      ['start', start],
      ['B hidden', then(() => put(stage, unit, 'U1', 'res://two.tscn'))],
      ['B shown to 2', then(() => unit.b.set_visibility_for(2, true))],
      ['Sync hidden', then(() => unit.sync.set_visibility_public(false))],
      ['both hidden', then(() => unit.b.set_visibility_for(2, false))],
      ['Sync shown', then(() => unit.sync.set_visibility_public(true))],
      ['B shown', then(() => unit.b.set_visibility_for(2, true))],
      ['B authority 2 while running', foreign],
      ['back', then(() => unit.b.set_multiplayer_authority(1))],
    ];
  },

  placed(stage) {
    let unit: Unit;
    const then =
      (run: () => unknown, polls = 2) =>
      (): void => {
        run();
        stage.poll(polls);
      };
    const use = (...properties: readonly Replicated[]): void => {
      unit.sync.replication_config = configOf(...properties);
    };
    const start = (): void => {
      stage.enter(2);
      unit = placed(stage);
    };
    const slow = (): void => {
      unit.sync.delta_interval = 0.05;
      unit.sync.replication_interval = 0.05;
      stage.poll();
      unit.hp = 7;
      stage.enter(3);
      stage.poll();
      stage.confirm(3, 1);
    };
    const change = (): void => {
      unit.sync.delta_interval = 0;
      unit.sync.replication_interval = 0;
      const config = unit.sync.replication_config as SceneReplicationConfig;
      config.add_property('.:heat');
      stage.poll(2);
      config.property_set_replication_mode('.:label', 0);
      stage.poll(2);
      config.property_set_replication_mode('.:once', 2);
    };
    const moved = (): void => {
      const other = new Unit();
      other.name = 'H';
      unit.add_child(other);
      freed(other.sync);
      other.hp = 42;
      use(['.:hp', 1], ['.:label', 2]);
      stage.poll();
      unit.sync.root_path = '../H';
    };
    const odd = (): void => {
      unit.label = 'q';
      use(['.:heat', 1], ['.:position:x', 2]);
    };
    return [
      ['start', start],
      ['5 polls unconfirmed', () => stage.poll(5)],
      ['confirm', then(() => stage.confirm(2, 1), 1)],
      ['hide', then(() => unit.sync.set_visibility_public(false), 3)],
      ['show', then(() => unit.sync.set_visibility_public(true))],
      ['authority 2', then(() => unit.sync.set_multiplayer_authority(2), 4)],
      ['authority 1', then(() => unit.sync.set_multiplayer_authority(1))],
      ['delta_interval 0.05, new peer', then(slow, 3)],
      ['config change: heat added always, label never', then(change)],
      ['config replaced', then(() => use(['.:label', 2], ['.:hp', 2]))],
      ['config null', then(() => unit.sync.set_replication_config(null))],
      ['missing property', then(() => use(['.:hp', 1], ['.:nope', 1], ['.:nah', 2], ['.:label', 2]))],
      ['missing node', then(() => use(['Gone:hp', 1], ['.:hp', 1], ['Gone:hp2', 2], ['.:label', 2]), 1)],
      ['null value', then(odd, 1)],
      ['x', then(() => Object.assign(unit.position, { x: 9 }), 1)],
      ['root path change', then(moved)],
      ['root path to nowhere', then(() => unit.sync.set_root_path('../NO'))],
      ['and back', then(() => unit.sync.set_root_path('..'))],
    ];
  },

  sizes(stage) {
    const units: Unit[] = [];
    const label = (text: string, polls: number) => (): void => {
      (units[1] as Unit).label = text;
      stage.poll(polls);
    };
    const start = (): void => {
      stage.enter(2);
      stage.api.max_sync_packet_size = 128;
      stage.api.max_delta_packet_size = 128;
      for (let i = 0; i < 5; i += 1) {
        units.push(placed(stage, `P${i}`, ['.:label', 1], ['.:once', 2]));
        (units[i] as Unit).label = 'a'.repeat(20);
      }
      stage.poll();
    };
    const split = (): void => stage.give(2, ...[1, 2, 3, 4, 5].map(confirmation));
    const grow = (): void => {
      for (const size of [105, 108, 112, 116, 120]) label('b'.repeat(size), 1)();
    };
    const watch = (): void => {
      for (const unit of units) {
        unit.sync.replication_config = configOf(['.:label', 2]);
        unit.label = 'c'.repeat(20);
      }
      stage.poll();
    };
    return [
      ['start', start],
      ['sync splits', split],
      ['one too big', label('b'.repeat(200), 2)],
      ['larger and larger', grow],
      ['delta', watch],
      ['delta too big', label('b'.repeat(200), 2)],
      ['smaller', label('b', 2)],
    ];
  },

  split(stage) {
    const start = (): void => {
      stage.enter(2);
      stage.api.max_sync_packet_size = 128;
      const first = placed(stage, 'P0', ['.:label', 1], ['.:once', 1]);
      const second = placed(stage, 'P1', ['.:label', 1]);
      stage.poll();
      stage.sent();
      stage.transport.coming.push(...stage.packetsOf(2, confirmation(1), confirmation(2)));
      first.label = 'aaaa';
      for (const length of [68, 72, 84, 88, 92]) {
        for (const once of [1, 300, 70_000].slice(0, length === 92 ? 1 : 3)) {
          second.label = 'b'.repeat(length);
          first.once = once;
          stage.poll();
        }
      }
    };
    return [['start', start]];
  },

  inputs(stage) {
    const start = (): void => {
      stage.spawner(['res://player.tscn']);
      stage.enter(1, 3);
      const state = '0500000000000041000000410205020804000000010000007a000000';
      stage.give(1, pathPacket(1, 'Spawner'));
      stage.give(1, `0400 01000000 01000000 01000000 03000000 02000000 553100${state}`);
    };
    const confirm = (): void => {
      stage.poll(2);
      stage.sent();
      stage.give(1, confirmation(1));
      stage.give(1, `070303000000${confirmation(1)}`);
      stage.poll(2);
    };
    const forge = (): void => {
      stage.give(1, pathPacket(2, 'World/U1/Inputs'));
      stage.give(1, '06 1000 02000080 02000000 0209');
      expect(stage.world.get_node('U1')).toMatchObject({ heat: 1 });
    };
    const despawn = (): void => {
      stage.give(1, '0501000000');
      stage.poll();
    };
    const own = (): void => {
      stage.spawner([UNIT], 'Mine').set_multiplayer_authority(2);
      const unit = new Unit();
      unit.set_multiplayer_authority(2);
      put(stage, unit, 'V1');
      stage.poll(2);
      freed(unit);
    };
    return [
      ['start', start],
      ['confirms', confirm],
      ['state of inputs from 1 (not authority)', forge],
      ['despawn', despawn],
      ['client authority over a spawner', own],
    ];
  },

  again(stage) {
    const start = (): void => {
      stage.spawner();
      stage.enter(2);
      put(stage, new Unit(), 'U1');
      placed(stage);
      stage.poll(2);
      stage.confirm(2, 2);
      stage.poll();
    };
    const clear = (): void => {
      stage.api.clear();
      stage.enter(2);
      stage.poll(2);
    };
    return [
      ['start', start],
      ['clear, join', clear],
      ['new node', () => put(stage, new Unit(), 'U2')],
    ];
  },
};

const BOTH = [2, 3];
/** What differs from the engine, and why. */
const DIFFERENCES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  placed: {
    // A change that is seen for a newcomer goes to everyone at once; the engine looks again for each peer.
    'delta_interval 0.05, new peer': [
      ...(ENGINE.placed?.['delta_interval 0.05, new peer'] ?? []),
      '2: 16010000800100000000000000020000000207',
    ],
    'config change: heat added always, label never': (
      ENGINE.placed?.['config change: heat added always, label never'] ?? []
    ).filter((packet, i) => i > 1 || !packet.startsWith('2: 16')),
    // A part of a vector is a whole number here.
    'null value': BOTH.flatMap((id) => [
      `${id}: 06${id === 2 ? '1f' : '13'}0001000080020000000201`,
      `${id}: 16010000800100000000000000020000000203`,
    ]),
    x: BOTH.flatMap((id) => [
      `${id}: 06${id === 2 ? '20' : '14'}0001000080020000000201`,
      `${id}: 16010000800100000000000000020000000209`,
    ]),
  },
};

/** Packets by who gets them: peers hear of different things in another order than in the engine, each in the same. */
const byTarget = (packets: readonly string[] | undefined): string[] =>
  [...(packets ?? [])].sort((one, other) => Number(targetOf(one)) - Number(targetOf(other)));
const targetOf = (packet: string): string => /^1: 0703(..)/.exec(packet)?.[1] ?? packet.split(':')[0] ?? '';

describe.each(Object.entries(scenarios))('%s', (name, stepsOf) => {
  it('sends what the engine sends', () => {
    const stage = new Stage(name === 'inputs' ? 2 : 1);
    const steps = stepsOf(stage);
    const heard: Record<string, string[]> = {};
    for (const [step, run] of steps) {
      run();
      heard[step] = byTarget([...(heard[step] ?? []), ...stage.sent()]);
    }
    const expected = Object.entries({ ...ENGINE[name], ...DIFFERENCES[name] }).map(([step, all]) => [
      step,
      byTarget(all),
    ]);
    expect(heard).toEqual(Object.fromEntries(expected));
    stage.tree.free();
  });
});
