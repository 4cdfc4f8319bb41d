// Interface of lines of messages between a primary process and its workers.

/** A message on a line. */
export interface LineMessage {
  readonly kind: number;
  readonly name: string;
  readonly number: number;
  readonly bytes: Uint8Array | null;
}

export interface LineEvents {
  /** The other side is there. */
  opened(): void;
  received(message: LineMessage): void;
  /** The other side is gone, or has closed the line; nothing comes afterwards. */
  ended(): void;
}

/** One side of a line. */
export interface ProcessLine {
  /**
   * Sends a message; before `opened` it is kept. False when the line has ended, or when so much waits that the other
   * side does not seem to read; `isDue` messages, which are small and few, are sent nevertheless. Never throws. `bytes`
   * must not change afterwards.
   */
  send(message: LineMessage, isDue?: boolean): boolean;
  /** Ends the line; `ended` is not called. */
  close(): void;
}

export interface ProcessLines {
  readonly isWorker: boolean;
  /** Opens a line to the primary process, and goes on trying until there is somebody. Workers only. */
  toPrimary(events: LineEvents): ProcessLine;
  /** Calls `opened` for each line that a worker opens, until the result is called, which ends all lines. */
  fromWorkers(opened: (line: ProcessLine) => LineEvents): () => void;
}
