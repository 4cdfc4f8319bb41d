// One WebSocket connection from the handshake to the end, sans I/O: bytes come in through StreamSink, leave through
// the Outbox, time comes from a Clock. What a game can see changes in poll(), close() and send() only.
import { ROLE_CLIENT, ROLE_SERVER } from '../../assembly/abi.js';
import { printWarning } from '../binding/error-handler.js';
import { CLOSE_NORMAL } from '../codec/faults.js';
import { type ByteStream, StreamPhase, type StreamSink } from '../transport/byte-stream.js';
import { closeBody, NO_CODE, readCloseBody } from './close-codes.js';
import { type ConnectionContext, type ConnectionOwner, SETTINGS } from './connection-settings.js';
import { Deadline } from './deadline.js';
import { Heartbeat } from './heartbeat.js';
import { Inbox } from './inbox.js';
import { type LifecycleEvent, nextState, State } from './lifecycle.js';
import { type ConnectionRole, Opening } from './opening.js';
import { StreamHolder } from './stream-holder.js';
import { type Farewell, NO_FAREWELL, violationOf } from './violations.js';

const NOTHING = new Uint8Array(0);

export class Connection extends StreamHolder implements StreamSink {
  closeCode = NO_CODE;
  closeReason = '';
  /** The handshake was accepted. */
  wasOpen = false;
  /** The other side's close frame came before there was one from here. */
  isClosedByPeer = false;
  /** Of the packet taken last. */
  lastWasText = false;
  readonly side: ConnectionRole['side'];
  /** Set when the handshake is over, whichever way; before, the handshake knows. */
  selectedProtocol = '';
  requestedUrl = '';
  /** Of a message, and of CLOSING; the handshake has one of its own. Both are made when they are first wanted. */
  #deadline: Deadline | null = null;
  #heartbeat: Heartbeat | null = null;
  #inbox: Inbox | null = null;
  /** Until the handshake is over. */
  #opening: Opening | null;
  #paused = false;
  /** A close was received first; its answer, or what was to be sent before, still waits for the network. */
  #replyWaits = false;
  /** What the other side's close said. */
  #farewell: Farewell | null = null;
  /** Packets that came before the end were handed over; the end takes effect in the next poll(). */
  #mayAnswer = false;

  constructor(role: ConnectionRole, stream: ByteStream, owner: ConnectionOwner, context: ConnectionContext) {
    super(stream, role.side === 'client', owner, context);
    this.side = role.side;
    this.#opening = new Opening(role, stream, this.outbox, new Deadline(context.platform, () => this.wake()), owner);
    this.#opening.begin(owner[SETTINGS].handshakeTimeoutMs);
    stream.attach(this);
    this.isAttached = true;
  }

