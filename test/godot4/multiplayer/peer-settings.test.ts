// peer_settings: what a multiplayer peer, and Godot 3's client and server, give to each connection that they make or
// accept.
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocketClient, WebSocketServer } from '../../../host/godot3/index.js';
import { MultiplayerSettings } from '../../../host/godot4/multiplayer/web-socket-multiplayer-settings.js';
import type { SettingName, SettingProperties } from '../../../host/godot4/websocket/setting-properties.js';
import { SETTING_TABLE } from '../../../host/godot4/websocket/setting-table.js';
import { WebSocketMultiplayerPeer, type WebSocketPeer, WebSocketSettings } from '../../../host/index.js';
import { SETTINGS } from '../../../host/protocol/session.js';
import { until } from '../../helpers/game.js';
import { useReports } from '../../helpers/reports.js';

const reports = useReports();
const players: { poll(): void; free(): void }[] = [];
afterEach(() => {
  for (const player of players.splice(0)) player.free();
});

function added<T extends { poll(): void; free(): void }>(player: T): T {
  players.push(player);
  return player;
}

const played = (condition: () => boolean, what: string): Promise<void> =>
  until(() => {
    for (const player of players) player.poll();
    return condition();
  }, what);

const NAMES = Object.keys(SETTING_TABLE) as SettingName[];

/** None of them is what any class begins with. */
const OTHERS: SettingProperties = {
  inbound_buffer_size: 7001,
  outbound_buffer_size: 7002,
  max_queued_packets: 703,
  max_handshake_size: 7004,
  heartbeat_interval: 75,
  handshake_timeout: 76,
  close_timeout: 77,
  message_timeout: 78,
  max_message_fragments: 7009,
  supported_protocols: ['game'],
  handshake_headers: ['X-Game: 1'],
  allowed_origins: ['https://game.example'],
  allowed_hosts: ['127.0.0.1'],
  max_unpolled_bytes: 17,
  max_unpolled_packets: 18,
  compression_mode: 1,
  compression_threshold: 25,
  handshake_hook: () => {},
  trusted_proxies: ['10.0.0.1'],
  proxy_header: 'forwarded',
  max_pending_handshakes: 19,
  max_pending_per_address: 20,
  max_connections_per_address: 21,
  max_packets_per_second: 22,
  max_bytes_per_second: 23,
  max_bad_packets: 24,
};

const valuesOf = (object: SettingProperties): SettingProperties =>
  Object.fromEntries(NAMES.map((name) => [name, object[name]])) as unknown as SettingProperties;

interface Opened {
  opened(protocols?: string[], headers?: string[]): WebSocketPeer;
}

class Multiplayer extends WebSocketMultiplayerPeer {
  opened(): WebSocketPeer {
    return new MultiplayerSettings(this).newSocket();
  }
}
class Client extends WebSocketClient implements Opened {
  opened(protocols: string[] = [], headers: string[] = []): WebSocketPeer {
    return this.newSocket(protocols, headers);
  }
}
class Server extends WebSocketServer implements Opened {
  opened(protocols: string[] = [], headers: string[] = []): WebSocketPeer {
    return this.newSocket(protocols, headers);
  }
}

const OF_GODOT_3 = {
  inbound_buffer_size: 65536,
  outbound_buffer_size: 65535,
  max_queued_packets: 1024,
  max_handshake_size: 4096,
};

/** Class, what its settings are at start where they are not WebSocketSettings' own, what its connections have otherwise. */
const CLASSES: [string, () => Multiplayer | Client | Server, Partial<SettingProperties>, Partial<SettingProperties>][] =
  [
    ['WebSocketMultiplayerPeer', () => new Multiplayer(), {}, { handshake_timeout: 0 }],
    ["Godot 3's WebSocketClient", () => new Client(), OF_GODOT_3, {}],
    ["Godot 3's WebSocketServer", () => new Server(), { ...OF_GODOT_3, handshake_timeout: 3 }, {}],
  ];

describe.each(CLASSES)('peer_settings of %s', (_class, make, initial, otherwise) => {
  test('begin with its defaults, and are what its connections have', () => {
    const player = added(make());
    const expected = { ...valuesOf(new WebSocketSettings()), ...initial };
    expect(valuesOf(player.peer_settings)).toEqual(expected);
    expect(valuesOf(player.opened())).toEqual({ ...expected, ...otherwise });
    expect(player.peer_settings).toBe(player.get_peer_settings());
    expect(make().peer_settings).not.toBe(player.peer_settings);
  });

  test.each(NAMES)('have %s, for connections that begin from now on', (name) => {
    const player = added(make());
    const before = player.opened();
    player.peer_settings.set(name, OTHERS[name]);
    expect(player.opened()[name]).toEqual(otherwise[name] ?? OTHERS[name]);
    expect(before[name]).not.toEqual(OTHERS[name]);
  });

  test('can be shared, and stay what one connection sets for itself', () => {
    const shared = new WebSocketSettings(OTHERS);
    const [player, other] = [added(make()), added(make())];
    player.peer_settings = shared;
    other.set_peer_settings(shared);
    expect([player.peer_settings, other.peer_settings]).toEqual([shared, shared]);
    const connection = player.opened();
    expect(valuesOf(connection)).toEqual({ ...OTHERS, ...otherwise });
    connection.inbound_buffer_size = 5;
    expect([shared.inbound_buffer_size, other.opened().inbound_buffer_size]).toEqual([7001, 7001]);
  });

  test.each([null, {}, 5])('are no %s', (value) => {
    const player = added(make());
    expect(() => player.set_peer_settings(value as unknown as WebSocketSettings)).toThrow(
      /^peer_settings must be a WebSocketSettings/,
    );
  });
});

