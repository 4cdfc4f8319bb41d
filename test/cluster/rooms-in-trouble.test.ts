// Rooms and gateways where things cross: ends under way, callbacks that end what calls them, names taken twice.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CAST, CREDIT, DATA, OPEN } from '../../host/cluster/batch.js';
import { type AdmissionParts, GatewayAdmission } from '../../host/cluster/gateway-admission.js';
import type { GatewayClient } from '../../host/cluster/gateway-client.js';
import { GatewayLinks } from '../../host/cluster/gateway-links.js';
import type { GatewayRequest } from '../../host/cluster/gateway-request.js';
import { HostLinks } from '../../host/cluster/host-links.js';
import { ClusterMultiplayerPeer, MemoryBroker, RoomHost, WebSocketGateway } from '../../host/cluster/index.js';
import { costOf } from '../../host/cluster/link-flow.js';
import { encodeCredit, encodeOpen } from '../../host/cluster/link-records.js';
import { MemoryDirectory } from '../../host/cluster/memory-directory.js';
import { roomKey } from '../../host/cluster/names.js';
import type { Pair } from '../../host/cluster/pair.js';
import { NO_ROOM_CODE, Room, type RoomOwner } from '../../host/cluster/room.js';
import type { Found } from '../../host/cluster/room-finder.js';
import { PUT_TO_EACH } from '../../host/godot4/multiplayer/multiplayer-peer.js';
import { MultiplayerPeer, OK } from '../../host/index.js';
import { ClusterGame, type Guest } from '../helpers/cluster-game.js';
import { pause, until } from '../helpers/game.js';

let game: ClusterGame;

beforeEach(() => {
  game = new ClusterGame();
});
afterEach(() => game.end());

const { CONNECTION_CONNECTED, CONNECTION_DISCONNECTED } = MultiplayerPeer;
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** A room with a member for each of `ids`, the first one with the id 2. */
function roomOver(pair: Pair, ids: readonly number[]): { readonly room: Room; readonly links: HostLinks } {
  const owner = { about: {}, wake() {}, newId: () => room.size + 2, joined() {}, refuses: false, maxPeers: 0 };
  const limits = { hasRoom: true, outboundBufferSize: 0, maxQueuedPackets: 1000 };
  const room: Room = new Room('a', 1, { ...owner, ...limits } as unknown as RoomOwner, { forget() {}, over() {} });
  const links = new HostLinks(
    () => room,
    () => {},
  );
  const open = encodeOpen({ room: 'a', address: '', port: 1, data: null }) as Uint8Array;
  for (const link of ids) links.received(pair, OPEN, 0, link, open);
  room.poll();
  return { room, links };
}

describe('the links of a gateway', () => {
  it('never have the id of an earlier one, whose records may be under way', () => {
    const links = new GatewayLinks({ admitted() {}, refused() {} });
    const pair = {} as Pair;
    const added = (): number => {
      const client = {
        link: null as unknown,
        linkTo(to: Pair, id: number) {
          client.link = { pair: to, id, room: 0 };
        },
      };
      const id = links.add(client as unknown as GatewayClient, pair);
      links.remove(client as unknown as GatewayClient);
      return id;
    };
    expect(new Set([added(), added(), added()]).size).toBe(3);
  });
});

