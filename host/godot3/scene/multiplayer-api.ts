// Godot 3's MultiplayerAPI: the multiplayer of a tree of nodes.

import { requireInstance } from '../../binding/arguments.js';
import type { ClassInfo } from '../../binding/class-info.js';
import { CLASS_INFO } from '../../binding/lineage.js';
import type { OwnBytes } from '../../binding/types.js';
import { MultiplayerAPIInfo } from './class-infos.generated.js';
import { NETWORK, NetworkMultiplayer, USE, type Wanted } from './network-multiplayer.js';
import { Node } from './node.js';
import { NodePaths } from './node-paths.js';
import { RemoteUses } from './remote-uses.js';

export namespace MultiplayerAPI {
  /** Who may use a method or a property: one of the group RPCMode. */
  export type RPCMode = (typeof MultiplayerAPI.RPCMode)[keyof typeof MultiplayerAPI.RPCMode];
}

/**
 * The multiplayer of a game, on top of a NetworkedMultiplayerPeer: calls of methods of nodes at other peers, properties
 * that are set there, and who is there.
 *
 * Each SceneTree has one. Another one serves the nodes that have it as their `custom_multiplayer`; set its `root_node`,
 * and `poll` it.
 */
export class MultiplayerAPI extends NetworkMultiplayer<Node> {
  #root: Node | null = null;
  readonly #paths = new NodePaths(this[NETWORK], () => this.#root);
  readonly #uses = new RemoteUses(this[NETWORK], this.#paths);

  override [CLASS_INFO](): ClassInfo {
    return MultiplayerAPIInfo(MultiplayerAPI);
  }

  /** Node where the paths of packets start, the same on all sides; the root of a SceneTree, null unless set. */
  override get root_node(): Node | null {
    return this.#root;
  }
  override set root_node(node: Node | null) {
    this.set_root_node(node);
  }
  get_root_node(): Node | null {
    return this.#root;
  }
  set_root_node(node: Node | null): void {
    if (node !== null) requireInstance('node', Node, node);
    if (node === this.#root) return;
    this.#root = node;
    this.#paths.rootChanged();
  }

  [USE](target: number, node: Node, wanted: Wanted): void {
    this.#uses.use(target, node, wanted);
  }

  protected override receive(source: number, packet: OwnBytes): void {
    this.#uses.receive(source, packet);
  }

  protected override forget(peer: number): void {
    if (peer === 0) this.#paths.forgetPeers();
    else this.#paths.forgetPeer(peer);
  }
}
