// Spawns and states that are malformed, come from others than the authority, or are too many: each is dropped with one
// report, and the tree stays as it was.
import { describe, expect, it } from 'vitest';
import { type Node, register_scene } from '../../host/scene/index.js';
import { pathPacket, Stage, UNIT, type Unit, word } from '../helpers/replication-stage.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

const STATE = '0500000000000041000000410205020804000000010000007a000000';
const NAME = (name: string): string => `${Buffer.from(name).toString('hex')}00`;
/** A spawn by the spawner number 1. */
const spawn = (node: number, name: string, synchronizers: readonly number[] = [], rest = '', scene = 0): string =>
  `04${scene.toString(16).padStart(2, '0')}${word(1)}${word(node)}${word(synchronizers.length)}` +
  `${word(NAME(name).length / 2)}${synchronizers.map(word).join('')}${NAME(name)}${rest}`;
const sync = (number: number, values: string, time = 1): string =>
  `06${word(time).slice(0, 4)}${word(number)}${word(values.length / 2)}${values}`;
const delta = (number: number, mask: string, values: string): string =>
  `16${word(number)}${mask}${word(values.length / 2)}${values}`;

register_scene('res://throws.tscn', () => {
  throw new Error('no such luck');
});
register_scene('res://nothing.tscn', () => null as unknown as Node);

/** A client of the server 1 and the client 3; the server has the spawner, and has spawned U1 with its synchronizer. */
function client(): Stage {
  const stage = new Stage(2);
  stage.spawner([UNIT, 'res://throws.tscn', 'res://nothing.tscn', 'res://unknown.tscn']);
  stage.enter(1, 3);
  stage.give(1, pathPacket(1, 'Spawner'), spawn(1, 'U1', [2], STATE), pathPacket(9, 'World'));
  stage.give(3, pathPacket(1, 'Spawner'));
  stage.sent();
  expect(reports.take()).toEqual([]);
  return stage;
}

const look = ({ world }: Stage): string[] =>
  world.get_children().map((node) => `${node.name} ${(node as Unit).hp} ${(node as Unit).position.x}`);
const AS_BEFORE = ['U1 5 8'];

