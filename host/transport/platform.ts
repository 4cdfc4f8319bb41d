// Interfaces of what a runtime must offer. `#platform` (package.json, "imports") names the implementation for this
// runtime.
import type { ByteStream } from './byte-stream.js';

/** Settings of a TLS client; certificates are PEM texts. */
export interface TlsClientSettings {
  /** Certificates to trust; null for the runtime's own list. */
  readonly trustedChain: string | null;
  /** Whether to verify the chain up to a trusted root. */
  readonly verifyChain: boolean;
  /** Whether to verify that the certificate is for `serverName`. */
  readonly verifyName: boolean;
  /** Name that the certificate must contain, sent as SNI unless it is an address. */
  readonly serverName: string;
}

/** Key and certificates of a TLS server, as PEM texts. */
export interface TlsServerSettings {
  readonly key: string;
  /** The server's certificate first, then those up to the root. */
  readonly certificate: string;
}

/** A local address and port to bind to. */
export interface LocalEndpoint {
  /** IPv4 or IPv6 literal, or '*' for all addresses. */
  readonly address: string;
  /** 0: the system chooses. */
  readonly port: number;
}

/** A local address and port to listen on. */
export interface ListeningEndpoint extends LocalEndpoint {
  /** Whether others who say the same may listen there, too: the system shares the connections out. */
  readonly reusePort?: boolean;
  /** Whether a worker of node:cluster listens by itself, as every other process does. */
  readonly isOwn?: boolean;
}

export interface ListenResult {
  /** Error code of the system ('EADDRINUSE', 'EACCES', …), '' when listening. */
  readonly errorCode: string;
  /** Null when `errorCode` says why. */
  readonly listener: Listener | null;
  /** Why in words, when the code is none of the system's. */
  readonly reason?: string;
}

/** A bound path, until `release` removes it. */
export interface BoundPath {
  release(): void;
}

export interface BindResult {
  /** Error code of the system, '' when the path is bound. */
  readonly errorCode: string;
  /** Null when `errorCode` says why. */
  readonly bound: BoundPath | null;
  /** Why in words, when the code is none of the system's. */
  readonly reason?: string;
}

/** Limits of the connections that wait to be taken; further ones are dropped. Read whenever one arrives. */
export interface WaitingLimits {
  maxWaiting: number;
  /** Most waiting connections from one address. */
  maxWaitingPerAddress: number;
  /** Called when a connection from `address` was dropped. */
  dropped(address: string): void;
  /** Called when connections can't be accepted for lack of file descriptors. */
  exhausted(): void;
}

/** Called at most once, later than `listen`, when listening has failed after all; not after the listener's `close`. */
export type ListenFailed = (errorCode: string) => void;

/** A listening socket; connections wait in it, unread, until they are taken. */
export interface Listener {
  /** False once it was closed by somebody else; missing where nobody does. */
  readonly isListening?: boolean;
  /** Port in use, 0 when not listening, or when it is not known yet. */
  readonly localPort: number;
  readonly available: number;
  take(): ByteStream | null;
  /** Stops listening; waiting connections are dropped, taken ones stay open. */
  close(): void;
}

/** A scheduled call; `cancel` prevents it. */
export interface Alarm {
  cancel(): void;
}

/** Time and the event loop. */
export interface Clock {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Schedules one call for the end of the current turn of the event loop. */
  atTurnEnd(callback: () => void): void;
  /** Schedules one call in `delayMs`, without keeping the process alive. */
  alarm(delayMs: number, callback: () => void): Alarm;
}

/** Byte streams over the system's sockets, and TLS over any byte stream. */
export interface Sockets {
  /** Starts a connection; `host` is a name or an address without brackets. Never throws: failures close the stream. */
  connectTcp(host: string, port: number, local?: LocalEndpoint): ByteStream;
  connectTls(host: string, port: number, settings: TlsClientSettings): ByteStream;
  /** Starts TLS over an existing stream, which it takes over. Never throws: failures close the new stream. */
  wrapTlsClient(base: ByteStream, settings: TlsClientSettings): ByteStream;
  wrapTlsServer(base: ByteStream, settings: TlsServerSettings): ByteStream;
  /** Why a server can't use `settings`, '' when it can. Missing where there are no servers. */
  readonly tlsServerFault?: ((settings: TlsServerSettings) => string) | undefined;
  /** Starts a connection to a Unix domain socket; null when there is none at `path`, or the runtime has none. */
  connectUds(path: string): ByteStream | null;
  /** Binds a Unix domain socket that does not listen to `path`, replacing an abandoned one. */
  bindUds(path: string): BindResult;
  /** Listens synchronously on a Unix domain socket, replacing an abandoned one; as `listen` in a worker of node:cluster. */
  listenUds(path: string, arrived: () => void, limits?: WaitingLimits, failed?: ListenFailed): ListenResult;
  /** A connected socket of this runtime as a byte stream; null when `socket` is not one, or is closed. */
  adoptSocket(socket: object): ByteStream | null;
  /**
   * Listens synchronously, but in a worker of node:cluster, where the primary answers later; `arrived` is called for each
   * connection that begins to wait.
   */
  listen(local: ListeningEndpoint, arrived: () => void, limits?: WaitingLimits, failed?: ListenFailed): ListenResult;
  /** Sets the memory that sockets read into, where the system can do that; called once, at start. */
  useReadBuffer(buffer: Uint8Array): void;
}

export interface Files {
  /** Content of the file, null when it can't be read. */
  readFile(path: string): Uint8Array | null;
  /** Replaces the file; a `secret` one is readable by its owner only. False when it can't be written. */
  writeFile(path: string, text: string, secret: boolean): boolean;
}
