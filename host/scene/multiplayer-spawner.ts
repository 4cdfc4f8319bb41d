// Godot's MultiplayerSpawner: nodes that its authority adds below a node, and that appear at the other peers.
import { requireFunction, requireInt, requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { printError } from '../binding/error-handler.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import { textOfThrown } from '../binding/thrown.js';
import type { int32, NodePath, uint32 } from '../binding/types.js';
import { MultiplayerSpawnerInfo } from './class-infos.generated.js';
import { Node, type NodeSignals } from './node.js';
import { instantiate_scene } from './scenes.js';

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
  readonly #entered = (node: Node): void => this.#notice(node);

  override [CLASS_INFO](): ClassInfo {
    return MultiplayerSpawnerInfo();
  }

  /** Adds a scene to the list, by whose places the peers name scenes. */
  add_spawnable_scene(path: string): void {
    if (this.#scenes.length < CUSTOM) this.#scenes.push(requireString('path', path));
    else printError(`add_spawnable_scene: there are ${CUSTOM} scenes already`, this);
  }

  /** @const */
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

  clear_spawnable_scenes(): void {
    this.#scenes = [];
  }

  /**
   * Spawns a node that `spawn_function` makes from `data`, here and at all peers, and returns it; null, with a message,
   * when this side is not the authority, without a `spawn_function`, or when there are `spawn_limit` nodes already.
   *
   * The node is a child of the one at `spawn_path` then. `data` is whatever Godot's variables can be.
   */
  spawn(data: unknown = null): Node | null {
    const parent = this.#parent;
    if (parent === null) return this.#refuse('there is no node at spawn_path');
    if (!this.is_multiplayer_authority()) return this.#refuse('this side is not the authority');
    if (this.#isFull) return this.#refuse(`there are ${this.#limit} nodes already (spawn_limit)`);
    const node = this.#make(CUSTOM, data);
    if (node === null) return null;
    this.#nodes.set(node, { scene: CUSTOM, argument: data });
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

  /** Most nodes that this spawner has at one time; 0, no limit, unless set. */
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
    this.#limit = requireInt('limit', limit);
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

  override _ready(): void {
    this.#watch();
  }

  override _exit_tree(): void {
    this.#unwatch();
    this.#nodes.clear();
  }

  get #parent(): Node | null {
    return this.#spawnPath === '' ? null : this.get_node_or_null(this.#spawnPath);
  }

  get #isFull(): boolean {
    return this.#limit > 0 && this.#nodes.size >= this.#limit;
  }

  #refuse(reason: string): null {
    printError(`spawn: ${reason}`, this);
    return null;
  }

  #watch(): void {
    this.#unwatch();
    this.#watched = this.#parent;
    this.#watched?.connect('child_entered_tree', this.#entered);
  }

  #unwatch(): void {
    this.#watched?.disconnect('child_entered_tree', this.#entered);
    this.#watched = null;
  }

  /** A child has entered: it is spawned once it is ready, if it is one of ours. */
  #notice(node: Node): void {
    if (!this.is_multiplayer_authority()) return;
    const scene = this.#scenes.indexOf(node.scene_file_path);
    if (!this.#nodes.has(node)) {
      if (scene < 0) return;
      if (this.#isFull) {
        printError(`"${node.name}" is not spawned: there are ${this.#limit} nodes already (spawn_limit)`, this);
        return;
      }
      this.#nodes.set(node, { scene, argument: null });
    }
    const { multiplayer } = this;
    const { CONNECT_ONE_SHOT } = this;
    node.connect('tree_exiting', () => this.#nodes.delete(node), CONNECT_ONE_SHOT);
    if (node.is_node_ready())
      queueMicrotask(() => node.is_inside_tree() && multiplayer?.object_configuration_add(node, this));
    else node.connect('ready', () => multiplayer?.object_configuration_add(node, this), CONNECT_ONE_SHOT);
  }

  /** How this side has spawned `node`. */
  [SPAWNED](node: Node): Spawned | undefined {
    return this.#nodes.get(node);
  }

  /** A node that the authority has spawned; null, with a message, when it can't be made. */
  [MAKE](scene: number, argument: unknown): { node: Node; parent: Node } | null {
    const parent = this.#parent;
    const node = parent === null ? null : this.#make(scene, argument);
    return node === null || parent === null ? null : { node, parent };
  }

  #make(scene: number, argument: unknown): Node | null {
    if (scene !== CUSTOM) {
      const path = this.#scenes[scene];
      return path === undefined ? this.#refuse(`there is no scene ${scene}`) : instantiate_scene(path);
    }
    if (this.#function === null) return this.#refuse('spawn_function is not set');
    try {
      const node = this.#function(argument);
      return node instanceof Node && node.get_parent() === null
        ? node
        : this.#refuse('spawn_function must return a Node without a parent');
    } catch (error) {
      return this.#refuse(`spawn_function threw ${textOfThrown(error, 'stack')}`);
    }
  }
}
