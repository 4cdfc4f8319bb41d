// What TCP and TLS sockets have in common as byte streams: events in, writes out, and the ways to end.
// How a socket comes up is its subclasses' business; nothing here knows TLS or listening.
import type { Socket } from 'node:net';
import { type ByteStream, StreamPhase, type StreamSink } from '../byte-stream.js';

const OWNER: unique symbol = Symbol('stream of this socket');
interface OwnedSocket extends Socket {
  [OWNER]?: SocketStream;
}

export abstract class SocketStream implements ByteStream {
  #phase: StreamPhase = StreamPhase.CONNECTING;
  #error: Error | null = null;
  #socket: OwnedSocket | null = null;
  #sink: StreamSink | null = null;
  /** Read, but not shown to anyone yet; null: nothing. */
  #unread: Uint8Array | null = null;
  /** A write waits for the network. */
  #blocked = false;
  /** Nobody listens any more; what comes in is thrown away until the linger timer or the other side's FIN. */
  #finishing = false;
  #linger: NodeJS.Timeout | null = null;
  #endTimer: NodeJS.Timeout | null = null;
  #remoteAddress = '';
  #remotePort = 0;

  get phase(): StreamPhase {
    return this.#phase;
  }

  get error(): Error | null {
    return this.#error;
  }

  get remoteAddress(): string {
    return this.#remoteAddress;
  }

  get remotePort(): number {
    return this.#remotePort;
  }

  get localPort(): number {
    return this.#socket?.localPort ?? 0;
  }

  get secure(): boolean {
    return false;
  }

