// The page's WebSocketPeer over a simulated WebSocket of a browser: states, late events, refused codes, time limits.
// Packets are tested in peer-packets.test.ts.

import { describe, expect, it } from 'vitest';
import { POLL_OPENING, WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { ERR_UNAVAILABLE, StreamPeerBuffer, TLSOptions } from '../../host/index.js';
import { SESSION } from '../../host/protocol/session.js';
import { pause, until } from '../helpers/game.js';
import { connecting, opened, PlayedSocket, receive, usePlayedSockets } from '../helpers/played-socket.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
usePlayedSockets();

const { STATE_CONNECTING, STATE_CLOSING, STATE_CLOSED } = WebSocketPeer;

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

  it.each([
    ['a message', (socket: PlayedSocket) => receive(socket, 'hi'), 1],
    ['a close', (socket: PlayedSocket) => socket.onclose?.({ code: 1000, reason: '' }), 0],
  ])(
    'leaves %s behind the handshake to the next poll, when only the handshake is asked for',
    async (_what, come, packets) => {
      const { peer, socket } = connecting();
      socket.onopen?.();
      come(socket);
      peer[POLL_OPENING]();
      expect([peer.get_ready_state(), peer.get_available_packet_count()]).toEqual([WebSocketPeer.STATE_OPEN, 0]);
      let raised = 0;
      peer.connect('activity', () => {
        raised += 1;
      });
      await until(() => raised > 0, 'activity');
      peer.poll();
      expect(peer.get_available_packet_count()).toBe(packets);
    },
  );

  it('says what is wrong with a call', () => {
    const peer = new WebSocketPeer();
    expect([peer.connect_to_url(''), peer.connect_to_url('http://x'), peer.connect_to_url('ws://:1')]).toEqual([
      31, 31, 31,
    ]);
    expect(peer.connect_to_url('wss://x', TLSOptions.server(null, null))).toBe(31);
    expect(() => peer.connect_to_url('wss://x', {} as TLSOptions)).toThrow('tls_client_options must be TLSOptions');
    expect(peer.connect_to_url('ws://x')).toBe(0);
    expect(peer.connect_to_url('ws://x')).toBe(22);
    expect(reports.take()).toHaveLength(4); // two are equal, and reported once
  });

  it('fails, and is CLOSED, when the browser refuses', () => {
    PlayedSocket.refuses = 'insecure';
    const peer = new WebSocketPeer();
    expect([peer.connect_to_url('ws://x'), peer.get_ready_state()]).toEqual([1, STATE_CLOSED]);
    expect(reports.take()[0]).toContain('insecure');
    expect(peer.get_requested_url()).toBe('');
  });

  it.each([
    ['insecure', 'SecurityError', 1],
    ['The subprotocol "b c" is invalid', 'SyntaxError', 31],
  ])('names its subprotocols when the browser refuses with "%s", a %s', (message, name, error) => {
    PlayedSocket.refuses = message;
    PlayedSocket.refusesAs = name;
    const peer = new WebSocketPeer();
    peer.supported_protocols = ['a', 'b c'];
    expect(peer.connect_to_url('ws://user:secret@x')).toBe(error);
    const reason = `connect_to_url: the browser refuses "ws://x/" (supported_protocols "a,b c"): ${message}`;
    expect(reports.take()).toEqual([reason]);
  });

  it('with a URL that is none lets go of the connection that was closing', () => {
    const { peer, socket } = opened();
    peer.close();
    expect([peer.connect_to_url('http://x'), peer.get_ready_state()]).toEqual([31, STATE_CLOSED]);
    expect([socket.calls.at(-1), peer.get_requested_url()]).toEqual([['close', 3001, 'destroyed'], '']);
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
    expect([peer.get_ready_state(), peer.get_close_code(), peer[SESSION]?.wasOpen]).toEqual([
      STATE_CLOSED,
      1006,
      false,
    ]);
  });

  it('that fails with an error alone, as WebKit refuses a port, ends with 1006', async () => {
    const { peer, socket } = connecting();
    let raised = 0;
    peer.connect('activity', () => {
      raised += 1;
    });
    socket.readyState = 3;
    socket.onerror?.();
    await until(() => raised > 0, 'activity');
    peer.poll();
    expect([peer.get_ready_state(), peer.get_close_code(), peer[SESSION]?.wasOpen]).toEqual([
      STATE_CLOSED,
      1006,
      false,
    ]);
  });

  it('that was let go after an error says nothing any more', async () => {
    const { peer, socket } = connecting();
    socket.readyState = 3;
    socket.onerror?.();
    peer.close(-1);
    expect(peer.connect_to_url('ws://x')).toBe(0);
    await pause(400);
    peer.poll();
    expect(peer.get_ready_state()).toBe(STATE_CONNECTING);
  });
});

