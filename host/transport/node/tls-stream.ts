// TLS connections as byte streams: fresh ones, and ones over a stream that is there already. What is checked is in
// the settings; nothing here knows Godot's TLSOptions.
import type { Socket } from 'node:net';
import type { ConnectionOptions, PeerCertificate, SecureContext, TLSSocket } from 'node:tls';
import { type ByteStream, StreamPhase } from '../byte-stream.js';
import type { TlsClientSettings, TlsServerSettings } from '../platform.js';
import { netModule, tlsModule } from './builtins.js';
import { SocketStream } from './socket-stream.js';
import { StreamDuplex } from './stream-duplex.js';
import { connectOptions, isSocketLender, watchConnecting } from './tcp-stream.js';

/** Godot's client loses a reply that it reads together with the end of a TLS stream; it polls once a frame. */
export const TLS_END_DELAY_MS = 100;

/** TLS 1.0 and 1.1 are broken (RFC 8996). */
const MIN_VERSION = 'TLSv1.2';

abstract class TlsStream extends SocketStream {
  #verified = false;

  override get secure(): boolean {
    return this.#verified;
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
    super.closed(unfinished ? new Error('TLS: the connection ended before the handshake was done') : error);
  }

  /** Runs `start`, whose failure closes this stream instead of surfacing. */
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

/** A client over a TCP connection of its own. */
export class TlsClientStream extends TlsStream {
  constructor(host: string, port: number, settings: TlsClientSettings) {
    super();
    this.attempt(() => {
      const socket = tlsModule().connect({ ...connectOptions(host, port), ...clientOptions(settings) });
      this.adopt(socket, true);
      watchConnecting(socket, host, port, (address, itsPort) => this.towards(address, itsPort));
      socket.once('connect', () => this.reached(socket.remoteAddress, socket.remotePort));
      whenSecure(socket, settings, () => this.handshakeDone());
    });
  }
}

/** TLS over another stream: on its socket where that can be had, else byte by byte through it. */
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

  /** Nobody reads what is underneath any more: the other side would wait for ever. */
  protected override failedToStart(error: Error): void {
    this.#base.destroy();
    super.failedToStart(error);
  }

  protected get carrier(): Socket | StreamDuplex {
    const base = this.#base;
    if (isSocketLender(base) && base.canLendSocket) return base.lendSocket();
    if (base.phase !== StreamPhase.OPEN) throw base.error ?? new Error('TLS: the stream is not connected');
    this.#duplex = new StreamDuplex(base);
    this.#duplex.on('error', () => {}); // TLS passes it on
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
      // A failing handshake is told by 'error'; what goes wrong later on the server side only by '_tlsError'.
      socket.on('_tlsError', (error: Error) => {
        this.closed(error);
        socket.destroy();
      });
      socket.once('secure', () => this.handshakeDone());
    });
  }
}

function clientOptions(settings: TlsClientSettings): ConnectionOptions {
  const { serverName, trustedChain, verifyChain, verifyName } = settings;
  const options: ConnectionOptions = { minVersion: MIN_VERSION, rejectUnauthorized: verifyChain };
  // RFC 6066 §3: SNI carries names, never addresses. An empty one keeps Node from taking the host instead.
  options.servername = netModule().isIP(serverName) === 0 ? serverName : '';
  options.checkServerIdentity = (_host, certificate) => (verifyName ? nameError(serverName, certificate) : undefined);
  if (trustedChain !== null) {
    options.ca = trustedChain === '' ? [] : trustedChain; // Node takes '' for its own list
    options.allowPartialTrustChain = true; // whatever is in the chain is trusted, a root or not
  }
  return options;
}

function nameError(serverName: string, certificate: PeerCertificate): Error | undefined {
  return tlsModule().checkServerIdentity(serverName, certificate);
}

/** Calls `done` after the handshake; a name that is checked without the chain is checked here. */
function whenSecure(
  socket: TLSSocket,
  { serverName, verifyChain, verifyName }: TlsClientSettings,
  done: () => void,
): void {
  socket.once('secureConnect', () => {
    // With the chain, Node has checked the name by now.
    const error = verifyName && !verifyChain ? nameError(serverName, socket.getPeerCertificate()) : undefined;
    if (error === undefined) done();
    else socket.destroy(error);
  });
}

const contexts = new Map<string, SecureContext>();
const MAX_CONTEXTS = 16;

/** Reading a key costs about a millisecond: a server does it once, not for each connection. */
function serverContext({ key, certificate }: TlsServerSettings): SecureContext {
  const name = key + certificate;
  const known = contexts.get(name);
  if (known !== undefined) return known;
  const context = tlsModule().createSecureContext({ key, cert: certificate, minVersion: MIN_VERSION });
  if (contexts.size >= MAX_CONTEXTS) contexts.delete(contexts.keys().next().value as string);
  contexts.set(name, context);
  return context;
}
