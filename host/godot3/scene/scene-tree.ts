// Godot 3's SceneTree, as far as the network needs it: nodes below a root, their multiplayer API, and frames.
import { requireBool, requireFloat, requireInstance } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import type { GodotError } from '../../binding/errors.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import { type Callable, GodotObject, type ObjectSignals, type SignalArguments } from '../../binding/object.js';
import { defineSignals, type SignalObjects } from '../../binding/signal.js';
import type { double, int } from '../../binding/types.js';
import type { Node as SceneNode } from '../../scene/node.js';
import { API_OF, ENTER, ENTERED, LEAVES, RENAMED, type Tree as SceneTreeOf } from '../../scene/tree.js';
import type { NetworkedMultiplayerPeer } from '../networked-multiplayer-peer.js';
import { SceneTreeInfo } from './class-infos.generated.js';
import { callableOf, connectMethod } from './method-signals.js';
import { MultiplayerAPI } from './multiplayer-api.js';
import { Node } from './node.js';
import { FOLLOWERS, type Tree, type TreeFollower, VERSION } from './tree.js';

/** Signals of SceneTree. */
export interface SceneTreeSignals extends ObjectSignals {
  /** A node has entered the tree. */
  node_added: [node: Node];
  /** A node is about to leave the tree. */
  node_removed: [node: Node];
  /** A node has another name. */
  node_renamed: [node: Node];
  /** A frame begins; packets were handled. */
  idle_frame: [];
  /** The signal of the `multiplayer` API. */
  connected_to_server: [];
  /** The signal of the `multiplayer` API. */
  connection_failed: [];
  /** The signal of the `multiplayer` API. */
  network_peer_connected: [id: int];
  /** The signal of the `multiplayer` API. */
  network_peer_disconnected: [id: int];
  /** The signal of the `multiplayer` API. */
  server_disconnected: [];
}

/** An object that `queue_delete` has been given. */
type Freeable = GodotObject & { free?(): void };

/** Signals that the tree passes on. */
const OF_API = [
  'connected_to_server',
  'connection_failed',
  'network_peer_connected',
  'network_peer_disconnected',
  'server_disconnected',
] as const;

export interface SceneTree extends SignalObjects<SceneTreeSignals> {}

/**
 * A tree of nodes with its multiplayer API.
 *
 * Godot has one for the whole game; here a process may have many, one for each session of a server.
 *
 * ```js
 * const tree = new SceneTree();
 * tree.root.add_child(main);
 * tree.network_peer = server;
 * setInterval(() => tree.process(1 / 60), 1000 / 60);
 * ```
 */
export class SceneTree extends GodotObject implements Tree<Node, MultiplayerAPI> {
  declare readonly signals: SceneTreeSignals;

  static {
    defineSignals(this.prototype, 'node_added', 'node_removed', 'node_renamed', 'idle_frame', ...OF_API);
  }

