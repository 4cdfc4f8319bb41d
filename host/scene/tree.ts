// What a Node needs of the tree that it is in.
import type { GodotObject } from '../binding/object.js';
import type { NodePath } from '../binding/types.js';
import type { MultiplayerAPI } from '../godot4/multiplayer/multiplayer-api.js';

/** Key by which a node is named as it is at another peer, whatever characters that name has. */
export const EXACT_NAME: unique symbol = Symbol('exact name');
/** Key by which a tree takes its root in. */
export const ENTER: unique symbol = Symbol('enter');
/** Keys by which a node tells its tree of itself, and asks for the API of its branch. */
export const ENTERED: unique symbol = Symbol('entered');
export const LEAVES: unique symbol = Symbol('leaves');
export const RENAMED: unique symbol = Symbol('renamed');
export const API_OF: unique symbol = Symbol('API of');
/** Key of those who follow the nodes of a tree without signals. */
export const FOLLOWERS: unique symbol = Symbol('followers');

export interface TreeFollower<N> {
  /** `node` is about to leave the tree. */
  leaves(node: N): void;
}

/**
 * A SceneTree, of nodes `N`.
 *
 * @godotType SceneTree
 */
export interface Tree<N> extends GodotObject {
  readonly root: N;
  get_root(): N;
  get_multiplayer(for_path?: NodePath): MultiplayerAPI;
  set_multiplayer(multiplayer: MultiplayerAPI | null, root_path?: NodePath): void;
  queue_delete(obj: GodotObject): void;
  process(delta: number): void;
  [API_OF](node: N): MultiplayerAPI;
  [ENTERED](node: N): void;
  [LEAVES](node: N): void;
  [RENAMED](node: N): void;
  readonly [FOLLOWERS]: Set<TreeFollower<N>>;
}
