// Column of the API suite with another column's connections held by a worker, which is simulated in the same thread.
import { hostPeers, WorkerWebSocketPeer } from 'websocketpeer/worker';
import type { Column, Peer } from './play.js';

function peer(): Peer {
  const { port1, port2 } = new MessageChannel();
  hostPeers({ scope: port2 });
  port2.start();
  return new WorkerWebSocketPeer(port1);
}

/** `isUnderway` is left out: the progress of CONNECTING is not known in the page. */
export function inWorker({ isUnderway: _, ...column }: Column): Column {
  return { ...column, peers: WorkerWebSocketPeer, peer };
}