/** What is sent, by whom, what is reported. */
const dropped: readonly [what: string, from: number, packet: string, report: string][] = [
  ['a spawn of two bytes', 1, '0400', 'a spawn of peer 1 is malformed'],
  ['a spawn without a name', 1, spawn(5, ''), 'a spawn of peer 1 is malformed'],
  [
    'a spawn whose name has no end',
    1,
    `0400${word(1)}${word(5)}${word(0)}${word(2)}5555`,
    'a spawn of peer 1 is malformed',
  ],
  ['a name with a zero', 1, spawn(5, 'A\0B'), 'a spawn of peer 1 is malformed'],
  ['a name that is no UTF-8', 1, `0400${word(1)}${word(5)}${word(0)}${word(2)}ff00`, 'a spawn of peer 1 is malformed'],
  [
    'four billion synchronizers',
    1,
    `0400${word(1)}${word(5)}ffffffff${word(3)}584100`,
    'a spawn of peer 1 is malformed',
  ],
  [
    'a name of four billion bytes',
    1,
    `0400${word(1)}${word(5)}${word(0)}ffffffff584100`,
    'a spawn of peer 1 is malformed',
  ],
  ['a way up as name', 1, spawn(5, '..'), '".." is no name of a node'],
  ['a path as name', 1, spawn(5, 'A/B'), '"A/B" is no name of a node'],
  ['a name that the other side has made up', 1, spawn(5, '@Node@2'), '"@Node@2" is no name of a node'],
  ['a name that is there', 1, spawn(5, 'U1'), 'there is a "U1" below /root/S/World already'],
  ['a number that is in use', 1, spawn(1, 'U2'), 'its number 1 is in use'],
  ['a scene that is not there', 1, spawn(5, 'U2', [], '', 7), "can't make it: there is no scene 7"],
  ['a scene that is not registered', 1, spawn(5, 'U2', [], '', 3), 'there is no scene "res://unknown.tscn"'],
  ['a scene whose function throws', 1, spawn(5, 'U2', [], '', 1), 'its function threw Error: no such luck'],
  ['a scene whose function returns nothing', 1, spawn(5, 'U2', [], '', 2), 'must return a Node without a parent'],
  ['a custom spawn without a function', 1, spawn(5, 'U2', [], `${word(4)}00000000`, 255), 'spawn_function is not set'],
  ['an argument that is cut short', 1, spawn(5, 'U2', [], `${word(9)}00`, 255), 'its argument is cut short'],
  ['no argument', 1, spawn(5, 'U2', [], '00', 255), 'its argument is cut short'],
  [
    'an argument that does not decode',
    1,
    spawn(5, 'U2', [], `${word(4)}ffffffff`, 255),
    'its argument does not decode',
  ],
  ['a spawner that is none', 1, spawn(5, 'U2').replace(word(1), word(9)), 'number 9 is no MultiplayerSpawner here'],
  [
    'a spawner that was not named',
    1,
    spawn(5, 'U2').replace(word(1), word(8)),
    'number 8 is no MultiplayerSpawner here',
  ],
  ['a spawn by another', 3, spawn(5, 'U2'), 'the authority of /root/S/Spawner is 1'],
  ['a despawn that is too short', 1, '0501', 'a despawn of peer 1 is malformed'],
  ['a despawn that is too long', 1, '050100000000', 'a despawn of peer 1 is malformed'],
  ['a despawn of an unknown number', 1, `05${word(7)}`, 'peer 1 despawns what it has not spawned: 7'],
  ["a despawn of another's node", 3, `05${word(1)}`, 'peer 3 despawns what it has not spawned: 1'],
  ['states without a time', 1, '0601', 'states of peer 1 are malformed'],
  ['no states', 1, '060100', 'states of peer 1 are malformed'],
  ['changes that end in their head', 1, '1602', 'states of peer 1 are malformed'],
  ['states that end in their head', 1, `060100${word(2)}0c00`, 'states of peer 1 are malformed'],
  ['states that are cut short', 1, `060100${word(2)}${word(12)}05`, 'states of peer 1 are malformed'],
  ['states of four billion bytes', 1, `060100${word(2)}ffffffff05`, 'states of peer 1 are malformed'],
  ['a state that does not decode', 1, sync(2, '050000000000'), '/root/S/World/U1/Sync: ".:position" does not decode'],
  ['changes that do not decode', 1, delta(2, '0300000000000000', '0221'), '".:label" does not decode'],
  ['changes of no property', 1, delta(2, '0000000000000000', ''), 'has none of these properties'],
  ['changes of a property beyond', 1, delta(2, '0400000000000080', '0205'), 'has none of these properties'],
  ['changes of an unknown number', 1, delta(66, '0100000000000000', '0205'), 'number 66 is no MultiplayerSynchronizer'],
  ['changes of a node that is none', 1, delta(0x80000009, '0100000000000000', '0205'), 'is no MultiplayerSynchronizer'],
];

describe('what a peer sends is dropped with a report, and nothing changes', () => {
  it.each(dropped)('%s', (_, from, packet, report) => {
    const stage = client();
    if (from === 3) stage.give(1, `0703${word(3)}${packet}`);
    else stage.give(from, packet);
    expect(look(stage)).toEqual(AS_BEFORE);
    expect(reports.take()).toEqual([expect.stringContaining(report)]);
    // The tree works on: the same name and number can be used.
    stage.give(1, spawn(77, 'Next', [78], STATE));
    expect(look(stage)).toEqual([...AS_BEFORE, 'Next 5 8']);
    stage.tree.free();
  });
});

