#!/usr/bin/env node
// Players of coin rush that go to the nearest coin, on whatever server. They end with the round.
//
// node examples/coin-rush/bot.mjs [url] [how many]
import { WebSocketMultiplayerPeer } from 'websocketpeer';
import { SceneTree } from 'websocketpeer/scene';
import { Vector2 } from 'websocketpeer/variant';
import { Rush } from './rush.mjs';

const [url = 'ws://127.0.0.1:9083', count = '1'] = process.argv.slice(2);
const FRAME_MS = 1000 / 30;

const length = ({ x, y }) => Math.hypot(x, y);

class Bot extends Rush {
  tree = new SceneTree();
  peer = new WebSocketMultiplayerPeer();
  hasEnded = false;

  begin() {
    this.tree.root.add_child(this);
    const scene = this.tree.get_multiplayer();
    scene.connect('connected_to_server', () => console.log(`playing as ${scene.get_unique_id()}`));
    scene.connect('connection_failed', () => this.end(`no server at ${url}`));
    scene.connect('server_disconnected', () => this.end('the connection has ended'));
    this.peer.create_client(url);
    scene.multiplayer_peer = this.peer;
    this.tree.connect('process_frame', () => this.steer());
    this.loop = setInterval(() => this.tree.process(FRAME_MS / 1000), FRAME_MS);
  }

  steer() {
    const me = this.players.find(({ id }) => id === this.peer.get_unique_id());
    if (me === undefined) return;
    const ways = this.coins.map(({ position }) => new Vector2(position.x - me.position.x, position.y - me.position.y));
    const [nearest] = ways.sort((a, b) => length(a) - length(b));
    me.input.direction =
      nearest === undefined ? new Vector2() : new Vector2(Math.sign(nearest.x), Math.sign(nearest.y));
  }

  over(winner) {
    super.over(winner);
    this.end();
  }

  end(why) {
    if (this.hasEnded) return;
    this.hasEnded = true;
    if (why !== undefined) console.log(why);
    clearInterval(this.loop);
    this.peer.close();
  }
}

for (let i = 0; i < Number(count); i += 1) new Bot().begin();
