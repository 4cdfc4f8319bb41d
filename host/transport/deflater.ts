// DEFLATE (RFC 1951) of whole messages, as RFC 7692 §7.2 puts them into frames: interface of the runtime's.
import type { OwnBytes } from '../bytes.js';

/** Why bytes were not inflated. */
export const InflateFault = {
  /** They would become more bytes than allowed. */
  TOO_BIG: 1,
  /** They are not DEFLATE. */
  INVALID: 2,
} as const;
export type InflateFault = (typeof InflateFault)[keyof typeof InflateFault];

/** Each message by itself: nothing is kept from one to the next. No function throws. */
export interface Deflater {
  /**
   * The payload of a deflated message, without the last four bytes 00 00 ff ff; for one call's use. Distances in it stay
   * within `windowBits`, 8 to 15. Null when it would be no shorter than `bytes`.
   */
  deflate(bytes: Uint8Array, windowBits: number): Uint8Array | null;
  /** The message of a payload, at most `most` bytes, or why there is none. A payload that ends early gives what it has. */
  inflate(bytes: Uint8Array, most: number): OwnBytes | InflateFault;
}
