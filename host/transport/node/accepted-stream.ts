// TCP connections that a listener has accepted, as byte streams. Nothing is read from them before someone wants to.
import type { OnReadOpts, Socket, SocketConstructorOpts } from 'node:net';
import { netModule } from './builtins.js';
import { readInto } from './read-buffer.js';
import { TcpStream } from './tcp-stream.js';

/** One that Node's server has made a socket of; it comes paused. */
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

interface Endpoint {
  address?: string;
  port?: number;
}

/** What knows where it is bound. */
export interface LocalHandle {
  getsockname(out: Endpoint): number;
}

export function localPortOf(handle: LocalHandle): number {
  const local: Endpoint = {};
  handle.getsockname(local);
  return local.port ?? 0;
}

/** What Node's sockets stand on. */
export interface TcpHandle extends LocalHandle {
  close(): void;
  getpeername(out: Endpoint): number;
  setNoDelay(enabled: boolean): number;
}

/** With these Node's own server makes its sockets. */
interface UndocumentedOptions {
  handle?: TcpHandle;
  pauseOnCreate?: boolean;
  onread?: OnReadOpts;
}

/**
 * One that is nothing but the system's handle until the first byte is asked for: only then it is known whether the
 * bytes go to memory of ours, which has to be said when the socket is made, or to TLS.
 */
export class AcceptedHandleStream extends TcpStream {
  /** Null once there is a socket, or no connection any more. */
  #handle: TcpHandle | null;

  constructor(handle: TcpHandle) {
    super();
    this.#handle = handle;
    const peer: Endpoint = {};
    handle.getpeername(peer);
    this.reached(peer.address, peer.port);
    this.opened();
  }

  override get localPort(): number {
    return this.#handle === null ? super.localPort : localPortOf(this.#handle);
  }

  override get canLendSocket(): boolean {
    return this.#handle !== null;
  }

  override lendSocket(): Socket {
    this.#makeSocket({ pauseOnCreate: true });
    return super.lendSocket();
  }

  override setNoDelay(enabled: boolean): void {
    if (this.#handle === null) super.setNoDelay(enabled);
    else this.#handle.setNoDelay(enabled);
  }

  override write(pieces: readonly Uint8Array[]): boolean {
    this.beforeReading();
    return super.write(pieces);
  }

  override finish(lingerMs: number): void {
    this.beforeReading();
    super.finish(lingerMs);
  }

  override destroy(): void {
    super.destroy();
    this.#handle?.close();
    this.#handle = null;
  }

  protected override beforeReading(): void {
    if (this.#handle !== null) this.#makeSocket({ onread: readInto((chunk, length) => this.deliver(chunk, length)) });
  }

  #makeSocket(options: UndocumentedOptions): void {
    const handle = this.#handle as TcpHandle;
    this.#handle = null;
    const all: SocketConstructorOpts & UndocumentedOptions = { handle, allowHalfOpen: true, ...options };
    this.adopt(new (netModule().Socket)(all), false);
  }
}
