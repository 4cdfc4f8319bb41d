// What an endpoint asks and tells its owner, a host or a gateway, and what it is made with.
import type { Clock } from '../transport/platform.js';
import type { Pair } from './pair.js';

export interface EndpointEvents {
  /**
   * Whether messages may be taken and sent at this instant. While not, batches are dropped without acknowledgement,
   * state requests are not answered, and what is to be sent is kept.
   */
  mayWork(): boolean;
  /**
   * A record of `pair.other`, in order, each once. `payload` is a view of the message, which nobody changes. Must not
   * throw.
   */
  received(pair: Pair, kind: number, flags: number, link: number, payload: Uint8Array): void;
  /** The window has room again, after `pair.hasRoom` was false. */
  relieved(pair: Pair): void;
  /** All links of the pair have ended, for `cause`, words for the reason of a close. The pair is dead. */
  lost(pair: Pair, cause: string): void;
}

export interface EndpointOptions {
  readonly clock: Clock;
  /** Numbers from 0 to below 1, for the process id. */
  readonly random?: () => number;
  /** Milliseconds without the broker after which all pairs end. */
  readonly outageTimeoutMs: number;
  /** Number of the first batch of each session, the same for all. */
  readonly firstSequence?: number;
}
