// TLS connections as byte streams, over new sockets or existing streams.
import type { Socket } from 'node:net';
import type { ConnectionOptions, PeerCertificate, SecureContext, TLSSocket } from 'node:tls';
import { type ByteStream, StreamPhase } from '../byte-stream.js';
import type { TlsClientSettings, TlsServerSettings } from '../platform.js';
import { netModule, tlsModule } from './builtins.js';
import { SocketStream } from './socket-stream.js';
import { StreamDuplex } from './stream-duplex.js';
import { connectOptions, isSocketLender, watchConnecting } from './tcp-stream.js';

/** Milliseconds of delay: Godot's client, polling once a frame, loses a reply that it reads together with the end. */
export const TLS_END_DELAY_MS = 100;

/** TLS 1.0 and 1.1 are broken (RFC 8996). */
const MIN_VERSION = 'TLSv1.2';

abstract class TlsStream extends SocketStream {
  #verified = false;

  override get secure(): boolean {
    return this.#verified;
  }

  get isSecuring(): boolean {
    return this.phase === StreamPhase.CONNECTING;
  }

  protected override get endDelayMs(): number {
    return TLS_END_DELAY_MS;
  }

  protected handshakeDone(): void {
    this.#verified = true;
    this.opened();
  }

  protected override closed(error: Error | null): void {
    const unfinished = this.phase === StreamPhase.CONNECTING && error === null;
    super.closed(unfinished ? handshakeCut() : error);
  }

  /** Runs `start`; an exception closes this stream. */
  protected attempt(start: () => void): void {
    try {
      start();
    } catch (error) {
      this.failedToStart(error as Error);
    }
  }

  protected failedToStart(error: Error): void {
    this.closed(error);
  }
}

/** As Node reports it on other platforms and in other cases: without a system call. */
function handshakeCut(): Error {
  const error = new Error('TLS: the connection ended before the handshake was done');
  return Object.assign(error, { code: 'ECONNRESET' });
}

/** A client over a new TCP connection. */
export class TlsClientStream extends TlsStream {
  #isReached = false;

  constructor(host: string, port: number, settings: TlsClientSettings) {
    super();
    this.attempt(() => {
      const socket = tlsModule().connect({ ...connectOptions(host, port), ...clientOptions(settings) });
      this.adopt(socket, true);
      watchConnecting(socket, host, port, (address, itsPort) => this.towards(address, itsPort));
      socket.once('connect', () => {
        this.#isReached = true;
        this.reached(socket.remoteAddress, socket.remotePort);
      });
      whenSecure(socket, settings, () => this.handshakeDone());
    });
  }

  override get isSecuring(): boolean {
    return this.#isReached && super.isSecuring;
  }
}

/** TLS over another stream: on its socket if it can lend it, else through the stream. */
abstract class WrappingTlsStream extends TlsStream {
  readonly poll: (() => void) | undefined;
  readonly #base: ByteStream;
  #duplex: StreamDuplex | null = null;

  constructor(base: ByteStream) {
    super();
    this.#base = base;
    if (base.poll !== undefined) this.poll = () => base.poll?.();
    this.reached(base.remoteAddress, base.remotePort);
  }

  override get localPort(): number {
    return this.#base.localPort;
  }

  override setNoDelay(enabled: boolean): void {
    this.#base.setNoDelay(enabled);
  }

  override finish(lingerMs: number): void {
    this.#duplex?.lingerFor(lingerMs);
    super.finish(lingerMs);
  }

  /** Destroys the base, which nothing reads any more: the peer would wait for ever. */
  protected override failedToStart(error: Error): void {
    this.#base.destroy();
    super.failedToStart(error);
  }

  protected get carrier(): Socket | StreamDuplex {
    const base = this.#base;
    if (isSocketLender(base) && base.canLendSocket) return base.lendSocket();
    if (base.phase !== StreamPhase.OPEN) throw base.error ?? new Error('TLS: the stream is not connected');
    this.#duplex = new StreamDuplex(base);
    this.#duplex.on('error', () => {}); // TLS forwards it
    return this.#duplex;
  }
}

export class WrappedTlsClientStream extends WrappingTlsStream {
  constructor(base: ByteStream, settings: TlsClientSettings) {
    super(base);
    this.attempt(() => {
      const socket = tlsModule().connect({ ...clientOptions(settings), socket: this.carrier as Socket });
      this.adopt(socket, true);
      whenSecure(socket, settings, () => this.handshakeDone());
    });
  }
}

export class WrappedTlsServerStream extends WrappingTlsStream {
  constructor(base: ByteStream, settings: TlsServerSettings) {
    super(base);
    this.attempt(() => {
      const secureContext = serverContext(settings);
      const socket = new (tlsModule().TLSSocket)(this.carrier as Socket, { isServer: true, secureContext });
      this.adopt(socket, true);
      // A failed handshake emits 'error'; later failures on the server side emit only '_tlsError'.
      socket.on('_tlsError', (error: Error) => {
        this.closed(error);
        socket.destroy();
      });
      socket.once('secure', () => this.handshakeDone());
    });
  }
}

/** Why a server can't use `settings`, '' when it can. */
export function tlsServerFault(settings: TlsServerSettings): string {
  try {
    serverContext(settings);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

function clientOptions(settings: TlsClientSettings): ConnectionOptions {
  const { serverName, trustedChain, verifyChain, verifyName } = settings;
  const options: ConnectionOptions = { minVersion: MIN_VERSION, rejectUnauthorized: verifyChain };
  // RFC 6066 §3: SNI contains names, never addresses. '' keeps Node from using the host instead.
  options.servername = netModule().isIP(serverName) === 0 ? serverName : '';
  options.checkServerIdentity = (_host, certificate) => (verifyName ? nameError(serverName, certificate) : undefined);
  if (trustedChain !== null) {
    options.ca = trustedChain === '' ? [] : trustedChain; // '' would mean Node's own list
    options.allowPartialTrustChain = true; // trusts every certificate of the chain, not only roots
  }
  return options;
}

function nameError(serverName: string, certificate: PeerCertificate): Error | undefined {
  return tlsModule().checkServerIdentity(serverName, certificate);
}

/** Calls `done` after the handshake; verifies the name here when the chain is not verified. */
function whenSecure(
  socket: TLSSocket,
  { serverName, verifyChain, verifyName }: TlsClientSettings,
  done: () => void,
): void {
  socket.once('secureConnect', () => {
    // With the chain, Node has verified the name.
    const error = verifyName && !verifyChain ? nameError(serverName, socket.getPeerCertificate()) : undefined;
    if (error === undefined) done();
    else socket.destroy(error);
  });
}

const contexts = new Map<string, SecureContext>();
const MAX_CONTEXTS = 16;

/** Reading a key costs about a millisecond: a server does it once, not per connection. */
function serverContext({ key, certificate }: TlsServerSettings): SecureContext {
  const name = key + certificate;
  const known = contexts.get(name);
  if (known !== undefined) return known;
  const context = tlsModule().createSecureContext({ key, cert: certificate, minVersion: MIN_VERSION });
  if (contexts.size >= MAX_CONTEXTS) contexts.delete(contexts.keys().next().value as string);
  contexts.set(name, context);
  return context;
}
