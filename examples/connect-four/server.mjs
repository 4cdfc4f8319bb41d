#!/usr/bin/env node
// The lobby and the rules of connect four, for the Godot project beside it: who sits down plays with the next who does.
//
// node examples/connect-four/server.mjs [port]     (9082 unless given, 0: the system chooses)
import { OK, WebSocketMultiplayerPeer } from 'websocketpeer';
import { SceneTree } from 'websocketpeer/scene';
import { Board, FourNode } from './four.mjs';

const MOST_LETTERS = 20;

class Lobby extends FourNode {
  /** Who has sat down alone: its id and name. */
  waiting = null;
  /** Games by the ids of their players. */
  games = new Map();

  sit_down(name) {
    const id = this.multiplayer.get_remote_sender_id();
    if (typeof name !== 'string' || this.games.has(id) || this.waiting?.id === id) return;
    const player = { id, name: name.slice(0, MOST_LETTERS) };
    if (this.waiting === null) {
      this.waiting = player;
      return;
    }
    const game = { players: [this.waiting, player], board: new Board(), turn: 1 };
    this.waiting = null;
    const names = game.players.map((one) => one.name);
    console.log(`${names.join(' and ')} play`);
    for (const [i, one] of game.players.entries()) {
      this.games.set(one.id, game);
      this.rpc_id(one.id, 'begin', names, i + 1);
    }
  }

  place(column) {
    const id = this.multiplayer.get_remote_sender_id();
    const game = this.games.get(id);
    if (game === undefined || game.players[game.turn - 1].id !== id) return; // not its turn
    const row = game.board.rowFor(column);
    if (row < 0) return;
    const mark = game.turn;
    game.board.put(column, row, mark);
    game.turn = 3 - mark;
    this.tell(game, 'placed', column, row, mark);
    if (game.board.wins(column, row)) this.end(game, mark, 'four in a row');
    else if (game.board.freeColumns.length === 0) this.end(game, 0, 'the board is full');
  }

  left(id) {
    if (this.waiting?.id === id) this.waiting = null;
    const game = this.games.get(id);
    if (game === undefined) return;
    this.games.delete(id);
    const other = game.players.findIndex((one) => one.id !== id);
    this.end(game, other + 1, 'the other has left');
  }

  end(game, winner, why) {
    this.tell(game, 'over', winner, why);
    for (const { id } of game.players) this.games.delete(id);
    console.log(`${winner === 0 ? 'nobody' : game.players[winner - 1].name} wins: ${why}`);
    console.log(`board ${game.board}`);
  }

  /** Calls a method at both players, or at the one who is still there. */
  tell(game, method, ...args) {
    for (const { id } of game.players) if (this.games.has(id)) this.rpc_id(id, method, ...args);
  }
}

const port = Number(process.argv[2] ?? 9082);
const peer = new WebSocketMultiplayerPeer();
if (peer.create_server(port) !== OK) throw new Error(`can't listen on port ${port}`);
const tree = new SceneTree();
const lobby = new Lobby();
tree.root.add_child(lobby);
const scene = tree.get_multiplayer();
scene.multiplayer_peer = peer;
scene.connect('peer_disconnected', (id) => lobby.left(id));
// Nothing moves by itself here: a frame is due when something has come.
scene.connect('activity', () => tree.process(0));
console.log(`connect four on ws://127.0.0.1:${peer.get_local_port()}`);

const stop = () => peer.drain(5).then(() => peer.close());
process.once('SIGINT', stop).once('SIGTERM', stop);