  readonly #root = new Node();
  #api: MultiplayerAPI;
  #polls = true;
  readonly #queued: Freeable[] = [];
  readonly #listeners = OF_API.map(
    (name) =>
      [
        name,
        (...args: unknown[]): void => {
          this.emit_signal(name, ...args);
        },
      ] as const,
  );

  constructor() {
    super();
    this.#root.name = 'root';
    const root = this.#root as unknown as SceneNode;
    root[ENTER](this as unknown as SceneTreeOf<SceneNode>);
    this.#api = new MultiplayerAPI();
    this.#take(this.#api);
  }

  override [CLASS_INFO](): ClassInfo {
    return SceneTreeInfo();
  }

  /** The topmost node, `/root`. */
  get root(): Node {
    return this.#root;
  }
  get_root(): Node {
    return this.#root;
  }

  /** The API of the nodes; another one gets the root as its `root_node`. */
  get multiplayer(): MultiplayerAPI {
    return this.#api;
  }
  set multiplayer(multiplayer: MultiplayerAPI) {
    this.set_multiplayer(multiplayer);
  }
  get_multiplayer(): MultiplayerAPI {
    return this.#api;
  }
  set_multiplayer(multiplayer: MultiplayerAPI): void {
    requireInstance('multiplayer', MultiplayerAPI, multiplayer);
    if (multiplayer === this.#api) return;
    for (const [name, listener] of this.#listeners) this.#api.disconnect(name, listener);
    this.#api.root_node = null;
    this.#api = multiplayer;
    this.#take(multiplayer);
  }

  #take(api: MultiplayerAPI): void {
    api.root_node = this.#root;
    for (const [name, listener] of this.#listeners) api.connect(name, listener);
  }

  /** The `network_peer` of the API. */
  get network_peer(): NetworkedMultiplayerPeer | null {
    return this.#api.network_peer;
  }
  set network_peer(peer: NetworkedMultiplayerPeer | null) {
    this.set_network_peer(peer);
  }
  get_network_peer(): NetworkedMultiplayerPeer | null {
    return this.#api.network_peer;
  }
  set_network_peer(peer: NetworkedMultiplayerPeer | null): void {
    this.#api.network_peer = peer;
  }

  /**
   * Whether there is a `network_peer`.
   *
   * @const
   */
  has_network_peer(): boolean {
    return this.#api.has_network_peer();
  }

  /**
   * Whether this side is the server.
   *
   * @const
   */
  is_network_server(): boolean {
    return this.#api.is_network_server();
  }

  /**
   * As `get_network_unique_id` of the API.
   *
   * @const
   */
  get_network_unique_id(): int {
    return this.#api.get_network_unique_id();
  }

  /**
   * As `get_network_connected_peers` of the API.
   *
   * @const
   */
  get_network_connected_peers(): Int32Array {
    return this.#api.get_network_connected_peers();
  }

  /**
   * As `get_rpc_sender_id` of the API.
   *
   * @const
   */
  get_rpc_sender_id(): int {
    return this.#api.get_rpc_sender_id();
  }

  /**
   * As `refuse_new_network_connections` of the API.
   *
   * @getter is_refusing_new_network_connections
   */
  get refuse_new_network_connections(): boolean {
    return this.#api.refuse_new_network_connections;
  }
  set refuse_new_network_connections(refuse: boolean) {
    this.set_refuse_new_network_connections(refuse);
  }
  is_refusing_new_network_connections(): boolean {
    return this.#api.refuse_new_network_connections;
  }
  set_refuse_new_network_connections(refuse: boolean): void {
    this.#api.refuse_new_network_connections = refuse;
  }

  /**
   * Whether `process` polls the API; `true` unless set.
   *
   * @getter is_multiplayer_poll_enabled
   * @setter set_multiplayer_poll_enabled
   */
  get multiplayer_poll(): boolean {
    return this.#polls;
  }
  set multiplayer_poll(enabled: boolean) {
    this.set_multiplayer_poll_enabled(enabled);
  }
  is_multiplayer_poll_enabled(): boolean {
    return this.#polls;
  }
  set_multiplayer_poll_enabled(enabled: boolean): void {
    this.#polls = requireBool('enabled', enabled);
  }

  /**
   * One frame: polls the API, emits `idle_frame`, and frees what `queue_free` has queued.
   *
   * `delta` are the seconds since the last one.
   *
   * @addition
   */
  process(delta: double): void {
    requireFloat('delta', delta);
    if (this.#polls) this.#api.poll();
    this.emit_signal('idle_frame');
    this.#freeQueued();
  }

  /** Frees `obj` at the end of the frame, and at the latest at the end of this turn. */
  queue_delete(obj: GodotObject): void {
    this.#queued.push(requireInstance('obj', GodotObject, obj) as Freeable);
    if (this.#queued.length === 1) queueMicrotask(() => this.#freeQueued());
  }

  #freeQueued(): void {
    while (this.#queued.length > 0) this.#queued.shift()?.free?.();
  }

  /**
   * Frees all nodes, and lets go of the `network_peer`, which stays connected.
   *
   * @addition
   */
  free(): void {
    for (const child of this.#root.get_children()) child.free();
    this.#api.network_peer = null;
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
    return connectMethod(GodotObject.prototype, this, { signal, target, method, binds, flags });
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

  readonly [FOLLOWERS] = new Set<TreeFollower>();
  [VERSION] = 0;

  /** A node asks for Godot 4's API, which it hides. */
  [API_OF](): null {
    return null;
  }

  [ENTERED](node: Node): void {
    this[VERSION] += 1;
    this.emit_signal('node_added', node);
  }

  [LEAVES](node: Node): void {
    this[VERSION] += 1;
    for (const follower of this[FOLLOWERS]) follower.leaves(node);
    this.emit_signal('node_removed', node);
  }

  [RENAMED](node: Node): void {
    this[VERSION] += 1;
    for (const follower of this[FOLLOWERS]) follower.renamed();
    this.emit_signal('node_renamed', node);
  }
}
