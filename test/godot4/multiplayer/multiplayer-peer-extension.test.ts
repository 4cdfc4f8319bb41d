// A transport that is a script: which of its methods are called and what comes of them, held against what Godot 4 has
// told of the same one; a game over it; what is missing or wrong in a script.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ClassDB, FAILED, MultiplayerPeerExtension, OK, SceneMultiplayer } from '../../../host/index.js';
import { Bare, type Drive, extensionRecord, playScene, Star, Told } from '../../helpers/extension-twin.js';
import { useReports } from '../../helpers/reports.js';

const reports = useReports();
const { calls, scene } = extensionRecord();

/** Calls `method` with recorded arguments: packets are arrays of numbers there. */
function callOf(peer: MultiplayerPeerExtension, method: string, args: readonly unknown[]): unknown {
  const own = args.map((value) => (Array.isArray(value) ? Uint8Array.from(value) : value));
  const result = (peer as unknown as Record<string, (...values: unknown[]) => unknown>)[method](...own);
  return result instanceof Uint8Array ? [...result] : (result ?? null);
}

describe('MultiplayerPeerExtension', () => {
  const told = new Told();
  test.each(calls.map((row, index) => ({ ...row, index })))(
    '$index: $call($args) calls the script as in Godot 4',
    ({ call, args, result, virtual }) => {
      expect(callOf(told, call, args)).toEqual(result);
      expect(told.log.splice(0)).toEqual(virtual);
      reports.take();
    },
  );

  const bare = new Bare();
  test.each(calls.map((row, index) => ({ ...row, index, expected: row.bare })))(
    '$index: $call($args) of a script without methods returns what it does in Godot 4',
    ({ call, args, expected }) => {
      expect(callOf(bare, call, args)).toEqual(expected);
      reports.take();
    },
  );

  test('has the properties of its script', () => {
    const peer = new Star(1);
    peer.transfer_channel = 5;
    peer.transfer_mode = 1;
    peer.refuse_new_connections = true;
    expect([peer.channel, peer.mode, peer.refuses]).toEqual([5, 1, true]);
    expect([peer.transfer_channel, peer.transfer_mode, peer.refuse_new_connections]).toEqual([5, 1, true]);
    expect([peer.get('transfer_channel'), peer.get('refuse_new_connections')]).toEqual([5, true]);
  });

  test('tells once of each method that is missing, and not of those that need not be there', () => {
    const peer = new Bare();
    for (let i = 0; i < 3; i += 1) {
      peer.poll();
      peer.get_unique_id();
      peer.refuse_new_connections = true;
      peer.is_server_relay_supported();
      expect([peer.put_packet(Uint8Array.of(1)), peer.get_packet().length]).toEqual([FAILED, 0]);
    }
    expect(reports.take()).toEqual(
      ['_poll', '_get_unique_id', '_put_packet_script', '_get_packet_script'].map(
        (method) => `MultiplayerPeerExtension: ${method} was called, and has to be overridden`,
      ),
    );
    expect(peer.refuse_new_connections).toBe(true);
  });

  test('has the defaults of every transport as long as there is no script', () => {
    const defaults = ['transfer_channel', 'transfer_mode', 'refuse_new_connections'].map((property) =>
      ClassDB.class_get_property_default_value('MultiplayerPeerExtension', property),
    );
    expect(defaults).toEqual([0, 2, false]);
    expect(reports.take()).toEqual([]);
  });

  test('takes a packet even if the script asks its base first', () => {
    const peer = new (class extends MultiplayerPeerExtension {
      override _get_packet_script(): Uint8Array {
        return super._get_packet_script().length === 0 ? Uint8Array.of(7) : Uint8Array.of(8);
      }
    })();
    expect([[...peer.get_packet()], peer.get_packet_error()]).toEqual([[7], OK]);
    reports.take();
  });

  const WRONG: [string, string, unknown, (peer: MultiplayerPeerExtension) => unknown][] = [
    ['no bytes', '_get_packet_script', 'text', (peer) => peer.get_packet()],
    ['no bytes', '_get_packet_script', undefined, (peer) => peer.get_var()],
    ['no error code', '_put_packet_script', undefined, (peer) => peer.put_packet(Uint8Array.of(1))],
    ['no number', '_get_available_packet_count', null, (peer) => peer.get_available_packet_count()],
    ['no integer', '_get_packet_peer', 1.5, (peer) => peer.get_packet_peer()],
    ['no number', '_get_unique_id', '1', (peer) => peer.get_unique_id()],
    ['no number', '_get_packet_channel', '1', (peer) => peer.get_packet_channel()],
    ['no number', '_get_packet_mode', null, (peer) => peer.get_packet_mode()],
    ['no number', '_get_transfer_channel', undefined, (peer) => peer.transfer_channel],
    ['no number', '_get_transfer_mode', undefined, (peer) => peer.transfer_mode],
    ['no number', '_get_connection_status', undefined, (peer) => peer.get_connection_status()],
    ['no bool', '_is_refusing_new_connections', 1, (peer) => peer.refuse_new_connections],
    ['no bool', '_is_server_relay_supported', undefined, (peer) => peer.is_server_relay_supported()],
  ];
  test.each(WRONG)('%s of %s throws with its name', (_what, method, value, act) => {
    const peer = new MultiplayerPeerExtension();
    Object.defineProperty(peer, method, { value: () => value });
    expect(() => act(peer)).toThrow(`${method}()`);
  });

  test('checks what it is given before the script gets it', () => {
    const told = new Told();
    expect(() => told.set_target_peer('all' as never)).toThrow(/id/);
    expect(() => told.set_transfer_channel('main' as never)).toThrow(/channel/);
    expect(() => told.set_refuse_new_connections(1 as never)).toThrow(/enable/);
    expect(() => told.disconnect_peer(1, 'now' as never)).toThrow(/force/);
    expect(() => told.put_packet('text' as never)).toThrow(/buffer/);
    expect(told.log).toEqual([]);
  });

  test('what a script throws comes out of the call', () => {
    const peer = new Star(1);
    peer._poll = () => {
      throw new Error('the wire is cut');
    };
    const api = new SceneMultiplayer();
    api.multiplayer_peer = peer;
    expect(() => api.poll()).toThrow('the wire is cut');
    peer._poll = () => {};
    expect(api.poll()).toBe(OK);
  });

  test('emits activity once until the next poll, also through a SceneMultiplayer', () => {
    const peer = new Star(1);
    const api = new SceneMultiplayer();
    api.multiplayer_peer = peer;
    const heard: string[] = [];
    peer.connect('activity', () => heard.push('peer'));
    api.connect('activity', () => heard.push('api'));
    for (let i = 0; i < 3; i += 1) peer.notify_activity();
    expect(heard.sort()).toEqual(['api', 'peer']);
    api.poll();
    peer.notify_activity();
    expect(heard).toHaveLength(4);
    api.multiplayer_peer = null;
    peer.poll();
    peer.notify_activity();
    expect(heard.filter((who) => who === 'api')).toHaveLength(2);
  });
});

