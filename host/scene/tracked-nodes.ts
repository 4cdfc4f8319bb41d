// Nodes that are replicated, with their numbers, and what each peer has of them.
import type { MultiplayerSpawner } from './multiplayer-spawner.js';
import type { MultiplayerSynchronizer } from './multiplayer-synchronizer.js';
import type { Node } from './node.js';

/** A node that this side spawns. */
export interface SpawnedNode {
  readonly node: Node;
  readonly spawner: MultiplayerSpawner;
  /** 0 until it is spawned at a peer. */
  id: number;
}

/** A synchronizer that is in the tree, whoever is its authority. */
export interface Synchronized {
  readonly synchronizer: MultiplayerSynchronizer;
  readonly root: Node;
  /** Its number, when it came, or goes, with a spawned node; 0 otherwise. */
  id: number;
  /** Milliseconds of the last look at its states, and at what has changed. */
  lookedAt: number;
  watchedAt: number;
  /** What was sent last of each property that is watched, and the look at which that changed; null while nobody has it. */
  watched: Watched[] | null;
  /** Time of the last states that came in; -1 before the first. */
  heardAt: number;
}

export interface Watched {
  value: unknown;
  bytes: Uint8Array | null;
  changedAt: number;
}

/** What one peer has. */
export interface PeerNodes {
  /** Counts the polls in which states may go to the peer. */
  time: number;
  /** Nodes of ours that are spawned there. */
  readonly spawned: Set<SpawnedNode>;
  /** Synchronizers of ours whose changes it has, with the look up to which it has them. */
  readonly sentAt: Map<Synchronized, number>;
  /** What it has spawned here, by its numbers. */
  readonly nodes: Map<number, { readonly node: Node; readonly spawner: MultiplayerSpawner }>;
  readonly synchronizers: Map<number, Synchronized>;
}

export class TrackedNodes {
  readonly spawned = new Map<Node, SpawnedNode>();
  readonly synchronized = new Map<MultiplayerSynchronizer, Synchronized>();
  readonly peers = new Map<number, PeerNodes>();
  #last = 0;

  nextId(): number {
    this.#last += 1;
    return this.#last;
  }

  peer(id: number): PeerNodes {
    let peer = this.peers.get(id);
    if (peer === undefined) {
      peer = { time: 0, spawned: new Set(), sentAt: new Map(), nodes: new Map(), synchronizers: new Map() };
      this.peers.set(id, peer);
    }
    return peer;
  }

  /** Synchronizers of `node` and of what is below it, in the order in which they entered the tree. */
  below(node: Node): Synchronized[] {
    return [...this.synchronized.values()].filter(({ root }) => root === node || node.is_ancestor_of(root));
  }
}
