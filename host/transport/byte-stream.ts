// The interface of a byte stream, over which a connection runs. Implementations are beside this file (node/…); no
// protocol, Godot name or Node import may enter here.

/** Phases of a stream, in the order in which they follow. */
export const StreamPhase = {
  /** DNS, TCP or TLS are under way; nothing can be written yet. */
  CONNECTING: 0,
  /** Bytes flow both ways. */
  OPEN: 1,
  /** The other side has finished sending (FIN or close_notify); this side may still write. */
  ENDED: 2,
  /** Closed, reset, or never opened. `error` has the reason, null after a clean end. */
  CLOSED: 3,
} as const;
export type StreamPhase = (typeof StreamPhase)[keyof typeof StreamPhase];

/** How long an ended connection still reads, in milliseconds, so that its last bytes are not lost to a TCP reset. */
export const LINGER_MS = 2000;

/** Receiver of a stream's events. Called from socket events: never throws, never changes state that a game sees. */
export interface StreamSink {
  /**
   * Receives the bytes `chunk[0 .. length)`, valid only during this call (the memory belongs to the stream). A stream that
   * reads into the buffer of `Sockets.useReadBuffer` passes that very object, so that a sink knows that the bytes are there.
   * Returns false to pause reading, until `resume()`.
   */
  receive(chunk: Uint8Array, length: number): boolean;
  /** The phase has become OPEN, ENDED or CLOSED. Bytes that arrived before are delivered before. */
  phaseChanged(): void;
  /** All bytes that `write` had to queue are sent; another `write` may follow. */
  drained(): void;
}

export interface ByteStream {
  readonly phase: StreamPhase;
  /** Why the phase is CLOSED; null after a clean end. */
  readonly error: Error | null;
  /** Whether, while it is CONNECTING, only TLS is still to be done. */
  readonly isSecuring?: boolean | undefined;
  /** '' until known; IPv4 dotted or IPv6 as the runtime writes it. */
  readonly remoteAddress: string;
  /** Whether it is known to be a Unix domain socket. */
  readonly isUnix?: boolean | undefined;
  readonly remotePort: number;
  readonly localPort: number;
  /** Whether bytes are encrypted and the peer was verified as its options demand. */
  readonly secure: boolean;

  /**
   * Makes `sink` the only listener and starts reading. Bytes that were read before (by an earlier sink that
   * gave them back with `unread`) are delivered inside this call; so is any phase beyond CONNECTING.
   */
  attach(sink: StreamSink): void;
  /** Returns bytes that the next sink receives first; reading stops until it is attached. */
  unread(bytes: Uint8Array): void;
  /** Stops reading, so that TCP slows the sender down. */
  pause(): void;
  resume(): void;
  /** Delivers what has arrived, inside this call. Missing where the system can't be asked. */
  readonly readNow?: (() => void) | undefined;

  /**
   * Sends `pieces` in order, as one write where the system can. True: the kernel has all bytes and the
   * memory belongs to the caller again. False: the stream needs the memory until `drained()`; a `write` before that
   * is queued, and `drained()` is called once everything is sent. Without effect unless OPEN or ENDED.
   */
  write(pieces: readonly Uint8Array[]): boolean;
  /**
   * Ends in order: written bytes are sent, then FIN; bytes that still arrive are read and dropped for at
   * most `lingerMs`, so that the last frame is not lost to a TCP reset. The sink is not called any more.
   */
  finish(lingerMs: number): void;
  /** Ends at once, dropping queued bytes. The sink is not called any more. */
  destroy(): void;

  setNoDelay(enabled: boolean): void;

  /** Looks for news. Missing where events report all of them. */
  readonly poll?: (() => void) | undefined;
}

/** Key of the method by which Godot's stream classes hand their byte stream to a peer. */
export const BYTE_STREAM: unique symbol = Symbol('byte stream');
