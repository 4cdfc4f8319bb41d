// Rooms behind gateways in one process: joining, packets in both directions, slow sides, ends.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClusterMultiplayerPeer, RoomHost, type WebSocketGateway } from '../../host/cluster/index.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_INVALID_PARAMETER,
  ERR_UNAVAILABLE,
  MultiplayerPeer,
  OK,
  SceneMultiplayer,
  WebSocketMultiplayerPeer,
  type WebSocketPeer,
} from '../../host/index.js';
import { ClusterGame, type Guest, type TestRoom } from '../helpers/cluster-game.js';
import { pause, until } from '../helpers/game.js';

let game: ClusterGame;

beforeEach(() => {
  game = new ClusterGame();
});
afterEach(() => game.end());

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const numbered = (number: number, length = 4): Uint8Array => {
  const packet = new Uint8Array(length);
  new DataView(packet.buffer).setUint32(0, number);
  return packet;
};
const numberOf = (packet: Uint8Array): number => new DataView(packet.buffer, packet.byteOffset).getUint32(0);
const count = (from: number, length: number): number[] => Array.from({ length }, (_, place) => from + place);

describe('a room behind a gateway', () => {
  it('is made when the first client asks for it, and its clients get ids', async () => {
    game.host();
    const gateway = game.gateway();
    const guests = await game.joined(3, gateway);
    const room = game.roomOf('room-7');
    expect(room.ids.sort()).toEqual(guests.map(({ id }) => id).sort());
    expect(guests.map(({ signals }) => signals)).toEqual([['connected 1'], ['connected 1'], ['connected 1']]);
    expect(game.rooms.size).toBe(1);
  });

  it('gets packets from each, and sends to one, to all, and to all but one, over two gateways', async () => {
    game.host();
    const guests = [...(await game.joined(3, game.gateway())), ...(await game.joined(3, game.gateway()))];
    const room = game.roomOf('room-7');
    for (const [place, guest] of guests.entries()) guest.send(bytes(place));
    await until(() => room.packets.length === 6, 'the packets');
    const heard = new Map(room.packets.map(({ from, packet }) => [from, packet[0]]));
    expect(guests.map(({ id }) => heard.get(id))).toEqual([0, 1, 2, 3, 4, 5]);
    const [first, second] = guests as [Guest, Guest];
    expect(room.send(bytes(100), first.id)).toBe(OK);
    expect(room.send(bytes(101), 0)).toBe(OK);
    expect(room.send(bytes(102), -second.id)).toBe(OK);
    await until(() => guests.every(({ packets }) => packets.length >= 1) && first.packets.length === 3, 'the answers');
    await until(() => guests.slice(2).every(({ packets }) => packets.length === 2), 'the rest');
    expect(first.packets.map(([byte]) => byte)).toEqual([100, 101, 102]);
    expect(second.packets.map(([byte]) => byte)).toEqual([101]);
    expect(guests[5]?.packets.map(([byte]) => byte)).toEqual([101, 102]);
  });

  it('carries packets of every size in both directions, unchanged', async () => {
    game.host();
    const gateway = game.gateway((one) => {
      one.peer_settings.inbound_buffer_size = 4_000_000;
    });
    const guest = game.guest(gateway, '/room-7', (peer) => {
      peer.outbound_buffer_size = 4_000_000;
      peer.inbound_buffer_size = 4_000_000;
    });
    await until(() => guest.isIn, 'the guest');
    const room = game.roomOf('room-7');
    room.peer.outbound_buffer_size = 0;
    const sizes = [1, 125, 126, 65_535, 65_536, 65_537, 131_072, 262_144, 262_145, 1_000_000, 3_000_001];
    for (const size of sizes) {
      const packet = Uint8Array.from({ length: size }, (_, place) => (place * 7 + size) & 255);
      guest.send(packet);
      await until(() => room.packets.length === 1, `${size} bytes in the room`);
      expect(Buffer.compare(room.packets.pop()?.packet as Uint8Array, packet)).toBe(0);
      room.send(packet, guest.id);
      await until(() => guest.packets.length === 1, `${size} bytes at the client`);
      expect(Buffer.compare(guest.packets.pop() as Uint8Array, packet)).toBe(0);
    }
  });

  it('keeps the order of broadcasts and packets to one, also for one who reads late', async () => {
    game.host();
    const gateway = game.gateway();
    const [fast, slow] = (await game.joined(2, gateway)) as [Guest, Guest];
    const room = game.roomOf('room-7');
    room.peer.outbound_buffer_size = 0;
    room.peer.max_queued_packets = 100_000;
    slow.isReading = false;
    let sent = 0;
    for (let round = 0; round < 150; round += 1) {
      for (let i = 0; i < 20; i += 1) {
        room.send(numbered(sent, 3000), i % 3 === 0 ? slow.id : 0);
        sent += 1;
      }
      await pause(0);
    }
    const toAll = count(0, sent).filter((number) => (number % 20) % 3 !== 0);
    await until(() => fast.packets.length === toAll.length, 'all at the fast one');
    expect(fast.packets.map(numberOf)).toEqual(toAll);
    slow.isReading = true;
    slow.poll();
    await until(() => slow.packets.length === sent, 'all at the slow one');
    expect(slow.packets.map(numberOf)).toEqual(count(0, sent));
  });

  it('refuses packets to a client that does not read, as a connection does, and goes on when it reads', async () => {
    game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    const room = game.roomOf('room-7');
    guest.isReading = false;
    let sent = 0;
    await until(() => {
      for (let i = 0; i < 50; i += 1) {
        if (room.peer.get_connection_status() === MultiplayerPeer.CONNECTION_CONNECTED) room.send(numbered(sent, 8000));
        sent += 1;
      }
      return game.reports.errors.length > 0;
    }, 'the refusal');
    expect(game.reports.take()[0]).toMatch(
      /^put_packet: no room for 8000 bytes, \d+ packets with \d+ bytes wait for the peer \d+ \(outbound_buffer_size 65535, max_queued_packets 4096\)/,
    );
    guest.isReading = true;
    guest.poll();
    let last = 0;
    await until(() => {
      const now = guest.packets.length;
      const isStill = now === last && now > 0;
      last = now;
      return isStill;
    }, 'what had been accepted');
    await pause(50);
    guest.packets.length = 0;
    room.send(bytes(9, 9, 9, 9), guest.id);
    await until(() => guest.packets.length === 1, 'a packet afterwards');
    game.reports.take();
  });

  it('slows a client down while the game does not take its packets, and loses none', async () => {
    game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    (guest.peer.get_peer(1) as WebSocketPeer).outbound_buffer_size = 0;
    const room = game.roomOf('room-7');
    room.isReading = false;
    for (let number = 0; number < 3000; number += 1) guest.send(numbered(number, 2000));
    await until(() => room.peer.get_available_packet_count() > 50, 'the first');
    await pause(100);
    const waiting = room.peer.get_available_packet_count();
    expect(waiting).toBeLessThan(300); // a window of 256 KiB
    room.isReading = true;
    room.poll();
    await until(() => room.packets.length === 3000, 'all');
    expect(room.packets.map(({ packet }) => numberOf(packet))).toEqual(count(0, 3000));
  });

  it('is told when a client leaves, after its last packets', async () => {
    game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    const room = game.roomOf('room-7');
    const { id } = guest;
    guest.send(bytes(1));
    guest.send(bytes(2));
    guest.peer.disconnect_peer(1);
    await until(() => room.signals.includes(`disconnected ${id}`), 'the end');
    expect(room.packets.map(({ packet }) => packet[0])).toEqual([1, 2]);
  });

  it('disconnects a client with 1000, after what it was sent', async () => {
    game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    const room = game.roomOf('room-7');
    const { id } = guest;
    room.send(bytes(7), id);
    room.peer.disconnect_peer(id);
    await until(() => guest.isOut, 'the end');
    expect(guest.packets.map(([byte]) => byte)).toEqual([7]);
    expect(guest.ending).toEqual({ code: 1000, reason: '' });
    expect(room.signals.at(-1)).toBe(`disconnected ${id}`);
  });

  it('ends with 1001 and a reason when the game closes it, and its name is free again', async () => {
    const host = game.host();
    const gateway = game.gateway();
    const [guest] = (await game.joined(1, gateway)) as [Guest];
    game.roomOf('room-7').peer.close();
    await until(() => guest.isOut, 'the end');
    expect(guest.ending).toEqual({ code: 1001, reason: 'the room is closed' });
    expect(host.get_room_count()).toBe(0);
    await game.joined(1, gateway);
    expect(host.get_room_names()).toEqual(['room-7']);
  });

  it('lets nobody in while new connections are refused, and all who wait afterwards', async () => {
    const host = game.host();
    const room = game.room(host, 'room-7');
    room.peer.refuse_new_connections = true;
    const gateway = game.gateway();
    const guests = [game.guest(gateway), game.guest(gateway)];
    await pause(100);
    expect(guests.map(({ isIn }) => isIn)).toEqual([false, false]);
    room.peer.refuse_new_connections = false;
    await until(() => guests.every(({ isIn }) => isIn), 'both');
  });

  it('is over when its host closes', async () => {
    const host = game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    const room = game.roomOf('room-7');
    await host.close();
    await until(() => guest.isOut, 'the end');
    expect(guest.ending).toEqual({ code: 1001, reason: 'the room host stops' });
    expect(room.peer.get_connection_status()).toBe(MultiplayerPeer.CONNECTION_DISCONNECTED);
    game.reports.take();
  });

  it('sends what it was given before its host closes', async () => {
    const host = game.host();
    const [guest] = (await game.joined(1, game.gateway())) as [Guest];
    const room = game.roomOf('room-7');
    room.peer.outbound_buffer_size = 0;
    for (let number = 0; number < 200; number += 1) room.send(numbered(number, 4000));
    await host.close();
    await until(() => guest.isOut, 'the end');
    expect(guest.packets.map(numberOf)).toEqual(count(0, 200));
    expect(guest.ending).toEqual({ code: 1001, reason: 'the room host stops' });
    game.reports.take();
  });

  it('is over when the broker is closed', async () => {
    const host = game.host();
    const gateway = game.gateway();
    const [guest] = (await game.joined(1, gateway)) as [Guest];
    const room = game.roomOf('room-7');
    await game.broker.close();
    await until(() => guest.isOut, 'the end');
    expect(room.peer.get_connection_status()).toBe(MultiplayerPeer.CONNECTION_DISCONNECTED);
    expect([host.get_room_count(), host.is_ready(), gateway.is_ready()]).toEqual([0, false, false]);
    expect(game.reports.take()).toEqual([
      'the room "room-7" is lost: its broker is closed; its clients\' connections end',
    ]);
  });
});

