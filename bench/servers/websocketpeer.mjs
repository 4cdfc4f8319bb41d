// Echo server made of this package. Tells its parent the port; ends with it.
import { TCPServer, WebSocketPeer } from 'websocketpeer';

const BUFFER_SIZE = 16 * 1024 * 1024;

function echo(peer) {
  peer.poll();
  while (peer.get_available_packet_count() > 0) {
    const packet = peer.get_packet();
    peer.send(packet, peer.was_string_packet() ? WebSocketPeer.WRITE_MODE_TEXT : WebSocketPeer.WRITE_MODE_BINARY);
  }
}

function welcome(stream) {
  const peer = new WebSocketPeer();
  peer.inbound_buffer_size = BUFFER_SIZE;
  peer.outbound_buffer_size = BUFFER_SIZE;
  peer.accept_stream(stream);
  peer.connect('activity', () => echo(peer));
  echo(peer);
}

const server = new TCPServer();
server.listen(0, '127.0.0.1');
server.connect('activity', () => {
  while (server.is_connection_available()) welcome(server.take_connection());
});
process.on('disconnect', () => process.exit());
process.send({ port: server.get_local_port() });
