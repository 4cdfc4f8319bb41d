// What a hostile other side may try, in both roles, where a simulated clock and network show more than sockets do. The
// classes of attacks, on every kind of server and client, are in ../../attacks/.
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

const { STATE_CLOSED, STATE_CONNECTING, STATE_OPEN } = WebSocketPeer;

function ending({ peer }: MemoryPeer): unknown[] {
  return [peer.get_ready_state(), peer.get_close_code(), peer.get_close_reason()];
}

const POLICY = [STATE_CLOSED, 1008, 'Policy violation'];

describe.each(SIDES)('against a %s', (side) => {
  test('memory follows the bytes that came, not those that were announced', () => {
    const before = process.memoryUsage().arrayBuffers;
    const all = Array.from({ length: 50 }, () =>
      openPeer(side, (peer) => {
        peer.inbound_buffer_size = 2 ** 30;
      }),
    );
    for (const here of all) here.receive(OP.BINARY, 'x', { announced: 1n << 30n });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
    for (const here of all) here.peer.free();
  });

  test('a message that never ends meets message_timeout', () => {
    const here = openPeer(side, (peer) => {
      peer.message_timeout = 5;
    });
    here.receive(OP.TEXT, 'begun', { fin: false });
    for (let seconds = 1; seconds < 5; seconds += 1) {
      world.loop.advance(1000);
      here.receive(OP.CONTINUATION, '.', { fin: false });
      here.peer.poll();
    }
    expect(here.peer.get_ready_state()).toBe(STATE_OPEN);
    world.loop.advance(1000);
    here.peer.poll();
    expect(ending(here)).toEqual(POLICY);
    expect(reports.take()).toEqual([expect.stringMatching(/message_timeout \(5 s\).*1008/)]);
  });

  test('a ping flood is answered within bounds while the output is blocked', () => {
    const here = openPeer(side);
    here.stream.block();
    here.peer.send_text('stuck');
    here.peer.poll();
    for (let round = 0; round < 200; round += 1) {
      here.stream.deliver(concat(new Array(100).fill(here.frame(OP.PING, 'p'.repeat(125)))));
      here.peer.poll();
    }
    expect(here.peer.get_current_outbound_buffered_amount()).toBe(5 + 125);
    here.stream.release();
    expect(here.takeFrames().map(({ opcode }) => opcode)).toEqual([OP.TEXT, OP.PONG]);
  });

  test('a ping flood in one poll is answered 64 times at the most, the newest included', () => {
    const here = openPeer(side);
    here.stream.deliver(concat(Array.from({ length: 1000 }, (_, i) => here.frame(OP.PING, String(i)))));
    here.peer.poll();
    const pongs = here.takeFrames();
    expect(pongs).toHaveLength(64);
    expect(Buffer.from(pongs[63].payload).toString()).toBe('999');
  });

  test('a slow reader meets outbound_buffer_size and max_queued_packets', () => {
    const here = openPeer(side, (peer) => {
      peer.max_queued_packets = 100;
      peer.outbound_buffer_size = 1000;
    });
    here.stream.block();
    let bytes = 0;
    while (here.peer.send(new Uint8Array(100)) === 0) bytes += 100;
    expect(bytes).toBeLessThanOrEqual(2000);
    let empty = 0;
    while (here.peer.send(new Uint8Array(0)) === 0) empty += 1;
    expect(empty).toBeLessThanOrEqual(100);
    expect(here.peer.get_current_outbound_buffered_amount()).toBeLessThanOrEqual(1000);
    expect(reports.take()).toEqual([
      expect.stringMatching(/outbound_buffer_size 1000/),
      expect.stringMatching(/max_queued_packets 100/),
    ]);
  });

  test('a slow handshake has an absolute deadline, however its bytes trickle', () => {
    const here = new MemoryPeer(side, (peer) => {
      peer.handshake_timeout = 2;
    });
    here.stream.open();
    here.peer.poll();
    for (let i = 0; i < 40; i += 1) {
      expect(here.peer.get_ready_state()).toBe(STATE_CONNECTING);
      here.stream.deliver(Uint8Array.of('HTTP/1.1 101 Switching Protocols\r\nA: bbbbbbbbb'.charCodeAt(i)));
      world.loop.advance(50);
      here.peer.poll();
    }
    expect(ending(here)).toEqual([STATE_CLOSED, -1, '']);
    expect(reports.take().at(-1)).toMatch(
      side === 'client' ? /not done within handshake_timeout, 2 s/ : /400|handshake_timeout/,
    );
  });

  test('a handshake without end meets max_handshake_size, in one piece or byte by byte', () => {
    for (const size of [1, 65536]) {
      const here = new MemoryPeer(side, (peer) => {
        peer.max_handshake_size = 4096;
      });
      here.stream.open();
      here.peer.poll();
      here.stream.takeWritten();
      const first = side === 'server' ? 'GET / HTTP/1.1\r\n' : 'HTTP/1.1 101 x\r\n';
      here.stream.deliver(new TextEncoder().encode(`${first}X: ${'a'.repeat(8000)}`), size);
      here.peer.poll();
      expect(ending(here)).toEqual([STATE_CLOSED, -1, '']);
      expect(reports.take()).toEqual([expect.stringContaining('4096')]);
      const answer = Buffer.from(here.stream.takeWritten()).toString();
      expect(answer.split('\r\n')[0]).toBe(side === 'server' ? 'HTTP/1.1 431 Request Header Fields Too Large' : '');
    }
  });

  test('a spoofed mask direction, a stray continuation and a close flood end the connection once', () => {
    for (const bytes of [
      (here: MemoryPeer) => here.frame(OP.TEXT, 'x', { masked: side === 'client' }),
      (here: MemoryPeer) => here.frame(OP.CONTINUATION, 'x'),
    ]) {
      const here = openPeer(side);
      here.stream.deliver(concat(new Array(100).fill(bytes(here))));
      here.peer.poll();
      expect(ending(here)).toEqual([STATE_CLOSED, 1002, 'Protocol error']);
      expect(here.takeFrames()).toHaveLength(1);
    }
    const here = openPeer(side);
    here.stream.deliver(concat(new Array(100).fill(here.frame(OP.CLOSE, closeBody(1000)))));
    here.peer.poll();
    expect([ending(here), here.takeFrames().length]).toEqual([[STATE_CLOSED, 1000, ''], 1]);
  });
});

describe('a server', () => {
  test('lets every page in as long as no list says otherwise, and says so once', () => {
    const heard = [1, 2].flatMap(() => {
      const here = new MemoryPeer('server');
      here.stream.deliver(requestFor('/', ['Origin: https://any.example']));
      here.peer.poll();
      expect(here.peer.get_ready_state()).toBe(STATE_OPEN);
      return reports.take();
    });
    expect(heard).toEqual([expect.stringMatching(/https:\/\/any\.example.*allowed_origins/)]);
  });
});