describe('a gateway', () => {
  const refusals: [string, string, (game: ClusterGame) => unknown, number, RegExp][] = [
    ['a path without a room', '/', () => game.host(), 404, /no such room/],
    ['a path that is no name', '/a%00b', () => game.host(), 404, /no such room/],
    ['a room that no host wants', '/nowhere', () => game.host(() => false), 404, /./],
    ['no host at all', '/room-7', () => {}, 503, /./],
    [
      'a full host',
      '/room-7',
      () => {
        game.host().max_rooms = 0;
      },
      503,
      /./,
    ],
    [
      'a full room',
      '/room-7',
      () => {
        const room = game.room(game.host(), 'room-7');
        room.peer.max_peers = 1;
      },
      503,
      /full/,
    ],
  ];
  it.each(refusals)('refuses a client with %s', async (what, path, prepare, status, why) => {
    prepare(game);
    const gateway = game.gateway();
    const told: unknown[] = [];
    gateway.connect('peer_refused', (...args: unknown[]) => told.push(args));
    if (what === 'a full room') await game.joined(1, gateway);
    const guest = game.guest(gateway, path);
    await until(() => guest.isOut, 'the refusal');
    expect(guest.peer.get_failure()).toMatchObject({ code: 'HTTP_STATUS', http_status: status });
    expect(guest.peer.get_failure()?.http_body).toMatch(why);
    expect(told).toEqual([['127.0.0.1', path.slice(1).replace('a%00b', ''), status, expect.stringMatching(why)]]);
    game.reports.take();
  });

  it('lets the hook choose the room, and carries its data there', async () => {
    game.host();
    const gateway = game.gateway((one) => {
      one.peer_settings.handshake_hook = async (request) => {
        await pause(1);
        request.accept({ room: 'lobby', data: { name: request.headers.get('x-name') ?? 'Ada', level: 3 } });
      };
    });
    const [guest] = (await game.joined(1, gateway, '/')) as [Guest];
    const room = game.roomOf('lobby');
    expect(room.peer.get_peer_data(guest.id)).toEqual({ name: 'Ada', level: 3 });
    expect(room.peer.get_peer_address(guest.id)).toBe('127.0.0.1');
    expect(room.peer.get_peer_port(guest.id)).toBeGreaterThan(0);
    expect(game.reports.take()).toEqual([]);
  });

  it('refuses as the hook says', async () => {
    game.host();
    const gateway = game.gateway((one) => {
      one.peer_settings.handshake_hook = (request) => request.refuse(403, { body: 'not today' });
    });
    const guest = game.guest(gateway);
    await until(() => guest.isOut, 'the refusal');
    expect(guest.peer.get_failure()).toMatchObject({ http_status: 403, http_body: 'not today' });
    game.reports.take();
  });

  it('drains: nobody comes in, all are told 1001', async () => {
    game.host();
    const gateway = game.gateway();
    const guests = await game.joined(5, gateway);
    expect(gateway.is_ready()).toBe(true);
    const drained = gateway.drain(0.2);
    expect(gateway.is_ready()).toBe(false);
    await until(() => guests.every(({ isOut }) => isOut), 'the ends');
    expect(guests.map(({ ending }) => ending)).toEqual(Array(5).fill({ code: 1001, reason: 'the gateway stops' }));
    expect(await drained).toBe(0);
    const room = game.roomOf('room-7');
    await until(() => room.ids.length === 0, 'the room without peers');
  });
});

