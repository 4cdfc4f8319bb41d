// Echo client with this package.
import { set_error_handler, WebSocketPeer } from 'websocketpeer';
import { obey } from '../lib/child.mjs';

const BUFFER_SIZE = 16 * 1024 * 1024;
const { STATE_CONNECTING, STATE_OPEN, WRITE_MODE_BINARY, WRITE_MODE_TEXT } = WebSocketPeer;

function serve(peer) {
  peer.poll();
  while (peer.get_available_packet_count() > 0 && peer.get_ready_state() === STATE_OPEN) {
    const packet = peer.get_packet();
    peer.send(packet, peer.was_string_packet() ? WRITE_MODE_TEXT : WRITE_MODE_BINARY);
  }
}

function connect({ url }) {
  const peer = new WebSocketPeer();
  peer.inbound_buffer_size = BUFFER_SIZE;
  peer.outbound_buffer_size = BUFFER_SIZE;
  return new Promise((resolve, reject) => {
    peer.connect('activity', () => {
      serve(peer);
      const state = peer.get_ready_state();
      if (state === STATE_OPEN) resolve({ open: true });
      else if (state !== STATE_CONNECTING) reject(new Error('not connected'));
    });
    peer.connect_to_url(url);
  });
}

set_error_handler(null);
obey({ connect }, { ready: true });
