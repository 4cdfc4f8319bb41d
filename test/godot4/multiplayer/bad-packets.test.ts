// Bad packets of a multiplayer's peers: one line a second and peer in the log, and the end of a peer that sends many.
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocketClient, WebSocketServer } from '../../../host/godot3/index.js';
import { BadPackets } from '../../../host/godot4/multiplayer/bad-packets.js';
import { BAD_PACKETS } from '../../../host/godot4/multiplayer/multiplayer-peer.js';
import {
  OK,
  SceneMultiplayer,
  WebSocketMultiplayerPeer,
  WebSocketPeer,
  type WebSocketSettings,
} from '../../../host/index.js';
import { until } from '../../helpers/game.js';
import { useReports } from '../../helpers/reports.js';

const { STATE_OPEN, STATE_CLOSED } = WebSocketPeer;

const reports = useReports();
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

interface Host {
  readonly port: number;
  readonly settings: WebSocketSettings;
  readonly poll: () => void;
  /** Ids of the peers that the game knows. */
  readonly peers: () => number[];
  /** Ids of those that have left. */
  readonly left: number[];
  /** A packet of a client `id` that says nothing, and others that nobody may send. */
  readonly bad: (id: number) => Uint8Array[];
  /** A packet for a peer that is not there. */
  readonly relayToNobody: (id: number) => Uint8Array;
  readonly good: (id: number) => Uint8Array;
}

function sceneHost(): Host {
  const transport = new WebSocketMultiplayerPeer();
  expect(transport.create_server(0, '127.0.0.1')).toBe(OK);
  const scene = new SceneMultiplayer();
  scene.multiplayer_peer = transport;
  const left: number[] = [];
  scene.connect('peer_disconnected', (id) => left.push(id));
  endings.push(() => transport.close());
  return {
    port: transport.get_local_port(),
    settings: transport.peer_settings,
    poll: () => scene.poll(),
    peers: () => [...scene.get_peers()],
    left,
    bad: () =>
      [[3], [7, 1, 9, 9, 9, 9], [7, 2, 9, 9, 9, 9], [7, 9], [7, 3, 0, 0, 0, 0, 7, 0]].map((one) =>
        Uint8Array.from(one),
      ),
    relayToNobody: () => Uint8Array.of(7, 3, 9, 9, 9, 9, 3, 1),
    good: () => Uint8Array.of(3, 1),
  };
}

