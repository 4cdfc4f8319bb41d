// One room: a game with its players, and a file in which it is kept while nobody plays it.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OK } from 'websocketpeer';
import { ClusterMultiplayerPeer } from 'websocketpeer/cluster';
import { SceneTree } from 'websocketpeer/scene';
import { GameNode } from './game.mjs';

export class Room extends GameNode {
  #peer = new ClusterMultiplayerPeer();
  #tree = new SceneTree();
  #directory;
  #file;
  /** null until the first player is there: by then the room is this process's for certain, and the file is not another's. */
  #count = null;
  #isEnding = false;

  constructor(room, directory) {
    super();
    this.#directory = directory;
    this.#file = join(directory, `${room}.json`); // names of rooms are letters, digits, _ and -
    this.room = room;
  }

  /** Becomes a room of `host`; `ended` is called when it is none any more. */
  open(host, ended) {
    if (this.#peer.create_room(host, this.room) !== OK) return false;
    this.#tree.root.add_child(this);
    const scene = this.#tree.get_multiplayer();
    scene.multiplayer_peer = this.#peer;
    scene.connect('peer_connected', (id) => this.#welcome(id));
    scene.connect('peer_disconnected', () => {
      if (scene.get_peers().length > 0) return;
      this.store();
      this.#peer.close(); // the name is free for any process
    });
    // Closed here or by the host, or the name is lost: then the file is another process's.
    scene.connect('server_disconnected', ended);
    scene.connect('activity', () => this.#tree.process(0));
    return true;
  }

  /** A player has pressed the button. */
  press() {
    this.#count += 1;
    if (this.#isEnding) this.store();
    this.rpc('pressed', this.#count, this.multiplayer.get_remote_sender_id());
  }

  /** The process is about to end: from now on nothing may be lost, however the end comes. */
  prepareForEnd() {
    this.#isEnding = true;
    this.store();
  }

  /** Keeps the state. Another process may read the file at any time, so it is whole or not there. */
  store() {
    if (this.#count === null) return;
    mkdirSync(this.#directory, { recursive: true });
    writeFileSync(`${this.#file}.new`, JSON.stringify({ count: this.#count }));
    renameSync(`${this.#file}.new`, this.#file);
  }

  #welcome(id) {
    this.#count ??= this.#stored();
    this.rpc_id(id, 'pressed', this.#count, 0);
  }

  #stored() {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')).count;
    } catch ({ code, message }) {
      if (code !== 'ENOENT') console.error(`${this.#file}: ${message}`);
      return 0;
    }
  }
}
