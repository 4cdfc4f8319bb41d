// Server with this package. Arguments: 'echo', or 'room': each message goes to all; 'deflate': compression is on.
import { set_error_handler, TCPServer, WebSocketPeer } from 'websocketpeer';
import { obey } from '../lib/child.mjs';

const inRoom = process.argv[2] === 'room';
const isCompressing = process.argv[3] === 'deflate';
/** Buffer size for the largest message of the growth curve. */
const ECHO_BUFFER_SIZE = 128 * 1024 * 1024;

const { STATE_OPEN, STATE_CLOSED, WRITE_MODE_BINARY, WRITE_MODE_TEXT } = WebSocketPeer;
const peers = new Set();

function answer(peer) {
  const packet = peer.get_packet();
  if (inRoom) WebSocketPeer.broadcast(peers, packet, WRITE_MODE_BINARY);
  else peer.send(packet, peer.was_string_packet() ? WRITE_MODE_TEXT : WRITE_MODE_BINARY);
}

function serve(peer) {
  peer.poll();
  while (peer.get_available_packet_count() > 0 && peer.get_ready_state() === STATE_OPEN) answer(peer);
  if (peer.get_ready_state() === STATE_CLOSED) peers.delete(peer);
}

function welcome(stream) {
  const peer = new WebSocketPeer();
  if (!inRoom) {
    peer.inbound_buffer_size = ECHO_BUFFER_SIZE;
    peer.outbound_buffer_size = ECHO_BUFFER_SIZE;
  }
  if (isCompressing) peer.compression_mode = WebSocketPeer.COMPRESSION_MODE_MESSAGE;
  peers.add(peer);
  peer.accept_stream(stream);
  peer.connect('activity', () => serve(peer));
  serve(peer);
}

/** Milliseconds to poll all peers once. */
function sweep({ times }) {
  const taken = Array.from({ length: times }, () => {
    const start = performance.now();
    for (const peer of peers) peer.poll();
    return performance.now() - start;
  });
  return { value: taken.sort((a, b) => a - b)[times >> 1], peers: peers.size };
}

set_error_handler(null); // a peer that does not read would be reported for each dropped packet
const server = new TCPServer();
server.listen(0, '127.0.0.1');
server.connect('activity', () => {
  while (server.is_connection_available()) welcome(server.take_connection());
});
obey({ sweep }, { port: server.get_local_port() });
