// The nodes of one SceneMultiplayer: packets for nodes go in and out here, and peers come and go.
import { clock } from '#platform';
import { refuse } from '../binding/error-handler.js';
import { ERR_INVALID_PARAMETER, type GodotError, OK } from '../binding/errors.js';
import type { GodotObject } from '../binding/object.js';
import { NODE_HOST, type NodeHost, type NodeSide, nodesOf, useNodes } from '../godot4/multiplayer/node-side.js';
import type { SceneMultiplayer } from '../godot4/multiplayer/scene-multiplayer.js';
import { MultiplayerSpawner } from './multiplayer-spawner.js';
import { MultiplayerSynchronizer } from './multiplayer-synchronizer.js';
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
import { Synchronizing } from './synchronizing.js';
import { TrackedNodes } from './tracked-nodes.js';
import { FOLLOWERS, type Tree, type TreeFollower } from './tree.js';

class SceneNodes implements NodeSide {
  readonly #host: NodeHost;
  readonly paths: NodePaths;
  readonly #calls: RemoteCalls;
  readonly #tracked = new TrackedNodes();
  readonly #spawning: Spawning;
  readonly #synchronizing: Synchronizing;
  readonly #follower: TreeFollower<Node> = { leaves: (node) => this.#leaves(node) };

  constructor(host: NodeHost) {
    this.#host = host;
    this.paths = new NodePaths(host);
    this.#calls = new RemoteCalls(host, this.paths);
    this.#spawning = new Spawning(host, this.paths, this.#tracked);
    this.#synchronizing = new Synchronizing(host, this.paths, this.#tracked);
  }

  receive(source: number, packet: Uint8Array): void {
    if (this.paths.tree === null) return;
    const command = (packet[0] as number) & COMMAND_MASK;
    if (command === COMMAND_CALL) this.#calls.receive(source, packet);
    else if (command === COMMAND_SIMPLIFY_PATH) this.paths.receiveSimplify(source, packet);
    else if (command === COMMAND_CONFIRM_PATH) this.paths.receiveConfirm(source, packet);
    else if (command === COMMAND_SPAWN) this.#spawning.receiveSpawn(source, packet);
    else if (command === COMMAND_DESPAWN) this.#spawning.receiveDespawn(source, packet);
    else if (command === COMMAND_SYNC) this.#synchronizing.receive(source, packet);
  }

  polled(): void {
    if (this.#tracked.synchronized.size === 0) return;
    this.#updateVisibility();
    this.#synchronizing.send(clock.now());
  }

  /** Nodes appear and disappear as the visibility of their synchronizers has become. */
  #updateVisibility(): void {
    for (const spawned of this.#tracked.spawned.values()) {
      for (const peer of this.#host.sender.connected) this.#spawning.show(spawned, peer);
    }
  }

  joined(id: number): void {
    this.#spawning.showAll(id);
  }

  left(id: number): void {
    this.paths.forgetPeer(id);
    this.#spawning.forgetPeer(id);
  }

  forget(): void {
    this.paths.forgetPeers();
    for (const id of [...this.#tracked.peers.keys()]) this.#spawning.forgetPeer(id);
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
    const { synchronized, peers } = this.#tracked;
    if (isAdded) {
      const never = Number.NEGATIVE_INFINITY;
      const one = { synchronizer, root, id: 0, lookedAt: never, watchedAt: never, watched: null, heardAt: -1 };
      synchronized.set(synchronizer, one);
      this.#spawning.accompany(one);
      return;
    }
    const one = synchronized.get(synchronizer);
    synchronized.delete(synchronizer);
    if (one === undefined) return;
    for (const peer of peers.values()) {
      peer.sentAt.delete(one);
      for (const [id, other] of peer.synchronizers) if (other === one) peer.synchronizers.delete(id);
    }
  }

  #leaves(node: Node): void {
    this.paths.drop(node);
    this.#spawning.remove(node);
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
