// Compressed messages (RFC 7692), where a runtime has sockets: its zlib, and the clients and servers that it has itself.
import { OK, StreamPeerTCP, TCPServer, WebSocketPeer } from 'websocketpeer';
import { bytesOf, equal, ok, pattern, textOf, until } from './harness.mjs';

const { STATE_OPEN, STATE_CLOSED, COMPRESSION_MODE_MESSAGE } = WebSocketPeer;
const SIZES = [0, 1, 2, 10, 125, 126, 300, 5000, 65_535, 65_536, 300_000];
const OPENING = [
  'GET / HTTP/1.1',
  'Host: game',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  'Sec-WebSocket-Extensions: permessage-deflate',
];
/** Deflated: an empty block, a stored one that ends too early, and what is no block at all. */
const PAYLOADS = [
  [[0x00], 'open'],
  [[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], 'open'],
  [[0xff, 0xff, 0xff, 0xff], 1007],
  [[0x07, 0x07, 0x07], 1007],
];

/** Text of some order, as the states of games have it. */
function jsonOf(length) {
  const entities = Array.from({ length: length / 20 + 1 }, (_, id) => ({ id, x: id * 7, y: id % 5 }));
  return JSON.stringify(entities).slice(0, length);
}

function peerOf({ atEnd }, configure, start) {
  const peer = new WebSocketPeer();
  atEnd(() => peer.close(-1));
  peer.compression_mode = COMPRESSION_MODE_MESSAGE;
  peer.compression_threshold = 0;
  peer.inbound_buffer_size = 2 ** 20;
  peer.outbound_buffer_size = 2 ** 24;
  configure(peer);
  equal(start(peer), OK, 'start');
  return peer;
}

/** A server whose peers `configure` has made ready; `host()` is the first. */
function serving(context, configure = () => {}) {
  const server = new TCPServer();
  equal(server.listen(0, '127.0.0.1'), OK, 'listen');
  context.atEnd(() => server.stop());
  let host = null;
  return {
    port: server.get_local_port(),
    host() {
      if (host === null && server.is_connection_available()) {
        host = peerOf(context, configure, (peer) => peer.accept_stream(server.take_connection()));
      }
      host?.poll();
      return host;
    },
  };
}

const isOpen = (peer) => peer?.get_ready_state() === STATE_OPEN;

/** Both ends of a connection within this process. */
async function pair(context, atHost) {
  const place = serving(context, atHost);
  const client = peerOf(
    context,
    () => {},
    (peer) => peer.connect_to_url(`ws://127.0.0.1:${place.port}/`),
  );
  await until(() => {
    client.poll();
    return isOpen(place.host()) && isOpen(client);
  }, 'both ends');
  return { client, host: place.host() };
}

/** Sends text of `length` and as many bytes, and takes both at the other end. */
async function passed(from, to, length) {
  const text = jsonOf(length);
  equal(from.send_text(text), OK, 'send_text');
  const sent = pattern(length);
  equal(from.send(sent), OK, 'send');
  await until(() => {
    from.poll();
    to.poll();
    return to.get_available_packet_count() === 2;
  }, `${length} bytes`);
  ok(textOf(to.get_packet()) === text && to.was_string_packet(), `text of ${length} bytes as it was`);
  const bytes = to.get_packet();
  ok(bytes.length === length && bytes.every((byte, at) => byte === sent[at]), `${length} bytes as they were`);
}

/** A client of the suite's server, or another that sends back what it gets. */
async function echoed(context, url) {
  const peer = peerOf(
    context,
    () => {},
    (one) => one.connect_to_url(url),
  );
  await until(() => {
    peer.poll();
    return isOpen(peer);
  }, 'the connection');
  equal(peer.is_compression_active(), true, 'compression agreed on');
  for (const length of SIZES) await passed(peer, peer, length);
}

/** A frame of a client, masked with the key 0. */
const frameOf = (payload) => Uint8Array.of(0xc2, 0x80 | payload.length, 0, 0, 0, 0, ...payload);

