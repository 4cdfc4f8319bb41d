// Godot 3's Node, as far as the network needs it: a place in a tree, a master, and methods and properties that others
// may use. The tree is that of Godot 4's nodes.
import { requireBool, requireInstance, requireInt, requireString } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { printError } from '../../binding/error-handler.js';
import type { GodotError } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { Callable, GodotObject, ObjectSignals, SignalArguments } from '../../binding/object.js';
import type { SignalObjects } from '../../binding/signal.js';
import type { int } from '../../binding/types.js';
import { Node as SceneNode } from '../../scene/node.js';
import { NodeInfo } from './class-infos.generated.js';
import { callableOf, connectMethod } from './method-signals.js';
import { NetworkMultiplayer, USE } from './network-multiplayer.js';
import { type RpcDeclaration, type RpcMode, Rules } from './rpc-modes.js';
import type { TreeMembers } from './tree-members.js';

/** Key of the rules of a node: those of its properties, or those of its methods. */
export const RULES: unique symbol = Symbol('rules');

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

/** Godot 4's Node, of which this one has the members in TreeMembers. */
const TreeNode = SceneNode as unknown as abstract new () => GodotObject;

/** Names of the methods of a node. */
type MethodName<N> = { [K in keyof N]: N[K] extends (...args: never[]) => unknown ? K : never }[keyof N] & string;
/** Arguments of the method `M` of a node. */
type ArgumentsOf<N, M extends keyof N> = N[M] extends (...args: infer A) => unknown ? A : never;

/** The class of that name, which imports this file. */
type MultiplayerAPI = NetworkMultiplayer<Node>;

export interface Node extends SignalObjects<NodeSignals>, TreeMembers<Node, MultiplayerAPI> {}

/**
 * A part of a game's scene tree, by whose path and methods peers call each other.
 *
 * Extend it, and say who may call its methods and set its properties, with the keywords of Godot 3's scripts; those of
 * base classes count, too:
 *
 * ```js
 * class Player extends Node {
 *   static rpcs = { hurt: 'master', show_damage: 'puppetsync' };
 *   static rsets = { position: 'puppet' };
 *   position = new Vector2(0, 0);
 *   hurt(by) {
 *     if (this.get_tree().get_rpc_sender_id() !== 1) this.rpc('show_damage', by);
 *   }
 *   show_damage(by) {}
 * }
 * ```
 *
 * A node that is the same on all sides has the same path on all sides.
 *
 * **Note:** There is no more of a scene than that: no transforms, no physics, no resources, no `_process`.
 */
export class Node extends TreeNode {
  declare readonly signals: NodeSignals;
  /**
   * Who may call which methods, for all nodes of the class.
   *
   * @internal
   */
  declare static readonly rpcs?: Readonly<Record<string, RpcDeclaration>>;
  /**
   * Who may set which properties, for all nodes of the class.
   *
   * @internal
   */
  declare static readonly rsets?: Readonly<Record<string, RpcDeclaration>>;

  #master = 1;
  #custom: MultiplayerAPI | null = null;
  /** Created by the first use. */
  #rpcs: Rules | null = null;
  #rsets: Rules | null = null;

  override [CLASS_INFO](): ClassInfo {
    return NodeInfo();
  }

