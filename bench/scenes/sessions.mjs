// Many sessions in one process, on one port. Arguments: sessions, players of each. Each has a tree with an object for each
// player; players come to the sessions in the order in which they connect, and steer. All sessions have 30 frames a second.
import { SceneMultiplayer, set_error_handler, TCPServer, WebSocketMultiplayerPeer, WebSocketPeer } from 'websocketpeer';
import { MultiplayerSynchronizer, Node, SceneReplicationConfig, SceneTree } from 'websocketpeer/scene';
import { Vector2 } from 'websocketpeer/variant';
import { obey } from '../lib/child.mjs';

const [sessionCount, playerCount] = process.argv.slice(2).map(Number);
const FRAME_MS = 1000 / 30;

class Main extends Node {
  static rpcs = { steer: { mode: 'any_peer' } };
  steered = 0;

  steer(x, y) {
    this.steered += x + y;
  }
}

class Player extends Node {
  position = new Vector2(0, 0);
}

function newPlayer(index) {
  const player = new Player();
  player.name = `Player${index}`;
  const config = new SceneReplicationConfig();
  config.add_property('.:position');
  const synchronizer = new MultiplayerSynchronizer();
  synchronizer.name = 'Sync';
  synchronizer.replication_config = config;
  player.add_child(synchronizer);
  return player;
}

class Session {
  peer = new WebSocketMultiplayerPeer();
  tree = new SceneTree();
  main = new Main();
  players = Array.from({ length: playerCount }, (_, index) => newPlayer(index));

  constructor() {
    this.peer.handshake_timeout = 60; // many come at once
    this.peer.create_portless_server();
    const multiplayer = new SceneMultiplayer();
    multiplayer.multiplayer_peer = this.peer;
    this.tree.set_multiplayer(multiplayer);
    this.main.name = 'Main';
    this.tree.root.add_child(this.main);
    for (const player of this.players) this.tree.root.add_child(player);
  }

  step(frame) {
    for (let i = 0; i < this.players.length; i += 1) this.players[i].position = new Vector2(i, frame);
    this.tree.process(FRAME_MS / 1000);
  }
}

set_error_handler(null); // players are cut off when a measurement is over
const sessions = Array.from({ length: sessionCount }, () => new Session());
const server = new TCPServer();
server.listen(0, '127.0.0.1');
let arrived = 0;
server.connect('activity', () => {
  while (server.is_connection_available()) {
    const socket = new WebSocketPeer();
    socket.handshake_timeout = 60;
    socket.accept_stream(server.take_connection());
    sessions[Math.floor(arrived / playerCount) % sessionCount].peer.add_peer(socket);
    arrived += 1;
  }
});

const times = [];
let frame = 0;
let due = performance.now();

function step() {
  const start = performance.now();
  frame += 1;
  for (const session of sessions) session.step(frame);
  times.push(performance.now() - start);
  if (times.length > 3000) times.splice(0, 1500);
  due = Math.max(due + FRAME_MS, performance.now());
  setTimeout(step, due - performance.now());
}

/** The 99th percentile of the last frames, and the median, in milliseconds. */
function frames({ count }) {
  const sorted = times.slice(-count).sort((a, b) => a - b);
  return { p99: sorted[Math.ceil(sorted.length * 0.99) - 1], median: sorted[sorted.length >> 1], steered: steered() };
}

const steered = () => sessions.reduce((sum, { main }) => sum + main.steered, 0);

step();
obey({ frames }, { port: server.get_local_port() });
