#!/usr/bin/env node
// A player: presses the button once a second, and comes back when the connection has ended.
//
// node examples/rooms/client.mjs [url] [presses]     (ws://127.0.0.1:9084/room-7 and no end unless given)
import { WebSocketMultiplayerPeer } from 'websocketpeer';
import { SceneTree } from 'websocketpeer/scene';
import { GameNode } from './game.mjs';

const [url = 'ws://127.0.0.1:9084/room-7', presses = 'Infinity'] = process.argv.slice(2);
const PRESS_MS = 1000;
/** So that not all come back at once. */
const comeBackMs = () => 1000 + Math.random() * 1000;

const tree = new SceneTree();
const scene = tree.get_multiplayer();
let peer = null;
let left = Number(presses);
let timer;

class Player extends GameNode {
  /** The room tells how often the button was pressed, and who did it last. */
  pressed(count, by) {
    console.log(by === 0 ? `there: ${count} so far` : `${count}, by ${by === scene.get_unique_id() ? 'me' : by}`);
    if (by === 0) this.pressSoon();
    if (by !== scene.get_unique_id()) return;
    left -= 1;
    if (left > 0) this.pressSoon();
    else peer.close();
  }

  pressSoon() {
    timer = setTimeout(() => this.rpc_id(1, 'press'), PRESS_MS);
  }
}

function join() {
  peer = new WebSocketMultiplayerPeer();
  peer.connect('peer_disconnected', () => {
    const socket = peer.get_peer(1);
    console.log(`closed with ${socket.get_close_code()} ${socket.get_close_reason()}`);
  });
  peer.create_client(url);
  scene.multiplayer_peer = peer;
}

function joinAgain() {
  if (left <= 0) return;
  clearTimeout(timer);
  setTimeout(join, comeBackMs());
}

tree.root.add_child(new Player());
scene.connect('server_disconnected', joinAgain);
scene.connect('connection_failed', joinAgain);
scene.connect('activity', () => tree.process(0));
join();
