// Nodes by their paths and numbers, for one API: what this side and its peers call each node, and who is told.
import type { GodotError } from '../binding/errors.js';
import { MultiplayerPeer } from '../godot4/multiplayer/multiplayer-peer.js';
import type { NodeHost } from '../godot4/multiplayer/node-side.js';
import { ByteWriter } from '../variant/byte-writer.js';
import type { Node } from './node.js';
import { readConfirmPath, readSimplifyPath, writeConfirmPath, writeSimplifyPath } from './node-packets.js';
import { type NumberedNode, PathCache } from './path-cache.js';

import { RPCS } from './rpc-config.js';
import type { Tree } from './tree.js';

const { TRANSFER_MODE_RELIABLE } = MultiplayerPeer;
/** Path of the root itself. */
const ROOT = '.';

const writer = new ByteWriter();

export class NodePaths {
  readonly #host: NodeHost;
  readonly #cache = new PathCache();
  tree: Tree<Node> | null = null;
  /** Called with a node and a peer that knows its number now. */
  confirmed: (node: Node, peer: number) => void = () => {};

  constructor(host: NodeHost) {
    this.#host = host;
  }

  /** The node that paths start at; null while there is none. */
  get #root(): Node | null {
    return this.tree?.root.get_node_or_null(this.#host.rootPath) ?? null;
  }

  /** The node at a path of a packet. */
  nodeAt(path: string): Node | null {
    // No way up: a peer reaches nodes below the root alone.
    if (path.startsWith('/') || path.split('/').includes('..')) return null;
    return this.#root?.get_node_or_null(path) ?? null;
  }

  /** Path of `node` in packets; '' when it is not below the root. */
  pathOf(node: Node): string {
    const root = this.#root;
    if (root === null) return '';
    if (node === root) return ROOT;
    return root.is_ancestor_of(node) ? root.get_path_to(node) : '';
  }

  /** The node that `peer` calls `id`; null when there is none any more. */
  theirNode(peer: number, id: number): Node | null {
    const heard = this.#cache.theirs(peer, id);
    if (heard === undefined) return null;
    if (heard.node?.get_tree() === this.tree) return heard.node;
    const back = heard.left?.deref();
    const again = back !== undefined && back.get_tree() === this.tree ? back : this.nodeAt(heard.path);
    if (again !== null) this.#cache.isAt(heard, again);
    return again;
  }

  /** Peers that a call to `target` goes to: one, all (0), all but one (negative). */
  targetsOf(target: number): readonly number[] {
    const { connected } = this.#host.sender;
    if (target > 0) return connected.has(target) ? [target] : [];
    if (target === 0) return [...connected];
    return [...connected].filter((id) => id !== -target);
  }

  isKnown(id: number): boolean {
    return this.#host.sender.connected.has(id);
  }

  /** Number of `node`, without telling anyone. */
  numbered(node: Node): NumberedNode {
    return this.#cache.numbered(node);
  }

  /** Whether all of `targets` have confirmed the number of `node`. */
  areInformed(node: Node, targets: readonly number[]): boolean {
    const peers = this.#cache.ofNode(node)?.peers;
    if (peers === undefined) return false;
    for (const one of targets) if (peers.get(one) !== 'confirmed') return false;
    return true;
  }

  /** Tells those of `targets` the number of `node` that were not told yet. */
  introduce(node: Node, targets: readonly number[]): NumberedNode {
    const numbered = this.numbered(node);
    let packet: Uint8Array | null = null;
    for (const target of targets) {
      if (numbered.peers.has(target)) continue;
      numbered.peers.set(target, 'told');
      packet ??= simplifyPath(node, numbered.id, this.pathOf(node));
      this.#setReliable();
      this.sendToEach([target], packet);
    }
    return numbered;
  }

  /** Sends `packet` to each of `targets`: a client through the server, one packet for each. */
  sendToEach(targets: readonly number[], packet: Uint8Array): GodotError {
    return this.#host.sender.sendToEach(targets, packet);
  }

  /** Handles "my number id means this path". */
  receiveSimplify(source: number, packet: Uint8Array): void {
    const told = readSimplifyPath(packet);
    if (told === null) {
      this.#host.isBad(source, `a path of peer ${source} is malformed`);
      return;
    }
    const node = this.nodeAt(told.path);
    if (node === null) {
      this.#host.mention(source, `peer ${source} speaks of a node that is not here: "${told.path}"`);
      return;
    }
    const { maxCachedPaths } = this.#host;
    if (this.#cache.theirs(source, told.id) !== undefined) {
      this.#host.mention(source, `peer ${source} gives the number ${told.id} again, to "${told.path}"`);
      return;
    }
    if (!this.#cache.hear(source, told.id, { path: told.path, node }, maxCachedPaths)) {
      const limit = `max_cached_paths ${maxCachedPaths}`;
      this.#host.mention(source, `peer ${source} speaks of more nodes than it may (${limit}): "${told.path}"`);
      return;
    }
    const isSame = told.checksum === node[RPCS].checksum;
    if (!isSame) this.#tellOfMismatch(source, node);
    writer.reset();
    writeConfirmPath(writer, told.id, isSame);
    this.#setReliable();
    this.sendToEach([source], writer.take());
  }

  #tellOfMismatch(peer: number, node: Node): void {
    const names = node[RPCS].names.join(', ') || 'none';
    const cause = 'the two sides have different @rpc methods, or one of them is older';
    this.#host.note(
      peer,
      `peer ${peer} has other callable methods at ${node.get_path()} than this side (${names}): ${cause}`,
    );
  }

  /** Handles "I know that path". */
  receiveConfirm(source: number, packet: Uint8Array): void {
    const confirm = readConfirmPath(packet);
    const numbered = confirm === null ? undefined : this.#cache.ours(confirm.id);
    if (confirm === null) {
      this.#host.isBad(source, `a confirmation of peer ${source} is malformed`);
    } else if (numbered === undefined) {
      // Of a node that has left meanwhile.
    } else if (!numbered.peers.has(source)) {
      this.#host.mention(source, `peer ${source} confirms a path that it was not told: ${numbered.node.get_path()}`);
    } else {
      // The number is valid for different methods, too, as in the engine.
      if (!confirm.isSame) this.#tellOfMismatch(source, numbered.node);
      numbered.peers.set(source, 'confirmed');
      this.confirmed(numbered.node, source);
    }
  }

  #setReliable(): void {
    this.#host.sender.peer?.set_transfer_mode(TRANSFER_MODE_RELIABLE);
    this.#host.sender.peer?.set_transfer_channel(0);
  }

  drop(node: Node): void {
    this.#cache.drop(node);
  }

  forgetPeer(peer: number): void {
    this.#cache.forgetPeer(peer);
  }

  forgetPeers(): void {
    this.#cache.forgetPeers();
  }
}

function simplifyPath(node: Node, id: number, path: string): Uint8Array {
  writer.reset();
  writeSimplifyPath(writer, { checksum: node[RPCS].checksum, id, path });
  return writer.take();
}
