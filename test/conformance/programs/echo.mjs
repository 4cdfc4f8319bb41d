// This package's servers and clients that echo, for the conformance suite: over any build of it, which is handed in.
import { createServer } from 'node:http';

const ROOM = 1 << 25;

/** Everything is compressed where that is agreed on. */
function compress(settings) {
  settings.compression_mode = 1;
  settings.compression_threshold = 0;
}

function prepare(peer) {
  compress(peer);
  peer.inbound_buffer_size = ROOM;
  peer.outbound_buffer_size = ROOM;
  peer.connect('activity', () => echo(peer));
}

/** Godot 4: sends back what has come. */
function echo(peer) {
  peer.poll();
  while (peer.get_available_packet_count() > 0) {
    const packet = peer.get_packet();
    peer.send(packet, peer.was_string_packet() ? peer.WRITE_MODE_TEXT : peer.WRITE_MODE_BINARY);
  }
}

/**
 * TCPServer and accept_stream; over TLS with `tls`, options of a server.
 *
 * @param {typeof import('../../../host/index.js')} api
 * @param {number} port
 * @param {import('../../../host/index.js').TLSOptions | null} tls
 */
export async function serveTcp({ TCPServer, StreamPeerTLS, WebSocketPeer }, port = 0, tls = null) {
  const server = new TCPServer();
  if (server.listen(port, '127.0.0.1') !== 0) throw new Error(`can't listen on ${port}`);
  server.connect('activity', () => {
    for (let tcp = server.take_connection(); tcp !== null; tcp = server.take_connection()) {
      const peer = new WebSocketPeer();
      prepare(peer);
      const stream = tls === null ? tcp : new StreamPeerTLS();
      if (tls !== null) stream.accept_stream(tcp, tls);
      peer.accept_stream(stream);
      peer.poll();
    }
  });
  return { port: server.get_local_port(), stop: () => server.stop() };
}

/** A server of Node's `http`, and accept_upgrade. */
export async function serveUpgrades({ WebSocketPeer }, port = 0) {
  const server = createServer((_, response) => response.writeHead(426).end());
  server.on('upgrade', (request, socket, head) => {
    const peer = new WebSocketPeer();
    prepare(peer);
    if (peer.accept_upgrade(request, socket, head) === 0) peer.poll();
    else socket.destroy();
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port: server.address().port, stop: () => server.close() };
}

const ROOM_KIB = ROOM / 1024;

/** Godot 3: sends back the packet that has come. */
function echo3(peer) {
  const packet = peer.get_packet();
  peer.set_write_mode(peer.was_string_packet() ? 0 : 1);
  peer.put_packet(packet);
}

/** Godot 3's WebSocketServer. */
export async function serveGodot3({ WebSocketServer }, port) {
  const server = new WebSocketServer();
  server.set_buffers(ROOM_KIB, 1024, ROOM_KIB, 1024);
  compress(server.peer_settings);
  server.bind_ip = '127.0.0.1';
  server.connect('data_received', (id) => echo3(server.get_peer(id)));
  if (server.listen(port) !== 0) throw new Error(`can't listen on ${port}`);
  server.connect('activity', () => server.poll());
  return { port, stop: () => server.stop() };
}

/** A multiplayer server: it does not echo, and greets with an id. */
export async function serveMultiplayer({ WebSocketMultiplayerPeer }, port = 0) {
  const peer = new WebSocketMultiplayerPeer();
  compress(peer.peer_settings);
  if (peer.create_server(port, '127.0.0.1') !== 0) throw new Error(`can't listen on ${port}`);
  peer.connect('activity', () => {
    peer.poll();
    while (peer.get_available_packet_count() > 0) peer.get_packet();
  });
  return { port: peer.get_local_port(), stop: () => peer.close() };
}

/** Calls `dial` as drivers of the known suite do: `dial(url, echoes)` resolves with the last message that came. */
export async function runCases(dial, base, agent) {
  const count = Number(await dial(`${base}/getCaseCount`, false));
  for (let number = 1; number <= count; number += 1) await dial(`${base}/runCase?case=${number}&agent=${agent}`, true);
  await dial(`${base}/updateReports?agent=${agent}`, false);
}

/** `dial` by Godot 4's WebSocketPeer. */
export function dialer({ WebSocketPeer }) {
  return (url, echoes) =>
    new Promise((resolve) => {
      const peer = new WebSocketPeer();
      let last = '';
      compress(peer);
      peer.inbound_buffer_size = ROOM;
      peer.outbound_buffer_size = ROOM;
      const turn = () => {
        if (echoes) echo(peer);
        else peer.poll();
        while (peer.get_available_packet_count() > 0) last = new TextDecoder().decode(peer.get_packet());
        if (peer.get_ready_state() === peer.STATE_CLOSED) resolve(last);
      };
      peer.connect('activity', turn);
      if (peer.connect_to_url(url) !== 0) resolve(last);
    });
}

/** `dial` by Godot 3's WebSocketClient. */
export function dialer3({ WebSocketClient }) {
  return (url, echoes) =>
    new Promise((resolve) => {
      const client = new WebSocketClient();
      let last = '';
      client.set_buffers(ROOM_KIB, 1024, ROOM_KIB, 1024);
      compress(client.peer_settings);
      client.connect('data_received', () => {
        if (echoes) echo3(client.get_peer(1));
        else last = new TextDecoder().decode(client.get_peer(1).get_packet());
      });
      const done = () => resolve(last);
      client.connect('connection_closed', done);
      client.connect('connection_error', done);
      client.connect('activity', () => client.poll());
      if (client.connect_to_url(url) !== 0) done();
    });
}
