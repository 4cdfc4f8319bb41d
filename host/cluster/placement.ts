// Which process a new room goes to: the least loaded one that is not draining and not full.
import type { Directory } from './broker.js';
import { type ProcessState, stateOf } from './directory-values.js';
import { PROCESS_PREFIX, processOfKey } from './names.js';

interface Candidate {
  readonly revision: number;
  readonly state: ProcessState;
  /** Rooms that went there since it wrote its state. */
  placed: number;
}

/**
 * Chooses by what processes say of themselves, once a second, and by what has been placed on them since: many new rooms
 * within a second are spread.
 */
export class Placement {
  readonly #directory: Directory;
  readonly #random: () => number;
  #candidates = new Map<number, Candidate>();
  #reading: Promise<void> | null = null;

  constructor(directory: Directory, random: () => number) {
    this.#directory = directory;
    this.#random = random;
  }

  /** Reads what processes say. Rejected when the directory can't be reached. */
  read(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** The best process that is not in `asked`, null without one. The room counts as placed there until `withdraw`. */
  choose(asked: ReadonlySet<number>): number | null {
    const loadOfRoom = this.#loadOfRoom();
    let best: number | null = null;
    let least = Number.POSITIVE_INFINITY;
    let equal = 0;
    for (const [process, { state, placed }] of this.#candidates) {
      if (asked.has(process) || state.draining || state.rooms + placed >= state.max_rooms) continue;
      const load = state.load + placed * loadOfRoom;
      if (load > least) continue;
      equal = load < least ? 1 : equal + 1;
      least = load;
      // Each of `equal` processes remains with the same probability.
      if (this.#random() * equal < 1) best = process;
    }
    const chosen = best === null ? undefined : this.#candidates.get(best);
    if (chosen !== undefined) chosen.placed += 1;
    return best;
  }

  /** The room was not placed there. */
  withdraw(process: number): void {
    const candidate = this.#candidates.get(process);
    if (candidate !== undefined && candidate.placed > 0) candidate.placed -= 1;
  }

  async #read(): Promise<void> {
    const entries = await this.#directory.list(PROCESS_PREFIX);
    const candidates = new Map<number, Candidate>();
    for (const [key, { value, revision }] of entries) {
      const process = processOfKey(key);
      const state = stateOf(value);
      if (process === null || state === null) continue;
      const known = this.#candidates.get(process);
      candidates.set(process, known?.revision === revision ? known : { revision, state, placed: 0 });
    }
    this.#candidates = candidates;
  }

  /** What a room costs on the average; 1 where nothing is known. */
  #loadOfRoom(): number {
    let rooms = 0;
    let load = 0;
    for (const { state } of this.#candidates.values()) {
      rooms += state.rooms;
      load += state.load;
    }
    return rooms > 0 && load > 0 ? load / rooms : 1;
  }
}