  attach(sink: StreamSink): void {
    this.#sink = sink;
    this.beforeReading();
    const unread = this.#unread;
    this.#unread = null;
    const reading = unread === null || sink.receive(unread, unread.length);
    if (this.#sink !== sink) return; // it has ended the stream, or given it away
    if (reading) this.resume();
    else this.pause();
    if (this.#phase !== StreamPhase.CONNECTING) sink.phaseChanged();
  }

  unread(bytes: Uint8Array): void {
    this.pause();
    this.#sink = null;
    if (bytes.length === 0) return;
    this.#unread = this.#unread === null ? bytes : Buffer.concat([bytes, this.#unread]);
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    if (this.#phase !== StreamPhase.CLOSED) this.#socket?.resume();
  }

  write(pieces: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    const live = this.#phase === StreamPhase.OPEN || this.#phase === StreamPhase.ENDED;
    if (socket === null || !live || socket.destroyed || pieces.length === 0) return true;
    const last = pieces.length - 1;
    if (last > 0) {
      socket.cork();
      for (let index = 0; index < last; index += 1) socket.write(pieces[index]);
      socket.write(pieces[last], this.#flushed);
      socket.uncork();
    } else {
      socket.write(pieces[0], this.#flushed);
    }
    this.#blocked = socket.writableLength > 0;
    return !this.#blocked;
  }

  finish(lingerMs: number): void {
    if (this.#finishing) return;
    const socket = this.#socket;
    const live = this.#phase === StreamPhase.OPEN || this.#phase === StreamPhase.ENDED;
    if (socket === null || !live) {
      this.destroy();
      return;
    }
    this.beforeReading();
    this.#letGo();
    this.#finishing = true;
    this.#linger = setTimeout(() => this.#socket?.destroy(), lingerMs);
    this.#linger.unref();
    if (this.endDelayMs === 0) this.#sendEnd();
    else this.#endTimer = setTimeout(() => this.#sendEnd(), this.endDelayMs);
    this.#socket?.resume();
  }

  destroy(): void {
    this.#letGo();
    this.#socket?.destroy();
  }

  setNoDelay(enabled: boolean): void {
    this.#socket?.setNoDelay(enabled);
  }

  // --- for subclasses -------------------------------------------------------------------------------------------

  /** How long the end of the stream stays behind the last bytes. */
  protected get endDelayMs(): number {
    return 0;
  }

  protected get socket(): Socket | null {
    return this.#socket;
  }

  /** Whether bytes wait that were read from the socket and not shown to anyone. */
  protected get hasUnread(): boolean {
    return this.#unread !== null;
  }

  /** Called before the first byte is asked for. */
  protected beforeReading(): void {}

  /** Makes `socket` the one that this stream is about. */
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

  protected towards(address: string, port: number): void {
    if (this.#phase !== StreamPhase.CONNECTING) return;
    this.#remoteAddress = address;
    this.#remotePort = port;
  }

  /** Notes who the other side is while the system still knows. */
  protected reached(address: string | undefined, port: number | undefined): void {
    if (address === undefined || port === undefined) return;
    this.#remoteAddress = address;
    this.#remotePort = port;
  }

  protected opened(): void {
    if (this.#phase !== StreamPhase.CONNECTING) return;
    this.#phase = StreamPhase.OPEN;
    this.#sink?.phaseChanged();
  }

  /** A chunk from the socket, valid during this call. False: read no further. */
  protected deliver(chunk: Uint8Array, length: number): boolean {
    if (this.#sink !== null) return this.#sink.receive(chunk, length);
    if (this.#phase === StreamPhase.CLOSED) return true;
    const kept = chunk.slice(0, length);
    this.#unread = this.#unread === null ? kept : Buffer.concat([this.#unread, kept]);
    return false;
  }

  /** The stream is gone, for the reason `error`. */
  protected closed(error: Error | null): void {
    if (this.#linger !== null) clearTimeout(this.#linger);
    if (this.#endTimer !== null) clearTimeout(this.#endTimer);
    this.#linger = null;
    if (this.#phase === StreamPhase.CLOSED) return;
    this.#showRest();
    // The sink may have ended the stream itself by now, and then hears nothing any more.
    this.#phase = StreamPhase.CLOSED;
    this.#error = error instanceof AggregateError ? (error.errors.at(-1) as Error) : error;
    this.#sink?.phaseChanged();
  }

  // --- what the socket calls ------------------------------------------------------------------------------------

  #sendEnd(): void {
    if (this.#endTimer !== null) clearTimeout(this.#endTimer);
    this.#endTimer = null;
    this.#socket?.once('finish', onFinish).end();
  }

  #receiveEnd(): void {
    if (this.#endTimer !== null) this.#sendEnd(); // whoever ends has read what there was
    // The other side gave up on the handshake: allowed to go on writing, it would be waited for for ever.
    if (this.#phase === StreamPhase.CONNECTING) this.#socket?.destroy();
    if (this.#phase !== StreamPhase.OPEN) return;
    this.#phase = StreamPhase.ENDED;
    this.#sink?.phaseChanged();
  }

  /** One for all writes: after each of them Node says so here. */
  readonly #flushed = (): void => {
    if (!this.#blocked || this.#phase === StreamPhase.CLOSED || (this.#socket?.writableLength ?? 0) > 0) return;
    this.#blocked = false;
    this.#sink?.drained();
  };

  /** What Node has read ahead of a paused reader would be lost with the socket. */
  #showRest(): void {
    for (;;) {
      const chunk: Uint8Array | null = this.#socket?.readableLength ? this.#socket.read() : null;
      if (chunk === null) return;
      this.deliver(chunk, chunk.length);
    }
  }

  #letGo(): void {
    this.#phase = StreamPhase.CLOSED;
    this.#sink = null;
    this.#unread = null;
  }

  // Shared listeners instead of closures: an idle connection costs less.

  static #onEnd(this: OwnedSocket): void {
    const stream = this[OWNER];
    if (stream !== undefined) stream.#receiveEnd();
  }

  static #onData(this: OwnedSocket, chunk: Uint8Array): void {
    const stream = this[OWNER];
    if (stream !== undefined && !stream.deliver(chunk, chunk.length)) this.pause();
  }

  static #onError(this: OwnedSocket, error: Error): void {
    this[OWNER]?.closed(error);
  }

  static #onClose(this: OwnedSocket): void {
    this[OWNER]?.closed(null);
  }
}

/** Everything is with the kernel: a process that has nothing else to do may go. */
function onFinish(this: Socket): void {
  this.unref();
}
