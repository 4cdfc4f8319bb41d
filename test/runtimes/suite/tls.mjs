// wss:// with both ends in one process, where a runtime has sockets: certificates, flow control, and how it ends.
import { Crypto, OK, StreamPeerTLS, TCPServer, TLSOptions, WebSocketPeer } from 'websocketpeer';
import { equal, ok, pattern, until } from './harness.mjs';

const { STATE_OPEN, STATE_CLOSED } = WebSocketPeer;
const { STATUS_HANDSHAKING, STATUS_CONNECTED } = StreamPeerTLS;

/** A key and a certificate of `localhost`, made once. */
let identity = null;
function ownIdentity() {
  if (identity !== null) return identity;
  const crypto = new Crypto();
  const key = crypto.generate_rsa(2048);
  identity = { key, certificate: crypto.generate_self_signed_certificate(key, 'CN=localhost,O=game,C=AT') };
  ok(identity.certificate !== null, 'a certificate');
  return identity;
}

function peerOf({ atEnd }, start) {
  const peer = new WebSocketPeer();
  atEnd(() => peer.close(-1));
  peer.inbound_buffer_size = 2 ** 20;
  peer.outbound_buffer_size = 2 ** 24;
  equal(start(peer), OK, 'start');
  return peer;
}

/** A client that trusts `options`, and the server's end of TLS once its handshake is over. */
async function shakenHands(context, options) {
  const { key, certificate } = ownIdentity();
  const server = new TCPServer();
  equal(server.listen(0, '127.0.0.1'), OK, 'listen');
  context.atEnd(() => server.stop());
  const url = `wss://localhost:${server.get_local_port()}/`;
  const client = peerOf(context, (peer) => peer.connect_to_url(url, options));
  await until(() => {
    client.poll();
    return server.is_connection_available();
  }, 'a connection');
  const tls = new StreamPeerTLS();
  context.atEnd(() => tls.disconnect_from_stream());
  equal(tls.accept_stream(server.take_connection(), TLSOptions.server(key, certificate)), OK, 'accept_stream');
  await until(() => {
    tls.poll();
    client.poll();
    return tls.get_status() !== STATUS_HANDSHAKING || client.get_ready_state() === STATE_CLOSED;
  }, 'the handshake');
  return { client, tls };
}

/** A connection over TLS: the client's end, and the server's. */
async function pair(context) {
  const { client, tls } = await shakenHands(context, TLSOptions.client(ownIdentity().certificate));
  equal(tls.get_status(), STATUS_CONNECTED, 'status');
  const host = peerOf(context, (peer) => peer.accept_stream(tls));
  await both(client, host, () => [client, host].every((peer) => peer.get_ready_state() === STATE_OPEN), 'both ends');
  return { client, host };
}

const both = (client, host, condition, what) =>
  until(() => {
    client.poll();
    host.poll();
    return condition();
  }, what);

export const tls = {
  name: 'tls',
  tests: [
    [
      'speaks it as both ends, with a certificate of its own, and keeps the close code',
      async (context) => {
        const { client, host } = await pair(context);
        for (const length of [1, 100_000, 900_000]) {
          for (const [from, to] of [
            [client, host],
            [host, client],
          ]) {
            equal(from.send(pattern(length)), OK, 'send');
            await both(client, host, () => to.get_available_packet_count() > 0, `${length} bytes`);
            equal(to.get_packet(), pattern(length), `${length} bytes`);
          }
        }
        client.close(4004, 'over');
        await both(client, host, () => client.get_ready_state() === STATE_CLOSED, 'the end');
        equal(client.get_close_code(), 4004, 'close code at the client');
        equal([host.get_close_code(), host.get_close_reason()], [4004, 'over'], 'close at the server');
      },
    ],
    [
      'slows the sender down while the queue is full, and loses nothing',
      async (context) => {
        const { client, host } = await pair(context);
        for (let index = 0; index < 100; index += 1) equal(client.send(pattern(100_000)), OK, 'send');
        await new Promise((resolve) => setTimeout(resolve, 200));
        host.poll();
        const waiting = host.get_available_packet_count();
        ok(waiting < 25, `${waiting} packets of 100,000 bytes with an inbound_buffer_size of 1 MiB`);
        let count = 0;
        const take = () => {
          for (; host.get_available_packet_count() > 0; count += 1) equal(host.get_packet().length, 100_000);
          return count === 100;
        };
        await both(client, host, take, 'a hundred packets');
      },
    ],
    [
      'refuses a certificate that it has no reason to trust',
      async (context) => {
        const { client } = await shakenHands(context);
        await until(() => {
          client.poll();
          return client.get_ready_state() === STATE_CLOSED;
        }, 'the refusal');
      },
    ],
    [
      'takes any certificate where it is told to',
      async (context) => {
        const { client, tls } = await shakenHands(context, TLSOptions.client_unsafe());
        equal(tls.get_status(), STATUS_CONNECTED, 'status');
        const host = peerOf(context, (peer) => peer.accept_stream(tls));
        await both(client, host, () => client.get_ready_state() === STATE_OPEN, 'the connection');
      },
    ],
    [
      'ends CLOSED with -1 when the stream breaks off',
      async (context) => {
        const { client, tls } = await shakenHands(context, TLSOptions.client(ownIdentity().certificate));
        tls.disconnect_from_stream();
        await until(() => {
          client.poll();
          return client.get_ready_state() === STATE_CLOSED;
        }, 'the end');
        equal(client.get_close_code(), -1, 'close code');
      },
    ],
  ],
};
