// What a game does wrong: JavaScript types that Godot could never have received are a TypeError that names the
// argument; everything else is an error code and one message that names value, limit and property.
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  ERR_INVALID_DATA,
  ERR_INVALID_PARAMETER,
  ERR_OUT_OF_MEMORY,
  FAILED,
  OK,
} from '../../../host/binding/errors.js';
import { TLSOptions } from '../../../host/godot4/crypto/tls-options.js';
import { StreamPeerBuffer } from '../../../host/godot4/io/stream-peer-buffer.js';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { openPeer, SIDES } from '../../helpers/memory-stream-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { useReports } from '../../helpers/reports.js';

vi.mock('#platform', () => import('../../helpers/memory-stream-platform.js'));

const reports = useReports();
beforeEach(() => world.reset());

type Loose = Record<string, (...values: unknown[]) => unknown>;

const NOT_INT = [undefined, null, '1', true, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, {}, [], 1n];
const NOT_FLOAT = [undefined, null, '1', true, Number.NaN, Number.POSITIVE_INFINITY, {}, [], 1n];
const NOT_STRING = [null, 1, true, {}, [], Symbol('s'), new String('boxed')];
const NOT_BYTES = [undefined, null, 'text', 7, true, {}, [1, 2, 3], 5n];
const NOT_BOOL = [undefined, null, 0, 1, 'true', {}];
const NOT_LIST = [undefined, null, 'a', 7, {}, new Set(['a']), { length: 0 }];
const NOT_FUNCTION = [undefined, null, 7, 'f', {}];

/** Method, the arguments before, the argument's name, and what it cannot be. */
const WRONG: readonly (readonly [method: string, before: unknown[], name: string, values: unknown[]])[] = [
  ['connect_to_url', [], 'url', [undefined, ...NOT_STRING]],
  ['connect_to_url', ['ws://127.0.0.1/'], 'tls_client_options', [7, 'x', {}, true]],
  ['accept_stream', [], 'stream', [undefined, 7, 'x', {}, new Uint8Array(1)]],
  ['send', [], 'message', NOT_BYTES],
  ['send', [new Uint8Array(1)], 'write_mode', NOT_INT.slice(1)],
  ['send_text', [], 'message', [undefined, ...NOT_STRING]],
  ['put_packet', [], 'buffer', NOT_BYTES],
  [
    'get_packet_into',
    [],
    'target',
    [undefined, null, 7, 'x', {}, [1], new ArrayBuffer(4), new DataView(new ArrayBuffer(4))],
  ],
  ['close', [], 'code', NOT_INT.slice(1)],
  ['close', [1000], 'reason', NOT_STRING],
  ['set_no_delay', [], 'enabled', NOT_BOOL],
  ['set_inbound_buffer_size', [], 'inbound_buffer_size', NOT_INT],
  ['set_outbound_buffer_size', [], 'outbound_buffer_size', NOT_INT],
  ['set_max_queued_packets', [], 'max_queued_packets', NOT_INT],
  ['set_max_handshake_size', [], 'max_handshake_size', NOT_INT],
  ['set_max_message_fragments', [], 'max_message_fragments', NOT_INT],
  ['set_max_unpolled_bytes', [], 'max_unpolled_bytes', NOT_INT],
  ['set_max_unpolled_packets', [], 'max_unpolled_packets', NOT_INT],
  ['set_encode_buffer_max_size', [], 'max_size', NOT_INT],
  ['set_heartbeat_interval', [], 'heartbeat_interval', NOT_FLOAT],
  ['set_handshake_timeout', [], 'handshake_timeout', NOT_FLOAT],
  ['set_close_timeout', [], 'close_timeout', NOT_FLOAT],
  ['set_message_timeout', [], 'message_timeout', NOT_FLOAT],
  ['set_supported_protocols', [], 'protocols', [...NOT_LIST, [1], ['a', null]]],
  ['set_handshake_headers', [], 'headers', [...NOT_LIST, [{}]]],
  ['set_allowed_origins', [], 'origins', [...NOT_LIST, [1]]],
  ['set_allowed_hosts', [], 'hosts', [...NOT_LIST, [1]]],
  ['connect', [], 'signal', [undefined, ...NOT_STRING]],
  ['connect', ['activity'], 'callable', NOT_FUNCTION],
  ['connect', ['activity', () => {}], 'flags', NOT_INT.slice(1)],
  ['disconnect', ['activity'], 'callable', NOT_FUNCTION],
  ['is_connected', ['activity'], 'callable', NOT_FUNCTION],
  ['has_signal', [], 'signal', [undefined, ...NOT_STRING]],
  ['emit_signal', [], 'signal', [undefined, ...NOT_STRING]],
];

