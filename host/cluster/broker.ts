// Interface of a broker: what carries messages between the processes of a cluster, and keeps their names.

/** Whether messages can be carried: `connected`; not now (`interrupted`); never again (`closed`). */
export type BrokerStatus = 'connected' | 'interrupted' | 'closed';

/** Ends a subscription. A second call does nothing. */
export type Unsubscribe = () => void;

/**
 * Receives a message. `bytes` are never changed, here or there. `answer` sends an answer, once, when the message is a request;
 * null otherwise. Must not throw.
 */
export type MessageReceiver = (bytes: Uint8Array, answer: ((bytes: Uint8Array) => void) | null) => void;

/** What became of a request: its answer, nobody subscribes to the subject, or no answer came in time. */
export type Answer = Uint8Array | 'nobody' | 'silence';

/**
 * A broker: messages between processes, at most once and in the order of each publisher on each subject, and a
 * directory of names.
 *
 * Subjects are tokens of letters, digits, `_` and `-`, separated by `.`; no data of clients is ever in one.
 */
export interface Broker {
  readonly status: BrokerStatus;
  /** Largest message, in bytes. */
  readonly max_payload: number;
  readonly directory: Directory;
  /**
   * Whether 'nobody' as an answer means that the process that had subscribed can't get or send anything any more; `true`
   * unless said otherwise. Several servers that may have lost each other can't know that.
   */
  readonly is_nobody_certain?: boolean;
  /**
   * Sends `bytes` to all who subscribe to `subject`. Copies them, or is done with them when it returns. While the status
   * is not `connected` the message may be lost. Never throws.
   */
  publish(subject: string, bytes: Uint8Array): void;
  /** Calls `receive` for each message on `subject`, in a turn of the event loop of its own, until the result is called. */
  subscribe(subject: string, receive: MessageReceiver): Unsubscribe;
  /** Sends a request to the one who subscribes to `subject`. Never rejects; 'silence' when interrupted. */
  request(subject: string, bytes: Uint8Array, timeout_ms: number): Promise<Answer>;
  /** Calls `listener` after each change of the status, until the result is called. */
  watch_status(listener: (status: BrokerStatus) => void): Unsubscribe;
  /** Ends everything; what was published goes first, if possible. */
  close(): Promise<void>;
}

/** A value of the directory, and the revision at which it was read; each change makes another revision. */
export interface DirectoryEntry {
  readonly value: string;
  readonly revision: number;
}

/**
 * Names that processes claim, each with a text; an entry is gone `ttl_ms` after its last change. Atomic over all
 * processes. Keys are as subjects. Promises are rejected when the directory can't be reached: then nothing is known of
 * the entry, and the change may have happened.
 */
export interface Directory {
  /** Milliseconds for which an entry lives after its last change. */
  readonly ttl_ms: number;
  get(key: string): Promise<DirectoryEntry | null>;
  /** Entries whose keys begin with `prefix`. */
  list(prefix: string): Promise<ReadonlyMap<string, DirectoryEntry>>;
  /** Makes an entry; its revision, or null when there is one already. */
  create(key: string, value: string): Promise<number | null>;
  /** Changes the entry that has `revision`, and lets it live on; its new revision, or null when it is another or gone. */
  update(key: string, value: string, revision: number): Promise<number | null>;
  /** Removes the entry that has `revision`; false when it is another or gone. */
  remove(key: string, revision: number): Promise<boolean>;
}
