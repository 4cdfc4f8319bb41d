// A byte stream whose bytes wait until they are asked for, as Godot's StreamPeer classes want them. What waits is
// bounded: beyond READ_AHEAD the stream is not read, and the sender feels it.

import { type OwnBytes, ownedCopy } from '../bytes.js';
import { ByteQueue } from './byte-queue.js';
import { type ByteStream, StreamPhase, type StreamSink } from './byte-stream.js';

/** Bytes that are read before anybody asks for them. */
const READ_AHEAD = 65_536;
export class BufferedStream implements StreamSink {
  readonly stream: ByteStream;
  readonly #changed: () => void;
  readonly #arrived = new ByteQueue();
  #started = false;
  #paused = false;
  #opened = false;
  #released = false;
  /** More than READ_AHEAD while somebody waits for that many bytes. */
  #wanted = READ_AHEAD;
  #leaving = 0;

  /** `changed` is called from socket events when bytes have come or the phase has moved. */
  constructor(stream: ByteStream, changed: () => void) {
    this.stream = stream;
    this.#changed = changed;
  }

  /** Begins to read, with what has arrived already. Until then the stream can be handed over untouched. */
  start(): void {
    if (this.#started || this.#released) return;
    this.#started = true;
    this.stream.attach(this);
    if (!this.#paused) this.stream.readNow?.(); // as in the engine, the first look finds what is there
  }

  get available(): number {
    return this.#arrived.length;
  }

  /** No more bytes will come than those that wait. */
  get hasEnded(): boolean {
    return this.stream.phase >= StreamPhase.ENDED;
  }

  /** The connection came up, whatever has become of it since. */
  get wasOpen(): boolean {
    return this.#opened;
  }

  /** Somebody else reads and writes the stream now. */
  get isReleased(): boolean {
    return this.#released;
  }

  /** The first `count` bytes, which stay; null when there are fewer. */
  peek(count: number): Uint8Array | null {
    return this.#arrived.peek(count);
  }

  /** Takes at most `limit` bytes. */
  read(limit: number): OwnBytes {
    const bytes = this.#arrived.take(limit);
    this.#want(READ_AHEAD);
    return bytes;
  }

  /** Reads on until `length` bytes wait, however many these are. */
  expect(length: number): void {
    this.#want(Math.max(READ_AHEAD, length));
  }

  /** Bytes that wait to leave. */
  get waiting(): number {
    return this.#leaving;
  }

  /** Copies `bytes` and sends them. */
  write(bytes: Uint8Array): void {
    if (!this.stream.write([ownedCopy(bytes)])) this.#leaving += bytes.length;
  }

  /** Lets somebody else have the stream, with the bytes that nobody has taken. */
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