describe.each(SIDES)('a %s', (side) => {
  for (const [method, before, name, values] of WRONG) {
    test(`${method} throws a TypeError that names "${name}", and changes nothing`, () => {
      const here = openPeer(side);
      for (const value of values) {
        const call = (): unknown => (here.peer as unknown as Loose)[method](...before, value);
        expect(call, String(value?.toString?.())).toThrow(TypeError);
        expect(call).toThrow(name);
      }
      expect(here.peer.get_ready_state()).toBe(WebSocketPeer.STATE_OPEN);
      expect([here.stream.takeWritten().length, reports.take()]).toEqual([0, []]);
    });
  }

  test.each<[string, (peer: WebSocketPeer) => number, number]>([
    ['accept_stream(null)', (peer) => peer.accept_stream(null), 31],
    ['accept_stream of a stream that is none', (peer) => peer.accept_stream(new StreamPeerBuffer()), 22],
    ['connect_to_url("")', (peer) => peer.connect_to_url(''), 31],
    ['connect_to_url of a URL that is none', (peer) => peer.connect_to_url('http://x'), 22],
    [
      'connect_to_url with options of a server',
      (peer) => peer.connect_to_url('ws://x', TLSOptions.server(null, null)),
      31,
    ],
  ])('while OPEN answers %s as the engine does', (_what, call, error) => {
    const { peer } = openPeer(side);
    expect([call(peer), peer.get_ready_state()]).toEqual([error, WebSocketPeer.STATE_OPEN]);
    expect(reports.take()).toHaveLength(1);
  });

  test('takes bytes in any JavaScript clothing, and copies them before the call returns', () => {
    const here = openPeer(side);
    const buffer = Uint8Array.of(1, 2, 3, 4).buffer;
    const view = new Uint8Array(buffer);
    const shared = new Uint8Array(new SharedArrayBuffer(2)).fill(9);
    const forms = [
      buffer,
      view,
      new DataView(buffer, 1, 2),
      new Uint16Array(buffer),
      view.subarray(1, 3),
      shared.buffer,
      runInNewContext('Uint8Array.of(7, 8).buffer'),
    ];
    for (const form of [...forms, Buffer.from([5])]) expect(here.peer.send(form)).toBe(OK);
    view.fill(0);
    here.peer.poll();
    const sent = here.takeFrames().map(({ payload }) => [...payload]);
    expect(sent).toEqual([[1, 2, 3, 4], [1, 2, 3, 4], [2, 3], [1, 2, 3, 4], [2, 3], [9, 9], [7, 8], [5]]);
  });

  test('reports a send without room with the value, the limits and their properties', () => {
    const here = openPeer(side);
    here.stream.block();
    here.peer.send(new Uint8Array(60000));
    here.peer.poll();
    expect(here.peer.send(new Uint8Array(5536))).toBe(ERR_OUT_OF_MEMORY);
    expect(reports.take()).toEqual([
      expect.stringMatching(
        /5536 bytes.*1 packets with 60000 bytes.*outbound_buffer_size 65535.*max_queued_packets 4096/,
      ),
    ]);
    expect(here.peer.send(new Uint8Array(5535))).toBe(OK);
  });

  test('counts text by its bytes, to the last one that fits', () => {
    const here = openPeer(side);
    here.stream.block();
    here.peer.send(new Uint8Array(65000));
    here.peer.poll();
    expect(here.peer.send_text('é'.repeat(268))).toBe(ERR_OUT_OF_MEMORY);
    expect(here.peer.send_text('a'.repeat(536))).toBe(ERR_OUT_OF_MEMORY);
    expect(here.peer.send_text('a'.repeat(535))).toBe(OK);
    expect(here.peer.get_current_outbound_buffered_amount()).toBe(65535);
    expect(reports.take()).toHaveLength(1); // of one cause within a second
  });

  test('refuses text that is not UTF-8, sends a lone surrogate as U+FFFD, and keeps NUL', () => {
    const here = openPeer(side);
    expect(here.peer.send(Uint8Array.of(0xc3), WebSocketPeer.WRITE_MODE_TEXT)).toBe(ERR_INVALID_DATA);
    expect(reports.take()).toEqual([expect.stringContaining('not valid UTF-8')]);
    expect(here.peer.send_text('a\ud800b')).toBe(OK);
    expect(here.peer.send_text('a\0b')).toBe(OK);
    here.peer.poll();
    const texts = here.takeFrames().map(({ payload }) => Buffer.from(payload).toString());
    expect(texts).toEqual(['a\ufffdb', 'a\0b']);
  });

  test('reports calls on a connection that is not open, and get_packet_error tells of get_packet alone', () => {
    const here = openPeer(side);
    here.peer.close(-1);
    expect([
      here.peer.send(new Uint8Array(1)),
      here.peer.send_text('x'),
      here.peer.put_packet(new Uint8Array(1)),
    ]).toEqual([FAILED, FAILED, FAILED]);
    expect(here.peer.get_packet_error()).toBe(OK);
    expect([here.peer.get_packet().length, here.peer.get_packet_error()]).toEqual([0, FAILED]);
    expect(reports.take()).toHaveLength(2); // of sending, equal ones are said once; and of get_packet
  });

  test('get_packet_into leaves a packet that does not fit where it is', () => {
    const here = openPeer(side);
    here.receive(1, 'four');
    here.receive(2, 'x'.repeat(500));
    here.peer.poll();
    const small = new Uint8Array(3);
    expect([here.peer.get_packet_into(small), here.peer.get_available_packet_count()]).toEqual([4, 2]);
    const target = new Uint8Array(600);
    expect([here.peer.get_packet_into(target), here.peer.was_string_packet()]).toEqual([4, true]);
    expect(Buffer.from(target.subarray(0, 4)).toString()).toBe('four');
    expect([here.peer.get_packet_into(target), target[499], target[500]]).toEqual([500, 120, 0]);
    expect([here.peer.get_packet_into(target), here.peer.get_packet_error()]).toEqual([-1, 2]);
  });
});

