// A column of the API suite again, with the connections in a worker: one of this thread, which stands on whatever peers do
// here.
import { hostPeers, WorkerWebSocketPeer } from 'websocketpeer/worker';
import type { Column, Peer } from './play.js';

function peer(): Peer {
  const { port1, port2 } = new MessageChannel();
  hostPeers({ scope: port2 });
  port2.start();
  return new WorkerWebSocketPeer(port1);
}

/** The page never learns how far CONNECTING is. */
export function inWorker({ isUnderway: _, ...column }: Column): Column {
  return { ...column, peers: WorkerWebSocketPeer, peer };
}
