// Remote calls between engines, replayed: the same calls make the same packets, byte for byte, on either side, and the
// same packets call the same methods.
import { describe, expect, it } from 'vitest';
import { Node, type RpcConfig } from '../../host/scene/index.js';
import {
  bytes_to_var_with_objects,
  Callable,
  Dictionary,
  EncodedObjectAsID,
  NodePath,
  RID,
  Signal,
  StringName,
  TYPE_INT,
  TypedArray,
  Vector3,
} from '../../host/variant/index.js';
import { type Actions, readRecording, replayClient, replayServer } from '../helpers/call-recording.js';
import { fromHex } from '../helpers/raw-peer-frames.js';
import { useReports } from '../helpers/reports.js';
import { Side } from '../helpers/scene-side.js';

const reports = useReports();

type Heard = [call: string, args: unknown[], from: number];

/** A node of a class with these callable methods, which note their calls in `heard`. */
function target(rpcs: Readonly<Record<string, RpcConfig>>, heard: Heard[], Base: typeof Node = Node): typeof Node {
  class Target extends Base {
    static rpcs = rpcs;
  }
  for (const name of Object.keys(rpcs)) {
    Object.defineProperty(Target.prototype, name, {
      value(this: Node, ...args: unknown[]): void {
        heard.push([`${this.name}.${name}`, args, this.multiplayer?.get_remote_sender_id() ?? -1]);
      },
    });
  }
  return Target;
}

/** A call by a name that the compiler does not know. */
const call = (node: Node | null, method: string, ...args: unknown[]): number =>
  (node as unknown as { rpc(...all: unknown[]): number }).rpc(method, ...args);
const callTo = (node: Node | null, id: number, method: string, ...args: unknown[]): number =>
  (node as unknown as { rpc_id(...all: unknown[]): number }).rpc_id(id, method, ...args);

const any = (count: number): RpcConfig => ({ mode: 'any_peer', arguments: count });
const TARGET: Readonly<Record<string, RpcConfig>> = {
  zeta: any(0),
  alpha: any(1),
  two: any(2),
  many: any(5),
  unrel: { ...any(1), transfer_mode: 'unreliable' },
  ordered: { ...any(1), transfer_mode: 'unreliable_ordered', channel: 3 },
  auth: { mode: 'authority', arguments: 1 },
  local: { ...any(1), call_local: true },
};

