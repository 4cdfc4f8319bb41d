// Interface of a MessagePort, as far as this package uses it: the browser's, and that of Node's `worker_threads`.

/** One end of a MessageChannel. */
export interface MessagePortLike {
  /** `transfer` lists what is moved instead of copied: each runtime has its own type for it. */
  postMessage(message: unknown, transfer: never[]): void;
  postMessage(message: unknown): void;
  addEventListener(
    type: 'message' | 'messageerror' | 'close',
    listener: (event: { readonly type: string; readonly data?: unknown }) => void,
  ): void;
  start?(): void;
  close(): void;
}
