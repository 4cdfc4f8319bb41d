// A change of the certificate while a server listens, as clients of node:tls see it.
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ClusterMultiplayerPeer, MemoryBroker, RoomHost, WebSocketGateway } from '../../../host/cluster/index.js';
import { WebSocketServer } from '../../../host/godot3/index.js';
import {
  CryptoKey,
  ERR_INVALID_PARAMETER,
  ERR_UNCONFIGURED,
  OK,
  TLSOptions,
  WebSocketMultiplayerPeer,
  X509Certificate,
} from '../../../host/index.js';
import { type Authority, type Identity, makeCa } from '../../helpers/certificates.js';
import { until } from '../../helpers/game.js';
import { useReports } from '../../helpers/reports.js';

const reports = useReports();
const opened: { free(): void }[] = [];
const sockets: TLSSocket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const one of opened.splice(0)) one.free();
});

let root: Authority;
let first: Identity;
let second: Identity;
beforeAll(async () => {
  root = await makeCa();
  first = await root.issue({ names: ['first.example'] });
  second = await root.issue({ names: ['second.example'] });
});

function keyOf({ key }: Identity): CryptoKey {
  const made = new CryptoKey();
  made.load_from_string(key);
  return made;
}

function certificateOf({ cert }: Identity): X509Certificate {
  const made = new X509Certificate();
  made.load_from_string(cert);
  return made;
}

const optionsOf = (key: Identity, certificate = key): TLSOptions =>
  TLSOptions.server(keyOf(key), certificateOf(certificate));

interface TlsServer {
  readonly port: number;
  set_tls_options(options: TLSOptions): number;
}

function multiplayer(identity: Identity | null): TlsServer {
  const server = new WebSocketMultiplayerPeer();
  opened.push(server);
  server.connect('activity', () => server.poll());
  server.create_server(0, '127.0.0.1', identity === null ? null : optionsOf(identity));
  return { port: server.get_local_port(), set_tls_options: (options) => server.set_tls_options(options) };
}

function godot3(identity: Identity | null): TlsServer {
  const server = new WebSocketServer();
  opened.push(server);
  server.connect('activity', () => server.poll());
  server.bind_ip = '127.0.0.1';
  if (identity !== null) {
    server.private_key = keyOf(identity);
    server.ssl_certificate = certificateOf(identity);
  }
  server.listen(0);
  return { port: server.get_local_port(), set_tls_options: (options) => server.set_tls_options(options) };
}

/** With a room, so that clients are let in. */
function gateway(identity: Identity | null): TlsServer {
  const broker = new MemoryBroker();
  const host = new RoomHost(broker);
  const room = new ClusterMultiplayerPeer();
  const server = new WebSocketGateway(broker);
  opened.push(host, server);
  room.connect('activity', () => room.poll());
  room.create_room(host, 'room');
  server.peer_settings.handshake_hook = (request) => request.accept({ room: 'room' });
  server.create_server(0, '127.0.0.1', identity === null ? null : optionsOf(identity));
  return { port: server.get_local_port(), set_tls_options: (options) => server.set_tls_options(options) };
}

async function connected(port: number): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', ca: root.cert, checkServerIdentity: () => undefined });
  sockets.push(socket);
  let isSecure = false;
  socket.on('error', () => {});
  socket.once('secureConnect', () => {
    isSecure = true;
  });
  await until(() => isSecure, 'TLS');
  return socket;
}

const nameOf = (socket: TLSSocket): string => String(socket.getPeerCertificate().subject.CN);

describe.each([
  ['WebSocketMultiplayerPeer', multiplayer],
  ['WebSocketServer of Godot 3', godot3],
  ['WebSocketGateway', gateway],
] as const)('set_tls_options of %s', (_name, listening) => {
  it('is for new connections; the open ones stay', async () => {
    const server = listening(first);
    const early = await connected(server.port);
    expect(nameOf(early)).toBe('first.example');
    expect(server.set_tls_options(optionsOf(second))).toBe(OK);
    expect(nameOf(await connected(server.port))).toBe('second.example');
    early.write('GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n');
    early.write('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n');
    let answer = '';
    early.on('data', (chunk) => {
      answer += String(chunk);
    });
    await until(() => answer.startsWith('HTTP/1.1 101 '), 'the answer');
  });

  it('refuses what can not be used, and the former certificate stays', async () => {
    const server = listening(first);
    const refused: [TLSOptions, RegExp][] = [
      [TLSOptions.client(), /options of a client/],
      [TLSOptions.server(new CryptoKey(), certificateOf(second)), /need a private key and a certificate/],
      [optionsOf(first, second), /key and certificate can't be used: /],
    ];
    for (const [options, reason] of refused) {
      expect(server.set_tls_options(options)).toBe(ERR_INVALID_PARAMETER);
      const [said, ...more] = reports.take();
      expect(said).toMatch(reason);
      expect(more).toEqual([]);
    }
    expect(() => server.set_tls_options({} as never)).toThrow(TypeError);
    expect(nameOf(await connected(server.port))).toBe('first.example');
  });

  it('is nothing for a server without TLS', () => {
    expect(listening(null).set_tls_options(optionsOf(first))).toBe(ERR_UNCONFIGURED);
    expect(reports.take()).toHaveLength(1);
  });
});
