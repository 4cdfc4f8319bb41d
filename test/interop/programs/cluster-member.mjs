// A process of a cluster for tests, of the built package: it hosts rooms, or is a gateway, or both, as it is told by
// messages, and tells what it sees. No expectation lives here.
//
//   cluster-member.mjs memory | cluster | nats <servers>
//
// Told { id, do, with }, it answers { re: id, value } or { re: id, fault }; without being asked it says { note }.
// The game of a room is the part of its name before the first '-': see GAMES.
import { OK, SceneMultiplayer, set_error_handler } from 'websocketpeer';
import {
  ClusterBroker,
  ClusterMultiplayerPeer,
  MemoryBroker,
  NatsBroker,
  RoomHost,
  WebSocketGateway,
} from 'websocketpeer/cluster';
import { Node, SceneTree } from 'websocketpeer/scene';

const FLOOD_BYTES = 8000;

const note = (text) => process.connected && process.send({ note: text });
set_error_handler((message) => note(`report ${message}`));

const [kind, servers] = process.argv.slice(2);
const broker =
  kind === 'nats'
    ? await NatsBroker.connect({ servers })
    : kind === 'cluster'
      ? new ClusterBroker()
      : new MemoryBroker();
broker.watch_status((status) => note(`broker ${status}`));

let host = null;
/** By port. */
const gateways = new Map();
/** By name: the peer of a room, and what stands on it. */
const rooms = new Map();

function take(peer, use) {
  while (peer.get_available_packet_count() > 0) {
    const from = peer.get_packet_peer();
    use(from, peer.get_packet());
  }
}

function put(peer, target, packet) {
  if (peer.get_connection_status() !== ClusterMultiplayerPeer.CONNECTION_CONNECTED) return;
  peer.set_target_peer(target);
  peer.put_packet(packet);
}

function tellOfPeers(signals, name) {
  const ids = new Set();
  signals.connect('peer_connected', (id) => {
    ids.add(id);
    note(`${name}: ${id} came`);
  });
  signals.connect('peer_disconnected', (id) => {
    ids.delete(id);
    note(`${name}: ${id} left`);
  });
  return ids;
}

/** What all say is heard by all. */
class Talk extends Node {
  static rpcs = { say: { mode: 'any_peer' }, heard: {} };

  constructor() {
    super();
    this.name = 'Talk';
  }

  say(text) {
    this.rpc('heard', this.multiplayer.get_remote_sender_id(), text);
  }

  heard() {}
}

const GAMES = {
  /** Sends each packet back to who sent it. */
  echo(peer, name) {
    const ids = tellOfPeers(peer, name);
    peer.outbound_buffer_size = 0;
    peer.max_queued_packets = 1_000_000;
    const poll = () => {
      peer.poll();
      take(peer, (from, packet) => put(peer, from, packet));
    };
    peer.connect('activity', poll);
    return { ids };
  },
  /** Sends as much to all as they take, and each packet back to who sent it. */
  flood(peer, name) {
    const played = GAMES.echo(peer, name);
    peer.outbound_buffer_size = 65_535;
    peer.max_queued_packets = 4096;
    const packet = new Uint8Array(FLOOD_BYTES);
    const timer = setInterval(() => {
      for (let i = 0; i < 10; i += 1) put(peer, 0, packet);
    }, 5);
    timer.unref();
    return played;
  },
  /** A SceneMultiplayer that relays. */
  scene(peer, name) {
    const scene = new SceneMultiplayer();
    const ids = tellOfPeers(scene, name);
    scene.connect('peer_packet', (from, packet) => note(`${name}: ${from} sent ${Buffer.from(packet)}`));
    scene.connect('server_disconnected', () => note(`${name}: over`));
    scene.multiplayer_peer = peer;
    peer.connect('activity', () => scene.poll());
    return { ids, scene };
  },
  /** Nodes with remote calls. */
  talk(peer, name) {
    const tree = new SceneTree();
    tree.root.add_child(new Talk());
    const scene = tree.get_multiplayer();
    const ids = tellOfPeers(scene, name);
    scene.multiplayer_peer = peer;
    peer.connect('activity', () => tree.process(0));
    return { ids, tree };
  },
};

function makeRoom(name) {
  const play = GAMES[name.split('-')[0]];
  if (play === undefined) return;
  const peer = new ClusterMultiplayerPeer();
  if (peer.create_room(host, name) !== OK) return;
  note(`${name}: made`);
  const room = { peer, ...play(peer, name) };
  rooms.set(name, room);
  peer.connect('activity', () => {
    if (peer.get_connection_status() !== ClusterMultiplayerPeer.CONNECTION_DISCONNECTED || rooms.get(name) !== room)
      return;
    rooms.delete(name);
    note(`${name}: lost`);
  });
}

const numbered = (number, length) => {
  const packet = Buffer.alloc(length);
  packet.writeUInt32BE(number);
  return packet;
};

const WORK = {
  async host() {
    host = new RoomHost(broker);
    host.connect('room_requested', makeRoom);
    host.connect('on_drain', () => note('on_drain'));
    while (!host.is_ready()) await new Promise((resolve) => setTimeout(resolve, 5));
  },
  gateway({ port, limits = {} }) {
    const gateway = new WebSocketGateway(broker);
    gateway.connect('peer_refused', (_, room, status, reason) => note(`refused ${room} ${status} ${reason}`));
    gateway.connect('stopped', () => note('stopped'));
    Object.assign(gateway.peer_settings, limits);
    if (gateway.create_server(port, '127.0.0.1') !== OK) throw new Error(`can't listen on port ${port}`);
    gateways.set(port, gateway);
  },
  /** Broadcasts numbered packets in a room, some at once. */
  cast({ room, from, count, length }) {
    for (let number = from; number < from + count; number += 1) put(rooms.get(room).peer, 0, numbered(number, length));
  },
  rooms: () => host?.get_room_names() ?? [],
  status: (name) => rooms.get(name)?.peer.get_connection_status() ?? 0,
  peersIn: (name) => rooms.get(name)?.ids.size ?? 0,
  peersOfRooms: () => host.get_peer_count(),
  peersOfGateway: (port) => gateways.get(port).get_peer_count(),
  isHostReady: () => host.is_ready(),
  isGatewayReady: (port) => gateways.get(port).is_ready(),
  /** Most peers of a room. */
  limit: ({ room, peers }) => rooms.get(room).peer.set_max_peers(peers),
  drainHost: (timeout) => host.drain(timeout),
  drainGateway: ({ port, timeout }) => gateways.get(port).drain(timeout),
  rss: () => process.memoryUsage.rss(),
};

process.on('message', async ({ id, do: what, with: values }) => {
  try {
    process.send({ re: id, value: await WORK[what](values) });
  } catch (error) {
    process.send({ re: id, fault: String(error) });
  }
});
process.on('disconnect', () => process.exit());
note('ready');
