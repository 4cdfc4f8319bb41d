// A session over a byte stream, from the handshake to the end, sans I/O: bytes come in through StreamSink and go out
// through the Outbox; time comes from a Clock. Opening handles the handshake, Conversation the open connection;
// this file holds the transitions between the states.

import { type Failure, holdReports, releaseReports } from '../binding/error-handler.js';
import type { GodotError } from '../binding/errors.js';
import type { OwnBytes } from '../bytes.js';
import { CLOSE_NORMAL } from '../codec/faults.js';
import { showAddress } from '../transport/address.js';
import { type ByteStream, StreamPhase, type StreamSink } from '../transport/byte-stream.js';
import type { Admission, Entrant, PlaceLimits } from './admissions.js';
import { closeBody } from './close-codes.js';
import type { ConnectionContext } from './context.js';
import { Conversation, type Machine } from './conversation.js';
import { Deadline } from './deadline.js';
import { type FailureCode, failureWith, otherSide } from './failures.js';
import { type KeptHeads, type Terms, termsOf } from './kept-heads.js';
import { type LifecycleEvent, nextState, State } from './lifecycle.js';
import { type ConnectionRole, Opening } from './opening.js';
import { PacketQueue } from './packet-queue.js';
import { type Sender, sendBytes, sendShared, sendText } from './sending.js';
import { REPORT, type Remote, SETTINGS, type Session, type SessionOwner } from './session.js';
import type { SharedMessage } from './shared-message.js';
import { breakage, lateness } from './stream-failure.js';
import { StreamHolder } from './stream-holder.js';
import { type Farewell, NO_FAREWELL } from './violations.js';
import type { Visitor } from './visitor.js';

const NOTHING = new Uint8Array(0);
/** Shared queue of all connections that are not open yet: it stays empty. */
const NO_PACKETS = new PacketQueue();

/** Ends after which the last bytes still have to reach the other side. */
const POLITE: readonly LifecycleEvent[] = ['close received', 'reply sent', 'violation'];

export class Connection extends StreamHolder implements Session, Machine, Sender, StreamSink, Entrant {
  failure: Failure | null = null;
  lastWasText = false;
  /** What the handshake has brought; null while it is under way. */
  #terms: Terms | null = null;
  /** The client's key, which is not in the heads. */
  #key = '';
  /** The handshake; null once it has ended. */
  #opening: Opening | null;
  /** The open connection; null until the handshake is accepted. */
  #conversation: Conversation | null = null;
  /** The conversation's packets, kept here for speed: games access them for every packet. */
  #packets = NO_PACKETS;

  constructor(role: ConnectionRole, stream: ByteStream, owner: SessionOwner, context: ConnectionContext) {
    super(stream, role.side === 'client', owner, context);
    const wake = () => this.wake();
    this.#opening = new Opening(role, stream, this.outbox, new Deadline(context.clock, wake), owner, wake);
    this.#opening.begin(owner[SETTINGS].handshakeTimeoutMs);
    this.#opening.watch(context.clock);
    if (role.side === 'server' && role.admission !== undefined) this.#begin(role.admission, role.handshake.visitor);
    this.attach(this);
  }

  get side(): 'client' | 'server' {
    return this.outbox.isClients ? 'client' : 'server';
  }

  /** '' until the handshake has ended, accepted or not. */
  get selectedProtocol(): string {
    return this.#terms?.protocol ?? '';
  }

  /** For a client, the URL as given; for a server, '' until the handshake has ended. */
  get requestedUrl(): string {
    return this.#terms?.url ?? this.#opening?.givenUrl ?? '';
  }

  get wasOpen(): boolean {
    return this.#conversation !== null;
  }

  get closeCode(): number {
    return this.#farewell.code;
  }

  get closeReason(): string {
    return this.#farewell.reason;
  }

  get placeLimits(): PlaceLimits {
    return this.owner[SETTINGS];
  }

  get isClosedByPeer(): boolean {
    return this.#conversation?.isClosedByPeer ?? false;
  }

  get remote(): Remote {
    const visitor = this.#opening === null ? this.#terms?.heads?.guest?.address : this.#opening.visitorAddress;
    if (visitor != null) return { address: visitor, port: 0 };
    const { remoteAddress, remotePort } = this.stream;
    return { address: showAddress(remoteAddress), port: remoteAddress === '' ? 0 : remotePort };
  }

  get handshakeData(): unknown {
    return this.#terms?.heads?.guest?.data;
  }

  get request(): Map<string, string> | undefined {
    return this.#terms?.heads?.requestHeaders(this.#key);
  }

