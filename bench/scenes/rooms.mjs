// Rooms that send each packet back, and one that begins with 1 to everybody: in one process (`direct`), or behind a gateway
// in processes of their own, over node:cluster (`cluster`) or a NATS server (`nats`). The first argument says which.
import { spawn } from 'node:child_process';
import cluster from 'node:cluster';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketMultiplayerPeer } from 'websocketpeer';
import { ClusterBroker, ClusterMultiplayerPeer, NatsBroker, RoomHost, WebSocketGateway } from 'websocketpeer/cluster';
import { obey } from '../lib/child.mjs';

const [way] = process.argv.slice(2);
const TO_ALL = 1;
const { ROLE, NATS_URL } = process.env;

/** Sends each packet back, or to all. */
function echo(peer) {
  peer.outbound_buffer_size = 1 << 24;
  peer.max_queued_packets = 1 << 17;
  peer.connect('activity', () => {
    peer.poll();
    while (peer.get_available_packet_count() > 0) {
      const id = peer.get_packet_peer();
      const packet = peer.get_packet();
      peer.set_target_peer(packet[0] === TO_ALL ? 0 : id);
      peer.put_packet(packet);
    }
  });
}

function direct() {
  const server = new WebSocketMultiplayerPeer();
  server.peer_settings.max_pending_handshakes = 2000;
  server.create_server(0, '127.0.0.1');
  echo(server);
  obey({ parts: () => ({ direct: process.pid }), end: () => ({}) }, { port: server.get_local_port() });
}

async function work() {
  const broker = way === 'nats' ? await NatsBroker.connect({ servers: NATS_URL }) : new ClusterBroker();
  let port = 0;
  if (ROLE === 'gateway') {
    const gateway = new WebSocketGateway(broker);
    gateway.peer_settings.max_pending_handshakes = 2000;
    gateway.create_server(0, '127.0.0.1');
    while (gateway.get_local_port() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    port = gateway.get_local_port();
  } else {
    const host = new RoomHost(broker);
    host.connect('room_requested', (name) => {
      const peer = new ClusterMultiplayerPeer();
      echo(peer);
      peer.create_room(host, name);
    });
    while (!host.is_ready()) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  process.send({ ready: ROLE, port });
}

/** A NATS server on a port of its own, with the directory's storage in a temporary folder. */
function startNats() {
  const home = mkdtempSync(join(tmpdir(), 'websocketpeer-nats-'));
  const server = spawn('nats-server', ['-a', '127.0.0.1', '-p', '-1', '-js', '-sd', home]);
  const stop = () => {
    server.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.stderr.on('data', (text) => {
      const port = /client connections on [^\n]*:(\d+)/.exec(String(text))?.[1];
      if (port !== undefined) resolve({ pid: server.pid, url: `127.0.0.1:${port}`, stop });
    });
  });
}

async function apart() {
  const nats = way === 'nats' ? await startNats() : null;
  cluster.setupPrimary({ serialization: 'advanced' });
  if (nats === null) new ClusterBroker();
  const workers = {};
  let port = 0;
  for (const role of ['room', 'gateway']) {
    const worker = cluster.fork({ ROLE: role, NATS_URL: nats?.url ?? '' });
    workers[role] = worker;
    port = await new Promise((resolve, reject) => {
      worker.on('message', (message) => {
        if (message?.ready === role) resolve(message.port);
      });
      worker.once('exit', (code) => reject(new Error(`the ${role} has ended (${code})`)));
    });
  }
  const parts = {
    gateway: workers.gateway.process.pid,
    room: workers.room.process.pid,
    broker: nats?.pid ?? process.pid,
  };
  obey(
    {
      parts: () => parts,
      end: () => {
        nats?.stop();
        return {};
      },
    },
    { port },
  );
}

if (way === 'direct') direct();
else if (cluster.isPrimary) await apart();
else await work();
