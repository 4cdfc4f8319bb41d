// A ByteStream as a Node stream, over which Node's TLS can run.

import { Duplex } from 'node:stream';
import { ownedCopy } from '../../bytes.js';
import { type ByteStream, StreamPhase, type StreamSink } from '../byte-stream.js';

type Done = (error?: Error | null) => void;

export class StreamDuplex extends Duplex implements StreamSink {
  readonly #base: ByteStream;
  /** Callback of the pending write. */
  #written: Done | null = null;
  /** How long the base still reads after the end. */
  #lingerMs = 0;

  constructor(base: ByteStream) {
    super({ allowHalfOpen: true });
    this.#base = base;
    base.attach(this);
  }

  /** Makes the end of this stream finish the base instead of destroying it. */
  lingerFor(lingerMs: number): void {
    this.#lingerMs = lingerMs;
  }

  // --- StreamSink -------------------------------------------------------------------------------------------------

  receive(chunk: Uint8Array, length: number): boolean {
    return this.push(ownedCopy(chunk.subarray(0, length)));
  }

  phaseChanged(): void {
    const { phase, error } = this.#base;
    if (phase === StreamPhase.CLOSED) this.destroy(error ?? undefined);
    else if (phase === StreamPhase.ENDED) this.push(null);
  }

  drained(): void {
    const done = this.#written;
    this.#written = null;
    done?.();
  }

  // --- Duplex -----------------------------------------------------------------------------------------------------

  override _read(): void {
    this.#base.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.#send([chunk], done);
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: Done): void {
    const pieces = chunks.map(({ chunk }) => chunk);
    this.#send(pieces, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (error === null && this.#lingerMs > 0) this.#base.finish(this.#lingerMs);
    else this.#base.destroy();
    this.drained();
    done(error);
  }

  #send(pieces: Uint8Array[], done: Done): void {
    if (this.#base.write(pieces)) done();
    else this.#written = done;
  }
}
