// An open connection, up to its end: received packets and pings, heartbeat, time limits, and the closing handshake. It
// decides on the next lifecycle event; connection.ts carries it out.
import { FAULT_NONE, ROLE_CLIENT, ROLE_SERVER } from '../../assembly/abi.js';
import { type ByteStream, StreamPhase } from '../transport/byte-stream.js';
import type { Deflater } from '../transport/deflater.js';
import { closeBody, readCloseBody } from './close-codes.js';
import type { ConnectionContext } from './context.js';
import { Deadline } from './deadline.js';
import type { FailureCode } from './failures.js';
import { Heartbeat } from './heartbeat.js';
import { Inbox } from './inbox.js';
import { type LifecycleEvent, State } from './lifecycle.js';
import { expectTaking } from './neglect.js';
import type { Outbox } from './outbox.js';
import type { PacketQueue } from './packet-queue.js';
import { RateMeter } from './rate-meter.js';
import { SETTINGS, type SessionOwner } from './session.js';
import { type Farewell, NO_FAREWELL, violationOf } from './violations.js';

const NOTHING = new Uint8Array(0);

/** The connection that the conversation belongs to. */
export interface Machine {
  readonly side: 'client' | 'server';
  readonly state: State;
  readonly owner: SessionOwner;
  readonly context: ConnectionContext;
  readonly stream: ByteStream;
  readonly outbox: Outbox;
  /** Tells the owner that poll() would find something new. */
  wake(): void;
  /** Schedules, for the end of the turn, a check whether poll() would find something new. */
  order(): void;
  /** Resumes reading from the stream. */
  readOn(): void;
  /** Keeps why the connection fails; called before the transition. */
  failed(code: FailureCode, cause: string): void;
  /** Reports what `failed` has kept. */
  tellFailure(): void;
  /** Called when the time for a message, or for the other side's close, is over. */
  timeIsUp(): void;
}

export class Conversation {
  readonly #machine: Machine;
  readonly #inbox: Inbox;
  /** Time limit of a message, and of CLOSING. Created when first needed, as the heartbeat is. */
  #deadline: Deadline | null = null;
  #heartbeat: Heartbeat | null = null;
  /** Counts what comes; only of connections with limits: one field more in each of thousands is memory. */
  declare private meter?: RateMeter;
  /** Code and reason of the other side's close, or of its fault; null before. */
  #farewell: Farewell | null = null;
  /** Whether reading from the stream is paused. */
  isPaused = true;
  /** The other side closed first; the reply, or data before it, is not sent yet. */
  #replyWaits = false;
  /** Whether poll() has something to do. */
  hasNews = true;
  /** The game has the packets from before the end and may still answer: the end takes effect in the next poll(). */
  #mayAnswer = false;
  /** Whether the other side sent its close frame first. */
  isClosedByPeer = false;

  /** `early`: bytes received after the handshake. `deflater`: null where no deflated messages were agreed upon. */
  constructor(machine: Machine, early: Uint8Array, deflater: Deflater | null = null) {
    const settings = machine.owner[SETTINGS];
    const limits = {
      role: machine.side === 'server' ? ROLE_SERVER : ROLE_CLIENT,
      maxMessageSize: settings.inboundBufferSize,
      maxFragments: settings.maxMessageFragments,
      maxPackets: settings.maxQueuedPackets,
    };
    this.#machine = machine;
    this.#inbox = new Inbox(machine.context.core, limits, deflater);
    const { maxPacketsPerSecond, maxBytesPerSecond } = settings;
    if (maxPacketsPerSecond > 0 || maxBytesPerSecond > 0) {
      this.meter = new RateMeter(machine.context, maxPacketsPerSecond, maxBytesPerSecond);
    }
    if (early.length > 0) this.#take(early, early.length);
    if (machine.stream.phase >= StreamPhase.ENDED) this.#inbox.streamEnded();
  }

  get packets(): PacketQueue {
    return this.#inbox.packets;
  }

  get farewell(): Farewell {
    return this.#farewell ?? NO_FAREWELL;
  }

