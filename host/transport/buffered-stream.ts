// A byte stream with a buffer to read from on demand, as Godot's StreamPeer classes need it. When READ_AHEAD bytes are
// buffered, reading stops, which slows the sender down.

import { type OwnBytes, ownedCopy } from '../bytes.js';
import { ByteQueue } from './byte-queue.js';
import { type ByteStream, StreamPhase, type StreamSink } from './byte-stream.js';

/** Bytes that are read ahead of demand. */
const READ_AHEAD = 65_536;
export class BufferedStream implements StreamSink {
  readonly stream: ByteStream;
  readonly #changed: () => void;
  readonly #arrived = new ByteQueue();
  #started = false;
  #paused = false;
  #opened = false;
  #released = false;
  /** Bytes to buffer: more than READ_AHEAD while a caller expects that many. */
  #wanted = READ_AHEAD;
  #leaving = 0;

  /** `changed` is called from socket events when bytes have arrived or the phase has changed. */
  constructor(stream: ByteStream, changed: () => void) {
    this.stream = stream;
    this.#changed = changed;
  }

  /** Begins to read. Until then the stream can be handed over untouched. */
  start(): void {
    if (this.#started || this.#released) return;
    this.#started = true;
    this.stream.attach(this);
    if (!this.#paused) this.stream.readNow?.(); // as in the engine, the first read finds what has arrived
  }

  get available(): number {
    return this.#arrived.length;
  }

  /** Whether no more bytes will come than those that are buffered. */
  get hasEnded(): boolean {
    return this.stream.phase >= StreamPhase.ENDED;
  }

  /** Whether the connection was ever open. */
  get wasOpen(): boolean {
    return this.#opened;
  }

  /** Whether the stream was handed over to another reader. */
  get isReleased(): boolean {
    return this.#released;
  }

  /** The first `count` bytes, without taking them; null when there are fewer. */
  peek(count: number): Uint8Array | null {
    return this.#arrived.peek(count);
  }

  /** Takes at most `limit` bytes. */
  read(limit: number): OwnBytes {
    const bytes = this.#arrived.take(limit);
    this.#want(READ_AHEAD);
    return bytes;
  }

  /** Reads on until `length` bytes are buffered, whatever READ_AHEAD is. */
  expect(length: number): void {
    this.#want(Math.max(READ_AHEAD, length));
  }

  /** Bytes that wait to be sent. */
  get waiting(): number {
    return this.#leaving;
  }

  /** Copies `bytes` and sends them. */
  write(bytes: Uint8Array): void {
    if (!this.stream.write([ownedCopy(bytes)])) this.#leaving += bytes.length;
  }

  /** Hands the stream over, with the bytes that were not taken. */
  release(): ByteStream {
    if (!this.#released) {
      this.#released = true;
      if (this.#started) this.stream.unread(this.#arrived.take(this.#arrived.length));
    }
    return this.stream;
  }

  receive(chunk: Uint8Array, length: number): boolean {
    this.#arrived.push(length === chunk.length ? chunk : chunk.subarray(0, length));
    this.#changed();
    this.#paused = this.#arrived.length >= this.#wanted;
    return !this.#paused;
  }

  phaseChanged(): void {
    if (this.stream.phase !== StreamPhase.CLOSED) this.#opened = true;
    this.#changed();
  }

  drained(): void {
    this.#leaving = 0;
  }

  #want(length: number): void {
    this.#wanted = length;
    if (!this.#paused || this.#released || this.#arrived.length >= length) return;
    this.#paused = false;
    this.stream.resume();
  }
}
