// Settings of a connection: what each can be, on every class that has them, and objects of them that are shared.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SERVER_DEFAULTS } from '#server-settings';
import * as descriptions from '../../../host/binding/descriptions.js';
import { type ErrorHandler, set_error_handler } from '../../../host/binding/error-handler.js';
import { useDescriptions } from '../../../host/browser/descriptions.js';
import { WebSocketClient } from '../../../host/godot3/index.js';
import { WebSocketMultiplayerPeer } from '../../../host/godot4/multiplayer/web-socket-multiplayer-peer.js';
import { set_compatibility_profile } from '../../../host/godot4/websocket/compatibility-profile.js';
import type { SettingName } from '../../../host/godot4/websocket/setting-properties.js';
import { SETTING_TABLE } from '../../../host/godot4/websocket/setting-table.js';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { WebSocketSettings } from '../../../host/godot4/websocket/web-socket-settings.js';
import { SETTINGS } from '../../../host/protocol/session.js';
import { WorkerWebSocketPeer } from '../../../host/worker/worker-web-socket-peer.js';

type Value = number | string | string[] | null;

const worker = { postMessage() {} } as unknown as ConstructorParameters<typeof WorkerWebSocketPeer>[0];

const CLASSES: [string, () => WebSocketPeer | WebSocketSettings][] = [
  ['WebSocketPeer', () => new WebSocketPeer()],
  ['WorkerWebSocketPeer', () => new WorkerWebSocketPeer(worker)],
  ['WebSocketSettings', () => new WebSocketSettings()],
];

const SECONDS = { kept: [1.5, 0, 0.25], cut: [[0.0015, 0.001]], refused: [[-1, 'must be at least 0, got -1']] };
const atLeast = (least: number) => ({
  kept: [least, 2 ** 31 - 1],
  cut: [[2 ** 32 + least, least]],
  refused: [[least - 1, `must be at least ${least}, got ${least - 1}`]],
});
const hook = () => {};
const LIST = { kept: [['a: b', 'c: d'], []], cut: [], refused: [] };

/** Name, value at start, and what becomes of others: kept, cut to what is kept, refused with a message. */
type Row = [SettingName, Value, { kept: unknown[]; cut: unknown[][]; refused: unknown[][] }];
const OF_ALL: Row[] = [
  ['inbound_buffer_size', 65535, atLeast(1)],
  ['outbound_buffer_size', 65535, atLeast(0)],
  ['max_queued_packets', 4096, atLeast(1)],
  ['heartbeat_interval', 0, SECONDS],
  [
    'supported_protocols',
    [],
    {
      ...LIST,
      cut: [
        [
          [' chat ', 'game'],
          ['chat', 'game'],
        ],
      ],
    },
  ],
  ['handshake_headers', [], LIST],
  ['max_handshake_size', 16384, atLeast(256)],
  ['handshake_timeout', 30, SECONDS],
  ['close_timeout', 10, SECONDS],
  ['message_timeout', 0, SECONDS],
  ['max_message_fragments', 1048576, atLeast(1)],
  ['max_unpolled_bytes', 16777216, atLeast(1)],
  ['max_unpolled_packets', 65536, atLeast(1)],
  [
    'compression_mode',
    0,
    {
      kept: [0, 1],
      cut: [[2 ** 32 + 1, 1]],
      refused: [2, 7, -1].map((value) => [value, `must be 0 or 1, got ${value}`]),
    },
  ],
  ['compression_threshold', 256, atLeast(0)],
];

const OF_SERVERS: Row[] = [
  ['allowed_origins', [], LIST],
  ['allowed_hosts', [], LIST],
  ['handshake_hook', null, { kept: [hook], cut: [], refused: [] }],
  ['trusted_proxies', [], LIST],
  ['proxy_header', 'x-forwarded-for', { kept: ['forwarded'], cut: [], refused: [] }],
  ['max_pending_handshakes', 512, atLeast(1)],
  ['max_pending_per_address', 0, atLeast(0)],
  ['max_connections_per_address', 0, atLeast(0)],
  ['max_packets_per_second', 0, atLeast(0)],
  ['max_bytes_per_second', 0, atLeast(0)],
  ['max_bad_packets', 0, atLeast(0)],
];

