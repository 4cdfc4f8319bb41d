// An echo server of the kind argv[3], with the built package at argv[2], for a process with few file descriptors: prints
// its port, then each report.
const [, , entry, kind] = process.argv;
const { TCPServer, WebSocketMultiplayerPeer, WebSocketPeer, set_error_handler } = await import(entry);
set_error_handler((message) => console.log(message));

function serveTcp() {
  const server = new TCPServer();
  server.listen(0, '127.0.0.1');
  server.connect('activity', () => {
    while (server.is_connection_available()) {
      const peer = new WebSocketPeer();
      peer.accept_stream(server.take_connection());
      peer.connect('activity', () => {
        peer.poll();
        while (peer.get_available_packet_count() > 0) peer.send(peer.get_packet());
      });
    }
  });
  return server;
}

function serveMultiplayer() {
  const server = new WebSocketMultiplayerPeer();
  server.create_server(0, '127.0.0.1');
  server.connect('activity', () => server.poll());
  return server;
}

const server = kind === 'TCPServer' ? serveTcp() : serveMultiplayer();
console.log(server.get_local_port());
