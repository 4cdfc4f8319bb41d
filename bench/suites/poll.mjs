// The cost of polling an idle connection.
import { TCPServer, WebSocketPeer } from 'websocketpeer';
import { timePerCall } from '../lib/contest.mjs';

export const title = 'poll() of an idle peer';
export const unit = 'ns';
export const better = 'lower';
export const about =
  'One call on a peer that is OPEN (or was never connected) while nothing arrives and nothing waits.';

const open = [];

async function openPair() {
  const listener = new TCPServer();
  listener.listen(0, '127.0.0.1');
  const server = new WebSocketPeer();
  const client = new WebSocketPeer();
  client.connect_to_url(`ws://127.0.0.1:${listener.get_local_port()}`);
  while (client.get_ready_state() !== WebSocketPeer.STATE_OPEN) {
    if (listener.is_connection_available()) server.accept_stream(listener.take_connection());
    server.poll();
    client.poll();
    await new Promise((resolve) => setImmediate(resolve));
  }
  listener.stop();
  open.push(server, client);
  return { server, client };
}

export async function cases({ milliseconds }) {
  const { server, client } = await openPair();
  const closed = new WebSocketPeer();
  const time = (peer) => () => timePerCall(() => peer.poll(), milliseconds);
  return [
    {
      label: 'one call',
      contestants: { 'OPEN, server': time(server), 'OPEN, client': time(client), CLOSED: time(closed) },
      targets: [
        { of: 'OPEN, server', atMost: 60 },
        { of: 'OPEN, client', atMost: 60 },
      ],
    },
  ];
}

export function finish() {
  for (const peer of open.splice(0)) peer.close(-1);
}
