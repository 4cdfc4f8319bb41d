// A ByteStream in memory. The test controls what arrives, in which pieces, when output is taken, and how the stream
// ends. Memory lent for a call is overwritten afterwards, as a socket's read buffer would be.
import { type ByteStream, StreamPhase, type StreamSink } from '../../host/transport/byte-stream.js';
import { MemoryLoop } from './memory-stream-loop.js';

/** As much as one socket read brings. */
const READ_SIZE = 65536;
const SPOILT = 0xdd;

export function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

interface Held {
  readonly pieces: readonly Uint8Array[];
  readonly copy: Uint8Array;
}

export interface MemoryStreamOptions {
  readonly phase?: StreamPhase;
  readonly secure?: boolean;
  readonly remotePort?: number;
}

export class MemoryStream implements ByteStream {
  readonly loop: MemoryLoop;
  readonly secure: boolean;
  readonly remoteAddress = '127.0.0.1';
  readonly remotePort: number;
  readonly localPort = 9080;
  isSecuring = false;
  noDelay: boolean | null = null;
  /** One entry for each write, its pieces joined. */
  writes: Uint8Array[] = [];
  /** How the owner ended the stream: milliseconds to linger, or 'destroyed'; null before. */
  ending: number | 'destroyed' | null = null;
  /** The other end of a pair. */
  partner: MemoryStream | null = null;
  #phase: StreamPhase;
  #error: Error | null = null;
  #sink: StreamSink | null = null;
  #reading = false;
  #incoming: Uint8Array[] = [];
  #ended = false;
  #blocked = false;
  #held: Held[] = [];

  constructor(loop: MemoryLoop, options: MemoryStreamOptions = {}) {
    this.loop = loop;
    this.#phase = options.phase ?? StreamPhase.OPEN;
    this.secure = options.secure ?? false;
    this.remotePort = options.remotePort ?? 40000;
  }

  // --- controls of the test -------------------------------------------------------------------------------------

  /** Opens the connection. */
  open(): void {
    this.#moveTo(StreamPhase.OPEN);
  }

  /** Bytes arrive, cut into pieces of at most `size`. */
  deliver(bytes: Uint8Array, size = READ_SIZE): void {
    for (let at = 0; at < bytes.length; at += size) {
      for (let cut = at; cut < Math.min(at + size, bytes.length); cut += READ_SIZE) {
        this.#incoming.push(bytes.slice(cut, Math.min(cut + READ_SIZE, at + size, bytes.length)));
      }
    }
    this.#pump();
  }

  /** FIN arrives behind what was delivered. */
  end(): void {
    this.#ended = true;
    this.#pump();
  }

  /** The connection is lost, with what was not read yet. */
  reset(error: Error | null = new Error('read ECONNRESET')): void {
    this.#incoming = [];
    this.#error = error;
    this.#moveTo(StreamPhase.CLOSED);
  }

  /** Makes the network take only the first part of a write from now on. */
  block(): void {
    this.#blocked = true;
  }

  /** The network takes what waits; with `staysBlocked`, not what follows. */
  release(staysBlocked = false): void {
    this.#blocked = staysBlocked;
    if (this.#held.length === 0) return;
    for (const { pieces, copy } of this.#held) {
      if (Buffer.compare(concat(pieces), copy) !== 0) throw new Error('memory of a write under way was written to');
      this.partner?.arrive(copy);
    }
    this.#held = [];
    this.#sink?.drained();
  }

  /** Everything written since the last call. */
  takeWritten(): Uint8Array {
    const written = concat(this.writes);
    this.writes = [];
    return written;
  }

  get isReading(): boolean {
    return this.#reading;
  }

  get hasSink(): boolean {
    return this.#sink !== null;
  }

  /** Bytes that arrived and were not read. */
  get unreadBytes(): number {
    return this.#incoming.reduce((sum, piece) => sum + piece.length, 0);
  }

  // --- ByteStream -----------------------------------------------------------------------------------------------

  get phase(): StreamPhase {
    return this.#phase;
  }

  get error(): Error | null {
    return this.#error;
  }

  attach(sink: StreamSink): void {
    this.#sink = sink;
    this.#reading = true;
    const given = this.#incoming;
    this.#incoming = [];
    for (const piece of given) this.#show(piece);
    if (this.#phase !== StreamPhase.CONNECTING) sink.phaseChanged();
    this.#pump();
  }

  unread(bytes: Uint8Array): void {
    this.#sink = null;
    this.#reading = false;
    if (bytes.length > 0) this.#incoming.unshift(bytes.slice());
  }

  pause(): void {
    this.#reading = false;
  }

  resume(): void {
    this.#reading = true;
    this.loop.later(() => this.#pump());
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.#phase !== StreamPhase.OPEN && this.#phase !== StreamPhase.ENDED) return true;
    if (this.ending !== null) throw new Error('write after the end');
    const copy = concat(pieces);
    this.writes.push(copy);
    if (this.#blocked || this.#held.length > 0) {
      this.#held.push({ pieces: [...pieces], copy });
      return false;
    }
    this.partner?.arrive(copy);
    return true;
  }

  finish(lingerMs: number): void {
    if (this.ending !== null) throw new Error('ended twice');
    this.ending = lingerMs;
    this.#letGo();
  }

  destroy(): void {
    if (this.ending === 'destroyed') throw new Error('destroyed twice');
    this.ending = 'destroyed';
    this.#held = [];
    this.#letGo();
  }

  setNoDelay(enabled: boolean): void {
    this.noDelay = enabled;
  }

  // --- inside ---------------------------------------------------------------------------------------------------

  /** From the partner: comes in a turn of its own. */
  arrive(bytes: Uint8Array): void {
    this.loop.later(() => this.deliver(bytes));
  }

  #letGo(): void {
    this.#sink = null;
    this.#reading = false;
    const { partner } = this;
    if (partner !== null) this.loop.later(() => partner.end());
  }

  #pump(): void {
    while (this.#reading && this.#sink !== null && this.#incoming.length > 0) {
      this.#show(this.#incoming.shift() as Uint8Array);
    }
    const seesEnd = this.#reading && this.#sink !== null && this.#incoming.length === 0;
    if (this.#ended && seesEnd && this.#phase === StreamPhase.OPEN) this.#moveTo(StreamPhase.ENDED);
  }

  #show(piece: Uint8Array): void {
    const lent = piece.slice();
    const goesOn = this.#sink?.receive(lent, lent.length);
    lent.fill(SPOILT);
    if (goesOn === false) this.#reading = false;
  }

  #moveTo(phase: StreamPhase): void {
    if (phase <= this.#phase) return;
    this.#phase = phase;
    this.#sink?.phaseChanged();
  }
}

/** Two streams that are each other's other end. */
export function memoryPair(loop = new MemoryLoop(), phase?: StreamPhase): [MemoryStream, MemoryStream] {
  const left = new MemoryStream(loop, phase === undefined ? { remotePort: 9080 } : { remotePort: 9080, phase });
  const right = new MemoryStream(loop);
  left.partner = right;
  right.partner = left;
  return [left, right];
}
