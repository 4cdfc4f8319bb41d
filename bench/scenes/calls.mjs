// Server of a scene with remote calls, with this package: a node that players call, and that calls all of them.
import { SceneMultiplayer, set_error_handler, WebSocketMultiplayerPeer } from 'websocketpeer';
import { Node, SceneTree } from 'websocketpeer/scene';
import { obey } from '../lib/child.mjs';

class Main extends Node {
  static rpcs = {
    done: {},
    flush: { mode: 'any_peer' },
    more: { mode: 'any_peer' },
    move: { mode: 'any_peer' },
  };
  moved = 0;

  done() {}

  flush() {
    this.rpc_id(this.multiplayer.get_remote_sender_id(), 'done');
  }

  more(count) {
    for (let i = 0; i < count; i += 1) this.rpc('move', 7, 2.5);
  }

  move(x, y) {
    this.moved += x * y;
  }
}

set_error_handler(null); // players are cut off when a measurement is over
const server = new WebSocketMultiplayerPeer();
server.create_server(0, '127.0.0.1');
const multiplayer = new SceneMultiplayer();
multiplayer.server_relay = false;
multiplayer.multiplayer_peer = server;
const tree = new SceneTree();
tree.set_multiplayer(multiplayer);
const main = new Main();
main.name = 'Main';
tree.root.add_child(main);
multiplayer.connect('activity', () => tree.process(0));
obey({}, { port: server.get_local_port() });
