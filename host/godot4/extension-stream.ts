// A script's stream as a byte stream for a WebSocketPeer: it moves on when it is polled, which the peer does and the
// script's notify_activity. A script that throws ends the stream and nothing else.
import { OK } from '../binding/errors.js';
import { type ByteStream, StreamPhase, type StreamSink } from '../transport/byte-stream.js';

/** Most bytes asked for at once. */
const CHUNK = 65_536;

/** What the script says; see StreamPeerExtension. */
export interface StreamScript {
  _get_available_bytes(): number;
  _get_partial_data(bytes: number): [error: number, bytes: Uint8Array];
  _put_partial_data(data: Uint8Array): [error: number, sent: number];
  _has_ended(): boolean;
  _disconnect_from_stream(): void;
}

export class ExtensionStream implements ByteStream {
  readonly remoteAddress = '';
  readonly remotePort = 0;
  readonly localPort = 0;
  readonly secure = false;
  phase: StreamPhase = StreamPhase.OPEN;
  error: Error | null = null;
  readonly #script: StreamScript;
  #sink: StreamSink | null = null;
  #unread: Uint8Array | null = null;
  #isReading = false;
  /** What the script had no room for, in order. */
  #waiting: Uint8Array[] = [];
  /** The peer has said goodbye: what waits still goes out. */
  #isFinishing = false;
  #isLetGo = false;
  /** Inside of `poll`: the script may call it again meanwhile. */
  #isMoving = false;

  constructor(script: StreamScript) {
    this.#script = script;
  }

  attach(sink: StreamSink): void {
    this.#sink = sink;
    const unread = this.#unread;
    this.#unread = null;
    this.#isReading = unread === null || sink.receive(unread, unread.length);
    if (this.#sink !== sink) return; // it has ended the stream
    sink.phaseChanged();
    this.poll();
  }

  unread(bytes: Uint8Array): void {
    this.#isReading = false;
    this.#sink = null;
    if (bytes.length > 0) this.#unread = bytes;
  }

  pause(): void {
    this.#isReading = false;
  }

  resume(): void {
    this.#isReading = true;
    if (!this.#isMoving) this.poll();
  }

  /** Sends what waits, hands over what has come, and looks whether the other side has ended. */
  poll(): void {
    if (this.#isMoving || this.#isLetGo) return;
    this.#isMoving = true;
    try {
      this.#send();
      this.#read();
      this.#lookForEnd();
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#isMoving = false;
    }
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.phase === StreamPhase.CLOSED) return true;
    const wasEmpty = this.#waiting.length === 0;
    this.#waiting.push(...pieces);
    if (!wasEmpty) return false;
    try {
      this.#put();
    } catch (error) {
      this.#waiting = [];
      this.error = error instanceof Error ? error : new Error(String(error)); // told by the next poll
    }
    return this.#waiting.length === 0;
  }

  finish(): void {
    this.#sink = null;
    this.phase = StreamPhase.CLOSED;
    this.#isFinishing = true;
    if (this.#waiting.length === 0) this.#letGo();
  }

  destroy(): void {
    this.#sink = null;
    this.phase = StreamPhase.CLOSED;
    this.#waiting = [];
    this.#letGo();
  }

  setNoDelay(): void {}

  #send(): void {
    if (this.#waiting.length === 0) return;
    this.#put();
    if (this.#waiting.length > 0) return;
    if (this.#isFinishing) this.#letGo();
    else this.#sink?.drained();
  }

  #put(): void {
    while (this.#waiting.length > 0) {
      const [piece] = this.#waiting;
      const [error, sent] = this.#script._put_partial_data(piece);
      if (sent === piece.length) this.#waiting.shift();
      else {
        if (sent > 0) this.#waiting[0] = piece.subarray(sent);
        if (error !== OK || sent === 0) return; // no room: `notify_activity` or the next poll tries again
      }
    }
  }

  #read(): void {
    while (this.#isReading && this.#sink !== null) {
      const available = this.#script._get_available_bytes();
      if (available <= 0) return;
      const [error, bytes] = this.#script._get_partial_data(Math.min(available, CHUNK));
      if (error !== OK || bytes.length === 0) return;
      this.#isReading = this.#sink.receive(bytes, bytes.length);
    }
  }

  #lookForEnd(): void {
    if (this.error !== null) this.#fail(this.error);
    if (this.phase !== StreamPhase.OPEN || !this.#script._has_ended()) return;
    if (this.#script._get_available_bytes() > 0) return;
    this.phase = StreamPhase.ENDED;
    this.#sink?.phaseChanged();
  }

  #fail(error: Error): void {
    this.error = error;
    this.phase = StreamPhase.CLOSED;
    this.#waiting = [];
    this.#sink?.phaseChanged();
    this.#letGo();
  }

  #letGo(): void {
    if (this.#isLetGo) return;
    this.#isLetGo = true;
    try {
      this.#script._disconnect_from_stream();
    } catch (error) {
      this.error ??= error as Error;
    }
  }
}
