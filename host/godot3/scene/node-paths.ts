// Nodes by their paths and numbers, for one API: what this side and its peers call each node, and who has been told.
import type { GodotError } from '../../binding/errors.js';
import { ByteWriter } from '../../variant/byte-writer.js';
import type { Network } from './network-multiplayer.js';
import type { Node } from './node.js';
import { confirmPacket, readConfirm, readSimplify, simplifyPacket } from './node-packets.js';
import { FOLLOWERS, type TreeFollower, VERSION } from './tree.js';

/** A node that this side has a number for. */
export interface NumberedNode {
  readonly number: number;
  readonly node: Node;
  /** Path below the root of the API. */
  readonly path: string;
  /** Those who have been told the number; true when they have confirmed it. */
  readonly peers: Map<number, boolean>;
}

/** A path that a peer has a number for, and the node that was last found there. */
interface HeardPath {
  readonly path: string;
  node: Node | null;
  version: number;
}

/** Path of the root itself. */
const ROOT = '.';
/** No version of a tree. */
const NEVER = -1;

const writer = new ByteWriter();

export class NodePaths {
  readonly #network: Network;
  readonly #root: () => Node | null;
  readonly #byNode = new Map<Node, NumberedNode>();
  readonly #byPath = new Map<string, NumberedNode>();
  readonly #heard = new Map<number, Map<number, HeardPath>>();
  #last = 0;
  #followers: Set<TreeFollower> | null = null;
  readonly #follower: TreeFollower = {
    leaves: (node) => this.#drop(this.#byNode.get(node as Node)),
    renamed: () => {
      for (const numbered of this.#byNode.values())
        if (this.#pathOf(numbered.node) !== numbered.path) this.#drop(numbered);
    },
  };

  constructor(network: Network, root: () => Node | null) {
    this.#network = network;
    this.#root = root;
  }

  /** The node at a path of a packet. */
  nodeAt(path: string): Node | null {
    // No way up: a peer reaches the root and what is below it.
    if (path.startsWith('/') || path.split('/').includes('..')) return null;
    return this.#root()?.get_node_or_null(path) ?? null;
  }

  /** Path of `node` in packets; '' when it is not below the root. */
  #pathOf(node: Node): string {
    const root = this.#root();
    if (node === root) return ROOT;
    return root?.is_a_parent_of(node) ? root.get_path_to(node) : '';
  }

  /** What `peer` has a number for: its path, and the node if it is there; undefined for an unknown number. */
  heard(peer: number, number: number): HeardPath | undefined {
    const heard = this.#heard.get(peer)?.get(number);
    if (heard === undefined) return undefined;
    const version = this.#root()?.get_tree()?.[VERSION] ?? NEVER;
    if (version !== heard.version || version === NEVER || heard.node?.is_inside_tree() === false) {
      heard.node = this.nodeAt(heard.path);
      heard.version = version;
    }
    return heard;
  }

  /** Peers that `target` means, ascending: one, all (0), all but one (negative). */
  targetsOf(target: number): readonly number[] {
    const { others } = this.#network;
    return target === 0 ? others : others.filter((id) => (target > 0 ? id === target : id !== -target));
  }

  /** The number of `node`, which is given now if need be; null when it has no path. */
  numbered(node: Node): NumberedNode | null {
    const known = this.#byNode.get(node);
    if (known !== undefined) return known;
    const path = this.#pathOf(node);
    if (path === '') return null;
    this.#last += 1;
    const numbered = { number: this.#last, node, path, peers: new Map() };
    this.#byNode.set(node, numbered);
    this.#byPath.set(path, numbered);
    this.#follow(node);
    return numbered;
  }

  #follow(node: Node): void {
    this.#followers = node.get_tree()?.[FOLLOWERS] ?? null;
    this.#followers?.add(this.#follower);
  }

  /** Tells those of `targets` the number of a node who do not know it; says whether all have confirmed it. */
  introduce({ number, path, peers }: NumberedNode, targets: readonly number[]): boolean {
    let isKnownToAll = true;
    let packet: Uint8Array | null = null;
    for (const target of targets) {
      const known = peers.get(target);
      if (known === true) continue;
      isKnownToAll = false;
      if (known === false) continue;
      peers.set(target, false);
      packet ??= simplifyPacket(writer, number, path);
      this.#send(target, packet);
    }
    return isKnownToAll;
  }

  #send(target: number, packet: Uint8Array): GodotError {
    return this.#network.send(target, packet, false);
  }

  /** Handles "my number for this path is". */
  receiveSimplify(source: number, packet: Uint8Array): void {
    const told = readSimplify(packet);
    if (told === null) {
      this.#network.isBad(source, `a path of peer ${source} is malformed`);
      return;
    }
    // Of one who has left, no later packet can need it.
    if (!this.#network.others.includes(source)) return;
    const { maxCachedPaths } = this.#network;
    const paths = this.#heard.get(source) ?? new Map<number, HeardPath>();
    this.#heard.set(source, paths);
    if (!paths.has(told.number) && paths.size >= maxCachedPaths) {
      const limit = `max_cached_paths ${maxCachedPaths}`;
      this.#network.mention(source, `peer ${source} has numbers for more nodes than it may (${limit}): "${told.path}"`);
      return;
    }
    paths.set(told.number, { path: told.path, node: null, version: NEVER });
    // As the engine: also a path at which there is no node yet.
    this.#send(source, confirmPacket(writer, told.path));
  }

  /** Handles "I know your number for this path". */
  receiveConfirm(source: number, packet: Uint8Array): void {
    const path = readConfirm(packet);
    if (path === null) {
      this.#network.isBad(source, `a confirmation of peer ${source} is malformed`);
      return;
    }
    const numbered = this.#byPath.get(path); // none for a node that has left meanwhile
    if (numbered?.peers.has(source)) numbered.peers.set(source, true);
    else if (numbered !== undefined) {
      this.#network.mention(source, `peer ${source} confirms a path that it was not told: "${path}"`);
    }
  }

  #drop(numbered: NumberedNode | undefined): void {
    if (numbered === undefined) return;
    this.#byNode.delete(numbered.node);
    this.#byPath.delete(numbered.path);
  }

  /** All paths are others now. */
  rootChanged(): void {
    for (const numbered of this.#byNode.values()) this.#drop(numbered);
    for (const paths of this.#heard.values()) for (const heard of paths.values()) heard.version = NEVER;
  }

  forgetPeer(peer: number): void {
    this.#heard.delete(peer);
    for (const { peers } of this.#byNode.values()) peers.delete(peer);
  }

  /** Begins anew, numbers included. */
  forgetPeers(): void {
    this.#heard.clear();
    this.#followers?.delete(this.#follower);
    this.#byNode.clear();
    this.#byPath.clear();
    this.#last = 0;
  }
}
