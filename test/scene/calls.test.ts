// Remote calls of one side: how methods are declared, who gets a call, who may make one, and what a method finds when it
// runs.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { MultiplayerAPI } from '../../host/godot4/multiplayer/multiplayer-api.js';
import { MultiplayerPeer } from '../../host/godot4/multiplayer/multiplayer-peer.js';
import { OfflineMultiplayerPeer } from '../../host/godot4/multiplayer/offline-multiplayer-peer.js';
import { Node, type RpcConfig, SceneTree } from '../../host/scene/index.js';
import { RPCS } from '../../host/scene/rpc-config.js';
import { ObjectData } from '../../host/variant/index.js';
import { useReports } from '../helpers/reports.js';
import { int32Hex, Side, textHex } from '../helpers/scene-side.js';

const reports = useReports();

const OK = 0;
const FAILED = 1;
const ERR_UNCONFIGURED = 3;
const ERR_CONNECTION_ERROR = 27;
const ERR_INVALID_PARAMETER = 31;

class Player extends Node {
  static rpcs: Record<string, RpcConfig> = {
    bump: { mode: 'any_peer', call_local: true, arguments: [0, 2] },
    move: { mode: 'any_peer' },
    own: {},
    shut: { mode: 'disabled', call_local: true },
    there: { mode: 'any_peer' },
  };
  declare there: (x: number) => void;
  readonly heard: unknown[][] = [];

  #note(...args: unknown[]): void {
    this.heard.push([...args, this.multiplayer?.get_remote_sender_id()]);
  }
  bump(...args: unknown[]): void {
    this.#note('bump', ...args);
  }
  move(x: number, y: string): void {
    this.#note('move', x, y);
  }
  own(): void {
    this.#note('own');
  }
  shut(): void {
    this.#note('shut');
  }
}

/** A side with a Player at `/root/P`, known to those who have joined. */
function stage(id = 1, joined: readonly number[] = [2, 3]): { side: Side; player: Player } {
  const side = new Side(id);
  const player = side.add('P', new Player());
  side.join(...joined);
  side.sent();
  return { side, player };
}

/** A long call without arguments of the method `number` at `path`. */
const callHex = (number: number, path: string): string =>
  `a006000080${number.toString(16).padStart(2, '0')}${textHex(path)}`;

