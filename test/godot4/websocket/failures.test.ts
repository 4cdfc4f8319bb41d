// What clients say when they can't connect: rows of servers, and stage, code and line of the failure. Then the servers'
// side, and what is no failure.
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { type Failure, type ReportDetail, set_error_handler } from '../../../host/binding/error-handler.js';
import {
  CryptoKey,
  OK,
  type StreamPeerTCP,
  StreamPeerTLS,
  TLSOptions,
  WebSocketPeer,
  X509Certificate,
} from '../../../host/index.js';
import { type Authority, type Identity, makeCa, makeSelfSigned } from '../../helpers/certificates.js';
import { Game, until } from '../../helpers/game.js';
import { deafPort } from '../../helpers/ports.js';
import { closeBody, frame, OP } from '../../helpers/raw-peer-frames.js';

const { STATE_CLOSED, STATE_OPEN } = WebSocketPeer;

interface Told {
  readonly message: string;
  readonly kind: string;
  readonly detail: ReportDetail;
}

let game: Game;
let told: Told[] = [];
beforeEach(() => {
  game = new Game();
  told = [];
  set_error_handler((message, kind, detail) => told.push({ message, kind, detail }));
});
afterEach(() => game.end());

/** What a server does with a connection. */
interface Row {
  readonly title: string;
  readonly serve?: (socket: net.Socket) => void;
  readonly identity?: () => Identity;
  readonly listens?: false;
  readonly url?: (port: number) => string;
  readonly trusts?: boolean;
  readonly stage: Failure['stage'];
  readonly code: string;
  /** The line without prefix; HERE stands for the URL. */
  readonly line: string;
  readonly also?: Partial<Failure>;
}

let ca: Authority;
const identities: Record<string, Identity> = {};
beforeAll(async () => {
  ca = await makeCa();
  identities.self = await makeSelfSigned({ names: ['localhost'] });
  identities.other = await ca.issue({ names: ['other.example'] });
  identities.good = await ca.issue({ names: ['localhost'] });
  const past = (days: number): Date => new Date(Date.now() - days * 86_400_000);
  identities.old = await ca.issue({ names: ['localhost'], notBefore: past(9), notAfter: past(2) });
});

const wss = (port: number): string => `wss://localhost:${port}/`;
const onceAsked =
  (answer: string | Buffer) =>
  (socket: net.Socket): void => {
    socket.once('data', () => socket.end(answer));
  };
const unanswered = 'the handshake with HERE failed: the server ended the connection without an answer; ';

