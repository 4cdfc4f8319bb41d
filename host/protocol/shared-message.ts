// A message for many sessions: its frame is encoded once, by the first session that needs it.

export interface SharedMessage {
  /** The payload; UTF-8 for text. */
  readonly bytes: Uint8Array;
  readonly isText: boolean;
  /** The encoded frame, unmasked, as servers send it; null until needed. */
  frame: Uint8Array | null;
}
