// Calls from inside what a WorkerWebSocketPeer reports and emits, over a worker that a test plays, and from inside
// `onPacket` in a real one.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { set_error_handler } from '../../host/binding/error-handler.js';
import { TCPServer } from '../../host/godot4/io/tcp-server.js';
import { WebSocketPeer } from '../../host/godot4/websocket/web-socket-peer.js';
import { hostPeers, WorkerWebSocketPeer } from '../../host/worker/index.js';
import { world } from '../helpers/memory-stream-platform.js';
import { type Call, failing, Interruptions } from '../helpers/reentrant.js';
import { PORT } from '../helpers/reentrant-game.js';

vi.mock('#platform', () => import('../helpers/memory-stream-platform.js'));

beforeEach(() => {
  world.reset();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => {
  set_error_handler(undefined);
  vi.restoreAllMocks();
});

const { STATE_CLOSED } = WebSocketPeer;
const URL = 'ws://localhost:9/';
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A worker whose answers a test makes up. */
class PlayedWorker {
  port: MessagePort | null = null;

  postMessage(message: unknown): void {
    this.port = (message as { port: MessagePort }).port;
  }
}

const calls: fc.Arbitrary<Call<WorkerWebSocketPeer>> = fc.constantFrom<Call<WorkerWebSocketPeer>>(
  (peer) => peer.poll(),
  (peer) => peer.free(),
  (peer) => peer.close(),
  (peer) => peer.close(-1),
  (peer) => peer.close(70_000, 'x'.repeat(200)),
  (peer) => peer.get_packet(),
  (peer) => peer.send(Uint8Array.of(1)),
  (peer) => peer.send(Uint8Array.of(255), 0),
  (peer) => peer.connect_to_url(URL),
  (peer) => peer.connect_to_url('http://x'),
  (peer) => peer.set_no_delay(true),
  (peer) => peer.set_hidden(true),
  (peer) => peer.set_hidden_policy(7),
  failing,
);

const told = fc.constantFrom(
  () => ({ kind: 'open', protocol: '', isCompressed: false }),
  () => ({ kind: 'packet', data: Uint8Array.of(1), isText: false }),
  () => ({ kind: 'left', bytes: 1 }),
  () => ({ kind: 'seen', policy: 1, dropped: 1 }),
  () => ({ kind: 'closed', code: 1000, reason: '' }),
);

test('a WorkerWebSocketPeer stands any calls from inside whatever it reports or emits', async () => {
  let heard = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(told, { maxLength: 8 }), fc.array(calls, { maxLength: 20 }), async (all, inside) => {
      world.reset();
      const worker = new PlayedWorker();
      const peer = new WorkerWebSocketPeer(worker);
      const interruptions = new Interruptions(peer, inside);
      peer.connect_to_url(URL);
      for (const message of all) {
        worker.port?.postMessage(message());
        await turn();
        world.loop.turn();
        peer.poll();
        peer.send(Uint8Array.of(2));
      }
      heard += interruptions.heard;
      interruptions.stop();
      peer.free();
      await turn();
      world.loop.settle();
      expect(interruptions.thrown).toEqual([]);
      expect([peer.get_ready_state(), world.loop.pendingAlarms]).toEqual([STATE_CLOSED, 0]);
    }),
    { seed: 8, numRuns: 150 },
  );
  expect(heard, 'what was heard in all runs').toBeGreaterThan(150);
});

test.each<[string, (peer: WebSocketPeer) => unknown, number[], boolean]>([
  ['poll()', (peer) => peer.poll(), [1, 2, 3], false],
  ['send()', (peer) => peer.send(Uint8Array.of(9)), [1, 2, 3], false],
  ['get_packet()', (peer) => peer.get_packet(), [1, 3], false],
  ['close()', (peer) => peer.close(), [1, 2, 3], true],
  ['free()', (peer) => peer.free(), [1, 2, 3], true],
])('onPacket may call %s on the peer that it hears of', async (_call, act, expected, ends) => {
  const server = new TCPServer();
  server.listen(PORT);
  const { port1, port2 } = new MessageChannel();
  const packets: number[] = [];
  hostPeers({
    scope: port2,
    onPacket: (packet, peer) => {
      packets.push(packet[0]);
      if (packets.length === 1) act(peer);
      return true;
    },
  });
  port2.start();
  const peer = new WorkerWebSocketPeer(port1);
  peer.connect_to_url(`ws://127.0.0.1:${PORT}/`);
  const remote = new WebSocketPeer();
  for (let round = 0; round < 60; round += 1) {
    await turn();
    world.loop.turn();
    if (server.is_connection_available()) remote.accept_stream(server.take_connection());
    remote.poll();
    peer.poll();
    if (round === 30) for (const value of [1, 2, 3]) remote.send(Uint8Array.of(value));
  }
  expect([packets, peer.get_ready_state() === STATE_CLOSED]).toEqual([expected, ends]);
  for (const one of [peer, remote, server]) one.free();
  port1.close();
});
