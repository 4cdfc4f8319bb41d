// The streams under the WebSockets, where a runtime has sockets: TCP and Unix domain sockets by themselves, many at
// once, and connections that break.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OK, StreamPeerTCP, StreamPeerUDS, TCPServer, UDSServer, WebSocketPeer } from 'websocketpeer';
import { WebSocketServer } from 'websocketpeer/godot3';
import { equal, ok, pattern, until } from './harness.mjs';

const MANY = 100;
const LOAD = 8_000_000;

function listening({ atEnd }) {
  const server = new TCPServer();
  equal(server.listen(0, '127.0.0.1'), OK, 'listen');
  atEnd(() => server.stop());
  return server;
}

async function taken(server) {
  await until(() => server.is_connection_available(), 'a connection');
  return server.take_connection();
}

/** Two connected streams, as `client` and `server` make them. */
async function connected(client, server) {
  const host = await taken(server);
  await until(() => {
    client.poll();
    host.poll();
    return client.get_status() === StreamPeerTCP.STATUS_CONNECTED;
  }, 'the connection');
  return host;
}

/** Sends `bytes` from one stream and reads them, a part at a time, from the other. */
async function streamed(from, to, bytes) {
  equal(from.put_data(bytes), OK, 'put_data');
  const read = new Uint8Array(bytes.length);
  let length = 0;
  await until(() => {
    from.poll();
    to.poll();
    const [, part] = to.get_partial_data(1_000_000);
    read.set(part, length);
    length += part.length;
    return length === bytes.length;
  }, `${bytes.length} bytes`);
  ok(
    read.every((byte, index) => byte === bytes[index]),
    'the bytes as they were',
  );
}

export const sockets = {
  name: 'sockets',
  tests: [
    [
      'carries streams over TCP, both ways, and tells their end',
      async (context) => {
        const server = listening(context);
        const client = new StreamPeerTCP();
        context.atEnd(() => client.disconnect_from_host());
        equal(client.connect_to_host('127.0.0.1', server.get_local_port()), OK, 'connect_to_host');
        const host = await connected(client, server);
        equal(host.get_connected_port(), client.get_local_port(), 'port of the client');
        await streamed(client, host, pattern(LOAD));
        await streamed(host, client, pattern(LOAD));
        client.disconnect_from_host();
        await until(() => {
          host.poll();
          return host.get_status() === StreamPeerTCP.STATUS_NONE;
        }, 'the end');
      },
    ],
    [
      'carries streams over a Unix domain socket',
      async (context) => {
        const directory = mkdtempSync(join(tmpdir(), 'suite-'));
        context.atEnd(() => rmSync(directory, { recursive: true }));
        const server = new UDSServer();
        context.atEnd(() => server.stop());
        equal(server.listen(join(directory, 'socket')), OK, 'listen');
        const client = new StreamPeerUDS();
        context.atEnd(() => client.disconnect_from_host());
        equal(client.connect_to_host(join(directory, 'socket')), OK, 'connect_to_host');
        const host = await connected(client, server);
        context.atEnd(() => host.disconnect_from_host());
        await streamed(client, host, pattern(100_000));
        await streamed(host, client, pattern(100_000));
      },
    ],
    [
      'says what is wrong with a port that is taken, and one where nobody listens',
      async (context) => {
        const port = listening(context).get_local_port();
        ok(new TCPServer().listen(port, '127.0.0.1') !== OK, 'a taken port is refused');
        const { hostname, port: deaf } = new URL(context.deaf);
        const client = new StreamPeerTCP();
        equal(client.connect_to_host(hostname, Number(deaf)), OK, 'connect_to_host');
        await until(() => {
          client.poll();
          return client.get_status() === StreamPeerTCP.STATUS_ERROR;
        }, 'the refusal');
      },
    ],
    [
      `serves ${MANY} clients at once`,
      async (context) => {
        const server = listening(context);
        const url = `ws://127.0.0.1:${server.get_local_port()}/`;
        const clients = Array.from({ length: MANY }, () => new WebSocketPeer());
        for (const client of clients) {
          context.atEnd(() => client.close(-1));
          equal(client.connect_to_url(url), OK, 'connect_to_url');
        }
        const hosts = [];
        server.connect('activity', () => {
          while (server.is_connection_available()) {
            const host = new WebSocketPeer();
            hosts.push(host);
            context.atEnd(() => host.close(-1));
            host.accept_stream(server.take_connection());
            host.connect('activity', () => {
              host.poll();
              while (host.get_available_packet_count() > 0) host.send(host.get_packet());
            });
            host.poll();
          }
        });
        let answers = 0;
        const greeted = new Set();
        await until(() => {
          for (const client of clients) {
            client.poll();
            if (client.get_ready_state() === WebSocketPeer.STATE_OPEN && !greeted.has(client)) {
              greeted.add(client);
              client.send(pattern(1000));
            }
            if (client.get_available_packet_count() > 0) {
              equal(client.get_packet(), pattern(1000), 'answer');
              answers += 1;
            }
          }
          return answers === MANY;
        }, 'all answers');
        equal(hosts.length, MANY, 'connections');
      },
    ],
    [
      'ends CLOSED with -1 when TCP breaks off in the middle of a frame',
      async (context) => {
        const server = listening(context);
        const raw = connect(server.get_local_port(), '127.0.0.1');
        context.atEnd(() => raw.destroy());
        raw.on('error', () => {});
        const request = ['GET / HTTP/1.1', 'Host: localhost', 'Upgrade: websocket', 'Connection: Upgrade'];
        request.push('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', '', '');
        raw.write(request.join('\r\n'));
        const host = new WebSocketPeer();
        equal(host.accept_stream(await taken(server)), OK, 'accept_stream');
        const reached = (state) =>
          until(() => {
            host.poll();
            return host.get_ready_state() === state;
          }, `state ${state}`);
        await reached(WebSocketPeer.STATE_OPEN);
        raw.write(Uint8Array.of(0x82, 0xfe, 0x10), () => raw.destroy());
        await reached(WebSocketPeer.STATE_CLOSED);
        equal(host.get_close_code(), -1, 'close code');
      },
    ],
    [
      'hosts a game of Godot 3',
      async (context) => {
        const server = new WebSocketServer();
        context.atEnd(() => server.stop());
        server.bind_ip = '127.0.0.1';
        equal(server.listen(0), OK, 'listen');
        server.connect('data_received', (id) => {
          server.get_peer(id).put_packet(server.get_peer(id).get_packet());
        });
        const client = new WebSocketPeer();
        context.atEnd(() => client.close(-1));
        equal(client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}/`), OK, 'connect_to_url');
        let sent = false;
        await until(() => {
          server.poll();
          client.poll();
          if (!sent && client.get_ready_state() === WebSocketPeer.STATE_OPEN) sent = client.send(pattern(2000)) === OK;
          return client.get_available_packet_count() > 0;
        }, 'the answer');
        equal(client.get_packet(), pattern(2000), 'answer');
      },
    ],
  ],
};
