// Connections that begin elsewhere: sockets of an HTTP server, sockets of the runtime, and streams that are there already.
import { once } from 'node:events';
import { createServer as createHttp, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, connect, createServer as createNet, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  CryptoKey,
  StreamPeerBuffer,
  StreamPeerTCP,
  StreamPeerTLS,
  TCPServer,
  TLSOptions,
  WebSocketPeer,
  X509Certificate,
} from '../../host/index.js';
import { type Identity, makeCa } from '../helpers/certificates.js';
import { until } from '../helpers/game.js';
import { frame, OP, toHex } from '../helpers/raw-peer-frames.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const endings: (() => unknown)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

let identity: Identity;
beforeAll(async () => {
  identity = await (await makeCa()).issue({ names: ['localhost'], ips: ['127.0.0.1'] });
});

/** Echoes everything on `peer`, driven by its news. */
function echo(peer: WebSocketPeer): void {
  const look = (): void => {
    peer.poll();
    while (peer.get_available_packet_count() > 0) {
      const packet = peer.get_packet();
      peer.send(packet, peer.was_string_packet() ? WebSocketPeer.WRITE_MODE_TEXT : WebSocketPeer.WRITE_MODE_BINARY);
    }
  };
  peer.connect('activity', look);
  endings.push(() => peer.free());
  look();
}

type Accept = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

async function served(secure: boolean, accept: Accept): Promise<{ server: Server; port: number }> {
  const { cert, key } = identity;
  const answer = (_: IncomingMessage, response: { end(text: string): void }): void => response.end('a page');
  const server = secure ? createHttps({ cert, key }, answer as never) : createHttp(answer as never);
  server.on('upgrade', accept);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => server.close());
  return { server: server as Server, port: (server.address() as AddressInfo).port };
}

