#!/usr/bin/env node
// The server of coin rush, for the Godot project beside it and for bots: players go where they want, and find coins.
//
// node examples/coin-rush/server.mjs [port] [players]
//
// The port is 9083 unless given, 0: the system chooses; it waits for so many players, 1 unless given.
import { OK, WebSocketMultiplayerPeer } from 'websocketpeer';
import { instantiate_scene, SceneTree } from 'websocketpeer/scene';
import { Vector2 } from 'websocketpeer/variant';
import { Rush } from './rush.mjs';

const TICK_MS = 1000 / 30;
const STEP = 4;
const REACH = 12;
const GOAL = 5;
const COINS = 3;
const SIZE = new Vector2(160, 100);

const anywhere = () =>
  new Vector2(Math.floor(Math.random() * SIZE.x) * STEP, Math.floor(Math.random() * SIZE.y) * STEP);

class RushServer extends Rush {
  tick() {
    const winner = this.players.find(({ score }) => score >= GOAL);
    if (winner !== undefined) {
      this.rpc('over', winner.id); // all have heard of the score
      for (const player of this.players) player.score = 0;
      return;
    }
    if (this.players.length < Number(players)) return;
    while (this.coins.length < COINS) this.spawn('Coins', 'res://coin.tscn');
    for (const player of this.players) this.move(player);
  }

  move(player) {
    const { direction } = player.input;
    const [x, y] = [Math.sign(direction.x), Math.sign(direction.y)];
    player.position = new Vector2(player.position.x + x * STEP, player.position.y + y * STEP);
    const found = this.coins.find(
      ({ position }) => Math.hypot(position.x - player.position.x, position.y - player.position.y) < REACH,
    );
    if (found === undefined) return;
    player.score += 1;
    found.free();
  }

  spawn(where, scene, name = '') {
    const node = instantiate_scene(scene);
    node.position = anywhere();
    if (name !== '') node.name = name;
    this.get_node(where).add_child(node, true);
  }

  joined(id) {
    console.log(`${id} has joined`);
    this.spawn('Players', 'res://player.tscn', String(id));
  }

  left(id) {
    console.log(`${id} has left`);
    this.get_node_or_null(`Players/${id}`)?.queue_free();
  }
}

const [port = '9083', players = '1'] = process.argv.slice(2);
const peer = new WebSocketMultiplayerPeer();
if (peer.create_server(Number(port)) !== OK) throw new Error(`can't listen on port ${port}`);
const tree = new SceneTree();
const rush = new RushServer();
tree.root.add_child(rush);
const scene = tree.get_multiplayer();
scene.connect('peer_connected', (id) => rush.joined(id));
scene.connect('peer_disconnected', (id) => rush.left(id));
scene.multiplayer_peer = peer;
tree.connect('process_frame', () => rush.tick());
const loop = setInterval(() => tree.process(TICK_MS / 1000), TICK_MS);
console.log(`coin rush on ws://127.0.0.1:${peer.get_local_port()}`);

const stop = () => {
  clearInterval(loop);
  peer.drain(5).then(() => peer.close());
};
process.once('SIGINT', stop).once('SIGTERM', stop);
