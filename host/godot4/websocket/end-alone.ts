// Ending of peers that are not polled any more: the close frame is still sent, and the former owner's listener is
// removed.
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
