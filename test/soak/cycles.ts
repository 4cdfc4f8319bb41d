// Many connections that come and go, ended in every way: memory, descriptors and handles are as before.
import { connect } from 'node:net';
import { WebSocketPeer } from '../../host/index.js';
import { requestFor } from '../helpers/raw-peer-handshake.js';
import { type Identity, KINDS } from './lib/kinds.js';
import { demand, handles, inMiB, inParallel, memory, sockets, until } from './lib/measure.js';

const AT_ONCE = 32;
/** Cycles before the first look at memory: code is compiled, buffers have their sizes. */
const WARM_UP = 1000;
/** Polite ends keep their ports for a minute: they are spread over addresses of the loopback. */
const ADDRESSES = process.platform === 'linux' ? 100 : 1;
/** Growth that counts as none: the engine's own, whatever the number of cycles. */
const MOST_GROWTH = 6 << 20;

type Ending = (peer: WebSocketPeer) => void;

/** How clients of this package end their connections. */
const ENDINGS: Record<string, Ending> = {
  close: (peer) => peer.close(),
  'close with a reason': (peer) => peer.close(4000, 'enough'),
  destroy: (peer) => peer.close(-1),
  free: (peer) => peer.free(),
};

async function cycle(port: number, index: number): Promise<void> {
  const host = `127.0.0.${1 + (index % ADDRESSES)}`;
  const names = [...Object.keys(ENDINGS), 'reset', 'before it is open'];
  const name = names[index % names.length];
  if (name === 'reset') return resetCycle(port, host);
  const peer = new WebSocketPeer();
  demand(peer.connect_to_url(`ws://${host}:${port}/`) === 0, 'connect_to_url');
  if (name === 'before it is open') {
    peer.close(-1);
    return;
  }
  await until(() => {
    peer.poll();
    return peer.get_ready_state() !== WebSocketPeer.STATE_CONNECTING;
  }, 'an open connection');
  demand(peer.get_ready_state() === WebSocketPeer.STATE_OPEN, `a connection ended with ${peer.get_close_code()}`);
  peer.send_text(`cycle ${index}`);
  await until(() => {
    peer.poll();
    return peer.get_available_packet_count() > 0;
  }, 'the echo');
  ENDINGS[name](peer);
  await until(() => {
    peer.poll();
    return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
  }, 'the end');
}

async function resetCycle(port: number, host: string): Promise<void> {
  const socket = connect({ port, host, noDelay: true });
  let hasAnswer = false;
  let isClosed = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    isClosed = true;
  });
  socket.on('data', () => {
    hasAnswer = true;
  });
  socket.write(requestFor());
  await until(() => hasAnswer || isClosed, 'an answer');
  socket.resetAndDestroy();
  await until(() => isClosed, 'the reset');
}

export interface CycleFigures {
  readonly cycles: number;
  readonly seconds: number;
  readonly memoryBeforeMiB: number;
  readonly memoryAfterMiB: number;
  readonly socketsLeft: number;
  readonly handlesLeft: number;
}

export async function soakCycles(count: number, identity: Identity): Promise<CycleFigures> {
  const [tcp] = KINDS;
  const atRest = sockets();
  const server = tcp.serve(identity);
  const listening = sockets();
  const run = (first: number, last: number): Promise<void> => {
    const indices = Array.from({ length: last - first }, (_, at) => first + at);
    return inParallel(indices, AT_ONCE, (index) => cycle(server.port, index));
  };
  const rest = async (): Promise<void> => {
    await until(() => server.held() === 0, 'a server without members');
    await until(() => sockets() <= listening, 'free descriptors');
  };
  await run(0, WARM_UP);
  await rest();
  const before = await memory();
  const start = performance.now();
  await run(WARM_UP, WARM_UP + count);
  await rest();
  const seconds = Math.round((performance.now() - start) / 100) / 10;
  const after = await memory();
  server.stop();
  await until(() => sockets() <= atRest && handles() === 0, 'nothing left');
  const growth = after - before;
  demand(growth < MOST_GROWTH, `${count} cycles cost ${inMiB(growth)} MiB for good`);
  return {
    cycles: count,
    seconds,
    memoryBeforeMiB: inMiB(before),
    memoryAfterMiB: inMiB(after),
    socketsLeft: sockets() - atRest,
    handlesLeft: handles(),
  };
}
