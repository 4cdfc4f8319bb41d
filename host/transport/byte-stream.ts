// The seam between the protocol and the world: what a connection needs of a byte stream.
// Implementations live beside this file (node/…); no protocol, no Godot name, no Node import may enter here.

/** Phases of a stream; they only ever go forward. */
export const StreamPhase = {
  /** DNS, TCP or TLS are under way; nothing can be written yet. */
  CONNECTING: 0,
  /** Bytes flow both ways. */
  OPEN: 1,
  /** The other side has finished sending (FIN or close_notify); this side may still write. */
  ENDED: 2,
  /** Gone: closed on purpose, reset, or never came up. `error` says why, null after a clean end. */
  CLOSED: 3,
} as const;
export type StreamPhase = (typeof StreamPhase)[keyof typeof StreamPhase];

/** How long an ended connection still reads, in milliseconds, so that its last bytes are not lost to a TCP reset. */
export const LINGER_MS = 2000;

/** Who hears of a stream. Called from socket events: never throws, never changes what a game can see. */
export interface StreamSink {
  /**
   * Bytes arrived: `chunk[0 .. length)`, valid only during this call (the memory is the stream's). A stream that reads into
   * the buffer of `Sockets.useReadBuffer` gives that very object, by which a sink knows that the bytes lie there already.
   * Returns false to stop reading; `resume()` goes on.
   */
  receive(chunk: Uint8Array, length: number): boolean;
  /** The phase moved: to OPEN, ENDED or CLOSED. Bytes that came before are delivered before. */
  phaseChanged(): void;
  /** What `write` could not hand over at once has left; another `write` may follow. */
  drained(): void;
}

export interface ByteStream {
  readonly phase: StreamPhase;
  /** Why the phase is CLOSED, or null: a clean end. */
  readonly error: Error | null;
  /** '' until known; IPv4 dotted or IPv6 as the runtime writes it. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localPort: number;
  /** True when bytes travel encrypted and the peer was verified as its options asked. */
  readonly secure: boolean;

  /**
   * Makes `sink` the only listener and starts reading. Bytes that were read before (by an earlier sink that
   * gave them back with `unread`) are delivered inside this call; so is any phase beyond CONNECTING.
   */
  attach(sink: StreamSink): void;
  /** Gives bytes back that the coming sink has to see first; reading stops until it is attached. */
  unread(bytes: Uint8Array): void;
  /** Reading stops: TCP pushes back on the sender. */
  pause(): void;
  resume(): void;
  /** Shows what has arrived by now, inside this call. There is one only where the system can be asked. */
  readonly readNow?: (() => void) | undefined;

  /**
   * Hands `pieces` over in order, as one write where the system can. True: the kernel has all of it and the
   * memory is the caller's again. False: the stream keeps the memory until `drained()`; a `write` before that
   * waits behind it, and `drained()` comes once all of it has left. Without effect unless OPEN or ENDED.
   */
  write(pieces: readonly Uint8Array[]): boolean;
  /**
   * Ends politely: what was written goes out, then FIN; what still comes in is read and thrown away for at
   * most `lingerMs`, so that the last frame is not lost to a TCP reset. The sink hears nothing any more.
   */
  finish(lingerMs: number): void;
  /** Ends at once, dropping what waits. The sink hears nothing any more. */
  destroy(): void;

  setNoDelay(enabled: boolean): void;

  /** Moves the stream on. There is one only where the system does not raise all events that there are. */
  readonly poll?: (() => void) | undefined;
}

/** Key under which Godot's stream classes hand their byte stream to the peer that adopts them. */
export const BYTE_STREAM: unique symbol = Symbol('byte stream');