describe('what a page can not do', () => {
  it('has no streams and no sockets, and says so', () => {
    const peer = new WebSocketPeer();
    const stream = new StreamPeerBuffer();
    expect([peer.accept_stream(stream), peer.connect_to_stream(stream), peer.accept_upgrade({} as never, {})]).toEqual([
      ERR_UNAVAILABLE,
      ERR_UNAVAILABLE,
      ERR_UNAVAILABLE,
    ]);
    expect(reports.take()).toEqual(
      ['accept_stream', 'connect_to_stream', 'accept_upgrade'].map((call) =>
        expect.stringContaining(`${call}: a page`),
      ),
    );
  });

  it('does not know the other side and has no say in TCP, and says so once', () => {
    const ask = ({ peer }: ReturnType<typeof opened>): unknown[] => {
      peer.set_no_delay(true);
      return [peer.get_connected_host(), peer.get_connected_port()];
    };
    expect([ask(opened()), ask(opened())]).toEqual([
      ['', 0],
      ['', 0],
    ]);
    expect(reports.take()).toEqual([
      expect.stringContaining('set_no_delay: a page'),
      expect.stringContaining('a page'),
    ]);
  });

  it('ignores what the browser decides alone, with one warning each', () => {
    const { peer } = connecting((one) => {
      one.handshake_headers = ['X: 1'];
      one.heartbeat_interval = 5;
      one.message_timeout = 5;
    });
    peer.close(-1);
    expect(peer.connect_to_url('wss://x', TLSOptions.client())).toBe(0);
    peer.close(-1);
    expect(reports.take()).toHaveLength(3);
    for (const options of [TLSOptions.client_unsafe(), TLSOptions.client(null, 'name')]) {
      expect(peer.connect_to_url('wss://x', options)).toBe(0);
      peer.close(-1);
    }
    expect(reports.take()).toEqual(['tls_client_options: a page has no say in it']);
  });

  it('tells once that the browser compresses by itself, and that it has agreed on it', () => {
    for (const extensions of ['', 'permessage-deflate', 'permessage-deflate; server_no_context_takeover']) {
      const { peer, socket } = connecting((one) => {
        one.compression_mode = WebSocketPeer.COMPRESSION_MODE_MESSAGE;
      });
      socket.extensions = extensions;
      expect(socket.calls[0]).toEqual(['ws://localhost:9/']);
      socket.onopen?.();
      expect(peer.is_compression_active()).toBe(false);
      peer.poll();
      expect(peer.is_compression_active()).toBe(extensions !== '');
      peer.close(-1);
    }
    expect(reports.take()).toEqual(['compression_mode: the browser compresses by itself']);
  });
});

describe('closing', () => {
  const codes: [asked: number, reason: string, call: unknown[], messages: number][] = [
    [1000, 'bye', ['close', 1000, 'bye'], 0],
    [0, 'unsaid', ['close'], 0],
    [3000, '', ['close', 3000, ''], 0],
    [3001, '\ufeffbye', ['close', 3001, '\ufeffbye'], 0],
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
    expect([peer.get_ready_state(), peer.get_close_code(), peer[SESSION]?.isClosedByPeer]).toEqual([
      STATE_CLOSED,
      code,
      false,
    ]);
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

it('does not raise activity for what a poll has taken meanwhile', async () => {
  const { peer, socket } = opened();
  receive(socket, 'a');
  socket.onclose?.({ code: 1000, reason: '' });
  peer.poll();
  peer.poll();
  let raised = 0;
  peer.connect('activity', () => {
    raised += 1;
  });
  await pause(3);
  expect([raised, peer.get_ready_state()]).toEqual([0, STATE_CLOSED]);
});