describe('declaring', () => {
  const words: Record<string, RpcConfig> = {
    b: { mode: 'any_peer', call_local: true, transfer_mode: 'unreliable', channel: 3 },
    a: { mode: 'disabled' },
    c: {},
  };
  const numbers: Record<string, RpcConfig> = {
    b: {
      rpc_mode: MultiplayerAPI.RPC_MODE_ANY_PEER,
      call_local: true,
      transfer_mode: MultiplayerPeer.TRANSFER_MODE_UNRELIABLE,
      channel: 3,
    },
    a: { rpc_mode: MultiplayerAPI.RPC_MODE_DISABLED },
    c: { rpc_mode: MultiplayerAPI.RPC_MODE_AUTHORITY },
  };
  class InWords extends Node {
    static rpcs = words;
  }
  class InNumbers extends Node {
    static rpcs = numbers;
  }

  it('in the words of @rpc, with Godot’s constants, and by rpc_config gives the same', () => {
    const single = new Node();
    for (const [name, config] of Object.entries(numbers)) single.rpc_config(name, config);
    const [first, second] = [new InWords()[RPCS], new InNumbers()[RPCS]];
    expect(second.ofClass.configs).toEqual(first.ofClass.configs);
    expect(single[RPCS].own.configs).toEqual(first.ofClass.configs);
    expect([second.checksum, single[RPCS].checksum]).toEqual([first.checksum, first.checksum]);
    expect(
      first.ofClass.configs.map(({ name, mode, callLocal, transferMode, channel }) => [
        name,
        mode,
        callLocal,
        transferMode,
        channel,
      ]),
    ).toEqual([
      ['a', 0, false, 2, 0],
      ['b', 1, true, 0, 3],
      ['c', 2, false, 2, 0],
    ]);
  });

  it('in both ways on one node has two lists, of which rpc_config’s names come first in the checksum', () => {
    class Both extends Node {
      static rpcs: Record<string, RpcConfig> = { opt: {}, bb: { call_local: true }, nest: {} };
    }
    const node = new Both();
    node.rpc_config('bb', { rpc_mode: 1 });
    node.rpc_config('aa', { rpc_mode: 1 });
    // As the engine has sent it for the same lists.
    expect(node[RPCS].checksum).toBe('a5c1839c0537c4a16149678a71f119c2');
    expect([node[RPCS].numberOf('aa'), node[RPCS].numberOf('bb')]).toEqual([0x8000, 0]);
    expect(node[RPCS].at(0)?.callLocal).toBe(true);
  });

  it('by rpc_config is told by get_node_rpc_config, and taken back by null', () => {
    const node = new Node();
    expect(node.get_node_rpc_config()).toBeNull();
    node.rpc_config('a', { rpc_mode: 1 });
    node.rpc_config('__proto__', { rpc_mode: 2 });
    expect(Object.entries(node.get_node_rpc_config() ?? {})).toEqual([
      ['a', { rpc_mode: 1 }],
      ['__proto__', { rpc_mode: 2 }],
    ]);
    node.rpc_config('a', null);
    node.rpc_config('none', null);
    expect(Object.keys(node.get_node_rpc_config() ?? {})).toEqual(['__proto__']);
    expect(node[RPCS].names).toEqual(['__proto__']);
  });

  it('has the methods of base classes, each once, as the nearest class says', () => {
    class Base extends Node {
      static rpcs: Record<string, RpcConfig> = { a: { mode: 'any_peer' }, z: {} };
    }
    class Between extends Base {}
    class Derived extends Between {
      static override rpcs: Record<string, RpcConfig> = { a: { mode: 'disabled' }, m: {} };
    }
    expect(new Derived()[RPCS].ofClass.configs.map(({ name, mode }) => [name, mode])).toEqual([
      ['a', 0],
      ['m', 2],
      ['z', 2],
    ]);
    expect(new Between()[RPCS].names).toEqual(['a', 'z']);
  });

  it.each<[unknown, RegExp]>([
    [5, /the rpc configuration of "m" must be an object, got 5/],
    [{ mode: 'anyone' }, /mode in the rpc configuration of "m" must be one of disabled, any_peer, authority/],
    [{ mode: 'constructor' }, /mode in .* must be one of/],
    [{ rpc_mode: 77 }, /mode in .* must be one of/],
    [{ transfer_mode: 9 }, /transfer_mode in .* must be one of unreliable, unreliable_ordered, reliable/],
    [{ call_local: 1 }, /call_local in .* must be/],
    [{ channel: 0.5 }, /channel in .* must be an integer/],
    [{ arguments: 'two' }, /arguments in .* must be an integer/],
  ])('as %j is a TypeError that says what is wrong', (config, message) => {
    expect(() => new Node().rpc_config('m', config as RpcConfig)).toThrow(message);
  });

  it('takes a Map, which is what a Dictionary is', () => {
    const node = new Node();
    node.rpc_config('m', new Map<string, unknown>([['rpc_mode', 1]]) as RpcConfig);
    expect(node[RPCS].at(0x8000)?.mode).toBe(1);
  });
});

