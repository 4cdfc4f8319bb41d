// Coin rush as both sides know it: the scenes of the Godot project, with what the network needs of them.
import {
  MultiplayerSpawner,
  MultiplayerSynchronizer,
  Node,
  register_scene,
  SceneReplicationConfig,
} from 'websocketpeer/scene';
import { Vector2 } from 'websocketpeer/variant';

const { REPLICATION_MODE_ALWAYS, REPLICATION_MODE_ON_CHANGE, REPLICATION_MODE_NEVER } = SceneReplicationConfig;

function config(modes) {
  const made = new SceneReplicationConfig();
  for (const [path, mode] of Object.entries(modes)) {
    made.add_property(path);
    made.property_set_replication_mode(path, mode);
  }
  return made;
}

const STATE = config({ '.:position': REPLICATION_MODE_ALWAYS, '.:score': REPLICATION_MODE_ON_CHANGE });
const INPUT = config({ '.:direction': REPLICATION_MODE_ALWAYS });
const PLACE = config({ '.:position': REPLICATION_MODE_NEVER });

/** Adds a child with a name. */
function add(parent, name, child) {
  child.name = name;
  parent.add_child(child);
  return child;
}

function synchronize(node, replication_config) {
  add(node, 'Sync', new MultiplayerSynchronizer()).replication_config = replication_config;
}

class PlayerInput extends Node {
  direction = new Vector2();

  constructor() {
    super();
    synchronize(this, INPUT);
  }
}

/** player.tscn */
export class Player extends Node {
  position = new Vector2();
  score = 0;
  input = new PlayerInput();

  constructor() {
    super();
    synchronize(this, STATE);
    add(this, 'Input', this.input);
  }

  _enter_tree() {
    this.input.set_multiplayer_authority(this.id);
  }

  get id() {
    return Number(this.name);
  }
}

/** coin.tscn */
export class Coin extends Node {
  position = new Vector2();

  constructor() {
    super();
    synchronize(this, PLACE);
  }
}

register_scene('res://player.tscn', () => new Player());
register_scene('res://coin.tscn', () => new Coin());

/** main.tscn */
export class Rush extends Node {
  static rpcs = { over: { call_local: true } };

  constructor() {
    super();
    this.name = 'Main';
    for (const name of ['Players', 'Coins']) add(this, name, new Node());
    for (const [name, path, scene] of [
      ['PlayerSpawner', '../Players', 'res://player.tscn'],
      ['CoinSpawner', '../Coins', 'res://coin.tscn'],
    ]) {
      const spawner = new MultiplayerSpawner();
      spawner.spawn_path = path;
      spawner.add_spawnable_scene(scene);
      add(this, name, spawner);
    }
  }

  get players() {
    return this.get_node('Players').get_children();
  }

  get coins() {
    return this.get_node('Coins').get_children();
  }

  over(winner) {
    const scores = this.players.map(({ name, score, position }) => `${name}=${score} at ${position.x},${position.y}`);
    console.log(`over: ${winner} wins, ${scores.sort().join(' ')}`);
  }
}
