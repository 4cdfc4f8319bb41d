// Lookout for a lack of file descriptors, which libuv does not report.
import { fsModule } from './builtins.js';

/** Shortest time between two looks without a reason, in milliseconds. */
const LOOK_MS = 100;

/**
 * Looks for a lack of descriptors when a connection was accepted: libuv then accepts and closes further ones without a
 * word, and goes on by itself when descriptors are free.
 */
export class Lookout {
  readonly #exhausted: () => void;
  readonly #isFree: () => boolean;
  readonly #now: () => number;
  /** Highest descriptor of a connection. */
  #highest = 0;
  #looked = Number.NEGATIVE_INFINITY;
  /** Whether the last look has found none. */
  #lacked = false;

  constructor(exhausted: () => void, isFree = hasFreeDescriptor, now = () => performance.now()) {
    this.#exhausted = exhausted;
    this.#isFree = isFree;
    this.#now = now;
  }

  /**
   * A connection got `descriptor`. The system gives out the lowest free number: the highest so far may be the last, and
   * so may any other when those above it have other owners by now.
   */
  taken(descriptor: number): void {
    const now = this.#now();
    if (descriptor < this.#highest && !this.#lacked && now - this.#looked < LOOK_MS) return;
    this.#highest = Math.max(this.#highest, descriptor);
    this.#looked = now;
    this.#lacked = !this.#isFree();
    if (this.#lacked) this.#exhausted();
  }
}

function hasFreeDescriptor(): boolean {
  try {
    fsModule().closeSync(fsModule().openSync('/', 'r'));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'EMFILE' && code !== 'ENFILE';
  }
}
