// What is left of a connection that was closed properly: no descriptor, in either role, over every kind of stream. The
// timers of lingering never fire here.
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  CryptoKey,
  type StreamPeer,
  StreamPeerExtension,
  StreamPeerTCP,
  StreamPeerTLS,
  StreamPeerUDS,
  TCPServer,
  TLSOptions,
  UDSServer,
  WebSocketPeer,
  X509Certificate,
} from '../../host/index.js';
import { type Identity, makeCa } from '../helpers/certificates.js';
import { frame, OP, parseFrames } from '../helpers/raw-peer-frames.js';
import { headEnd, requestFor } from '../helpers/raw-peer-handshake.js';
import { useReports } from '../helpers/reports.js';

useReports();

const { STATE_OPEN, STATE_CLOSED } = WebSocketPeer;
const PATIENCE_MS = 10_000;
/** Longer than TLS waits before its end, far shorter than lingering. */
const A_MOMENT_MS = 150;
const endings: (() => unknown)[] = [];
let identity: Identity;

beforeAll(async () => {
  identity = await (await makeCa()).issue({ names: ['localhost'], ips: ['127.0.0.1'] });
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  for (const end of endings.splice(0).reverse()) end();
});

async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const isSocket = (descriptor: string): boolean => {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:');
  } catch {
    return false;
  }
};

/** Sockets that this process holds. */
const sockets = (): number => readdirSync('/proc/self/fd').filter(isSocket).length;

/** A peer that polls when it is told to, and what it has received. */
class Driven {
  readonly peer = new WebSocketPeer();
  readonly texts: string[] = [];

  constructor() {
    this.peer.connect('activity', () => this.look());
  }

  look(): void {
    this.peer.poll();
    while (this.peer.get_available_packet_count() > 0) this.texts.push(Buffer.from(this.peer.get_packet()).toString());
  }
}

/** Where a server's streams come from, and how a client reaches it. */
interface Carrier {
  serve(accept: (stream: StreamPeer) => void): Promise<(client: WebSocketPeer) => Promise<void> | void>;
}

function tcpServer(accept: (stream: StreamPeerTCP) => void): TCPServer {
  const server = new TCPServer();
  expect(server.listen(0, '127.0.0.1')).toBe(0);
  server.connect('activity', () => {
    while (server.is_connection_available()) accept(server.take_connection() as StreamPeerTCP);
  });
  endings.push(() => server.stop());
  return server;
}

const CARRIERS: Record<string, Carrier> = {
  TCP: {
    async serve(accept) {
      const port = tcpServer(accept).get_local_port();
      return (client) => void client.connect_to_url(`ws://127.0.0.1:${port}/`);
    },
  },
  TLS: {
    async serve(accept) {
      const key = new CryptoKey();
      const certificate = new X509Certificate();
      key.load_from_string(identity.key);
      certificate.load_from_string(identity.cert);
      const server = tcpServer((tcp) => {
        const tls = new StreamPeerTLS();
        expect(tls.accept_stream(tcp, TLSOptions.server(key, certificate))).toBe(0);
        accept(tls);
      });
      const url = `wss://127.0.0.1:${server.get_local_port()}/`;
      return (client) => void client.connect_to_url(url, TLSOptions.client_unsafe());
    },
  },
  'Unix domain sockets': {
    async serve(accept) {
      const directory = mkdtempSync(join(tmpdir(), 'websocketpeer-'));
      const path = join(directory, 'game.sock');
      const server = new UDSServer();
      expect(server.listen(path)).toBe(0);
      server.connect('activity', () => {
        while (server.is_connection_available()) accept(server.take_connection() as StreamPeerUDS);
      });
      endings.push(() => rmSync(directory, { recursive: true, force: true }));
      endings.push(() => server.stop());
      return (client) => {
        const stream = new StreamPeerUDS();
        stream.connect_to_host(path);
        client.connect_to_stream(stream);
      };
    },
  },
  'adopted sockets': {
    async serve(accept) {
      const server = createServer({ allowHalfOpen: true }, (socket) =>
        accept(StreamPeerTCP.from_socket(socket) as StreamPeer),
      );
      server.listen(0, '127.0.0.1');
      await until(() => server.listening, 'a server');
      endings.push(() => server.close());
      return async (client) => {
        const { port } = server.address() as { port: number };
        const socket = connect({ port, host: '127.0.0.1' });
        await until(() => !socket.connecting, 'a connection');
        client.connect_to_stream(StreamPeerTCP.from_socket(socket) as StreamPeer);
      };
    },
  },
};

