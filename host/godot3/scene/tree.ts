// What Godot 3's Node and MultiplayerAPI need of the tree that a node is in.
import type { GodotObject } from '../../binding/object.js';
import type { int } from '../../binding/types.js';
import type { NetworkedMultiplayerPeer } from '../networked-multiplayer-peer.js';

/** Key of those who follow the nodes of a tree without signals. */
export const FOLLOWERS: unique symbol = Symbol('followers');
/** Key of a number that is another one whenever a node may be found at another path than before. */
export const VERSION: unique symbol = Symbol('version');

export interface TreeFollower {
  /** `node` is about to leave the tree. */
  leaves(node: unknown): void;
  /** A node, and with it all below it, has another path. */
  renamed(): void;
}

/**
 * A SceneTree, of nodes `N` and with the API `Api`.
 *
 * @godotType SceneTree
 */
export interface Tree<N, Api> extends GodotObject {
  readonly root: N;
  get_root(): N;
  multiplayer: Api;
  get_multiplayer(): Api;
  set_multiplayer(multiplayer: Api): void;
  network_peer: NetworkedMultiplayerPeer | null;
  has_network_peer(): boolean;
  is_network_server(): boolean;
  get_network_unique_id(): int;
  get_network_connected_peers(): Int32Array;
  get_rpc_sender_id(): int;
  refuse_new_network_connections: boolean;
  queue_delete(obj: GodotObject): void;
  process(delta: number): void;
  readonly [FOLLOWERS]: Set<TreeFollower>;
  readonly [VERSION]: number;
}
