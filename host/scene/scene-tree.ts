// Godot's SceneTree, as far as the network needs it: a root, the multiplayer APIs of its branches, frames.
import { requireBool, requireFloat, requireInstance, requireString } from '../binding/arguments.js';
import type { ClassInfo } from '../binding/class-info.js';
import { printError } from '../binding/error-handler.js';
import { CLASS_INFO } from '../binding/lineage.js';
import { GodotObject, type ObjectSignals } from '../binding/object.js';
import { defineSignals, type SignalObjects } from '../binding/signal.js';
import type { double, NodePath } from '../binding/types.js';
import { MultiplayerAPI } from '../godot4/multiplayer/multiplayer-api.js';
import { SceneMultiplayer } from '../godot4/multiplayer/scene-multiplayer.js';
import { SceneTreeInfo } from './class-infos.generated.js';
import { Node } from './node.js';
import { attach, detach } from './scene-nodes.js';
import { API_OF, ENTER, ENTERED, FOLLOWERS, LEAVES, RENAMED, type Tree, type TreeFollower } from './tree.js';

/** Signals of SceneTree. */
export interface SceneTreeSignals extends ObjectSignals {
  /** A node has entered the tree. */
  node_added: [node: Node];
  /** A node is about to leave the tree. */
  node_removed: [node: Node];
  /** A node has another name. */
  node_renamed: [node: Node];
  /** A frame begins; packets were handled. */
  process_frame: [];
}

/** An object that `queue_delete` has been given. */
type Freeable = GodotObject & { free?(): void };

export interface SceneTree extends SignalObjects<SceneTreeSignals> {}

/**
 * A tree of nodes with its multiplayer APIs.
 *
 * Godot has one for the whole game; here a process may have many, one for each session of a server.
 *
 * ```js
 * const tree = new SceneTree();
 * tree.root.add_child(main);
 * tree.get_multiplayer().multiplayer_peer = peer;
 * setInterval(() => tree.process(1 / 60), 1000 / 60);
 * ```
 */
export class SceneTree extends GodotObject implements Tree<Node> {
  declare readonly signals: SceneTreeSignals;

  static {
    defineSignals(this.prototype, 'node_added', 'node_removed', 'node_renamed', 'process_frame');
  }

  readonly #root = new Node();
  /** APIs by the paths of their branches. */
  readonly #apis = new Map<string, MultiplayerAPI>();
  #default: MultiplayerAPI;
  #polls = true;
  readonly #queued: Freeable[] = [];

  constructor() {
    super();
    this.#root.name = 'root';
    this.#root[ENTER](this);
    this.#default = new SceneMultiplayer();
    this.#attach(this.#default, this.#root.get_path());
  }

  override [CLASS_INFO](): ClassInfo {
    return SceneTreeInfo();
  }

  /** The topmost node, `/root`. */
  get root(): Node {
    return this.#root;
  }
  /** @const */
  get_root(): Node {
    return this.#root;
  }

  /**
   * The API of the branch that `for_path` is in; that of the tree for none.
   *
   * @const
   */
  get_multiplayer(for_path: NodePath = ''): MultiplayerAPI {
    requireString('for_path', for_path);
    for (const [path, api] of this.#apis) if (for_path === path || for_path.startsWith(`${path}/`)) return api;
    return this.#default;
  }

  /**
   * Sets the API of the branch at `root_path`, of the whole tree for none; null takes that of a branch away.
   *
   * The paths of its packets count from there. Prints when a branch above has an API of its own.
   */
  set_multiplayer(multiplayer: MultiplayerAPI | null, root_path: NodePath = ''): void {
    requireString('root_path', root_path);
    if (multiplayer !== null) requireInstance('multiplayer', MultiplayerAPI, multiplayer);
    if (root_path === '') this.#setDefault(multiplayer);
    else this.#setBranch(multiplayer, root_path);
  }

  #setDefault(api: MultiplayerAPI | null): void {
    if (api === null) {
      printError('set_multiplayer: the tree needs an API; it stays as it was', this);
      return;
    }
    this.#detach(this.#default);
    this.#default = api;
    this.#attach(api, this.#root.get_path());
  }

  #setBranch(api: MultiplayerAPI | null, path: string): void {
    if (!path.startsWith('/')) {
      printError(`set_multiplayer: root_path must be absolute, got "${path}"`, this);
      return;
    }
    const above = [...this.#apis.keys()].find((one) => path.startsWith(`${one}/`));
    if (above !== undefined) {
      printError(`set_multiplayer: "${path}" is in "${above}", which has an API`, this);
      return;
    }
    const former = this.#apis.get(path);
    if (former !== undefined) this.#detach(former);
    this.#apis.delete(path);
    if (api === null) return;
    this.#apis.set(path, api);
    this.#attach(api, path);
  }

  #attach(api: MultiplayerAPI, path: string): void {
    if (!(api instanceof SceneMultiplayer)) return;
    api.root_path = path;
    attach(api, this);
  }

  #detach(api: MultiplayerAPI): void {
    if (!(api instanceof SceneMultiplayer)) return;
    detach(api, this);
    api.root_path = '';
  }

  /**
   * Whether `process` polls the APIs; `true` unless set.
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
  /** @const */
  is_multiplayer_poll_enabled(): boolean {
    return this.#polls;
  }
  set_multiplayer_poll_enabled(enabled: boolean): void {
    this.#polls = requireBool('enabled', enabled);
  }

  /**
   * One frame: polls the APIs, emits `process_frame`, and frees what `queue_free` has queued.
   *
   * `delta` are the seconds since the last one.
   *
   * @addition
   */
  process(delta: double): void {
    requireFloat('delta', delta);
    if (this.#polls) for (const api of [this.#default, ...this.#apis.values()]) api.poll();
    this.emit_signal('process_frame');
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
   * Frees all nodes and lets go of the APIs, which stay connected.
   *
   * @addition
   */
  free(): void {
    for (const child of this.#root.get_children()) child.free();
    for (const api of [this.#default, ...this.#apis.values()]) this.#detach(api);
  }

  [API_OF](node: Node): MultiplayerAPI {
    return this.#apis.size === 0 ? this.#default : this.get_multiplayer(node.get_path());
  }

  readonly [FOLLOWERS] = new Set<TreeFollower<Node>>();

  [ENTERED](node: Node): void {
    this.emit_signal('node_added', node);
  }

  [LEAVES](node: Node): void {
    for (const follower of this[FOLLOWERS]) follower.leaves(node);
    this.emit_signal('node_removed', node);
  }

  [RENAMED](node: Node): void {
    this.emit_signal('node_renamed', node);
  }
}
