// What calls answer to a program that its runtime has not given the right to do so (Deno's permissions, Node's
// permission model): an Error code and one message of one line. Nothing to do where no right is withheld.
import {
  Crypto,
  CryptoKey,
  ERR_INVALID_PARAMETER,
  ERR_UNAUTHORIZED,
  OK,
  StreamPeerTCP,
  StreamPeerUDS,
  set_error_handler,
  TCPServer,
  UDSServer,
  WebSocketMultiplayerPeer,
  WebSocketPeer,
  X509Certificate,
} from 'websocketpeer';
import { WebSocketClient, WebSocketServer } from 'websocketpeer/godot3';
import { equal, ok, until } from './harness.mjs';

/** Polls until `status` is `last`; what the first call has returned. */
async function tried(peer, start, status, last) {
  const result = start();
  await until(() => {
    peer.poll();
    return status() === last;
  }, `the status ${last}`);
  return result;
}

function connecting(url) {
  const peer = new WebSocketPeer();
  return tried(
    peer,
    () => peer.connect_to_url(url),
    () => peer.get_ready_state(),
    WebSocketPeer.STATE_CLOSED,
  );
}

function streaming(peer, ...place) {
  return tried(
    peer,
    () => peer.connect_to_host(...place),
    () => peer.get_status(),
    StreamPeerTCP.STATUS_ERROR,
  );
}

function madeByGodot3() {
  const server = new WebSocketServer();
  server.bind_ip = '127.0.0.1';
  return server;
}

/** A failed connection's message ends with its code. */
const RIGHT = /: this runtime was started without the right to do so \(--allow-\w+\)( \(ERR_ACCESS_DENIED\))?$/;
const FILE = /: can't (read|write) the file "/;

/** The call, the Error code that it returns, and what its only message looks like. */
const NETWORK = [
  ['TCPServer.listen', ERR_UNAUTHORIZED, () => new TCPServer().listen(0, '127.0.0.1')],
  ['TCPServer.listen on all addresses', ERR_UNAUTHORIZED, () => new TCPServer().listen(0)],
  ['StreamPeerTCP.bind', ERR_UNAUTHORIZED, () => new StreamPeerTCP().bind(0, '127.0.0.1')],
  ['UDSServer.listen', ERR_UNAUTHORIZED, ({ directory }) => new UDSServer().listen(`${directory}/socket`)],
  ['StreamPeerUDS.bind', ERR_UNAUTHORIZED, ({ directory }) => new StreamPeerUDS().bind(`${directory}/socket`)],
  ['create_server', ERR_UNAUTHORIZED, () => new WebSocketMultiplayerPeer().create_server(0, '127.0.0.1')],
  ['listen of Godot 3', ERR_UNAUTHORIZED, () => madeByGodot3().listen(0)],
  ['listen of Godot 3 for a multiplayer game', ERR_UNAUTHORIZED, () => madeByGodot3().listen(0, [], true)],
  ['StreamPeerTCP.connect_to_host', OK, () => streaming(new StreamPeerTCP(), '127.0.0.1', 9)],
  ['StreamPeerTCP.connect_to_host with a name', OK, () => streaming(new StreamPeerTCP(), 'localhost', 9)],
  ['StreamPeerUDS.connect_to_host', OK, ({ elsewhere }) => streaming(new StreamPeerUDS(), elsewhere)],
  ['connect_to_url', OK, () => connecting('ws://127.0.0.1:9')],
  ['connect_to_url with a name', OK, () => connecting('ws://localhost:9')],
  ['connect_to_url with TLS', OK, () => connecting('wss://127.0.0.1:9')],
  ['connect_to_url with TLS and a name', OK, () => connecting('wss://localhost:9')],
  [
    'create_client',
    OK,
    () => {
      const peer = new WebSocketMultiplayerPeer();
      const start = () => peer.create_client('ws://127.0.0.1:9');
      return tried(peer, start, () => peer.get_connection_status(), WebSocketMultiplayerPeer.CONNECTION_DISCONNECTED);
    },
  ],
  [
    'connect_to_url of Godot 3',
    OK,
    () => {
      const peer = new WebSocketClient();
      const start = () => peer.connect_to_url('ws://127.0.0.1:9');
      return tried(peer, start, () => peer.get_connection_status(), WebSocketClient.CONNECTION_DISCONNECTED);
    },
  ],
].map(([title, code, call]) => ({ title, code, call, message: RIGHT }));

const FILES = [
  ['CryptoKey.load', (elsewhere) => new CryptoKey().load(elsewhere)],
  ['CryptoKey.save', (elsewhere) => new Crypto().generate_rsa(2048).save(elsewhere)],
  ['X509Certificate.load', (elsewhere) => new X509Certificate().load(elsewhere)],
  ['X509Certificate.save', (elsewhere) => new X509Certificate().save(elsewhere)],
].map(([title, call]) => ({
  title,
  code: ERR_INVALID_PARAMETER,
  call: ({ elsewhere }) => call(elsewhere),
  message: FILE,
}));

async function tell({ call, code, message }, context) {
  const messages = [];
  set_error_handler((text) => messages.push(text));
  context.atEnd(() => set_error_handler(null));
  equal(await call(context), code, 'result');
  equal(messages.length, 1, `number of messages (${messages.join(' | ')})`);
  ok(message.test(messages[0]) && !/[\r\n]/.test(messages[0]), `a message as ${message}, got ${messages[0]}`);
}

/** `withheld`: 'network', 'files'. */
export function rights({ withheld = [] }) {
  const rows = [...(withheld.includes('network') ? NETWORK : []), ...(withheld.includes('files') ? FILES : [])];
  return {
    name: 'rights withheld',
    tests: rows.map((row) => [
      `${row.title} answers with an Error code and one message`,
      (context) => tell(row, context),
    ]),
  };
}
