// An accepted connection as a byte stream directly on the system's handle: no socket object, no events, no allocation
// per read or write. Nothing is read before it is used; until then TLS can get a socket for it.
import type { Socket, SocketConstructorOpts } from 'node:net';
import type { StreamPhase } from '../byte-stream.js';
import { AcceptedSocketStream } from './accepted-stream.js';
import { netModule, utilModule } from './builtins.js';
import {
  type ConnectionHandle,
  type Endpoint,
  type HandleRequest,
  localPortOf,
  type StreamBinding,
} from './handles.js';
import { NodeStream } from './node-stream.js';
import { readAtOnce, readBuffer } from './read-buffer.js';
import type { SocketLender } from './tcp-stream.js';

const OWNER: unique symbol = Symbol('stream of this handle');
interface OwnedHandle extends ConnectionHandle {
  [OWNER]?: HandleStream;
}
/** A write that the kernel did not take at once. */
interface OwnedRequest extends HandleRequest {
  [OWNER]?: HandleStream;
  pieces?: readonly Uint8Array[] | undefined;
}

/** libuv's number for the end of a stream. */
const END_OF_STREAM = -4095;

/** Reused for all writes, until one has to wait for the network and keeps it. */
let request: OwnedRequest | null = null;

export class HandleStream extends NodeStream implements SocketLender {
  readonly #binding: StreamBinding;
  /** Null when the connection is closed, or a socket has the handle. */
  #handle: OwnedHandle | null;
  /** Stream of the socket that was lent to TLS. */
  #lent: AcceptedSocketStream | null = null;
  /** Buffer to read into; null before the first read. */
  #buffer: Uint8Array | null = null;
  #reading = false;
  /** Number of writes that wait for the network. */
  #waiting = 0;
  /** Error of a failed write; reported after the last received bytes. */
  #writeError: Error | null = null;
  /** Limits the wait for the peer's FIN; null before this side has finished. */
  #linger: NodeJS.Timeout | null = null;
  #endReceived = false;
  #endSent = false;

  constructor(handle: ConnectionHandle, binding: StreamBinding) {
    super();
    this.#handle = handle;
    this.#binding = binding;
    const peer: Endpoint = {};
    handle.getpeername?.(peer);
    this.reached(peer.address, peer.port);
    this.opened();
  }

  get isUnix(): boolean {
    return this.#handle !== null && this.#handle.getpeername === undefined;
  }

  override get phase(): StreamPhase {
    return this.#lent?.phase ?? super.phase;
  }

  override get error(): Error | null {
    return this.#lent?.error ?? super.error;
  }

