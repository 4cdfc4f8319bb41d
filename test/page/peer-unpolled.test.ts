// Packets waiting while a page does not poll, with its own WebSocketPeer and one held by a worker, over a simulated
// WebSocket of a browser: none lost below the limit, the close above it, packets visible after a poll, and the cost.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { hostPeers, WorkerWebSocketPeer } from '../../host/worker/index.js';
import { pause, until } from '../helpers/game.js';
import { movedBy } from '../helpers/moved-elements.js';
import { PlayedSocket, receive, usePlayedSockets } from '../helpers/played-socket.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
usePlayedSockets();
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const { STATE_OPEN, STATE_CLOSED } = WebSocketPeer;
type Peer = WebSocketPeer | WorkerWebSocketPeer;

function workerPeer(): WorkerWebSocketPeer {
  const { port1, port2 } = new MessageChannel();
  hostPeers({ scope: port2 });
  port2.start();
  endings.push(() => port1.close());
  return new WorkerWebSocketPeer(port1);
}

const KINDS: [name: string, create: () => Peer][] = [
  ['of the page', () => new WebSocketPeer()],
  ['that a worker holds', workerPeer],
];

async function opened(create: () => Peer, configure: (peer: Peer) => void = () => {}) {
  const peer = create();
  endings.push(() => peer.free());
  configure(peer);
  expect(peer.connect_to_url('ws://localhost:9/')).toBe(0);
  await until(() => PlayedSocket.all.length > 0, 'the socket');
  const socket = PlayedSocket.all[0] as PlayedSocket;
  socket.onopen?.();
  await until(() => {
    peer.poll();
    return peer.get_ready_state() === STATE_OPEN;
  }, 'open');
  return { peer, socket };
}

/** `count` packets of `size` bytes, each with its number in the first four. */
function send(socket: PlayedSocket, count: number, size: number, first = 0): void {
  for (let at = first; at < first + count; at += 1) {
    const data = new Uint8Array(size);
    if (size >= 4) new DataView(data.buffer).setUint32(0, at);
    receive(socket, data.buffer);
  }
}

interface Found {
  readonly numbers: number[];
  /** Most packets available after one poll. */
  most: number;
  bytes: number;
}

/** Polls as a game does, taking all packets, until `isDone`. */
async function play(peer: Peer, isDone: (found: Found) => boolean): Promise<Found> {
  const found: Found = { numbers: [], most: 0, bytes: 0 };
  await until(() => {
    peer.poll();
    found.most = Math.max(found.most, peer.get_available_packet_count());
    while (peer.get_available_packet_count() > 0) {
      const packet = peer.get_packet();
      found.bytes += packet.length;
      found.numbers.push(packet.length < 4 ? -1 : new DataView(packet.buffer, packet.byteOffset).getUint32(0));
    }
    return isDone(found);
  }, 'what was sent');
  return found;
}

