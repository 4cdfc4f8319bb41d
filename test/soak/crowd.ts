// Many connections at once with traffic: the clients are in a second process, since each process needs a descriptor for
// every connection.
import { type ChildProcess, fork } from 'node:child_process';
import { WebSocketPeer } from '../../host/index.js';
import { type Identity, KINDS } from './lib/kinds.js';
import { demand, handles, inMiB, memory, pause, sockets, until } from './lib/measure.js';

/** Connections that are begun before the first of them are open. */
const AT_ONCE = 200;
/** Connections for each loopback address: the ports of one do not suffice for all. */
const PER_ADDRESS = 4000;
const ROUNDS = 5;
const MESSAGE = 'x'.repeat(125);
/** Memory of one open connection of the server, with its echo's closures and whatever Node holds for its socket. */
const MOST_PER_CONNECTION = 24 << 10;
/** The memory that a crowd leaves behind: tables that have grown keep their size. */
const MOST_LEFT = 8 << 20;

interface Order {
  readonly port: number;
  readonly connections: number;
}

/** The second process: opens connections, talks over all of them, ends them; a word for each step. */
export function runCrowd(): void {
  const peers: WebSocketPeer[] = [];
  const poll = (): void => {
    for (const peer of peers) peer.poll();
  };
  const steps: Record<string, (order: Order) => Promise<number>> = {
    async open({ port, connections }) {
      const isReady = (): boolean => peers.every((peer) => peer.get_ready_state() === WebSocketPeer.STATE_OPEN);
      while (peers.length < connections) {
        const host = `127.0.0.${1 + Math.floor(peers.length / PER_ADDRESS)}`;
        const peer = new WebSocketPeer();
        peer.handshake_timeout = 0;
        demand(peer.connect_to_url(`ws://${host}:${port}/`) === 0, 'connect_to_url');
        peers.push(peer);
        if (peers.length % AT_ONCE !== 0 && peers.length < connections) continue;
        await until(() => {
          poll();
          return isReady();
        }, `${peers.length} open connections`);
      }
      return peers.length;
    },
    async talk() {
      let answers = 0;
      for (let round = 1; round <= ROUNDS; round += 1) {
        for (const peer of peers) demand(peer.send_text(MESSAGE) === 0, 'a message is sent');
        await until(() => {
          for (const peer of peers) {
            peer.poll();
            for (; peer.get_available_packet_count() > 0; answers += 1) {
              demand(peer.get_packet().length === MESSAGE.length, 'an echo is whole');
            }
          }
          return answers === round * peers.length;
        }, 'all echoes');
      }
      return answers;
    },
    async end() {
      for (const peer of peers) peer.close();
      await until(() => {
        poll();
        return peers.every((peer) => peer.get_ready_state() === WebSocketPeer.STATE_CLOSED);
      }, 'the end of all');
      return 0;
    },
  };
  process.on('message', ({ step, order }: { step: string; order: Order }) => {
    steps[step](order).then(
      (value) => process.send?.({ value }),
      (error: Error) => process.send?.({ error: error.message }),
    );
  });
}

/** Has the second process take a step. */
function told(child: ChildProcess, step: string, order: Order): Promise<number> {
  return new Promise((resolve, reject) => {
    const isGone = (): void => reject(new Error(`the second process ended during "${step}"`));
    child.once('exit', isGone);
    child.once('message', ({ value, error }: { value: number; error?: string }) => {
      child.off('exit', isGone);
      if (error === undefined) resolve(value);
      else reject(new Error(error));
    });
    child.send({ step, order });
  });
}

export interface CrowdFigures {
  readonly connections: number;
  readonly messages: number;
  readonly seconds: number;
  readonly memoryBeforeMiB: number;
  readonly memoryOpenMiB: number;
  readonly bytesPerConnection: number;
  readonly memoryAfterMiB: number;
  readonly socketsLeft: number;
}

export async function soakCrowd(connections: number, identity: Identity): Promise<CrowdFigures> {
  const atRest = sockets();
  const child = fork(process.argv[1], ['--crowd'], { stdio: 'inherit' });
  try {
    const withChild = sockets();
    const server = KINDS[0].serve(identity);
    const order = { port: server.port, connections };
    const before = await memory();
    const start = performance.now();
    demand((await told(child, 'open', order)) === connections, 'all are open');
    await until(() => server.held() === connections, 'all members');
    const open = await memory();
    const messages = await told(child, 'talk', order);
    await told(child, 'end', order);
    await until(() => server.held() === 0, 'the end of all members');
    await until(() => sockets() <= withChild + 1, 'free descriptors');
    const seconds = Math.round((performance.now() - start) / 100) / 10;
    server.stop();
    await pause(100);
    const after = await memory();
    const bytesPerConnection = Math.round((open - before) / connections);
    demand(bytesPerConnection < MOST_PER_CONNECTION, `${bytesPerConnection} bytes for a connection`);
    demand(after - before < MOST_LEFT, `${inMiB(after - before)} MiB are left of ${connections} connections`);
    return {
      connections,
      messages,
      seconds,
      memoryBeforeMiB: inMiB(before),
      memoryOpenMiB: inMiB(open),
      bytesPerConnection,
      memoryAfterMiB: inMiB(after),
      socketsLeft: sockets() - withChild,
    };
  } finally {
    child.kill();
    await until(() => child.exitCode !== null || child.signalCode !== null, 'the end of the second process');
    await until(() => sockets() <= atRest && handles() === 0, 'nothing left');
  }
}
