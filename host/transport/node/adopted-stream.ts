// Sockets that somebody else has made, such as those of an HTTP server, as byte streams.
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ByteStream } from '../byte-stream.js';
import { AcceptedSocketStream } from './accepted-stream.js';
import { netModule } from './builtins.js';

class AdoptedStream extends AcceptedSocketStream {
  readonly #isEncrypted: boolean;

  constructor(socket: Socket) {
    super(socket);
    this.#isEncrypted = (socket as Partial<TLSSocket>).encrypted === true;
    if (socket.readableEnded) this.ended(); // it has told so before
  }

  override get secure(): boolean {
    return this.#isEncrypted;
  }
}

/** Null when `socket` is no socket, not connected yet, or gone. */
export function adoptSocket(socket: object): ByteStream | null {
  if (!(socket instanceof netModule().Socket) || socket.connecting || socket.destroyed) return null;
  socket.pause();
  socket.setTimeout(0); // whoever had it before may have been in a hurry
  return new AdoptedStream(socket);
}
