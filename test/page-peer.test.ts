// The page's WebSocketPeer over a browser's WebSocket that a test plays: states, limits, late events, refused codes.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketPeer } from '../host/browser/web-socket-peer.js';
import { TLSOptions } from '../host/index.js';
import { pause, until } from './helpers/game.js';
import { useReports } from './helpers/reports.js';

/** A browser's WebSocket: what is called is written down, and a test decides what happens. */
class PlayedSocket {
  static all: PlayedSocket[] = [];
  static refuses = '';
  readonly calls: unknown[] = [];
  binaryType = 'blob';
  bufferedAmount = 0;
  protocol = '';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(...args: unknown[]) {
    if (PlayedSocket.refuses !== '') throw new DOMException(PlayedSocket.refuses);
    this.calls.push(args);
    PlayedSocket.all.push(this);
  }

  send(data: unknown): void {
    this.calls.push(['send', data]);
  }

  close(...args: unknown[]): void {
    this.calls.push(['close', ...args]);
  }
}

const reports = useReports();
beforeEach(() => {
  PlayedSocket.all = [];
  PlayedSocket.refuses = '';
  vi.stubGlobal('WebSocket', PlayedSocket);
});
afterEach(() => vi.unstubAllGlobals());

const { STATE_CONNECTING, STATE_OPEN, STATE_CLOSING, STATE_CLOSED } = WebSocketPeer;
const BYTES = Uint8Array.of(1, 2, 3);

function connecting(configure: (peer: WebSocketPeer) => void = () => {}, url = 'ws://localhost:9/') {
  const peer = new WebSocketPeer();
  configure(peer);
  expect(peer.connect_to_url(url)).toBe(0);
  return { peer, socket: PlayedSocket.all.at(-1) as PlayedSocket };
}

function opened(configure?: (peer: WebSocketPeer) => void) {
  const both = connecting(configure);
  both.socket.onopen?.();
  both.peer.poll();
  expect(both.peer.get_ready_state()).toBe(STATE_OPEN);
  return both;
}

const receive = (socket: PlayedSocket, data: unknown): void => socket.onmessage?.({ data });
const bufferOf = (length: number): ArrayBuffer => new ArrayBuffer(length);

describe('connecting', () => {
  const urls: [given: string, asked: string][] = [
    ['ws://localhost:9', 'ws://localhost:9/'],
    ['WS://LocalHost', 'ws://localhost/'],
    ['wss://user:pass@host:443/a b?c=d#e', 'wss://host/a%20b?c=d'],
    ['ws://[::1]:9/x', 'ws://[::1]:9/x'],
    ['host/path', 'ws://host/path'],
  ];
  it.each(urls)('%s asks the browser for %s', (given, asked) => {
    const { peer, socket } = connecting(() => {}, given);
    expect(socket.calls).toEqual([[asked]]);
    expect([peer.get_requested_url(), peer.get_ready_state(), socket.binaryType]).toEqual([
      asked,
      STATE_CONNECTING,
      'arraybuffer',
    ]);
  });

  it('offers subprotocols, and says which one was chosen', () => {
    const { peer, socket } = connecting((one) => {
      one.supported_protocols = ['a', 'b'];
    });
    expect(socket.calls[0]).toEqual(['ws://localhost:9/', ['a', 'b']]);
    socket.protocol = 'b';
    socket.onopen?.();
    expect(peer.get_selected_protocol()).toBe('');
    peer.poll();
    expect(peer.get_selected_protocol()).toBe('b');
  });

  it('says what is wrong with a call', () => {
    const peer = new WebSocketPeer();
    expect([peer.connect_to_url(''), peer.connect_to_url('http://x'), peer.connect_to_url('ws://:1')]).toEqual([
      31, 31, 31,
    ]);
    expect(peer.connect_to_url('wss://x', TLSOptions.server(null, null))).toBe(31);
    expect(peer.connect_to_url('ws://x')).toBe(0);
    expect(peer.connect_to_url('ws://x')).toBe(22);
    expect(reports.take()).toHaveLength(5);
  });

  it('fails, and is CLOSED, when the browser refuses', () => {
    PlayedSocket.refuses = 'insecure';
    const peer = new WebSocketPeer();
    expect([peer.connect_to_url('ws://x'), peer.get_ready_state()]).toEqual([1, STATE_CLOSED]);
    expect(reports.take()[0]).toContain('insecure');
  });

  it('gives up after handshake_timeout', async () => {
    const { peer, socket } = connecting((one) => {
      one.handshake_timeout = 0.01;
    });
    let raised = 0;
    peer.connect('activity', () => {
      raised += 1;
    });
    await until(() => raised > 0, 'activity');
    expect(peer.get_ready_state()).toBe(STATE_CONNECTING);
    peer.poll();
    expect([peer.get_ready_state(), peer.get_close_code()]).toEqual([STATE_CLOSED, -1]);
    expect(socket.calls.at(-1)).toEqual(['close', 3001, 'destroyed']);
  });

  it("that fails tells the browser's code", () => {
    const { peer, socket } = connecting();
    socket.onerror?.();
    socket.onclose?.({ code: 1006, reason: '' });
    expect(peer.get_ready_state()).toBe(STATE_CONNECTING);
    peer.poll();
    expect([peer.get_ready_state(), peer.get_close_code(), peer.wasOpen]).toEqual([STATE_CLOSED, 1006, false]);
  });
});

