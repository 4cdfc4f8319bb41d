// TCP connections as byte streams: their base class, and outgoing connections. Accepted ones are in accepted-stream.ts.
import type { Socket, TcpNetConnectOpts } from 'node:net';
import { type ByteStream, StreamPhase } from '../byte-stream.js';
import type { LocalEndpoint } from '../platform.js';
import { netModule } from './builtins.js';
import { canReadInto, readInto } from './read-buffer.js';
import { SocketStream } from './socket-stream.js';

/** Milliseconds for each of several addresses of a name before the next is tried. */
const ATTEMPT_MS = 1000;

/** A TCP stream whose socket TLS may take over. */
export interface SocketLender {
  /** Whether TLS can run on the socket itself: it is open and no bytes for TLS were read. */
  readonly canLendSocket: boolean;
  /** Hands the socket to TLS. From now on this stream only has addresses and its end. */
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

/** An outgoing connection. */
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

/** Options of Node's connect that TCP and TLS share. A received FIN is reported, not answered. */
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

/** Reports each address that is tried: a literal at once, those of a name one after another. */
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