  get response(): Map<string, string> | undefined {
    return this.#terms?.heads?.responseHeaders(this.#key);
  }

  get availablePackets(): number {
    return this.#packets.visible;
  }

  get unsentBytes(): number {
    return this.outbox.bytes;
  }

  takePacket(): OwnBytes {
    const packets = this.#packets;
    this.lastWasText = packets.nextIsText;
    const packet = packets.take();
    if (packets.visible !== packets.count || this.#talk.isPaused) this.#talk.afterTake();
    return packet;
  }

  takePacketInto(target: Uint8Array): number {
    const packets = this.#packets;
    const length = packets.nextLength;
    if (length > target.length) return length;
    this.lastWasText = packets.nextIsText;
    packets.takeInto(target);
    if (packets.visible !== packets.count || this.#talk.isPaused) this.#talk.afterTake();
    return length;
  }

  send(bytes: Uint8Array, isText: boolean): GodotError {
    return sendBytes(this, bytes, isText);
  }

  sendText(text: string): GodotError {
    return sendText(this, text);
  }

  sendShared(message: SharedMessage): GodotError {
    return sendShared(this, message, this.context.codec);
  }

  checkSendable(): boolean {
    if (this.state !== State.OPEN) return false;
    if (this.stream.phase < StreamPhase.ENDED || this.#talk.canAnswer) return true;
    if (this.#packets.count === 0) this.#break('stream ended');
    return false;
  }

  close(code: number, reason: Uint8Array): void {
    if (this.state === State.CONNECTING) this.destroy();
    if (this.state !== State.OPEN || this.#talk.isJudged) return;
    this.state = nextState(this.state, 'close called');
    this.outbox.close(closeBody(code, reason));
    this.outbox.flush();
    if (!this.isStill(State.CLOSING)) return;
    this.#talk.awaitClose();
    this.#partByItself();
  }

  destroy(): void {
    if (this.state !== State.CLOSED) this.#end('dropped');
  }

  expire(timeoutMs: number): void {
    const opening = this.#opening;
    if (opening?.isBeingHeard !== true || this.isBusy) return;
    holdReports();
    try {
      opening.expire(timeoutMs);
      if (this.isStill(State.CONNECTING)) this.#end('handshake failed', true);
    } finally {
      releaseReports();
    }
  }

  leave(): void {
    if (this.state === State.CONNECTING) this.part(false);
    if (this.state !== State.OPEN || this.isBusy) return;
    this.outbox.close(closeBody(CLOSE_NORMAL, NOTHING));
    this.outbox.flushForGood();
    this.#talk.streamEnded();
    this.notice();
    this.part(true);
  }

  drop(code: FailureCode, cause: string): void {
    if (this.state === State.CLOSED) return;
    if (this.#opening === null) this.failed(code, cause);
    else this.#opening.drop(code, cause);
    this.part(false);
    this.#conversation?.streamEnded();
    this.notice();
    this.order();
  }

  sayGoodbye(code: number): void {
    if (this.state === State.OPEN) this.close(code, NOTHING);
    else if (this.state === State.CONNECTING) this.drop('SHUTTING_DOWN', 'this server is shutting down');
  }

  receive(chunk: Uint8Array, length: number): boolean {
    const opening = this.#opening;
    if (opening === null) this.#talk.receive(chunk, length);
    else opening.receive(chunk, length);
    if (opening === null || opening.isDecided) this.wake();
    this.#partByItself();
    // The owner may have resumed reading in its callback. Bytes after the handshake stay in the socket until poll().
    return this.#conversation === null ? opening?.isReading === true : !this.#conversation.isPaused;
  }

  phaseChanged(): void {
    const { phase } = this.stream;
    if (phase >= StreamPhase.ENDED) this.#conversation?.streamEnded();
    if (phase === StreamPhase.CLOSED) this.giveBack(false);
    // A server has nothing to do until the request has arrived.
    if (phase !== StreamPhase.OPEN || this.side === 'client') this.wake();
    this.#partByItself();
  }

  drained(): void {
    this.outbox.drained();
    if (this.#conversation?.isJudged && this.outbox.isEmpty) this.wake();
    this.#partByItself();
  }

  timeIsUp(): void {
    this.wake();
    if (this.state === State.CLOSING && this.#conversation?.isLate) this.part(false);
  }

  protected override notice(): void {
    this.#conversation?.notice();
  }

  protected override get canAdvance(): boolean {
    return this.#conversation === null || this.#conversation.canAdvance;
  }

  protected override moveOn(untilOpen: boolean): void {
    this.outbox.flush();
    const opening = this.#opening;
    if (opening !== null) this.#pollOpening(opening);
    const conversation = this.#conversation;
    if (untilOpen && opening !== null && this.#beats) this.wake(); // the next poll begins the heartbeat
    if (untilOpen || conversation === null) return;
    if (conversation.hasNews || this.owner[SETTINGS].heartbeatIntervalMs !== 0) this.#pollConversation(conversation);
  }

  #begin(admission: Admission, visitor: Visitor): void {
    this.place = admission;
    admission.begin(this, visitor.countedAddress ?? '');
  }

  get #farewell(): Farewell {
    return this.state === State.CLOSED && this.#conversation !== null ? this.#conversation.farewell : NO_FAREWELL;
  }

  #pollConversation(conversation: Conversation): void {
    const { state } = this;
    if (state === State.CLOSED) return;
    const event = conversation.poll();
    if (event !== null && this.isStill(state)) this.#happened(event);
    this.outbox.flush();
    conversation.settle();
  }

  /** Whether the connection is open and has a heartbeat. */
  get #beats(): boolean {
    return this.state === State.OPEN && this.owner[SETTINGS].heartbeatIntervalMs !== 0;
  }

  /** The conversation, which exists from OPEN on. */
  get #talk(): Conversation {
    if (this.#conversation === null) throw new Error('the connection has not been open');
    return this.#conversation;
  }

  #happened(event: LifecycleEvent): void {
    if (event === 'reply waits') {
      this.state = nextState(this.state, event);
      this.#talk.awaitClose();
      this.#partByItself();
    } else if (event === 'stream ended' || event === 'timeout') this.#break(event);
    else this.#end(event, POLITE.includes(event));
  }

  /** Ends without a close frame of the other side. */
  #break(event: 'stream ended' | 'timeout'): void {
    const isLate = event === 'timeout';
    this.failed(
      isLate ? 'TIMEOUT' : 'PEER_GONE',
      isLate ? lateness(this.state === State.OPEN) : breakage(this.stream.error),
    );
    const isNews = this.side === 'client' && this.state === State.OPEN;
    this.#end(event);
    // A server loses clients every day, and whoever has called close() has done with the connection.
    if (isNews) this.tellFailure();
  }

  failed(code: FailureCode, cause: string): void {
    const whom = otherSide(this.requestedUrl, this.side === 'client', this.remote.address);
    this.failure ??= failureWith(whom, this.state === State.OPEN ? 'open' : 'close', code, cause);
  }

  tellFailure(): void {
    if (this.failure !== null) this.owner[REPORT](`WebSocketPeer: ${this.failure.message}`, 'warning', this.failure);
  }

  #pollOpening(opening: Opening): void {
    const outcome = opening.poll();
    if (!this.isStill(State.CONNECTING)) return;
    if (outcome === 'accepted') this.#open(opening);
    else if (outcome === 'refused' || outcome === 'lost') this.#end('handshake failed', outcome === 'refused');
    else if (outcome === 'late') this.#end('timeout');
  }

  #open(opening: Opening): void {
    this.#key = opening.key;
    if (opening.admission !== null && this.place !== null) this.place = opening.admission.rest;
    this.state = nextState(this.state, 'handshake done');
    const { compression } = opening;
    this.compress(compression);
    this.#conversation = new Conversation(this, this.#endOpening(opening, opening.keep()), compression?.deflater);
    this.#packets = this.#conversation.packets;
    this.#conversation.resumeReading();
    if (this.#conversation.canAdvance) this.order();
  }

  /** Keeps the results of the handshake, drops the handshake, and returns the bytes received after it. */
  #endOpening(opening: Opening, heads: KeptHeads | null): Uint8Array {
    this.#terms = termsOf(opening.requestedUrl, opening.selectedProtocol, heads);
    this.#opening = null;
    return opening.end();
  }

  /**
   * Ends the stream once both sides have closed, without a poll(): a game that has called close() may never poll again.
   * The state that the game sees changes in poll() only.
   */
  #partByItself(): void {
    if (this.state === State.CLOSING && this.outbox.isEmpty && this.#talk.hasEnding) this.part(true);
  }

  /** Changes to CLOSED. */
  #end(event: LifecycleEvent, politely = false): void {
    this.state = nextState(this.state, event);
    this.outbox.clear();
    const opening = this.#opening;
    if (opening !== null) {
      this.failure = opening.failure;
      this.#endOpening(opening, null);
    }
    this.#conversation?.end();
    this.part(politely);
    opening?.abandon(); // the last: it calls the game
  }
}