/** Polls only those whose `activity` was emitted. */
const BY_ACTIVITY = (): Drive => {
  const rung = new Set<SceneMultiplayer>();
  const known = new Set<SceneMultiplayer>();
  return (apis) => {
    for (const api of apis) {
      if (known.has(api)) continue;
      known.add(api);
      rung.add(api);
      api.connect('activity', () => rung.add(api));
    }
    for (let turn = 0; rung.size > 0; turn += 1) {
      if (turn > 20) throw new Error('the bells do not stop');
      for (const api of apis) if (rung.delete(api)) api.poll();
    }
  };
};

describe('SceneMultiplayers over it', () => {
  test('send, call and tell what they do in Godot 4, packet by packet', () => {
    expect(playScene()).toEqual(scene);
    expect(reports.take()).toEqual([]);
  });

  test('do the same when they are polled on activity only', () => {
    expect(playScene(BY_ACTIVITY()).sort()).toEqual([...scene].sort());
    expect(reports.take()).toEqual([]);
  });

  test('forget a peer that was disconnected by force, and all when the transport was closed', () => {
    const [server, client] = [new Star(1), new Star(2)];
    client.join(server);
    const api = new SceneMultiplayer();
    api.multiplayer_peer = server;
    api.poll();
    expect([...api.get_peers()]).toEqual([2]);
    server.disconnect_peer(2, true);
    expect([...api.get_peers()]).toEqual([]);
    new Star(3).join(server);
    api.poll();
    let ends = 0;
    api.connect('server_disconnected', () => {
      ends += 1;
    });
    server.close();
    expect([...api.get_peers()]).toEqual([]);
    api.poll();
    expect(ends).toBe(1);
  });

  test('keep the peers of a transport that close() does not end', () => {
    const server = new Star(1);
    new Star(2).join(server);
    server._close = () => {};
    const api = new SceneMultiplayer();
    api.multiplayer_peer = server;
    api.poll();
    server.close();
    api.poll();
    expect([...api.get_peers()]).toEqual([2]);
  });

  test('play over the example of the class', () => {
    const path = new URL('../../../host/godot4/multiplayer/multiplayer-peer-extension.ts', import.meta.url);
    const [, example] = /```js\n([^`]*)```/.exec(readFileSync(path, 'utf8').replace(/^ \* ?/gm, '')) ?? [];
    const made = new Function('MultiplayerPeerExtension', 'OK', `${example}; return LocalPeer;`);
    const LocalPeer = made(MultiplayerPeerExtension, OK) as { pair(): MultiplayerPeerExtension[] };
    const heard: string[] = [];
    const polled = new Set<SceneMultiplayer>();
    const [server, client] = LocalPeer.pair().map((peer) => {
      const api = new SceneMultiplayer();
      api.connect('activity', () => polled.add(api));
      api.connect('peer_connected', (id) => heard.push(`connected ${id}`));
      api.connect('peer_packet', (id, packet) => heard.push(`${packet} of ${id}`));
      api.connect('server_disconnected', () => heard.push('over'));
      api.multiplayer_peer = peer;
      return api;
    });
    const settle = (): string[] => {
      for (const api of polled) {
        polled.delete(api);
        api.poll();
      }
      return heard.splice(0);
    };
    for (const api of [server, client]) api.poll();
    expect(settle()).toEqual(['connected 2', 'connected 1']);
    server.send_bytes(Uint8Array.of(5), 2, 1, 3);
    client.send_bytes(Uint8Array.of(6), 1);
    server.send_bytes(Uint8Array.of(7), -2);
    expect(settle()).toEqual(['5 of 1', '6 of 2']);
    client.disconnect_peer(1);
    expect(settle()).toEqual(['over', 'over']);
  });
});