test.each([
  'supported_protocols',
  'handshake_headers',
  'inbound_buffer_size',
  'outbound_buffer_size',
  'max_queued_packets',
] as const)('%s of WebSocketMultiplayerPeer is that of its peer_settings', (name) => {
  const player = added(new Multiplayer());
  player.set(name, OTHERS[name]);
  expect(player.peer_settings[name]).toEqual(OTHERS[name]);
  player.peer_settings = new WebSocketSettings();
  expect(player[name]).toEqual(new WebSocketSettings()[name]);
});

test('handshake_timeout of WebSocketMultiplayerPeer is its own: it is for the whole of joining', () => {
  const player = added(new Multiplayer());
  player.peer_settings.handshake_timeout = 50;
  expect(player.handshake_timeout).toBe(3);
  player.handshake_timeout = 4;
  expect([player.peer_settings.handshake_timeout, player.opened().handshake_timeout]).toEqual([50, 0]);
});

describe("Godot 3's own setters", () => {
  test('set the same values, but for the packets to be sent', () => {
    const client = added(new Client());
    expect(client.set_buffers(2, 3, 4, 5)).toBe(0);
    const { inbound_buffer_size, outbound_buffer_size, max_queued_packets } = client.peer_settings;
    expect([inbound_buffer_size, outbound_buffer_size, max_queued_packets]).toEqual([2048, 4095, 4]);
  });

  test.each([
    [null, 1024],
    [5, 8],
    [1, Number.POSITIVE_INFINITY],
  ])('leave packets to be sent to the limit of set_buffers: %j makes %d', (packets, limit) => {
    const client = added(new Client());
    if (packets !== null) expect(client.set_buffers(64, 3, 64, packets)).toBe(0);
    client.peer_settings.max_queued_packets = 9;
    const { maxQueuedPackets, maxUnsentPackets } = client.opened()[SETTINGS];
    expect([maxQueuedPackets, maxUnsentPackets]).toEqual([9, limit]);
  });

  test('of a server: handshake_timeout and set_extra_headers', () => {
    const server = added(new Server());
    server.handshake_timeout = 7;
    server.set_extra_headers(['X: 1']);
    expect([server.peer_settings.handshake_timeout, server.peer_settings.handshake_headers]).toEqual([7, ['X: 1']]);
    server.peer_settings.handshake_timeout = 8;
    expect(server.handshake_timeout).toBe(8);
  });

  test.each([
    [[], [], ['game'], ['X-Game: 1']],
    [['chat'], [], ['chat'], ['X-Game: 1']],
    [['chat'], ['X: 2'], ['chat'], ['X: 2']],
  ])('lose to the arguments of a call: protocols %j and headers %j', (protocols, headers, wanted, sent) => {
    const client = added(new Client());
    client.peer_settings = new WebSocketSettings(OTHERS);
    const { supported_protocols, handshake_headers } = client.opened(protocols, headers);
    expect([supported_protocols, handshake_headers]).toEqual([wanted, sent]);
    expect(client.peer_settings.supported_protocols).toEqual(['game']);
  });
});

describe('on the wire', () => {
  test('a multiplayer game has the settings at both ends', async () => {
    const settings = new WebSocketSettings({ supported_protocols: ['game'], heartbeat_interval: 9 });
    const server = added(new WebSocketMultiplayerPeer());
    const client = added(new WebSocketMultiplayerPeer());
    server.peer_settings = settings;
    client.peer_settings = settings;
    expect(server.create_server(0, '127.0.0.1')).toBe(0);
    let id = 0;
    server.connect('peer_connected', (joined: number) => {
      id = joined;
    });
    expect(client.create_client(`ws://127.0.0.1:${server.get_local_port()}`)).toBe(0);
    await played(() => id > 0 && client.get_connection_status() === 2, 'a client');
    const ends = [server.get_peer(id), client.get_peer(1)] as WebSocketPeer[];
    const seen = ends.map((end) => [end.get_selected_protocol(), end.heartbeat_interval]);
    expect(seen).toEqual([
      ['game', 9],
      ['game', 9],
    ]);
  });

  test.each([
    [{}, {}, [], ''],
    [{ supported_protocols: ['game'] }, { supported_protocols: ['game'] }, [], 'game'],
    [{ supported_protocols: ['chat'] }, { supported_protocols: ['game'] }, ['chat'], 'chat'],
    [{ allowed_hosts: ['game.example'] }, {}, [], null],
    [{ supported_protocols: ['game'] }, {}, [], null],
  ])(
    "Godot 3's server with %j has a client with %j that asks for %j: %j",
    async (atServer, atClient, asked, agreed) => {
      const server = added(new WebSocketServer());
      const client = added(new WebSocketClient());
      server.bind_ip = '127.0.0.1';
      for (const [name, value] of Object.entries(atServer)) server.peer_settings.set(name, value);
      for (const [name, value] of Object.entries(atClient)) client.peer_settings.set(name, value);
      let seen: string | null | undefined;
      client.connect('connection_established', (protocol: string) => {
        seen = protocol;
      });
      client.connect('connection_error', () => {
        seen = null;
      });
      expect(server.listen(0)).toBe(0);
      expect(client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}`, asked)).toBe(0);
      await played(() => seen !== undefined, 'an answer');
      expect(seen).toBe(agreed);
      reports.take();
    },
  );

  test("Godot 3's server does not listen with subprotocols in its settings that can't be sent", () => {
    const server = added(new WebSocketServer());
    server.peer_settings.supported_protocols = ['a b'];
    expect(server.listen(0)).toBe(31);
    expect(reports.take()).toEqual([expect.stringContaining('listen: supported_protocols')]);
  });
});
