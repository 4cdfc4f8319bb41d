// Replication between engines, replayed: on either side the same packets are sent, byte for byte, and the same nodes
// appear, change and disappear.
import { describe, expect, it, vi } from 'vitest';
import { instantiate_scene, MultiplayerSpawner, Node, register_scene } from '../../host/scene/index.js';
import { Vector2 } from '../../host/variant/index.js';
import { idsOf, linesOf, Replay, replayClient, replayServer } from '../helpers/replication-recording.js';
import { configOf, synchronizer, Unit } from '../helpers/replication-stage.js';
import { useReports } from '../helpers/reports.js';
import { Side } from '../helpers/scene-side.js';

vi.mock('#platform', async () => {
  const { clock: real, ...parts } = await import('../../host/transport/node/platform.js');
  const { now, alarm } = (await import('../helpers/game-clock.js')).clock;
  return { ...parts, clock: { ...real, now, alarm } };
});

const reports = useReports();

const SLOW_UNIT = 'res://slow-unit.tscn';
const PLAIN = 'res://plain.tscn';
register_scene(SLOW_UNIT, () => {
  const unit = new Unit();
  unit.position = new Vector2();
  unit.sync.replication_interval = 0.05;
  unit.sync.delta_interval = 0.05;
  return unit;
});
register_scene(PLAIN, () => new Node());

/** A node that was called before the recording begins. */
class Called extends Node {
  static rpcs = { nothing: {} };
  nothing(): void {}
}

describe('spawns of a server', () => {
  const lines = linesOf('spawns');
  const client = idsOf(lines).get(1) as number;

  function stage(id: number): {
    side: Side;
    world: Node;
    custom: MultiplayerSpawner;
    heard: string[];
    before: Called[];
  } {
    const side = new Side(id);
    const heard: string[] = [];
    const main = side.add('Main', new Node());
    const world = side.add('World', new Node(), main);
    // Nodes that were named before the recording begins have the numbers up to 304.
    const before = Array.from({ length: id === 1 ? 304 : 0 }, (_, i) => side.add(`N${i}`, new Called(), main));
    const spawner = new MultiplayerSpawner();
    spawner.add_spawnable_scene(SLOW_UNIT);
    spawner.add_spawnable_scene(PLAIN);
    const custom = new MultiplayerSpawner();
    custom.spawn_function = (data) => {
      heard.push(`custom ${JSON.stringify(data)}`);
      return Object.assign(new Node(), { name: `C${(data as unknown[])[0]}` });
    };
    for (const one of [spawner, custom]) {
      one.spawn_path = '../World';
      one.connect('spawned', (node) => heard.push(`spawned ${node.name}`));
      one.connect('despawned', (node) => heard.push(`despawned ${node.name} ${node.is_inside_tree()}`));
    }
    side.add('Spawner', spawner, main);
    side.add('Cust', custom, main);
    return { side, world, custom, heard, before };
  }

  it('are sent by this library as by the engine', () => {
    const { side, world, custom, before } = stage(1);
    const replay = new Replay(side);
    let unit = instantiate_scene(SLOW_UNIT) as Unit;
    const add = (node: Node, name: string): void => {
      node.name = name;
      world.add_child(node);
    };
    replayServer(lines, replay, {
      'auto spawn of unit.tscn (index 0) with synchronizer'() {
        for (const node of before) node.rpc('nothing');
        replay.skip();
        unit.position = new Vector2(3, 4);
        add(unit, 'U1');
      },
      'position changes (ALWAYS)'() {
        unit.position = new Vector2(5, 6);
      },
      'hp changes (ON_CHANGE)'() {
        unit.hp = 55;
      },
      'hp and label change (ON_CHANGE)'() {
        unit.hp = 56;
        unit.label = 'yy';
      },
      'auto spawn of plain.tscn (index 1)': () => add(instantiate_scene(PLAIN) as Node, 'P1'),
      "custom spawn([7, 'd'])": () => void custom.spawn([7, 'd']),
      'despawn U1'() {
        replay.poll(3);
        unit.free();
      },
      'despawn P1': () => world.get_node('P1')?.free(),
      'set u2 with visibility off for the client'() {
        unit = instantiate_scene(SLOW_UNIT) as Unit;
        unit.sync.public_visibility = false;
        add(unit, 'U2');
      },
      'visibility on': () => unit.sync.set_visibility_for(client, true),
      'visibility off': () => unit.sync.set_visibility_for(client, false),
      end: () => world.get_node('C7')?.free(),
    });
  });

  /** What is heard by the client after each mark, and what the units are then. */
  const story: Readonly<Record<string, readonly string[]>> = {
    'auto spawn of unit.tscn (index 0) with synchronizer': ['spawned U1', 'U1 3,4 100 x 7'],
    'position changes (ALWAYS)': ['U1 5,6 100 x 7'],
    'hp changes (ON_CHANGE)': ['U1 5,6 55 x 7'],
    'hp and label change (ON_CHANGE)': ['U1 5,6 56 yy 7'],
    'auto spawn of plain.tscn (index 1)': ['spawned P1', 'U1 5,6 56 yy 7', 'P1'],
    "custom spawn([7, 'd'])": ['custom [7,"d"]', 'spawned C7', 'U1 5,6 56 yy 7', 'P1', 'C7'],
    'despawn U1': ['despawned U1 false', 'P1', 'C7'],
    'despawn P1': ['despawned P1 false', 'C7'],
    'set u2 with visibility off for the client': ['C7'],
    'visibility on': ['spawned U2', 'C7', 'U2 0,0 100 x 7'],
    'visibility off': ['despawned U2 false', 'C7'],
    end: ['despawned C7 false'],
  };

  it('appear here as in the engine', () => {
    const { side, world, heard } = stage(client);
    const units = (): string[] =>
      world
        .get_children()
        .map((node) =>
          node instanceof Unit
            ? `${node.name} ${node.position.x},${node.position.y} ${node.hp} ${node.label} ${node.once}`
            : node.name,
        );
    const seen: Record<string, string[]> = {};
    replayClient(lines, 1, new Replay(side), {}, (mark) => {
      if (mark !== '') seen[mark] = [...heard.splice(0), ...units()];
    });
    expect(seen).toEqual(story);
    expect(reports.errors).toEqual([]);
  });
});

