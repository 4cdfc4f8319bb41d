// An accepted TCP connection that is a socket already, as a byte stream. Nothing is read from it before someone wants to.
import type { Socket } from 'node:net';
import { TcpStream } from './tcp-stream.js';

/** `socket` comes paused. */
export class AcceptedSocketStream extends TcpStream {
  #begun = false;

  constructor(socket: Socket) {
    super();
    this.adopt(socket, false);
    this.reached(socket.remoteAddress, socket.remotePort);
    this.opened();
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

  protected override beforeReading(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.readByEvents();
  }
}