useDescriptions(descriptions); // as websocketpeer/extension does in a page

const isPage = Object.keys(SERVER_DEFAULTS).length === 0;
const ROWS = isPage ? OF_ALL : [...OF_ALL, ...OF_SERVERS];

let messages: [string, unknown][] = [];
let former: ErrorHandler | null;

beforeEach(() => {
  messages = [];
  former = set_error_handler((message, _kind, { source }) => messages.push([message, source]));
});

afterEach(() => void set_error_handler(former));

test('every setting has a row here', () => {
  expect(ROWS.map(([name]) => name)).toEqual(Object.keys(SETTING_TABLE));
});

describe.each(CLASSES)('%s', (_class, make) => {
  test.each(ROWS)('has %s, %j at start, and keeps what is in range', (name, initial, { kept, cut }) => {
    for (const [given, read] of [...kept.map((value) => [value, value]), ...cut]) {
      const object = make();
      expect(object.get(name)).toEqual(initial);
      object.set(name, given);
      expect([object.get(name), object.call(`get_${name}`)]).toEqual([read, read]);
      object.call(`set_${name}`, initial);
      expect(object.get(name)).toEqual(initial);
    }
    expect(messages).toEqual([]);
  });

  test.each(ROWS)('says what %s must be, and which object is meant', (name, initial, { refused }) => {
    const object = make();
    for (const [given] of refused) object.call(`set_${name}`, given);
    const expected = refused.map(([, reason]) => [`${name} ${reason}; it stays ${initial}`, object]);
    expect(messages).toEqual(expected);
    expect(object.get(name)).toEqual(initial);
  });

  test.each(ROWS)('takes no other type for %s', (name, initial) => {
    const object = make() as unknown as Record<string, unknown>;
    for (const value of [name === 'handshake_hook' ? true : null, 'many', [1], {}]) {
      expect(() => {
        object[name] = value;
      }).toThrow(TypeError);
    }
    expect(object[name]).toEqual(initial);
  });

  test('has one limit for packets that were received and packets to be sent', () => {
    const object = make();
    object.max_queued_packets = 7;
    const { maxQueuedPackets, maxUnsentPackets } = object[SETTINGS];
    expect([maxQueuedPackets, maxUnsentPackets]).toEqual([7, 7]);
  });

  test('lists every setting as a property with its methods', () => {
    const object = make();
    const properties = new Set(object.get_property_list().map((property) => property.name));
    const methods = [...ROWS.flatMap(([name]) => [`get_${name}`, `set_${name}`])];
    expect(ROWS.map(([name]) => name).filter((name) => !properties.has(name))).toEqual([]);
    expect(methods.filter((name) => !object.has_method(name))).toEqual([]);
  });
});

describe.each(CLASSES.slice(0, 2))('settings of %s', (_class, make) => {
  const peer = () => make() as WebSocketPeer;

  test('are one object, always the same, with the values of the peer', () => {
    const one = peer();
    one.inbound_buffer_size = 7;
    expect(one.settings).toBe(one.get_settings());
    expect(one.settings).toBeInstanceOf(WebSocketSettings);
    expect(one.settings.inbound_buffer_size).toBe(7);
    one.settings.heartbeat_interval = 2;
    one.close_timeout = 3;
    expect([one.heartbeat_interval, one.settings.close_timeout]).toEqual([2, 3]);
    expect([peer().inbound_buffer_size, peer().heartbeat_interval, peer().close_timeout]).toEqual([65535, 0, 10]);
  });

  test('can be shared: what is set on one is set on all, until one gets others', () => {
    const shared = new WebSocketSettings({ inbound_buffer_size: 1000 });
    const peers = [peer(), peer()];
    for (const one of peers) one.settings = shared;
    const sizes = () => [shared, ...peers].map((one) => one.inbound_buffer_size);
    expect([sizes(), peers.map((one) => one.settings === shared)]).toEqual([
      [1000, 1000, 1000],
      [true, true],
    ]);
    shared.inbound_buffer_size = 2000;
    expect(sizes()).toEqual([2000, 2000, 2000]);
    (peers[0] as WebSocketPeer).inbound_buffer_size = 3000;
    expect(sizes()).toEqual([3000, 3000, 3000]);
    (peers[1] as WebSocketPeer).set_settings(new WebSocketSettings());
    shared.inbound_buffer_size = 4000;
    expect(sizes()).toEqual([4000, 4000, 65535]);
  });

  test('of one peer can be given to another', () => {
    const [one, other] = [peer(), peer()];
    other.settings = one.settings;
    one.max_queued_packets = 5;
    expect([other.max_queued_packets, other.settings]).toEqual([5, one.settings]);
  });

  test.each([null, undefined, {}, 5, new WebSocketPeer()])('are no %s', (value) => {
    const one = peer();
    expect(() => one.set_settings(value as unknown as WebSocketSettings)).toThrow(
      /^settings must be a WebSocketSettings/,
    );
  });
});