describe('a member that is being disconnected', () => {
  it('gets what was sent before, and nothing that is sent to all afterwards', async () => {
    game.host();
    const guests = await game.joined(3, game.gateway());
    const room = game.roomOf('room-7');
    room.peer.outbound_buffer_size = 0;
    const [leaving] = guests as [Guest];
    const { id } = leaving;
    for (let number = 0; number < 30; number += 1) room.send(new Uint8Array(60_000).fill(number), id);
    room.peer.disconnect_peer(id);
    for (let number = 100; number < 110; number += 1) room.send(new Uint8Array(1000).fill(number));
    await until(() => leaving.isOut, 'the end');
    expect(leaving.packets.map(([byte]) => byte)).toEqual(Array.from({ length: 30 }, (_, number) => number));
    await until(() => guests.slice(1).every(({ packets }) => packets.length === 10), 'the others');
  });

  it.each([[true], [false]])('is no member to those who send to several, force %j', async (force) => {
    game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    const { peer } = game.roomOf('room-7');
    const { id } = guest;
    peer.disconnect_peer(id, force);
    expect(peer[PUT_TO_EACH]([id], 0, bytes(1))).toBe(OK);
    await until(() => guest.isOut, 'the end');
    expect(guest.packets).toEqual([]);
  });

  it('is no member in the callback that tells of its end', async () => {
    game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    const { peer } = game.roomOf('room-7');
    const results: unknown[] = [];
    peer.connect('peer_disconnected', (id: number) => results.push(peer[PUT_TO_EACH]([id], 0, bytes(1))));
    guest.peer.close();
    await until(() => results.length === 1, 'the end');
    expect(results).toEqual([OK]);
    expect(game.reports.take()).toEqual([]);
  });

  it('is told its id and the reason when it is disconnected as soon as it comes', async () => {
    const room = game.room(game.host(), 'room-7');
    room.peer.connect('peer_connected', (id: number) => {
      room.send(bytes(5), id);
      room.peer.disconnect_peer(id);
    });
    const guest = game.guest(game.gateway());
    await until(() => guest.isOut, 'the end');
    expect(guest.packets).toEqual([bytes(5)]);
    expect(guest.ending).toEqual({ code: 1000, reason: '' });
  });
});

describe('a room that ends within a callback', () => {
  it('tells all who waited to come in', async () => {
    const room = game.room(game.host(), 'room-7');
    room.peer.refuse_new_connections = true;
    const gateway = game.gateway();
    const guests = [game.guest(gateway), game.guest(gateway), game.guest(gateway)];
    await until(() => gateway.get_peer_count() === 3, 'the guests');
    await pause(100);
    room.peer.connect('peer_connected', () => room.peer.close());
    room.peer.refuse_new_connections = false;
    const begin = performance.now();
    await until(() => guests.every(({ isOut }) => isOut), 'the ends');
    expect(performance.now() - begin).toBeLessThan(2500);
    game.reports.take();
  });
});

describe('a name', () => {
  it.each([[0], [1], [2], [3], [4], [5], [6]])(
    'is held by a room that takes the place of one that was closed %i turns after it had begun',
    async (turns) => {
      const host = game.host();
      await until(() => host.is_ready(), 'the host');
      const first = new ClusterMultiplayerPeer();
      expect(first.create_room(host, 'a')).toBe(OK);
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      first.close();
      const { peer } = game.room(host, 'a');
      await until(() => peer.get_connection_status() === CONNECTION_CONNECTED, 'the second');
      await pause(20);
      expect(await game.broker.directory.get(roomKey('a'))).not.toBeNull();
    },
  );

  it('that another host has gets nobody into the room that wanted it, and those who asked are told', async () => {
    const broker = new MemoryBroker();
    game.atEnd(() => void broker.close());
    const other = new ClusterGame(broker);
    const host = other.host();
    await until(() => host.is_ready(), 'the host');
    const { directory } = broker;
    const own = [...(await directory.list('proc.')).keys()][0] as string;
    // An entry of an earlier room of this host, of which a gateway knows.
    await directory.create(roomKey('room-7'), JSON.stringify({ process: Number.parseInt(own.slice(5), 16) }));
    let answer = (): void => {};
    directory.create = () =>
      new Promise((resolve) => {
        answer = () => resolve(null);
      });
    const room = other.room(host, 'room-7');
    const guest = other.guest(other.gateway());
    await pause(100);
    const real = directory.get.bind(directory);
    directory.get = async (key) =>
      key === roomKey('room-7') ? { value: JSON.stringify({ process: 77 }), revision: 1 } : await real(key);
    answer();
    await until(() => room.peer.get_connection_status() === CONNECTION_DISCONNECTED, 'the refusal');
    const begin = performance.now();
    await until(() => guest.isOut, 'the answer');
    expect(performance.now() - begin).toBeLessThan(2000);
    other.end();
  });
});