describe.runIf(process.platform === 'linux').each(Object.entries(CARRIERS))('over %s', (_name, carrier) => {
  it.each(['client', 'server'])('nothing is left when the %s has closed', async (closes) => {
    const servers: Driven[] = [];
    const reach = await carrier.serve((stream) => {
      const one = new Driven();
      servers.push(one);
      one.peer.accept_stream(stream);
      one.look();
    });
    const before = sockets();
    const clients = [new Driven(), new Driven(), new Driven()];
    for (const { peer } of clients) await reach(peer);
    const all = (): Driven[] => [...clients, ...servers];
    const are = (state: number): boolean =>
      servers.length === 3 && all().every(({ peer }) => peer.get_ready_state() === state);
    await until(() => are(STATE_OPEN), 'open connections');
    expect(sockets()).toBeGreaterThanOrEqual(before + 6);
    const [near, far] = closes === 'client' ? [clients, servers] : [servers, clients];
    for (const { peer } of near) {
      peer.send_text('the last word');
      peer.close(4321, 'bye');
    }
    await until(() => are(STATE_CLOSED), 'closed connections');
    vi.advanceTimersByTime(A_MOMENT_MS);
    await until(() => sockets() === before, 'free descriptors');
    expect(far.map(({ texts, peer }) => [texts, peer.get_close_code(), peer.get_close_reason()])).toEqual(
      far.map(() => [['the last word'], 4321, 'bye']),
    );
    expect(near.map(({ peer }) => peer.get_close_code())).toEqual(near.map(() => 4321));
  });

  it('nothing is left when nobody polls any more behind close()', async () => {
    const servers: Driven[] = [];
    const reach = await carrier.serve((stream) => {
      const one = new Driven();
      servers.push(one);
      one.peer.accept_stream(stream);
      one.look();
    });
    const before = sockets();
    const client = new WebSocketPeer();
    await reach(client);
    await until(() => {
      client.poll();
      return client.get_ready_state() === STATE_OPEN;
    }, 'an open connection');
    client.close(4321, 'bye');
    await until(() => servers[0].peer.get_ready_state() === STATE_CLOSED, 'the goodbye');
    vi.advanceTimersByTime(A_MOMENT_MS);
    await until(() => sockets() === before, 'free descriptors');
    expect(client.get_ready_state()).toBe(WebSocketPeer.STATE_CLOSING);
    client.poll();
    expect([client.get_ready_state(), client.get_close_code()]).toEqual([STATE_CLOSED, 4321]);
  });
});

it('what still comes behind a close frame is read, so that the answer is not lost', async () => {
  const server = tcpServer((stream) => {
    const one = new Driven();
    one.peer.accept_stream(stream);
    one.look();
  });
  const socket: Socket = connect({ port: server.get_local_port(), host: '127.0.0.1', allowHalfOpen: true });
  endings.push(() => socket.destroy());
  let received = Buffer.alloc(0);
  let hasEnded = false;
  let error: Error | null = null;
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
  });
  socket.on('end', () => {
    hasEnded = true;
  });
  socket.on('error', (what) => {
    error = what;
  });
  socket.write(requestFor());
  await until(() => headEnd(received) > 0, 'the answer');
  socket.write(frame(OP.CLOSE, [0x0f, 0xa0], { masked: true }));
  socket.write(new Uint8Array(8 << 20));
  await until(() => hasEnded && socket.writableLength === 0, 'the end');
  const { frames } = parseFrames(received.subarray(headEnd(received)));
  expect([frames.map(({ opcode, payload }) => [opcode, ...payload]), error]).toEqual([[[OP.CLOSE, 0x0f, 0xa0]], null]);
});

/** One end of a pipe in memory that notes whether it was let go of. */
class Pipe extends StreamPeerExtension {
  other: Pipe | null = null;
  isLetGo = false;
  #bytes = Buffer.alloc(0);

  override _get_available_bytes(): number {
    return this.#bytes.length;
  }

  override _get_partial_data(count: number): [number, Uint8Array] {
    const part = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return [0, part];
  }

  override _put_partial_data(data: Uint8Array): [number, number] {
    this.other?.take(data);
    return [0, data.length];
  }

  override _has_ended(): boolean {
    return this.other?.isLetGo === true;
  }

  override _disconnect_from_stream(): void {
    this.isLetGo = true;
    this.other?.notify_activity();
  }

  take(data: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    this.notify_activity();
  }
}

it.each([
  ['client', true],
  ['server', true],
  ['client', false],
  ['server', false],
])('a script as a stream is let go of when the %s has closed (polled by both: %s)', async (closes, polled) => {
  const pipes = [new Pipe(), new Pipe()] as const;
  pipes[0].other = pipes[1];
  pipes[1].other = pipes[0];
  const [client, server] = [new Driven(), new Driven()];
  client.peer.connect_to_stream(pipes[0]);
  server.peer.accept_stream(pipes[1]);
  await until(() => client.peer.get_ready_state() === STATE_OPEN, 'an open client');
  const near = closes === 'client' ? client : server;
  if (!polled) near.look = () => {};
  near.peer.close(4321);
  await until(() => pipes.every(({ isLetGo }) => isLetGo), 'the end of both');
  near.peer.poll();
  expect([client, server].map(({ peer }) => peer.get_close_code())).toEqual([4321, 4321]);
});
