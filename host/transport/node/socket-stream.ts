// Base of TCP and TLS sockets as byte streams: reading, writing, and the ways to end. Subclasses open the socket.
import type { Socket } from 'node:net';
import { StreamPhase } from '../byte-stream.js';
import { NodeStream } from './node-stream.js';

const OWNER: unique symbol = Symbol('stream of this socket');
interface OwnedSocket extends Socket {
  [OWNER]?: SocketStream;
}

export abstract class SocketStream extends NodeStream {
  #socket: OwnedSocket | null = null;
  /** A write waits for the network. */
  #blocked = false;
  /** Detached: received bytes are dropped until this timer fires or the peer sends FIN. */
  #finishing = false;
  #linger: NodeJS.Timeout | null = null;
  #endTimer: NodeJS.Timeout | null = null;

  override get localPort(): number {
    return this.#socket?.localPort ?? 0;
  }

  override pause(): void {
    this.#hold();
  }

  override resume(): void {
    if (this.phase !== StreamPhase.CLOSED) this.#socket?.ref().resume();
  }

  override write(pieces: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (socket === null || !this.isLive || socket.destroyed || pieces.length === 0) return true;
    const last = pieces.length - 1;
    if (last > 0) {
      socket.cork();
      for (let index = 0; index < last; index += 1) socket.write(pieces[index] as Uint8Array);
      socket.write(pieces[last] as Uint8Array, this.#flushed);
      socket.uncork();
    } else {
      socket.write(pieces[0] as Uint8Array, this.#flushed);
    }
    this.#blocked = socket.writableLength > 0;
    return !this.#blocked;
  }

  override finish(lingerMs: number): void {
    if (this.#finishing) return;
    const socket = this.#socket;
    if (socket === null || !this.isLive) {
      this.destroy();
      return;
    }
    this.beforeReading();
    this.letGo();
    this.#finishing = true;
    this.#linger = setTimeout(() => this.#socket?.destroy(), lingerMs);
    this.#linger.unref();
    if (this.endDelayMs === 0) this.#sendEnd();
    else this.#endTimer = setTimeout(() => this.#sendEnd(), this.endDelayMs);
    this.#socket?.resume();
  }

  override destroy(): void {
    this.letGo();
    this.#socket?.destroy();
  }

  override setNoDelay(enabled: boolean): void {
    this.#socket?.setNoDelay(enabled);
  }

  // --- for subclasses -------------------------------------------------------------------------------------------

  /** Delay between the last bytes and the end of the stream. */
  protected get endDelayMs(): number {
    return 0;
  }

  protected get socket(): Socket | null {
    return this.#socket;
  }

  /** Makes `socket` this stream's socket. */
  protected adopt(socket: Socket, readsByEvents: boolean): void {
    const owned: OwnedSocket = socket;
    this.#socket = owned;
    owned[OWNER] = this;
    owned.on('end', SocketStream.#onEnd).on('error', SocketStream.#onError).on('close', SocketStream.#onClose);
    if (readsByEvents) this.readByEvents();
  }

  protected readByEvents(): void {
    this.#socket?.on('data', SocketStream.#onData).pause();
  }

  /** Sets the phase CLOSED, for the reason `error`. */
  protected override closed(error: Error | null): void {
    if (this.#linger !== null) clearTimeout(this.#linger);
    if (this.#endTimer !== null) clearTimeout(this.#endTimer);
    this.#linger = null;
    if (this.phase === StreamPhase.CLOSED) return;
    this.#showRest();
    // The sink may have ended the stream itself by now, and is then not called.
    super.closed(error instanceof AggregateError ? (error.errors.at(-1) as Error) : error);
  }

  /** Pauses the socket, which must not keep the process alive while nothing reads it. */
  #hold(): void {
    this.#socket?.pause().unref();
  }

  // --- callbacks of the socket ----------------------------------------------------------------------------------

  #sendEnd(): void {
    if (this.#endTimer !== null) clearTimeout(this.#endTimer);
    this.#endTimer = null;
    this.#socket?.once('finish', onFinish).end();
  }

  #receiveEnd(): void {
    if (this.#endTimer !== null) this.#sendEnd(); // the peer has read everything before its end
    // The peer gave up the handshake: half open, the socket would wait for ever.
    if (this.phase === StreamPhase.CONNECTING) this.#socket?.destroy();
    this.ended();
  }

  /** Callback of all writes. */
  readonly #flushed = (): void => {
    if (!this.#blocked || this.phase === StreamPhase.CLOSED || (this.#socket?.writableLength ?? 0) > 0) return;
    this.#blocked = false;
    this.drained();
  };

  /** Delivers what Node has read ahead of a paused reader, which would be lost with the socket. */
  #showRest(): void {
    for (;;) {
      const chunk: Uint8Array | null = this.#socket?.readableLength ? this.#socket.read() : null;
      if (chunk === null) return;
      this.deliver(chunk, chunk.length);
    }
  }

  // Shared listeners instead of closures, to save memory per connection.

  static #onEnd(this: OwnedSocket): void {
    const stream = this[OWNER];
    if (stream !== undefined) stream.#receiveEnd();
  }

  static #onData(this: OwnedSocket, chunk: Uint8Array): void {
    const stream = this[OWNER];
    if (stream !== undefined && !stream.deliver(chunk, chunk.length)) stream.#hold();
  }

  static #onError(this: OwnedSocket, error: Error): void {
    this[OWNER]?.closed(error);
  }

  static #onClose(this: OwnedSocket): void {
    this[OWNER]?.closed(null);
  }
}

/** The kernel has everything: the socket need not keep the process alive. */
function onFinish(this: Socket): void {
  this.unref();
}