const SETTERS: readonly (readonly [property: string, refused: number, message: RegExp])[] = [
  ['inbound_buffer_size', 0, /inbound_buffer_size must be at least 1, got 0.*65535/],
  ['inbound_buffer_size', -7, /got -7/],
  ['outbound_buffer_size', -1, /outbound_buffer_size must be at least 0, got -1.*65535/],
  ['max_queued_packets', 0, /max_queued_packets must be at least 1, got 0.*4096/],
  ['max_handshake_size', 255, /max_handshake_size must be at least 256, got 255.*16384/],
  ['max_message_fragments', 0, /max_message_fragments must be at least 1, got 0/],
  ['max_unpolled_bytes', 0, /max_unpolled_bytes must be at least 1, got 0; it stays 16777216/],
  ['max_unpolled_packets', -3, /max_unpolled_packets must be at least 1, got -3; it stays 65536/],
  ['encode_buffer_max_size', 1023, /encode_buffer_max_size must be 1024 to 268435456 bytes, got 1023/],
  ['heartbeat_interval', -0.5, /heartbeat_interval must be at least 0, got -0.5; it stays 0/],
  ['handshake_timeout', -1, /handshake_timeout must be at least 0, got -1; it stays 30/],
  ['close_timeout', -1, /close_timeout must be at least 0, got -1; it stays 10/],
  ['message_timeout', -1, /message_timeout must be at least 0, got -1; it stays 0/],
];

