// Records of wss://: what the options make of a server's certificate, and what travels over it.
import { expect } from 'vitest';
import { sockets } from '#platform';
import { CryptoKey } from '../../../../host/godot4/crypto/crypto-key.js';
import { TLSOptions } from '../../../../host/godot4/crypto/tls-options.js';
import { X509Certificate } from '../../../../host/godot4/crypto/x509-certificate.js';
import { StreamPeerTLS } from '../../../../host/godot4/io/stream-peer-tls.js';
import { WebSocketPeer } from '../../../../host/godot4/websocket/web-socket-peer.js';
import { type Identity, makeSelfSigned } from '../../../helpers/certificates.js';
import { type Pair, until } from '../../../helpers/game.js';
import type { Scenario, Stage } from '../../../helpers/game-records.js';
import { MemoryStream } from '../../../helpers/memory-stream.js';
import { MemoryLoop } from '../../../helpers/memory-stream-loop.js';

const { STATE_CLOSED, STATE_CONNECTING, STATE_OPEN } = WebSocketPeer;

interface Secured extends Pair {
  readonly url: string;
}

let identity: Promise<Identity> | null = null;

function certificateOf(pem: string): X509Certificate {
  const certificate = new X509Certificate();
  if (certificate.load_from_string(pem) !== 0) throw new Error('the certificate cannot be read');
  return certificate;
}

async function serverOptions(): Promise<{ options: TLSOptions; certificate: X509Certificate }> {
  identity ??= makeSelfSigned({ names: ['localhost'] });
  const { key: pem, cert } = await identity;
  const key = new CryptoKey();
  if (key.load_from_string(pem) !== 0) throw new Error('the key cannot be read');
  const certificate = certificateOf(cert);
  return { options: TLSOptions.server(key, certificate), certificate };
}

/** A client at `host` with `options`, polled until it is open or gone, and the server's peer. */
async function connect(
  stage: Stage,
  host: string,
  choose: (own: X509Certificate) => TLSOptions | null,
): Promise<Secured> {
  const { options, certificate } = await serverOptions();
  const listener = stage.tcpServer();
  const client = stage.peer();
  const server = stage.peer();
  const url = `wss://${host}:${listener.get_local_port()}/x`;
  stage.quiet();
  client.connect_to_url(url, choose(certificate));
  await until(() => listener.is_connection_available(), 'the connection');
  const tls = new StreamPeerTLS();
  if (tls.accept_stream(listener.take_connection(), options) !== 0) throw new Error('TLS refused the stream');
  server.accept_stream(tls);
  const decided = (): boolean =>
    client.get_ready_state() !== STATE_CONNECTING && server.get_ready_state() !== STATE_CONNECTING;
  await stage.poll(decided, 'the end of the handshake', client, server);
  return { client, server, url };
}

/** The server's requested URL with its port unnamed. */
function requested({ server, url }: Secured): string {
  const port = url.slice(url.lastIndexOf(':') + 1, -2);
  return server.get_requested_url().replace(port, 'PORT');
}

const refused: Scenario = {
  records: ['wss.default_options', 'wss.trusted_wrong_name'],
  play: async (stage) => {
    const one = await connect(stage, 'localhost', () => null);
    stage.note('wss.default_options', one.client, requested(one));
    const two = await connect(stage, 'localhost', (own) => TLSOptions.client(own, 'other.example'));
    stage.note('wss.trusted_wrong_name', two.client, requested(two));
    for (const { server } of [one, two]) {
      if (server.get_ready_state() !== STATE_CLOSED) throw new Error('the server is not CLOSED');
    }
  },
};

async function playText(stage: Stage, id: string, { client, server }: Secured): Promise<void> {
  stage.quiet();
  client.send_text('over tls');
  await stage.poll(() => server.get_available_packet_count() === 1, 'the text', client, server);
  stage.call(id, server, () => Buffer.from(server.get_packet()).toString());
}

const accepted: Scenario = {
  records: ['wss.unsafe', 'wss.unsafe.data', 'wss.trusted_name_override', 'wss.trusted_name_override.data'].concat(
    'wss.trusted_name_override.close',
    'wss.trusted_localhost.data',
  ),
  play: async (stage) => {
    const unsafe = await connect(stage, '127.0.0.1', () => TLSOptions.client_unsafe());
    stage.note('wss.unsafe', unsafe.client, requested(unsafe));
    await playText(stage, 'wss.unsafe.data', unsafe);
    const override = await connect(stage, '127.0.0.1', (own) => TLSOptions.client(own, 'localhost'));
    stage.note('wss.trusted_name_override', override.client, requested(override));
    await playText(stage, 'wss.trusted_name_override.data', override);
    override.client.close(1000, 'b');
    await stage.pollTo(STATE_CLOSED, override.server);
    await stage.pollTo(STATE_CLOSED, override.client);
    stage.note('wss.trusted_name_override.close', override.client, null);
    const localhost = await connect(stage, 'localhost', (own) => TLSOptions.client(own));
    await playText(stage, 'wss.trusted_localhost.data', localhost);
  },
};

const ignoredForWs: Scenario = {
  records: ['wss.tls_options_ignored_for_ws'],
  play: async (stage) => {
    const listener = stage.tcpServer();
    const client = stage.peer();
    const server = stage.peer();
    const port = listener.get_local_port();
    client.connect_to_url(`ws://localhost:${port}/x`, TLSOptions.client());
    await until(() => listener.is_connection_available(), 'the connection');
    server.accept_stream(listener.take_connection());
    await stage.pollTo(STATE_OPEN, client, server);
    const url = server.get_requested_url().replace(String(port), 'PORT');
    stage.note('wss.tls_options_ignored_for_ws', client, url);
  },
};

const KEY = 'Sec-WebSocket-Key: ';

/** A request with its random key unnamed. */
function withoutKey(request: string): string {
  return request
    .split('\r\n')
    .map((line) => (line.startsWith(KEY) ? KEY : line))
    .join('\r\n');
}

const requestByPort: Scenario = {
  records: ['wss.request_by_port'],
  play: (stage) => {
    const real = sockets.connectTls;
    stage.atEnd(() => {
      sockets.connectTls = real;
    });
    const requests: Record<string, string> = {};
    for (const port of [443, 80, 38444]) {
      const stream = new MemoryStream(new MemoryLoop(), { secure: true });
      sockets.connectTls = () => stream;
      const peer = stage.peer();
      peer.connect_to_url(`wss://127.0.0.1:${port}/`);
      peer.poll();
      requests[port] = Buffer.from(stream.takeWritten()).toString();
    }
    stage.note('wss.request_by_port', stage.peer(), requests);
  },
  compare: (actual, expected) => {
    const plain = (requests: unknown): string[][] =>
      Object.entries(requests as Record<string, string>).map(([port, request]) => [port, withoutKey(request)]);
    expect(plain(actual)).toEqual(plain(expected));
  },
};

export const WSS_SCENARIOS: readonly Scenario[] = [refused, accepted, ignoredForWs, requestByPort];
