// Godot's MultiplayerSpawner: nodes that its authority adds below a node, and that appear at the other peers.
import { requireFunction, requireInt, requireString, requireUint32 } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { printError } from '../binding/error-handler.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import { textOfThrown } from '../binding/thrown.js';
import type { int32, NodePath, uint32 } from '../binding/types.js';
import { MultiplayerSpawnerInfo } from './class-infos.generated.js';
import { Node, type NodeSignals } from './node.js';
import { validName } from './node-names.js';
import { sceneNode } from './scenes.js';

/** Signals of MultiplayerSpawner. */
export interface MultiplayerSpawnerSignals extends NodeSignals {
  /** A node has appeared that the authority has spawned; not emitted at the authority. */
  spawned: [node: Node];
  /** A node disappears that the authority has despawned; not emitted at the authority. */
  despawned: [node: Node];
}

/** Makes a node from the argument of `spawn`. */
export type SpawnFunction = (data: unknown) => Node;

/** Keys by which the replication reaches a spawner. */
export const SPAWNED: unique symbol = Symbol('spawned');
export const MAKE: unique symbol = Symbol('make');

/** How a node was spawned: the number of its scene, or CUSTOM with an argument. */
export interface Spawned {
  readonly scene: number;
  readonly argument: unknown;
}

/** Stands for `spawn_function` in the place of a scene's number. */
export const CUSTOM = 255;

export interface MultiplayerSpawner extends SignalObjects<MultiplayerSpawnerSignals> {}

/**
 * Makes nodes appear at all peers, those that join later included, and disappear again.
 *
 * Its authority adds children to the node at `spawn_path`: those that `instantiate_scene` has made from one of its
 * scenes are spawned by themselves, others by `spawn`. Put the same spawner, at the same path, with the same scenes in
 * the same order, on all sides.
 */
export class MultiplayerSpawner extends Node {
  declare readonly signals: MultiplayerSpawnerSignals;

  static {
    defineSignals(this.prototype, 'spawned', 'despawned');
  }

  #scenes: string[] = [];
  #spawnPath = '';
  #limit = 0;
  #function: SpawnFunction | null = null;
  /** Nodes that this side has spawned. */
  readonly #nodes = new Map<Node, Spawned>();
  #watched: Node | null = null;
  /** Nodes that have come back and were ready before: they are spawned once all that is below them is there. */
  #returning: Node[] = [];
  readonly #entered = (node: Node): void => this.#notice(node);
  readonly #ordered = (): void => this.#welcome();

  constructor() {
    super();
    // By signals, so that a subclass may have a `_ready` of its own.
    this.connect('ready', () => this.#watch());
    this.connect('tree_entered', () => {
      if (this.is_node_ready()) this.#watch();
    });
    this.connect('tree_exiting', () => {
      this.#unwatch();
      this.#nodes.clear();
    });
  }

  override [CLASS_INFO](): ClassInfo {
    return MultiplayerSpawnerInfo();
  }

  /** Adds a scene to the list, by whose places the peers name scenes. */
  add_spawnable_scene(path: string): void {
    if (this.#scenes.length < CUSTOM) this.#scenes.push(requireString('path', path));
    else printError(`add_spawnable_scene: there are ${CUSTOM} scenes already`, this);
  }

  /**
   * Number of scenes in the list.
   *
   * @const
   */
  get_spawnable_scene_count(): int32 {
    return this.#scenes.length;
  }

  /**
   * Path of the scene at `index`; prints and returns '' when there is none.
   *
   * @const
   */
  get_spawnable_scene(index: int32): string {
    const scene = this.#scenes[requireInt('index', index)];
    if (scene === undefined) printError(`get_spawnable_scene: there is no scene ${index}`, this);
    return scene ?? '';
  }

  /** Empties the list of scenes; nodes that are spawned stay. */
  clear_spawnable_scenes(): void {
    this.#scenes = [];
  }

  /**
   * Spawns a node that `spawn_function` makes from `data`, here and at all peers, and returns it; null, with a message,
   * outside of a tree, without a multiplayer peer, when this side is not the authority, without a node at `spawn_path`
   * or a `spawn_function`, or when there are `spawn_limit` nodes already.
   *
   * The node is a child of the one at `spawn_path` then. `data` is whatever Godot's variables can be; peers that join
   * later get it as it was when the node became ready.
   */
  spawn(data: unknown = null): Node | null {
    if (!this.is_inside_tree()) return this.#refuse('the spawner is not inside a tree');
    if (this.multiplayer?.has_multiplayer_peer() !== true) return this.#refuse('there is no multiplayer_peer');
    if (!this.is_multiplayer_authority()) return this.#refuse('this side is not the authority');
    if (this.#limit > 0 && this.#nodes.size >= this.#limit) {
      return this.#refuse(`there are ${this.#limit} nodes already (spawn_limit)`);
    }
    const parent = this.#parent;
    if (parent === null) return this.#refuse(`there is no node at spawn_path "${this.#spawnPath}"`);
    const node = this.#make(CUSTOM, data);
    if (typeof node === 'string') return this.#refuse(node);
    this.#track(node, { scene: CUSTOM, argument: data });
    parent.add_child(node, true);
    return node;
  }

  /** Path of the node whose children are spawned, from here; '' unless set. */
  get spawn_path(): NodePath {
    return this.#spawnPath;
  }
  set spawn_path(path: NodePath) {
    this.set_spawn_path(path);
  }
  /** @const */
  get_spawn_path(): NodePath {
    return this.#spawnPath;
  }
  set_spawn_path(path: NodePath): void {
    this.#spawnPath = requireString('path', path);
    if (this.is_inside_tree()) this.#watch();
  }

  /**
   * Most nodes that this spawner has when `spawn` adds another; 0, no limit, unless set.
   *
   * **Note:** As in the engine, nodes that become children of `spawn_path` otherwise count, but are not refused.
   */
  get spawn_limit(): uint32 {
    return this.#limit;
  }
  set spawn_limit(limit: uint32) {
    this.set_spawn_limit(limit);
  }
  /** @const */
  get_spawn_limit(): uint32 {
    return this.#limit;
  }
  set_spawn_limit(limit: uint32): void {
    this.#limit = requireUint32('limit', limit);
  }

  /** Makes the nodes of `spawn`, at all sides, each from the argument; null unless set. It must not add them. */
  get spawn_function(): SpawnFunction | null {
    return this.#function;
  }
  set spawn_function(spawn_function: SpawnFunction | null) {
    this.set_spawn_function(spawn_function);
  }
  /** @const */
  get_spawn_function(): SpawnFunction | null {
    return this.#function;
  }
  set_spawn_function(spawn_function: SpawnFunction | null): void {
    if (spawn_function !== null) requireFunction('spawn_function', spawn_function);
    this.#function = spawn_function;
  }

  get #parent(): Node | null {
    return this.#spawnPath === '' ? null : this.get_node_or_null(this.#spawnPath);
  }

  #refuse(reason: string): null {
    printError(`spawn: ${reason}`, this);
    return null;
  }