describe('calls between a server and two clients', () => {
  const recording = readRecording('calls');
  const [first, second] = recording.ids as [number, number];

  function stage(id: number): { side: Side; heard: Heard[]; at: (path: string) => Node | null } {
    const side = new Side(id);
    const heard: Heard[] = [];
    const Target = target(TARGET, heard);
    const main = side.add('Main', new Node());
    side.add('A', new Target(), main);
    side.add('Bée', new Target(), main);
    side.add('Deep', new Target(), side.add('Sub', new Target(), main));
    if (id === 1) side.add('OnlyServer', new Target(), main);
    return { side, heard, at: (path) => main.get_node(path) };
  }

  /** After each mark: what the server does, and what the first client hears. */
  const story: readonly [mark: string, path: string, args: unknown[][], heard: [string, ...unknown[]][]][] = [
    ['A.zeta() first call to all', 'A', [['zeta']], [['A.zeta']]],
    ['A.zeta() second', 'A', [['zeta']], [['A.zeta']]],
    ['A.alpha(1)', 'A', [['alpha', 1]], [['A.alpha', 1]]],
    ["A.two(1, 'hey')", 'A', [['two', 1, 'hey']], [['A.two', 1, 'hey']]],
    [
      'A.many(true,false,null,1.5,Vector3)',
      'A',
      [['many', true, false, null, 1.5, new Vector3(1, 2, 3)]],
      [['A.many', true, false, null, 1.5, new Vector3(1, 2, 3)]],
    ],
    [
      'A.many(200, -3, 70000, 5000000000, -1)',
      'A',
      [['many', 200, -3, 70000, 5000000000, -1]],
      [['A.many', 200, -3, 70000, 5000000000, -1]],
    ],
    ['A.alpha(PackedByteArray 1 2 3)', 'A', [['alpha', Uint8Array.of(1, 2, 3)]], [['A.alpha', Uint8Array.of(1, 2, 3)]]],
    [
      "A.two(PackedByteArray, {'k': [1]})",
      'A',
      [['two', Uint8Array.of(9), { k: [1] }]],
      [['A.two', Uint8Array.of(9), new Dictionary([['k', [1]]])]],
    ],
    ['A.unrel(1)', 'A', [['unrel', 1]], [['A.unrel', 1]]],
    ['A.ordered(1)', 'A', [['ordered', 1]], [['A.ordered', 1]]],
    ['Bée.zeta to all (non-ASCII path)', 'Bée', [['zeta']], [['Bée.zeta']]],
    ['A.auth(3)', 'A', [['auth', 3]], [['A.auth', 3]]],
    ['A.alpha(negative float, string)', 'A', [['alpha', -0.25]], [['A.alpha', -0.25]]],
    ["A.alpha(&'sname')", 'A', [['alpha', new StringName('sname')]], [['A.alpha', new StringName('sname')]]],
    ["A.local('x')", 'A', [['local', 'x']], [['A.local', 'x']]],
    [
      'A.alpha(1.1 double), A.alpha(int 128, 32768)',
      'A',
      [1.1, 128, 32768, -32769, -128, -129, 2147483648].map((value) => ['alpha', value]),
      [1.1, 128, 32768, -32769, -128, -129, 2147483648].map((value) => ['A.alpha', value]),
    ],
    // Without its bytes it looks like no argument at all, in the engine, too.
    ['A.alpha(empty PackedByteArray)', 'A', [['alpha', new Uint8Array(0)]], []],
    ["A.alpha('')", 'A', [['alpha', '']], [['A.alpha', '']]],
  ];

  it('the server sends what the engine sends, and its methods are called as there', () => {
    const { side, heard, at } = stage(1);
    const actions: Record<string, (() => unknown)[]> = {
      'Sub/Deep.zeta to first client only': [() => callTo(at('Sub/Deep'), first, 'zeta')],
      'Sub/Deep.zeta to first client again': [() => callTo(at('Sub/Deep'), first, 'zeta')],
      'Sub/Deep.zeta to all, one has confirmed': [() => call(at('Sub/Deep'), 'zeta')],
      'OnlyServer.zeta: node missing at clients': [() => callTo(at('OnlyServer'), first, 'zeta')],
      'OnlyServer.zeta again': [() => callTo(at('OnlyServer'), first, 'zeta')],
      'A.zeta to all but first': [() => callTo(at('A'), -first, 'zeta')],
    };
    for (const [mark, path, calls] of story) {
      actions[mark] = calls.map(
        ([method, ...args]) =>
          () =>
            call(at(path), method as string, ...args),
      );
    }
    replayServer(recording, side, actions);
    expect(heard).toEqual([
      ['A.zeta', [], second],
      ['A.zeta', [], second],
      ['A.alpha', [8], second],
      ['A.alpha', [9], second],
      ['A.local', ['x'], 1],
    ]);
    expect(reports.take()).toEqual([expect.stringContaining('auth has the mode "authority", and the authority is 1')]);
  });

  it('the first client answers what the engine answers, and hears the same calls', () => {
    const { side, heard } = stage(first);
    const expected = new Map<string, unknown>(
      story.map(([mark, , , calls]) => [mark, calls.map(([name, ...args]) => [name, args, 1])]),
    );
    for (const mark of ['only', 'again']) expected.set(`Sub/Deep.zeta to first client ${mark}`, [['Deep.zeta', [], 1]]);
    expected.set('Sub/Deep.zeta to all, one has confirmed', [['Deep.zeta', [], 1]]);
    const relayed = [5, 6, 7].map((value) => ['A.alpha', [value], second]);
    expected.set('client2 -> client1 A.alpha(5)', relayed);
    expected.set('client2 -> all A.alpha(8)', [['A.alpha', [8], second]]);
    replayClient(recording, 1, side, {}, (mark) => {
      expect(heard.splice(0), mark).toEqual(expected.get(mark) ?? []);
    });
    expect(reports.take()[0]).toContain('speaks of a node that is not here: "Main/OnlyServer"');
  });

  it('the second client calls the server and the first client as the engine does', () => {
    const { side, heard, at } = stage(second);
    const alpha = (target: number, value: number) => () => callTo(at('A'), target, 'alpha', value);
    const zeta = (): unknown => callTo(at('A'), 1, 'zeta');
    replayClient(recording, 2, side, {
      'client2 -> server A.zeta': [zeta, zeta],
      'client2 -> client1 A.alpha(5)': [alpha(first, 5), alpha(first, 6), alpha(first, 7)],
      'client2 -> all A.alpha(8)': [alpha(0, 8)],
      'client2 -> all but client1 A.alpha(9)': [alpha(-first, 9)],
      'client2 calls authority-only auth on server': [() => callTo(at('A'), 1, 'auth', 1)],
    });
    expect(heard.filter(([, , from]) => from === 1).length).toBe(25);
  });
});

