// WebSocketMultiplayerPeer beyond the engine's records: the signal `activity`, limits, what happens when a listener
// changes the game, and connections that come by somebody else's port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { codec } from '../../../host/codec/load.js';
import type { WebSocketMultiplayerPeer } from '../../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import {
  ERR_ALREADY_IN_USE,
  ERR_INVALID_PARAMETER,
  ERR_UNAVAILABLE,
  ERR_UNCONFIGURED,
  OK,
} from '../../../host/index.js';
import { pause, until } from '../../helpers/game.js';
import { bytes, clientFrame, MultiplayerGame, serverFrame, wire } from '../../helpers/multiplayer.js';
import type { RawPeer } from '../../helpers/raw-peer.js';
import { frame, OP } from '../../helpers/raw-peer-frames.js';

let game: MultiplayerGame;
beforeEach(() => {
  game = new MultiplayerGame();
});
afterEach(() => game.end());

const GOODBYE = bytes(3, 0xe8);
const DISCONNECTED = 0;

/** Frames of a client with the packets `from`, `from` + 1 .. */
function counted(from: number, count: number): Uint8Array {
  return Buffer.concat(Array.from({ length: count }, (_, i) => clientFrame(bytes(from + i))));
}

interface Heard {
  readonly packets: [source: number, value: number][];
  activities: number;
}

/** Polls `peer` when `activity` says so and never else, and takes everything. */
function drive(peer: WebSocketMultiplayerPeer): Heard {
  const heard: Heard = { packets: [], activities: 0 };
  peer.connect('activity', () => {
    heard.activities += 1;
    peer.poll();
    while (peer.get_available_packet_count() > 0) heard.packets.push([peer.get_packet_peer(), take(peer)]);
  });
  return heard;
}

function take(peer: WebSocketMultiplayerPeer): number {
  return peer.get_packet()[0];
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await pause();
}

