// What only runtimes with sockets have: servers over TCP and beside node:http, each with clients of the same
// process.
import { createServer } from 'node:http';
import { OK, TCPServer, WebSocketMultiplayerPeer, WebSocketPeer } from 'websocketpeer';
import { bytesOf, equal, ok, pattern, textOf, until } from './harness.mjs';

const { STATE_OPEN, STATE_CLOSED } = WebSocketPeer;

function listening({ atEnd }) {
  const server = new TCPServer();
  equal(server.listen(0, '127.0.0.1'), OK, 'listen');
  atEnd(() => server.stop());
  return server;
}

function peerOf({ atEnd }, start) {
  const peer = new WebSocketPeer();
  atEnd(() => peer.close(-1));
  peer.inbound_buffer_size = 2 ** 20;
  peer.outbound_buffer_size = 2 ** 24;
  equal(start(peer), OK, 'start');
  return peer;
}

async function accepted(server) {
  await until(() => server.is_connection_available(), 'a connection');
  return server.take_connection();
}

async function opened(...peers) {
  await until(() => {
    for (const peer of peers) peer.poll();
    return peers.every((peer) => peer.get_ready_state() === STATE_OPEN);
  }, 'both ends');
}

/** A connection to a server of this process: the client's end, and the server's. */
async function pair(context) {
  const server = listening(context);
  const client = peerOf(context, (peer) => peer.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}/`));
  const stream = await accepted(server);
  const host = peerOf(context, (peer) => peer.accept_stream(stream));
  await opened(client, host);
  return { client, host };
}

/** Sends `packet` from one end and takes it at the other. */
async function passed(from, to, packet) {
  equal(from.send(packet), OK, 'send');
  await until(() => {
    from.poll();
    to.poll();
    return to.get_available_packet_count() > 0;
  }, `${packet.length} bytes`);
  equal(to.get_packet(), packet, `${packet.length} bytes`);
}

export const server = {
  name: 'server',
  tests: [
    [
      'listens over TCP, and both ends talk',
      async (context) => {
        const { client, host } = await pair(context);
        equal(host.get_connected_host(), '127.0.0.1', 'host of the client');
        ok(host.get_connected_port() > 0, 'port of the client');
        for (const length of [1, 70_000, 900_000]) {
          await passed(client, host, pattern(length));
          await passed(host, client, pattern(length));
        }
        host.close(4003, 'over');
        await until(() => {
          host.poll();
          client.poll();
          return client.get_ready_state() === STATE_CLOSED && host.get_ready_state() === STATE_CLOSED;
        }, 'the end');
        equal([client.get_close_code(), client.get_close_reason()], [4003, 'over'], 'close at the client');
        equal(host.get_close_code(), 4003, 'close at the server');
      },
    ],
    [
      'slows the sender down while its queue is full, and loses nothing',
      async (context) => {
        const { client, host } = await pair(context);
        const packet = pattern(100_000);
        for (let index = 0; index < 100; index += 1) equal(client.send(packet), OK, 'send');
        await new Promise((resolve) => setTimeout(resolve, 200));
        host.poll();
        const waiting = host.get_available_packet_count();
        ok(waiting > 0 && waiting < 25, `${waiting} packets of 100,000 bytes with an inbound_buffer_size of 1 MiB`);
        let count = 0;
        await until(() => {
          client.poll();
          host.poll();
          for (; host.get_available_packet_count() > 0; count += 1) equal(host.get_packet().length, packet.length);
          return count === 100;
        }, 'a hundred packets');
      },
    ],
    [
      'takes upgrades of an HTTP server',
      async (context) => {
        ok(!context.withheld?.includes('network'), 'an HTTP server needs the network'); // and throws past its caller
        const http = createServer((_, response) => response.end('a page'));
        let host = null;
        http.on('upgrade', (request, socket, head) => {
          host = peerOf(context, (peer) => peer.accept_upgrade(request, socket, head));
        });
        await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
        context.atEnd(() => http.close());
        const { port } = http.address();
        equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'a page', 'the page');
        const client = peerOf(context, (peer) => peer.connect_to_url(`ws://127.0.0.1:${port}/game`));
        await until(() => {
          client.poll();
          return host !== null;
        }, 'the upgrade');
        await opened(client, host);
        for (const length of [1, 200_000]) {
          await passed(client, host, pattern(length));
          await passed(host, client, pattern(length));
        }
        client.close();
        await until(() => {
          client.poll();
          host.poll();
          return host.get_ready_state() === STATE_CLOSED && client.get_ready_state() === STATE_CLOSED;
        }, 'the end');
        equal(host.get_close_code(), 1000, 'close code');
      },
    ],
    [
      'hosts a multiplayer game',
      async (context) => {
        const host = new WebSocketMultiplayerPeer();
        equal(host.create_server(0, '127.0.0.1'), OK, 'create_server');
        const guest = new WebSocketMultiplayerPeer();
        for (const peer of [guest, host]) context.atEnd(() => peer.close());
        const joined = [];
        host.connect('peer_connected', (id) => joined.push(id));
        equal(guest.create_client(`ws://127.0.0.1:${host.get_local_port()}`), OK, 'create_client');
        const both = (condition, what) =>
          until(() => {
            host.poll();
            guest.poll();
            return condition();
          }, what);
        await both(() => joined.length === 1 && guest.get_unique_id() === joined[0], 'the guest');
        host.set_target_peer(joined[0]);
        host.put_packet(bytesOf('welcome'));
        await both(() => guest.get_available_packet_count() > 0, 'the packet');
        equal(textOf(guest.get_packet()), 'welcome', 'packet');
      },
    ],
  ],
};
