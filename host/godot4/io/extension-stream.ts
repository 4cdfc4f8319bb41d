// A script's stream as a byte stream for a WebSocketPeer. It is polled by the peer and by the script's notify_activity.
// A script that throws, or returns invalid results, only ends the stream.

import { clock } from '#platform';
import { printError } from '../../binding/error-handler.js';
import { ERR_FILE_EOF, error_string } from '../../binding/errors.js';
import { textOfThrown } from '../../binding/thrown.js';
import { ownedCopy } from '../../bytes.js';
import { type ByteStream, StreamPhase, type StreamSink } from '../../transport/byte-stream.js';
import type { Alarm } from '../../transport/platform.js';
import { Queue } from '../../transport/queue.js';
import { askAvailable, askBytes, askEnded, isPassing, offerBytes, type StreamScript } from './extension-script.js';

/** Most bytes per read. */
const CHUNK = 65_536;
/** Most reads in a row, so that an endless source does not block the rest. */
const CHUNKS_PER_TURN = 16;

/** A piece that the script takes part by part. */
interface Piece {
  rest: Uint8Array;
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
  /** Bytes read but not delivered. */
  #unread: Uint8Array | null = null;
  #isReading = false;
  /** The script has reported its end. */
  #hasEnded = false;
  /** What the script had no room for, in order. */
  readonly #waiting = new Queue<Piece>();
  /** A write was told to wait for `drained`. */
  #owesDrained = false;
  /** Error of a failed write, reported in the next turn. */
  #writeError: unknown = null;
  /** Limits how long queued bytes are still sent after the peer has finished. */
  #linger: Alarm | null = null;
  #isLetGo = false;
  // The script may call back from its methods: these flags prevent nested runs, which are made up for afterwards.
  #isMoving = false;
  #isPutting = false;
  #isPollOrdered = false;

  constructor(script: StreamScript) {
    this.#script = script;
  }

