// The nodes of one SceneMultiplayer: packets for nodes go in and out here, and peers come and go.
import { clock } from '#platform';
import { refuse } from '../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, type GodotError, OK } from '../binding/errors.js';
import type { GodotObject } from '../binding/object.js';
import { NODE_HOST, type NodeHost, type NodeSide, nodesOf, useNodes } from '../godot4/multiplayer/node-side.js';
import type { SceneMultiplayer } from '../godot4/multiplayer/scene-multiplayer.js';
import { Arrivals } from './arrivals.js';
import { Audience } from './audience.js';
import { MultiplayerSpawner } from './multiplayer-spawner.js';
import { MultiplayerSynchronizer, STATE } from './multiplayer-synchronizer.js';
import { Node } from './node.js';
import {
  COMMAND_CALL,
  COMMAND_CONFIRM_PATH,
  COMMAND_DESPAWN,
  COMMAND_MASK,
  COMMAND_SIMPLIFY_PATH,
  COMMAND_SPAWN,
  COMMAND_SYNC,
} from './node-packets.js';
import { NodePaths } from './node-paths.js';
import { RemoteCalls } from './remote-calls.js';
import { Spawning } from './spawning.js';
import { StateArrivals } from './state-arrivals.js';
import { Synchronizing } from './synchronizing.js';
import { type Synchronized, TrackedNodes } from './tracked-nodes.js';
import { FOLLOWERS, type Tree, type TreeFollower } from './tree.js';

class SceneNodes implements NodeSide {
  readonly #host: NodeHost;
  readonly paths: NodePaths;
  readonly #calls: RemoteCalls;
  readonly #tracked = new TrackedNodes();
  readonly #audience: Audience;
  readonly #spawning: Spawning;
  readonly #arrivals: Arrivals;
  readonly #synchronizing: Synchronizing;
  readonly #states: StateArrivals;
  readonly #follower: TreeFollower<Node> = { leaves: (node) => this.#leaves(node) };

  constructor(host: NodeHost) {
    this.#host = host;
    this.paths = new NodePaths(host);
    this.#calls = new RemoteCalls(host, this.paths);
    this.#audience = new Audience(host, this.paths, this.#tracked);
    this.#spawning = new Spawning(host, this.paths, this.#tracked, this.#audience);
    this.#arrivals = new Arrivals(host, this.paths, this.#tracked);
    this.#synchronizing = new Synchronizing(host, this.paths, this.#tracked, this.#audience);
    this.#states = new StateArrivals(host, this.paths, this.#tracked);
    this.paths.confirmed = (_, peer) => this.#audience.confirmed(peer);
  }

  receive(source: number, packet: Uint8Array): void {
    if (this.paths.tree === null) return;
    const command = (packet[0] as number) & COMMAND_MASK;
    if (command === COMMAND_CALL) this.#calls.receive(source, packet);
    else if (command === COMMAND_SIMPLIFY_PATH) this.paths.receiveSimplify(source, packet);
    else if (command === COMMAND_CONFIRM_PATH) this.paths.receiveConfirm(source, packet);
    else if (command === COMMAND_SPAWN) this.#arrivals.receiveSpawn(source, packet);
    else if (command === COMMAND_DESPAWN) this.#arrivals.receiveDespawn(source, packet);
    else if (command === COMMAND_SYNC) this.#states.receive(source, packet);
  }

  polled(): void {
    if (this.#tracked.synchronized.size === 0 || this.#host.sender.connected.size === 0) return;
    for (const { synchronizer } of this.#tracked.synchronized.values()) {
      if (synchronizer[STATE].asksAlways() && this.#audience.isOurs(synchronizer)) synchronizer.update_visibility();
    }
    this.#synchronizing.send(clock.now());
  }

  joined(id: number): void {
    this.#audience.joined(id);
    this.#spawning.joined(id);
  }

  left(id: number): void {
    this.paths.forgetPeer(id);
    this.#arrivals.forgetPeer(id);
  }

  forget(): void {
    this.paths.forgetPeers();
    for (const id of [...this.#tracked.peers.keys()]) this.#arrivals.forgetPeer(id);
    this.#tracked.reset();
  }

  call(target: number, object: unknown, method: string, args: readonly unknown[]): GodotError {
    if (!(object instanceof Node) || object.get_tree() !== this.paths.tree || this.paths.tree === null) {
      return refuse(ERR_INVALID_PARAMETER, 'rpc: the object must be a Node inside the tree', this.#host.api);
    }
    return this.#calls.call(target, object, method, args);
  }

  configure(object: GodotObject | null, configuration: unknown, isAdded: boolean): GodotError {
    if (object === null && typeof configuration === 'string') return this.#configureRoot(configuration, isAdded);
    if (object instanceof Node && configuration instanceof MultiplayerSpawner) {
      if (isAdded) this.#spawning.add(object, configuration);
      else this.#spawning.remove(object);
      return OK;
    }
    if (object instanceof Node && configuration instanceof MultiplayerSynchronizer) {
      this.#synchronize(object, configuration, isAdded);
      return OK;
    }
    return refuse(ERR_INVALID_PARAMETER, 'object_configuration: unknown kind of configuration', this.#host.api);
  }

  #synchronize(root: Node, synchronizer: MultiplayerSynchronizer, isAdded: boolean): void {
    const one = this.#tracked.synchronized.get(synchronizer);
    if (one !== undefined) {
      synchronizer.disconnect('visibility_changed', one.changed);
      this.#audience.remove(one);
      this.#tracked.remove(one);
    }
    if (!isAdded) return;
    const added = this.#tracked.add(synchronizer, root, (changed, peer) => this.#see(changed, peer));
    synchronizer.connect('visibility_changed', added.changed);
    this.#arrivals.accompany(added);
    this.#audience.update(added, 0);
  }

  /** Another visibility: the node appears or disappears at once. */
  #see(one: Synchronized, peer: number): void {
    this.#audience.update(one, peer);
    const spawned = this.#tracked.spawned.get(one.root);
    if (spawned !== undefined) this.#spawning.show(spawned, peer);
  }

  #leaves(node: Node): void {
    this.paths.drop(node);
    this.#spawning.remove(node);
    this.#arrivals.remove(node);
  }

  #configureRoot(path: string, isAdded: boolean): GodotError {
    const { rootPath, api } = this.#host;
    if (isAdded && !path.startsWith('/')) {
      return refuse(
        ERR_INVALID_PARAMETER,
        `object_configuration_add: the root path must be absolute, got "${path}"`,
        api,
      );
    }
    if (!isAdded && rootPath !== path) {
      return refuse(ERR_INVALID_PARAMETER, `object_configuration_remove: the root path is "${rootPath}"`, api);
    }
    this.#host.rootPath = isAdded ? path : '';
    return OK;
  }

  follow(tree: Tree<Node>): void {
    this.unfollow();
    this.paths.tree = tree;
    tree[FOLLOWERS].add(this.#follower);
  }

  unfollow(): void {
    this.paths.tree?.[FOLLOWERS].delete(this.#follower);
    this.paths.tree = null;
  }
}

useNodes((host) => new SceneNodes(host));

/** `api` is for the nodes of `tree` now. */
export function attach(api: SceneMultiplayer, tree: Tree<Node>): void {
  (nodesOf(api[NODE_HOST]) as SceneNodes).follow(tree);
}

/** `api` has nothing to do with `tree` any more. */
export function detach(api: SceneMultiplayer, tree: Tree<Node>): void {
  const nodes = nodesOf(api[NODE_HOST]) as SceneNodes;
  if (nodes.paths.tree === tree) nodes.unfollow();
}