describe('a property', () => {
  test.each(SETTERS)('%s refuses %d, and keeps its value', (property, refused, message) => {
    const peer = new WebSocketPeer();
    const values = peer as unknown as Record<string, unknown>;
    const methods = peer as unknown as Loose;
    const before = values[property];
    values[property] = refused;
    expect(values[property]).toBe(before);
    expect(reports.take()).toEqual([expect.stringMatching(message)]);
    methods[`set_${property}`](refused);
    expect(methods[`get_${property}`]()).toBe(before);
  });

  test('is set for one peer alone', () => {
    const [changed, other] = [new WebSocketPeer(), new WebSocketPeer()];
    changed.inbound_buffer_size = 7;
    changed.heartbeat_interval = 2;
    changed.allowed_hosts = ['a'];
    for (const peer of [other, new WebSocketPeer()]) {
      expect([peer.inbound_buffer_size, peer.heartbeat_interval, peer.allowed_hosts]).toEqual([65535, 0, []]);
    }
    expect([changed.inbound_buffer_size, changed.heartbeat_interval, changed.allowed_hosts]).toEqual([7, 2, ['a']]);
  });

  test('that is a list is copied in and out', () => {
    const peer = new WebSocketPeer();
    for (const property of ['supported_protocols', 'handshake_headers', 'allowed_origins', 'allowed_hosts'] as const) {
      const given = ['a: b', 'c: d'];
      peer[property] = given;
      given.push('later');
      peer[property].push('changed');
      expect(peer[property]).toEqual(['a: b', 'c: d']);
    }
  });
});

const URLS = [
  '',
  'http://127.0.0.1/',
  'ws://',
  'ws://127.0.0.1:99999/',
  'ws://a\r\nb/',
  'ws://a\nHost: evil/',
  'ws://a\0b/',
  'ws://[::1/',
];

const HEADERS = [
  'X: a\r\nEvil: 1',
  'X: a\nEvil: 1',
  'X: a\rb',
  'X\r\nEvil: 1',
  'X: a\0b',
  'no colon',
  ': no name',
  'X Y: space in the name',
  'Sec-WebSocket-Key: mine',
  'upgrade: h2c',
  'Connection: close',
  'Content-Length: 5',
  '',
];

const PROTOCOLS = ['a b', 'a,b', 'a\r\nEvil: 1', 'é', '(x)', '', 'a\0'];

describe('connect_to_url', () => {
  test.each(URLS)('refuses the URL %j', (url) => {
    const peer = new WebSocketPeer();
    expect(peer.connect_to_url(url)).toBe(ERR_INVALID_PARAMETER);
    expect([world.dialled.length, reports.take().length]).toEqual([0, 1]);
  });

  test('lets nothing of path and query break a line of the request', () => {
    const peer = new WebSocketPeer();
    expect(peer.connect_to_url('ws://127.0.0.1/a\r\nEvil: 1?b\r\n\r\nc d')).toBe(OK);
    const [stream] = world.dialled;
    stream.open();
    peer.poll();
    const lines = Buffer.from(stream.takeWritten()).toString().split('\r\n');
    expect(lines[0]).toBe('GET /a%0D%0AEvil:%201?b%0D%0A%0D%0Ac%20d HTTP/1.1');
    expect(lines.some((line) => line.startsWith('Evil'))).toBe(false);
    peer.free();
  });

  test.each(HEADERS)('refuses the header %j', (header) => {
    const peer = new WebSocketPeer();
    peer.handshake_headers = ['Good: 1', header];
    expect(peer.connect_to_url('ws://127.0.0.1/')).toBe(ERR_INVALID_PARAMETER);
    expect(world.dialled).toHaveLength(0);
    expect(reports.take()).toEqual([expect.stringContaining('handshake_headers')]);
  });

  test.each(PROTOCOLS)('refuses the subprotocol %j', (protocol) => {
    const peer = new WebSocketPeer();
    peer.supported_protocols = ['good', protocol];
    expect(peer.connect_to_url('ws://127.0.0.1/')).toBe(ERR_INVALID_PARAMETER);
    expect(world.dialled).toHaveLength(0);
    expect(reports.take()).toEqual([expect.stringContaining('supported_protocols')]);
  });
});
