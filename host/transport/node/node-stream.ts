// Base of all byte streams in this folder: sink, unread bytes, phase and remote address.

import { ownedCopy } from '../../bytes.js';
import { type ByteStream, StreamPhase, type StreamSink } from '../byte-stream.js';
import { plainError } from '../plain-error.js';

export abstract class NodeStream implements ByteStream {
  #phase: StreamPhase = StreamPhase.CONNECTING;
  #error: Error | null = null;
  #sink: StreamSink | null = null;
  /** Bytes read but not delivered; null for none. */
  #unread: Uint8Array | null = null;
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

  abstract get localPort(): number;

  get secure(): boolean {
    return false;
  }

  attach(sink: StreamSink): void {
    this.#sink = sink;
    this.beforeReading();
    const unread = this.#unread;
    this.#unread = null;
    const reading = unread === null || sink.receive(unread, unread.length);
    if (this.#sink !== sink) return; // the sink has ended the stream, or given it away
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

  abstract pause(): void;
  abstract resume(): void;
  abstract write(pieces: readonly Uint8Array[]): boolean;
  abstract finish(lingerMs: number): void;
  abstract destroy(): void;
  abstract setNoDelay(enabled: boolean): void;

  // --- for subclasses -------------------------------------------------------------------------------------------

  /** Called before the first read. */
  protected beforeReading(): void {}

  /** Sets the phase OPEN. */
  protected get isLive(): boolean {
    return this.#phase === StreamPhase.OPEN || this.#phase === StreamPhase.ENDED;
  }

  /** Whether bytes were read and not delivered. */
  protected get hasUnread(): boolean {
    return this.#unread !== null;
  }

  /** Sets the address that the stream is connecting to. */
  protected towards(address: string, port: number): void {
    if (this.#phase === StreamPhase.CONNECTING) this.reached(address, port);
  }

  /** Sets the remote address while the system still has it. */
  protected reached(address: string | undefined, port: number | undefined): void {
    if (address === undefined || port === undefined) return;
    this.#remoteAddress = address;
    this.#remotePort = port;
  }

  protected opened(): void {
    if (this.#phase === StreamPhase.CONNECTING) this.#enter(StreamPhase.OPEN);
  }

  /** Delivers a chunk, which is valid during this call. False: stop reading. */
  protected deliver(chunk: Uint8Array, length: number): boolean {
    const sink = this.#sink;
    if (sink !== null) {
      const goesOn = sink.receive(chunk, length);
      // A sink that was detached meanwhile does not decide: the rest has to be read to the end.
      return goesOn || this.#sink !== sink;
    }
    if (this.#phase === StreamPhase.CLOSED) return true;
    const kept = ownedCopy(chunk.subarray(0, length));
    this.#unread = this.#unread === null ? kept : Buffer.concat([this.#unread, kept]);
    return false;
  }

  protected drained(): void {
    this.#sink?.drained();
  }

  /** The peer has finished sending: sets the phase ENDED. */
  protected ended(): void {
    if (this.#phase === StreamPhase.OPEN) this.#enter(StreamPhase.ENDED);
  }

  /** Sets the phase CLOSED, for the reason `error`. */
  protected closed(error: Error | null): void {
    if (this.#phase === StreamPhase.CLOSED) return;
    this.#error = error === null ? null : plainError(error);
    this.#enter(StreamPhase.CLOSED);
  }

  /** Detaches the sink. */
  protected letGo(): void {
    this.#phase = StreamPhase.CLOSED;
    this.#sink = null;
    this.#unread = null;
  }

  #enter(phase: StreamPhase): void {
    this.#phase = phase;
    this.#sink?.phaseChanged();
  }
}
