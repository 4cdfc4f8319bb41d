// Functions for connections that are closing and no longer polled by their owner: they end by themselves, and the
// owner's listener is removed.
import { WebSocketPeer } from './web-socket-peer.js';

/** Disconnects `listener` from `socket`'s signal `activity`. */
export function dropListener(socket: WebSocketPeer, listener: () => void): void {
  if (socket.is_connected('activity', listener)) socket.disconnect('activity', listener);
}

/** Makes a closing connection end without being polled, and disconnects `listener`. */
export function endAlone(socket: WebSocketPeer, listener: () => void): void {
  dropListener(socket, listener);
  if (socket.get_ready_state() === WebSocketPeer.STATE_CLOSED) return;
  socket.connect('activity', () => socket.poll());
  socket.poll();
}