describe('calls of inherited methods, and of objects', () => {
  const recording = readRecording('inherited scripts');

  function stage(id: number): { side: Side; heard: Heard[]; child: () => Node; make: () => void } {
    const side = new Side(id);
    const heard: Heard[] = [];
    const Child = target({ beta: any(0), alpha: any(1) }, heard, target(TARGET, heard));
    const main = side.add('Main', new Node());
    const make = (): void => void side.add('Ch', new Child(), main);
    make();
    return { side, heard, make, child: () => main.get_node('Ch') as Node };
  }

  /** The value of the only argument in the packet `index` after `mark`. */
  const recorded = (mark: string, index: number): unknown => {
    const { hex } = recording.chapters.find((one) => one.mark === mark)?.lines[index] ?? { hex: '' };
    return bytes_to_var_with_objects(fromHex(hex.slice(8)));
  };

  it('the server sends what the engine sends', () => {
    const { side, child, make } = stage(1);
    const objects = 'object decoding allowed: RefCounted/Resource';
    const handles = '18 args: error? Callable, Signal, RID';
    const actions: Actions = {
      'inherited script: Ch.beta, Ch.zeta': [
        () => call(child(), 'beta'),
        () => call(child(), 'zeta'),
        () => call(child(), 'alpha', 1),
      ],
      'call_local authority change: client owns Ch': [
        () => child().set_multiplayer_authority(recording.ids[0]),
        () => call(child(), 'auth', 1),
      ],
      [objects]: [
        () => {
          side.api.allow_object_decoding = true;
        },
        () => call(child(), 'alpha', recorded(objects, 0)),
      ],
      [handles]: [
        () => call(child(), 'alpha', new Callable()),
        () => call(child(), 'alpha', recorded(handles, 1)),
        () => call(child(), 'alpha', new RID()),
      ],
      'node renamed/freed then new one with same name': [
        () => {
          child().free();
          make();
        },
        () => call(child(), 'beta'),
      ],
    };
    replayServer(recording, side, actions);
  });

  it('the client answers what the engine answers, and drops what has a whole object', () => {
    const { side, heard, child, make } = stage(recording.ids[0]);
    replayClient(recording, 1, side, {}, (mark) => {
      if (mark.startsWith('object')) {
        expect(reports.take().join()).toMatch(/alpha|argument 0 does not decode: .*object/i);
        child().free();
        make();
      }
    });
    expect(heard.map(([name, [value]]) => [name, (value as object | undefined)?.constructor.name])).toEqual([
      ['Ch.beta', undefined],
      ['Ch.zeta', undefined],
      ['Ch.alpha', 'Number'],
      ['Ch.auth', 'Number'],
      ['Ch.alpha', 'Callable'],
      ['Ch.alpha', 'Signal'],
      ['Ch.alpha', 'RID'],
      ['Ch.beta', undefined],
    ]);
    expect(heard[5][1]).toEqual([expect.any(Signal)]);
  });
});

describe('calls in a branch with an API of its own', () => {
  const recording = readRecording('branch');

  function stage(id: number): { side: Side; heard: Heard[]; branch: Node } {
    const side = new Side(id, '/root/Main/W');
    const heard: Heard[] = [];
    const Target = target(TARGET, heard);
    const branch = side.add('W', new Target(), side.add('Main', new Node()));
    side.add('In', new Target(), branch);
    return { side, heard, branch };
  }

  it('count paths from the branch, whose own is a dot', () => {
    const { side, branch } = stage(1);
    replayServer(recording, side, {
      'multiplayer of a branch: W/In.zeta': [() => call(branch.get_node('In'), 'zeta')],
      'multiplayer of a branch: W itself': [() => call(branch, 'zeta')],
    });
  });

  it('are heard there', () => {
    const { side, heard } = stage(recording.ids[0]);
    replayClient(recording, 1, side, {});
    expect(heard).toEqual([
      ['In.zeta', [], 1],
      ['W.zeta', [], 1],
    ]);
  });
});