  protected override moveOn(untilOpen: boolean): void {
    this.outbox.flush();
    if (this.#opening !== null) this.#pollHandshake(this.#opening);
    if (untilOpen || (this.state !== State.OPEN && this.state !== State.CLOSING)) return;
    if (!this.attention && this.owner[SETTINGS].heartbeatMs === 0) return;
    this.#pollOpen(this.#inbox as Inbox);
  }

  get availablePackets(): number {
    return this.#inbox === null ? 0 : this.#inbox.packets.visible;
  }

  /** Takes the first visible packet; there must be one. */
  takePacket(): Uint8Array {
    const inbox = this.#inbox as Inbox;
    this.lastWasText = inbox.packets.nextIsText;
    const packet = inbox.packets.take();
    if (this.#paused || inbox.packets.visible !== inbox.packets.count) this.#afterTake(inbox);
    return packet;
  }

  /** Copies the first visible packet and drops it; when `target` is too small, only tells its length. */
  takePacketInto(target: Uint8Array): number {
    const inbox = this.#inbox as Inbox;
    const { packets } = inbox;
    const length = packets.nextLength;
    if (length > target.length) return length;
    this.lastWasText = packets.nextIsText;
    packets.takeInto(target);
    if (this.#paused || packets.visible !== packets.count) this.#afterTake(inbox);
    return length;
  }

  /** Whether messages can still be sent; finds out about a lost stream when nothing is left to read. */
  checkSendable(): boolean {
    if (this.state !== State.OPEN) return false;
    const { phase } = this.stream;
    const inbox = this.#inbox as Inbox;
    if (phase < StreamPhase.ENDED) return true;
    // The other side has finished sending: what it said last may still be answered.
    if (phase === StreamPhase.ENDED && (this.#mayAnswer || inbox.packets.count > 0)) return true;
    if (inbox.packets.count === 0) this.#end('stream ended');
    return false;
  }

  close(code: number, reason: Uint8Array): void {
    if (this.state === State.CONNECTING || (code < 0 && this.state !== State.CLOSED)) {
      this.#end('dropped');
      return;
    }
    // While the other side's close is being answered, there is nothing else to say.
    if (this.state !== State.OPEN || this.#farewell !== null) return;
    this.state = nextState(this.state, 'close called');
    this.outbox.close(closeBody(code, reason));
    this.outbox.flush();
    if (this.isStill(State.CLOSING)) this.#awaitClose();
  }

  /** The game has let go of it without a word, and does not poll: says goodbye. poll() finds the stream ended. */
  leave(): void {
    if (this.state === State.CONNECTING) this.part(false);
    if (this.state !== State.OPEN || this.isBusy) return;
    this.outbox.close(closeBody(CLOSE_NORMAL, NOTHING));
    this.outbox.flushForGood();
    this.#inbox?.streamEnded();
    this.attention = true;
    this.part(true);
  }

  receive(chunk: Uint8Array, length: number): boolean {
    this.attention = true;
    if (this.#opening !== null) return this.#receiveHandshake(this.#opening, chunk, length);
    const inbox = this.#inbox as Inbox;
    this.#heartbeat?.heard();
    inbox.receive(chunk, length);
    if (this.owner[SETTINGS].messageTimeoutMs > 0) this.#watchMessage(inbox);
    this.#paused = (inbox.isFull && this.state === State.OPEN) || inbox.ending !== null;
    this.wake();
    this.#partByItself();
    return !this.#paused;
  }

  /** A message that was begun has to end in time; the same deadline serves CLOSING, which has no other use for it. */
  #watchMessage(inbox: Inbox): void {
    if (this.state !== State.OPEN) return;
    if (!inbox.isMidMessage) this.#deadline?.clear();
    else if (!this.#deadline?.isSet) this.#setDeadline(this.owner[SETTINGS].messageTimeoutMs);
  }

  phaseChanged(): void {
    const { phase } = this.stream;
    if (phase >= StreamPhase.ENDED) this.#inbox?.streamEnded();
    // A server has nothing to do until the request is here.
    if (phase !== StreamPhase.OPEN || this.side === 'client') this.wake();
    this.#partByItself();
  }

  drained(): void {
    this.outbox.drained();
    if (this.#farewell !== null && this.outbox.isEmpty) this.wake();
    this.#partByItself();
  }

  protected override get canAdvance(): boolean {
    return this.#inbox?.canAdvance ?? true;
  }

  #receiveHandshake(opening: Opening, chunk: Uint8Array, length: number): boolean {
    opening.receive(chunk, length);
    // What follows the handshake waits in the socket until poll() has looked at it.
    this.#paused = opening.isDecided;
    if (this.#paused) this.wake();
    return !this.#paused;
  }

  #pollHandshake(opening: Opening): void {
    const outcome = opening.poll();
    if (!this.isStill(State.CONNECTING)) return;
    if (outcome === 'accepted') this.#open(opening);
    else if (outcome === 'refused' || outcome === 'lost') this.#end('handshake failed', outcome === 'refused');
    else if (outcome === 'late') this.#end('timeout');
  }

  /** Keeps what the handshake found out, and lets go of the rest of it. */
  #endOpening(opening: Opening): Uint8Array {
    this.selectedProtocol = opening.selectedProtocol;
    this.requestedUrl = opening.requestedUrl;
    this.#opening = null;
    return opening.end();
  }

  #open(opening: Opening): void {
    const settings = this.owner[SETTINGS];
    this.wasOpen = true;
    this.state = nextState(this.state, 'handshake done');
    this.#inbox = new Inbox(this.context.core, {
      role: this.side === 'server' ? ROLE_SERVER : ROLE_CLIENT,
      maxMessageSize: settings.inboundBufferSize,
      maxFragments: settings.maxMessageFragments,
      maxPackets: settings.maxQueuedPackets,
    });
    const early = this.#endOpening(opening);
    if (early.length > 0) this.#inbox.receive(early, early.length);
    if (this.stream.phase >= StreamPhase.ENDED) this.#inbox.streamEnded();
    this.attention = true;
    this.#paused = true;
    this.#resumeReading(this.#inbox);
    if (this.#inbox.canAdvance) this.order();
  }

  #pollOpen(inbox: Inbox): void {
    this.attention = false;
    if (this.state === State.OPEN && !this.#staysAlive(inbox)) return;
    const handedOver = inbox.reveal();
    const allSeen = handedOver === 0 && inbox.packets.visible === inbox.packets.count;
    // While OPEN, a game reads what was handed over before it hears of the end; afterwards packets stay readable.
    if (inbox.ending !== null && this.#farewell === null && (allSeen || this.state === State.CLOSING)) {
      this.#applyEnding(inbox);
    } else if (this.state === State.CLOSING) {
      this.#pollClosing();
    }
    this.#mayAnswer = inbox.ending !== null;
    this.outbox.flush();
    if (this.#paused) this.#resumeReading(inbox);
    if (this.state === State.CLOSED) return;
    if (this.state === State.CLOSING || inbox.ending !== null || inbox.packets.visible !== inbox.packets.count) {
      this.attention = true;
      if (inbox.canAdvance && this.#farewell === null) this.order();
    }
  }

  /** Answers pings, sends its own, and judges what is late: false when the other side is given up. */
  #staysAlive(inbox: Inbox): boolean {
    for (const payload of inbox.takePings()) this.outbox.pong(payload);
    const { heartbeatMs } = this.owner[SETTINGS];
    if (heartbeatMs > 0) this.#heartbeat ??= new Heartbeat(this.context.platform, () => this.wake());
    const beat = this.#heartbeat?.poll(heartbeatMs, this.#paused);
    if (beat === 'ping') this.outbox.ping();
    if (beat === 'dead') this.#end('timeout');
    else if (this.#deadline?.passed()) {
      // While this side does not read, a message can't end.
      if (this.#paused) this.#setDeadline(this.owner[SETTINGS].messageTimeoutMs);
      else inbox.messageIsLate();
    }
    return beat !== 'dead';
  }

  #applyEnding(inbox: Inbox): void {
    const { ending } = inbox;
    if (ending?.kind === 'close') this.#closeReceived(ending.body);
    else if (ending?.kind === 'fault') this.#violated(ending.fault);
    else this.#end('stream ended');
  }

  #closeReceived(body: Uint8Array): void {
    this.#farewell = readCloseBody(body);
    if (this.state === State.OPEN) {
      this.isClosedByPeer = true;
      this.outbox.close(body); // §5.5.1: echoed as it came
      this.outbox.flush();
      if (!this.isStill(State.OPEN)) return;
      if (!this.outbox.isEmpty && this.stream.phase !== StreamPhase.CLOSED) {
        this.state = nextState(this.state, 'reply waits');
        this.#replyWaits = true;
        this.#awaitClose();
        return;
      }
      this.#end('close received', true);
    } else {
      this.#pollClosing();
    }
  }

  #pollClosing(): void {
    const gone = this.stream.phase === StreamPhase.CLOSED;
    if (this.#farewell !== null && (this.outbox.isEmpty || gone)) {
      this.#end(this.#replyWaits ? 'reply sent' : 'close received', true);
    } else if (this.#deadline?.passed()) {
      this.#end('timeout');
    }
  }

  #violated(fault: number): void {
    const { maxMessageSize, maxFragments } = this.#inbox as Inbox;
    const { messageTimeoutMs } = this.owner[SETTINGS];
    const { code, shown, message } = violationOf(fault, { maxMessageSize, maxFragments, messageTimeoutMs });
    if (message !== '') printWarning(message, this.owner);
    this.#farewell = shown ?? NO_FAREWELL;
    if (this.state === State.OPEN) {
      this.outbox.close(closeBody(code, NOTHING));
      this.outbox.flushForGood();
    }
    if (!this.isStill(State.CLOSED)) this.#end('violation', true);
  }

  #awaitClose(): void {
    const inbox = this.#inbox as Inbox;
    inbox.discardsExcess = true;
    inbox.takePings(); // after a close frame nothing else is sent
    this.#heartbeat?.stop();
    this.#deadline?.clear();
    this.attention = true;
    if (this.owner[SETTINGS].closeTimeoutMs > 0) this.#setDeadline(this.owner[SETTINGS].closeTimeoutMs);
    this.#resumeReading(inbox);
    this.#partByItself();
  }

  #setDeadline(delayMs: number): void {
    this.#deadline ??= new Deadline(this.context.platform, () => this.#timeIsUp());
    this.#deadline.set(delayMs);
  }

