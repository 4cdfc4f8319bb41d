// What the adapters share: the peers of a game, polled once per frame within a time budget and closed in the end. No
// engine is known here.

const DEFAULT_BUDGET = 4;

/**
 * What an adapter needs of a peer; every class of this package with `poll()` and `close()` has it.
 *
 * One whose end is called differently is given as an object, for example
 * `{ poll: () => client.poll(), close: () => client.disconnect_from_host() }` for a Godot 3 client.
 */
export interface PolledPeer {
  /** Called once per frame, before the game's own code of that frame. */
  poll(): unknown;
  /** Called once, when the engine's object that the adapter belongs to is destroyed. */
  close(): unknown;
}

/**
 * Throws `sentence` when `part` of an engine, a function or an object, is not there.
 *
 * @internal
 */
export function requirePart(part: unknown, sentence: string): asserts part {
  if (!part) throw new TypeError(sentence);
}

/** What every adapter can be told. */
export interface FramePollOptions {
  /** The peers to poll from the first frame on. More can join later. */
  readonly peers?: Iterable<PolledPeer>;
  /**
   * How long the polls of one frame may take, in milliseconds. Default 4, a quarter of a frame at 60 frames per second.
   *
   * When it is used up, the peers that were not polled are the first of the next frame. At least one is polled in every
   * frame, so that none is left out for ever.
   *
   * **Note:** one call of `poll()` is not cut short. How much work it can find is limited by the peer's own
   * `inbound_buffer_size` and `max_queued_packets`.
   */
  readonly budget?: number;
}

/**
 * The peers that an adapter polls.
 *
 * The packets stay in the peers' queues until the game takes them with `get_packet()`, in the same frame or later.
 *
 * **Note:** engines stop their frames while the page is hidden, and with them the polls.
 */
export class FramePoll {
  /** In the order of their turns, in a circle that begins anywhere. */
  #peers: PolledPeer[] = [];
  /** Whose turn is next; behind the last peer it is the first one's. */
  #next = 0;
  readonly #budget: number;
  readonly #detach: () => void;
  #isClosed = false;

  /** `detach` takes the adapter off its engine; it is called once, before the peers are closed. */
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
   * One that is there already stays where it is. Throws after `close()`, since nothing would ever poll it.
   */
  add(peer: PolledPeer): void {
    if (this.#isClosed) throw new Error('a peer was added after its engine had been destroyed: nothing would poll it');
    if (this.#peers.includes(peer)) return;
    this.#peers.splice(this.#next, 0, peer); // the last of the circle
    this.#next += 1;
  }

  /**
   * Leaves `peer` to its owner, open as it is.
   *
   * Returns false when it was not there.
   */
  remove(peer: PolledPeer): boolean {
    const at = this.#peers.indexOf(peer);
    if (at >= 0) this.#peers.splice(at, 1);
    if (at >= 0 && at < this.#next) this.#next -= 1;
    return at >= 0;
  }

  /**
   * Polls the peers until all had their turn or the budget is used up.
   *
   * The adapter calls it at the beginning of a frame. What a signal's callback throws comes out here; the peers behind
   * that one have their turns in the next frame.
   */
  poll(): void {
    const end = performance.now() + this.#budget;
    // A callback of a peer may add, remove or close: neither makes a round longer than it was at its beginning.
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
   * Takes the adapter off its engine and closes the peers.
   *
   * The adapter calls it when its engine's object is destroyed; a game may do so earlier. All peers are closed, even
   * when a callback of one throws; what was thrown first is thrown again in the end.
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
