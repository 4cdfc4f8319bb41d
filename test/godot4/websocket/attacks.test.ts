// What a hostile other side may try, in both roles: each attempt meets a limit, and a message that names it.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { concat } from '../../helpers/memory-stream.js';
import { MemoryPeer, openPeer, SIDES } from '../../helpers/memory-stream-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { closeBody, OP, unmaskedHex } from '../../helpers/raw-peer-frames.js';
import { answerTo, head, requestFor } from '../../helpers/raw-peer-handshake.js';
import { useReports } from '../../helpers/reports.js';

vi.mock('#platform', () => import('../../helpers/memory-stream-platform.js'));

const reports = useReports();
beforeEach(() => world.reset());

const { STATE_CLOSED, STATE_CONNECTING, STATE_OPEN } = WebSocketPeer;

function ending({ peer }: MemoryPeer): unknown[] {
  return [peer.get_ready_state(), peer.get_close_code(), peer.get_close_reason()];
}

const TOO_BIG = [STATE_CLOSED, 1009, 'Message too big'];
const POLICY = [STATE_CLOSED, 1008, 'Policy violation'];

describe.each(SIDES)('against a %s', (side) => {
  test.each([
    ['2^32', 1n << 32n],
    ['2^40', 1n << 40n],
    ['2^63 - 1', (1n << 63n) - 1n],
  ])('a frame that announces %s bytes is refused from its header', (_, announced) => {
    const here = openPeer(side);
    here.receive(OP.BINARY, '', { announced });
    here.peer.poll();
    expect(ending(here)).toEqual(TOO_BIG);
    expect(reports.take()).toEqual([expect.stringMatching(/inbound_buffer_size \(65535 bytes\).*1009/)]);
  });

  test('§5.2 a length with its top bit set is malformed', () => {
    const here = openPeer(side);
    here.receive(OP.BINARY, 'x', { announced: 1n << 63n });
    here.peer.poll();
    expect(ending(here)).toEqual([STATE_CLOSED, -1, '']);
    expect(unmaskedHex(here.stream.takeWritten())).toBe('880203ea');
  });

  test('lengths that add up beyond 2^32 or 2^63 do not overflow the limit', () => {
    for (const announced of [(1n << 32n) - 5n, (1n << 32n) + 5n, (1n << 63n) - 5n]) {
      const here = openPeer(side, (peer) => {
        peer.inbound_buffer_size = 2 ** 31 - 1;
      });
      here.receive(OP.BINARY, '0123456789', { fin: false });
      here.receive(OP.CONTINUATION, 'x', { announced });
      here.peer.poll();
      expect(ending(here)).toEqual(TOO_BIG);
    }
  });

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

  test('a flood of tiny fragments makes no packet larger than its bytes, and ends at max_message_fragments', () => {
    const here = openPeer(side, (peer) => {
      peer.max_message_fragments = 5000;
    });
    const flood = (count: number): Uint8Array =>
      concat([
        here.frame(OP.BINARY, 'a', { fin: false }),
        ...new Array(count - 2).fill(here.frame(OP.CONTINUATION, 'b', { fin: false })),
        here.frame(OP.CONTINUATION, 'c'),
      ]);
    here.stream.deliver(flood(5000));
    here.peer.poll();
    expect(here.peer.get_packet()).toHaveLength(5000);
    here.stream.deliver(flood(5001));
    here.peer.poll();
    expect(ending(here)).toEqual(POLICY);
    expect(reports.take()).toEqual([expect.stringMatching(/max_message_fragments \(5000\).*1008/)]);
  });

  test('a flood of empty continuations is no progress, and ends at max_message_fragments', () => {
    const here = openPeer(side, (peer) => {
      peer.max_message_fragments = 1000;
    });
    here.receive(OP.TEXT, '', { fin: false });
    const empty = here.frame(OP.CONTINUATION, '', { fin: false });
    here.stream.deliver(concat(new Array(998).fill(empty)));
    here.peer.poll();
    expect(here.peer.get_ready_state()).toBe(STATE_OPEN);
    here.stream.deliver(concat([empty, empty]));
    here.peer.poll();
    expect(ending(here)).toEqual(POLICY);
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

  test('the same bytes one by one cost nothing more', () => {
    const here = openPeer(side);
    here.stream.deliver(here.frame(OP.TEXT, 'é'.repeat(20000)), 1);
    here.peer.poll();
    expect(here.takeTexts()).toEqual(['é'.repeat(20000)]);
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

  test('names from prototypes are names like any other', () => {
    const odd = ['__proto__: 1', 'constructor: 2', 'hasOwnProperty: 3', 'toString: 4', 'valueOf: 5'];
    const here = new MemoryPeer(side);
    here.stream.open();
    here.peer.poll();
    here.stream.deliver(side === 'server' ? requestFor('/', odd) : answerTo(here.stream.takeWritten(), odd));
    here.peer.poll();
    expect(here.peer.get_ready_state()).toBe(STATE_OPEN);
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  test('a subprotocol from a prototype is not supported', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      const here = new MemoryPeer(side, (peer) => {
        peer.supported_protocols = ['chat'];
      });
      here.stream.open();
      here.peer.poll();
      const header = [`Sec-WebSocket-Protocol: ${name}`];
      here.stream.deliver(side === 'server' ? requestFor('/', header) : answerTo(here.stream.takeWritten(), header));
      here.peer.poll();
      expect(here.peer.get_ready_state()).toBe(STATE_CLOSED);
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

  test('§9.1 compressed frames that nobody agreed on are refused, whatever headers were sent', () => {
    const here = openPeer(side);
    here.receive(OP.TEXT, [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], { rsv: 4 });
    here.peer.poll();
    expect(ending(here)).toEqual([STATE_CLOSED, 1002, 'Protocol error']);
  });
});

describe('a server', () => {
  test.each([
    ['origin', ['Origin: https://evil.example'], '127.0.0.1'],
    ['host', ['Origin: https://game.example'], 'rebound.example'],
  ])('refuses a foreign %s with 403 and tells its game', (_, headers, host) => {
    const here = new MemoryPeer('server', (peer) => {
      peer.allowed_origins = ['https://game.example'];
      peer.allowed_hosts = ['127.0.0.1'];
    });
    here.stream.deliver(requestFor('/', headers, host));
    here.peer.poll();
    expect(ending(here)).toEqual([STATE_CLOSED, -1, '']);
    expect(Buffer.from(here.stream.takeWritten()).toString()).toMatch(/^HTTP\/1\.1 403 /);
    expect(reports.take()).toEqual([expect.stringContaining('403')]);
  });

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

  test('takes a missing header for what it is', () => {
    const lines = Buffer.from(requestFor()).toString().trimEnd().split('\r\n');
    for (let missing = 1; missing < lines.length; missing += 1) {
      const here = new MemoryPeer('server');
      here.stream.deliver(head(lines.filter((_, i) => i !== missing)));
      here.peer.poll();
      expect(ending(here), lines[missing]).toEqual([STATE_CLOSED, -1, '']);
      expect(reports.take(), lines[missing]).toHaveLength(1);
    }
  });
});