describe('a host', () => {
  it('begins when the directory can be reached', async () => {
    const broker = new MemoryBroker();
    const { directory } = broker;
    const real = directory.create.bind(directory);
    directory.create = () => Promise.reject(new Error('no answer'));
    const host = new RoomHost(broker);
    game.atEnd(() => host.free());
    await pause(20);
    expect(host.is_ready()).toBe(false);
    expect(game.reports.take()).toEqual([expect.stringMatching(/the directory can not be reached/)]);
    directory.create = real;
    await until(() => host.is_ready(), 'the host');
    game.reports.take();
  });

  it('tells of one drain once, and gives both who ask the same answer', async () => {
    const host = game.host();
    await game.joined(2, game.gateway());
    let told = 0;
    host.connect('on_drain', () => {
      told += 1;
    });
    host.connect('on_drain', () => drains.push(host.drain(30)));
    const drains: Promise<number>[] = [];
    drains.push(host.drain(0.2), host.drain(60));
    expect(await Promise.all(drains)).toEqual([2, 2, 2]);
    expect(told).toBe(1);
    game.reports.take();
  });

  it('stops waiting when it is closed during a drain', async () => {
    const host = game.host();
    await game.joined(2, game.gateway());
    host.connect('on_drain', () => void host.close());
    expect(await host.drain(3000)).toBe(0);
    game.reports.take();
  });

  it('hands no packet to a room while it is not sure of its names', async () => {
    const directory = new MemoryDirectory(() => performance.now(), 1500);
    game.end();
    game = new ClusterGame(Object.assign(new MemoryBroker(), { directory }));
    const host = game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    directory.update = () => new Promise(() => {}); // the directory does not answer any more
    await until(() => !host.is_ready(), 'the end of the lease');
    guest.send(Uint8Array.of(1));
    await pause(200);
    expect(game.roomOf('room-7').packets).toEqual([]);
    game.reports.take();
  });

  it('resolves each close when the names are given back', async () => {
    const host = game.host();
    await game.joined(1, game.gateway());
    void host.close();
    await host.close();
    const { directory } = game.broker;
    expect([...(await directory.list('room.')), ...(await directory.list('proc.'))]).toEqual([]);
    game.reports.take();
  });

  it('is closed with its broker', async () => {
    const host = game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    const room = game.roomOf('room-7');
    await game.broker.close();
    await until(() => guest.isOut, 'the end');
    await pause(50);
    expect(room.peer.get_connection_status()).toBe(CONNECTION_DISCONNECTED);
    expect(host.get_room_count()).toBe(0);
    game.reports.take();
  });
});

describe('a window of two processes that is full', () => {
  it('is shared by all links when it has room again', () => {
    const sent: number[] = [];
    let left = 0;
    const pair = {
      get hasRoom() {
        return left > 0;
      },
      retain() {},
      put(kind: number, _flags: number, link: number) {
        if (kind !== DATA) return;
        sent.push(link);
        left -= 1;
      },
    } as unknown as Pair;
    const { room, links } = roomOver(pair, [11, 12, 13, 14]);
    for (let packet = 0; packet < 20; packet += 1) for (const id of [2, 3, 4, 5]) room.send(id, bytes(packet));
    for (let round = 0; round < 8; round += 1) {
      left = 4;
      links.relieved(pair);
    }
    expect([11, 12, 13, 14].map((link) => sent.filter((one) => one === link).length)).toEqual([8, 8, 8, 8]);
  });
});

describe('sizes', () => {
  it('that a broker can not carry are told when a host or a gateway is made', () => {
    const broker = Object.assign(new MemoryBroker(), { max_payload: 65_536 });
    for (const made of [new RoomHost(broker), new WebSocketGateway(broker)]) game.atEnd(() => made.free());
    const fault = expect.stringMatching(
      /^the broker carries 65536 bytes in a message \(max_payload\): at least 131109/,
    );
    expect(game.reports.take()).toEqual([fault, fault]);
  });

  it('of more than a record count as well, while the game does not take the packets', async () => {
    game.host();
    const gateway = game.gateway((one) => {
      one.peer_settings.inbound_buffer_size = 1_000_000;
    });
    const guest = game.guest(gateway, '/room-7', (peer) => {
      peer.outbound_buffer_size = 0;
    });
    await until(() => guest.isIn, 'the guest');
    const room = game.roomOf('room-7');
    room.isReading = false;
    const unread = (): number => room.peer.get_available_packet_count();
    for (const size of [65_537, 900_000]) {
      for (let number = 0; number < 20; number += 1) expect(guest.send(new Uint8Array(size))).toBe(OK);
      for (let taken = 0; taken < 20; taken += 1) {
        await until(() => unread() > 0, 'a packet');
        await pause(20);
        expect(unread()).toBeLessThan(6); // a window of 256 KiB
        expect(room.peer.get_packet()).toHaveLength(size);
      }
    }
  });

  it('above 64 MiB are refused, and end no connection', async () => {
    game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    const room = game.roomOf('room-7');
    room.peer.outbound_buffer_size = 0;
    room.send(new Uint8Array(2 ** 26 + 1));
    expect(game.reports.take()).toEqual(['put_packet: a packet of 67108865 bytes, at most 67108864 are possible']);
    room.send(bytes(1));
    await until(() => guest.packets.length === 1, 'the next packet');
  });
});

