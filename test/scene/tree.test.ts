// Nodes and their tree, as the engine says: names, paths, the order of signals, leaving, and APIs of branches.
import { describe, expect, it } from 'vitest';
import { MultiplayerAPI } from '../../host/godot4/multiplayer/multiplayer-api.js';
import { SceneMultiplayer } from '../../host/godot4/multiplayer/scene-multiplayer.js';
import { Node, SceneTree } from '../../host/scene/index.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

/** A node with this name, below `parent` if there is one. */
function make(name: string, parent?: Node): Node {
  const node = new Node();
  if (name !== '') node.name = name;
  parent?.add_child(node);
  return node;
}

describe('a name', () => {
  it.each([
    ['Coin', 'Coin'],
    ['a.b:c@d/e"f%g', 'a_b_c_d_e_f_g'],
    ['  x ', '  x '],
    ['é😀', 'é😀'],
    ['constructor', 'constructor'],
    ['__proto__', '__proto__'],
    ['a\0b', 'a_b'],
  ])('%j becomes %j', (name, expected) => {
    const root = new SceneTree().root;
    const node = make(name, root);
    expect(node.name).toBe(expected);
    expect(root.get_node(expected)).toBe(node);
  });

  it('that is empty is refused', () => {
    const node = make('A');
    node.name = '';
    expect([node.name, reports.take()]).toEqual(['A', ['name must not be empty; it stays as it was']]);
  });

  // What is there, how the newcomer is added or renamed, and what it is called then.
  it.each<[there: string[], name: string, how: 'add' | 'readable' | 'rename', expected: RegExp]>([
    [['x'], 'x', 'add', /^@Node@\d+$/],
    [[], '', 'add', /^@Node@\d+$/],
    [['x'], 'x', 'readable', /^x2$/],
    [['x', 'x2'], 'x', 'readable', /^x3$/],
    [[], '', 'readable', /^Node$/],
    [['Node'], '', 'readable', /^Node2$/],
    [['Coin9'], 'Coin9', 'readable', /^Coin10$/],
    [['Coin09', 'Coin10'], 'Coin09', 'readable', /^Coin11$/],
    [['Coin009'], 'Coin009', 'readable', /^Coin010$/],
    [['x', 'x2'], 'x', 'rename', /^x3$/],
    [['x'], 'y', 'rename', /^y$/],
  ])('beside %j, %j by "%s" is %s', (there, name, how, expected) => {
    const parent = new Node();
    for (const one of there) make(one, parent);
    const node = make(how === 'rename' ? '' : name);
    parent.add_child(node, how === 'readable');
    if (how === 'rename') node.name = name;
    expect(node.name).toMatch(expected);
    expect(parent.get_node(node.name)).toBe(node);
  });

  it('keeps its place among the children when it changes', () => {
    const parent = new Node();
    const nodes = ['a', 'b', 'c'].map((name) => make(name, parent));
    nodes[1].name = 'z';
    expect(parent.get_children().map(({ name }) => name)).toEqual(['a', 'z', 'c']);
    expect([nodes[1].get_index(), parent.get_node_or_null('b')]).toEqual([1, null]);
  });
});