describe('clients that wait for their room', () => {
  /** A room that lets nobody in, and a client that waits for it. */
  async function waiting(gateway: WebSocketGateway): Promise<[TestRoom, Guest]> {
    const room = game.room(game.host(), 'room-7');
    room.peer.refuse_new_connections = true;
    const guest = game.guest(gateway);
    await until(() => gateway.get_peer_count() === 1, 'the client');
    await pause(50);
    return [room, guest];
  }

  it('count for max_peers', async () => {
    const gateway = game.gateway((one) => one.set_max_peers(1));
    const [room, first] = await waiting(gateway);
    const second = game.guest(gateway);
    await until(() => second.isOut, 'the refusal');
    expect(second.peer.get_failure()).toMatchObject({ http_status: 503, http_body: 'the server is full' });
    expect(game.reports.warnings.join()).toMatch(/0 are connected, and 1 wait for their rooms \(max_peers\)/);
    room.peer.refuse_new_connections = false;
    await until(() => first.isIn, 'the first');
    expect(room.signals).toEqual([`connected ${first.id}`]);
  });

  it('are refused with 503 when a drain begins', async () => {
    const gateway = game.gateway();
    const [room, guest] = await waiting(gateway);
    expect(await gateway.drain(30)).toBe(0);
    await until(() => guest.isOut, 'the refusal');
    expect(guest.peer.get_failure()).toMatchObject({ http_status: 503, http_body: 'the gateway stops' });
    room.peer.refuse_new_connections = false;
    await pause(50);
    expect(room.signals).toEqual([]);
    game.reports.take();
  });

  it('are forgotten when they go', async () => {
    const gateway = game.gateway();
    const [room, guest] = await waiting(gateway);
    guest.peer.close();
    await until(() => gateway.get_peer_count() === 0, 'the end');
    await pause(50);
    room.peer.refuse_new_connections = false;
    const later = game.guest(gateway);
    await until(() => later.isIn, 'the next');
    expect(room.signals).toEqual([`connected ${later.id}`]);
    game.reports.take();
  });
});

