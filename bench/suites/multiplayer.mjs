// A multiplayer server with idle players: the cost of each in every poll.
import { WebSocketMultiplayerPeer, WebSocketPeer } from 'websocketpeer';
import { timePerCall } from '../lib/contest.mjs';
import { formatCount } from '../lib/format.mjs';

export const title = 'poll() of a multiplayer server';
export const unit = 'ns per peer';
export const better = 'lower';
export const about =
  'One WebSocketMultiplayerPeer with that many clients, nothing arrives and nothing waits. Time of a poll, divided by ' +
  'the clients.';

/** Clients that begin to connect before the server polls. */
const AT_ONCE = 100;

const open = [];

async function serverWith(count) {
  const server = new WebSocketMultiplayerPeer();
  server.create_server(0, '127.0.0.1');
  let joined = 0;
  server.connect('peer_connected', () => {
    joined += 1;
  });
  const clients = [];
  open.push(server);
  while (clients.length < count) {
    const client = new WebSocketPeer();
    client.connect_to_url(`ws://127.0.0.1:${server.get_local_port()}`);
    clients.push(client);
    if (clients.length % AT_ONCE !== 0 && clients.length !== count) continue;
    while (joined < clients.length) {
      server.poll();
      for (const one of clients) one.poll();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  for (const client of clients) client.poll();
  open.push(...clients);
  return server;
}

export async function cases({ quick, milliseconds }) {
  const measured = [];
  for (const count of quick ? [200] : [100, 1000]) {
    const server = await serverWith(count);
    const sweep = () => timePerCall(() => server.poll(), milliseconds) / count;
    measured.push({
      label: `${formatCount(count)} idle`,
      contestants: { websocketpeer: sweep },
      targets: [{ atMost: 100 }],
    });
  }
  return measured;
}

export function finish() {
  for (const peer of open.splice(0)) peer.free();
}