  attach(sink: StreamSink): void {
    this.#sink = sink;
    const unread = this.#unread;
    this.#unread = null;
    this.#isReading = unread === null || sink.receive(unread, unread.length);
    if (this.#sink !== sink) return; // the sink has ended the stream
    sink.phaseChanged();
    this.poll();
  }

  unread(bytes: Uint8Array): void {
    this.#isReading = false;
    this.#sink = null;
    if (bytes.length === 0) return;
    const later = this.#unread ?? new Uint8Array(0);
    this.#unread = new Uint8Array(bytes.length + later.length);
    this.#unread.set(bytes);
    this.#unread.set(later, bytes.length);
  }

  pause(): void {
    this.#isReading = false;
  }

  resume(): void {
    this.#isReading = true;
    this.poll();
  }

  /** Sends queued bytes, delivers received ones, and checks for the peer's end. */
  poll(): void {
    if (this.#isMoving) this.#pollLater();
    if (this.#isMoving || this.#isLetGo) return;
    this.#isMoving = true;
    try {
      this.#send();
      this.#read();
      this.#lookForEnd();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isMoving = false;
    }
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.phase === StreamPhase.CLOSED || this.#writeError !== null) return true;
    // Copies: the script may keep them, and must not get access to the memory around the originals.
    for (const piece of pieces) if (piece.length > 0) this.#waiting.push({ rest: ownedCopy(piece) });
    try {
      this.#put();
    } catch (error) {
      this.#writeError = error;
      this.#waiting.clear();
      this.#pollLater();
      return true;
    }
    if (this.#waiting.length === 0 && !this.#owesDrained) return true;
    this.#owesDrained = true;
    if (this.#waiting.length === 0) this.#pollLater();
    return false;
  }

  finish(lingerMs: number): void {
    if (this.#linger !== null) return;
    this.#sink = null;
    this.phase = StreamPhase.CLOSED;
    if (this.#waiting.length === 0) this.#letGo();
    else this.#linger = clock.alarm(lingerMs, () => this.#giveUp());
  }

  destroy(): void {
    this.#sink = null;
    this.phase = StreamPhase.CLOSED;
    this.#letGo();
  }

  setNoDelay(): void {}

  #send(): void {
    if (this.#writeError !== null) throw this.#writeError;
    this.#put();
    if (this.#waiting.length > 0 || !this.#owesDrained) return;
    this.#owesDrained = false;
    this.#sink?.drained();
  }

  #put(): void {
    if (this.#isPutting) return; // the call below goes on with what was added
    this.#isPutting = true;
    try {
      for (let piece = this.#waiting.first; piece !== undefined; piece = this.#waiting.first) {
        const { length } = piece.rest;
        const [error, sent] = offerBytes(this.#script, '_put_partial_data', piece.rest);
        if (this.#isLetGo) return;
        if (sent === length) this.#waiting.take();
        else if (sent > 0) piece.rest = piece.rest.subarray(sent);
        if (!isPassing(error)) throw scriptError('_put_partial_data', error);
        if (sent === 0) return; // no room: `notify_activity` or the next poll tries again
      }
    } finally {
      this.#isPutting = false;
    }
    if (this.#linger !== null) this.#letGo();
  }

  #read(): void {
    for (let chunks = 0; this.#isReading && this.#sink !== null && !this.#hasEnded; chunks += 1) {
      const available = askAvailable(this.#script);
      if (available === 0) return;
      if (chunks === CHUNKS_PER_TURN) {
        this.#pollLater();
        return;
      }
      const [error, bytes] = askBytes(this.#script, '_get_partial_data', Math.min(available, CHUNK));
      if (bytes.length > 0) this.#show(bytes);
      if (error === ERR_FILE_EOF) this.#hasEnded = true;
      else if (!isPassing(error)) throw scriptError('_get_partial_data', error);
      else if (bytes.length === 0) return;
    }
  }

  #show(bytes: Uint8Array): void {
    const sink = this.#sink;
    const goesOn = sink === null || sink.receive(bytes, bytes.length);
    if (this.#sink === sink) this.#isReading = goesOn; // else the sink was replaced
  }

  #lookForEnd(): void {
    if (this.phase !== StreamPhase.OPEN) return;
    if (!this.#hasEnded && (!askEnded(this.#script) || askAvailable(this.#script) > 0)) return;
    this.#hasEnded = true;
    this.phase = StreamPhase.ENDED;
    this.#sink?.phaseChanged();
  }

  /** Polls at the end of the turn, after the current caller. */
  #pollLater(): void {
    if (this.#isPollOrdered) return;
    this.#isPollOrdered = true;
    clock.atTurnEnd(() => {
      this.#isPollOrdered = false;
      this.poll();
    });
  }

  #fail(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(textOfThrown(thrown));
    if (this.phase !== StreamPhase.CLOSED) {
      // Reported once, here: a peer does not report failures of the network.
      this.error = isOfSystem(error) ? error : Object.assign(new Error(error.message), { syscall: 'script' });
      this.phase = StreamPhase.CLOSED;
      this.#sink?.phaseChanged();
    }
    this.#letGo();
    if (!isOfSystem(error)) printError(`StreamPeerExtension: ${error.message}`);
  }

  /** Drops the bytes that the script has no room for. */
  #giveUp(): void {
    this.poll();
    this.#letGo();
  }

  #letGo(): void {
    if (this.#isLetGo) return;
    this.#isLetGo = true;
    this.#linger?.cancel();
    this.#waiting.clear();
    try {
      this.#script._disconnect_from_stream();
    } catch (error) {
      printError(`StreamPeerExtension: ${textOfThrown(error)}`);
    }
  }
}

/** An error returned by the script; like a socket's errors, it ends the connection without a report. */
function scriptError(syscall: string, code: number): Error {
  return Object.assign(new Error(`${syscall}: ${error_string(code)}`), { syscall });
}

function isOfSystem(error: Error): boolean {
  return 'syscall' in error;
}