  /** Whether poll() has handled the other side's close or fault: nothing more can be sent. */
  get isJudged(): boolean {
    return this.#farewell !== null;
  }

  /** Whether the other side's close, its fault, or the end of the stream was received. */
  get hasEnding(): boolean {
    return this.#inbox.ending !== null;
  }

  /** Whether a poll would find something to do. */
  get canAdvance(): boolean {
    return this.#inbox.canAdvance;
  }

  /** Whether the time for a message, or for the other side's close, is over. */
  get isLate(): boolean {
    return this.#deadline?.passed() ?? false;
  }

  /** Whether the stream can still send messages. */
  get canAnswer(): boolean {
    const { phase } = this.#machine.stream;
    if (phase < StreamPhase.ENDED) return true;
    // The other side has finished sending: its last messages may still be answered.
    return phase === StreamPhase.ENDED && (this.#mayAnswer || this.#inbox.packets.count > 0);
  }

  /** Marks that the next poll() has something to do. */
  notice(): void {
    this.hasNews = true;
  }

  receive(chunk: Uint8Array, length: number): void {
    const inbox = this.#inbox;
    this.hasNews = true;
    this.#heartbeat?.heard();
    if (this.meter === undefined) inbox.receive(chunk, length);
    else this.#take(chunk, length);
    if (this.#machine.owner[SETTINGS].messageTimeoutMs > 0) this.#watchMessage();
    const isFull = inbox.isFull && this.#machine.state === State.OPEN;
    if (isFull) expectTaking(this.#machine, inbox.packets);
    this.isPaused = isFull || inbox.ending !== null;
    if (this.isPaused) this.meter?.pause();
  }

  /** Passes bytes to the inbox and counts them, and the frames that begin in them. */
  #take(chunk: Uint8Array, length: number): void {
    const inbox = this.#inbox;
    const { meter } = this;
    meter?.begin();
    inbox.receive(chunk, length);
    if (meter === undefined || this.#machine.state === State.CLOSING) return; // what comes behind a close is dropped
    const fault = meter.end(length);
    if (fault !== FAULT_NONE) inbox.fail(fault);
  }

  streamEnded(): void {
    this.#inbox.streamEnded();
  }

  /** Makes received packets visible to the game; returns the next lifecycle event, or null. */
  poll(): LifecycleEvent | null {
    const { state } = this.#machine;
    this.hasNews = false;
    if (state === State.OPEN && !this.#staysAlive()) return 'timeout';
    const inbox = this.#inbox;
    const handedOver = inbox.reveal();
    const allSeen = handedOver === 0 && inbox.packets.visible === inbox.packets.count;
    this.#mayAnswer = inbox.ending !== null;
    // While OPEN, a game can read the visible packets before it sees the end; they stay readable afterwards.
    if (inbox.ending !== null && this.#farewell === null && (allSeen || state === State.CLOSING)) {
      return this.#judgeEnding();
    }
    return state === State.CLOSING ? this.#judgeClosing() : null;
  }

  /** Ends a poll: resumes reading, and schedules the next poll if there is more to do. */
  settle(): void {
    const inbox = this.#inbox;
    if (this.isPaused) this.resumeReading();
    const { state } = this.#machine;
    if (state === State.CLOSED) return;
    if (state === State.OPEN && inbox.ending === null && inbox.packets.visible === inbox.packets.count) return;
    this.hasNews = true;
    if (inbox.canAdvance && this.#farewell === null) this.#machine.order();
  }

  /** Called after a packet was taken while others are hidden or reading is paused: there may be room now. */
  afterTake(): void {
    if (this.#machine.state === State.CLOSED) {
      this.#inbox.reveal();
      return;
    }
    if (this.#inbox.canAdvance) this.#machine.order();
    if (this.isPaused) this.resumeReading();
  }

  /** Enters CLOSING: only the other side's close is awaited. */
  awaitClose(): void {
    const inbox = this.#inbox;
    inbox.discardsExcess = true;
    inbox.takePings(); // after a close frame nothing else is sent
    this.#heartbeat?.stop();
    this.#deadline?.clear();
    this.hasNews = true;
    const { closeTimeoutMs } = this.#machine.owner[SETTINGS];
    if (closeTimeoutMs > 0) this.#setDeadline(closeTimeoutMs);
    this.resumeReading();
  }

  /** Resumes reading once the queue is at most half full; after close(), at once. */
  resumeReading(): void {
    const inbox = this.#inbox;
    const { state } = this.#machine;
    if (!this.isPaused || inbox.ending !== null || state === State.CLOSED) return;
    if (!inbox.isRoomy && state === State.OPEN) return;
    this.isPaused = false;
    this.#machine.readOn();
  }

  /** Releases everything but the packets, and makes all that fit visible. */
  end(): void {
    this.#deadline?.clear();
    this.#heartbeat?.stop();
    this.#inbox.release();
    this.#inbox.reveal();
  }

  /** Sets or clears the time limit of an incomplete message. CLOSING uses the same deadline. */
  #watchMessage(): void {
    if (this.#machine.state !== State.OPEN) return;
    if (!this.#inbox.isMidMessage) this.#deadline?.clear();
    else if (!this.#deadline?.isSet) this.#setDeadline(this.#machine.owner[SETTINGS].messageTimeoutMs);
  }

  /** Answers pings, sends heartbeats and checks time limits; false when the heartbeat was not answered. */
  #staysAlive(): boolean {
    const { outbox, owner } = this.#machine;
    for (const payload of this.#inbox.takePings()) outbox.pong(payload);
    const { heartbeatIntervalMs, messageTimeoutMs } = owner[SETTINGS];
    if (heartbeatIntervalMs > 0) this.#heartbeat ??= this.#newHeartbeat();
    const beat = this.#heartbeat?.poll(heartbeatIntervalMs, this.isPaused);
    if (beat === 'dead') return false;
    if (beat === 'ping') outbox.ping();
    if (!this.isLate) return true;
    // A message can't be completed while this side does not read.
    if (this.isPaused) this.#setDeadline(messageTimeoutMs);
    else this.#inbox.messageIsLate();
    return true;
  }

  #judgeEnding(): LifecycleEvent | null {
    const { ending } = this.#inbox;
    if (ending?.kind === 'close') return this.#closeReceived(ending.body);
    if (ending?.kind === 'fault') return this.#violated(ending.fault);
    return 'stream ended';
  }

  #closeReceived(body: Uint8Array): LifecycleEvent | null {
    const { state, outbox, stream } = this.#machine;
    this.#farewell = readCloseBody(body);
    if (state !== State.OPEN) return this.#judgeClosing();
    this.isClosedByPeer = true;
    outbox.close(body); // §5.5.1: echoed unchanged
    outbox.flush();
    if (outbox.isEmpty || stream.phase === StreamPhase.CLOSED) return 'close received';
    this.#replyWaits = true;
    return 'reply waits';
  }

  #judgeClosing(): LifecycleEvent | null {
    const { outbox, stream } = this.#machine;
    if (this.#farewell !== null && (outbox.isEmpty || stream.phase === StreamPhase.CLOSED)) {
      return this.#replyWaits ? 'reply sent' : 'close received';
    }
    return this.isLate ? 'timeout' : null;
  }

  #violated(fault: number): LifecycleEvent {
    const { maxMessageSize, maxFragments } = this.#inbox;
    const { state, owner, outbox } = this.#machine;
    const limits = { ...owner[SETTINGS], ...this.meter?.limits, maxMessageSize, maxFragments };
    const violation = violationOf(fault, limits);
    const { code, shown } = violation;
    this.#farewell = shown ?? NO_FAREWELL;
    this.#machine.failed(violation.failureCode, violation.message);
    if (state === State.OPEN) {
      this.#machine.tellFailure();
      outbox.close(closeBody(code, NOTHING));
      outbox.flushForGood();
    }
    return 'violation';
  }

  #newHeartbeat(): Heartbeat {
    return new Heartbeat(this.#machine.context.clock, () => this.#machine.wake());
  }

  #setDeadline(delayMs: number): void {
    this.#deadline ??= new Deadline(this.#machine.context.clock, () => this.#machine.timeIsUp());
    this.#deadline.set(delayMs);
  }
}
