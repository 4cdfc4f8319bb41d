// Packets of the page's WebSocketPeer over a simulated WebSocket of a browser: order, limits, text and bytes.

import { describe, expect, it } from 'vitest';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { SESSION } from '../../host/protocol/session.js';
import { connecting, opened, receive, usePlayedSockets } from '../helpers/played-socket.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
usePlayedSockets();

const { STATE_OPEN, STATE_CLOSED } = WebSocketPeer;
const BYTES = Uint8Array.of(1, 2, 3);

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
    expect(peer[SESSION]?.isClosedByPeer).toBe(true);
    expect(new TextDecoder().decode(peer.get_packet())).toBe('last');
  });

  it('are handed over before the close, also when all of it came before the first poll', () => {
    const { peer, socket } = connecting();
    socket.onopen?.();
    receive(socket, 'welcome');
    socket.onclose?.({ code: 4000, reason: 'full' });
    peer.poll();
    expect([peer.get_ready_state(), peer.get_available_packet_count()]).toEqual([STATE_OPEN, 1]);
    peer.poll();
    expect([peer.get_ready_state(), peer.get_close_code()]).toEqual([STATE_CLOSED, 4000]);
  });

  it('that find no room while closing are let go, and the close is heard', () => {
    const { peer, socket } = opened((one) => {
      one.max_unpolled_packets = 2;
    });
    peer.close();
    for (let count = 0; count < 5; count += 1) receive(socket, 'late');
    socket.onclose?.({ code: 1000, reason: 'done' });
    peer.poll();
    expect([peer.get_ready_state(), peer.get_close_code(), peer.get_available_packet_count()]).toEqual([
      STATE_CLOSED,
      1000,
      2,
    ]);
    expect(reports.take()).toEqual([]);
  });

  it('forget their kind with the connection', () => {
    const { peer, socket } = opened();
    receive(socket, 'text');
    peer.poll();
    peer.get_packet();
    peer.close(-1);
    peer.connect_to_url('ws://x');
    expect(peer.was_string_packet()).toBe(false);
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

  it('of memory that may be resized are copied', () => {
    const { peer, socket } = opened();
    const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer;
    peer.send(new Uint8Array(new Resizable(3, { maxByteLength: 8 })));
    const { buffer } = (socket.calls.at(-1) as [string, Uint8Array])[1];
    expect([buffer.byteLength, (buffer as { resizable?: boolean }).resizable]).toEqual([3, false]);
  });

  it('with variables wait for the codec, which a message names', () => {
    const { peer, socket } = opened();
    receive(socket, BYTES.buffer);
    peer.poll();
    expect([peer.put_var(7), peer.get_var(), peer.get_available_packet_count()]).toEqual([2, null, 0]);
    const needs = 'a page needs: import "websocketpeer/variant"';
    expect(reports.take()).toEqual([`put_var: ${needs}`, `get_var: ${needs}`]);
  });

  it('go to many peers at once', () => {
    const [one, two] = [opened(), opened()];
    two.peer.close();
    expect(WebSocketPeer.broadcast([one.peer, two.peer], BYTES)).toBe(1);
    expect(WebSocketPeer.broadcast([one.peer], Uint8Array.of(0xff), 0)).toBe(-1);
  });
});