describe('a client whose room has moved on', () => {
  it('gets into the one that is made anew when the process of the first is gone', async () => {
    const { directory } = game.broker;
    await directory.create(roomKey('room-7'), JSON.stringify({ process: 77 }));
    const host = game.host();
    await until(() => host.is_ready(), 'the host');
    await game.joined(1, game.gateway());
    expect(host.get_room_names()).toEqual(['room-7']);
  });

  it('is not sent where it comes from by a search that had begun before', async () => {
    const places: Found[] = [1, 1, 2].map((revision) => ({ process: 10 + revision, revision }));
    const found: Found[] = [];
    const finder = { find: async () => places.shift() as Found, stale: async () => {} };
    const links = { add: () => 1 };
    const endpoint = {
      pairWith(process: number) {
        found.push({ process, revision: 0 });
        return { put() {} };
      },
    };
    const parts = { endpoint, links, finder, trouble: () => '', refused() {} } as unknown as AdmissionParts;
    const admission = new GatewayAdmission(parts);
    const client = { socket: { get_connected_port: () => 1 }, dropLink() {} } as unknown as GatewayClient;
    const request = { remote_address: '', signal: { addEventListener() {} } } as unknown as GatewayRequest;
    admission.wish({ room: 'a', data: null }, client, request);
    await until(() => found.length === 1, 'the first place');
    expect(admission.refused(client, NO_ROOM_CODE, '')).toBe(true);
    await until(() => found.length === 2, 'the second place');
    expect(found.map((place) => 'process' in place && place.process)).toEqual([11, 12]);
  });
});

describe('the entries of a process', () => {
  it.each([
    ['nobody' as const, 'gone', true],
    ['silence' as const, 'silent', false],
  ])('that answers with %s are removed, or expire', async (answer, cause, isRemoved) => {
    const { broker } = game;
    const { directory } = broker;
    const removed: string[] = [];
    const remove = directory.remove.bind(directory);
    directory.remove = (key, revision) => {
      removed.push(key);
      return remove(key, revision);
    };
    game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    broker.publish = () => {};
    broker.request = () => Promise.resolve(answer);
    await until(() => guest.isOut, 'the end');
    expect(guest.ending).toEqual({ code: 1001, reason: `room lost: ${cause}` });
    await pause(50);
    expect(removed.includes(roomKey('room-7'))).toBe(isRemoved);
  });
});

describe('credit', () => {
  it('is used by packets for many, and those without get theirs alone', () => {
    const puts: number[] = [];
    const put = (kind: number): void => void puts.push(kind);
    const pair = { hasRoom: true, retain() {}, put } as unknown as Pair;
    const { room, links } = roomOver(pair, [11, 12]);
    puts.length = 0;
    const packet = new Uint8Array(60_000);
    for (let number = 0; number < 10; number += 1) room.send(0, packet);
    expect(puts).toEqual(Array(5).fill(CAST)); // the fifth overdraws
    links.received(pair, CREDIT, 0, 12, encodeCredit(2 * costOf(60_000)));
    expect(puts.slice(5)).toEqual([DATA, DATA]);
  });

  it('of the processes that is there again lets the sockets of a gateway be read', () => {
    const links = new GatewayLinks({ admitted() {}, refused() {} });
    const pair = { hasRoom: true } as unknown as Pair;
    let calls = 0;
    const pass = (): void => {
      calls += 1;
    };
    links.add({ linkTo() {}, pass } as unknown as GatewayClient, pair);
    links.relieved(pair);
    expect(calls).toBe(1);
  });
});