const ROWS: readonly Row[] = [
  {
    title: 'nobody listens',
    listens: false,
    url: (port) => `ws://me:secret@127.0.0.1:${port}/path?token=secret`,
    stage: 'connect',
    code: 'ECONNREFUSED',
    line: "can't connect to HERE: refused (ECONNREFUSED)",
  },
  {
    title: 'nobody listens, with TLS',
    listens: false,
    url: (port) => `wss://127.0.0.1:${port}/`,
    stage: 'connect',
    code: 'ECONNREFUSED',
    line: "can't connect to HERE: refused (ECONNREFUSED)",
  },
  {
    title: 'an instant close',
    serve: (socket) => socket.end(),
    stage: 'handshake',
    code: 'PEER_GONE',
    line: `${unanswered}if it expects TLS, use wss:// (PEER_GONE)`,
  },
  {
    title: 'an instant close, with TLS',
    serve: (socket) => socket.end(),
    url: wss,
    stage: 'tls',
    code: 'PEER_GONE',
    line: 'TLS with HERE failed: the server ended the connection during the TLS handshake (PEER_GONE)',
  },
  {
    title: 'half an answer',
    serve: onceAsked('HTTP/1.1 101 Switch'),
    stage: 'handshake',
    code: 'PEER_GONE',
    line: 'the handshake with HERE failed: the server ended the connection in the middle of its answer (PEER_GONE)',
  },
  {
    title: 'an alert of TLS',
    serve: onceAsked(Buffer.from('15030300020232', 'hex')),
    stage: 'handshake',
    code: 'PEER_SPEAKS_TLS',
    line: 'the handshake with HERE failed: the server speaks TLS: use wss:// (PEER_SPEAKS_TLS)',
  },
  {
    title: 'SSH',
    serve: (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
    stage: 'handshake',
    code: 'NOT_HTTP',
    line: 'the handshake with HERE failed: the server does not speak HTTP, it begins with "SSH-2.0-OpenSSH_9.6" (NOT_HTTP)',
  },
  {
    title: 'wss:// to a plain port',
    serve: onceAsked('HTTP/1.1 400 Bad Request\r\n\r\n'),
    url: wss,
    stage: 'tls',
    code: 'ERR_TLS_NOT_TLS',
    line: 'TLS with HERE failed: the other side does not speak TLS (ERR_TLS_NOT_TLS)',
  },
  {
    title: 'a refusal whose body comes with its head',
    serve: onceAsked('HTTP/1.1 401 Unauthorized\r\nX-Why: no\r\nContent-Length: 6\r\n\r\nlog in'),
    stage: 'handshake',
    code: 'HTTP_STATUS',
    line: 'the handshake with HERE failed: the server answered "HTTP/1.1 401 Unauthorized", not 101 (HTTP_STATUS)',
    also: {
      http_status: 401,
      http_headers: new Map([
        ['x-why', 'no'],
        ['content-length', '6'],
      ]),
      http_body: 'log in',
    },
  },
  {
    title: 'a refusal whose body comes later, in chunks',
    serve: (socket) => {
      socket.write('HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n');
      setTimeout(() => socket.write('3\r\nyou\r\n0\r\n\r\n'), 30);
    },
    stage: 'handshake',
    code: 'HTTP_STATUS',
    line: 'the handshake with HERE failed: the server answered "HTTP/1.1 403 No", not 101 (HTTP_STATUS)',
    also: { http_status: 403, http_body: 'you' },
  },
  {
    title: 'a refusal whose body never ends',
    serve: (socket) => socket.write('HTTP/1.1 503 Busy\r\n\r\nso far'),
    stage: 'handshake',
    code: 'HTTP_STATUS',
    line: 'the handshake with HERE failed: the server answered "HTTP/1.1 503 Busy", not 101 (HTTP_STATUS)',
    also: { http_status: 503, http_body: 'so far' },
  },
  {
    title: 'a certificate that is self-signed',
    identity: () => identities.self as Identity,
    stage: 'tls',
    code: 'ERR_TLS_SELF_SIGNED',
    line: 'TLS with HERE failed: the certificate is self-signed and not trusted (ERR_TLS_SELF_SIGNED)',
  },
  {
    title: 'a certificate of an unknown authority',
    identity: () => identities.good as Identity,
    stage: 'tls',
    code: 'ERR_TLS_UNKNOWN_CA',
    line: 'TLS with HERE failed: the certificate is not signed by a trusted authority (ERR_TLS_UNKNOWN_CA)',
  },
  {
    title: 'a certificate for another name',
    identity: () => identities.other as Identity,
    trusts: true,
    stage: 'tls',
    code: 'ERR_TLS_NAME_MISMATCH',
    line: 'TLS with HERE failed: the certificate is not for the name "localhost" (ERR_TLS_NAME_MISMATCH)',
  },
  {
    title: 'a certificate that has expired',
    identity: () => identities.old as Identity,
    trusts: true,
    stage: 'tls',
    code: 'ERR_TLS_CERT_EXPIRED',
    line: 'TLS with HERE failed: the certificate has expired (ERR_TLS_CERT_EXPIRED)',
  },
];

async function portOf({ serve = () => {}, identity, listens }: Row): Promise<number> {
  if (listens === false) return deafPort();
  const attend = (socket: net.Socket): void => {
    socket.on('error', () => {});
    game.atEnd(() => socket.destroy());
    serve(socket);
  };
  const server = identity === undefined ? net.createServer(attend) : tls.createServer(identity(), attend);
  server.on('tlsClientError', () => {});
  await new Promise<void>((done) => server.listen(0, undefined, done));
  game.atEnd(() => server.close());
  return (server.address() as net.AddressInfo).port;
}

function trustOf({ trusts }: Row): TLSOptions | null {
  if (trusts !== true) return null;
  const certificate = new X509Certificate();
  expect(certificate.load_from_string(ca.cert)).toBe(OK);
  return TLSOptions.client(certificate);
}

describe('a client that meets', () => {
  test.each(ROWS)('$title fails at $stage with $code', async (row) => {
    const port = await portOf(row);
    const url = (row.url ?? (row.identity === undefined ? (at: number) => `ws://127.0.0.1:${at}/` : wss))(port);
    const client = game.peer((peer) => {
      peer.handshake_timeout = 0; // none of them needs it
    });
    expect([client.connect_to_url(url, trustOf(row)), client.get_failure()]).toEqual([OK, null]);
    await game.pollTo(STATE_CLOSED, client);
    const failure = client.get_failure() as Failure;
    const shown = url.replace('me:secret@', '').replace('?token=secret', '');
    const message = row.line.replace('HERE', shown);
    expect(failure).toMatchObject({ stage: row.stage, code: row.code, message, ...row.also });
    expect(told).toEqual([
      {
        message: `WebSocketPeer: ${message}`,
        kind: 'error',
        detail: { source: client, url: shown, failure, repeated: 0 },
      },
    ]);
    expect(message).not.toMatch(/secret|\n/);
  });
});

describe('no failure', () => {
  it('is there before, during and after a connection that is closed in order, or dropped by this side', async () => {
    const { peer, raw } = await game.client();
    expect([peer.get_ready_state(), peer.get_failure()]).toEqual([STATE_OPEN, null]);
    raw.send(frame(OP.CLOSE, closeBody(4000, 'bye')));
    await game.pollTo(STATE_CLOSED, peer);
    expect(peer.get_failure()).toBeNull();
    const dropped = (await game.client()).peer;
    dropped.close(-1);
    expect([dropped.get_failure(), told]).toEqual([null, []]);
  });

  it('is left when the next connection begins', async () => {
    const client = game.peer();
    client.connect_to_url(`ws://127.0.0.1:${await portOf({ ...(ROWS[0] as Row) })}`);
    await game.pollTo(STATE_CLOSED, client);
    expect(client.get_failure()).not.toBeNull();
    client.connect_to_url('ws://127.0.0.1:9');
    expect(client.get_failure()).toBeNull();
  });
});

describe('a connection that breaks', () => {
  it('while it is open is a failure, reported by a client', async () => {
    const { peer, raw } = await game.client();
    raw.destroy();
    await game.pollTo(STATE_CLOSED, peer);
    expect(peer.get_failure()).toMatchObject({ stage: 'open', code: 'PEER_GONE', http_status: 0 });
    expect(told.map(({ kind, detail }) => [kind, detail.failure])).toEqual([['warning', peer.get_failure()]]);
  });

  it('while it is closing is a failure, not reported', async () => {
    const { peer, raw } = await game.client();
    peer.close();
    raw.destroy();
    await game.pollTo(STATE_CLOSED, peer);
    expect([peer.get_failure(), told]).toEqual([expect.objectContaining({ stage: 'close', code: 'PEER_GONE' }), []]);
  });

  it('for want of an answer to the close frame is a failure at the stage close', async () => {
    const { peer } = await game.client((one) => {
      one.close_timeout = 0.05;
    });
    peer.close();
    await game.pollTo(STATE_CLOSED, peer);
    expect(peer.get_failure()).toMatchObject({ stage: 'close', code: 'TIMEOUT' });
  });

  it('for want of a heartbeat is a failure at the stage open', async () => {
    const { peer } = await game.client((one) => {
      one.heartbeat_interval = 0.05;
    });
    await game.pollTo(STATE_CLOSED, peer);
    expect(peer.get_failure()).toMatchObject({ stage: 'open', code: 'TIMEOUT' });
    expect(told.at(-1)?.message).toMatch(/broke: the other side did not answer the heartbeat .*\(TIMEOUT\)$/);
  });
});

describe('a server', () => {
  /** A server's peer, once it is CLOSED, that a client has sent `first` to. */
  async function served(first: Buffer | null, secure = false): Promise<WebSocketPeer> {
    const listener = game.tcpServer();
    const raw = await game.rawClient(listener.get_local_port());
    await until(() => listener.is_connection_available(), 'the connection');
    const stream = listener.take_connection() as StreamPeerTCP;
    const peer = game.peer();
    if (first === null) raw.destroy();
    else raw.send(first);
    if (secure) {
      const wrapped = new StreamPeerTLS();
      const { key, cert } = identities.good as Identity;
      const [secret, certificate] = [new CryptoKey(), new X509Certificate()];
      expect([secret.load_from_string(key), certificate.load_from_string(cert)]).toEqual([OK, OK]);
      expect(wrapped.accept_stream(stream, TLSOptions.server(secret, certificate))).toBe(OK);
      peer.accept_stream(wrapped);
    } else peer.accept_stream(stream);
    await game.pollTo(STATE_CLOSED, peer);
    return peer;
  }

  it('that meets TLS says so', async () => {
    const peer = await served(Buffer.from('16030100f8010000f4', 'hex'));
    const message =
      'the handshake with the client at 127.0.0.1 failed: request refused (400): the client speaks TLS, this server ' +
      'does not (PEER_SPEAKS_TLS)';
    expect(peer.get_failure()).toMatchObject({
      stage: 'handshake',
      code: 'PEER_SPEAKS_TLS',
      message,
      http_status: 400,
    });
    expect(told.map((one) => one.message)).toEqual([`WebSocketPeer: ${message}`]);
  });

  it('with TLS that meets none says so', async () => {
    const peer = await served(Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), true);
    expect(peer.get_failure()).toMatchObject({ stage: 'tls', code: 'ERR_TLS_NOT_TLS' });
    expect(told.map((one) => one.message)).toEqual([expect.stringMatching(/^WebSocketPeer: TLS with the client at /)]);
  });

  it.each([
    ['POST / HTTP/1.1\r\n\r\n', 'BAD_REQUEST', 405],
    [`GET /${'x'.repeat(20_000)}`, 'HEAD_TOO_LARGE', 431],
  ])('refuses %.8s… with a failure', async (text, code, status) => {
    const peer = await served(Buffer.from(text));
    expect(peer.get_failure()).toMatchObject({ stage: 'handshake', code, http_status: status });
    expect(told.map(({ detail }) => detail.failure)).toEqual([peer.get_failure()]);
  });

  it('says nothing about a client that just goes, but has it as data', async () => {
    const peer = await served(null);
    expect(peer.get_failure()).toMatchObject({ stage: 'handshake' });
    expect(told).toEqual([]);
  });
});

it('says that TLS hangs when a port accepts connections and is silent', async () => {
  const silent = net.createServer();
  await new Promise<void>((listens) => {
    silent.listen(0, '127.0.0.1', listens);
  });
  const peer = new WebSocketPeer();
  peer.handshake_timeout = 1;
  peer.connect_to_url(`wss://127.0.0.1:${(silent.address() as net.AddressInfo).port}`);
  await until(() => {
    peer.poll();
    return peer.get_ready_state() === WebSocketPeer.STATE_CLOSED;
  }, 'the end');
  expect(peer.get_failure()).toMatchObject({ stage: 'tls', code: 'TIMEOUT' });
  silent.close();
});
