// What a runtime must offer. `#platform` (package.json, "imports") names the implementation for this runtime.
// Interfaces only.
import type { ByteStream } from './byte-stream.js';
import type { Cryptography } from './cryptography.js';

/** What a TLS client checks; PEM texts. */
export interface TlsClientSettings {
  /** Certificates to trust instead of the runtime's own list; null: the runtime's list. */
  readonly trustedChain: string | null;
  /** Check the chain up to a trusted root. */
  readonly verifyChain: boolean;
  /** Check that the certificate is for `serverName`. */
  readonly verifyName: boolean;
  /** Name that the certificate must carry, and that is sent as SNI when it is not an address. */
  readonly serverName: string;
}

/** What a TLS server shows; PEM texts. */
export interface TlsServerSettings {
  readonly key: string;
  /** The own certificate first, then those that lead to the root. */
  readonly certificate: string;
}

/** Where a socket is bound on this machine. */
export interface LocalEndpoint {
  /** IPv4 or IPv6 literal, or '*' for all of both. */
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export interface ListenResult {
  /** Error code of the system ('EADDRINUSE', 'EACCES', …), '' when listening. */
  readonly errorCode: string;
  /** Null when `errorCode` says why. */
  readonly listener: Listener | null;
  /** Why in words, when the code is none of the system's. */
  readonly reason?: string;
}

/** A path that is taken, until `release` removes it. */
export interface BoundPath {
  release(): void;
}

export interface BindResult {
  /** Error code of the system, '' when the path is taken. */
  readonly errorCode: string;
  /** Null when `errorCode` says why. */
  readonly bound: BoundPath | null;
  /** Why in words, when the code is none of the system's. */
  readonly reason?: string;
}

/** How many connections may wait to be taken; further ones are dropped. Read whenever one arrives. */
export interface WaitingLimits {
  maxWaiting: number;
  /** Of these, from one address. */
  maxWaitingPerAddress: number;
  /** A connection from `address` was dropped. */
  dropped(address: string): void;
}

/** A listening socket; connections wait in it until taken, nothing of them is read before. */
export interface Listener {
  /** Port in use, 0 when not listening. */
  readonly localPort: number;
  readonly available: number;
  take(): ByteStream | null;
  /** Stops listening; connections that nobody took are dropped, those taken live on. */
  close(): void;
}

/** A wake-up call that was ordered; `cancel` forgets it. */
export interface Alarm {
  cancel(): void;
}

/** Time, as the event loop has it. */
export interface Clock {
  /** Milliseconds of a clock that never jumps. */
  now(): number;
  /** Calls once, at the end of the current turn of the event loop. */
  atTurnEnd(callback: () => void): void;
  /** Calls once, `delayMs` from now, without keeping the process alive. */
  alarm(delayMs: number, callback: () => void): Alarm;
}

/** Byte streams over the system's sockets, and TLS over any byte stream. */
export interface Sockets {
  /** Starts a connection; `host` is a name or an address without brackets. Never throws: failures close the stream. */
  connectTcp(host: string, port: number, local?: LocalEndpoint): ByteStream;
  connectTls(host: string, port: number, settings: TlsClientSettings): ByteStream;
  /** TLS over a stream that is there already, which it takes over. Never throws: failures close the new stream. */
  wrapTlsClient(base: ByteStream, settings: TlsClientSettings): ByteStream;
  wrapTlsServer(base: ByteStream, settings: TlsServerSettings): ByteStream;
  /** Starts a connection to a Unix domain socket; null when there is none at `path`, or in this runtime at all. */
  connectUds(path: string): ByteStream | null;
  /** Takes `path` for a Unix domain socket that does not listen, in the place of one that is left there. */
  bindUds(path: string): BindResult;
  /** Listens at once on a Unix domain socket, in the place of one that is left there. */
  listenUds(path: string, arrived: () => void, limits?: WaitingLimits): ListenResult;
  /** A connected socket of this runtime as a stream of ours; null when `socket` is none, or gone. */
  adoptSocket(socket: object): ByteStream | null;
  /** Listens at once; `arrived` is called whenever one more connection waits. */
  listen(local: LocalEndpoint, arrived: () => void, limits?: WaitingLimits): ListenResult;
  /** The bytes given to every `receive` where the system can read into memory of ours; called once, at start. */
  useReadBuffer(buffer: Uint8Array): void;
}

export interface Files {
  /** The whole file, null when it can't be read. */
  readFile(path: string): Uint8Array | null;
  /** Replaces the file; `secret` ones are for their owner's eyes only. False when it can't be written. */
  writeFile(path: string, text: string, secret: boolean): boolean;
}

/** All of it. Whoever needs a part names that part: `#platform` exports each by itself, too. */
export interface Platform extends Clock, Sockets, Files, Cryptography {}
