// An accepted TCP connection in the form of a Node socket, as a byte stream. Nothing is read before it is used.
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { canReadInto, readAtOnce, readBuffer } from './read-buffer.js';
import { TcpStream } from './tcp-stream.js';

/** The descriptor of Node's sockets: undocumented, and not needed where it is missing. */
interface SystemSocket extends Partial<Pick<TLSSocket, 'encrypted'>> {
  readonly _handle?: { readonly fd?: number } | null;
}

/** `socket` must be paused. */
export class AcceptedSocketStream extends TcpStream {
  #begun = false;

  constructor(socket: Socket) {
    super();
    this.adopt(socket, false);
    this.reached(socket.remoteAddress, socket.remotePort);
    this.opened();
  }

  /** A TCP socket that was reset has no remote address any more, but a local one. Of a TLS socket it can't be known. */
  get isUnix(): boolean {
    const socket = this.socket as (Socket & Partial<TLSSocket>) | null;
    if (socket === null || socket.destroyed || socket.encrypted === true) return false;
    return this.remoteAddress === '' && socket.localAddress === undefined;
  }

  override lendSocket(): Socket {
    this.#begun = true;
    return super.lendSocket();
  }

  override pause(): void {
    if (this.#begun) super.pause();
  }

  override resume(): void {
    if (this.#begun) super.resume();
  }

  readNow(): void {
    const socket = this.socket as Socket;
    while (socket.readableLength > 0 && !socket.isPaused() && socket.read() !== null);
    const fd = canReadInto ? descriptorOf(socket as SystemSocket) : -1;
    if (fd < 0 || socket.isPaused()) return;
    const buffer = readBuffer();
    const count = readAtOnce(fd, buffer);
    if (count > 0 && !this.deliver(buffer, count)) socket.pause();
  }

  /** The stream of a socket that has waited with a listener of errors. */
  static ofWaiting(socket: Socket): AcceptedSocketStream {
    socket.removeAllListeners('error');
    return new AcceptedSocketStream(socket);
  }

  protected override beforeReading(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.readByEvents();
  }
}

/** Descriptor to read from; below 0 when there is none, or the bytes are encrypted. */
function descriptorOf({ _handle, encrypted }: SystemSocket): number {
  return encrypted === true ? -1 : (_handle?.fd ?? -1);
}

/**
 * Resets a TCP connection, as the kernel does when none accepts it; otherwise, or where that is impossible, closes it.
 */
export function resetSocket(socket: Socket): void {
  const isTcp = socket.remoteAddress !== undefined;
  if (isTcp && typeof socket.resetAndDestroy === 'function') socket.resetAndDestroy();
  else socket.destroy();
}
