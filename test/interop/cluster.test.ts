// Rooms and gateways of the built package in processes of their own, over each broker: joining, numbered packets in both
// directions, broadcasts, relays, and remote calls of nodes.
import { beforeEach, expect, it } from 'vitest';
import { OK, SceneMultiplayer, WebSocketMultiplayerPeer } from '../../host/index.js';
import { Node, SceneTree } from '../../host/scene/index.js';
import { Guest } from '../helpers/cluster-game.js';
import { until } from '../helpers/game.js';
import { useReports } from '../helpers/reports.js';
import { ALL_KINDS, type ClusterMachine, describeKinds, type StageGateway } from './lib/cluster-stage.js';
import { count, numbered, numberOf, urlOf } from './lib/numbered.js';
import { useScope } from './lib/watch.js';

/** The client's side of the room's node. */
class Talk extends Node {
  static rpcs = { say: { mode: 'any_peer' }, heard: {} } as const;
  readonly lines: string[] = [];

  constructor() {
    super();
    this.name = 'Talk';
  }

  say(): void {}

  heard(from: number, text: string): void {
    this.lines.push(`${from} ${text}`);
  }
}

describeKinds('rooms and gateways', ALL_KINDS, (kind) => {
  const scope = useScope();
  useReports();
  let host: ClusterMachine;
  let gateways: [StageGateway, StageGateway];
  beforeEach(async () => {
    const stage = await kind.begin(scope);
    host = await stage.host();
    gateways = await Promise.all([stage.gateway(), stage.gateway()]);
  });

  function guest(gateway: StageGateway, room: string): Guest {
    const made = new Guest(urlOf(gateway, room), (peer) => {
      peer.outbound_buffer_size = 0;
      peer.max_queued_packets = 100_000;
    });
    scope.defer(() => made.peer.free());
    return made;
  }

  /** `each` guests at each gateway, who are in. */
  async function party(room: string, each: number): Promise<Guest[]> {
    const guests = gateways.flatMap((gateway) => Array.from({ length: each }, () => guest(gateway, room)));
    await until(() => guests.every(({ isIn }) => isIn), 'the guests');
    return guests;
  }

  it('let clients in, tell the room who came and who left, and forget them', async () => {
    const guests = await party('echo-1', 3);
    const ids = guests.map(({ id }) => id);
    expect(new Set(ids).size).toBe(6);
    for (const id of ids) await host.told(`echo-1: ${id} came`);
    expect(await host.ask('rooms')).toEqual(['echo-1']);
    for (const { peer } of guests) peer.close();
    for (const id of ids) await host.told(`echo-1: ${id} left`);
    expect(await host.ask('peersOfRooms')).toBe(0);
  });

  it('carry numbered packets in both directions, in order and once, of all sizes', async () => {
    const guests = await party('echo-2', 2);
    const lengthOf = (number: number): number => (number % 100 === 99 ? 60_000 : 4 + (number % 50));
    for (const { send } of guests.map((one) => ({ send: (packet: Uint8Array) => one.send(packet) }))) {
      for (let number = 0; number < 1500; number += 1) send(numbered(number, lengthOf(number)));
    }
    await until(() => guests.every(({ packets }) => packets.length >= 1500), 'all packets');
    for (const { packets } of guests) {
      expect(packets.map(numberOf)).toEqual(count(1500));
      expect(packets.every((packet, number) => packet.length === lengthOf(number))).toBe(true);
    }
  });

  it('carry broadcasts to all, in order and once, among packets to one', async () => {
    const guests = await party('echo-3', 4);
    for (let round = 0; round < 10; round += 1) {
      await host.ask('cast', { room: 'echo-3', from: round * 50, count: 50, length: 200 });
      for (const one of guests) one.send(numbered(1_000_000 + round));
    }
    await until(() => guests.every(({ packets }) => packets.length >= 510), 'all packets');
    for (const { packets } of guests) {
      const numbers = packets.map(numberOf);
      expect(numbers.filter((number) => number < 1_000_000)).toEqual(count(500));
      expect(numbers.filter((number) => number >= 1_000_000)).toEqual(count(10, 1_000_000));
    }
  });

  it('relay between the clients of a SceneMultiplayer', async () => {
    const clients = gateways.map((gateway) => {
      const [client, peer] = [new SceneMultiplayer(), new WebSocketMultiplayerPeer()];
      scope.defer(() => client.free());
      scope.defer(() => peer.free());
      expect(peer.create_client(urlOf(gateway, 'scene-1'))).toBe(OK);
      client.multiplayer_peer = peer;
      peer.connect('activity', () => client.poll());
      return client;
    });
    const [a, b] = clients as [SceneMultiplayer, SceneMultiplayer];
    await until(() => a.get_peers().length === 2 && b.get_peers().length === 2, 'each other');
    const heard: string[] = [];
    b.connect('peer_packet', (id: number, packet: Uint8Array) => heard.push(`${id} ${packet}`));
    a.send_bytes(Uint8Array.of(1, 2, 3), b.get_unique_id());
    a.send_bytes(Buffer.from('hello'), 1);
    await host.told(`scene-1: ${a.get_unique_id()} sent hello`);
    await until(() => heard.length === 1, 'the packet');
    expect(heard).toEqual([`${a.get_unique_id()} 1,2,3`]);
  });

  it('carry the remote calls of nodes', async () => {
    const players = gateways.map((gateway) => {
      const tree = new SceneTree();
      const talk = new Talk();
      tree.root.add_child(talk);
      const peer = new WebSocketMultiplayerPeer();
      expect(peer.create_client(urlOf(gateway, 'talk-1'))).toBe(OK);
      tree.get_multiplayer().multiplayer_peer = peer;
      peer.connect('activity', () => tree.process(0));
      scope.defer(() => tree.free());
      scope.defer(() => peer.free());
      return { tree, talk, peer };
    });
    await until(() => players.every(({ tree }) => tree.get_multiplayer().get_peers().length === 2), 'each other');
    for (const { talk } of players) talk.rpc_id(1, 'say', 'good morning');
    const lines = players.map(({ peer }) => `${peer.get_unique_id()} good morning`).sort();
    await until(() => players.every(({ talk }) => talk.lines.length === 2), 'what all said');
    for (const { talk } of players) expect([...talk.lines].sort()).toEqual(lines);
  });
});
