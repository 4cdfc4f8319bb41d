// A program that uses the package in one way and then has nothing more to do: it must end by itself.
// Usage: node scenario.mjs <address of the package's module> <name>
import { createServer } from 'node:net';

const [, , module, name] = process.argv;
const { Crypto, StreamPeerTLS, TCPServer, TLSOptions, WebSocketPeer, set_error_handler } = await import(module);
set_error_handler(null);

const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

async function until(condition) {
  while (!condition()) await pause();
}

async function frames(condition, ...peers) {
  await until(() => {
    for (const peer of peers) peer.poll();
    return condition();
  });
}

const stateOf = (state, ...peers) => frames(() => peers.every((peer) => peer.get_ready_state() === state), ...peers);

async function pair(configure = () => {}) {
  const listener = new TCPServer();
  listener.listen(0, '127.0.0.1');
  const client = new WebSocketPeer();
  const server = new WebSocketPeer();
  configure(client);
  client.connect_to_url(`ws://127.0.0.1:${listener.get_local_port()}/`);
  await until(() => listener.is_connection_available());
  server.accept_stream(listener.take_connection());
  await stateOf(WebSocketPeer.STATE_OPEN, client, server);
  listener.stop();
  client.send_text('hello');
  await frames(() => server.get_available_packet_count() === 1, client, server);
  return { client, server };
}

async function tlsPair() {
  const crypto = new Crypto();
  const key = crypto.generate_rsa(2048);
  const listener = new TCPServer();
  listener.listen(0, '127.0.0.1');
  const client = new WebSocketPeer();
  client.connect_to_url(`wss://127.0.0.1:${listener.get_local_port()}/`, TLSOptions.client_unsafe());
  await until(() => listener.is_connection_available());
  const stream = new StreamPeerTLS();
  const certificate = crypto.generate_self_signed_certificate(key);
  stream.accept_stream(listener.take_connection(), TLSOptions.server(key, certificate));
  listener.stop();
  const server = new WebSocketPeer();
  await frames(() => stream.get_status() === StreamPeerTLS.STATUS_CONNECTED, client, stream);
  server.accept_stream(stream);
  await stateOf(WebSocketPeer.STATE_OPEN, client, server);
  return { client, server };
}

/** A server that takes TCP connections and never says a word. */
async function silent() {
  const server = createServer();
  const sockets = [];
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const scenarios = {
  async 'clean close'() {
    const { client, server } = await pair((peer) => {
      peer.heartbeat_interval = 60;
      peer.message_timeout = 60;
    });
    client.close(1000, 'done');
    await stateOf(WebSocketPeer.STATE_CLOSED, server, client);
  },
  async 'close(-1)'() {
    const { client, server } = await pair();
    client.close(-1);
    await stateOf(WebSocketPeer.STATE_CLOSED, server);
  },
  async 'free by both'() {
    const { client, server } = await pair();
    client.free();
    server.free();
  },
  async 'close that nobody polls for'() {
    const { client, server } = await pair();
    client.close();
    server.close();
  },
  async 'close over TLS that nobody polls for'() {
    const { client, server } = await tlsPair();
    client.close();
    server.close();
  },
  async refused() {
    const { port, stop } = await silent();
    stop();
    const client = new WebSocketPeer();
    client.connect_to_url(`ws://127.0.0.1:${port}/`);
    await stateOf(WebSocketPeer.STATE_CLOSED, client);
  },
  async 'handshake timeout'() {
    const server = await silent();
    const client = new WebSocketPeer();
    client.handshake_timeout = 0.05;
    client.connect_to_url(`ws://127.0.0.1:${server.port}/`);
    await stateOf(WebSocketPeer.STATE_CLOSED, client);
    server.stop();
  },
  async 'close timeout'() {
    const { client, server } = await pair((peer) => {
      peer.close_timeout = 0.05;
    });
    client.close();
    await stateOf(WebSocketPeer.STATE_CLOSED, client);
    server.free();
  },
  async 'a server that stops with connections waiting'() {
    const listener = new TCPServer();
    listener.connect('activity', () => {});
    listener.listen(0, '127.0.0.1');
    const client = new WebSocketPeer();
    client.connect_to_url(`ws://127.0.0.1:${listener.get_local_port()}/`);
    await until(() => listener.is_connection_available());
    listener.stop();
    await stateOf(WebSocketPeer.STATE_CLOSED, client);
  },
};

await scenarios[name]();
