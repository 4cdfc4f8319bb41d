// Base of all adapters: peers that are polled once per frame within a time budget, and closed at the end.

const DEFAULT_BUDGET = 4;

/**
 * A peer as adapters use it: every class of this package with `poll()` and `close()`.
 *
 * A class with another name for closing is wrapped in an object, for example
 * `{ poll: () => client.poll(), close: () => client.disconnect_from_host() }` for a Godot 3 client.
 */
export interface PolledPeer {
  /** Called once per frame, before the game's own code of that frame. */
  poll(): unknown;
  /** Called once, when the engine's object that the adapter belongs to is destroyed. */
  close(): unknown;
}

/**
 * Throws an error with the message `sentence` when `part` of an engine, a function or an object, is missing.
 *
 * @internal
 */
export function requirePart(part: unknown, sentence: string): asserts part {
  if (!part) throw new TypeError(sentence);
}

/** Options of every adapter. */
export interface FramePollOptions {
  /** The peers to poll from the first frame on. More can join later. */
  readonly peers?: Iterable<PolledPeer>;
  /**
   * Time limit for the polls of one frame, in milliseconds. Default 4, a quarter of a frame at 60 frames per second.
   *
   * Peers that were not polled within it come first in the next frame. At least one is polled in every frame, so that
   * each has its turn.
   *
   * **Note:** a single `poll()` is not interrupted. Its work is limited by the peer's `inbound_buffer_size` and
   * `max_queued_packets`.
   */
  readonly budget?: number;
}

/**
 * The peers that an adapter polls.
 *
 * The packets stay in the peers' queues until the game takes them with `get_packet()`, in the same frame or later.
 *
 * **Note:** engines stop their frames, and thus the polls, while the page is hidden.
 */
export class FramePoll {
  /** The peers, in the circular order in which they are polled. */
  #peers: PolledPeer[] = [];
  /** Index of the next peer to poll; after the last peer comes the first. */
  #next = 0;
  readonly #budget: number;
  readonly #detach: () => void;
  #isClosed = false;

  /** `detach` removes the adapter from its engine; it is called once, before the peers are closed. */
  constructor({ peers = [], budget = DEFAULT_BUDGET }: FramePollOptions = {}, detach: () => void = () => {}) {
    if (typeof budget !== 'number' || !(budget >= 0)) {
      throw new RangeError(`budget is ${String(budget)}, it must be 0 or more milliseconds`);
    }
    this.#budget = budget;
    this.#detach = detach;
    for (const peer of peers) this.add(peer);
  }

  /**
   * Polls `peer` in every frame from now on.
   *
   * A peer that was added before keeps its place. Throws after `close()`, since nothing would ever poll it.
   */
  add(peer: PolledPeer): void {
    if (this.#isClosed) throw new Error('a peer was added after its engine had been destroyed: nothing would poll it');
    if (this.#peers.includes(peer)) return;
    this.#peers.splice(this.#next, 0, peer); // the last in circular order
    this.#next += 1;
  }

  /**
   * Removes `peer` without closing it.
   *
   * Returns false when it had not been added.
   */
  remove(peer: PolledPeer): boolean {
    const at = this.#peers.indexOf(peer);
    if (at >= 0) this.#peers.splice(at, 1);
    if (at >= 0 && at < this.#next) this.#next -= 1;
    return at >= 0;
  }

  /**
   * Polls the peers until all have been polled or the budget is used up.
   *
   * The adapter calls it at the beginning of a frame. An exception of a signal's callback is passed on; the peers after
   * that one are polled in the next frame.
   */
  poll(): void {
    const end = performance.now() + this.#budget;
    // A callback of a peer may add, remove or close peers; the number of turns stays that of the beginning.
    for (let turns = this.#peers.length; turns > 0; turns -= 1) {
      if (this.#next >= this.#peers.length) this.#next = 0;
      const peer = this.#peers[this.#next];
      if (peer === undefined) return;
      this.#next += 1;
      peer.poll();
      if (performance.now() >= end) return;
    }
  }

  /**
   * Removes the adapter from its engine and closes the peers.
   *
   * The adapter calls it when its engine's object is destroyed; a game may do so earlier. All peers are closed, even
   * when a callback of one throws; then the first exception is rethrown.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const peers = [...this.#peers.slice(this.#next), ...this.#peers.slice(0, this.#next)];
    this.#peers = [];
    this.#next = 0;
    const errors: unknown[] = [];
    for (const step of [this.#detach, ...peers.map((peer) => () => peer.close())]) {
      try {
        step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
