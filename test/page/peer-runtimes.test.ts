// The page's WebSocketPeer over WebSocket classes of other runtimes: React Native, workerd, test environments. Their
// undefined members, types of messages, and exceptions.
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { until } from '../helpers/game.js';
import { opened, PlayedSocket, receive, usePlayedSockets } from '../helpers/played-socket.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
usePlayedSockets();

const { STATE_OPEN, STATE_CLOSING, STATE_CLOSED } = WebSocketPeer;
const BYTES = Uint8Array.of(1, 2, 3);

function shared(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(3);
  new Uint8Array(buffer).set(BYTES);
  return buffer;
}

describe('a class that leaves undefined what browsers have', () => {
  class Bare extends PlayedSocket {
    override bufferedAmount = undefined as unknown as number;
    override protocol = undefined as unknown as string;
    override binaryType = undefined as unknown as string;
  }

  it('sends, and says that nothing waits', () => {
    vi.stubGlobal('WebSocket', Bare);
    const { peer, socket } = opened();
    expect([peer.send(BYTES), peer.send_text('hi'), peer.put_packet(BYTES)]).toEqual([0, 0, 0]);
    expect(socket.calls.slice(1)).toEqual([
      ['send', BYTES],
      ['send', 'hi'],
      ['send', BYTES],
    ]);
    expect([peer.get_current_outbound_buffered_amount(), peer.get_selected_protocol()]).toEqual([0, '']);
    expect([socket.binaryType, reports.take()]).toEqual(['arraybuffer', []]);
  });

  it.each([
    ['an event without code and reason', {}],
    ['no event at all', undefined],
  ])('ends with %s', (_what, event) => {
    const { peer, socket } = opened();
    (socket.onclose as (event?: object) => void)(event);
    peer.poll();
    expect([peer.get_ready_state(), peer.get_close_code(), peer.get_close_reason()]).toEqual([STATE_CLOSED, 1005, '']);
  });
});

describe('a message', () => {
  const KINDS: [what: string, data: unknown][] = [
    ['an ArrayBuffer', BYTES.slice().buffer],
    ['an ArrayBuffer of another realm', runInNewContext('Uint8Array.of(1, 2, 3).buffer')],
    ['a view of more', Uint8Array.of(0, 1, 2, 3, 4).subarray(1, 4)],
    ["a view of another kind: Node's Buffer", Buffer.from([1, 2, 3])],
    ['a DataView', new DataView(Uint8Array.of(9, 1, 2, 3).buffer, 1)],
    ['memory that threads share', shared()],
  ];
  it.each(KINDS)('as %s is its bytes', (_what, data) => {
    const { peer, socket } = opened();
    receive(socket, data);
    peer.poll();
    const packet = peer.get_packet();
    expect([[...packet], peer.was_string_packet(), reports.take()]).toEqual([[1, 2, 3], false, []]);
    expect(packet.constructor).toBe(Uint8Array);
  });

  it('in memory that is used again keeps its bytes', () => {
    const { peer, socket } = opened();
    const memory = new Uint8Array(8);
    for (const one of [1, 2]) receive(socket, memory.fill(one).subarray(2, 4));
    peer.poll();
    expect([...peer.get_packet(), ...peer.get_packet()]).toEqual([1, 1, 2, 2]);
  });

  it('that can not be read at once is no empty packet: the reason is told, once', () => {
    const { peer, socket } = opened();
    receive(socket, new Blob([BYTES]));
    receive(socket, 'after it');
    receive(socket, new Blob([BYTES]));
    receive(socket, null);
    peer.poll();
    expect([peer.get_ready_state(), peer.get_available_packet_count()]).toEqual([STATE_OPEN, 1]);
    expect(new TextDecoder().decode(peer.get_packet())).toBe('after it');
    expect(reports.take()).toEqual([
      expect.stringMatching(/binaryType "arraybuffer": .* gave \[object Blob\]; .* lost$/),
    ]);
  });
});

describe('a class that throws', () => {
  it('from send makes it fail, with one message', () => {
    const { peer, socket } = opened();
    socket.send = () => {
      throw new TypeError("Can't call WebSocket send() after close().");
    };
    expect([peer.send(BYTES), peer.send_text('a')]).toEqual([1, 1]);
    expect(reports.take()).toEqual([expect.stringMatching(/^send: .* send\(\) after close\(\)\.$/)]); // reported once
  });

  it('from close leaves the peer closing, until close_timeout at the latest', async () => {
    const { peer, socket } = opened((one) => {
      one.close_timeout = 0.01;
    });
    socket.close = () => {
      throw new Error('gone');
    };
    expect(() => peer.close(4000, 'bye')).not.toThrow();
    expect(peer.get_ready_state()).toBe(STATE_CLOSING);
    await until(() => {
      peer.poll();
      return peer.get_ready_state() === STATE_CLOSED;
    }, 'the end');
    expect(reports.take()).toEqual([]);
  });
});

it('needs no MessageChannel to raise activity again', async () => {
  vi.resetModules();
  vi.stubGlobal('MessageChannel', undefined);
  const { WebSocketPeer: Fresh } = await import('../../host/godot4/websocket/web-socket-peer.js');
  const peer = new Fresh();
  peer.connect_to_url('ws://localhost:9/');
  const socket = PlayedSocket.all[0] as PlayedSocket;
  socket.onopen?.();
  receive(socket, 'last');
  socket.onclose?.({ code: 4000, reason: '' });
  peer.connect('activity', () => peer.poll());
  peer.poll();
  expect(peer.get_ready_state()).toBe(STATE_OPEN);
  await until(() => peer.get_ready_state() === STATE_CLOSED, 'the end');
});
