// The time in which a connection is open: packets and pings that came, signs of life, time limits, and how it ends. It
// finds out what happens next; that it takes effect, the machine in connection.ts sees to.
import { ROLE_CLIENT, ROLE_SERVER } from '../../assembly/abi.js';
import { type ByteStream, StreamPhase } from '../transport/byte-stream.js';
import { closeBody, readCloseBody } from './close-codes.js';
import type { ConnectionContext } from './context.js';
import { Deadline } from './deadline.js';
import { Heartbeat } from './heartbeat.js';
import { Inbox } from './inbox.js';
import { type LifecycleEvent, State } from './lifecycle.js';
import type { Outbox } from './outbox.js';
import type { PacketQueue } from './packet-queue.js';
import { REPORT, SETTINGS, type SessionOwner } from './session.js';
import { type Farewell, NO_FAREWELL, violationOf } from './violations.js';

const NOTHING = new Uint8Array(0);

/** The connection whose conversation it is. */
export interface Machine {
  readonly side: 'client' | 'server';
  readonly state: State;
  readonly owner: SessionOwner;
  readonly context: ConnectionContext;
  readonly stream: ByteStream;
  readonly outbox: Outbox;
  /** poll() would find something new. */
  wake(): void;
  /** Looks at the end of the turn whether poll() would. */
  order(): void;
  /** Reads on. */
  readOn(): void;
  /** The time for a message, or for the other side's close, is over. */
  timeIsUp(): void;
}

export class Conversation {
  readonly #machine: Machine;
  readonly #inbox: Inbox;
  /** Of a message, and of CLOSING. It is made when it is first wanted, as the heartbeat is. */
  #deadline: Deadline | null = null;
  #heartbeat: Heartbeat | null = null;
  /** What the other side's close said, or a fault of it. */
  #farewell: Farewell | null = null;
  /** Nothing more is read for the time being. */
  isPaused = true;
  /** A close was received first; its answer, or what was to be sent before, still waits for the network. */
  #replyWaits = false;
  /** poll() has something to look at. */
  hasNews = true;
  /** Packets that came before the end were handed over; the end takes effect in the next poll(). */
  #mayAnswer = false;
  /** The other side's close frame came before there was one from here. */
  isClosedByPeer = false;