describe('what a page can not do', () => {
  it('returns what the web export returns, and says why once', () => {
    const say = (): unknown[] => {
      const peer = new WebSocketPeer();
      peer.set_no_delay(true);
      return [
        peer.accept_stream(null),
        peer.connect_to_stream(null),
        peer.accept_upgrade(null, null),
        peer.get_connected_host(),
        peer.get_connected_port(),
      ];
    };
    expect([say(), say()]).toEqual([
      [2, 2, 2, '', 0],
      [2, 2, 2, '', 0],
    ]);
    expect(reports.take()).toHaveLength(6);
  });

  it('ignores handshake_headers with one warning', () => {
    const { peer } = connecting((one) => {
      one.handshake_headers = ['X: 1'];
    });
    peer.close(-1);
    expect(peer.connect_to_url('ws://x')).toBe(0);
    expect(reports.take()).toHaveLength(1);
  });
});

describe('packets', () => {
  it('come in poll, in order, text and bytes', () => {
    const { peer, socket } = opened();
    receive(socket, 'grüße');
    receive(socket, BYTES.buffer);
    receive(socket, '');
    expect(peer.get_available_packet_count()).toBe(0);
    peer.poll();
    expect(peer.get_available_packet_count()).toBe(3);
    expect([new TextDecoder().decode(peer.get_packet()), peer.was_string_packet()]).toEqual(['grüße', true]);
    expect([peer.get_packet(), peer.was_string_packet()]).toEqual([BYTES, false]);
    expect([peer.get_packet().length, peer.get_packet_error(), peer.was_string_packet()]).toEqual([0, 0, true]);
    expect([peer.get_packet().length, peer.get_packet_error()]).toEqual([0, 2]);
    expect(reports.take()).toEqual([]);
  });

  it('go into memory that the game gives', () => {
    const { peer, socket } = opened();
    receive(socket, BYTES.buffer);
    peer.poll();
    const target = new Uint8Array(4);
    expect([peer.get_packet_into(new Uint8Array(2)), peer.get_packet_into(target), target]).toEqual([
      3,
      3,
      Uint8Array.of(1, 2, 3, 0),
    ]);
    expect([peer.get_packet_into(target), peer.get_packet_error()]).toEqual([-1, 2]);
  });

  it('are handed over before the close that came with them', () => {
    const { peer, socket } = opened();
    receive(socket, 'last');
    socket.onclose?.({ code: 4000, reason: 'bye' });
    peer.poll();
    expect([peer.get_ready_state(), peer.get_available_packet_count()]).toEqual([STATE_OPEN, 1]);
    peer.poll();
    expect([peer.get_ready_state(), peer.get_close_code(), peer.get_close_reason()]).toEqual([
      STATE_CLOSED,
      4000,
      'bye',
    ]);
    expect(peer.isClosedByPeer).toBe(true);
    expect(new TextDecoder().decode(peer.get_packet())).toBe('last');
  });

  it('may wait up to twice the limits; what is more closes with 1009', () => {
    const { peer, socket } = opened((one) => {
      one.inbound_buffer_size = 100;
      one.max_queued_packets = 3;
    });
    for (let count = 0; count < 6; count += 1) receive(socket, bufferOf(30));
    peer.poll();
    expect(peer.get_available_packet_count()).toBe(6);
    while (peer.get_available_packet_count() > 0) peer.get_packet();
    receive(socket, bufferOf(200));
    receive(socket, bufferOf(1));
    receive(socket, bufferOf(1));
    socket.onclose?.({ code: 1006, reason: 'late' });
    expect(socket.calls.at(-1)).toEqual(['close', 4009, 'too much waits']);
    peer.poll();
    expect([peer.get_ready_state(), peer.get_available_packet_count()]).toEqual([STATE_OPEN, 1]);
    peer.poll();
    expect([peer.get_ready_state(), peer.get_close_code()]).toEqual([STATE_CLOSED, 1009]);
    expect(reports.take()[0]).toContain('inbound_buffer_size 100, max_queued_packets 3');
  });

  it('are sent as text or bytes within the limits', () => {
    const { peer, socket } = opened();
    expect([peer.send(BYTES), peer.send_text('ho'), peer.send(new TextEncoder().encode('\ufeffhi'), 0)]).toEqual([
      0, 0, 0,
    ]);
    expect([peer.put_packet(new Uint8Array(0)), peer.send(new Uint8Array(0))]).toEqual([0, 0]);
    expect(socket.calls.slice(1)).toEqual([
      ['send', BYTES],
      ['send', 'ho'],
      ['send', '\ufeffhi'],
      ['send', new Uint8Array(0)],
    ]);
    expect(peer.send(Uint8Array.of(0xff), 0)).toBe(30);
    socket.bufferedAmount = 65535;
    expect([peer.send(BYTES), peer.get_current_outbound_buffered_amount()]).toEqual([6, 65535]);
    expect(reports.take()).toHaveLength(2);
    peer.close();
    expect(peer.send(BYTES)).toBe(1);
  });

  it('of shared memory are copied', () => {
    const { peer, socket } = opened();
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    shared.set(BYTES);
    peer.send(shared);
    expect((socket.calls.at(-1) as [string, Uint8Array])[1].buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('go to many peers at once', () => {
    const [one, two] = [opened(), opened()];
    two.peer.close();
    expect(WebSocketPeer.broadcast([one.peer, two.peer], BYTES)).toBe(1);
    expect(WebSocketPeer.broadcast([one.peer], Uint8Array.of(0xff), 0)).toBe(-1);
  });
});

describe('closing', () => {
  const codes: [asked: number, reason: string, call: unknown[], messages: number][] = [
    [1000, 'bye', ['close', 1000, 'bye'], 0],
    [0, 'unsaid', ['close'], 0],
    [3000, '', ['close', 3000, ''], 0],
    [4999, 'x'.repeat(200), ['close', 4999, 'x'.repeat(123)], 1],
    [1001, '', ['close', 4001, ''], 1],
    [1014, '', ['close', 4014, ''], 1],
    [1005, '', ['close', 1000, ''], 1],
    [70000, '', ['close', 1000, ''], 1],
  ];
  it.each(codes)('with %i asks the browser for what it allows', (code, reason, call, messages) => {
    const { peer, socket } = opened();
    peer.close(code, reason);
    expect([peer.get_ready_state(), socket.calls.at(-1)]).toEqual([STATE_CLOSING, call]);
    expect(reports.take()).toHaveLength(messages);
    peer.close(4000);
    expect(socket.calls).toHaveLength(2);
    socket.onclose?.({ code, reason: '' });
    peer.poll();
    expect([peer.get_ready_state(), peer.get_close_code(), peer.isClosedByPeer]).toEqual([STATE_CLOSED, code, false]);
  });

  it('never lasts longer than close_timeout', async () => {
    const { peer } = opened((one) => {
      one.close_timeout = 0.01;
    });
    peer.close();
    await until(() => {
      peer.poll();
      return peer.get_ready_state() === STATE_CLOSED;
    }, 'the end');
    expect(peer.get_close_code()).toBe(-1);
  });

  it('at once leaves nothing behind: late events change nothing', async () => {
    const { peer, socket } = opened();
    const { onopen, onmessage, onclose } = socket;
    receive(socket, 'unseen');
    peer.close(-1);
    expect([peer.get_ready_state(), socket.calls.at(-1)]).toEqual([STATE_CLOSED, ['close', 3001, 'destroyed']]);
    expect(peer.connect_to_url('ws://elsewhere')).toBe(0);
    onopen?.();
    onmessage?.({ data: 'late' });
    onclose?.({ code: 1000, reason: '' });
    expect([socket.onopen, socket.onmessage, socket.onclose]).toEqual([null, null, null]);
    await pause(3);
    peer.poll();
    expect([peer.get_ready_state(), peer.get_available_packet_count()]).toEqual([STATE_CONNECTING, 0]);
  });

  it('while connecting waits for the browser', () => {
    const { peer, socket } = connecting();
    peer.close();
    expect(peer.get_ready_state()).toBe(STATE_CLOSING);
    socket.onopen?.();
    socket.onclose?.({ code: 1006, reason: '' });
    peer.poll();
    expect([peer.get_ready_state(), peer.get_close_code()]).toEqual([STATE_CLOSED, 1006]);
  });
});

it('raises activity once until the next poll, and again while something waits', async () => {
  const { peer, socket } = opened();
  let raised = 0;
  peer.connect('activity', () => {
    raised += 1;
  });
  receive(socket, 'a');
  receive(socket, 'b');
  socket.onclose?.({ code: 1000, reason: '' });
  expect(raised).toBe(1);
  peer.poll();
  await until(() => raised === 2, 'activity again');
  peer.poll();
  expect(peer.get_ready_state()).toBe(STATE_CLOSED);
});