describe('WebSocketSettings', () => {
  test('takes properties when it is made', () => {
    const settings = new WebSocketSettings({ heartbeat_interval: 15, supported_protocols: ['a', 'b'] });
    expect([settings.heartbeat_interval, settings.supported_protocols, settings.close_timeout]).toEqual([
      15,
      ['a', 'b'],
      10,
    ]);
    expect(settings.get_class()).toBe('WebSocketSettings');
  });

  test.each(['typo', 'get_inbound_buffer_size', 'settings', 'constructor', '__proto__x'])(
    'knows no setting "%s"',
    (name) => {
      expect(() => new WebSocketSettings({ [name]: 1 })).toThrow(
        new TypeError(`WebSocketSettings: ${name} must be the name of a setting, got 1`),
      );
    },
  );

  test('takes no other property afterwards', () => {
    const settings = new WebSocketSettings() as unknown as Record<string, unknown>;
    expect(() => {
      settings.typo = 1;
    }).toThrow(TypeError);
    expect(() => {
      settings.heartbeat_interval = 1;
    }).not.toThrow();
  });

  test('is refused values as a peer is', () => {
    const settings = new WebSocketSettings({ inbound_buffer_size: 0 });
    expect(messages).toEqual([['inbound_buffer_size must be at least 1, got 0; it stays 65535', settings]]);
  });
});

describe('set_compatibility_profile', () => {
  afterEach(() => void set_compatibility_profile('4.6'));

  const MAKERS = [...CLASSES, ['WebSocketMultiplayerPeer', () => new WebSocketMultiplayerPeer()]] as [
    string,
    () => WebSocketPeer,
  ][];

  test.each(MAKERS)('changes what a new %s begins with, and no other', (_class, make) => {
    const before = make();
    expect(set_compatibility_profile('4.3')).toBe('4.6');
    const later = make();
    expect([before, later].map((one) => one.max_queued_packets)).toEqual([4096, 2048]);
    expect(set_compatibility_profile('4.6')).toBe('4.3');
    expect([before, later, make()].map((one) => one.max_queued_packets)).toEqual([4096, 2048, 4096]);
    later.outbound_buffer_size = 5;
    expect([later.max_queued_packets, later.outbound_buffer_size]).toEqual([2048, 5]);
  });

  test('keeps what is set on one from all others, in every profile', () => {
    set_compatibility_profile('4.3');
    new WebSocketPeer().max_queued_packets = 9;
    expect(new WebSocketPeer().max_queued_packets).toBe(2048);
  });

  test("leaves Godot 3's classes alone", () => {
    set_compatibility_profile('4.3');
    expect(new WebSocketClient().peer_settings.max_queued_packets).toBe(1024);
  });

  test.each(['4.5', '3.6', '', 'toString'])('knows no "%s"', (name) => {
    expect(() => set_compatibility_profile(name as '4.6')).toThrow(
      new RangeError(`profile must be one of '4.3', '4.6', got '${name}'`),
    );
    expect(new WebSocketPeer().max_queued_packets).toBe(4096);
  });
});
