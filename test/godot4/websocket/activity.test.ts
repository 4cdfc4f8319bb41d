// The signal `activity`: at most once until the next poll, again while something waits, never for nothing.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { concat } from '../../helpers/memory-stream.js';
import { MemoryPeer, openPeer, SIDES } from '../../helpers/memory-stream-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { closeBody, OP } from '../../helpers/raw-peer-frames.js';
import { requestFor } from '../../helpers/raw-peer-handshake.js';
import { useReports } from '../../helpers/reports.js';

vi.mock('#platform', () => import('../../helpers/memory-stream-platform.js'));

const reports = useReports();
beforeEach(() => world.reset());

describe.each(SIDES)('activity of a %s', (side) => {
  test('is raised once however much arrives, and anew after a poll', () => {
    const here = openPeer(side);
    for (let i = 0; i < 5; i += 1) here.receive(OP.TEXT, 'x');
    world.loop.settle();
    expect(here.activities).toBe(1);
    here.peer.poll();
    world.loop.settle();
    expect(here.activities).toBe(1);
    here.receive(OP.TEXT, 'y');
    expect(here.activities).toBe(2);
  });

  test('is raised again while a close waits behind packets', () => {
    const here = openPeer(side);
    here.stream.deliver(concat([here.frame(OP.TEXT, 'last'), here.frame(OP.CLOSE, closeBody(1000))]));
    expect(here.activities).toBe(1);
    here.peer.poll();
    expect(here.peer.get_ready_state()).toBe(WebSocketPeer.STATE_OPEN);
    world.loop.settle();
    expect(here.activities).toBe(2);
    here.peer.poll();
    expect(here.peer.get_ready_state()).toBe(WebSocketPeer.STATE_CLOSED);
    world.loop.settle();
    expect(here.activities).toBe(2);
  });

  test('carries a server that does nothing but poll when told through a whole conversation', () => {
    const here = openPeer(side, (peer) => {
      peer.max_queued_packets = 3;
    });
    const seen: string[] = [];
    here.peer.connect('activity', () => {
      here.peer.poll();
      seen.push(...here.takeTexts());
    });
    const ten = Array.from({ length: 10 }, (_, i) => here.frame(OP.TEXT, String(i)));
    here.stream.deliver(concat([...ten, here.frame(OP.CLOSE, closeBody(1000))]), 7);
    world.loop.settle();
    expect(seen).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(here.peer.get_ready_state()).toBe(WebSocketPeer.STATE_CLOSED);
  });

  test('comes when the game takes packets and more can be handed over', () => {
    const here = openPeer(side, (peer) => {
      peer.max_queued_packets = 2;
    });
    here.stream.deliver(concat(['a', 'b', 'c'].map((text) => here.frame(OP.TEXT, text))));
    here.peer.poll();
    world.loop.settle();
    const before = here.activities;
    here.peer.get_packet();
    world.loop.settle();
    expect(here.activities).toBe(before + 1);
    here.peer.poll();
    expect(here.takeTexts()).toEqual(['b', 'c']);
  });

  test.each([
    ['packets that nobody takes', (here: MemoryPeer) => here.receive(OP.TEXT, 'unread')],
    ['a full queue', (here: MemoryPeer) => here.stream.deliver(concat(new Array(9).fill(here.frame(OP.TEXT, 'x'))))],
    ['a message that has begun', (here: MemoryPeer) => here.receive(OP.TEXT, 'x', { fin: false })],
    ['an answer that waits for the network', (here: MemoryPeer) => here.stream.block()],
    ['CLOSING', (here: MemoryPeer) => here.peer.close()],
  ])('does not turn the event loop for %s', (_, arrange) => {
    const here = openPeer(side, (peer) => {
      peer.max_queued_packets = 3;
    });
    here.peer.connect('activity', () => here.peer.poll());
    here.receive(OP.PING, 'not polled yet');
    arrange(here);
    here.peer.send_text('something to send');
    reports.clear();
    here.peer.poll();
    world.loop.settle();
    const { turns } = world.loop;
    for (let i = 0; i < 10; i += 1) world.loop.settle();
    expect(world.loop.turns).toBe(turns);
  });

  test('is raised for the end of the stream, its loss, and a deadline', () => {
    const ended = openPeer(side);
    const lost = openPeer(side);
    const late = openPeer(side);
    ended.stream.end();
    lost.stream.reset();
    late.peer.close();
    world.loop.advance(10_000);
    for (const here of [ended, lost, late]) {
      expect(here.activities).toBe(1);
      here.peer.poll();
      expect(here.peer.get_ready_state()).toBe(WebSocketPeer.STATE_CLOSED);
    }
  });

  test('listeners that throw are reported, and the connection goes on', () => {
    const here = openPeer(side);
    here.peer.connect('activity', () => {
      throw new Error('a bug of the game');
    });
    here.receive(OP.TEXT, 'x');
    expect(reports.take()).toEqual([expect.stringContaining('a bug of the game')]);
    here.peer.poll();
    expect(here.takeTexts()).toEqual(['x']);
  });

  test('a listener may drop, close or replace the connection it is told of', () => {
    for (const act of [
      (peer: WebSocketPeer) => peer.close(-1),
      (peer: WebSocketPeer) => peer.close(),
      (peer: WebSocketPeer) => peer.free(),
      (peer: WebSocketPeer) => {
        peer.close(-1);
        peer.connect_to_url('ws://127.0.0.1:9081/');
      },
    ]) {
      const here = openPeer(side);
      here.peer.connect('activity', () => act(here.peer));
      here.receive(OP.TEXT, 'x');
      here.receive(OP.TEXT, 'y');
      here.peer.poll();
      world.loop.settle();
      here.peer.free();
    }
    expect(reports.take()).toEqual([]);
  });

  test('what listeners send leaves in one write', () => {
    const here = openPeer(side);
    here.peer.connect('activity', () => {
      here.peer.poll();
      for (const text of here.takeTexts()) here.peer.send_text(`echo ${text}`);
    });
    here.stream.deliver(concat(['a', 'b', 'c'].map((text) => here.frame(OP.TEXT, text))));
    expect(here.stream.writes).toHaveLength(1);
    expect(here.takeFrames()).toHaveLength(3);
  });
});

describe('a stream that is handed over', () => {
  test('with a request already there tells the listener after accept_stream, when poll() works', () => {
    const states: number[] = [];
    const here = new MemoryPeer('server', (peer) => {
      peer.connect('activity', () => {
        peer.poll();
        states.push(peer.get_ready_state());
      });
    });
    here.stream.deliver(requestFor());
    world.loop.settle();
    expect(states.at(-1)).toBe(WebSocketPeer.STATE_OPEN);
  });

  test('has Nagle’s algorithm switched off in both roles', () => {
    for (const side of SIDES) expect(openPeer(side).stream.noDelay).toBe(true);
  });
});