describe('the types', () => {
  it('check names and arguments of rpc and rpc_id', () => {
    const never = (): void => {
      const player = new Player();
      player.rpc('move', 1, 'x');
      player.rpc_id(1, 'move', 1, 'x');
      player.rpc('there', 3);
      // @ts-expect-error there is no such method
      player.rpc('mvoe', 1, 'x');
      // @ts-expect-error an argument is missing
      player.rpc('move', 1);
      // @ts-expect-error an argument has another type
      player.rpc('move', 1, 2);
      // @ts-expect-error it is no method
      player.rpc('heard');
      // @ts-expect-error the peer is missing
      player.rpc_id('move', 1, 'x');
      // @ts-expect-error an argument has another type
      player.rpc_id(1, 'there', 'x');
      // @ts-expect-error there is no such word
      player.rpc_config('move', { mode: 'anybody' });
    };
    expect(never).toBeTypeOf('function');
    class Inside extends Player {
      play(): void {
        this.rpc('move', 1, 'x');
        this.rpc_id(1, 'there', 3);
        // @ts-expect-error there is no such method
        this.rpc('mvoe', 1, 'x');
        // @ts-expect-error an argument has another type
        this.rpc_id(1, 'move', 1, 2);
      }
    }
    expect(Inside.prototype.play).toBeTypeOf('function');
    expectTypeOf<Player['rpc']>().returns.toEqualTypeOf<number>();
  });
});

describe('a call goes to', () => {
  const SERVER = { id: 1, joined: [2, 3, 4] };
  const CLIENT = { id: 5, joined: [1, 7] };
  it.each<[who: typeof SERVER, target: number, sent: number[], isHere: boolean, isKnown: boolean]>([
    [SERVER, 0, [2, 3, 4], true, true],
    [SERVER, 3, [3], false, true],
    [SERVER, -3, [2, 4], true, true],
    [SERVER, 1, [], true, true],
    [SERVER, -1, [], false, false],
    [SERVER, 9, [], false, false],
    [SERVER, -9, [], true, false],
    [CLIENT, 0, [1, 7], true, true],
    [CLIENT, 1, [1], false, true],
    [CLIENT, 7, [7], false, true],
    [CLIENT, -1, [7], true, true],
    [CLIENT, -7, [1], true, true],
    [CLIENT, 5, [], true, true],
    [CLIENT, -5, [], false, false],
    [CLIENT, -9, [], true, false],
  ])('%j to %i: %j, here %s', ({ id, joined }, target, expected, isHere, isKnown) => {
    const { side, player } = stage(id, joined);
    expect(player.rpc_id(target, 'bump')).toBe(OK);
    // A client sends through the server what is for another client, one packet for each.
    const targets = side.transport.sent
      .filter(({ hex }) => /a0060000800050/.test(hex))
      .map(({ to, hex }) => (hex.startsWith('0703') ? Buffer.from(hex.slice(4, 12), 'hex').readInt32LE() : to));
    expect(targets).toEqual(expected);
    expect(player.heard).toEqual(isHere ? [['bump', id]] : []);
    expect(reports.take()).toEqual(isKnown ? [] : [`rpc "bump": there is no peer ${Math.abs(target)}`]);
  });
});

