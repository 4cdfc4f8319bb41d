#!/usr/bin/env node
// A server of rooms: a gateway, a host of rooms, or both in one process. README.md tells how to run it, compose.yaml runs
// two of each. What it reads of its environment:
//
//   ROLE        gateway, room, or both (unless given)
//   PORT, HOST  of clients and of /health and /ready (9084; 0: the system chooses)
//   NATS_URL    NATS server that connects the processes, with NATS_USER and NATS_PASSWORD of nats.conf; none for both
//   STATE_DIR   where rooms are kept while nobody plays them: the same for all hosts (./state)
//   DRAIN_SECONDS  how long an end may take (20)
import { createServer } from 'node:http';
import { OK } from 'websocketpeer';
import { MemoryBroker, NatsBroker, RoomHost, WebSocketGateway } from 'websocketpeer/cluster';
import { Room } from './room.mjs';

const { ROLE = 'both', PORT = '9084', HOST, NATS_URL = '', NATS_USER, NATS_PASSWORD } = process.env;
const { STATE_DIR = 'state', DRAIN_SECONDS = '20' } = process.env;
const ROOM_NAME = /^room-\d{1,6}$/;
const MAX_ROOMS = 100;

if (!['gateway', 'room', 'both'].includes(ROLE)) fail(`ROLE must be gateway, room or both, got "${ROLE}"`);
if (NATS_URL === '' && ROLE !== 'both') fail(`ROLE=${ROLE} needs others, and NATS_URL to find them`);

const broker = await connect();
const host = ROLE === 'gateway' ? null : makeHost();
const gateway = ROLE === 'room' ? null : makeGateway();

const server = createServer((request, response) => {
  const isReady = (gateway?.is_ready() ?? true) && (host?.is_ready() ?? true);
  const statuses = { '/health': 200, '/ready': isReady ? 200 : 503 };
  response.writeHead(statuses[request.url] ?? 404, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify({ rooms: host?.get_room_names(), clients: gateway?.get_peer_count() })}\n`);
});
server.on('upgrade', (request, socket, head) => {
  socket.on('error', () => {}); // they end the connection; without a listener they would end the process
  if (gateway?.accept_upgrade(request, socket, head) === OK) return;
  socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
});
server.on('error', ({ message }) => fail(message));
server.listen(Number(PORT), HOST, () => console.log(`${ROLE} on port ${server.address().port}`));
process.once('SIGTERM', drain).once('SIGINT', drain);

function fail(complaint) {
  console.error(`server: ${complaint}`);
  process.exit(1);
}

async function connect() {
  if (NATS_URL === '') return new MemoryBroker();
  // Each user has inboxes of its own: nobody reads the answers to another.
  const user =
    NATS_USER === undefined ? {} : { user: NATS_USER, pass: NATS_PASSWORD, inboxPrefix: `_INBOX_${NATS_USER}` };
  try {
    return await NatsBroker.connect({ servers: NATS_URL, ...user });
  } catch ({ message }) {
    return fail(`NATS: ${message}`);
  }
}

function makeHost() {
  const rooms = new Set();
  const made = new RoomHost(broker);
  made.max_rooms = MAX_ROOMS;
  made.connect('room_requested', (name) => {
    if (!ROOM_NAME.test(name)) return; // no room: the client gets a 404
    const room = new Room(name, STATE_DIR);
    const ended = () => {
      rooms.delete(room);
      console.log(`${name} has ended`);
    };
    if (!room.open(made, ended)) return;
    rooms.add(room);
    console.log(`${name} is here`);
  });
  made.connect('on_drain', () => {
    for (const room of rooms) room.prepareForEnd();
  });
  return made;
}

function makeGateway() {
  const made = new WebSocketGateway(broker);
  made.max_peers = 10_000;
  made.peer_settings.heartbeat_interval = 20;
  made.peer_settings.max_packets_per_second = 100;
  made.connect('peer_refused', (address, name, status, reason) => {
    console.log(`${address} is refused at "${name}": ${status} ${reason}`);
  });
  return made;
}

/** No newcomers; clients of the gateway are told to go elsewhere, rooms are waited for. */
async function drain() {
  console.log('draining');
  const seconds = Number(DRAIN_SECONDS);
  await Promise.all([gateway?.drain(seconds), host?.drain(seconds)]);
  await broker.close();
  server.close();
  server.closeAllConnections();
  console.log('drained');
}