  /** `early` came behind the handshake. */
  constructor(machine: Machine, early: Uint8Array) {
    const settings = machine.owner[SETTINGS];
    this.#machine = machine;
    this.#inbox = new Inbox(machine.context.core, {
      role: machine.side === 'server' ? ROLE_SERVER : ROLE_CLIENT,
      maxMessageSize: settings.inboundBufferSize,
      maxFragments: settings.maxMessageFragments,
      maxPackets: settings.maxQueuedPackets,
    });
    if (early.length > 0) this.#inbox.receive(early, early.length);
    if (machine.stream.phase >= StreamPhase.ENDED) this.#inbox.streamEnded();
  }

  get packets(): PacketQueue {
    return this.#inbox.packets;
  }

  get farewell(): Farewell {
    return this.#farewell ?? NO_FAREWELL;
  }

  /** The other side's close, or a fault of it, has been judged: there is nothing else to say. */
  get isJudged(): boolean {
    return this.#farewell !== null;
  }

  /** How the other side ends is known. */
  get hasEnding(): boolean {
    return this.#inbox.ending !== null;
  }

  /** Whether a poll would find something to do. */
  get canAdvance(): boolean {
    return this.#inbox.canAdvance;
  }

  /** The time for a message, or for the other side's close, is over. */
  get isLate(): boolean {
    return this.#deadline?.passed() ?? false;
  }

  /** Whether messages can still be sent over what is left of the stream. */
  get canAnswer(): boolean {
    const { phase } = this.#machine.stream;
    if (phase < StreamPhase.ENDED) return true;
    // The other side has finished sending: what it said last may still be answered.
    return phase === StreamPhase.ENDED && (this.#mayAnswer || this.#inbox.packets.count > 0);
  }

  /** The next poll() has something to look at. */
  notice(): void {
    this.hasNews = true;
  }

  receive(chunk: Uint8Array, length: number): void {
    const inbox = this.#inbox;
    this.hasNews = true;
    this.#heartbeat?.heard();
    inbox.receive(chunk, length);
    if (this.#machine.owner[SETTINGS].messageTimeoutMs > 0) this.#watchMessage();
    this.isPaused = (inbox.isFull && this.#machine.state === State.OPEN) || inbox.ending !== null;
  }

  streamEnded(): void {
    this.#inbox.streamEnded();
  }

  /** Hands over what came, and tells what happens next; null for nothing. */
  poll(): LifecycleEvent | null {
    const { state } = this.#machine;
    this.hasNews = false;
    if (state === State.OPEN && !this.#staysAlive()) return 'timeout';
    const inbox = this.#inbox;
    const handedOver = inbox.reveal();
    const allSeen = handedOver === 0 && inbox.packets.visible === inbox.packets.count;
    this.#mayAnswer = inbox.ending !== null;
    // While OPEN, a game reads what was handed over before it hears of the end; afterwards packets stay readable.
    if (inbox.ending !== null && this.#farewell === null && (allSeen || state === State.CLOSING)) {
      return this.#judgeEnding();
    }
    return state === State.CLOSING ? this.#judgeClosing() : null;
  }

  /** What a poll leaves for the next one. */
  settle(): void {
    const inbox = this.#inbox;
    if (this.isPaused) this.resumeReading();
    const { state } = this.#machine;
    if (state === State.CLOSED) return;
    if (state === State.OPEN && inbox.ending === null && inbox.packets.visible === inbox.packets.count) return;
    this.hasNews = true;
    if (inbox.canAdvance && this.#farewell === null) this.#machine.order();
  }

  /** A packet was taken, while others are hidden or reading is paused: there may be room now. */
  afterTake(): void {
    if (this.#machine.state === State.CLOSED) {
      this.#inbox.reveal();
      return;
    }
    if (this.#inbox.canAdvance) this.#machine.order();
    if (this.isPaused) this.resumeReading();
  }

  /** From now on only the other side's close is awaited. */
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

  /** Reads on once half of what may wait has been taken, and at once when the game has said goodbye. */
  resumeReading(): void {
    const inbox = this.#inbox;
    const { state } = this.#machine;
    if (!this.isPaused || inbox.ending !== null || state === State.CLOSED) return;
    if (!inbox.isRoomy && state === State.OPEN) return;
    this.isPaused = false;
    this.#machine.readOn();
  }

  /** Lets go of everything but the packets, which all are the game's now. */
  end(): void {
    this.#deadline?.clear();
    this.#heartbeat?.stop();
    this.#inbox.release();
    this.#inbox.reveal();
  }

  /** A message that was begun has to end in time; the same deadline serves CLOSING, which has no other use for it. */
  #watchMessage(): void {
    if (this.#machine.state !== State.OPEN) return;
    if (!this.#inbox.isMidMessage) this.#deadline?.clear();
    else if (!this.#deadline?.isSet) this.#setDeadline(this.#machine.owner[SETTINGS].messageTimeoutMs);
  }

  /** Answers pings, sends its own, and judges what is late: false when the other side is given up. */
  #staysAlive(): boolean {
    const { outbox, owner } = this.#machine;
    for (const payload of this.#inbox.takePings()) outbox.pong(payload);
    const { heartbeatIntervalMs, messageTimeoutMs } = owner[SETTINGS];
    if (heartbeatIntervalMs > 0) this.#heartbeat ??= this.#newHeartbeat();
    const beat = this.#heartbeat?.poll(heartbeatIntervalMs, this.isPaused);
    if (beat === 'dead') return false;
    if (beat === 'ping') outbox.ping();
    if (!this.isLate) return true;
    // While this side does not read, a message can't end.
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
    outbox.close(body); // §5.5.1: echoed as it came
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
    const { messageTimeoutMs } = owner[SETTINGS];
    const { code, shown, message } = violationOf(fault, { maxMessageSize, maxFragments, messageTimeoutMs });
    if (message !== '') owner[REPORT](message, 'warning');
    this.#farewell = shown ?? NO_FAREWELL;
    if (state === State.OPEN) {
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
