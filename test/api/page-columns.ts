// Columns of the API suite in a page: over the browser's WebSocket, simulated or real, and in a worker that uses it.
import { StreamPeerTCP, set_error_handler, TLSOptions, WebSocketPeer } from 'websocketpeer';
import 'websocketpeer/extension';
import 'websocketpeer/variant';
import type { Column, Peer } from './play.js';
import { inWorker } from './worker-column.js';

const dial =
  (origin: string) =>
  (peer: Peer, path: string): number =>
    (peer as WebSocketPeer).connect_to_url(`${origin}/${path}`);

/** Uses the global WebSocket. */
export function inPage(origin: string): Column {
  return {
    origin,
    peers: WebSocketPeer,
    peer: () => new WebSocketPeer(),
    connect: dial(origin),
    make: (what) => (what === 'server options' ? TLSOptions.server(null, null) : new StreamPeerTCP()),
    set_error_handler,
  };
}

export const inWorkerOfPage = (origin: string): Column => inWorker(inPage(origin));