  override get localPort(): number {
    if (this.#lent !== null) return this.#lent.localPort;
    return this.#handle === null ? 0 : localPortOf(this.#handle);
  }

  get canLendSocket(): boolean {
    return this.#handle !== null && this.#buffer === null && !this.hasUnread;
  }

  lendSocket(): Socket {
    const options: SocketConstructorOpts & { handle: unknown; pauseOnCreate: boolean } = {
      handle: this.#handle,
      allowHalfOpen: true,
      pauseOnCreate: true,
    };
    this.#handle = null;
    this.#lent = new AcceptedSocketStream(new (netModule().Socket)(options));
    return this.#lent.lendSocket();
  }

  override pause(): void {
    if (!this.#reading) return;
    this.#reading = false;
    this.#handle?.readStop();
  }

  override resume(): void {
    if (this.#reading || this.#endReceived || this.#handle === null) return;
    this.#reading = true;
    const status = this.#handle.readStart();
    if (status !== 0) this.#fail(systemError('read', status));
  }

  readNow(): void {
    const fd = this.#handle?.fd ?? -1;
    if (!this.#reading || fd < 0) return;
    const count = readAtOnce(fd, this.#buffer as Uint8Array);
    if (count > 0) this.#receive(count);
  }

  override write(pieces: readonly Uint8Array[]): boolean {
    const handle = this.#handle;
    if (handle === null || !this.isLive || this.#writeError !== null || pieces.length === 0) return true;
    const { WriteWrap, streamBaseState, kLastWriteWasAsync } = this.#binding;
    request ??= new WriteWrap();
    const status =
      pieces.length === 1 ? handle.writeBuffer(request, pieces[0] as Uint8Array) : handle.writev(request, pieces, true);
    if (status !== 0)
      process.nextTick(() => this.#broke(status)); // not inside the sink's call
    else if (streamBaseState[kLastWriteWasAsync] !== 0) {
      request[OWNER] = this;
      request.pieces = pieces;
      request.oncomplete = HandleStream.#onWritten;
      request = null;
      this.#waiting += 1;
    }
    return this.#waiting === 0;
  }

  override finish(lingerMs: number): void {
    if (this.#linger !== null) return;
    const handle = this.#handle;
    if (handle === null || !this.isLive || this.#writeError !== null) {
      this.destroy();
      return;
    }
    this.beforeReading();
    this.letGo();
    this.#linger = setTimeout(() => this.#close(), lingerMs);
    this.#linger.unref();
    const end: OwnedRequest = new this.#binding.ShutdownWrap();
    end[OWNER] = this;
    end.oncomplete = HandleStream.#onEndSent;
    if (handle.shutdown(end) === 0) this.resume();
    else this.#close();
  }

  override destroy(): void {
    this.letGo();
    this.#lent?.destroy();
    this.#close();
  }

  /** Ends an unused connection, by a TCP reset where possible. */
  reset(): void {
    if (this.#handle?.reset?.(() => {}) === 0) this.#handle = null;
    this.destroy();
  }

  override setNoDelay(enabled: boolean): void {
    if (this.#lent !== null) this.#lent.setNoDelay(enabled);
    else this.#handle?.setNoDelay?.(enabled);
  }

  protected override beforeReading(): void {
    const handle = this.#handle;
    if (handle === null || this.#buffer !== null) return;
    this.#buffer = readBuffer();
    handle[OWNER] = this;
    handle.useUserBuffer(this.#buffer);
    handle.onread = HandleStream.#onRead;
  }

  #close(): void {
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
    this.#reading = false;
    this.#handle?.close();
    this.#handle = null;
  }

  #fail(error: Error): void {
    this.#close();
    this.closed(error);
  }

  /** Handles a read of `count` bytes; below 0 it is a system error. */
  #receive(count: number): void {
    if (count > 0) {
      if (!this.deliver(this.#buffer as Uint8Array, count)) this.pause();
    } else if (count === END_OF_STREAM) {
      this.#receiveEnd();
    } else if (count < 0) {
      this.#fail(this.#writeError ?? systemError('read', count));
    }
  }

  #receiveEnd(): void {
    this.#reading = false;
    this.#endReceived = true;
    if (this.#endSent) this.#close();
    else if (this.#writeError !== null) this.#fail(this.#writeError);
    else this.ended();
  }

  #sent(status: number): void {
    this.#waiting -= 1;
    if (status !== 0) this.#broke(status);
    else if (this.#waiting === 0 && this.#writeError === null) this.drained();
  }

  /** Handles a failed write: reported after the last received bytes, or at once when reading has ended, too. */
  #broke(status: number): void {
    this.#writeError ??= systemError('write', status);
    if (this.#endReceived) this.#fail(this.#writeError);
  }

  /** The kernel has everything: the connection need not keep the process alive. */
  #finished(): void {
    this.#endSent = true;
    if (this.#endReceived) this.#close();
    else this.#handle?.unref();
  }

  // Callbacks of the handle: shared functions instead of closures, to save memory per connection.

  static #onRead(this: OwnedHandle): void {
    const stream = this[OWNER];
    if (stream === undefined) return;
    const { streamBaseState, kReadBytesOrError } = stream.#binding;
    stream.#receive(streamBaseState[kReadBytesOrError] as number);
  }

  static #onWritten(this: OwnedRequest, status: number): void {
    this.pieces = undefined;
    const stream = this[OWNER];
    if (stream !== undefined) stream.#sent(status);
  }

  static #onEndSent(this: OwnedRequest): void {
    const stream = this[OWNER];
    if (stream !== undefined) stream.#finished();
  }
}

function systemError(syscall: string, errno: number): Error {
  const code = utilModule().getSystemErrorName(errno);
  return Object.assign(new Error(`${syscall} ${code}`), { errno, code, syscall });
}