describe('calls of many methods and many nodes', () => {
  const recording = readRecording('many methods and nodes');
  const pad = (value: number): string => String(value).padStart(3, '0');
  const names = Array.from({ length: 300 }, (_, i) => pad(i));
  const all = (list: readonly string[]): Record<string, RpcConfig> =>
    Object.fromEntries(list.map((name) => [name, any(Number(name.length > 3 && !name.startsWith('m')))]));

  function stage(id: number): { side: Side; heard: Heard[]; at: (path: string) => Node | null } {
    const side = new Side(id);
    const heard: Heard[] = [];
    const one = ['Alpha', 'alpha', 'ünder', 'a10', 'a2', '_under'];
    const rpcs = { zeta: any(0), ...Object.fromEntries(one.map((name) => [name, any(1)])) };
    const Target = target(rpcs, heard);
    const main = side.add('Main', new Node());
    side.add('A', new Target(), main);
    side.add('Mis', new (target(id === 1 ? { one: any(0), two: any(0) } : { one: any(0) }, heard))(), main);
    side.add('Big', new (target(all(names.map((name) => `m${name}`)), heard))(), main);
    const plain = side.add('NodeRpc', new Node(), main);
    const config = { rpc_mode: 1, transfer_mode: 2, call_local: false, channel: 0 } as const;
    plain.rpc_config('set_name', config);
    plain.rpc_config('add_to_group', config);
    for (const name of names) side.add(`N${name}`, new Target(), main);
    return { side, heard, at: (path) => main.get_node(path) };
  }

  it('the server numbers them as the engine does', () => {
    const { side, at } = stage(1);
    const someObject = new EncodedObjectAsID(0x612_0005aen);
    const order = 'order of ids: a10, a2, alpha, Alpha, _under, ünder, zeta';
    replayServer(recording, side, {
      [order]: [
        () => call(at('A'), 'zeta'),
        ...['_under', 'a10', 'a2', 'alpha', 'Alpha', 'ünder'].map((name) => () => call(at('A'), name, 1)),
      ],
      'checksum mismatch: Mis.one': [() => call(at('Mis'), 'one')],
      'Mis.one again': [() => call(at('Mis'), 'one')],
      'Mis.two': [() => call(at('Mis'), 'two')],
      'Big.m000, m299 (300 methods)': ['m000', 'm255', 'm256', 'm299'].map((name) => () => call(at('Big'), name)),
      'node rpc_config: NodeRpc.add_to_group / set_name': [
        () => call(at('NodeRpc'), 'add_to_group', 'g'),
        () => call(at('NodeRpc'), 'set_name', 'NodeRpc'),
      ],
      'NodeRpc again': [() => call(at('NodeRpc'), 'add_to_group', 'g2')],
      '300 nodes, ids above 255': names.map((name) => () => call(at(`N${name}`), 'zeta')),
      'N299.zeta again (id > 255)': [() => call(at('N299'), 'zeta')],
      'Object as argument': [() => call(at('A'), 'alpha', someObject)],
      'argument: Node inside array, Callable': [() => call(at('A'), 'alpha', [someObject])],
      'typed array, Vector2i, Color, NodePath, PackedFloat32Array': [
        () => call(at('A'), 'alpha', new TypedArray(TYPE_INT, [1, 2])),
        () => call(at('A'), 'alpha', new NodePath('a/b:c')),
      ],
    });
    expect(reports.take().join()).toMatch(
      /has other callable methods at \/root\/Main\/Mis than this side \(one, two\)/,
    );
  });

  it('the client answers, and hears, what the engine does', () => {
    const { side, heard } = stage(recording.ids[0]);
    replayClient(recording, 1, side, {});
    const calls = heard.map(([name]) => name);
    expect(calls.filter((name) => !/^N\d+\.zeta$/.test(name))).toEqual([
      'A.zeta',
      ...['_under', 'a10', 'a2', 'alpha', 'Alpha', 'ünder'].map((name) => `A.${name}`),
      'Mis.one',
      'Mis.one',
      ...['m000', 'm255', 'm256', 'm299'].map((name) => `Big.${name}`),
      ...Array(4).fill('A.alpha'),
    ]);
    expect(calls.filter((name) => /^N\d+\.zeta$/.test(name))).toEqual([...names, '299'].map((name) => `N${name}.zeta`));
    expect(reports.take().join()).toMatch(/has other callable methods at \/root\/Main\/Mis than this side \(one\)/);
  });
});