/** Waits until the worker has been informed about taken packets. */
async function settled(peer: Peer, socket: PlayedSocket): Promise<void> {
  await pause();
  peer.send_text('taken');
  await until(() => (socket.calls.at(-1) as unknown[])[1] === 'taken', 'the word');
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

describe.each(KINDS)('a peer %s', (_name, create) => {
  it('keeps ten hidden minutes of 30 packets of 400 bytes a second, and shows them in order', async () => {
    const { peer, socket } = await opened(create);
    if (peer instanceof WorkerWebSocketPeer) peer.set_hidden(true);
    send(socket, 18_000, 400);
    if (peer instanceof WorkerWebSocketPeer) peer.set_hidden(false);
    const { numbers, most } = await play(peer, (found) => found.numbers.length >= 18_000);
    expect(numbers).toEqual(upTo(18_000));
    expect(most).toBeLessThanOrEqual(65535 / 400);
    expect([peer.get_ready_state(), socket.calls.length, reports.take()]).toEqual([STATE_OPEN, 1, []]);
  });

  it('keeps two packets of 64 KiB that come between two polls', async () => {
    const { peer, socket } = await opened(create);
    send(socket, 2, 65_536);
    const { numbers, bytes } = await play(peer, (found) => found.numbers.length >= 2);
    expect([numbers, bytes, peer.get_ready_state(), reports.take()]).toEqual([[0, 1], 131_072, STATE_OPEN, []]);
  });

  const BOUNDS: [property: string, configure: (peer: Peer) => void, fitting: number, size: number, report: RegExp][] = [
    [
      'max_unpolled_bytes',
      (peer) => peer.set_max_unpolled_bytes(10_000),
      25,
      400,
      /10000 bytes wait, and 400 more came \(max_unpolled_bytes 10000\).*closed/,
    ],
    [
      'max_unpolled_packets',
      (peer) => peer.set_max_unpolled_packets(50),
      50,
      4,
      /50 packets wait, and 1 more came \(max_unpolled_packets 50\).*closed/,
    ],
    [
      'max_unpolled_packets, although a poll could show more',
      (peer) => {
        peer.max_unpolled_packets = 3;
        peer.inbound_buffer_size = 8;
      },
      3,
      4,
      /3 packets wait, and 1 more came \(max_unpolled_packets 3\).*closed/,
    ],
    ['max_unpolled_bytes by default', () => {}, 256, 65_536, /16777216 bytes wait, .* \(max_unpolled_bytes 16777216\)/],
    ['max_unpolled_packets by default', () => {}, 65_536, 4, /65536 packets wait, .* \(max_unpolled_packets 65536\)/],
  ];
  describe.each(BOUNDS)('%s', (_property, configure, fitting, size, report) => {
    it('lets as much wait as it says', async () => {
      const { peer, socket } = await opened(create, configure);
      send(socket, fitting, size);
      const { numbers } = await play(peer, (found) => found.numbers.length >= fitting);
      expect(numbers).toEqual(upTo(fitting));
      await settled(peer, socket);
      send(socket, 1, size, fitting); // taken packets no longer count
      await play(peer, (found) => found.numbers.length === 1);
      expect([peer.get_ready_state(), reports.take()]).toEqual([STATE_OPEN, []]);
    });

    it('closes with 1009 for more, behind what came before, and tells the page', async () => {
      const { peer, socket } = await opened(create, configure);
      send(socket, fitting + 2, size);
      expect(socket.calls.at(-1)).toEqual(['close', 4009, 'too much waits']);
      socket.onclose?.({ code: 1006, reason: 'late' });
      const { numbers } = await play(peer, () => peer.get_ready_state() === STATE_CLOSED);
      expect(numbers).toEqual(upTo(fitting));
      expect(peer.get_close_code()).toBe(1009);
      expect(reports.take()).toEqual([expect.stringMatching(report)]);
    });
  });

  it('counts what waits from the arrival until the game takes it, wherever it is', async () => {
    const { peer, socket } = await opened(create, (one) => {
      one.max_queued_packets = 2;
      one.max_unpolled_packets = 10;
    });
    send(socket, 6, 4);
    await until(() => {
      peer.poll();
      return peer.get_available_packet_count() === 2;
    }, 'two packets');
    send(socket, 4, 4, 6);
    expect(socket.calls).toHaveLength(1);
    send(socket, 1, 4, 10);
    expect(socket.calls.at(-1)).toEqual(['close', 4009, 'too much waits']);
    const { numbers } = await play(peer, () => peer.get_ready_state() === STATE_CLOSED);
    expect([numbers, reports.take()]).toEqual([upTo(10), [expect.stringContaining('max_unpolled_packets 10')]]);
  });

  it('keeps a message as large as inbound_buffer_size, and as many packets as max_queued_packets', async () => {
    const { peer, socket } = await opened(create, (one) => {
      one.inbound_buffer_size = 20_000_000;
      one.max_queued_packets = 70_000;
    });
    send(socket, 1, 20_000_000);
    expect((await play(peer, (found) => found.numbers.length === 1)).bytes).toBe(20_000_000);
    await settled(peer, socket);
    send(socket, 70_000, 4);
    await play(peer, (found) => found.numbers.length >= 70_000);
    expect([peer.get_ready_state(), reports.take()]).toEqual([STATE_OPEN, []]);
  });

  it('shows no more at a time than inbound_buffer_size and max_queued_packets say', async () => {
    const { peer, socket } = await opened(create, (one) => {
      one.inbound_buffer_size = 100;
      one.max_queued_packets = 3;
    });
    send(socket, 50, 4);
    const many = await play(peer, (found) => found.numbers.length >= 50);
    send(socket, 50, 40, 50);
    const large = await play(peer, (found) => found.numbers.length >= 50);
    expect([many.most, large.most]).toEqual([3, 2]);
    expect([...many.numbers, ...large.numbers]).toEqual(upTo(100));
  });

  it('tells of the end a game that takes nothing', async () => {
    const { peer, socket } = await opened(create, (one) => {
      one.max_queued_packets = 3;
    });
    send(socket, 20, 4);
    socket.onclose?.({ code: 4000, reason: 'bye' });
    await until(() => {
      peer.poll();
      return peer.get_ready_state() === STATE_CLOSED;
    }, 'the end');
    expect([peer.get_close_code(), peer.get_available_packet_count()]).toEqual([4000, 20]);
    expect(peer.get_packet()).toHaveLength(4);
  });

  it('raises activity for what waits behind the limits: when there is room, and not before', async () => {
    const { peer, socket } = await opened(create, (one) => {
      one.max_queued_packets = 3;
    });
    const found: number[] = [];
    let raised = 0;
    let takes = false;
    peer.connect('activity', () => {
      raised += 1;
      peer.poll();
      while (takes && peer.get_available_packet_count() > 0) found.push(peer.get_packet()[3] as number);
    });
    send(socket, 20, 4);
    await until(() => peer.get_available_packet_count() === 3, 'three packets');
    await new Promise((go) => setTimeout(go, 30));
    expect(raised).toBeLessThanOrEqual(20); // at most once for each packet
    takes = true;
    for (let count = 0; count < 3; count += 1) found.push(peer.get_packet()[3] as number);
    await until(() => found.length === 20, 'the others');
    expect(found).toEqual(upTo(20));
  });

  it.each([
    ['seen little by little', 4096],
    ['seen at once', 200_000],
  ])('gives 100,000 packets, %s, at a cost that grows with their number alone', async (_title, seen) => {
    const COUNT = 100_000;
    const { peer, socket } = await opened(create, (one) => {
      one.max_unpolled_packets = COUNT;
      one.inbound_buffer_size = 1 << 20;
      one.max_queued_packets = seen;
    });
    const moved = await movedBy(async () => {
      send(socket, COUNT, 4);
      const { numbers } = await play(peer, (found) => found.numbers.length >= COUNT);
      expect(numbers.at(-1)).toBe(COUNT - 1);
    });
    expect(moved).toBeLessThanOrEqual(4 * COUNT);
  });
});

it('tells a worker once in a turn how much the game has taken', async () => {
  const peer = workerPeer();
  const { socket } = await opened(() => peer);
  const posted = vi.spyOn(MessagePort.prototype, 'postMessage');
  endings.push(() => posted.mockRestore());
  send(socket, 100, 4);
  await play(peer, (found) => found.numbers.length >= 100);
  await until(() => posted.mock.calls.some(([message]) => message?.kind === 'taken'), 'the word');
  const taken = posted.mock.calls.map(([message]) => message).filter((message) => message?.kind === 'taken');
  expect(taken.length).toBeLessThan(10);
  expect(taken.reduce((sum, { packets }) => sum + packets, 0)).toBe(100);
});