describe('a path', () => {
  const tree = new SceneTree();
  const a = make('A', tree.root);
  const b = make('B', a);
  const n = make('N', tree.root);

  it.each<[string, Node | null]>([
    ['', null],
    ['/', null],
    ['B', b],
    ['B/', b],
    ['/root/A/B', b],
    ['//root', tree.root],
    ['./B', b],
    ['../A', a],
    ['B/..', a],
    ['B//', b],
    ['root', null],
    ['B:x', b],
    ['%B', null],
    ['a//B', null],
    ['/root', tree.root],
    ['/root/', tree.root],
    ['../..', null],
    ['../../root/A', null],
    ['/root/../root', null],
    ['constructor', null],
    ['__proto__', null],
    ['.', a],
  ])('%j leads from A where the engine says', (path, expected) => {
    expect(a.get_node_or_null(path)).toBe(expected);
    expect(a.has_node(path)).toBe(expected !== null);
  });

  it.each<[Node, Node, string]>([
    [a, b, 'B'],
    [b, a, '..'],
    [b, n, '../../N'],
    [a, a, '.'],
    [tree.root, b, 'A/B'],
  ])('%# from one node to another is the shortest', (from, to, expected) => {
    expect(from.get_path_to(to)).toBe(expected);
  });

  it('to nothing is reported, and null or empty', () => {
    expect(a.get_node('C')).toBeNull();
    expect(a.get_path_to(new Node())).toBe('');
    expect(new Node().get_path()).toBe('');
    expect(a.get_child(5)).toBeNull();
    expect(a.get_child(-1)).toBe(b);
    expect(reports.take()).toEqual([
      'get_node: there is no node "C" below "/root/A"',
      'get_path_to: the nodes are in different trees',
      'get_path: the node is not inside a tree',
      'get_child: there is no child 5 of 1',
    ]);
  });
});

describe('adding and removing', () => {
  it('is refused where it can’t be, and changes nothing', () => {
    const tree = new SceneTree();
    const a = make('A', tree.root);
    const b = make('B', a);
    const loose = make('Loose');
    const below = make('Below', loose);
    a.remove_child(tree.root);
    a.add_child(b);
    b.add_child(a);
    a.add_child(a);
    below.add_child(loose);
    loose.reparent(a);
    expect(reports.take()).toEqual([
      'remove_child: "root" is no child of "A"',
      'add_child: "B" has a parent already, "A"',
      'add_child: "A" has a parent already, "root"',
      'add_child: "A" can\'t be a child of itself',
      'add_child: "Loose" is above "Below"',
      'reparent: the node has no parent; use add_child',
    ]);
    expect([a.get_parent(), b.get_parent(), loose.get_parent()]).toEqual([tree.root, a, null]);
  });
});

/** Notes all signals of these nodes, and those of their tree, as the engine's own log has them. */
function logOf(tree: SceneTree, nodes: readonly Node[]): string[] {
  const log: string[] = [];
  for (const node of nodes) {
    for (const signal of [
      'ready',
      'renamed',
      'tree_entered',
      'tree_exiting',
      'tree_exited',
      'child_order_changed',
    ] as const) {
      node.connect(signal, () =>
        log.push(`${node.name} ${signal} ${node.is_inside_tree() ? 'in' : 'out'} ${node.get_parent() !== null}`),
      );
    }
    for (const signal of ['child_entered_tree', 'child_exiting_tree'] as const) {
      node.connect(signal, (child: Node) => log.push(`${node.name} ${signal} ${child.name}`));
    }
  }
  tree.connect('node_added', (node: Node) => log.push(`added ${node.name}`));
  tree.connect('node_removed', (node: Node) => log.push(`removed ${node.name}`));
  tree.connect('node_renamed', (node: Node) => log.push(`tree renamed ${node.name}`));
  return log;
}

