// The byte stream of a StreamPeerSocket or StreamPeerTLS, with its status, buffered bytes and end. Its owner reports
// messages and connects.

import { clock } from '#platform';
import { printError } from '../../binding/error-handler.js';
import { ERR_OUT_OF_MEMORY, ERR_UNAVAILABLE, FAILED, type GodotError, OK } from '../../binding/errors.js';
import type { OwnBytes } from '../../bytes.js';
import { Bell } from '../../transport/bell.js';
import { BufferedStream } from '../../transport/buffered-stream.js';
import { type ByteStream, LINGER_MS, StreamPhase } from '../../transport/byte-stream.js';
import { NO_BYTES, type ReadResult, type WriteResult } from './stream-peer.js';

/** The first values of StreamPeerSocket.Status and StreamPeerTLS.Status, which are equal. */
const NONE = 0;
const CONNECTING = 1;
const CONNECTED = 2;
const ERROR = 3;

/** Most bytes in the send queue; a single write may be larger when the queue is empty. */
const MAX_WAITING = 16 * 1024 * 1024;
/** The same for partial writes, which should not queue much: about the size of a kernel's buffer. */
const MAX_WAITING_PARTIAL = 65_536;

/** Result of a look: no stream, or its state; `over` after its last byte was read. */
export type Look = 'none' | 'connecting' | 'failed' | 'open' | 'over';

export class HeldStream {
  /** Status after the last look, read or end. */
  #status: number = NONE;
  #buffer: BufferedStream | null = null;
  /** Whether news must be reported: the stream is then read without a look. */
  #isHeard = false;
  readonly #bell: Bell;
  readonly #ended: () => GodotError;

  /**
   * `changed` is called when a look would find something new; `ended` is asked for the error that reads meet at the
   * end.
   */
  constructor(changed: () => void, ended: () => GodotError) {
    this.#bell = new Bell(clock, changed);
    this.#ended = ended;
  }

  /** Null without a connection. */
  get stream(): ByteStream | null {
    return this.#buffer?.stream ?? null;
  }

  /** The stream, unless it is closed. */
  get liveStream(): ByteStream | null {
    const { stream } = this;
    return stream === null || stream.phase === StreamPhase.CLOSED ? null : stream;
  }

  /** Whether the stream was handed over to another reader. */
  get isReleased(): boolean {
    return this.#buffer?.isReleased === true;
  }

  get isFresh(): boolean {
    return this.#status === NONE;
  }

  /** The visible status; after a hand-over, that of the stream itself. */
  get status(): number {
    return this.#buffer?.isReleased ? statusOf(this.#buffer.stream) : this.#status;
  }

  /** Bytes that can be taken. */
  get available(): number {
    this.start();
    return this.#buffer?.available ?? 0;
  }

  /** Sets the stream. Nothing is read before a look or a read, unless news must be reported. */
  use(stream: ByteStream, isConnected: boolean): void {
    this.#buffer = new BufferedStream(stream, () => this.#bell.ring());
    this.#status = isConnected ? CONNECTED : CONNECTING;
    if (this.#isHeard) this.#buffer.start();
  }

  /** Begins to read. */
  start(): void {
    this.#buffer?.start();
  }

  /** Starts reporting news, including what has happened before. */
  watch(): void {
    this.#isHeard = true;
    const buffer = this.#buffer;
    if (buffer === null) return;
    buffer.start();
    if (buffer.available === 0 && !buffer.hasEnded && this.#status === statusOf(buffer.stream)) return;
    this.#bell.silence();
    this.#bell.ring();
  }

  ring(): void {
    this.#bell.ring();
  }

  /** Updates the status. */
  look(): Look {
    this.#bell.silence();
    const buffer = this.#buffer;
    if (buffer === null || buffer.isReleased) return 'none';
    buffer.start();
    buffer.stream.poll?.();
    if (buffer.wasOpen) this.#status = CONNECTED;
    else if (this.#status === CONNECTING) return buffer.hasEnded ? 'failed' : 'connecting';
    return buffer.hasEnded && buffer.available === 0 ? 'over' : 'open';
  }

  /** Hands the stream over, with the bytes that were not taken. */
  release(): ByteStream | null {
    return this.#buffer?.release() ?? null;
  }

  /** Ends the connection, even after a hand-over; this owner's queued bytes are sent first. */
  finish(): void {
    if (this.isReleased) this.stream?.destroy();
    else this.stream?.finish(LINGER_MS);
    this.#reset(NONE);
  }

  /** Ends the connection at once. */
  fail(status = ERROR): void {
    this.stream?.destroy();
    this.#reset(status);
  }

  /** Whether reads and writes are possible: connected and not handed over. Starts reading. */
  isReady(): boolean {
    return this.#ready() !== null;
  }

  putAll(bytes: Uint8Array): GodotError {
    const buffer = this.#writable();
    if (buffer === null) return FAILED;
    const { waiting } = buffer;
    if (waiting > 0 && waiting + bytes.length > MAX_WAITING) {
      printError(
        `put_data: no room for ${bytes.length} bytes, ${waiting} of at most ${MAX_WAITING} wait for the network`,
      );
      return ERR_OUT_OF_MEMORY;
    }
    buffer.write(bytes);
    return OK;
  }

  putSome(bytes: Uint8Array): WriteResult {
    const buffer = this.#writable();
    if (buffer === null) return [FAILED, 0];
    const { waiting } = buffer;
    const sent = waiting === 0 ? bytes.length : Math.min(bytes.length, Math.max(0, MAX_WAITING_PARTIAL - waiting));
    if (sent > 0) buffer.write(bytes.subarray(0, sent));
    return [OK, sent];
  }

  getAll(count: number): ReadResult {
    const buffer = this.#ready();
    if (buffer === null) return [FAILED, NO_BYTES];
    if (buffer.available >= count) return this.#taken(buffer, buffer.read(count));
    if (buffer.hasEnded) {
      const received = buffer.read(count);
      return [this.#ended(), received];
    }
    buffer.expect(count);
    return [ERR_UNAVAILABLE, NO_BYTES];
  }

  getSome(count: number): ReadResult {
    const buffer = this.#ready();
    if (buffer === null) return [FAILED, NO_BYTES];
    if (count === 0) return this.#taken(buffer, NO_BYTES);
    if (buffer.available === 0 && buffer.hasEnded) return [this.#ended(), NO_BYTES];
    return this.#taken(buffer, buffer.read(count));
  }

  peek(count: number): Uint8Array | null {
    return this.#ready()?.peek(count) ?? null;
  }

  #ready(): BufferedStream | null {
    const buffer = this.#buffer;
    if (buffer === null || buffer.isReleased || this.#status !== CONNECTED) return null;
    buffer.start();
    return buffer;
  }

  #writable(): BufferedStream | null {
    const buffer = this.#buffer;
    const isOurs = buffer?.isReleased === false && this.#status === CONNECTED;
    return isOurs && this.liveStream !== null ? buffer : null;
  }

  /** Result of a read; taking the last bytes may make the end visible. */
  #taken(buffer: BufferedStream, bytes: OwnBytes): ReadResult {
    if (buffer.hasEnded && buffer.available === 0) this.#bell.ring();
    return [OK, bytes];
  }

  #reset(status: number): void {
    this.#buffer = null;
    this.#status = status;
    this.#bell.silence();
  }
}

function statusOf({ phase, error }: ByteStream): number {
  if (phase === StreamPhase.CONNECTING) return CONNECTING;
  if (phase !== StreamPhase.CLOSED) return CONNECTED;
  return error === null ? NONE : ERROR;
}
