// The game of ../projects/scene in JavaScript: the same nodes, calls, spawner and synchronizers, and the same notes.
import {
  MultiplayerSpawner,
  MultiplayerSynchronizer,
  Node,
  register_scene,
  SceneReplicationConfig,
} from '../../../host/scene/index.js';
import { Vector2 } from '../../../host/variant/index.js';

type Note = (text: string) => void;

export class Game extends Node {
  static rpcs = {
    say: { mode: 'any_peer' },
    shout: { mode: 'any_peer', call_local: true, transfer_mode: 'unreliable', channel: 2, arguments: [1, 2] },
    announce: {},
    ping: { mode: 'any_peer' },
  } as const;
  readonly note: Note;
  readonly world = new Node();
  readonly spawner = new MultiplayerSpawner();

  constructor(note: Note) {
    super();
    this.note = note;
    this.name = 'Game';
    this.world.name = 'World';
    this.add_child(this.world);
    this.spawner.name = 'Spawner';
    this.spawner.spawn_path = '../World';
    this.spawner.add_spawnable_scene('res://unit.tscn');
    this.add_child(this.spawner);
    this.spawner.connect('spawned', (node: Node) => note(`spawned ${node.name}`));
    this.spawner.connect('despawned', (node: Node) => note(`despawned ${node.name}`));
  }

  say(value: unknown): void {
    this.#note('said', [value]);
  }

  shout(text: string, times = 1): void {
    this.#note('shouted', [text, times]);
  }

  announce(text: string): void {
    this.#note('announced', [text]);
  }

  ping(count: number): void {
    this.#note('pinged', [count]);
    if (count > 0) (this as Game).rpc_id(this.multiplayer?.get_remote_sender_id() ?? 0, 'ping', count - 1);
  }

  never(text: string): void {
    this.#note('never', [text]);
  }

  #note(what: string, values: unknown[]): void {
    this.note(`${what} ${this.multiplayer?.get_remote_sender_id()} ${JSON.stringify(values)}`);
  }
}

const { REPLICATION_MODE_ON_CHANGE } = SceneReplicationConfig;
const STATE = new SceneReplicationConfig();
STATE.add_property('.:position');
STATE.add_property('.:hp');
STATE.property_set_replication_mode('.:hp', REPLICATION_MODE_ON_CHANGE);
const INPUT = new SceneReplicationConfig();
INPUT.add_property('.:direction');

function synchronizer(parent: Node, config: SceneReplicationConfig): MultiplayerSynchronizer {
  const made = new MultiplayerSynchronizer();
  made.name = 'Sync';
  made.replication_config = config;
  parent.add_child(made);
  return made;
}

class Input extends Node {
  direction = new Vector2();
}

class Unit extends Node {
  position = new Vector2();
  hp = 100;
  readonly input = new Input();
  readonly #told = new Map<string, string>();

  constructor() {
    super();
    const state = synchronizer(this, STATE);
    this.input.name = 'Input';
    this.add_child(this.input);
    const input = synchronizer(this.input, INPUT);
    for (const signal of ['synchronized', 'delta_synchronized'] as const) {
      state.connect(signal, () => this.#tell(this.#state));
    }
    input.connect('synchronized', () => {
      const { x, y } = this.input.direction;
      this.#tell(`input ${this.name} ${x},${y}`);
    });
  }

  override _enter_tree(): void {
    this.input.set_multiplayer_authority(Number.parseInt(this.name, 10) || 0);
  }

  override _ready(): void {
    this.#tell(this.#state);
  }

  get #state(): string {
    return `unit ${this.name} at ${this.position.x},${this.position.y} hp ${this.hp}`;
  }

  /** Only what is new. */
  #tell(text: string): void {
    const [what] = text.split(' ');
    if (this.#told.get(what) !== text) (this.get_node('../..') as Game).note(text);
    this.#told.set(what, text);
  }
}

register_scene('res://unit.tscn', () => new Unit());
