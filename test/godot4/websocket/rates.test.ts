// Rates of what the other side sends, in both roles: frames of every kind count, and the bytes of the connection.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { concat } from '../../helpers/memory-stream.js';
import { type MemoryPeer, openPeer, SIDES } from '../../helpers/memory-stream-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { OP, unmaskedHex } from '../../helpers/raw-peer-frames.js';
import { useReports } from '../../helpers/reports.js';

vi.mock('#platform', () => import('../../helpers/memory-stream-platform.js'));

const reports = useReports();
beforeEach(() => world.reset());

const { STATE_CLOSED, STATE_OPEN } = WebSocketPeer;
const LIMITED = [STATE_CLOSED, 1008, 'Policy violation'];

const stateOf = ({ peer }: MemoryPeer): unknown[] => [
  peer.get_ready_state(),
  peer.get_close_code(),
  peer.get_close_reason(),
];

/** Everything that arrives is looked at, and taken. */
function settle({ peer }: MemoryPeer): number {
  let taken = 0;
  for (let i = 0; i < 3; i += 1) {
    peer.poll();
    for (; peer.get_available_packet_count() > 0; taken += 1) peer.get_packet();
  }
  return taken;
}

describe.each(SIDES)('a %s', (side) => {
  const limited = (limits: Partial<WebSocketPeer>): MemoryPeer => openPeer(side, (peer) => Object.assign(peer, limits));

  const kinds: [string, (here: MemoryPeer, first: boolean) => Uint8Array][] = [
    ['messages', (here) => here.frame(OP.BINARY, 'x')],
    ['empty messages', (here) => here.frame(OP.TEXT, '')],
    ['pings, of which only the newest are answered', (here) => here.frame(OP.PING, 'p')],
    ['unasked pongs', (here) => here.frame(OP.PONG, '')],
    ['fragments of one message', (here, first) => here.frame(first ? OP.BINARY : OP.CONTINUATION, 'x', { fin: false })],
    ['empty fragments', (here, first) => here.frame(first ? OP.TEXT : OP.CONTINUATION, '', { fin: false })],
  ];
  test.each(kinds)('takes max_packets_per_second frames at once and no more: %s', (_, frameOf) => {
    const here = limited({ max_packets_per_second: 50 });
    const frames = Array.from({ length: 51 }, (__, i) => frameOf(here, i === 0));
    here.stream.deliver(concat(frames.slice(0, 50)));
    settle(here);
    expect(here.peer.get_ready_state()).toBe(STATE_OPEN);
    here.stream.takeWritten();
    here.stream.deliver(frames[50] as Uint8Array);
    settle(here);
    expect(stateOf(here)).toEqual(LIMITED);
    expect(unmaskedHex(here.stream.takeWritten())).toMatch(/880203f0$/);
    const cause = 'a peer that sends faster than max_packets_per_second (50 frames a second) was refused with 1008';
    expect(reports.take()).toEqual([expect.stringContaining(`broke: ${cause} (RATE_LIMITED)`)]);
    expect(here.peer.get_failure()).toMatchObject({ stage: 'open', code: 'RATE_LIMITED' });
  });

  test('counts frames that are cut anywhere once', () => {
    const here = limited({ max_packets_per_second: 20 });
    for (let i = 0; i < 20; i += 1)
      for (const byte of here.frame(OP.BINARY, 'abc')) here.stream.deliver(Uint8Array.of(byte));
    expect([settle(here), here.peer.get_ready_state()]).toEqual([20, STATE_OPEN]);
  });

  test('does not count the frames of another connection', () => {
    const here = limited({ max_packets_per_second: 20 });
    const other = openPeer(side);
    for (let i = 0; i < 20; i += 1) {
      other.stream.deliver(concat(Array.from({ length: 10 }, () => other.frame(OP.BINARY, 'x'))));
      here.receive(OP.BINARY, 'x');
    }
    expect([settle(here), here.peer.get_ready_state(), settle(other)]).toEqual([20, STATE_OPEN, 200]);
  });

  test('takes max_bytes_per_second bytes at once, headers included', () => {
    const here = limited({ max_bytes_per_second: 1000 });
    const whole = here.frame(OP.BINARY, 'x'.repeat(200));
    const count = Math.floor(1000 / whole.length);
    for (let i = 0; i < count; i += 1) here.stream.deliver(whole);
    expect([settle(here), here.peer.get_ready_state()]).toEqual([count, STATE_OPEN]);
    here.stream.deliver(whole);
    settle(here);
    expect(stateOf(here)).toEqual(LIMITED);
    expect(reports.take()).toEqual([expect.stringContaining('max_bytes_per_second (1000 bytes a second)')]);
  });

  test('goes on for ever at the rate', () => {
    const here = limited({ max_packets_per_second: 10 });
    for (let i = 0; i < 100; i += 1) {
      here.receive(OP.BINARY, 'x');
      settle(here);
      world.loop.advance(100);
    }
    expect(here.peer.get_ready_state()).toBe(STATE_OPEN);
  });

  test('blames nobody for what waited while this side did not read', () => {
    const here = limited({ max_packets_per_second: 20, max_queued_packets: 10 });
    const ten = concat(Array.from({ length: 10 }, () => here.frame(OP.BINARY, 'x')));
    here.stream.deliver(ten); // the queue is full
    world.loop.advance(5000);
    expect(settle(here)).toBe(10);
    for (let i = 0; i < 6; i += 1) {
      here.stream.deliver(ten);
      expect([settle(here), here.peer.get_ready_state()]).toEqual([10, STATE_OPEN]);
    }
  });

  test('hands over what came before', () => {
    const here = limited({ max_packets_per_second: 5 });
    here.stream.deliver(concat(Array.from({ length: 6 }, () => here.frame(OP.BINARY, 'x'))));
    expect(settle(here)).toBe(6);
    expect(stateOf(here)).toEqual(LIMITED);
    reports.take();
  });

  test('has no limit unless it is set', () => {
    const here = openPeer(side);
    here.stream.deliver(concat(Array.from({ length: 3000 }, () => here.frame(OP.BINARY, 'x'))));
    expect([settle(here), here.peer.get_ready_state()]).toEqual([3000, STATE_OPEN]);
  });
});
