// Readers that take nothing: what waits for each is bounded, others are served, and at the end nothing is left.
import { connect, type Socket } from 'node:net';
import { type StreamPeerTCP, TCPServer, WebSocketPeer } from '../../host/index.js';
import { requestFor } from '../helpers/raw-peer-handshake.js';
import { demand, inMiB, memory, sockets, until } from './lib/measure.js';

const MESSAGE = new Uint8Array(1000);
/** Messages for each reader, far more than the system's buffers and the limit together take. */
const MESSAGES = 12_000;
const ERR_OUT_OF_MEMORY = 6;
/** Memory that the engine may keep. */
const MOST_LEFT = 4 << 20;

export interface SlowFigures {
  readonly readers: number;
  readonly mostWaitingBytes: number;
  readonly refusedMessages: number;
  readonly memoryBeforeMiB: number;
  readonly memoryBlockedMiB: number;
  readonly memoryAfterMiB: number;
  readonly socketsLeft: number;
}

async function opened(server: TCPServer): Promise<{ peer: WebSocketPeer; socket: Socket }> {
  const socket = connect({ port: server.get_local_port(), host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.write(requestFor());
  await until(() => server.is_connection_available(), 'a connection');
  const peer = new WebSocketPeer();
  peer.accept_stream(server.take_connection() as StreamPeerTCP);
  await until(() => {
    peer.poll();
    return peer.get_ready_state() === WebSocketPeer.STATE_OPEN;
  }, 'an open connection');
  return { peer, socket };
}

export async function soakSlowReaders(readers: number): Promise<SlowFigures> {
  const atRest = sockets();
  const server = new TCPServer();
  demand(server.listen(0, '127.0.0.1') === 0, 'a server can listen');
  const fast = await opened(server);
  let received = 0;
  fast.socket.on('data', ({ length }) => {
    received += length;
  });
  const before = await memory();
  const slow = await Promise.all(Array.from({ length: readers }, () => opened(server)));
  for (const { socket } of slow) socket.pause();
  let most = 0;
  let refused = 0;
  for (let round = 0; round < MESSAGES; round += 1) {
    for (const { peer } of slow) {
      const error = peer.send(MESSAGE);
      demand(error === 0 || error === ERR_OUT_OF_MEMORY, `send returned ${error}`);
      if (error !== 0) refused += 1;
      most = Math.max(most, peer.get_current_outbound_buffered_amount());
    }
    if (round % 100 !== 0) continue;
    demand(fast.peer.send(MESSAGE) === 0, 'the fast reader is served');
    const wanted = received + MESSAGE.length;
    await until(() => {
      for (const { peer } of [fast, ...slow]) peer.poll();
      return received >= wanted;
    }, 'what the fast reader gets');
  }
  const blocked = await memory();
  const limit = fast.peer.outbound_buffer_size;
  demand(refused > 0, 'nobody was slow');
  demand(most <= limit, `${most} bytes wait for one reader (outbound_buffer_size ${limit})`);
  for (const { peer, socket } of [fast, ...slow]) {
    peer.close(-1);
    socket.destroy();
  }
  server.stop();
  await until(() => sockets() <= atRest, 'free descriptors');
  slow.length = 0; // the raw clients hold what they did not read
  const after = await memory();
  const perReader = (blocked - before) / readers;
  demand(after - before < MOST_LEFT, `${inMiB(after - before)} MiB are left of ${readers} slow readers`);
  demand(perReader < 2 * limit + 65_536, `${Math.round(perReader)} bytes for a slow reader`);
  return {
    readers,
    mostWaitingBytes: most,
    refusedMessages: refused,
    memoryBeforeMiB: inMiB(before),
    memoryBlockedMiB: inMiB(blocked),
    memoryAfterMiB: inMiB(after),
    socketsLeft: sockets() - atRest,
  };
}
