// Godot's Node, as far as the network needs it: a place in a tree, an authority, and methods that others may call.
import { requireBool, requireInstance, requireInt, requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { printError, refuse, refuseWith } from '../binding/error-handler.js';
import { ERR_UNCONFIGURED, type GodotError } from '../binding/errors.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { GodotObject, type ObjectSignals } from '../binding/object.js';
import { callTelling } from '../binding/object-members.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import type { int, int32, NodePath, StringName } from '../binding/types.js';
import type { MultiplayerAPI } from '../godot4/multiplayer/multiplayer-api.js';
import { NodeInfo } from './class-infos.generated.js';
import { freeName, readableName, rekey, validName } from './node-names.js';
import { RPCS, type RpcConfig, Rpcs } from './rpc-config.js';
import type { ArgumentsOf, Having, MethodName } from './rpc-types.js';
import { API_OF, ENTER, ENTERED, EXACT_NAME, LEAVES, RENAMED, type Tree } from './tree.js';
import { follow, pathBetween, pathFromTop } from './ways.js';

/** Signals of Node. */
export interface NodeSignals extends ObjectSignals {
  /** The node and all of its children are in the tree, for the first time. */
  ready: [];
  /** The name has changed. */
  renamed: [];
  /** The node is in a tree now; its children follow. */
  tree_entered: [];
  /** The node is about to leave the tree; its children have been told. */
  tree_exiting: [];
  /** The node has left the tree. */
  tree_exited: [];
  /** A child has entered the tree. */
  child_entered_tree: [node: Node];
  /** A child is about to leave the tree. */
  child_exiting_tree: [node: Node];
  /** Children were added, moved or removed. */
  child_order_changed: [];
}

export interface Node extends SignalObjects<NodeSignals> {}

/**
 * A part of a game's scene tree, by whose path and methods peers call each other.
 *
 * Extend it, and say in `static rpcs` which methods others may call (each an `RpcConfig`; those of base classes count,
 * too):
 *
 * ```js
 * class Player extends Node {
 *   static rpcs = { move: { mode: 'any_peer', call_local: true } };
 *   move(x, y) {
 *     console.log(this.multiplayer.get_remote_sender_id(), 'goes to', x, y);
 *   }
 * }
 * ```
 *
 * A node that is the same on all sides has the same path on all sides, and the same callable methods: what a Godot
 * project marks with `@rpc`. A method that only the other side has is declared without a body (`declare` in TypeScript).
 *
 * **Note:** There is no more of a scene than that: no transforms, no physics, no resources, no `_process`.
 */
export class Node extends GodotObject {
  declare readonly signals: NodeSignals;

  static {
    defineSignals(
      this.prototype,
      'ready',
      'renamed',
      'tree_entered',
      'tree_exiting',
      'tree_exited',
      'child_entered_tree',
      'child_exiting_tree',
      'child_order_changed',
    );
  }

  #name = '';
  #parent: Node | null = null;
  /** By name, in order. */
  readonly #children = new Map<string, Node>();
  #tree: Tree<Node> | null = null;
  #isReady = false;
  #isQueued = false;

  /**
   * The node's name, unique among the children of its parent; '' until it is set or the node gets a parent.
   *
   * Characters with a meaning in paths (`.` `:` `@` `/` `"` `%`) become underscores. A name that a sibling has is
   * counted up: `Coin2`.
   */
  get name(): StringName {
    return this.#name;
  }
  set name(name: StringName) {
    this.set_name(name);
  }
  /** @const */
  get_name(): StringName {
    return this.#name;
  }
  set_name(name: StringName): void {
    const wanted = validName(requireString('name', name));
    if (wanted === '') {
      printError('name must not be empty; it stays as it was', this);
      return;
    }
    const parent = this.#parent;
    const before = this.#name;
    if (parent === null) this.#name = wanted;
    else if (wanted !== before) {
      this.#name = readableName(wanted, (one) => parent.#children.has(one));
      rekey(parent.#children, before, this.#name);
    }
    this.emit_signal('renamed');
    this.#tree?.[RENAMED](this);
  }

  /**
   * Makes `node` the last child.
   *
   * A node without a name, or with the name of another child, is given another one: with `force_readable_name` one that
   * counts up (`Coin2`), else `@Node@2`. Prints when `node` has a parent already, is this node or above it.
   */
  add_child(node: Node, force_readable_name = false): void {
    requireBool('force_readable_name', force_readable_name);
    const child = requireInstance('node', Node, node);
    const obstacle = this.#obstacleTo(child);
    if (obstacle === null) this.#adopt(child, force_readable_name);
    else printError(`add_child: "${child.#name}" ${obstacle}`, this);
  }

  /** Why `child` can't be one; null when it can. */
  #obstacleTo(child: Node): string | null {
    if (child === this) return "can't be a child of itself";
    if (child.#parent !== null) return `has a parent already, "${child.#parent.#name}"`;
    return child.is_ancestor_of(this) ? `is above "${this.#name}"` : null;
  }

  #adopt(child: Node, isReadable: boolean): void {
    const isTaken = (name: string): boolean => this.#children.has(name);
    if (isReadable) child.#name = readableName(child.#name || child.get_class(), isTaken);
    else child.#name = freeName(child.#name, child.get_class(), isTaken);
    child.#parent = this;
    this.#children.set(child.#name, child);
    if (this.#tree !== null) child[ENTER](this.#tree);
    this.emit_signal('child_order_changed');
  }

  /** Removes the child `node`, which lives on without a parent. Prints when it is no child of this node. */
  remove_child(node: Node): void {
    const child = requireInstance('node', Node, node);
    if (child.#parent !== this) {
      printError(`remove_child: "${child.#name}" is no child of "${this.#name}"`, this);
      return;
    }
    if (child.#tree !== null) child.#leave();
    this.#children.delete(child.#name);
    child.#parent = null;
    this.emit_signal('child_order_changed');
    child.#left();
  }

  /** Takes the node from its parent and makes it a child of `new_parent`. */
  reparent(new_parent: Node): void {
    const parent = requireInstance('new_parent', Node, new_parent);
    if (this.#parent === null) {
      printError('reparent: the node has no parent; use add_child', this);
      return;
    }
    if (parent === this.#parent) return;
    this.#parent.remove_child(this);
    parent.add_child(this);
  }

  /**
   * The node above, or null.
   *
   * @const
   */
  get_parent(): Node | null {
    return this.#parent;
  }

  /**
   * The children, in order: a copy of the list.
   *
   * @godotReturns typedarray::Node
   * @const
   */
  get_children(): Node[] {
    return [...this.#children.values()];
  }

  /**
   * Number of children.
   *
   * @const
   */
  get_child_count(): int32 {
    return this.#children.size;
  }

  /**
   * The child at `idx`, counted from the end when negative; prints and returns null when there is none.
   *
   * @const
   */
  get_child(idx: int32): Node | null {
    const child = this.get_children().at(requireInt('idx', idx));
    return child ?? refuseWith(null, `get_child: there is no child ${idx} of ${this.#children.size}`, this);
  }

  /**
   * Position among the children of the parent; 0 without a parent.
   *
   * @const
   */
  get_index(): int32 {
    return this.#parent === null ? 0 : [...this.#parent.#children.values()].indexOf(this);
  }

  /**
   * The node at `path`, from here or from the tree's root (`/root/Main`); prints and returns null when there is none.
   *
   * @const
   */
  get_node(path: NodePath): Node | null {
    const found = this.get_node_or_null(path);
    return found ?? refuseWith(null, `get_node: there is no node "${path}" below "${this.#describe()}"`, this);
  }

  /**
   * As `get_node`, but silent.
   *
   * @const
   */
  get_node_or_null(path: NodePath): Node | null {
    // What follows a colon is a property's.
    const [nodes] = requireString('path', path).split(':') as [string];
    const names = nodes.split('/').filter((name) => name !== '');
    if (names.length === 0) return null;
    if (!nodes.startsWith('/')) return this.#down(names);
    const root = this.#tree?.root ?? null;
    return root !== null && names.shift() === root.#name ? root.#down(names) : null;
  }

  #down(names: readonly string[]): Node | null {
    return follow<Node>(this, names, (node, name) => node.#children.get(name));
  }

  /**
   * Whether there is a node at `path`.
   *
   * @const
   */
  has_node(path: NodePath): boolean {
    return this.get_node_or_null(path) !== null;
  }

  /**
   * Path from the tree's root (`/root/Main`); prints and returns '' outside of a tree.
   *
   * @const
   */
  get_path(): NodePath {
    if (this.#tree === null) return refuseWith('', 'get_path: the node is not inside a tree', this);
    return this.#describe();
  }

  #describe(): string {
    return `${this.#tree === null ? '' : '/'}${pathFromTop<Node>(this)}`;
  }

  /**
   * Path from this node to `node`; prints and returns '' when they are in no common tree.
   *
   * @const
   */
  get_path_to(node: Node): NodePath {
    const path = pathBetween<Node>(this, requireInstance('node', Node, node));
    return path ?? refuseWith('', 'get_path_to: the nodes are in different trees', this);
  }

  /**
   * Whether `node` is below this node, at any depth.
   *
   * @const
   */
  is_ancestor_of(node: Node): boolean {
    for (let at = requireInstance('node', Node, node).#parent; at !== null; at = at.#parent)
      if (at === this) return true;
    return false;
  }

  /**
   * Whether the node is in a tree.
   *
   * @const
   */
  is_inside_tree(): boolean {
    return this.#tree !== null;
  }

  /**
   * The tree that this node is in, or null.
   *
   * @const
   */
  get_tree(): Tree<Node> | null {
    return this.#tree;
  }

  /**
   * Whether `_ready` was called.
   *
   * @const
   */
  is_node_ready(): boolean {
    return this.#isReady;
  }

  /** `_ready` is called once more when the node enters a tree again. */
  request_ready(): void {
    this.#isReady = false;
  }

  /** Frees the node and everything below it at the end of the tree's frame, and at the latest at the end of this turn. */
  queue_free(): void {
    if (!this.#isQueued && this.#tree !== null) this.#tree.queue_delete(this);
    else if (!this.#isQueued) queueMicrotask(() => this.free());
    this.#isQueued = true;
  }

  override is_queued_for_deletion(): boolean {
    return this.#isQueued;
  }

  /**
   * Takes the node, with everything below it, out of its tree for ever.
   *
   * @addition
   */
  free(): void {
    this.#parent?.remove_child(this);
    for (const child of [...this.#children.values()].reverse()) child.free();
  }

  /**
   * Called when the node has entered a tree, before its children.
   *
   * @virtual
   */
  _enter_tree(): void {}

  /**
   * Called when the node leaves a tree, after its children.
   *
   * @virtual
   */
  _exit_tree(): void {}

  /**
   * Called once, when the node and all of its children have entered a tree.
   *
   * @virtual
   */
  _ready(): void {}

  [EXACT_NAME](name: string): void {
    this.#name = name;
  }

  /** Enters `tree` with everything below: a node before its children, ready after them. */
  [ENTER](tree: Tree<Node>): void {
    this.#enter(tree);
    this.#makeReady();
  }

  #enter(tree: Tree<Node>): void {
    this.#tree = tree;
    callTelling('the node', this.#name, () => this._enter_tree(), []);
    this.emit_signal('tree_entered');
    tree[ENTERED](this);
    this.#parent?.emit_signal('child_entered_tree', this);
    for (const child of [...this.#children.values()])
      if (child.#parent === this && child.#tree === null) child.#enter(tree);
  }

  #makeReady(): void {
    for (const child of [...this.#children.values()]) if (child.#tree !== null) child.#makeReady();
    if (this.#isReady || this.#tree === null) return;
    this.#isReady = true;
    callTelling('the node', this.#name, () => this._ready(), []);
    this.emit_signal('ready');
  }

  #leave(): void {
    for (const child of [...this.#children.values()].reverse()) child.#leave();
    callTelling('the node', this.#name, () => this._exit_tree(), []);
    this.emit_signal('tree_exiting');
    this.#tree?.[LEAVES](this);
    this.#parent?.emit_signal('child_exiting_tree', this);
  }

  /** After everything has been told that it leaves: it is out now. */
  #left(): void {
    if (this.#tree === null) return;
    for (const child of [...this.#children.values()].reverse()) child.#left();
    this.#tree = null;
    this.emit_signal('tree_exited');
  }

  #rpcs: Rpcs | null = null;
  #scenePath = '';

  /** Path of the scene that the node is made from, as `instantiate_scene` sets it; '' of others. */
  get scene_file_path(): string {
    return this.#scenePath;
  }
  set scene_file_path(scene_file_path: string) {
    this.set_scene_file_path(scene_file_path);
  }
  /** @const */
  get_scene_file_path(): string {
    return this.#scenePath;
  }
  set_scene_file_path(scene_file_path: string): void {
    this.#scenePath = requireString('scene_file_path', scene_file_path);
  }

  get [RPCS](): Rpcs {
    this.#rpcs ??= new Rpcs(this.constructor);
    return this.#rpcs;
  }

  /**
   * Lets others call the method `method` of this node alone, or changes how; null takes it back.
   *
   * `config` has `rpc_mode` (RPC_MODE_AUTHORITY unless given), `transfer_mode`, `call_local` and `channel`, all of them
   * optional, or the words of `static rpcs`. It does not replace what `static rpcs` says of the same method. Do the same
   * on all sides, before the first call: the methods of the two sides are compared, and numbered in their order.
   */
  rpc_config(method: StringName, config: RpcConfig | null): void {
    this[RPCS].configure(requireString('method', method), config);
  }

  /**
   * What `rpc_config` has set: configurations by the names of the methods, null before the first.
   *
   * @godotReturns Variant
   * @const
   */
  get_node_rpc_config(): Record<string, RpcConfig> | null {
    const config = this.#rpcs?.ownConfig ?? null;
    return config === null ? null : { ...config };
  }

  #authority = 1;

  override [CLASS_INFO](): ClassInfo {
    return NodeInfo();
  }

  /** The multiplayer API of this node's place in the tree; null outside of a tree. */
  get multiplayer(): MultiplayerAPI | null {
    return this.get_multiplayer();
  }
  /** @const */
  get_multiplayer(): MultiplayerAPI | null {
    return this.#tree?.[API_OF](this) ?? null;
  }

  /**
   * Gives the node, and with `recursive` everything below it, to the peer `id`: calls of methods with the mode
   * "authority" are accepted from that peer alone. 1, the server, unless set.
   *
   * Nothing is sent: all sides must set it alike.
   */
  set_multiplayer_authority(id: int32, recursive = true): void {
    this.#authority = requireInt('id', id);
    if (!requireBool('recursive', recursive)) return;
    for (const child of this.get_children()) child.set_multiplayer_authority(id, true);
  }

  /**
   * Id of the peer that the node belongs to; 1, the server, unless set.
   *
   * @const
   */
  get_multiplayer_authority(): int32 {
    return this.#authority;
  }

  /**
   * Whether this side is the node's authority; prints outside of a tree.
   *
   * @const
   */
  is_multiplayer_authority(): boolean {
    const { multiplayer } = this;
    if (multiplayer === null) return refuse(0, 'is_multiplayer_authority: the node is not inside a tree', this) !== 0;
    return multiplayer.get_multiplayer_peer() !== null && multiplayer.get_unique_id() === this.#authority;
  }

  /**
   * Calls `method` of this node at all other peers, and here, too, when its configuration says `call_local`.
   *
   * Returns OK; ERR_UNCONFIGURED outside of a tree or without a `multiplayer_peer`; ERR_CONNECTION_ERROR while that is
   * not connected; ERR_INVALID_PARAMETER for a method that is not callable, a node outside of the API's `root_path`,
   * more than 255 arguments, or one that no variable of Godot's can be; FAILED when the call here has the wrong number
   * of arguments.
   *
   * **Note:** TypeScript checks the name, and that the arguments fit; it lets more of them pass than the method has.
   *
   * **Note:** The method is not awaited. What it throws, or an async one rejects with, is reported where it runs.
   */
  rpc<M extends MethodName<this>>(method: M, ...args: ArgumentsOf<this, M>): GodotError;
  rpc<M extends string, A extends unknown[]>(this: Having<M, A>, method: M, ...args: A): GodotError;
  rpc(method: StringName, ...args: unknown[]): GodotError {
    return this.#call(0, method, args);
  }

  /**
   * As `rpc`, for one peer: `peer_id` 1 is the server, 0 means all, a negative id all but that one.
   *
   * A peer that is not there is reported, and OK returned, as in the engine.
   */
  rpc_id<M extends MethodName<this>>(peer_id: int, method: M, ...args: ArgumentsOf<this, M>): GodotError;
  rpc_id<M extends string, A extends unknown[]>(this: Having<M, A>, peer_id: int, method: M, ...args: A): GodotError;
  rpc_id(peer_id: int, method: StringName, ...args: unknown[]): GodotError {
    return this.#call(requireInt('peer_id', peer_id), method, args);
  }

  #call(target: number, method: string, args: unknown[]): GodotError {
    const { multiplayer } = this;
    if (multiplayer === null) return refuse(ERR_UNCONFIGURED, `rpc "${method}": the node is not inside a tree`, this);
    return multiplayer.rpc(target, this, requireString('method', method), args);
  }
}
