// Base class of a connection: its use of the stream, up to its end, and the calls to the owner, which are never made
// in the middle of a transition. The transitions are in connection.ts.
import { holdReports, releaseReports } from '../binding/error-handler.js';
import { type ByteStream, LINGER_MS, StreamPhase, type StreamSink } from '../transport/byte-stream.js';
import type { ConnectionContext } from './context.js';
import type { Crowd, Guest, Place } from './crowd.js';
import type { Compression } from './deflate-agreement.js';
import { type Draining, DrainWatch } from './drain-watch.js';
import type { FailureCode } from './failures.js';
import { State } from './lifecycle.js';
import { MessageCompressor } from './message-compressor.js';
import { Outbox } from './outbox.js';
import type { SessionOwner } from './session.js';
import type { TurnTask } from './turn-queue.js';

export abstract class StreamHolder implements TurnTask, Guest, Draining {
  state: State = State.CONNECTING;
  /** Set by the turn queue: whether a check is scheduled for the end of the turn. */
  ordered = false;
  readonly stream: ByteStream;
  readonly outbox: Outbox;
  readonly owner: SessionOwner;
  readonly context: ConnectionContext;
  /** Where a server's connection is counted, until it has ended; null for a client's. */
  protected place: Place | null = null;
  /** Whether the stream has a poll(), which has to be called, too. */
  readonly #pollsStream: boolean;
  /**
   * Whether a transition is under way, of which the construction is one: news from the stream is delayed to the end of
   * the turn.
   */
  #isMoving = true;
  /** Whether news was delayed. */
  #owesNews = false;
  #parting: 'none' | 'polite' | 'final' = 'none';

  constructor(stream: ByteStream, masked: boolean, owner: SessionOwner, context: ConnectionContext) {
    this.stream = stream;
    this.owner = owner;
    this.context = context;
    this.outbox = new Outbox(context.core, masked, stream, context.turns);
    this.#pollsStream = stream.poll !== undefined;
  }

  /** The work of poll(); with `untilOpen`, only up to the end of the handshake. */
  protected abstract moveOn(untilOpen: boolean): void;

  abstract drop(code: FailureCode, cause: string): void;
  abstract sayGoodbye(code: number): void;

  /** Marks that the next poll() has something to do. */
  protected abstract notice(): void;

  /** Whether a poll would find something to do. */
  protected abstract readonly canAdvance: boolean;

  /**
   * Makes the transitions that are due; reports are held back until they are complete. A nested call, which the code of
   * a stream can make, only schedules the news again. With `untilOpen`, bytes after the handshake wait for the next
   * poll.
   */
  poll(untilOpen = false): void {
    if (this.#pollsStream) this.stream.poll?.();
    if (this.isBusy) {
      this.wake();
      return;
    }
    this.#isMoving = true;
    this.#owesNews = false;
    holdReports();
    try {
      this.moveOn(untilOpen);
    } finally {
      this.#isMoving = false;
      releaseReports();
    }
  }

  atTurnEnd(): void {
    if (this.state === State.CLOSED) return;
    const owesNews = this.#owesNews;
    this.#owesNews = false;
    if (owesNews || this.canAdvance) this.wake();
  }

  setNoDelay(enabled: boolean): void {
    this.stream.setNoDelay(enabled);
  }

  /** Whether compression was agreed on; kept after the end. */
  get isCompressed(): boolean {
    return this.outbox.compressor !== undefined;
  }

  get hasParted(): boolean {
    return this.#parting !== 'none' || this.stream.phase === StreamPhase.CLOSED;
  }

  whenDrained(callback: () => void, threshold = 0): void {
    this.outbox.watch ??= new DrainWatch(this);
    this.outbox.watch.add(callback, threshold);
  }

  /** Begins to compress what is sent, if that was agreed on. */
  protected compress(compression: Compression | null): void {
    if (compression === null) return;
    this.outbox.compressor = new MessageCompressor(compression, this.owner, this.context.core);
  }

  /** Schedules a check for the end of the turn. */
  order(): void {
    if (!this.ordered) this.context.turns.order(this);
  }

  /** Calls the owner, and sends what it writes meanwhile in one write. */
  wake(): void {
    this.notice();
    if (this.isBusy) {
      this.#owesNews = true;
      this.order();
      return;
    }
    this.outbox.tellAndFlush(this.owner);
  }

  /** Ends the construction: from now on the stream may call, and the owner be called. */
  protected attach(sink: StreamSink): void {
    this.stream.attach(sink);
    this.#isMoving = false;
  }

  readOn(): void {
    const wasMoving = this.#isMoving;
    this.#isMoving = true;
    this.stream.resume();
    this.#isMoving = wasMoving;
  }

  protected get isBusy(): boolean {
    return this.#isMoving || this.outbox.isHandingOver;
  }

  /** To be checked after every write: the code of a stream may drop the connection during the write. */
  protected isStill(state: State): boolean {
    return this.state === state;
  }

  /** Makes a server's connection one of `crowd`'s, and no other's. */
  join(crowd: Crowd): void {
    this.place = this.place?.join(crowd, this) ?? null;
  }

  /** The stream has ended: gives the place back; `isCut`: whether this side has cut the connection. */
  protected giveBack(isCut: boolean): void {
    this.place?.release(isCut, this);
    this.place = null;
    this.outbox.watch?.look();
  }

  /** Ends the stream: `politely` if the last bytes still have to reach the other side, else at once. */
  protected part(politely: boolean): void {
    if (this.#parting === 'final' || (politely && this.#parting === 'polite')) return;
    const isCut = !politely && this.stream.phase < StreamPhase.ENDED;
    this.#parting = politely ? 'polite' : 'final';
    if (politely) this.stream.finish(LINGER_MS);
    else this.stream.destroy();
    this.giveBack(isCut);
  }
}