describe('the order of signals is the engine’s', () => {
  const entering = (parent: string): string[] => [
    'A tree_entered in true',
    'added A',
    `${parent} child_entered_tree A`,
    'B tree_entered in true',
    'added B',
    'A child_entered_tree B',
  ];
  const leaving = (parent: string): string[] => [
    'B tree_exiting in true',
    'removed B',
    'A child_exiting_tree B',
    'A tree_exiting in true',
    'removed A',
    `${parent} child_exiting_tree A`,
    `${parent} child_order_changed in true`,
    'B tree_exited out true',
    'A tree_exited out false',
  ];
  const ready = ['B ready in true', 'A ready in true'];
  const changed = (parent: string): string => `${parent} child_order_changed in true`;

  const tree = new SceneTree();
  const [first, second] = [make('P1', tree.root), make('P2', tree.root)];
  const a = make('A');
  const b = make('B', a);
  const log = logOf(tree, [a, b, first, second]);

  // One story, in order.
  it.each<[what: string, act: () => void, expected: string[]]>([
    ['adding', () => first.add_child(a), [...entering('P1'), ...ready, changed('P1')]],
    ['a new parent', () => a.reparent(second), [...leaving('P1'), ...entering('P2'), changed('P2')]],
    ['removing', () => second.remove_child(a), leaving('P2')],
    ['adding again: it is ready already', () => second.add_child(a), [...entering('P2'), changed('P2')]],
    [
      'request_ready',
      () => {
        a.request_ready();
        second.remove_child(a);
        second.add_child(a);
      },
      [...leaving('P2'), ...entering('P2'), 'A ready in true', changed('P2')],
    ],
    [
      'the same name, and another',
      () => {
        a.name = 'A';
        a.name = 'A2';
      },
      ['A renamed in true', 'tree renamed A', 'A2 renamed in true', 'tree renamed A2'],
    ],
    [
      'freeing',
      () => a.free(),
      [...leaving('P2').map((line) => line.replace(/\bA\b/, 'A2')), 'A2 child_order_changed out false'],
    ],
  ])('when %s', (_, act, expected) => {
    log.length = 0;
    act();
    expect(log).toEqual(expected);
  });
});

describe('queue_free', () => {
  it('frees at the end of the frame, once, with everything below', () => {
    const tree = new SceneTree();
    const parent = make('P', tree.root);
    const child = make('C', parent);
    let exits = 0;
    child.connect('tree_exited', () => {
      exits += 1;
    });
    parent.queue_free();
    parent.queue_free();
    expect([parent.is_queued_for_deletion(), parent.is_inside_tree()]).toEqual([true, true]);
    tree.process(0.016);
    expect([parent.is_inside_tree(), child.is_inside_tree(), child.get_parent(), exits]).toEqual([
      false,
      false,
      null,
      1,
    ]);
  });

  it('frees at the end of the turn when no frame comes, also outside of a tree', async () => {
    const tree = new SceneTree();
    const inside = make('P', tree.root);
    const outside = make('C', make('Q'));
    inside.queue_free();
    outside.queue_free();
    await Promise.resolve();
    expect([inside.is_inside_tree(), outside.get_parent()]).toEqual([false, null]);
  });

  it('may free others that are queued, and be called by handlers of leaving', () => {
    const tree = new SceneTree();
    const [a, b] = [make('A', tree.root), make('B', tree.root)];
    a.connect('tree_exiting', () => {
      b.queue_free();
      a.queue_free();
    });
    b.connect('tree_exiting', () => a.free());
    a.queue_free();
    tree.process(0.016);
    expect(tree.root.get_child_count()).toBe(0);
  });
});

describe('what a node’s own code throws', () => {
  it('is reported, and the tree is whole all the same', () => {
    class Wild extends Node {
      override _enter_tree(): void {
        throw new Error('enter');
      }
      override _ready(): void {
        throw new Error('ready');
      }
      override _exit_tree(): void {
        throw new Error('exit');
      }
    }
    const tree = new SceneTree();
    const wild = new Wild();
    wild.name = 'Wild';
    tree.root.add_child(wild);
    expect(wild.is_node_ready()).toBe(true);
    tree.root.remove_child(wild);
    expect(wild.is_inside_tree()).toBe(false);
    expect(reports.take().map((text) => text.split('\n')[0])).toEqual(
      ['enter', 'ready', 'exit'].map((text) => `the node "Wild" threw Error: ${text}`),
    );
  });

  it('may take nodes away and add others while they enter', () => {
    const tree = new SceneTree();
    const parent = make('P');
    const [a, b] = [make('A', parent), make('B', parent)];
    a.connect('tree_entered', () => parent.remove_child(b));
    a.connect('ready', () => parent.add_child(make('C')));
    tree.root.add_child(parent);
    expect(parent.get_children().map((one) => [one.name, one.is_inside_tree(), one.is_node_ready()])).toEqual([
      ['A', true, true],
      ['C', true, true],
    ]);
    expect([b.is_inside_tree(), b.is_node_ready()]).toEqual([false, false]);
  });
});

