// Nodes that are replicated, with their numbers, and what each peer sees and has of them.
import type { MultiplayerSpawner } from './multiplayer-spawner.js';
import type { MultiplayerSynchronizer, Properties } from './multiplayer-synchronizer.js';
import type { Node } from './node.js';

/** A node that this side spawns. */
export interface SpawnedNode {
  readonly node: Node;
  readonly spawner: MultiplayerSpawner;
  readonly scene: number;
  /** The argument of `spawn` as it was then; null for scenes. */
  readonly argument: Uint8Array | null;
  /** 0 until it is spawned at a peer. */
  id: number;
}

/** A synchronizer that is in the tree, whoever is its authority. */
export interface Synchronized {
  readonly synchronizer: MultiplayerSynchronizer;
  readonly root: Node;
  /** Called when its visibility changes. */
  readonly changed: (peer: number) => void;
  /** Its number when it goes with a spawned node; 0 otherwise. */
  id: number;
  /** Who has spawned it here, and by which number; null otherwise. */
  from: { readonly peer: PeerNodes; readonly number: number } | null;
  /** The poll of the last look at it. */
  poll: number;
  /** Milliseconds of the last look at its states, and of the last change of what is watched. */
  lookedAt: number;
  watchedAt: number;
  /** Properties that are always sent, of this poll; null when they are not due. */
  bytes: Uint8Array | null;
  /** What was sent last of each property that is watched; null while nobody has it. */
  watched: Watched[] | null;
  /** The properties of `watched`. */
  watchedOf: Properties | null;
  /** The poll of the last change of what is watched. */
  changedAt: number;
  /** The poll of the last look at what is watched. */
  watchedIn: number;
  /** Why something of it was not sent last time, which was told; '' when it was sent. */
  readonly trouble: { states: string; changes: string; size: string };
  /** Time of the last states that came in; -1 before the first. */
  heardAt: number;
  /** What peers call it: by its number, and by its path. */
  byNumber: Known | null;
  byPath: Known | null;
}

export interface Watched {
  readonly path: string;
  value: unknown;
  bytes: Uint8Array | null;
  /** The poll in which it changed. */
  changedAt: number;
}

/** A synchronizer of this side with its number in packets; one object for all peers that call it so. */
export interface Known {
  readonly one: Synchronized;
  readonly number: number;
}

/** What one peer sees and has. */
export interface PeerNodes {
  readonly id: number;
  /** Counts the polls in which it sees a synchronizer. */
  time: number;
  /** Nodes of ours that are spawned there, with the synchronizers that went with them. */
  readonly spawned: Map<SpawnedNode, readonly Synchronized[]>;
  /** Synchronizers of ours that it may see. */
  readonly visible: Set<Synchronized>;
  /** Those of them that it knows; null when it is to be found again. Peers with the same ones have the same list. */
  list: readonly Known[] | null;
  /** Those of them that it does not know yet. */
  waiting: readonly Synchronized[];
  /** Those whose changes it has, up to the poll `upTo`. */
  readonly had: Set<Known>;
  upTo: number;
  /** Whether the list has one that is not in `had`. */
  isFresh: boolean;
  /** What it has spawned here, by its numbers. */
  readonly nodes: Map<number, Arrived>;
  readonly synchronizers: Map<number, Synchronized>;
}

/** A node that a peer has spawned here. */
export interface Arrived {
  readonly peer: PeerNodes;
  readonly id: number;
  readonly node: Node;
  readonly spawner: MultiplayerSpawner;
}

const NEVER = Number.NEGATIVE_INFINITY;
const NONE: readonly Synchronized[] = [];

export class TrackedNodes {
  readonly spawned = new Map<Node, SpawnedNode>();
  readonly synchronized = new Map<MultiplayerSynchronizer, Synchronized>();
  readonly peers = new Map<number, PeerNodes>();
  readonly arrived = new Map<Node, Arrived>();
  readonly #byRoot = new Map<Node, Synchronized[]>();
  #last = 0;

  nextId(): number {
    this.#last += 1;
    return this.#last;
  }

  peer(id: number): PeerNodes {
    let peer = this.peers.get(id);
    if (peer === undefined) {
      peer = {
        id,
        time: 0,
        spawned: new Map(),
        visible: new Set(),
        list: null,
        waiting: NONE,
        had: new Set(),
        upTo: -1,
        isFresh: false,
        nodes: new Map(),
        synchronizers: new Map(),
      };
      this.peers.set(id, peer);
    }
    return peer;
  }

  /** Synchronizers whose root is `node`, in the order in which they entered the tree. */
  of(node: Node): readonly Synchronized[] {
    return this.#byRoot.get(node) ?? NONE;
  }

  add(
    synchronizer: MultiplayerSynchronizer,
    root: Node,
    changed: (one: Synchronized, peer: number) => void,
  ): Synchronized {
    const one: Synchronized = {
      synchronizer,
      root,
      changed: (peer) => changed(one, peer),
      id: 0,
      from: null,
      poll: -1,
      lookedAt: NEVER,
      watchedAt: NEVER,
      bytes: null,
      watched: null,
      watchedOf: null,
      changedAt: -1,
      watchedIn: -1,
      trouble: { states: '', changes: '', size: '' },
      heardAt: -1,
      byNumber: null,
      byPath: null,
    };
    this.synchronized.set(synchronizer, one);
    const others = this.#byRoot.get(root);
    if (others === undefined) this.#byRoot.set(root, [one]);
    else others.push(one);
    return one;
  }

  remove(one: Synchronized): void {
    this.synchronized.delete(one.synchronizer);
    const left = this.of(one.root).filter((other) => other !== one);
    if (left.length === 0) this.#byRoot.delete(one.root);
    else this.#byRoot.set(one.root, left);
    if (one.from !== null) one.from.peer.synchronizers.delete(one.from.number);
  }

  /** All peers are gone: numbers begin anew. */
  reset(): void {
    this.#last = 0;
    for (const spawned of this.spawned.values()) spawned.id = 0;
    for (const one of this.synchronized.values()) {
      one.id = 0;
      one.heardAt = -1;
      one.byNumber = null;
      one.byPath = null;
    }
  }
}