describe('a call is refused', () => {
  it.each<[why: string, call: (player: Player, side: Side) => number, error: number, message: RegExp]>([
    [
      'for no such method',
      (player) => player.rpc('get_name'),
      ERR_INVALID_PARAMETER,
      /"get_name" of \/root\/P is not callable/,
    ],
    [
      'on this side alone',
      (player) => player.rpc_id(1, 'own'),
      ERR_INVALID_PARAMETER,
      /"own" can't be called on this side/,
    ],
    ['outside of a tree', () => new Player().rpc('own'), ERR_UNCONFIGURED, /the node is not inside a tree/],
    [
      'without a peer',
      (player, side) => {
        side.api.multiplayer_peer = null;
        return player.rpc('own');
      },
      ERR_UNCONFIGURED,
      /there is no multiplayer_peer/,
    ],
    [
      'while connecting',
      (player, side) => {
        side.transport.status = 1;
        return player.rpc('own');
      },
      ERR_CONNECTION_ERROR,
      /the multiplayer_peer is not connected/,
    ],
    [
      'outside of the API’s root',
      (player, side) => {
        side.add('O', new Node());
        side.api.root_path = '/root/O';
        return player.rpc('own');
      },
      ERR_INVALID_PARAMETER,
      /\/root\/P is not below the root_path "\/root\/O"/,
    ],
    [
      'with more than 255 arguments',
      (player) => player.rpc('bump', ...Array(256).fill(1)),
      ERR_INVALID_PARAMETER,
      /more than 255 arguments/,
    ],
    [
      'here, with the wrong number of arguments',
      (player) => player.rpc_id(1, 'bump', 1, 2, 3),
      FAILED,
      /bump takes 0 to 2 arguments, got 3/,
    ],
    [
      'for an object that is none of a tree',
      (_, side) => side.api.rpc(2, new Player(), 'own'),
      ERR_INVALID_PARAMETER,
      /must be a Node inside the tree/,
    ],
  ])('%s', (_, call, error, message) => {
    const { side, player } = stage();
    expect(call(player, side)).toBe(error);
    expect(reports.take()).toEqual([expect.stringMatching(message)]);
    expect(player.heard).toEqual([]);
    expect(side.sent().filter((packet) => !/: 01/.test(packet))).toEqual([]);
  });

  it('with a TypeError for what is no name, no peer and no Variant', () => {
    const { side, player } = stage();
    expect(() => side.api.rpc('2' as unknown as number, player, 'own')).toThrow(TypeError);
    expect(() => side.api.rpc(2, player, 5 as unknown as string)).toThrow(TypeError);
    expect(() => player.rpc('bump', Symbol('x'))).toThrow(TypeError);
  });

  it('not with 255 arguments', () => {
    const { side, player } = stage();
    expect(player.rpc_id(2, 'bump', ...Array(255).fill(true))).toBe(OK);
    expect(side.sent().at(-1)).toContain(`00ff${'81'.repeat(255)}`);
  });
});

describe('what the transport is told', () => {
  it('is the call’s mode and channel; a path travels reliably, before it', () => {
    const { side } = stage();
    const node = side.add('Q', new Node());
    node.rpc_config('fast', { rpc_mode: 1, transfer_mode: 'unreliable', channel: 3 });
    side.api.rpc(2, node, 'fast');
    expect(side.transport.sent.map(({ hex, mode, channel }) => [hex.slice(0, 2), mode, channel])).toEqual([
      ['01', 2, 0],
      ['e0', 0, 3],
    ]);
    side.transport.sent.length = 0;
    side.api.rpc(2, side.add('R', new Player()), 'own');
    expect(side.transport.sent.map(({ hex, mode, channel }) => [hex.slice(0, 2), mode, channel])).toEqual([
      ['01', 2, 0],
      ['a0', 2, 0],
    ]);
  });

  it('does not mix up a call that the transport’s own callback makes', () => {
    const { side, player } = stage();
    const other = side.add('Other', new Player());
    let isNested = false;
    side.transport.onSent = ({ hex }) => {
      if (isNested || !hex.startsWith('a0')) return;
      isNested = true;
      other.rpc('bump', 'nested');
    };
    side.feed(2, `0201${int32Hex(1)}`); // not told yet: reported
    player.rpc('bump');
    side.feed(2, `0201${int32Hex(1)}`);
    isNested = false;
    side.sent();
    player.rpc('bump');
    const calls = side.sent().filter((packet) => / (00|20|80|a0)/.test(packet));
    expect(calls[0]).toBe('2: a00100000000');
    expect(calls).toContain(`3: ${callHex(0, 'P')}`);
  });
});