  [RULES](isSet: boolean): Rules {
    if (isSet) this.#rsets ??= new Rules(this.constructor, 'rsets');
    else this.#rpcs ??= new Rules(this.constructor, 'rpcs');
    return (isSet ? this.#rsets : this.#rpcs) as Rules;
  }

  /**
   * Position among the children of the parent; 0 without a parent.
   *
   * @const
   */
  get_position_in_parent(): int {
    return (this as unknown as SceneNode).get_index();
  }

  /**
   * Whether `node` is below this node, at any depth.
   *
   * @const
   */
  is_a_parent_of(node: Node): boolean {
    return (this as unknown as SceneNode).is_ancestor_of(node as unknown as SceneNode);
  }

  /**
   * An API of this node alone, instead of that of its tree; null for none.
   *
   * @getter get_custom_multiplayer
   * @setter set_custom_multiplayer
   */
  get custom_multiplayer(): MultiplayerAPI | null {
    return this.#custom;
  }
  set custom_multiplayer(api: MultiplayerAPI | null) {
    this.set_custom_multiplayer(api);
  }
  get_custom_multiplayer(): MultiplayerAPI | null {
    return this.#custom;
  }
  set_custom_multiplayer(api: MultiplayerAPI | null): void {
    if (api !== null) requireInstance('api', NetworkMultiplayer, api);
    this.#custom = api;
  }

  /** The API of this node: its own one, or that of its tree; null outside of a tree without an own one. */
  get multiplayer(): MultiplayerAPI | null {
    return this.get_multiplayer();
  }
  get_multiplayer(): MultiplayerAPI | null {
    return this.#custom ?? this.get_tree()?.get_multiplayer() ?? null;
  }

  /**
   * Makes the peer `id` the master of the node, and with `recursive` of everything below it. 1, the server, unless set.
   *
   * Nothing is sent: all sides must set it alike.
   */
  set_network_master(id: int, recursive = true): void {
    this.#master = requireInt('id', id);
    if (!requireBool('recursive', recursive)) return;
    for (const child of this.get_children()) child.set_network_master(id, true);
  }

  /**
   * The peer that is the node's master.
   *
   * @const
   */
  get_network_master(): int {
    return this.#master;
  }

  /**
   * Whether this side is the node's master; prints outside of a tree.
   *
   * @const
   */
  is_network_master(): boolean {
    if (!this.is_inside_tree()) printError('is_network_master: the node is not inside a tree', this);
    return this.is_inside_tree() && this.multiplayer?.get_network_unique_id() === this.#master;
  }

  /**
   * Sets who may call `method` of this node alone: one of the group RPCMode of MultiplayerAPI.
   *
   * It counts instead of what `static rpcs` says; RPC_MODE_DISABLED takes it back.
   */
  rpc_config(method: string, mode: RpcMode): void {
    this[RULES](false).configure(requireString('method', method), mode);
  }

  /** As `rpc_config`, for who may set `property`, and instead of `static rsets`. */
  rset_config(property: string, mode: RpcMode): void {
    this[RULES](true).configure(requireString('property', property), mode);
  }

  /**
   * Calls `method` of this node at all other peers, and here, too, as its mode says.
   *
   * Always returns null, as in the engine. Prints outside of a tree and without a connection. Arguments are whatever
   * Godot's variables can be.
   */
  rpc<M extends MethodName<this>>(method: M, ...args: ArgumentsOf<this, M>): unknown;
  rpc(method: string, ...args: unknown[]): unknown {
    return this.#use(0, method, args, false, false);
  }

  /** As `rpc`, for one peer: `peer_id` 1 is the server, 0 means all, a negative id all but that one. */
  rpc_id<M extends MethodName<this>>(peer_id: int, method: M, ...args: ArgumentsOf<this, M>): unknown;
  rpc_id(peer_id: int, method: string, ...args: unknown[]): unknown {
    return this.#use(peer_id, method, args, false, false);
  }

  /** As `rpc`: WebSockets are always reliable. */
  rpc_unreliable<M extends MethodName<this>>(method: M, ...args: ArgumentsOf<this, M>): unknown;
  rpc_unreliable(method: string, ...args: unknown[]): unknown {
    return this.#use(0, method, args, false, true);
  }

  /** As `rpc_id`: WebSockets are always reliable. */
  rpc_unreliable_id<M extends MethodName<this>>(peer_id: int, method: M, ...args: ArgumentsOf<this, M>): unknown;
  rpc_unreliable_id(peer_id: int, method: string, ...args: unknown[]): unknown {
    return this.#use(peer_id, method, args, false, true);
  }

  /**
   * Sets `property` of this node at all other peers, and here, too, as its mode says.
   *
   * Prints outside of a tree and without a connection.
   */
  rset(property: keyof this & string, value: unknown): void;
  rset(property: string, value: unknown): void {
    this.#use(0, property, [value], true, false);
  }

  /** As `rset`, for one peer: see `rpc_id`. */
  rset_id(peer_id: int, property: keyof this & string, value: unknown): void;
  rset_id(peer_id: int, property: string, value: unknown): void {
    this.#use(peer_id, property, [value], true, false);
  }

  /** As `rset`: WebSockets are always reliable. */
  rset_unreliable(property: keyof this & string, value: unknown): void;
  rset_unreliable(property: string, value: unknown): void {
    this.#use(0, property, [value], true, true);
  }

  /** As `rset_id`: WebSockets are always reliable. */
  rset_unreliable_id(peer_id: int, property: keyof this & string, value: unknown): void;
  rset_unreliable_id(peer_id: int, property: string, value: unknown): void {
    this.#use(peer_id, property, [value], true, true);
  }

  /**
   * Connects `signal` to the method of `target` that is called `method`, or to a function.
   *
   * The method is looked up when the signal is emitted; it gets `binds` after the signal's arguments. `flags` is a sum
   * of the ConnectFlags. Returns OK, or ERR_INVALID_PARAMETER with a message when the signal does not exist, `target`
   * is null, or the two are connected already.
   */
  override connect<S extends keyof this['signals'] & string>(
    signal: S,
    callable: (...args: SignalArguments<this['signals'], S>) => unknown,
    flags?: int,
  ): GodotError;
  override connect<S extends keyof this['signals'] & string>(
    signal: S,
    target: object | null,
    method: string,
    binds?: readonly unknown[],
    flags?: int,
  ): GodotError;
  override connect(
    signal: string,
    target: object | null,
    method: string | int = 0,
    binds: readonly unknown[] = [],
    flags: int = 0,
  ): GodotError {
    return connectMethod(TreeNode.prototype, this, { signal, target, method, binds, flags });
  }

  /** Removes the connection of a method or a function to `signal`; prints when there is none. */
  override disconnect(signal: string, callable: Callable): void;
  override disconnect(signal: string, target: object, method: string): void;
  override disconnect(signal: string, target: object, method?: string): void {
    super.disconnect(signal, callableOf(this, signal, target, method));
  }

  /**
   * Whether a method or a function is connected to `signal`; prints when there is no such signal.
   *
   * @const
   */
  override is_connected(signal: string, callable: Callable): boolean;
  override is_connected(signal: string, target: object, method: string): boolean;
  override is_connected(signal: string, target: object, method?: string): boolean {
    return super.is_connected(signal, callableOf(this, signal, target, method));
  }

  #use(target: int, name: string, values: readonly unknown[], isSet: boolean, isUnreliable: boolean): null {
    requireInt('peer_id', target);
    requireString(isSet ? 'property' : 'method', name);
    const api = this.is_inside_tree() ? this.multiplayer : null;
    if (api === null) printError(`${isSet ? 'rset' : 'rpc'} "${name}": the node is not inside a tree`, this);
    else api[USE](target, this, { isSet, name, values, isUnreliable });
    return null;
  }
}
