// Signals and constants as scripts write them: objects of the instance, typed, and gone with it.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { WebSocketClient, WebSocketServer } from '../../host/godot3/index.js';
import {
  GodotObject,
  HashingContext,
  is_instance_valid,
  MultiplayerPeer,
  Signal,
  StreamPeerTCP,
  TCPServer,
  WebSocketMultiplayerPeer,
  WebSocketPeer,
} from '../../host/index.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

describe('a signal as an object', () => {
  it('connects, emits, disconnects, and tells who is connected', () => {
    const peer = new WebSocketMultiplayerPeer();
    const heard: number[] = [];
    const callable = (id: number): unknown => heard.push(id);
    expect(peer.peer_connected.connect(callable)).toBe(0);
    expect([peer.peer_connected.is_connected(callable), peer.peer_connected.has_connections()]).toEqual([true, true]);
    peer.peer_connected.emit(7);
    peer.emit_signal('peer_connected', 8);
    peer.peer_connected.disconnect(callable);
    peer.peer_connected.emit(9);
    expect([heard, peer.peer_connected.get_connections()]).toEqual([[7, 8], []]);
    expect([peer.peer_connected.get_name(), peer.peer_connected.get_object()]).toEqual(['peer_connected', peer]);
    expect(peer.peer_connected).toBe(peer.peer_connected);
  });

  it('takes the flags of connect', () => {
    const peer = new WebSocketPeer();
    let heard = 0;
    peer.activity.connect(() => {
      heard += 1;
    }, GodotObject.CONNECT_ONE_SHOT);
    peer.activity.emit();
    peer.activity.emit();
    expect(heard).toBe(1);
  });

  it('stands for one that add_user_signal has added', () => {
    const peer = new WebSocketPeer();
    peer.add_user_signal('scored', [{ name: 'points', type: 2 }]);
    const scored = new Signal<[points: number]>(peer, 'scored');
    const heard: number[] = [];
    scored.connect((points) => heard.push(points));
    scored.emit(3);
    expect(heard).toEqual([3]);
    peer.remove_user_signal('scored');
    expect([peer.has_signal('scored'), scored.connect(() => {})]).toEqual([false, 31]);
    expect(reports.take()).toHaveLength(1);
  });

  it('shows the types of its arguments by their numbers', () => {
    const peer = new WebSocketPeer();
    const types = [2, 5, 38, 39, 0, -1, undefined];
    peer.add_user_signal(
      'hit',
      types.map((type, at) => ({ name: `a${at}`, ...(type === undefined ? {} : { type }) })),
    );
    const { args } = peer.get_signal_list().at(-1) as { args: { type: number; usage: number }[] };
    const any = 131_078; // PROPERTY_USAGE_DEFAULT and NIL_IS_VARIANT
    expect(args.map(({ type, usage }) => [type, usage])).toEqual([[2, 6], [5, 6], [38, 6], ...Array(4).fill([0, any])]);
  });

  const promised: [what: string, args: unknown[], value: unknown][] = [
    ['nothing', [], undefined],
    ['the argument', [5], 5],
    ['a list of several', [5, 'x'], [5, 'x']],
  ];
  it.each(promised)('as a promise resolves with %s', async (_what, args, value) => {
    const peer = new WebSocketPeer();
    peer.add_user_signal('told');
    const told = new Signal(peer, 'told').as_promise();
    peer.emit_signal('told', ...args);
    peer.emit_signal('told', 'later');
    expect(await told).toEqual(value);
  });

  it('as a promise rejects when the object is freed', async () => {
    const peer = new WebSocketMultiplayerPeer();
    const joined = peer.peer_connected.as_promise();
    const heard = peer.activity.as_promise();
    peer.activity.emit();
    peer.free();
    await expect(joined).rejects.toThrow('was freed before it emitted the signal');
    expect(await heard).toBe(undefined);
  });

  it('is there for every signal of every class', () => {
    for (const object of [
      new WebSocketServer(),
      new WebSocketClient(),
      new WebSocketMultiplayerPeer(),
      new TCPServer(),
    ]) {
      const names = object.get_signal_list().map(({ name }) => name);
      const objects = names.map((name) => (object as unknown as Record<string, unknown>)[name]);
      expect(objects.filter((signal) => !(signal instanceof Signal))).toEqual([]);
    }
  });

  it('has the types of its class', () => {
    const peer = new WebSocketMultiplayerPeer();
    expectTypeOf(peer.peer_connected).toEqualTypeOf<Signal<[id: number]>>();
    expectTypeOf(peer.peer_connected.as_promise()).toEqualTypeOf<Promise<number>>();
    expectTypeOf(new WebSocketPeer().activity.as_promise()).toEqualTypeOf<Promise<undefined>>();
    expectTypeOf(peer.connect<'peer_connected'>)
      .parameter(1)
      .toEqualTypeOf<(id: number) => unknown>();
    // @ts-expect-error there is no such signal
    peer.connect('typo', () => {});
    // @ts-expect-error the signal gives one argument
    peer.connect('peer_connected', (_id: number, _more: number) => {});
    expect(reports.take()).toHaveLength(1);
  });
});

describe('constants of an instance', () => {
  const rows: [object, string, number][] = [
    [new WebSocketPeer(), 'STATE_OPEN', 1],
    [new WebSocketPeer(), 'WRITE_MODE_BINARY', 1],
    [new WebSocketPeer(), 'CONNECT_ONE_SHOT', 4],
    [new WebSocketMultiplayerPeer(), 'CONNECTION_CONNECTED', 2],
    [new WebSocketMultiplayerPeer(), 'TARGET_PEER_SERVER', 1],
    [new StreamPeerTCP(), 'STATUS_ERROR', 3],
    [new HashingContext(), 'HASH_SHA256', 2],
    [new WebSocketServer(), 'TRANSFER_MODE_RELIABLE', 2],
  ];
  it.each(rows)('%#: are those of the class', (instance, name, value) => {
    expect((instance as Record<string, unknown>)[name]).toBe(value);
    expect(Object.keys(instance)).not.toContain(name);
  });

  it('are all that the class and those above have', () => {
    const peer = new WebSocketMultiplayerPeer() as unknown as Record<string, unknown>;
    const classes = [GodotObject, MultiplayerPeer] as unknown as Record<string, unknown>[];
    for (const class_ of classes) {
      for (const name of Object.getOwnPropertyNames(class_)) {
        if (/^[A-Z_0-9]+$/.test(name)) expect([name, peer[name]]).toEqual([name, class_[name]]);
      }
    }
  });

  it('have types', () => {
    expectTypeOf(new WebSocketPeer().STATE_OPEN).toEqualTypeOf<1>();
    expectTypeOf(new WebSocketMultiplayerPeer().CONNECTION_CONNECTED).toBeNumber();
  });
});

it('is_instance_valid tells objects from what was freed', () => {
  const peer = new WebSocketPeer();
  expect([is_instance_valid(peer), is_instance_valid(null), is_instance_valid({})]).toEqual([true, false, false]);
  peer.free();
  expect(is_instance_valid(peer)).toBe(false);
});