  #watch(): void {
    this.#unwatch();
    this.#watched = this.#parent;
    this.#watched?.connect('child_entered_tree', this.#entered);
    this.#watched?.connect('child_order_changed', this.#ordered);
  }

  #unwatch(): void {
    this.#watched?.disconnect('child_entered_tree', this.#entered);
    this.#watched?.disconnect('child_order_changed', this.#ordered);
    this.#watched = null;
    this.#returning = [];
  }

  /** A child has entered: it is spawned once it is ready, if it is of one of our scenes. */
  #notice(node: Node): void {
    if (this.#nodes.has(node) || this.multiplayer?.has_multiplayer_peer() !== true) return;
    const scene = this.#scenes.indexOf(node.scene_file_path);
    if (scene < 0 || !this.is_multiplayer_authority()) return;
    const { name } = node;
    if (name !== validName(name)) {
      printError(`"${name}" is not spawned: other peers refuse such a name; use add_child(node, true)`, this);
      return;
    }
    this.#track(node, { scene, argument: null });
  }

  #track(node: Node, how: Spawned): void {
    this.#nodes.set(node, how);
    const { CONNECT_ONE_SHOT } = this;
    node.connect('tree_exiting', () => this.#nodes.delete(node), CONNECT_ONE_SHOT);
    if (node.is_node_ready()) this.#returning.push(node);
    else node.connect('ready', () => this.#offer(node), CONNECT_ONE_SHOT);
  }

  #offer(node: Node): void {
    if (this.#nodes.has(node)) this.multiplayer?.object_configuration_add(node, this);
  }

  #welcome(): void {
    if (this.#returning.length === 0) return;
    const nodes = this.#returning;
    this.#returning = nodes.filter((node) => !node.is_inside_tree());
    for (const node of nodes) if (node.is_inside_tree()) this.#offer(node);
  }

  /** How this side has spawned `node`. */
  [SPAWNED](node: Node): Spawned | undefined {
    return this.#nodes.get(node);
  }

  /** A node that the authority has spawned, with its parent to be; or why it can't be made. */
  [MAKE](scene: number, argument: unknown): { node: Node; parent: Node } | string {
    const parent = this.#parent;
    if (parent === null) return `there is no node at spawn_path "${this.#spawnPath}"`;
    const node = this.#make(scene, argument);
    return typeof node === 'string' ? node : { node, parent };
  }

  #make(scene: number, argument: unknown): Node | string {
    try {
      if (scene === CUSTOM) return this.#makeCustom(argument);
      const path = this.#scenes[scene];
      return path === undefined ? `there is no scene ${scene}` : sceneNode(path);
    } catch (error) {
      return `its function threw ${textOfThrown(error, 'stack')}`;
    }
  }

  #makeCustom(argument: unknown): Node | string {
    if (this.#function === null) return 'spawn_function is not set';
    const node: unknown = this.#function(argument);
    if (node instanceof Node && node.get_parent() === null) return node;
    return 'spawn_function must return a Node without a parent';
  }
}