class Box extends Node {
  motion = new Vector2();
  fire = false;
  readonly sync = synchronizer('S', configOf(['.:motion', 1], ['.:fire', 2]));

  constructor() {
    super();
    this.sync.replication_interval = 0.1;
    this.sync.delta_interval = 0.1;
    this.add_child(this.sync);
  }
}

describe('synchronizers that are in the scene from the beginning', () => {
  const lines = linesOf('placed');
  const [first, second] = [...idsOf(lines).values()] as [number, number];
  const BELONGS = 'CliBox belongs to the first client';
  const MOVES = 'scene-placed synchronizer, authority client';

  function stage(id: number): { side: Side; box: Box } {
    const side = new Side(id);
    const main = side.add('Main', new Node());
    const box = side.add('CliBox', new Box(), main);
    side.add('SrvBox', new Box(), main);
    return { side, box };
  }

  it('are served as by the engine, and the states of a client are relayed and set', () => {
    const { side, box } = stage(1);
    replayServer(lines, new Replay(side), { [BELONGS]: () => box.set_multiplayer_authority(first) });
    expect(box).toMatchObject({ motion: new Vector2(1, 0), fire: true });
    expect(reports.errors).toEqual([]);
  });

  it('are sent by the client that is the authority as by the engine, to the server and to the other client', () => {
    const { side, box } = stage(first);
    const replay = new Replay(side);
    const actions = {
      [BELONGS]() {
        box.set_multiplayer_authority(first);
        replay.begin(1);
      },
      [MOVES]() {
        box.motion = new Vector2(1, 0);
        box.fire = true;
      },
    };
    replayClient(lines, 1, replay, actions, () => {});
    expect(reports.errors).toEqual([]);
  });

  it('arrive at the other client', () => {
    const { side, box } = stage(second);
    const actions = { [BELONGS]: () => box.set_multiplayer_authority(first) };
    replayClient(lines, 2, new Replay(side), actions, () => {});
    expect(box).toMatchObject({ motion: new Vector2(1, 0), fire: true });
    expect(reports.errors).toEqual([]);
  });
});