describe('activity', () => {
  it('carries a server that does nothing else: joining, packets, an empty one among them, leaving', async () => {
    const server = game.host();
    const heard = drive(server);
    const raws: RawPeer[] = [];
    for (let i = 0; i < 8; i += 1) {
      const raw = await game.rawClient(server.get_local_port());
      raw.sendRequest();
      raws.push(raw);
    }
    await until(() => game.signals.length === 8, 'all to join');
    const ids = game.signals.map(([, id]) => id);
    for (const raw of raws) raw.send(clientFrame(bytes(1)), clientFrame(bytes()), clientFrame(bytes(2)));
    await until(() => heard.packets.length === 16, 'all packets');
    for (const id of ids) {
      const values = heard.packets.filter(([source]) => source === id).map(([, value]) => value);
      expect(values).toEqual([1, 2]);
    }
    game.quiet();
    for (const raw of raws) raw.send(frame(OP.CLOSE, GOODBYE, { masked: true }));
    await until(() => game.signals.length === 8, 'all to leave');
    expect(game.signals.map(([kind]) => kind)).toEqual(new Array(8).fill('disconnected'));
  });

  it('carries a client whose queue is full, up to the end that came with the last packet', async () => {
    const { client, raw } = await game.rawHost(null, (peer) => {
      peer.max_queued_packets = 2;
    });
    const heard = drive(client);
    const packets = Array.from({ length: 10 }, (_, i) => serverFrame(bytes(i)));
    raw.send(serverFrame(bytes(9, 0, 0, 0)), ...packets, frame(OP.CLOSE, GOODBYE));
    await until(() => client.get_connection_status() === DISCONNECTED, 'the end');
    expect(heard.packets.map(([, value]) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(game.signals).toEqual([
      ['connected', 1],
      ['disconnected', 1],
    ]);
  });

  it('is raised once for the news of many, and not for a poll that has found everything', async () => {
    const server = game.host();
    const guests = [await game.rawGuest(server), await game.rawGuest(server), await game.rawGuest(server)];
    let activities = 0;
    server.connect('activity', () => {
      activities += 1;
    });
    await turns(3);
    server.poll();
    await turns(3);
    activities = 0;
    for (const { raw } of guests) raw.send(clientFrame(bytes(1)));
    await until(() => activities > 0, 'activity');
    await turns(5);
    expect(activities).toBe(1);
    await game.play(() => server.get_available_packet_count() === 3, 'all packets', server);
    await turns(3);
    const after = activities;
    server.poll();
    await turns(5);
    expect(activities).toBe(after);
  });

  it('tells a late listener what it has missed', async () => {
    const server = game.host();
    const { raw } = await game.rawGuest(server);
    raw.send(clientFrame(bytes(6)));
    await turns(5);
    const heard = drive(server);
    await until(() => heard.packets.length === 1, 'the packet');
  });

  it('is never raised inside a call of the game', async () => {
    const server = game.host();
    const { id } = await game.rawGuest(server);
    let activities = 0;
    server.connect('activity', () => {
      activities += 1;
    });
    await turns(3);
    server.poll();
    await turns(3);
    activities = 0;
    server.disconnect_peer(id);
    expect(activities).toBe(0);
    await until(() => activities > 0, 'activity');
  });

  it('tells that refusing is over when somebody waits', async () => {
    const server = game.host();
    server.refuse_new_connections = true;
    drive(server);
    const raw = await game.rawClient(server.get_local_port());
    raw.sendRequest();
    await turns(5);
    expect(game.signals).toEqual([]);
    server.refuse_new_connections = false;
    await until(() => game.signals.length === 1, 'joining');
  });
});

describe('limits', () => {
  it('keeps what has no room in the connections: nothing is lost, and the queue does not grow', async () => {
    const server = game.host();
    server.max_queued_packets = 4;
    const guests = [await game.rawGuest(server), await game.rawGuest(server), await game.rawGuest(server)];
    for (const { raw } of guests) raw.send(counted(0, 100));
    for (let turn = 0; turn < 30; turn += 1) {
      server.poll();
      await pause();
      expect(server.get_available_packet_count()).toBeLessThanOrEqual(3 + guests.length * 4);
    }
    const taken = new Map(guests.map(({ id }) => [id, [] as number[]]));
    await game.play(
      () => {
        while (server.get_available_packet_count() > 0) taken.get(server.get_packet_peer())?.push(take(server));
        return [...taken.values()].every((values) => values.length === 100);
      },
      'all packets',
      server,
    );
    const inOrder = Array.from({ length: 100 }, (_, i) => i);
    for (const values of taken.values()) expect(values).toEqual(inOrder);
  });

  it('hears everybody although one sends without end and the game takes one packet per poll', async () => {
    const server = game.host();
    server.max_queued_packets = 4;
    const [loud, quiet] = [await game.rawGuest(server), await game.rawGuest(server)];
    loud.raw.send(counted(0, 200));
    await game.play(() => server.get_available_packet_count() >= 4, 'a full queue', server);
    quiet.raw.send(clientFrame(bytes(7)));
    await turns(5);
    const sources: number[] = [];
    for (let poll = 0; poll < 30 && !sources.includes(quiet.id); poll += 1) {
      server.poll();
      if (server.get_available_packet_count() > 0) {
        sources.push(server.get_packet_peer());
        server.get_packet();
      }
      await pause();
    }
    expect(sources).toContain(quiet.id);
  });

  it('gives a newcomer the oldest place when max_pending_peers are joining', async () => {
    const server = game.host();
    server.max_pending_peers = 2;
    expect(server.peer_settings.max_pending_handshakes).toBe(2);
    drive(server);
    const [oldest, younger] = [
      await game.rawClient(server.get_local_port()),
      await game.rawClient(server.get_local_port()),
    ];
    await turns(3);
    const third = await game.rawClient(server.get_local_port());
    await until(() => oldest.hasEnded, 'the end of the oldest');
    third.sendRequest();
    younger.sendRequest();
    await until(() => game.signals.length === 2, 'both to join');
    expect([oldest.received.length, game.reports.warnings]).toEqual([
      0,
      [
        'WebSocketPeer: a handshake from 127.0.0.1, where most come from, was dropped for a newcomer, 2 are under way ' +
          '(max_pending_handshakes)',
      ],
    ]);
    game.reports.clear();
    server.max_pending_peers = 0;
    expect(server.max_pending_peers).toBe(2);
    expect(game.reports.errors).toEqual(['max_pending_peers must be at least 1, got 0; it stays 2']);
  });

  it('gives up newcomers that say nothing, without a word', async () => {
    const server = game.host();
    server.handshake_timeout = 0.05;
    drive(server);
    const silent = [await game.rawClient(server.get_local_port()), await game.rawClient(server.get_local_port())];
    await until(() => silent.every(({ hasEnded }) => hasEnded), 'the end of both');
    expect(silent.map(({ received }) => received.length)).toEqual([0, 0]);
    expect([game.signals, game.reports.take()]).toEqual([[], []]);
  });

  it.each([0, 1])('encodes a packet for many once, with %i of them left out', async (excluded) => {
    const server = game.host();
    const guests = [await game.rawGuest(server), await game.rawGuest(server), await game.rawGuest(server)];
    const encoding = vi.spyOn(codec, 'encodeFrame');
    server.set_target_peer(excluded === 0 ? 0 : -guests[0].id);
    server.put_packet(bytes(1, 2, 3));
    await game.play(() => guests.slice(excluded).every(({ raw }) => raw.received.length >= 5), 'frames', server);
    expect(encoding).toHaveBeenCalledTimes(1);
    encoding.mockRestore();
    expect(guests.map(({ raw }) => wire(raw))).toEqual([
      ...new Array(excluded).fill(''),
      ...Array(3 - excluded).fill('8203010203'),
    ]);
  });
});

describe('a listener', () => {
  it('may send to who has just joined: the id comes first', async () => {
    const server = game.host();
    server.connect('peer_connected', (id: number) => {
      server.set_target_peer(id);
      server.put_packet(bytes(5));
    });
    const raw = await game.rawClient(server.get_local_port());
    raw.sendRequest();
    await game.play(() => raw.takeHead() !== null, 'the answer', server);
    await game.play(() => raw.received.length >= 9, 'two packets', server);
    expect(raw.takeFrames().map(({ payload }) => payload.length)).toEqual([4, 1]);
  });

  it('may end the game when somebody joins: nobody else does, and nobody stays connected', async () => {
    const server = game.host();
    server.connect('peer_connected', () => server.close());
    const raws: RawPeer[] = [];
    for (let i = 0; i < 4; i += 1) {
      const raw = await game.rawClient(server.get_local_port());
      raw.sendRequest();
      raws.push(raw);
    }
    await turns(5);
    await game.play(() => game.signals.length > 0, 'joining', server);
    await game.play(() => raws.every(({ hasEnded }) => hasEnded), 'the end of all', server);
    expect(game.signals.map(([kind]) => kind)).toEqual(['connected']);
    expect([server.get_connection_status(), server.get_unique_id()]).toEqual([DISCONNECTED, 0]);
  });

  it('may end the game when it has joined: what came with the id is gone', async () => {
    const { client, raw } = await game.rawHost(null);
    client.connect('peer_connected', () => client.close());
    raw.send(serverFrame(bytes(9, 0, 0, 0)), serverFrame(bytes(1)), serverFrame(bytes(2)));
    await game.play(() => game.signals.length > 0, 'joining', client);
    expect([client.get_connection_status(), client.get_available_packet_count()]).toEqual([DISCONNECTED, 0]);
    client.poll();
    expect(game.signals).toEqual([['connected', 1]]);
  });

  it('may send others away, and poll, when somebody leaves: each is told of once', async () => {
    const server = game.host();
    const guests = [await game.rawGuest(server), await game.rawGuest(server), await game.rawGuest(server)];
    const [first, second, third] = guests.map(({ id }) => id);
    game.quiet();
    server.connect('peer_disconnected', (id: number) => {
      if (id !== first) return;
      server.disconnect_peer(second, true);
      server.disconnect_peer(third);
      server.poll();
    });
    guests[0].raw.send(frame(OP.CLOSE, GOODBYE, { masked: true }));
    await game.play(() => game.signals.length === 2, 'two to leave', server);
    for (let poll = 0; poll < 3; poll += 1) server.poll();
    expect(game.signals).toEqual([
      ['disconnected', first],
      ['disconnected', third],
    ]);
    for (const id of [first, second, third]) expect(server.get_peer(id)).toBeNull();
  });
});

describe('inside peer_disconnected', () => {
  type Ending = (server: WebSocketMultiplayerPeer, guest: { raw: RawPeer; id: number }) => void;
  const leaves: Ending = (_, { raw }) => raw.send(frame(OP.CLOSE, bytes(0x0f, 0xa5, 98, 121, 101), { masked: true }));

  it.each<[string, Ending, unknown[]]>([
    ['one who has closed', leaves, [3, 4005, 'bye']],
    ['one whose TCP has ended', (_, { raw }) => raw.end(), [3, -1, '']],
    ['one who was parted with', (server, { id }) => server.disconnect_peer(id), [2, -1, '']],
  ])('get_peer still is the peer: %s', async (_, end, state) => {
    const server = game.host();
    const guest = await game.rawGuest(server);
    const found: unknown[] = [];
    server.connect('peer_disconnected', (id: number) => {
      const peer = server.get_peer(id);
      found.push([peer?.get_ready_state(), peer?.get_close_code(), peer?.get_close_reason()]);
      server.set_target_peer(id);
      found.push(server.put_packet(bytes(1)));
      server.set_target_peer(0);
      found.push(server.put_packet(bytes(2)));
    });
    end(server, guest);
    await game.play(() => found.length > 0, 'leaving', server);
    expect(found).toEqual([state, OK, OK]);
    expect(server.get_peer(guest.id)).toBeNull();
  });

  it('others that leave are there until they are told of', async () => {
    const server = game.host();
    const guests = [await game.rawGuest(server), await game.rawGuest(server), await game.rawGuest(server)];
    const left = new Set(guests.map(({ id }) => id));
    for (const guest of guests) leaves(server, guest);
    await turns(20);
    server.connect('peer_disconnected', (told: number) => {
      const found = guests.filter(({ id }) => server.get_peer(id) !== null).map(({ id }) => id);
      expect(found).toEqual([...left]);
      left.delete(told);
    });
    await game.play(() => left.size === 0, 'all to leave', server);
    expect(game.reports.errors.filter((message) => !message.startsWith('get_peer'))).toEqual([]);
  });

  it.each<[string, (server: WebSocketMultiplayerPeer, id: number) => void, boolean]>([
    ['parting with it', (server, id) => server.disconnect_peer(id), true],
    ['parting with it by force', (server, id) => server.disconnect_peer(id, true), false],
    ['polling', (server) => server.poll(), true],
    ['ending the game', (server) => server.close(), false],
    ['freeing the server', (server) => server.free(), false],
  ])('%s tells nobody twice', async (_, act, isThere) => {
    const server = game.host();
    const guest = await game.rawGuest(server);
    await game.rawGuest(server);
    game.quiet();
    const found: boolean[] = [];
    server.connect('peer_disconnected', (id: number) => {
      act(server, id);
      found.push(server.get_peer(id) !== null);
    });
    leaves(server, guest);
    await game.play(() => found.length > 0, 'leaving', server);
    for (let poll = 0; poll < 3; poll += 1) server.poll();
    expect([found, game.signals]).toEqual([[isThere], [['disconnected', guest.id]]]);
    expect(game.reports.errors.filter((message) => !message.startsWith('get_peer'))).toEqual([]);
    expect(server.get_peer(guest.id)).toBeNull();
  });
});

describe('a server without a port', () => {
  const portless = (): WebSocketMultiplayerPeer => {
    const server = game.member();
    expect(server.create_portless_server()).toBe(OK);
    return server;
  };

  it('lets in who came by an HTTP server', async () => {
    const server = portless();
    expect([server.get_connection_status(), server.get_unique_id(), server.get_local_port()]).toEqual([2, 1, 0]);
    const http = createServer((_, response) => response.end('hello'));
    http.on('upgrade', (request, socket, head) => {
      const peer = game.peer();
      expect([peer.accept_upgrade(request, socket, head), server.add_peer(peer)]).toEqual([OK, OK]);
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    game.atEnd(() => http.close());
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const heard = drive(server);
    const client = game.member();
    client.create_client(url.replace('http', 'ws'));
    await game.play(() => client.get_connection_status() === 2, 'joining', client);
    expect(await (await fetch(url, { headers: { connection: 'close' } })).text()).toBe('hello');
    client.put_packet(bytes(42));
    server.put_packet(bytes(43));
    await game.play(() => heard.packets.length + client.get_available_packet_count() === 2, 'both packets', client);
    expect([heard.packets, take(client)]).toEqual([[[client.get_unique_id(), 42]], 43]);
    client.disconnect_peer(1);
    await game.play(() => game.signals.filter(([kind]) => kind === 'disconnected').length === 2, 'leaving', client);
  });

  it('takes a connection that is open already, and what has come on it', async () => {
    const server = portless();
    const { peer, raw } = await game.server();
    raw.send(clientFrame(bytes(8)));
    expect(server.add_peer(peer)).toBe(OK);
    await game.play(() => server.get_available_packet_count() === 1, 'a packet', server);
    expect(take(server)).toBe(8);
    await until(() => raw.received.length >= 6, 'the id');
    expect(Buffer.from(wire(raw), 'hex').readInt32LE(2)).toBe(game.signals[0][1]);
  });

  it('gives up who does not get in within handshake_timeout', async () => {
    const server = portless();
    server.handshake_timeout = 0.02;
    drive(server);
    const { peer, raw } = await game.accepting();
    expect(server.add_peer(peer)).toBe(OK);
    await until(() => raw.hasEnded, 'the end');
    expect(game.signals).toEqual([]);
  });

  it('says why not', async () => {
    const nobody = game.member();
    expect(nobody.add_peer(game.peer())).toBe(ERR_UNCONFIGURED);
    const server = portless();
    expect(server.create_portless_server()).toBe(ERR_ALREADY_IN_USE);
    expect(server.add_peer(game.peer())).toBe(ERR_INVALID_PARAMETER);
    const { peer } = await game.accepting();
    server.refuse_new_connections = true;
    expect(server.add_peer(peer)).toBe(ERR_UNAVAILABLE);
    server.refuse_new_connections = false;
    expect([server.add_peer(peer), server.add_peer(peer)]).toEqual([OK, ERR_INVALID_PARAMETER]);
    server.max_pending_peers = 1;
    expect(server.add_peer((await game.accepting()).peer)).toBe(ERR_UNAVAILABLE);
    expect(() => server.add_peer({} as never)).toThrow(TypeError);
  });
});