/** Sends one deflated payload by hand; returns what has become of the server's end: 'open', or its close code. */
async function outcomeOf(context, payload) {
  const place = serving(context);
  const raw = new StreamPeerTCP();
  context.atEnd(() => raw.disconnect_from_host());
  equal(raw.connect_to_host('127.0.0.1', place.port), OK, 'connect_to_host');
  await until(() => {
    raw.poll();
    return raw.get_status() === StreamPeerTCP.STATUS_CONNECTED;
  }, 'the connection');
  equal(raw.put_data(bytesOf(`${OPENING.join('\r\n')}\r\n\r\n`)), OK, 'put_data');
  await until(() => isOpen(place.host()), 'the handshake');
  equal(raw.put_data(frameOf(payload)), OK, 'put_data');
  const host = place.host();
  await until(() => {
    raw.poll();
    host.poll();
    return host.get_available_packet_count() > 0 || !isOpen(host);
  }, 'what becomes of it');
  if (isOpen(host)) return 'open';
  raw.disconnect_from_host();
  await until(() => {
    host.poll();
    return host.get_ready_state() === STATE_CLOSED;
  }, 'the end');
  return host.get_close_code();
}

/** Makes Bun's server, which compresses as `kind`, and is a client of it. */
function bunTest(kind) {
  return [
    `talks to Bun's server, ${kind}`,
    async (context) => {
      const server = globalThis.Bun.serve({
        port: 0,
        hostname: '127.0.0.1',
        fetch: (request, own) => (own.upgrade(request) ? undefined : new Response('no WebSocket')),
        websocket: {
          perMessageDeflate: { compress: kind, decompress: kind },
          message: (socket, data) => socket.send(data, true),
        },
      });
      context.atEnd(() => server.stop(true));
      await echoed(context, `ws://127.0.0.1:${server.port}/`);
    },
  ];
}

export const compression = {
  name: 'compression',
  tests: [
    [
      'is agreed on by both ends, and messages of many sizes arrive as they were sent',
      async (context) => {
        const { client, host } = await pair(context);
        equal([client.is_compression_active(), host.is_compression_active()], [true, true], 'compression agreed on');
        for (const length of SIZES) {
          await passed(client, host, length);
          await passed(host, client, length);
        }
      },
    ],
    [
      'is not used where one end has it off',
      async (context) => {
        const { client, host } = await pair(context, (peer) => {
          peer.compression_mode = 0;
        });
        equal([client.is_compression_active(), host.is_compression_active()], [false, false], 'compression agreed on');
        await passed(client, host, 5000);
        await passed(host, client, 5000);
      },
    ],
    ['talks to `ws`, which compresses everything', (context) => echoed(context, `${context.url}compressed`)],
    [
      'ends with 1009 where a message would become larger than inbound_buffer_size',
      async (context) => {
        const { client, host } = await pair(context, (peer) => {
          peer.inbound_buffer_size = 65_535;
        });
        equal(client.send(new Uint8Array(65_535)), OK, 'send');
        await until(() => {
          client.poll();
          host.poll();
          return host.get_available_packet_count() > 0;
        }, 'the largest message');
        equal(host.get_packet().length, 65_535, 'length of the largest message');
        equal(client.send(new Uint8Array(1_000_000)), OK, 'send'); // a thousand bytes on the wire
        await until(() => {
          client.poll();
          host.poll();
          return client.get_ready_state() === STATE_CLOSED;
        }, 'the end');
        equal(client.get_close_code(), 1009, 'close code');
      },
    ],
    [
      'ends with 1007 where a payload can not be decompressed',
      async (context) => {
        for (const [payload, outcome] of PAYLOADS) equal(await outcomeOf(context, payload), outcome, `${payload}`);
      },
    ],
    [
      "serves the runtime's own client, whether it compresses or not",
      async (context) => {
        if (typeof WebSocket !== 'function') return; // Node before 22
        const place = serving(context);
        const socket = new WebSocket(`ws://127.0.0.1:${place.port}/`);
        socket.binaryType = 'arraybuffer';
        const got = [];
        socket.onmessage = ({ data }) => got.push(data);
        context.atEnd(() => socket.close());
        await until(() => isOpen(place.host()) && socket.readyState === 1, 'both ends');
        const host = place.host();
        equal(host.is_compression_active(), socket.extensions.includes('permessage-deflate'), 'compression agreed on');
        for (const length of SIZES) {
          socket.send(jsonOf(length));
          await until(() => {
            host.poll();
            return host.get_available_packet_count() > 0;
          }, `${length} bytes at the server`);
          equal(host.send_text(textOf(host.get_packet())), OK, 'send_text');
          await until(() => place.host() && got.length > 0, `${length} bytes at the client`);
          ok(got.shift() === jsonOf(length), `text of ${length} bytes as it was`);
        }
      },
    ],
    ...(globalThis.Bun === undefined ? [] : ['shared', 'dedicated'].map(bunTest)),
  ],
};