describe('a room of SceneMultiplayer', () => {
  it('relays between clients of two gateways', async () => {
    const host = new RoomHost(game.broker);
    game.atEnd(() => host.free());
    const server = new SceneMultiplayer();
    host.connect('room_requested', (name: string) => {
      const peer = new ClusterMultiplayerPeer();
      expect(peer.create_room(host, name)).toBe(OK);
      server.multiplayer_peer = peer;
      peer.connect('activity', () => server.poll());
    });
    const [one, two] = [game.gateway(), game.gateway()];
    const clients = [one, two].map((gateway) => {
      const client = new SceneMultiplayer();
      const peer = new WebSocketMultiplayerPeer();
      game.atEnd(() => peer.free());
      expect(peer.create_client(`ws://127.0.0.1:${gateway.get_local_port()}/scene`)).toBe(OK);
      client.multiplayer_peer = peer;
      return client;
    });
    const play = (condition: () => boolean, what: string): Promise<void> =>
      until(() => {
        for (const client of clients) client.poll();
        server.poll();
        return condition();
      }, what);
    const [a, b] = clients as [SceneMultiplayer, SceneMultiplayer];
    await play(() => a.get_peers().length === 2 && b.get_peers().length === 2, 'each other');
    const heard: string[] = [];
    b.connect('peer_packet', (id: number, packet: Uint8Array) => heard.push(`${id} ${packet}`));
    a.send_bytes(bytes(1, 2, 3), b.get_unique_id());
    await play(() => heard.length === 1, 'the packet');
    expect(heard).toEqual([`${a.get_unique_id()} 1,2,3`]);
  });
});

