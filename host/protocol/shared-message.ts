// A message that goes to many: what the wire gets of it is made once, by the first session that needs it.

export interface SharedMessage {
  /** Of text, UTF-8. */
  readonly bytes: Uint8Array;
  readonly isText: boolean;
  /** The frame that servers send. */
  frame: Uint8Array | null;
}
