// Numbers that stand for paths of nodes in packets: those that this side has given, with the peers that know them, and
// those that peers have given.
import type { Node } from './node.js';

/** What a peer knows of a number of ours. */
type Knowledge = 'told' | 'confirmed';

/** A node that this side has talked about. */
export interface NumberedNode {
  readonly id: number;
  readonly node: Node;
  readonly peers: Map<number, Knowledge>;
}

/** A path that a peer has given a number. */
interface HeardPath {
  readonly path: string;
  /** Null since it has left the tree. */
  node: Node | null;
  /** The node that has left, which may come back elsewhere; kept from no collection. */
  left?: WeakRef<Node>;
}

export class PathCache {
  readonly #byNode = new Map<Node, NumberedNode>();
  readonly #byNumber = new Map<number, NumberedNode>();
  readonly #heard = new Map<number, Map<number, HeardPath>>();
  /** What peers have called a node, to let go of it when it leaves. */
  readonly #heardOf = new Map<Node, Set<HeardPath>>();
  /** Whether a node of `#heard` has left since room was made there last. */
  #haveLeft = false;
  #last = 0;

  /** The number of `node`, which is given now if need be. */
  numbered(node: Node): NumberedNode {
    let numbered = this.#byNode.get(node);
    if (numbered === undefined) {
      this.#last += 1;
      numbered = { id: this.#last, node, peers: new Map() };
      this.#byNode.set(node, numbered);
      this.#byNumber.set(numbered.id, numbered);
    }
    return numbered;
  }

  /** The number of `node`, if it has one. */
  ofNode(node: Node): NumberedNode | undefined {
    return this.#byNode.get(node);
  }

  /** The node to which this side has given `id`. */
  ours(id: number): NumberedNode | undefined {
    return this.#byNumber.get(id);
  }

  /** Forgets the number of a node, which may come back under another. */
  drop(node: Node): void {
    const heard = this.#heardOf.get(node);
    if (heard !== undefined) {
      const left = new WeakRef(node);
      for (const one of heard) {
        one.node = null;
        one.left = left;
      }
      this.#heardOf.delete(node);
      this.#haveLeft = true;
    }
    const numbered = this.#byNode.get(node);
    if (numbered === undefined) return;
    this.#byNode.delete(node);
    this.#byNumber.delete(numbered.id);
  }

  /** Notes that `peer` calls the node at `path` by `id`; false when it has given `most` numbers already. */
  hear(peer: number, id: number, heard: HeardPath, most: number): boolean {
    let paths = this.#heard.get(peer);
    if (paths === undefined) {
      paths = new Map();
      this.#heard.set(peer, paths);
    }
    if (paths.size >= most && !this.#hasRoom(paths, most)) return false;
    paths.set(id, heard);
    if (heard.node !== null) this.isAt(heard, heard.node);
    return true;
  }

  /** Whether there is room once the paths of nodes that have left are forgotten. */
  #hasRoom(paths: Map<number, HeardPath>, most: number): boolean {
    if (!this.#haveLeft) return false;
    this.#haveLeft = false;
    for (const [id, { node }] of paths) if (node === null) paths.delete(id);
    return paths.size < most;
  }

  /** The path leads to `node` now. */
  isAt(heard: HeardPath, node: Node): void {
    heard.node = node;
    const all = this.#heardOf.get(node);
    if (all === undefined) this.#heardOf.set(node, new Set([heard]));
    else all.add(heard);
  }

  /** What `peer` has called `id`. */
  theirs(peer: number, id: number): HeardPath | undefined {
    return this.#heard.get(peer)?.get(id);
  }

  forgetPeer(peer: number): void {
    for (const heard of this.#heard.get(peer)?.values() ?? []) {
      if (heard.node !== null) this.#heardOf.get(heard.node)?.delete(heard);
    }
    this.#heard.delete(peer);
    for (const { peers } of this.#byNode.values()) peers.delete(peer);
  }

  forgetPeers(): void {
    this.#heard.clear();
    this.#heardOf.clear();
    for (const { peers } of this.#byNode.values()) peers.clear();
  }
}
