// A connection's hold on its stream, and the news of it: who is told when, so that nobody is called in the middle of a
// transition, and how the stream is let go of. What a transition is, connection.ts says.
import { holdReports, releaseReports } from '../binding/error-handler.js';
import { type ByteStream, LINGER_MS } from '../transport/byte-stream.js';
import { type ConnectionContext, type ConnectionOwner, NEWS } from './connection-settings.js';
import { State } from './lifecycle.js';
import { Outbox } from './outbox.js';
import type { TurnTask } from './turn-queue.js';

export abstract class StreamHolder implements TurnTask {
  state: State = State.CONNECTING;
  ordered = false;
  readonly stream: ByteStream;
  readonly outbox: Outbox;
  protected readonly owner: ConnectionOwner;
  protected readonly context: ConnectionContext;
  /** poll() has something to look at. */
  protected attention = true;
  /** The constructor has returned: somebody can poll. */
  protected isAttached = false;
  /** In the middle of a transition: what a stream calls or shows meanwhile is told of at the end of the turn. */
  #isMoving = false;
  /** News came at a time when nobody could be told. */
  #owesNews = false;
  #parting: 'none' | 'polite' | 'final' = 'none';

  constructor(stream: ByteStream, masked: boolean, owner: ConnectionOwner, context: ConnectionContext) {
    this.stream = stream;
    this.owner = owner;
    this.context = context;
    this.outbox = new Outbox(context.core, masked, stream, context.turns);
  }

  /** What poll() does; `untilOpen`: no further than the end of the handshake. */
  protected abstract moveOn(untilOpen: boolean): void;

  /** Whether a poll would find something to do. */
  protected abstract readonly canAdvance: boolean;

  /**
   * Moves on, and only then tells: reports wait until everything is done. From within itself, which a stream's own code
   * can bring about, it does nothing but raise the news again. With `untilOpen`, what came behind the handshake waits for
   * the next one.
   */
  poll(untilOpen = false): void {
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

  protected get isBusy(): boolean {
    return this.#isMoving || this.outbox.isHandingOver;
  }

  /** Asked behind every write: a stream may be made of code that drops the connection meanwhile. */
  protected isStill(state: State): boolean {
    return this.state === state;
  }

  /** Looks again at the end of the turn. */
  protected order(): void {
    if (!this.ordered) this.context.turns.order(this);
  }

  /** Lets the owner know, and sends what it wrote meanwhile in one go. */
  protected wake(): void {
    this.attention = true;
    if (!this.isAttached || this.isBusy) {
      this.#owesNews = true;
      this.order();
      return;
    }
    const { ordered } = this.outbox;
    this.outbox.ordered = true;
    this.owner[NEWS]();
    this.outbox.ordered = ordered;
    this.outbox.flush();
  }

  protected readOn(): void {
    const wasMoving = this.#isMoving;
    this.#isMoving = true;
    this.stream.resume();
    this.#isMoving = wasMoving;
  }

  /** Lets go of the stream: politely when the last bytes still have to arrive, else at once. */
  protected part(politely: boolean): void {
    if (this.#parting === 'final' || (politely && this.#parting === 'polite')) return;
    this.#parting = politely ? 'polite' : 'final';
    if (politely) this.stream.finish(LINGER_MS);
    else this.stream.destroy();
  }
}
