// News of a peer whose output has drained, for classes of this package that must not poll for it: gateways.
import { SESSION } from '../../protocol/session.js';
import type { WebSocketPeer } from './web-socket-peer.js';

/**
 * Calls `callback` once, when no more than `threshold` of the payload bytes that `peer` has sent wait to be sent: with 0,
 * when the system has taken everything. It is called also when the connection ends, and never within this call or
 * `send`, but at the end of a turn: soon, if there is nothing to wait for. The peer need not be polled for it, unless
 * its stream has to be.
 *
 * False, without a call to come, for a peer without a connection, and for one whose connection can't tell: those of a
 * page and of a worker.
 */
export function whenDrained(peer: WebSocketPeer, callback: () => void, threshold = 0): boolean {
  const session = peer[SESSION];
  if (session?.whenDrained === undefined) return false;
  session.whenDrained(callback, threshold);
  return true;
}
