// A message for many sessions: each form of its frame is encoded once, by the first session that needs it.

export interface SharedMessage {
  /** The payload; UTF-8 for text. */
  readonly bytes: Uint8Array;
  readonly isText: boolean;
  /** The encoded frame, unmasked, as servers send it. Missing until needed. */
  frame?: Uint8Array;
  /** The frame deflated, by the size of window; null where that saves nothing. Missing until needed. */
  deflated?: Map<number, Uint8Array | null>;
}
