// How a peer that the game no longer polls ends: its goodbye leaves, and its former owner hears no more of it.
import { WebSocketPeer } from './websocket/web-socket-peer.js';

/** `listener` hears no more of `socket`'s activity. */
export function dropListener(socket: WebSocketPeer, listener: () => void): void {
  if (socket.is_connected('activity', listener)) socket.disconnect('activity', listener);
}

/** Lets a connection that was closed end by itself: its last frames leave, and `listener` hears no more of it. */
export function endAlone(socket: WebSocketPeer, listener: () => void): void {
  dropListener(socket, listener);
  if (socket.get_ready_state() === WebSocketPeer.STATE_CLOSED) return;
  socket.connect('activity', () => socket.poll());
  socket.poll();
}
