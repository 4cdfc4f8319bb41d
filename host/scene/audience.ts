// Who sees which synchronizer of this side, and by which number each peer knows it.
import type { NodeHost } from '../godot4/multiplayer/node-side.js';
import { STATE } from './multiplayer-synchronizer.js';
import type { Node } from './node.js';
import { IS_OFFSET } from './node-packets.js';
import type { NodePaths } from './node-paths.js';
import type { Known, PeerNodes, Synchronized, TrackedNodes } from './tracked-nodes.js';

const NOTHING: readonly Known[] = [];

export class Audience {
  readonly #host: NodeHost;
  readonly #paths: NodePaths;
  readonly #tracked: TrackedNodes;

  constructor(host: NodeHost, paths: NodePaths, tracked: TrackedNodes) {
    this.#host = host;
    this.#paths = paths;
    this.#tracked = tracked;
  }

  /** Whether this side is the authority of `node`. */
  isOurs(node: Node): boolean {
    return node.get_multiplayer_authority() === this.#host.sender.peer?.get_unique_id();
  }

  /** Peers that are here, those of `peer` alone unless it is 0. */
  targets(peer: number): readonly number[] {
    const { connected } = this.#host.sender;
    if (peer === 0) return [...connected];
    return connected.has(peer) ? [peer] : [];
  }

  /** `one` has entered the tree, or its visibility for `peer` has changed; 0 stands for all. */
  update(one: Synchronized, peer: number): void {
    for (const id of this.targets(peer)) this.#updateFor(one, this.#tracked.peer(id));
  }

  #updateFor(one: Synchronized, peer: PeerNodes): void {
    const isVisible = this.isOurs(one.synchronizer) && one.synchronizer[STATE].isVisibleTo(peer.id);
    if (isVisible === peer.visible.has(one)) return;
    if (isVisible) peer.visible.add(one);
    else this.#hide(one, peer);
    peer.list = null;
  }

  #hide(one: Synchronized, peer: PeerNodes): void {
    peer.visible.delete(one);
    this.lose(one, peer);
  }

  /** What `peer` had of `one` counts no more: it gets everything again. */
  lose(one: Synchronized, peer: PeerNodes): void {
    if (one.byNumber !== null) peer.had.delete(one.byNumber);
    if (one.byPath !== null) peer.had.delete(one.byPath);
    peer.list = null;
  }

  remove(one: Synchronized): void {
    for (const peer of this.#tracked.peers.values()) if (peer.visible.has(one)) this.#hide(one, peer);
  }

  joined(id: number): void {
    const peer = this.#tracked.peer(id);
    for (const one of this.#tracked.synchronized.values()) this.#updateFor(one, peer);
  }

  /** `peer` knows the path of a node now. */
  confirmed(peer: number): void {
    const found = this.#tracked.peers.get(peer);
    if (found !== undefined && found.waiting.length > 0) found.list = null;
  }

  /** What `peer` sees and knows. */
  listOf(peer: PeerNodes): readonly Known[] {
    peer.list ??= this.#find(peer);
    return peer.list;
  }

  #find(peer: PeerNodes): readonly Known[] {
    const list: Known[] = [];
    const waiting: Synchronized[] = [];
    for (const one of peer.visible) {
      const known = this.#knownAs(one, peer);
      if (known === null) waiting.push(one);
      else list.push(known);
    }
    peer.waiting = waiting;
    peer.isFresh = list.some((known) => !peer.had.has(known));
    return this.#shared(list);
  }

  /** How `peer` calls `one`, which it is told if need be; null while it does not know it. */
  #knownAs(one: Synchronized, peer: PeerNodes): Known | null {
    const { spawned } = this.#tracked;
    const above = spawned.size === 0 ? undefined : spawned.get(one.root);
    if (above !== undefined && peer.spawned.get(above)?.includes(one) === true) {
      if (one.byNumber?.number !== one.id) one.byNumber = { one, number: one.id };
      return one.byNumber;
    }
    const { id, peers } = this.#paths.introduce(one.synchronizer, [peer.id]);
    if (peers.get(peer.id) !== 'confirmed') return null;
    const number = IS_OFFSET + id;
    if (one.byPath?.number !== number) one.byPath = { one, number };
    return one.byPath;
  }

  /** The list of another peer when it is equal, so that what is sent is made once for both. */
  #shared(list: readonly Known[]): readonly Known[] {
    if (list.length === 0) return NOTHING;
    for (const { list: other } of this.#tracked.peers.values()) {
      if (other?.length === list.length && other.every((known, i) => known === list[i])) return other;
    }
    return list;
  }
}