describe('APIs of branches', () => {
  it('are those of the longest way down, their root is the branch, and it is forgotten with them', () => {
    const tree = new SceneTree();
    const b = make('B', make('A', tree.root));
    const whole = tree.get_multiplayer() as SceneMultiplayer;
    const branch = new SceneMultiplayer();
    tree.set_multiplayer(branch, '/root/A');
    expect([branch.root_path, whole.root_path]).toEqual(['/root/A', '/root']);
    expect(tree.get_multiplayer('/root/A/x')).toBe(branch);
    expect(tree.get_multiplayer('/root/AB')).toBe(whole);
    expect(b.multiplayer).toBe(branch);
    const other = new SceneMultiplayer();
    tree.set_multiplayer(other, '/root/A/B');
    tree.set_multiplayer(other, 'rel');
    tree.set_multiplayer(null);
    expect(reports.take()).toEqual([
      'set_multiplayer: "/root/A/B" is in "/root/A", which has an API',
      'set_multiplayer: root_path must be absolute, got "rel"',
      'set_multiplayer: the tree needs an API; it stays as it was',
    ]);
    expect(other.root_path).toBe('');
    tree.set_multiplayer(null, '/root/A');
    expect([branch.root_path, b.multiplayer === whole]).toEqual(['', true]);
    tree.set_multiplayer(other);
    expect([whole.root_path, other.root_path, b.multiplayer === other]).toEqual(['', '/root', true]);
  });

  it('are as many as there are trees: one process, one tree for each session', () => {
    const trees = [new SceneTree(), new SceneTree()];
    const nodes = trees.map((tree) => make('Main', tree.root));
    expect(nodes[0].multiplayer).not.toBe(nodes[1].multiplayer);
    trees[1].root.add_child(make('X'));
    expect([nodes[0].get_path(), nodes[1].get_path()]).toEqual(['/root/Main', '/root/Main']);
    expect(trees[0].root.has_node('X')).toBe(false);
  });

  it('are refused when they are none', () => {
    const tree = new SceneTree();
    expect(() => tree.set_multiplayer({} as SceneMultiplayer)).toThrow(TypeError);
    expect(() => tree.set_multiplayer(null, 5 as unknown as string)).toThrow(TypeError);
  });

  it('leave with their tree, and stay connected', () => {
    const tree = new SceneTree();
    const node = make('A', tree.root);
    const api = tree.get_multiplayer();
    tree.free();
    expect([node.is_inside_tree(), api.get_unique_id(), api.get_multiplayer_peer() !== null]).toEqual([false, 1, true]);
  });
});

describe('root_path', () => {
  it('is set by object_configuration_add, and taken back by its own name alone', () => {
    const api = new SceneMultiplayer();
    expect([api.object_configuration_add(null, '/root/O'), api.root_path]).toEqual([0, '/root/O']);
    expect([api.object_configuration_add(null, '/root'), api.root_path]).toEqual([0, '/root']);
    expect([api.object_configuration_remove(null, '/root/O'), api.root_path]).toEqual([31, '/root']);
    expect([api.object_configuration_remove(null, '/root'), api.root_path]).toEqual([0, '']);
    expect(api.object_configuration_add(null, null)).toBe(31);
    expect(api.object_configuration_add(new Node(), 5)).toBe(31);
    api.root_path = 'rel';
    expect(api.root_path).toBe('');
  });
});

describe('the default interface', () => {
  it('is SceneMultiplayer, and nothing that is no API', () => {
    expect(MultiplayerAPI.get_default_interface()).toBe('SceneMultiplayer');
    for (const name of ['Node', 'Nope', '', '__proto__']) MultiplayerAPI.set_default_interface(name);
    expect(reports.take()).toHaveLength(4);
    MultiplayerAPI.set_default_interface('SceneMultiplayer');
    expect(MultiplayerAPI.create_default_interface()).toBeInstanceOf(SceneMultiplayer);
  });
});