async function page(port: number): Promise<string> {
  const [response] = (await once(httpRequest({ port, host: '127.0.0.1' }).end(), 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += chunk;
  return `${response.statusCode} ${text}`;
}

describe('accept_upgrade', () => {
  it.each([false, true])('lets one port serve pages and WebSockets (over TLS: %s)', async (secure) => {
    const peers: WebSocketPeer[] = [];
    const { port } = await served(secure, (request, socket, head) => {
      const peer = new WebSocketPeer();
      peer.supported_protocols = ['game'];
      expect(peer.accept_upgrade(request, socket, head)).toBe(0);
      peers.push(peer);
      echo(peer);
    });
    if (!secure) expect(await page(port)).toBe('200 a page');
    const url = `${secure ? 'wss' : 'ws'}://127.0.0.1:${port}/room?id=1`;
    for (let i = 0; i < 3; i += 1) {
      const socket = new WebSocket(url, ['other', 'game'], { rejectUnauthorized: false });
      await once(socket, 'open');
      expect(socket.protocol).toBe('game');
      for (const message of ['hello', 'ü'.repeat(5000), 'x'.repeat(65000)]) {
        socket.send(message);
        const [data, isBinary] = await once(socket, 'message');
        expect([String(data), isBinary]).toEqual([message, false]);
      }
      socket.close(3001, 'enough');
      expect((await once(socket, 'close')).map(String)).toEqual(['3001', 'enough']);
    }
    await until(() => peers.every((peer) => peer.get_ready_state() === WebSocketPeer.STATE_CLOSED), 'the end');
    expect(peers.map((peer) => peer.get_requested_url())).toEqual(Array(3).fill(url));
    expect(peers.map((peer) => peer.get_close_code())).toEqual([3001, 3001, 3001]);
    if (!secure) expect(await page(port)).toBe('200 a page');
    expect(reports.errors).toEqual([]);
  });

  it('takes frames that came together with the request', async () => {
    const { port } = await served(false, (request, socket, head) => {
      const peer = new WebSocketPeer();
      peer.accept_upgrade(request, socket, head);
      echo(peer);
    });
    const raw = connect(port, '127.0.0.1');
    endings.push(() => raw.destroy());
    let received = '';
    raw.on('data', (chunk) => {
      received += toHex(chunk);
    });
    const request =
      'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
    raw.write(Buffer.concat([Buffer.from(request), frame(OP.TEXT, 'early', { masked: true })]));
    await until(() => received.endsWith(toHex(frame(OP.TEXT, 'early'))), 'the echo');
  });

  it.each([
    ['a wrong version', { 'Sec-WebSocket-Version': '8' }, 426],
    ['no key', { 'Sec-WebSocket-Key': '' }, 400],
  ])('answers %s in HTTP', async (_, headers, status) => {
    const { port } = await served(false, (request, socket, head) => {
      const peer = new WebSocketPeer();
      peer.accept_upgrade(request, socket, head);
      echo(peer);
    });
    const usual = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
    const all = { ...usual, 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', ...headers };
    const [response] = (await once(httpRequest({ port, host: '127.0.0.1', headers: all }).end(), 'response')) as [
      IncomingMessage,
    ];
    expect(response.statusCode).toBe(status);
    response.destroy();
  });

  it('says what it does not take', async () => {
    const request = { url: '/', rawHeaders: [], httpVersion: '1.1' };
    const peer = new WebSocketPeer();
    expect(peer.accept_upgrade(request, {})).toBe(31);
    expect(reports.take().join()).toContain('socket');
    expect(() => peer.accept_upgrade({} as never, {})).toThrow(TypeError);
    expect(() => peer.accept_upgrade(request, {}, 'x' as never)).toThrow(TypeError);
    const pair = await socketPair();
    expect(peer.accept_upgrade(request, pair.near)).toBe(0);
    expect(peer.accept_upgrade(request, pair.near)).toBe(22);
    peer.free();
  });
});

/** Two ends of a connection as sockets of Node. */
async function socketPair(): Promise<{ near: Socket; far: Socket }> {
  const server = createNet({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[near]] = (await Promise.all([once(server, 'connection'), once(far, 'connect')])) as [[Socket], unknown];
  far.on('error', () => {});
  server.close();
  endings.push(() => far.destroy());
  return { near, far };
}

describe('StreamPeerTCP.from_socket', () => {
  it('gives what the socket has read already, and what comes later', async () => {
    const { near, far } = await socketPair();
    far.write('early');
    near.on('readable', () => {});
    await until(() => near.readableLength === 5, 'bytes in the socket');
    near.removeAllListeners('readable');
    const peer = StreamPeerTCP.from_socket(near) as StreamPeerTCP;
    expect(peer.get_status()).toBe(StreamPeerTCP.STATUS_CONNECTED);
    expect(peer.get_connected_port()).toBe(near.remotePort);
    far.write(' and late');
    await until(() => peer.get_available_bytes() === 14, 'all bytes');
    expect(Buffer.from(peer.get_data(14)[1]).toString()).toBe('early and late');
    peer.put_data(Buffer.from('back'));
    expect(String(await once(far, 'data'))).toBe('back');
    far.end();
    await until(() => {
      peer.poll();
      return peer.get_status() === StreamPeerTCP.STATUS_NONE;
    }, 'the end');
  });

  it('takes no sockets that are gone or not there yet', async () => {
    const { near } = await socketPair();
    near.destroy();
    for (const socket of [near, connect(9, '127.0.0.1').on('error', () => {}), {}, null as never]) {
      expect(StreamPeerTCP.from_socket(socket)).toBeNull();
    }
    expect(reports.errors).toHaveLength(1); // four are equal, and said once
  });

  it('serves a WebSocket', async () => {
    const { near, far } = await socketPair();
    const server = new WebSocketPeer();
    expect(server.accept_stream(StreamPeerTCP.from_socket(near))).toBe(0);
    echo(server);
    const client = new WebSocketPeer();
    expect(client.connect_to_stream(StreamPeerTCP.from_socket(far) as StreamPeerTCP, 'ws://game.example/x')).toBe(0);
    await talk(client);
    expect(server.get_requested_url()).toBe('ws://game.example/x');
  });
});

/** Exchanges messages of many sizes with whoever echoes at the other end, and parts. */
async function talk(client: WebSocketPeer): Promise<void> {
  endings.push(() => client.free());
  const poll = (done: () => boolean, what: string): Promise<void> =>
    until(() => {
      client.poll();
      return done();
    }, what);
  await poll(() => client.get_ready_state() === WebSocketPeer.STATE_OPEN, 'OPEN');
  for (const size of [0, 1, 125, 126, 65535]) {
    client.send(new Uint8Array(size).fill(size));
    await poll(() => client.get_available_packet_count() === 1, `${size} bytes`);
    expect([...new Set(client.get_packet())]).toEqual(size === 0 ? [] : [size & 255]);
  }
  client.close(1000, 'done');
  await poll(() => client.get_ready_state() === WebSocketPeer.STATE_CLOSED, 'CLOSED');
  expect([client.get_close_code(), client.get_close_reason()]).toEqual([1000, 'done']);
}

describe('connect_to_stream', () => {
  it('shakes hands over a TCP connection, and over TLS on it', async () => {
    const listener = new TCPServer();
    listener.listen(0, '127.0.0.1');
    endings.push(() => listener.stop());
    for (const secure of [false, true]) {
      const tcp = new StreamPeerTCP();
      tcp.connect_to_host('127.0.0.1', listener.get_local_port());
      await until(() => {
        tcp.poll();
        return tcp.get_status() === StreamPeerTCP.STATUS_CONNECTED && listener.is_connection_available();
      }, 'a connection');
      const taken = listener.take_connection() as StreamPeerTCP;
      const server = new WebSocketPeer();
      let stream: StreamPeerTCP | StreamPeerTLS = tcp;
      if (secure) {
        const accepted = new StreamPeerTLS();
        accepted.accept_stream(taken, serverOptions());
        server.accept_stream(accepted);
        stream = new StreamPeerTLS();
        stream.connect_to_stream(tcp, 'localhost', TLSOptions.client_unsafe());
      } else server.accept_stream(taken);
      echo(server);
      const client = new WebSocketPeer();
      expect(client.connect_to_stream(stream)).toBe(0);
      await talk(client);
    }
  });

  it('says what it does not take', () => {
    const peer = new WebSocketPeer();
    expect(peer.connect_to_stream(new StreamPeerBuffer())).toBe(31);
    expect(peer.connect_to_stream(new StreamPeerTCP(), 'http://x')).toBe(31);
    expect(reports.errors).toHaveLength(2);
    expect(() => peer.connect_to_stream(null as never)).toThrow(TypeError);
  });
});

function serverOptions(): TLSOptions {
  const { key, cert } = identity;
  const ownKey = new CryptoKey();
  ownKey.load_from_string(key);
  const certificate = new X509Certificate();
  certificate.load_from_string(cert);
  return TLSOptions.server(ownKey, certificate);
}
