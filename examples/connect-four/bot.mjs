#!/usr/bin/env node
// A player of connect four: it wins where it can, else it likes the middle. Ends with its game.
//
// node examples/connect-four/bot.mjs [url] [name]
import { WebSocketMultiplayerPeer } from 'websocketpeer';
import { SceneTree } from 'websocketpeer/scene';
import { Board, FourNode } from './four.mjs';

const [url = 'ws://127.0.0.1:9082', name = 'Bot'] = process.argv.slice(2);
const LIKED = [3, 2, 4, 1, 5, 0, 6];

class Bot extends FourNode {
  board = new Board();
  names = [];
  mark = 0;

  begin(names, mark) {
    this.names = names;
    this.mark = mark;
    if (mark === 1) this.move();
  }

  placed(column, row, mark) {
    this.board.put(column, row, mark);
    if (mark !== this.mark && this.board.freeColumns.length > 0) this.move();
  }

  move() {
    const free = LIKED.filter((column) => this.board.rowFor(column) >= 0);
    this.rpc_id(1, 'place', free.find((column) => this.winsAt(column)) ?? free[0]);
  }

  winsAt(column) {
    const row = this.board.rowFor(column);
    this.board.put(column, row, this.mark);
    const wins = this.board.wins(column, row);
    this.board.put(column, row, 0);
    return wins;
  }

  over(winner, why) {
    console.log(`${winner === 0 ? 'nobody' : this.names[winner - 1]} wins: ${why}`);
    console.log(`board ${this.board}`);
    peer.close();
  }
}

const peer = new WebSocketMultiplayerPeer();
peer.create_client(url);
const tree = new SceneTree();
const bot = new Bot();
tree.root.add_child(bot);
const scene = tree.get_multiplayer();
scene.multiplayer_peer = peer;
scene.connect('connected_to_server', () => bot.rpc_id(1, 'sit_down', name));
scene.connect('server_disconnected', () => console.log('the connection has ended'));
scene.connect('connection_failed', () => console.log(`no server at ${url}`));
scene.connect('activity', () => tree.process(0));