describe('paths', () => {
  const simple = (side: Side): string[] => side.sent().map((packet) => packet.replace(/01[0-9a-f]{64}00/, '01…'));

  it('are told as they are now: after a new name, and by a new number after leaving', () => {
    const { side, player } = stage(1, [2]);
    player.rpc('own');
    expect(simple(side)).toEqual([`2: 01…01000000${textHex('P')}`, `2: ${callHex(2, 'P')}`]);
    player.name = 'New';
    player.rpc('own');
    side.join(3);
    side.sent();
    player.rpc('own');
    expect(simple(side)).toEqual([
      `3: 01…01000000${textHex('New')}`,
      `2: ${callHex(2, 'New')}`,
      `3: ${callHex(2, 'New')}`,
    ]);
    side.tree.root.remove_child(player);
    side.tree.root.add_child(player);
    player.rpc_id(2, 'own');
    expect(simple(side)).toEqual([`2: 01…02000000${textHex('New')}`, `2: ${callHex(2, 'New')}`]);
  });

  it('that a peer has numbered lead to the node, whatever its name, until it leaves', () => {
    const { side, player } = stage();
    const own = (): number => player.heard.splice(0).length;
    side.feed(2, `01${Buffer.from(player[RPCS].checksum).toString('hex')}00${int32Hex(7)}${textHex('P')}`);
    expect(side.sent()).toEqual(['2: 020107000000']);
    const byNumber = (): number => {
      side.feed(2, '800700');
      return own();
    };
    expect(byNumber()).toBe(1);
    player.name = 'Other';
    expect(byNumber()).toBe(1);
    const below = side.add('Below', new Node());
    player.reparent(below);
    expect(byNumber()).toBe(1);
    below.remove_child(player);
    expect(byNumber()).toBe(0);
    const next = side.add('P', new Player());
    side.feed(2, '800700');
    expect(next.heard).toEqual([['bump', 2]]);
  });

  it('by numbers are each peer’s own, and gone when it has left', () => {
    const { side, player } = stage();
    side.feed(2, `01${Buffer.from(player[RPCS].checksum).toString('hex')}00${int32Hex(7)}${textHex('P')}`);
    side.feed(3, '800700');
    side.leave(2);
    side.join(2);
    side.feed(2, '800700');
    expect(player.heard).toEqual([]);
    expect(reports.take()).toEqual([
      'SceneMultiplayer: peer 3 calls a method of a node that is not here: number 7; dropped',
      'SceneMultiplayer: peer 2 calls a method of a node that is not here: number 7; dropped',
    ]);
  });

  it('are told again to a peer that has left and come back', () => {
    const { side, player } = stage(1, [2]);
    player.rpc('own');
    side.feed(2, '020101000000');
    player.rpc('own');
    side.leave(2);
    side.join(2);
    player.rpc('own');
    const told = [`2: 01…01000000${textHex('P')}`, `2: ${callHex(2, 'P')}`];
    expect(simple(side)).toEqual([...told, '2: 800102', ...told]);
  });

  it('are given numbers once: a second time is reported and changes nothing', () => {
    const { side, player } = stage();
    const other = side.add('Other', new Player());
    const tell = (path: string): void =>
      side.feed(2, `01${Buffer.from(player[RPCS].checksum).toString('hex')}00${int32Hex(7)}${textHex(path)}`);
    tell('P');
    tell('Other');
    side.feed(2, '800700');
    expect([player.heard.length, other.heard.length]).toEqual([1, 0]);
    expect(reports.take()).toEqual(['SceneMultiplayer: peer 2 gives the number 7 again, to "Other"; dropped']);
  });

  it('are at most max_cached_paths of each peer; above it the long form still reaches its node', () => {
    const { side, player } = stage();
    side.api.max_cached_paths = 1;
    const other = side.add('Other', new Player());
    for (const [i, path] of ['P', 'Other'].entries()) {
      side.feed(2, `01${Buffer.from(player[RPCS].checksum).toString('hex')}00${int32Hex(i)}${textHex(path)}`);
    }
    expect(side.sent()).toEqual(['2: 020100000000']);
    expect(reports.take()).toEqual([
      'SceneMultiplayer: peer 2 speaks of more nodes than it may (max_cached_paths 1): "Other"; dropped',
    ]);
    side.feed(2, callHex(0, 'Other'));
    expect(other.heard).toEqual([['bump', 2]]);
    side.api.max_cached_paths = -1;
    expect([side.api.max_cached_paths, reports.take()]).toEqual([
      1,
      ['max_cached_paths must be at least 0, got -1; it stays as it was'],
    ]);
  });

  it('with other methods are told to the game, with the names and the likely cause, and work all the same', () => {
    const { side, player } = stage();
    side.feed(2, `01${'30'.repeat(32)}00${int32Hex(7)}${textHex('P')}`);
    side.feed(2, '800700');
    expect(side.sent()).toEqual(['2: 020007000000']);
    expect(player.heard).toHaveLength(1);
    expect(reports.take()).toEqual([
      'SceneMultiplayer: peer 2 has other callable methods at /root/P than this side (bump, move, own, shut, there): ' +
        'the two sides have different @rpc methods, or one of them is older',
    ]);
  });
});

