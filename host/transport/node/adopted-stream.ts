// Existing Node sockets, such as those of an HTTP server, as byte streams.
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ByteStream } from '../byte-stream.js';
import { AcceptedSocketStream } from './accepted-stream.js';
import { netModule } from './builtins.js';
import { TLS_END_DELAY_MS } from './tls-stream.js';

class AdoptedStream extends AcceptedSocketStream {
  readonly #isEncrypted: boolean;

  constructor(socket: Socket) {
    super(socket);
    this.#isEncrypted = (socket as Partial<TLSSocket>).encrypted === true;
    if (socket.readableEnded) this.ended(); // the event was emitted before
  }

  override get secure(): boolean {
    return this.#isEncrypted;
  }

  protected override get endDelayMs(): number {
    return this.#isEncrypted ? TLS_END_DELAY_MS : 0;
  }
}

/** Null when `socket` is not a socket, not connected, closed, or set to text. */
export function adoptSocket(socket: object): ByteStream | null {
  if (!(socket instanceof netModule().Socket) || socket.connecting || socket.destroyed) return null;
  if (socket.readableEncoding !== null) return null;
  // Undo what its former owner may have set.
  socket.removeAllListeners('readable').pause();
  socket.setTimeout(0);
  socket.allowHalfOpen = true;
  return new AdoptedStream(socket);
}
