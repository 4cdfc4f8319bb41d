// WebSocketMultiplayerPeer as clients of a real server: ids, packets by target, and the end.
import { MultiplayerPeer, OK, WebSocketMultiplayerPeer } from 'websocketpeer';
import { bytesOf, equal, ok, textOf, until } from './harness.mjs';

const { CONNECTION_CONNECTED, CONNECTION_DISCONNECTED } = MultiplayerPeer;

function joined({ multiplayerUrl, atEnd }) {
  const peer = new WebSocketMultiplayerPeer();
  const seen = [];
  peer.connect('peer_connected', (id) => seen.push(id));
  peer.connect('peer_disconnected', (id) => seen.push(-id));
  atEnd(() => peer.close());
  equal(peer.create_client(multiplayerUrl), OK, 'create_client');
  return { peer, seen };
}

async function playing(members, condition, what) {
  await until(() => {
    for (const { peer } of members) peer.poll();
    return condition();
  }, what);
}

export const multiplayer = {
  name: 'multiplayer',
  tests: [
    [
      'gets an id of its own from the server',
      async (context) => {
        const members = [joined(context), joined(context)];
        const isIn = ({ peer }) => peer.get_connection_status() === CONNECTION_CONNECTED;
        await playing(members, () => members.every(isIn), 'the ids');
        const [a, b] = members.map(({ peer }) => peer.get_unique_id());
        ok(a > 1 && b > 1 && a !== b, `ids ${a} and ${b}`);
        equal(members[0].seen[0], 1, 'the first who is seen');
      },
    ],
    [
      'sends to the server and hears who sent',
      async (context) => {
        const member = joined(context);
        const { peer } = member;
        await playing([member], () => peer.get_connection_status() === CONNECTION_CONNECTED, 'the id');
        peer.set_target_peer(1);
        equal(peer.put_packet(bytesOf('hello')), OK, 'put_packet');
        await playing([member], () => peer.get_available_packet_count() > 0, 'the answer');
        equal(peer.get_packet_peer(), 1, 'sender');
        equal(textOf(peer.get_packet()), `${peer.get_unique_id()} said hello`, 'answer');
      },
    ],
    [
      'is told when the server sends it away',
      async (context) => {
        const member = joined(context);
        const { peer, seen } = member;
        await playing([member], () => peer.get_connection_status() === CONNECTION_CONNECTED, 'the id');
        peer.set_target_peer(1);
        peer.put_packet(bytesOf('goodbye'));
        await playing([member], () => peer.get_connection_status() === CONNECTION_DISCONNECTED, 'the end');
        equal(seen, [1, -1], 'signals');
      },
    ],
  ],
};