describe('outage_timeout', () => {
  it.each([
    ['a host', () => game.host()],
    ['a gateway', () => game.gateway()],
  ])('of %s is 10 s, and stays when it is set to what is no time', (_, make) => {
    const one = make();
    expect(one.outage_timeout).toBe(10);
    one.outage_timeout = 0;
    expect(game.reports.take()).toEqual(['outage_timeout must be more than 0, got 0; it stays 10']);
    one.outage_timeout = 20;
    expect([one.outage_timeout, one.get_outage_timeout()]).toEqual([20, 20]);
  });
});

describe('create_room', () => {
  it.each([
    ['an empty name', ''],
    ['a name with a slash', 'a/b'],
    ['a name with a dot', 'a.b'],
    ['a name of 65 letters', 'a'.repeat(65)],
  ])('refuses %s', (_, name) => {
    const host = game.host();
    expect(new ClusterMultiplayerPeer().create_room(host, name)).toBe(ERR_INVALID_PARAMETER);
    expect(game.reports.take()).toHaveLength(1);
  });

  it('refuses a name that the host has, a second room of a peer, and a closed host', async () => {
    const host = game.host();
    const room = game.room(host, 'a');
    expect(new ClusterMultiplayerPeer().create_room(host, 'a')).toBe(ERR_ALREADY_IN_USE);
    expect(room.peer.create_room(host, 'b')).toBe(ERR_ALREADY_IN_USE);
    await host.close();
    expect(new ClusterMultiplayerPeer().create_room(host, 'c')).toBe(ERR_UNAVAILABLE);
    expect(game.reports.take().length).toBeGreaterThanOrEqual(3);
  });

  it('leaves a peer without a room when another host has the name', async () => {
    const room = game.room(game.host(), 'a');
    await until(() => room.peer.get_connection_status() === MultiplayerPeer.CONNECTION_CONNECTED, 'the room');
    const late = game.room(game.host(), 'a');
    expect(late.peer.get_connection_status()).toBe(MultiplayerPeer.CONNECTION_CONNECTING);
    await until(() => late.peer.get_connection_status() === MultiplayerPeer.CONNECTION_DISCONNECTED, 'the refusal');
    expect(room.peer.get_connection_status()).toBe(MultiplayerPeer.CONNECTION_CONNECTED);
  });
});
