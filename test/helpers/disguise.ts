// A byte stream that hides another, so that it is not recognized as a socket.
import type { ByteStream, StreamSink } from '../../host/transport/byte-stream.js';

/** Wraps a byte stream, so that TLS can't use its socket. */
export class Disguise implements ByteStream {
  readonly inner: ByteStream;

  constructor(inner: ByteStream) {
    this.inner = inner;
  }

  get phase() {
    return this.inner.phase;
  }
  get error() {
    return this.inner.error;
  }
  get remoteAddress() {
    return this.inner.remoteAddress;
  }
  get remotePort() {
    return this.inner.remotePort;
  }
  get localPort() {
    return this.inner.localPort;
  }
  readonly secure = false;

  attach(sink: StreamSink): void {
    this.inner.attach(sink);
  }
  unread(bytes: Uint8Array): void {
    this.inner.unread(bytes);
  }
  pause(): void {
    this.inner.pause();
  }
  resume(): void {
    this.inner.resume();
  }
  write(pieces: readonly Uint8Array[]): boolean {
    return this.inner.write(pieces);
  }
  finish(lingerMs: number): void {
    this.inner.finish(lingerMs);
  }
  destroy(): void {
    this.inner.destroy();
  }
  setNoDelay(enabled: boolean): void {
    this.inner.setNoDelay(enabled);
  }
}
