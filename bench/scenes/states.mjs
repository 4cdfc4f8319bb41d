// Server of a scene with synchronized objects, with this package. Argument: their number. All of them move in each of 30
// frames a second.
import { SceneMultiplayer, set_error_handler, WebSocketMultiplayerPeer } from 'websocketpeer';
import { MultiplayerSynchronizer, Node, SceneReplicationConfig, SceneTree } from 'websocketpeer/scene';
import { Vector2 } from 'websocketpeer/variant';
import { obey } from '../lib/child.mjs';

const FRAME_MS = 1000 / 30;

class Thing extends Node {
  position = new Vector2(0, 0);
}

function newThing(index) {
  const thing = new Thing();
  thing.name = `Thing${index}`;
  const config = new SceneReplicationConfig();
  config.add_property('.:position');
  const synchronizer = new MultiplayerSynchronizer();
  synchronizer.name = 'Sync';
  synchronizer.replication_config = config;
  thing.add_child(synchronizer);
  return thing;
}

set_error_handler(null); // players are cut off when a measurement is over
const server = new WebSocketMultiplayerPeer();
server.create_server(0, '127.0.0.1');
const multiplayer = new SceneMultiplayer();
multiplayer.server_relay = false;
multiplayer.multiplayer_peer = server;
const tree = new SceneTree();
tree.set_multiplayer(multiplayer);
const things = Array.from({ length: Number(process.argv[2]) }, (_, index) => newThing(index));
for (const thing of things) tree.root.add_child(thing);

let frame = 0;
let due = performance.now();

function step() {
  frame += 1;
  for (let i = 0; i < things.length; i += 1) things[i].position = new Vector2(i, frame);
  tree.process(FRAME_MS / 1000);
  due = Math.max(due + FRAME_MS, performance.now());
  setTimeout(step, due - performance.now());
}

step();
obey({}, { port: server.get_local_port() });