describe('who may call', () => {
  it.each<[method: number, authority: number, from: number, isHeard: boolean]>([
    [0, 1, 2, true],
    [2, 1, 2, false],
    [2, 2, 2, true],
    [2, 3, 2, false],
    [3, 2, 2, false],
  ])('method %i of a node of %i, from %i: %s', (method, authority, from, isHeard) => {
    const { side, player } = stage();
    player.set_multiplayer_authority(authority);
    side.feed(from, callHex(method, 'P'));
    expect(player.heard.length > 0).toBe(isHeard);
    expect(reports.take().length > 0).toBe(!isHeard);
    expect(side.sent()).toEqual([]);
  });

  it('is what set_multiplayer_authority has set, below the node, too, unless it says no', () => {
    const [parent, child, late] = [new Node(), new Node(), new Node()];
    parent.add_child(child);
    parent.set_multiplayer_authority(4);
    parent.add_child(late);
    expect([child, late].map((node) => node.get_multiplayer_authority())).toEqual([4, 1]);
    parent.set_multiplayer_authority(6, false);
    expect([parent, child].map((node) => node.get_multiplayer_authority())).toEqual([6, 4]);
    expect(parent.is_multiplayer_authority()).toBe(false);
    const tree = new SceneTree();
    tree.root.add_child(parent);
    expect(parent.is_multiplayer_authority()).toBe(false);
    parent.set_multiplayer_authority(1);
    expect(parent.is_multiplayer_authority()).toBe(true);
    expect(reports.take()).toEqual(['is_multiplayer_authority: the node is not inside a tree']);
  });
});

