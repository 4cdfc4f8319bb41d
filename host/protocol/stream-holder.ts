// A connection's hold on its stream, and the news of it: who is told when, so that nobody is called in the middle of a
// transition, and how the stream is let go of. What a transition is, connection.ts says.
import { holdReports, releaseReports } from '../binding/error-handler.js';
import { type ByteStream, LINGER_MS } from '../transport/byte-stream.js';
import type { ConnectionContext } from './context.js';
import { State } from './lifecycle.js';
import { Outbox } from './outbox.js';
import type { SessionOwner } from './session.js';
import type { TurnTask } from './turn-queue.js';

export abstract class StreamHolder implements TurnTask {
  state: State = State.CONNECTING;
  /** Set by the turn queue. */
  ordered = false;
  readonly stream: ByteStream;
  readonly outbox: Outbox;
  readonly owner: SessionOwner;
  readonly context: ConnectionContext;
  /** The constructor has returned: somebody can poll. */
  protected isAttached = false;
  /** Whether the stream has to be polled, too. */
  readonly #pollsStream: boolean;
  /** In the middle of a transition: what a stream calls or shows meanwhile is told of at the end of the turn. */
  #isMoving = false;
  /** News came at a time when nobody could be told. */
  #owesNews = false;
  #parting: 'none' | 'polite' | 'final' = 'none';

  constructor(stream: ByteStream, masked: boolean, owner: SessionOwner, context: ConnectionContext) {
    this.stream = stream;
    this.owner = owner;
    this.context = context;
    this.outbox = new Outbox(context.core, masked, stream, context.turns);
    this.#pollsStream = stream.poll !== undefined;
  }

  /** What poll() does; `untilOpen`: no further than the end of the handshake. */
  protected abstract moveOn(untilOpen: boolean): void;

  /** The next poll() has something to look at. */
  protected abstract notice(): void;

  /** Whether a poll would find something to do. */
  protected abstract readonly canAdvance: boolean;

  /**
   * Moves on, and only then tells: reports wait until everything is done. From within itself, which a stream's own code
   * can bring about, it does nothing but raise the news again. With `untilOpen`, what came behind the handshake waits for
   * the next one.
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

  /** Looks again at the end of the turn. */
  order(): void {
    if (!this.ordered) this.context.turns.order(this);
  }

  /** Lets the owner know, and sends what it wrote meanwhile in one go. */
  wake(): void {
    this.notice();
    if (!this.isAttached || this.isBusy) {
      this.#owesNews = true;
      this.order();
      return;
    }
    this.outbox.tellAndFlush(this.owner);
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

  /** Asked behind every write: a stream may be made of code that drops the connection meanwhile. */
  protected isStill(state: State): boolean {
    return this.state === state;
  }

  /** Lets go of the stream: politely when the last bytes still have to arrive, else at once. */
  protected part(politely: boolean): void {
    if (this.#parting === 'final' || (politely && this.#parting === 'polite')) return;
    this.#parting = politely ? 'polite' : 'final';
    if (politely) this.stream.finish(LINGER_MS);
    else this.stream.destroy();
  }
}
