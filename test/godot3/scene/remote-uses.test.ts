// Calls and properties of Godot 3's nodes: what is refused and reported, what nodes and peers come and go, and limits. The
// bytes of everyday are in recordings.test.ts.
import { describe, expect, it } from 'vitest';
import { NetworkedMultiplayerPeer } from '../../../host/godot3/index.js';
import { MultiplayerAPI, Node, type RpcDeclaration, SceneTree } from '../../../host/godot3/scene/index.js';
import { var2bytes } from '../../../host/variant/index.js';
import { useReports } from '../../helpers/reports.js';
import { bytesOf, hexOf, RecordedPeer } from './recorded-peer.js';

class Player extends Node {
  static override readonly rpcs: Record<string, RpcDeclaration> = {
    hit: 'remote',
    own: 'master',
    seen: 'puppet',
    both: 'sync',
    loud: 'remotesync',
    fails: 'remote',
    absent: 'remote',
    many: { mode: 'remote', arguments: [0, 3] },
  };
  static override readonly rsets: Record<string, RpcDeclaration> = { health: 'remote', missing: 'remote' };
  health = 100;
  readonly calls: unknown[][] = [];

  #note(...call: unknown[]): void {
    this.calls.push([...call, this.get_tree()?.get_rpc_sender_id()]);
  }
  hit(by: unknown): void {
    this.#note('hit', by);
  }
  own(by: unknown): void {
    this.#note('own', by);
  }
  seen(by: unknown): void {
    this.#note('seen', by);
  }
  both(by: unknown): void {
    this.#note('both', by);
  }
  loud(by: unknown): void {
    this.#note('loud', by);
  }
  fails(): void {
    throw new Error('no luck');
  }
  many(...all: unknown[]): void {
    this.#note('many', ...all);
  }
  hidden(): void {
    this.#note('hidden');
  }
}

const A = 0x0a0a_0a0a;
const B = 0x0b0b_0b0b;
const text = (value: string): string => hexOf(new TextEncoder().encode(`${value}\0`));
const u32 = (value: number): string => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return hexOf(bytes);
};
/** A call, or with `command` 01 a property, of the node at `path`. */
function useAt(path: string, name: string, values: string, command = '00'): string {
  const head = `${command}00000000${text(name)}${values}`;
  return `${command}${u32(0x8000_0000 + head.length / 2)}${text(name)}${values}${text(path)}`;
}
const ONE = `01${hexOf(var2bytes(1))}`;