describe('a method', () => {
  it('is called with as many arguments as it has, or as its configuration says', () => {
    const { side, player } = stage();
    const withOne = (path: string): string => `200900008001010205${textHex(path)}`;
    side.feed(2, withOne('P'));
    side.feed(2, `200b000080010202050206${textHex('P')}`);
    side.feed(2, `200900008000010205${textHex('P')}`);
    expect(player.heard).toEqual([
      ['move', 5, 6, 2],
      ['bump', 5, 2],
    ]);
    expect(reports.take()).toEqual([
      'SceneMultiplayer: a call of peer 2 on /root/P: move takes 2 arguments, got 1; "arguments" in its rpc ' +
        'configuration says otherwise; dropped',
    ]);
  });

  it('without a body on this side is reported when it is called here, and may be called there', () => {
    const { side, player } = stage();
    expect(player.rpc_id(2, 'there', 1)).toBe(OK);
    side.feed(2, callHex(4, 'P'));
    expect(reports.take()).toEqual([
      'SceneMultiplayer: a call of peer 2 on /root/P: there has no body on this side; dropped',
    ]);
  });

  it('that throws, or rejects, is reported; the next call runs, and nobody is the sender', async () => {
    class Wild extends Node {
      static rpcs: Record<string, RpcConfig> = { bad: { mode: 'any_peer' }, later: { mode: 'any_peer' } };
      bad(): void {
        throw new Error('no');
      }
      async later(): Promise<void> {
        await Promise.resolve();
        throw new Error('not now');
      }
    }
    const { side } = stage();
    side.add('W', new Wild());
    side.feed(2, callHex(0, 'W'));
    side.feed(2, callHex(1, 'W'));
    expect(side.api.get_remote_sender_id()).toBe(0);
    await new Promise((done) => setTimeout(done));
    expect(reports.take().map((text) => text.split('\n')[0])).toEqual([
      'the method "bad" of "W" threw Error: no',
      'the method "later" of "W" threw Error: not now',
    ]);
  });

  it('finds its sender, also after a call of its own that runs here, and after polling', () => {
    const senders: number[] = [];
    class Nesting extends Node {
      static rpcs: Record<string, RpcConfig> = {
        inner: { mode: 'any_peer', call_local: true },
        outer: { mode: 'any_peer' },
      };
      #note(): void {
        senders.push(this.multiplayer?.get_remote_sender_id() ?? -1);
      }
      inner(): void {
        this.#note();
      }
      outer(): void {
        this.#note();
        this.rpc('inner');
        this.#note();
        this.multiplayer?.poll();
        this.get_tree()?.process(0);
        this.#note();
      }
    }
    const { side } = stage();
    side.add('N', new Nesting());
    side.feed(2, callHex(1, 'N'));
    expect([senders, side.api.get_remote_sender_id()]).toEqual([[2, 1, 2, 2], 0]);
  });

  it('finds the data of its sender that the door has let in', () => {
    const seen: unknown[] = [];
    class Data extends Node {
      static rpcs: Record<string, RpcConfig> = { ask: { mode: 'any_peer' } };
      ask(): void {
        const { multiplayer } = this;
        seen.push(multiplayer?.multiplayer_peer?.get_peer_data(multiplayer.get_remote_sender_id()));
      }
    }
    const { side } = stage();
    const node = new Data();
    side.add('D', node);
    Object.assign(side.transport, { get_peer_data: (id: number) => ({ player: id }) });
    side.feed(3, callHex(0, 'D'));
    expect(seen).toEqual([{ player: 3 }]);
    side.api.multiplayer_peer = new OfflineMultiplayerPeer();
    node.ask();
    expect(seen).toEqual([{ player: 3 }, null]);
  });

  it('may free its node, take the peer away, or clear the API', () => {
    for (const act of ['free', 'queue_free', 'disconnect', 'null', 'clear'] as const) {
      const { side } = stage();
      class Ending extends Node {
        static rpcs: Record<string, RpcConfig> = { end: { mode: 'any_peer' } };
        end(): void {
          if (act === 'free' || act === 'queue_free') this[act]();
          else if (act === 'disconnect') side.api.disconnect_peer(2);
          else if (act === 'clear') side.api.clear();
          else side.api.multiplayer_peer = null;
        }
      }
      side.add('E', new Ending());
      side.feed(2, callHex(0, 'E'));
      side.feed(2, callHex(0, 'E'));
      expect(reports.take().filter((text) => text.includes('threw'))).toEqual([]);
      expect(side.api.get_remote_sender_id()).toBe(0);
    }
  });

  it('gets objects only when they are allowed', () => {
    const data = new ObjectData('Gradient', new Map([['x', 1]]));
    const sender = stage(2, [1]);
    sender.side.api.allow_object_decoding = true;
    sender.player.rpc_id(1, 'bump', data);
    const call = sender.side.transport.sent.at(-1)?.hex ?? '';
    const { side, player } = stage(1, [2]);
    side.feed(2, call);
    expect(player.heard).toEqual([]);
    expect(reports.take()).toEqual([expect.stringContaining('argument 0 does not decode')]);
    side.api.allow_object_decoding = true;
    side.feed(2, call);
    expect(player.heard).toEqual([['bump', expect.any(ObjectData), 2]]);
  });
});
