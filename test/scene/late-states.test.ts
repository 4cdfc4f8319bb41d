// States of nodes that are not here any more: what is sent all the time may come late, and is no mistake.
import { describe, expect, it } from 'vitest';
import { type SceneMultiplayer, WebSocketMultiplayerPeer } from '../../host/index.js';
import { SceneTree } from '../../host/scene/index.js';
import { until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';
import { useScope } from '../interop/lib/watch.js';

const NUMBER = [77, 0, 0, 0];
const SIZE = [2, 0, 0, 0];
const VALUE = [0x02, 0x05];

describe('states of a synchronizer that is not here', () => {
  const reports = useReports();
  const scope = useScope();

  const vectors: readonly [what: string, packet: readonly number[], expected: readonly string[]][] = [
    ['states that are always sent: nothing', [0x06, 1, 0, ...NUMBER, ...SIZE, ...VALUE], []],
    [
      'changes: a report, for they are sent once',
      [0x16, ...NUMBER, 1, 0, 0, 0, 0, 0, 0, 0, ...SIZE, ...VALUE],
      [expect.stringContaining('is dropped: number 77 is no MultiplayerSynchronizer here')],
    ],
  ];
  it.each(vectors)('%s', async (_, packet, expected) => {
    const tree = new SceneTree();
    const server = new WebSocketMultiplayerPeer();
    const client = new WebSocketMultiplayerPeer();
    scope.defer(() => {
      client.close();
      server.close();
      tree.free();
    });
    server.create_server(0, '127.0.0.1');
    tree.get_multiplayer().multiplayer_peer = server;
    client.create_client(`ws://127.0.0.1:${server.get_local_port()}`);
    const heard: string[] = [];
    const api = tree.get_multiplayer() as SceneMultiplayer;
    api.connect('peer_packet', (_id: number, bytes: Uint8Array) => heard.push(`${bytes}`));
    const poll = (): void => {
      tree.process(0);
      client.poll();
    };
    await until(() => {
      poll();
      return client.get_connection_status() === 2 && api.get_peers().length === 1;
    }, 'the client');
    client.set_target_peer(1);
    client.put_packet(Uint8Array.from(packet));
    client.put_packet(Uint8Array.from([0x03, 9]));
    await until(() => {
      poll();
      return heard.length > 0;
    }, 'the last packet');
    expect(reports.take()).toEqual(expected);
  });
});