describe('states', () => {
  const at = (stage: Stage): number => (stage.world.get_node('U1') as Unit).position.x;

  /** Times of two packets, and whether the second counts. */
  const times: readonly [first: number, second: number, counts: boolean][] = [
    [5, 5, false],
    [5, 4, false],
    [5, 6, true],
    [0xffff, 0, true],
    [0xffff, 1, true],
    [0x9000, 0x7000, false],
    [1, 0x9000, true],
  ];
  it.each(times)('of time %i and then %i: the later counts: %s', (first, second, counts) => {
    const stage = client();
    const value = (x: number): string => {
      const bytes = Buffer.alloc(12);
      bytes.writeUInt32LE(5);
      bytes.writeFloatLE(x, 4);
      return bytes.toString('hex');
    };
    stage.give(1, sync(2, value(20), first), sync(2, value(40), second));
    expect(at(stage)).toBe(counts ? 40 : 20);
    expect(reports.take()).toEqual([]);
    stage.tree.free();
  });

  it('of another than the authority are dropped with a report', () => {
    const stage = client();
    stage.give(1, `0703${word(3)}${pathPacket(2, 'World/U1/Sync')}`);
    stage.give(1, `0703${word(3)}${sync(0x80000002, '0500000000000000000000')}`);
    expect(look(stage)).toEqual(AS_BEFORE);
    expect(reports.take()).toEqual([expect.stringContaining('the authority of /root/S/World/U1/Sync is 1')]);
    stage.tree.free();
  });

  it('are dropped whole when a value does not decode', () => {
    const stage = client();
    stage.give(1, delta(2, '0300000000000000', '020904'));
    expect(look(stage)).toEqual(AS_BEFORE);
    stage.tree.free();
  });

  it('that a setter refuses are reported, and do not end the poll', () => {
    const stage = client();
    Object.defineProperty(stage.world.get_node('U1'), 'hp', {
      get: () => 5,
      set() {
        throw new Error('not so');
      },
    });
    stage.give(1, delta(2, '0300000000000000', '0209040000000100000071000000'));
    expect(stage.world.get_node('U1')).toMatchObject({ label: 'q' });
    expect(reports.take()).toEqual([expect.stringContaining('the setter of ".:hp" threw not so')]);
    stage.tree.free();
  });
});

describe('many spawns', () => {
  it('are refused above max_cached_paths, with one line for all of them', () => {
    const stage = client();
    stage.api.max_cached_paths = 10;
    for (let i = 0; i < 500; i += 1) stage.give(1, spawn(100 + i, `N${i}`));
    expect(stage.world.get_child_count()).toBe(10);
    expect(reports.take()).toEqual([expect.stringContaining('it has 10 nodes here already (max_cached_paths)')]);
    stage.tree.free();
  });

  it('make room when their nodes are freed here', () => {
    const stage = client();
    stage.api.max_cached_paths = 2;
    stage.give(1, spawn(5, 'A'));
    stage.world.get_node('A')?.free();
    stage.give(1, spawn(5, 'B'));
    expect(look(stage)).toEqual([...AS_BEFORE, 'B 100 3']);
    stage.tree.free();
  });
});

describe('handlers of the signals may', () => {
  /** What a handler does, and what is there after a spawn of U2 with states for it behind. */
  const handlers: readonly [what: string, run: (stage: Stage, node: Node) => void, left: string[]][] = [
    ['free the node', (_, node) => node.free(), AS_BEFORE],
    ['poll', (stage) => stage.api.poll(), [...AS_BEFORE, 'U2 5 5']],
    ['take the node out', ({ world }, node) => world.remove_child(node), AS_BEFORE],
    ['throw', () => JSON.parse('{'), [...AS_BEFORE, 'U2 5 5']],
    ['free the spawner', ({ root }) => root.get_node('Spawner')?.free(), [...AS_BEFORE, 'U2 5 5']],
  ];
  it.each(handlers)('%s, when a node is spawned', (_, run, left) => {
    const stage = client();
    stage.root.get_node('Spawner')?.connect('spawned' as 'ready', ((node: Node) => run(stage, node)) as () => void);
    stage.give(1, spawn(5, 'U2', [6], STATE), sync(6, '050000000000a0400000a040', 9), `05${word(1)}`);
    expect(look(stage).filter((one) => one !== 'U1 5 8')).toEqual(left.filter((one) => one !== 'U1 5 8'));
    stage.tree.free();
  });

  it('let go of the peer while its states are handled', () => {
    const stage = client();
    const unit = stage.world.get_node('U1') as Unit;
    unit.sync.connect('delta_synchronized', () => stage.api.set_multiplayer_peer(null));
    stage.give(1, `${delta(2, '0100000000000000', '0206')}${delta(2, '0100000000000000', '0207').slice(2)}`);
    expect(unit.hp).toBe(6);
    expect(reports.take()).toEqual([]);
    stage.tree.free();
  });
});