  #timeIsUp(): void {
    this.wake();
    if (this.state === State.CLOSING && this.#deadline?.passed()) this.part(false);
  }

  /**
   * A game that has said goodbye may never poll again: once everything is said, the stream ends without it. What the
   * game sees of that, it sees in poll().
   */
  #partByItself(): void {
    if (this.state !== State.CLOSING || !this.outbox.isEmpty) return;
    if (this.#inbox?.ending != null) this.part(true);
  }

  #afterTake(inbox: Inbox): void {
    if (this.state === State.CLOSED) {
      inbox.reveal();
      return;
    }
    if (inbox.canAdvance) this.order();
    if (this.#paused) this.#resumeReading(inbox);
  }

  /** Reads on once half of what may wait has been taken, and at once when the game has said goodbye. */
  #resumeReading(inbox: Inbox): void {
    if (!this.#paused || inbox.ending !== null || this.state === State.CLOSED) return;
    if (!inbox.isRoomy && this.state === State.OPEN) return;
    this.#paused = false;
    this.readOn();
  }

  /** CLOSED. */
  #end(event: LifecycleEvent, politely = false): void {
    this.state = nextState(this.state, event);
    this.closeCode = this.#farewell?.code ?? NO_CODE;
    this.closeReason = this.#farewell?.reason ?? '';
    this.#deadline?.clear();
    this.#heartbeat?.stop();
    this.outbox.clear();
    if (this.#opening !== null) this.#endOpening(this.#opening);
    this.#inbox?.release();
    this.#inbox?.reveal();
    this.part(politely);
  }
}