describe('nodes of Godot 3', () => {
  const reports = useReports();

  function game(id = 1, others: readonly number[] = [A, B]): { tree: SceneTree; peer: RecordedPeer; player: Player } {
    const tree = new SceneTree();
    const player = new Player();
    player.name = 'P';
    tree.root.add_child(player);
    const peer = new RecordedPeer(id);
    tree.network_peer = peer;
    for (const other of others) peer.join(other);
    return { tree, peer, player };
  }

  function receive({ tree, peer }: { tree: SceneTree; peer: RecordedPeer }, hex: string, from = A): void {
    peer.receive(from, bytesOf(hex));
    tree.process(0);
  }

  it.each([
    ['a call without a number of arguments', useAt('P', 'hit', ''), /"hit" .* it has no number of arguments/],
    ['fewer arguments than it says', useAt('P', 'hit', `02${ONE.slice(2)}`), /"hit" .* value 1 does not decode/],
    ['more than its arguments', useAt('P', 'hit', `${ONE}00`), /"hit" .* 1 bytes follow its values/],
    [
      'more arguments than the method takes',
      useAt('P', 'hit', `02${ONE.slice(2)}${ONE.slice(2)}`),
      /takes 1 arguments, got 2/,
    ],
    [
      'more arguments than the rule allows',
      useAt('P', 'many', `04${ONE.slice(2).repeat(4)}`),
      /takes 0 to 3 arguments, got 4/,
    ],
    ['a method that nobody may call', useAt('P', 'hidden', '00'), /"hidden" .* neither in static rpcs/],
    ['a method of every object', useAt('P', 'free', '00'), /"free" .* neither in static rpcs/],
    ['a key of every object', useAt('P', '__proto__', ONE.slice(2), '01'), /"__proto__" .* neither in static rsets/],
    ['a method without a body', useAt('P', 'absent', '00'), /has no body on this side/],
    ['a property that is not there', useAt('P', 'missing', ONE.slice(2), '01'), /no such property/],
    ['a method that throws', useAt('P', 'fails', '00'), /the method "fails" of \/root\/P threw Error: no luck/],
    [
      'a puppet method at the master',
      useAt('P', 'seen', ONE),
      /its mode is "puppet", and the node's master is this side/,
    ],
    ['a node that is not here', useAt('Q', 'hit', ONE), /is for a node that is not here: "Q"/],
    ['a number that was not told', `0007000000${text('hit')}${ONE}`, /is for a node that is not here: number 7/],
    ['a path above the root', useAt('../P', 'hit', ONE), /is for a node that is not here/],
    ['an absolute path', useAt('/root/P', 'hit', ONE), /is for a node that is not here/],
    ['a path that does not end', useAt('P', 'hit', ONE).slice(0, -2), /an rpc of peer \d+ is malformed/],
    ['a path behind the end', `00ffffffff${text('hit')}${ONE}${text('P')}`, /an rpc of peer \d+ is malformed/],
    ['a path inside the name', `0006000080${text('hit')}${ONE}${text('P')}`, /an rpc of peer \d+ is malformed/],
    ['a path that is the end of the name', `0007000080${text('hiP')}`, /an rpc of peer \d+ is malformed/],
    ['a name that does not end', '0001000000686974', /an rpc of peer \d+ is malformed/],
    ['no name', '000100000000', /an rpc of peer \d+ is malformed/],
    ['a name that is not UTF-8', `0001000000ff00${ONE}`, /an rpc of peer \d+ is malformed/],
    ['an rset that is cut short', '010100', /an rset of peer \d+ is malformed/],
    ['an rset without a value', useAt('P', 'health', '', '01'), /"health" .* value 0 does not decode/],
    ['a path for a number without an end', '020100000050', /a path of peer \d+ is malformed/],
    ['an empty path for a number', '020100000000', /a path of peer \d+ is malformed/],
    ['a confirmation without an end', '0350', /a confirmation of peer \d+ is malformed/],
    ['no bytes of the game', '04', /a packet of peer \d+ has no bytes/],
    ['an unknown type', '0977', /has the unknown type 9/],
  ])('report %s, once, and drop it', (_what, hex, message) => {
    const here = game();
    receive(here, hex);
    receive(here, hex);
    const told = reports.take();
    expect(told[0]).toMatch(message);
    expect(told).toHaveLength(1);
    expect(here.player.calls).toEqual([]);
    expect(here.player.health).toBe(100);
  });

  it('drop every packet that is cut short or changed, without throwing', () => {
    const here = game();
    const whole = bytesOf(useAt('P', 'hit', ONE));
    for (let size = 0; size < whole.length; size += 1) receive(here, hexOf(whole.subarray(0, size)));
    for (let at = 0; at < whole.length; at += 1) {
      for (const bit of [1, 8, 128]) receive(here, hexOf(whole.map((byte, i) => (i === at ? byte ^ bit : byte))));
    }
    receive(here, useAt('P', 'hit', ONE), B);
    expect(here.player.calls.at(-1)).toEqual(['hit', 1, B]);
  });

  it.each([
    ['remote', 'hit', A, true],
    ['remote', 'hit', B, true],
    ['puppet, from the master', 'seen', A, true],
    ['puppet, from somebody else', 'seen', B, false],
    ['master, on another side', 'own', A, false],
  ])('run what is %s only where it may', (_mode, method, from, isRun) => {
    const here = game();
    here.player.set_network_master(A);
    receive(here, useAt('P', method, ONE), from);
    expect(here.player.calls).toEqual(isRun ? [[method, 1, from]] : []);
  });

  it.each([
    ['to nobody', 999, 'hit', [], /rpc "hit": there is no peer 999/],
    ['to itself, which its mode does not allow', 1, 'hit', [], /its mode does not allow it on this side itself/],
    ['to all but somebody who is not there', -999, 'both', [['both', 2, 1]], /there is no peer 999/],
  ])('say that a call is %s', (_what, target, method, calls, message) => {
    const { player, peer } = game();
    expect(player.rpc_id(target, method as 'hit', 2)).toBe(null);
    expect(reports.take().join('\n')).toMatch(message);
    expect(peer.sent).toEqual([]);
    expect(player.calls).toEqual(calls);
  });

  it.each<[string, (player: Player, tree: SceneTree, peer: RecordedPeer) => void, RegExp]>([
    ['outside of a tree', (player, tree) => tree.root.remove_child(player), /not inside a tree/],
    ['without a network_peer', (_player, tree) => tree.set_network_peer(null), /there is no network_peer/],
    [
      'while it is not connected',
      (_player, _tree, peer) => {
        peer.status = NetworkedMultiplayerPeer.CONNECTION_CONNECTING;
      },
      /the network_peer is not connected/,
    ],
  ])('print that they can not call %s', (_when, prepare, message) => {
    const { player, tree, peer } = game();
    prepare(player, tree, peer);
    player.rpc('both', 1);
    player.rset('health', 1);
    expect(reports.take().join('\n')).toMatch(message);
    expect(player.calls).toEqual([]);
    expect(player.health).toBe(100);
  });

  it('tell a newcomer of their numbers, and the others no more', () => {
    const here = game(1, [A]);
    here.player.rpc('hit', 1);
    receive(here, `03${text('P')}`);
    here.peer.sent = [];
    here.peer.join(B);
    here.player.rpc('hit', 2);
    const use = (value: number): string => `${text('hit')}01${hexOf(var2bytes(value))}`;
    expect(here.peer.sent.map(({ target, hex }) => [target, hex.slice(18)])).toEqual([
      [B, `0201000000${text('P')}`],
      [A, `0001000000${use(2)}`],
      [B, useAt('P', 'hit', `01${hexOf(var2bytes(2))}`)],
    ]);
    receive(here, `03${text('P')}`, B);
    here.peer.sent = [];
    here.player.rpc('hit', 3);
    here.player.rpc_id(-A, 'hit', 3);
    expect(here.peer.sent.map(({ target, hex }) => [target, hex.slice(18)])).toEqual([
      [0, `0001000000${use(3)}`],
      [-A, `0001000000${use(3)}`],
    ]);
  });

  it.each<[string, (player: Player, tree: SceneTree) => void, string]>([
    [
      'has left and come back',
      (player, tree) => {
        tree.root.remove_child(player);
        tree.root.add_child(player);
      },
      'P',
    ],
    ['has another name', (player) => player.set_name('Q'), 'Q'],
    [
      'is below another root',
      (player, tree) => {
        tree.multiplayer.root_node = player;
      },
      '.',
    ],
  ])('have another number when a node %s', (_what, change, path) => {
    const here = game(1, [A]);
    here.player.rpc('hit', 1);
    receive(here, `03${text('P')}`);
    change(here.player, here.tree);
    here.peer.sent = [];
    here.player.rpc('hit', 1);
    expect(here.peer.sent.map(({ hex }) => hex.slice(18))).toEqual([
      `0202000000${text(path)}`,
      useAt(path, 'hit', ONE),
    ]);
    expect(reports.take()).toEqual([]);
  });

  it('are not reached above the root_node', () => {
    const here = game();
    const inner = new Player();
    inner.name = 'Inner';
    here.player.add_child(inner);
    here.tree.multiplayer.root_node = inner;
    for (const path of ['..', '../../P', '/root/P', '.']) receive(here, useAt(path, 'hit', ONE));
    expect(here.player.calls).toEqual([]);
    expect(inner.calls).toEqual([['hit', 1, A]]);
  });

  it('find the node of a number again when it has come later, or under the same path', () => {
    const here = game();
    const call = `0009000000${text('hit')}${ONE}`;
    receive(here, `0209000000${text('P/Child')}`);
    expect(here.peer.sent.map(({ target, hex }) => [target, hex.slice(18)])).toEqual([[A, `03${text('P/Child')}`]]);
    receive(here, call);
    expect(reports.take()).toEqual([expect.stringMatching(/is not here: "P\/Child"/)]);
    const children = [new Player(), new Player()];
    for (const child of children) {
      child.name = 'Child';
      here.player.add_child(child);
      receive(here, call);
      here.player.remove_child(child);
    }
    expect(children.map(({ calls }) => calls)).toEqual([[['hit', 1, A]], [['hit', 1, A]]]);
  });

  it('keep no more numbers of a peer than max_cached_paths, and none of one that has left', () => {
    const here = game();
    here.tree.multiplayer.max_cached_paths = 2;
    for (const number of [1, 2, 3]) receive(here, `02${u32(number)}${text('P')}`);
    expect(reports.take()).toEqual([expect.stringMatching(/more nodes than it may \(max_cached_paths 2\): "P"/)]);
    const call = (number: number): string => `00${u32(number)}${text('hit')}${ONE}`;
    for (const number of [1, 2, 3]) receive(here, call(number));
    expect(here.player.calls).toHaveLength(2);
    here.peer.leave(A);
    here.tree.process(0);
    receive(here, call(1));
    here.peer.join(A);
    receive(here, call(1));
    expect(here.player.calls).toHaveLength(2);
  });

  it('do what a peer has wanted before it left', () => {
    const { tree, peer, player } = game();
    peer.receive(A, bytesOf(`0201000000${text('P')}`));
    tree.process(0);
    peer.leave(A);
    peer.receive(A, bytesOf(`0001000000${text('hit')}${ONE}`));
    tree.process(0);
    expect(player.calls).toEqual([['hit', 1, A]]);
  });

  it('report a confirmation of a path that was not told', () => {
    const here = game();
    here.player.rpc_id(B, 'hit', 1);
    receive(here, `03${text('P')}`);
    expect(reports.take()).toEqual([expect.stringMatching(/confirms a path that it was not told: "P"/)]);
  });

  it('refuse objects unless they are allowed', () => {
    const here = game();
    // An object as its id stays what it is: nothing that runs.
    receive(here, useAt('P', 'hit', `01${'1100010071050000' + '00000000'}`));
    expect(here.player.calls).toHaveLength(1);
    receive(here, useAt('P', 'hit', `01${'11000000' + '00000000'}`));
    expect(here.player.calls).toHaveLength(1);
  });

  it('use the API of their own before that of the tree', () => {
    const here = game();
    const api = new MultiplayerAPI();
    const peer = new RecordedPeer();
    api.network_peer = peer;
    api.root_node = here.tree.root;
    here.player.custom_multiplayer = api;
    peer.join(A);
    here.player.rpc('hit', 1);
    expect([peer.sent.length, here.peer.sent.length]).toEqual([2, 0]);
    expect(here.player.multiplayer).toBe(api);
  });

  it('take no mode that is not one', () => {
    const { player } = game();
    expect(() => player.rpc_config('hidden', 7 as 1)).toThrow(/mode must be an RPCMode, or one of disabled, remote/);
    class Wrong extends Node {
      static override readonly rpcs = { hit: 'remotes' as 'remote' };
      hit(): void {}
    }
    const wrong = new Wrong();
    expect(() => wrong.rpc_config('hit', 1)).toThrow(/the rule of "hit" must be an RPCMode/);
  });

  it('follow rpc_config instead of the class until it is taken back', () => {
    const here = game();
    const modes = [MultiplayerAPI.RPC_MODE_REMOTE, MultiplayerAPI.RPC_MODE_DISABLED];
    for (const mode of modes) {
      here.player.rpc_config('seen', mode);
      receive(here, useAt('P', 'seen', ONE));
    }
    expect(here.player.calls).toEqual([['seen', 1, A]]);
  });
});
