// Rates of what the other side sends: frames, control frames included, and bytes of the connection, headers included.
// Each has a bucket with a second's worth, which fills with time.
import { FAULT_NONE } from '../../assembly/abi.js';
import { FAULT_TOO_MANY_BYTES, FAULT_TOO_MANY_PACKETS } from '../codec/faults.js';
import type { ConnectionContext } from './context.js';

/** What may come at a time, as counted here. */
export interface RateLimits {
  readonly maxPacketsPerSecond: number;
  readonly maxBytesPerSecond: number;
}

export class RateMeter {
  readonly limits: RateLimits;
  readonly #context: ConnectionContext;
  /** What may come now. */
  #packets: number;
  #bytes: number;
  #filledAt: number;
  /** Frames of all connections before this one's. */
  #framesBefore = 0;
  #wasPaused = false;

  /** 0 is no limit. */
  constructor(context: ConnectionContext, maxPacketsPerSecond: number, maxBytesPerSecond: number) {
    this.limits = { maxPacketsPerSecond, maxBytesPerSecond };
    this.#context = context;
    this.#packets = maxPacketsPerSecond;
    this.#bytes = maxBytesPerSecond;
    this.#filledAt = context.clock.now();
  }

  /** Marks that this side stops to read: what comes meanwhile waits, and comes at once afterwards. */
  pause(): void {
    this.#wasPaused = true;
  }

  /** Called before bytes are decoded. */
  begin(): void {
    this.#framesBefore = this.#context.core.frames[0] as number;
  }

  /** Called after `bytes` bytes were decoded; returns the fault when they, or their frames, are too many. */
  end(bytes: number): number {
    const { maxPacketsPerSecond, maxBytesPerSecond } = this.limits;
    const frames = ((this.#context.core.frames[0] as number) - this.#framesBefore) >>> 0;
    const now = this.#context.clock.now();
    const seconds = (now - this.#filledAt) / 1000;
    this.#filledAt = now;
    this.#packets = this.#filled(this.#packets, maxPacketsPerSecond, seconds) - frames;
    this.#bytes = this.#filled(this.#bytes, maxBytesPerSecond, seconds) - bytes;
    this.#wasPaused = false;
    if (maxPacketsPerSecond > 0 && this.#packets < 0) return FAULT_TOO_MANY_PACKETS;
    return maxBytesPerSecond > 0 && this.#bytes < 0 ? FAULT_TOO_MANY_BYTES : FAULT_NONE;
  }

  /** The bucket after some time; the time of a pause may fill it above a second's worth. */
  #filled(left: number, rate: number, seconds: number): number {
    const filled = left + seconds * rate;
    return this.#wasPaused ? filled : Math.max(left, Math.min(rate, filled));
  }
}
