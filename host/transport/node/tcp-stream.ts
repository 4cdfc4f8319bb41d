// TCP connections as byte streams: what all have in common, and those that this side starts. Accepted ones have a
// file of their own.
import type { Socket, TcpNetConnectOpts } from 'node:net';
import { type ByteStream, StreamPhase } from '../byte-stream.js';
import type { LocalEndpoint } from '../platform.js';
import { netModule } from './builtins.js';
import { canReadInto, readInto } from './read-buffer.js';
import { SocketStream } from './socket-stream.js';

/** How long one of several addresses of a name may take before the next is tried. */
const ATTEMPT_MS = 1000;

/** A TCP stream whose socket TLS may take over. */
export interface SocketLender {
  /** Whether TLS can run on the socket itself: it is open and nothing was read that TLS has to see. */
  readonly canLendSocket: boolean;
  /** The socket, for TLS to use. From now on this stream only tells addresses and how it ends. */
  lendSocket(): Socket;
}

export function isSocketLender(stream: ByteStream): stream is ByteStream & SocketLender {
  return 'lendSocket' in stream;
}

export abstract class TcpStream extends SocketStream implements SocketLender {
  #lent = false;

  get canLendSocket(): boolean {
    return !this.#lent && this.phase === StreamPhase.OPEN && !this.hasUnread && this.socket?.readableLength === 0;
  }

  lendSocket(): Socket {
    this.#lent = true;
    return this.socket as Socket;
  }

  override pause(): void {
    if (!this.#lent) super.pause();
  }

  override resume(): void {
    if (!this.#lent) super.resume();
  }

  override write(pieces: readonly Uint8Array[]): boolean {
    return this.#lent || super.write(pieces);
  }
}

/** A connection that this side starts. */
export class TcpClientStream extends TcpStream {
  constructor(host: string, port: number, local?: LocalEndpoint) {
    super();
    const options = connectOptions(host, port, local);
    if (canReadInto) options.onread = readInto((chunk, length) => this.deliver(chunk, length));
    try {
      const socket = netModule().connect(options);
      this.adopt(socket, !canReadInto);
      watchConnecting(socket, host, port, (address, itsPort) => this.towards(address, itsPort));
      socket.once('connect', () => {
        this.reached(socket.remoteAddress, socket.remotePort);
        this.opened();
      });
    } catch (error) {
      this.closed(error as Error); // an argument that Node refuses, such as a name with a NUL in it
    }
  }
}

/** Options of Node's connect that TCP and TLS share. FIN is told instead of answered. */
export function connectOptions(host: string, port: number, local?: LocalEndpoint): TcpNetConnectOpts {
  const options: TcpNetConnectOpts = { host, port, allowHalfOpen: true };
  options.autoSelectFamily = true;
  options.autoSelectFamilyAttemptTimeout = ATTEMPT_MS;
  if (local !== undefined) {
    options.localPort = local.port;
    if (local.address !== '*') options.localAddress = local.address;
  }
  return options;
}

/** Tells which address is being tried: at once for a literal, for a name whenever the next one's turn comes. */
export function watchConnecting(
  socket: Socket,
  host: string,
  port: number,
  tell: (address: string, port: number) => void,
): void {
  if (netModule().isIP(host) !== 0) tell(host, port);
  socket.on('lookup', (error: Error | null, address: string) => {
    if (error === null && socket.connecting) tell(address, port);
  });
  socket.on('connectionAttempt', (address: string, itsPort: number) => tell(address, itsPort));
}