/** A message of Godot 3's protocol: type, source, target and payload. */
function message(type: number, from: number, to: number, ...payload: number[]): Uint8Array {
  const bytes = new Uint8Array(9 + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = type;
  view.setInt32(1, from, true);
  view.setInt32(5, to, true);
  bytes.set(payload, 9);
  return bytes;
}

function godot3Host(): Host {
  const server = new WebSocketServer();
  server.bind_ip = '127.0.0.1';
  expect(server.listen(0, [], true)).toBe(OK);
  const ids = new Set<number>();
  const left: number[] = [];
  server.connect('peer_connected', (id) => ids.add(id));
  server.connect('peer_disconnected', (id) => {
    ids.delete(id);
    left.push(id);
  });
  endings.push(() => server.stop());
  return {
    port: server.get_local_port(),
    settings: server.peer_settings,
    poll: () => server.poll(),
    peers: () => [...ids],
    left,
    bad: (id) => [Uint8Array.of(3), message(0, 1, 0, 1), message(2, id, 0, 1, 0, 0, 0), message(0, id, id, 1)],
    relayToNobody: (id) => message(0, id, 151_587_081, 1),
    good: (id) => message(0, id, 1, 1),
  };
}

const hosts: [string, () => Host][] = [
  ['a SceneMultiplayer', sceneHost],
  ["Godot 3's WebSocketServer", godot3Host],
];

async function guest(host: Host): Promise<{ client: WebSocketPeer; id: number; turn: () => void }> {
  const client = new WebSocketPeer();
  client.outbound_buffer_size = 0;
  client.max_queued_packets = 1_000_000;
  expect(client.connect_to_url(`ws://127.0.0.1:${host.port}`)).toBe(OK);
  endings.push(() => client.free());
  const turn = (): void => {
    host.poll();
    client.poll();
  };
  const before = host.peers();
  await until(() => {
    turn();
    return client.get_ready_state() === STATE_OPEN && host.peers().length > before.length;
  }, 'a guest');
  return { client, id: host.peers().find((one) => !before.includes(one)) as number, turn };
}

describe.each(hosts)('%s', (_, make) => {
  it('reports the bad packets of each peer once a second, whatever they are', async () => {
    const host = make();
    const guests = [await guest(host), await guest(host), await guest(host)];
    reports.take();
    for (const { client, id } of guests)
      for (let i = 0; i < 100; i += 1) for (const bad of host.bad(id)) client.send(bad);
    const { client, turn } = guests[0];
    client.close();
    await until(() => {
      for (const one of guests) one.turn();
      return client.get_ready_state() === STATE_CLOSED;
    }, 'everything');
    turn();
    expect(reports.errors.length).toBeGreaterThanOrEqual(1);
    expect(reports.take().length).toBeLessThanOrEqual(3 * 2);
    expect(host.peers()).toHaveLength(2);
  });

  it('disconnects a peer that sends more than max_bad_packets, and tells the game', async () => {
    const host = make();
    host.settings.max_bad_packets = 3;
    const { client, id, turn } = await guest(host);
    const other = await guest(host);
    reports.take();
    for (let i = 0; i < 3; i += 1) client.send(host.bad(id)[i]);
    client.send(host.good(id));
    for (let i = 0; i < 20; i += 1) turn();
    expect(host.left).toEqual([]);
    client.send(host.bad(id)[0]);
    await until(() => {
      turn();
      return client.get_ready_state() === STATE_CLOSED && host.left.length > 0;
    }, 'the end');
    expect([client.get_close_code(), client.get_close_reason(), host.left, host.peers()]).toEqual([
      1008,
      'Too many bad packets',
      [id],
      [other.id],
    ]);
    expect(reports.take().at(-1)).toBe(
      `peer ${id} has sent more than 3 bad packets (max_bad_packets); it is disconnected`,
    );
  });

  it('drops what is for somebody who has just left, without a word', async () => {
    const host = make();
    host.settings.max_bad_packets = 1;
    const { client, id, turn } = await guest(host);
    for (let i = 0; i < 10; i += 1) client.send(host.relayToNobody(id));
    client.send(host.good(id));
    for (let i = 0; i < 20; i += 1) turn();
    expect([host.peers(), reports.take()]).toEqual([[id], []]);
  });
});

it('counts empty messages of a WebSocketMultiplayerPeer, silently as in the engine', async () => {
  const host = sceneHost();
  host.settings.max_bad_packets = 2;
  const { client, id, turn } = await guest(host);
  for (let i = 0; i < 3; i += 1) client.send(new Uint8Array(0));
  await until(() => {
    turn();
    return host.left.length > 0;
  }, 'the end');
  expect([host.left, reports.take()]).toEqual([
    [id],
    [`peer ${id} has sent more than 2 bad packets (max_bad_packets); it is disconnected`],
  ]);
});

describe('a client whose server is hostile', () => {
  /** A server that sends what it is told, to one client. */
  async function against(join: (url: string) => () => void): Promise<WebSocketPeer> {
    const { TCPServer } = await import('../../../host/index.js');
    const door = new TCPServer();
    door.listen(0, '127.0.0.1');
    endings.push(() => door.stop());
    const poll = join(`ws://127.0.0.1:${door.get_local_port()}`);
    const server = new WebSocketPeer();
    server.outbound_buffer_size = 0;
    server.max_queued_packets = 1_000_000;
    endings.push(() => server.free());
    await until(() => {
      poll();
      if (door.is_connection_available()) server.accept_stream(door.take_connection());
      server.poll();
      return server.get_ready_state() === STATE_OPEN;
    }, 'open');
    return server;
  }

  it('knows 4,095 peers of a SceneMultiplayer at most, and leaves after max_bad_packets', async () => {
    const transport = new WebSocketMultiplayerPeer();
    const scene = new SceneMultiplayer();
    endings.push(() => transport.close());
    const server = await against((url) => {
      transport.create_client(url);
      scene.multiplayer_peer = transport;
      return () => scene.poll();
    });
    server.send(Uint8Array.of(5, 0, 0, 0));
    const notice = (id: number): Uint8Array => Uint8Array.of(7, 1, id & 255, id >> 8, 0, 0);
    for (let id = 10; id < 6010; id += 1) server.send(notice(id));
    server.send(Uint8Array.of(3, 99));
    let last = 0;
    scene.connect('peer_packet', (_id, [first]) => {
      last = first as number;
    });
    const turn = (): void => {
      server.poll();
      scene.poll();
    };
    await until(() => {
      turn();
      return last === 99;
    }, 'the last one');
    expect(scene.get_peers()).toHaveLength(4095);
    expect(reports.take()).toEqual(['SceneMultiplayer: the server announces more than 4095 peers; dropped']);
    transport.peer_settings.max_bad_packets = 2000;
    server.send(notice(6011));
    let ended = false;
    scene.connect('server_disconnected', () => {
      ended = true;
    });
    for (let i = 0; i < 2000; i += 1) server.send(notice(7000));
    await until(() => {
      turn();
      return ended;
    }, 'the end');
    expect(server.get_close_code()).toBe(1008);
  });

  it("knows 4,095 peers in Godot 3's protocol at most, and leaves after max_bad_packets", async () => {
    const client = new WebSocketClient();
    endings.push(() => client.free());
    let known = 0;
    client.connect('peer_connected', () => {
      known += 1;
    });
    client.peer_settings.max_bad_packets = 10_000;
    const server = await against((url) => {
      client.connect_to_url(url, [], true);
      return () => client.poll();
    });
    for (let id = 10; id < 6010; id += 1) server.send(message(1, 1, 0, id & 255, id >> 8, 0, 0));
    server.send(message(0, 1, 0, 42));
    await until(() => {
      server.poll();
      client.poll();
      return client.get_available_packet_count() === 1;
    }, 'the last one');
    expect(known).toBe(4095);
    expect(reports.take()).toEqual(['gd_mp_api: peer 1 has sent more than 4095 peers; dropped']);
    for (let i = 0; i < 10_000; i += 1) server.send(Uint8Array.of(3));
    await until(() => {
      server.poll();
      client.poll();
      return server.get_ready_state() === STATE_CLOSED;
    }, 'the end');
    expect(server.get_close_code()).toBe(1008);
  });

  it('does not blame the server for what another client has it relay', async () => {
    const transport = new WebSocketMultiplayerPeer();
    transport.peer_settings.max_bad_packets = 1;
    const scene = new SceneMultiplayer();
    endings.push(() => transport.close());
    const server = await against((url) => {
      transport.create_client(url);
      scene.multiplayer_peer = transport;
      return () => scene.poll();
    });
    server.send(Uint8Array.of(5, 0, 0, 0));
    for (let i = 0; i < 10; i += 1) server.send(Uint8Array.of(7, 3, 9, 0, 0, 0, 7, 9));
    for (let i = 0; i < 20; i += 1) {
      server.poll();
      scene.poll();
      await new Promise((done) => setImmediate(done));
    }
    expect([scene.multiplayer_peer?.get_connection_status(), reports.take().length]).toEqual([2, 1]);
    expect(server.get_ready_state()).toBe(STATE_OPEN);
  });
});

describe('the records of bad packets', () => {
  it('are of peers that are there: all that have left share one, which does not count', () => {
    const there = new Set([1, 2]);
    const records = new BadPackets((id) => there.has(id));
    records.mention(1, 'one', {});
    for (let id = 3; id < 100; id += 1) {
      records.mention(id, `late ${id}`, {});
      expect(records.add(id, `late ${id}`, {})).toBe(0);
    }
    expect([records.size, records.add(2, '', {}), reports.take()]).toEqual([1, 1, ['one; dropped', 'late 3; dropped']]);
  });

  it('of a WebSocketMultiplayerPeer are of those that it has', async () => {
    const server = new WebSocketMultiplayerPeer();
    endings.push(() => server.close());
    expect(server.create_server(0, '127.0.0.1')).toBe(OK);
    const client = new WebSocketMultiplayerPeer();
    endings.push(() => client.close());
    expect(client.create_client(`ws://127.0.0.1:${server.get_local_port()}`)).toBe(OK);
    let id = 0;
    server.connect('peer_connected', (one) => {
      id = one;
    });
    await until(() => {
      server.poll();
      client.poll();
      return id !== 0;
    }, 'a peer');
    expect([server[BAD_PACKETS].add(id, '', server), server[BAD_PACKETS].add(id + 1, '', server)]).toEqual([1, 0]);
    server.disconnect_peer(id, true);
    expect(server[BAD_PACKETS].add(id, '', server)).toBe(0);
  });
});
