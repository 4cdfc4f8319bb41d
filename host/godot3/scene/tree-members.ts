// The members of Godot 3's Node that are those of Godot 4's: its place in the tree, and its name.
import type { int, NodePath } from '../../binding/types.js';
import type { Tree } from './tree.js';

export interface TreeMembers<Node, MultiplayerAPI> {
  /**
   * The node's name, unique among the children of its parent; '' until it is set or the node gets a parent.
   *
   * Characters with a meaning in paths (`.` `:` `@` `/` `"` `%`) become underscores.
   */
  get name(): string;
  set name(name: string);
  get_name(): string;
  set_name(name: string): void;

  /**
   * Makes `node` the last child.
   *
   * A node without a name, or with the name of another child, is given another one: with `force_readable_name` one that
   * counts up (`Coin2`), else `@Node@2`. Prints when `node` has a parent already, is this node or above it.
   */
  add_child(node: Node, force_readable_name?: boolean): void;

  /** Removes the child `node`, which lives on without a parent. Prints when it is no child of this node. */
  remove_child(node: Node): void;

  /**
   * The node above, or null.
   *
   * @const
   */
  get_parent(): Node | null;

  /**
   * The children, in order: a copy of the list.
   *
   * @const
   */
  get_children(): Node[];

  /**
   * Number of children.
   *
   * @const
   */
  get_child_count(): int;

  /**
   * The child at `idx`; prints and returns null when there is none.
   *
   * @const
   */
  get_child(idx: int): Node | null;

  /**
   * The node at `path`, from here or from the tree's root (`/root/Main`); prints and returns null when there is none.
   *
   * @const
   */
  get_node(path: NodePath): Node | null;

  /**
   * As `get_node`, but silent.
   *
   * @const
   */
  get_node_or_null(path: NodePath): Node | null;

  /**
   * Whether there is a node at `path`.
   *
   * @const
   */
  has_node(path: NodePath): boolean;

  /**
   * Path from the tree's root (`/root/Main`); prints and returns '' outside of a tree.
   *
   * @const
   */
  get_path(): NodePath;

  /**
   * Path from this node to `node`; prints and returns '' when they are in no common tree.
   *
   * @const
   */
  get_path_to(node: Node): NodePath;

  /**
   * Whether the node is in a tree.
   *
   * @const
   */
  is_inside_tree(): boolean;

  /**
   * The tree that this node is in, or null.
   *
   * @const
   */
  get_tree(): Tree<Node, MultiplayerAPI> | null;

  /**
   * Whether `_ready` was called.
   *
   * @const
   */
  is_node_ready(): boolean;

  /** `_ready` is called once more when the node enters a tree again. */
  request_ready(): void;

  /** Frees the node and everything below it at the end of the tree's frame, and at the latest at the end of this turn. */
  queue_free(): void;

  /**
   * Takes the node, with everything below it, out of its tree for ever.
   *
   * @addition
   */
  free(): void;

  /**
   * Called when the node has entered a tree, before its children.
   *
   * @virtual
   */
  _enter_tree(): void;

  /**
   * Called when the node leaves a tree, after its children.
   *
   * @virtual
   */
  _exit_tree(): void;

  /**
   * Called once, when the node and all of its children have entered a tree.
   *
   * @virtual
   */
  _ready(): void;
}
