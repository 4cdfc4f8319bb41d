// Rates on every kind of server and client: a flood ends with 1008.
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer as WsServer } from 'ws';
import { WebSocketServer } from '../../../host/godot3/index.js';
import {
  OK,
  TCPServer,
  UDSServer,
  WebSocketMultiplayerPeer,
  WebSocketPeer,
  type WebSocketSettings,
} from '../../../host/index.js';
import { until } from '../../helpers/game.js';
import { useReports } from '../../helpers/reports.js';

const reports = useReports();
const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const LIMIT = 40;
const limit = (of: WebSocketPeer | WebSocketSettings): void => {
  of.max_packets_per_second = LIMIT;
};

function accepting(accept: (peer: WebSocketPeer) => number): { poll: () => void; arrived: () => void } {
  const peers: WebSocketPeer[] = [];
  return {
    poll: () => {
      for (const peer of peers) {
        peer.poll();
        while (peer.get_available_packet_count() > 0) peer.get_packet();
      }
    },
    arrived: () => {
      const peer = new WebSocketPeer();
      limit(peer);
      expect(accept(peer)).toBe(OK);
      peers.push(peer);
      endings.push(() => peer.free());
    },
  };
}

type Started = { url: string; poll: () => void };

function overSockets(server: TCPServer | UDSServer, url: () => string): Started {
  const { poll, arrived } = accepting((peer) => peer.accept_stream(server.take_socket_connection()));
  endings.push(() => server.stop());
  return {
    url: url(),
    poll: () => {
      if (server.is_connection_available()) arrived();
      poll();
    },
  };
}

const kinds: [string, () => Promise<Started>][] = [
  [
    'TCPServer and accept_stream',
    async () => {
      const server = new TCPServer();
      server.listen(0, '127.0.0.1');
      return overSockets(server, () => `ws://127.0.0.1:${server.get_local_port()}/`);
    },
  ],
  [
    'UDSServer',
    async () => {
      const server = new UDSServer();
      const path = join(tmpdir(), `rates-${process.pid}.sock`);
      expect(server.listen(path)).toBe(OK);
      return overSockets(server, () => `ws+unix://${path}`);
    },
  ],
  [
    'accept_upgrade',
    async () => {
      const http = createServer();
      let current: Parameters<WebSocketPeer['accept_upgrade']> | null = null;
      const { poll, arrived } = accepting((peer) => peer.accept_upgrade(...(current as NonNullable<typeof current>)));
      http.on('upgrade', (...upgrade) => {
        current = upgrade as unknown as NonNullable<typeof current>;
        arrived();
      });
      await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
      endings.push(() => http.close());
      const { port } = http.address() as { port: number };
      return { url: `ws://127.0.0.1:${port}/`, poll };
    },
  ],
  [
    'WebSocketMultiplayerPeer',
    async () => {
      const server = new WebSocketMultiplayerPeer();
      limit(server.peer_settings);
      server.create_server(0, '127.0.0.1');
      endings.push(() => server.close());
      return { url: `ws://127.0.0.1:${server.get_local_port()}/`, poll: () => server.poll() };
    },
  ],
  [
    "Godot 3's WebSocketServer",
    async () => {
      const server = new WebSocketServer();
      server.bind_ip = '127.0.0.1';
      limit(server.peer_settings);
      server.listen(0);
      server.connect('data_received', (id) => server.get_peer(id)?.get_packet());
      endings.push(() => server.stop());
      return { url: `ws://127.0.0.1:${server.get_local_port()}/`, poll: () => server.poll() };
    },
  ],
];

describe.each(kinds)('a client of %s', (_, start) => {
  it('is refused with 1008 when it floods', async () => {
    const { url, poll } = await start();
    const client = new WebSocket(url);
    endings.push(() => client.terminate());
    let code = 0;
    client.on('close', (given) => {
      code = given;
    });
    client.on('open', () => {
      for (let i = 0; i < 20 * LIMIT; i += 1) client.ping();
    });
    await until(() => {
      poll();
      return code > 0;
    }, 'the end');
    expect(code).toBe(1008);
    expect(reports.take().join()).toContain(`max_packets_per_second (${LIMIT} frames a second)`);
  });
});

it('refuses a server that floods a client', async () => {
  const server = new WsServer({ port: 0, host: '127.0.0.1' });
  endings.push(() => server.close());
  let code = 0;
  server.on('connection', (client) => {
    client.on('close', (given) => {
      code = given;
    });
    for (let i = 0; i < 20 * LIMIT; i += 1) client.send('x');
  });
  await new Promise((done) => server.once('listening', done));
  const peer = new WebSocketPeer();
  limit(peer);
  peer.connect_to_url(`ws://127.0.0.1:${(server.address() as { port: number }).port}/`);
  endings.push(() => peer.free());
  await until(() => {
    peer.poll();
    while (peer.get_available_packet_count() > 0) peer.get_packet();
    return code > 0;
  }, 'the end');
  expect([code, peer.get_close_code()]).toEqual([1008, 1008]);
  reports.take();
});
