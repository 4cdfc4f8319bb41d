// Opening phase of a connection: its handshake, time limit and reports. Bytes received after the handshake are kept.
import type { Failure, ReportKind } from '../binding/error-handler.js';
import { type ByteStream, StreamPhase } from '../transport/byte-stream.js';
import type { Alarm, Clock } from '../transport/platform.js';
import type { Admission } from './admissions.js';
import { closeBody, goodbyeOf } from './close-codes.js';
import type { Deadline } from './deadline.js';
import { failureOf, failureWith, otherSide } from './failures.js';
import type { ClientHandshake } from './handshake-client.js';
import type { ServerHandshake } from './handshake-server.js';
import { Hearing } from './hearing.js';
import { type KeptHeads, keepHeads } from './kept-heads.js';
import { expectPoll, notePoll } from './neglect.js';
import type { Outbox } from './outbox.js';
import { quote } from './quote.js';
import { REPORT, type SessionOwner } from './session.js';
import { failureOfStream } from './stream-failure.js';

/** Client or server, with its half of the handshake. */
export type ConnectionRole =
  | { readonly side: 'client'; readonly handshake: ClientHandshake; readonly url: string }
  | { readonly side: 'server'; readonly handshake: ServerHandshake; readonly admission?: Admission };

export type OpeningOutcome = 'waiting' | 'accepted' | 'refused' | 'lost' | 'late';

const NOTHING = new Uint8Array(0);
/** Longest wait for the body of an answer that refuses, in milliseconds. */
const BODY_WAIT_MS = 200;

export class Opening {
  readonly #role: ConnectionRole;
  readonly #stream: ByteStream;
  readonly #outbox: Outbox;
  /** Bytes received after the handshake, before poll() has acted on it. */
  #early: Uint8Array = NOTHING;
  #requested = false;
  readonly #deadline: Deadline;
  readonly #owner: SessionOwner;
  /** Announces a late answer of the game's hook. */
  readonly #wake: () => void;
  /** The request before the game's hook; null until it is, and without a hook. */
  #hearing: Hearing | null = null;
  #timeoutMs = 0;
  #hasEnded = false;
  /** Warns when nobody polls. */
  #neglect: Alarm | null = null;
  /** Why the handshake has failed; null before. */
  failure: Failure | null = null;

  constructor(
    role: ConnectionRole,
    stream: ByteStream,
    outbox: Outbox,
    deadline: Deadline,
    owner: SessionOwner,
    wake: () => void,
  ) {
    this.#role = role;
    this.#stream = stream;
    this.#outbox = outbox;
    this.#deadline = deadline;
    this.#owner = owner;
    this.#wake = wake;
  }

  /** Sets the time limit of the whole handshake, including name lookup, TCP and TLS; 0 for none. */
  begin(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    if (timeoutMs > 0) this.#deadline.set(timeoutMs);
  }

  /** Warns when there is news and nobody polls. */
  watch(clock: Clock): void {
    this.#neglect = expectPoll(clock, this.#owner, () => this.#hasNews);
  }

  /** Whether the handshake has an outcome for poll() to act on. */
  get isDecided(): boolean {
    return this.#role.handshake.outcome !== 'reading' && !this.isBeingHeard && !this.#awaitsBody;
  }

  /**
   * Whether the stream is to be read: until the outcome, for the body of a refusal, and while the game's hook has not answered, since a client that
   * goes is not noticed otherwise. Bytes behind the head end it: the rest stays in the socket.
   */
  get isReading(): boolean {
    if (this.#role.handshake.outcome === 'reading' || this.#awaitsBody) return true;
    return this.isBeingHeard && this.#early.length === 0;
  }

  /** Whether an answer of the game's hook is awaited. */
  get isBeingHeard(): boolean {
    return this.#hearing?.isWaiting === true;
  }

  get selectedProtocol(): string {
    return this.#role.handshake.selectedProtocol;
  }

  /** For a server, the URL that the client requested; '' for a client. */
  get requestedUrl(): string {
    return this.#role.side === 'server' ? this.#role.handshake.requestedUrl : '';
  }

  receive(chunk: Uint8Array, length: number): void {
    const { handshake } = this.#role;
    const used = handshake.outcome === 'reading' ? handshake.push(chunk.subarray(0, length)) : 0;
    if (used < length) this.#keep(chunk.subarray(used, length));
    // A refusal's reason follows its head, in most cases with it: a short while is enough.
    if (used > 0 && this.#awaitsBody) this.#deadline.set(BODY_WAIT_MS);
  }

  /** Sends this side's half of the handshake when due; returns the outcome so far. */
  poll(): OpeningOutcome {
    notePoll();
    this.#neglect?.cancel();
    const stream = this.#stream;
    const role = this.#role;
    if (role.side === 'client' && !this.#requested && stream.phase === StreamPhase.OPEN) {
      this.#requested = true;
      this.#outbox.handshake(role.handshake.request);
      this.#outbox.flush();
    }
    const isOver = stream.phase >= StreamPhase.ENDED;
    if (this.#isJudged() && (isOver || !this.#awaitsBody)) return this.#hasEnded ? 'waiting' : this.#answer();
    if (isOver) return this.#lost();
    if (!this.#deadline.passed()) return 'waiting';
    if (this.isBeingHeard) return this.expire(this.#timeoutMs);
    return role.handshake.outcome === 'reading' ? this.#late() : this.#answer();
  }

  /** Refuses the request that the game's hook has not answered within `timeoutMs`. */
  expire(timeoutMs: number): OpeningOutcome {
    this.#hearing?.expire();
    const limit = `${timeoutMs / 1000} s (handshake_timeout)`;
    this.#owner[REPORT](`WebSocketPeer: handshake_hook: no answer after ${limit}; the request is refused with 503`);
    return this.#answer();
  }

  /** The headers, and what is known of a visitor, to be kept of an accepted handshake. */
  keep(): KeptHeads {
    const role = this.#role;
    return keepHeads(role.handshake.texts, role.side === 'server' ? role.handshake.guest : null);
  }

  get key(): string {
    return this.#role.handshake.key;
  }

  /** For a server, the visitor's address by a trusted proxy's word; null without one. */
  get visitorAddress(): string | null {
    const role = this.#role;
    return role.side === 'server' && role.handshake.visitor.isProxied ? role.handshake.visitor.address : null;
  }

  /** Clears the time limit and returns the bytes received after the handshake. */
  end(): Uint8Array {
    const early = this.#early;
    this.#early = NOTHING;
    this.#hasEnded = true;
    this.#deadline.clear();
    this.#neglect?.cancel();
    return early;
  }

  /** Tells the game's hook, if it still decides, that there is nothing to decide any more. */
  abandon(): void {
    this.#hearing?.end();
  }

  /** Whether there is an outcome; asks the game's hook when it is to decide. */
  #isJudged(): boolean {
    const role = this.#role;
    if (role.handshake.outcome !== 'accepted' || role.side === 'client') return role.handshake.outcome !== 'reading';
    const { handshake } = role;
    if (handshake.hook === null) return true;
    if (this.#hearing === null && this.#stream.phase < StreamPhase.ENDED) {
      this.#hearing = new Hearing(handshake.hook, handshake, this.#owner, this.#wake);
      this.#hearing.ask();
      if (!this.#hasEnded && this.isReading) this.#stream.resume();
    }
    return this.#hearing !== null && !this.#hearing.isWaiting;
  }

  #answer(): OpeningOutcome {
    const role = this.#role;
    const outcome = role.handshake.outcome as 'accepted' | 'refused';
    if (role.side === 'server') {
      this.#outbox.handshake(role.handshake.response);
      if (outcome === 'refused') this.#sendAway(role.handshake);
      else warnOfPages(role.handshake.uncheckedOrigin, role.admission?.settingsOf ?? '', this.#owner);
    }
    if (outcome === 'refused') this.#refused();
    // A client that refuses sends nothing to the server.
    return outcome === 'refused' && role.side === 'client' ? 'lost' : outcome;
  }

  #sendAway({ farewell }: ServerHandshake): void {
    if (farewell !== null) {
      const { code, reason } = goodbyeOf(farewell.code, farewell.reason);
      this.#outbox.close(closeBody(code, reason));
    }
    this.#outbox.flush();
  }

  /** A mismatch of subprotocols is only a warning; the engine prints nothing. A game's own refusal is no news to it. */
  #refused(): void {
    const role = this.#role;
    const { fault, faultCode, isMismatch } = role.handshake;
    if (role.side === 'client') {
      const answer = role.handshake.answer(this.#early);
      this.#fail(failureWith(this.#whom, 'handshake', faultCode, fault, answer), isMismatch ? 'warning' : 'error');
      return;
    }
    const failure = failureOf('handshake', faultCode, role.handshake.reason, role.handshake.status);
    this.#fail(failure, fault === '' ? null : isMismatch ? 'warning' : 'error');
  }

  /** A server says nothing about clients that just go. */
  #lost(): OpeningOutcome {
    const { error } = this.#stream;
    const failure = failureOfStream(error, {
      whom: this.#whom,
      isSecure: this.#isSecure,
      wasOpen: this.#requested || this.#role.side === 'server',
      ending: this.#ending,
    });
    this.#fail(failure, this.#role.side === 'client' || failure.stage === 'tls' ? 'error' : null);
    return 'lost';
  }

  #late(): OpeningOutcome {
    const cause = `not done within handshake_timeout, ${this.#timeoutMs / 1000} s`;
    const isOpen = this.#stream.phase !== StreamPhase.CONNECTING;
    this.#fail(failureWith(this.#whom, isOpen ? 'handshake' : 'connect', 'TIMEOUT', cause), 'error');
    return 'late';
  }

  /** How the other side ended the stream, for messages. */
  get #ending(): string {
    if (this.#role.side === 'server') return 'the client has gone';
    if (this.#isSecure && !this.#requested) return 'the server ended the connection during the TLS handshake';
    if (this.#role.handshake.isAnswered) return 'the server ended the connection in the middle of its answer';
    const hint = this.#isSecure ? '' : '; if it expects TLS, use wss://';
    return `the server ended the connection without an answer${hint}`;
  }

  get #hasNews(): boolean {
    const { phase } = this.#stream;
    return this.isDecided || phase >= StreamPhase.ENDED || (this.#role.side === 'client' && phase === StreamPhase.OPEN);
  }

  /** Whether TLS is part of connecting. */
  get #isSecure(): boolean {
    return this.#role.side === 'client' && /^wss:/i.test(this.#role.url);
  }

  get #whom(): string {
    const role = this.#role;
    const address = this.visitorAddress ?? this.#stream.remoteAddress;
    return otherSide(role.side === 'client' ? role.url : '', role.side === 'client', address);
  }

  /** Whether more of the body of a refusal is worth waiting for. */
  get #awaitsBody(): boolean {
    const role = this.#role;
    return role.side === 'client' && role.handshake.answer(this.#early)?.isComplete === false;
  }

  #keep(bytes: Uint8Array): void {
    const early = new Uint8Array(this.#early.length + bytes.length);
    early.set(this.#early);
    early.set(bytes, this.#early.length);
    this.#early = early;
  }

  /** Keeps `failure`, and reports it unless `kind` is null. */
  #fail(failure: Failure, kind: ReportKind | null): void {
    this.failure = failure;
    if (kind !== null) this.#owner[REPORT](`WebSocketPeer: ${failure.message}`, kind, failure);
  }
}

let warnedOfPages = false;

/** Warns once that any page in a visitor's browser can connect as that visitor (RFC 6455 §10.2). */
function warnOfPages(origin: string, settings: string, owner: SessionOwner): void {
  if (origin === '' || warnedOfPages) return;
  warnedOfPages = true;
  const setting = `${settings}allowed_origins`;
  const message = `a page of ${quote(origin)} has connected; set ${setting} to say which pages may, now all may`;
  owner[REPORT](`WebSocketPeer: ${message}`, 'warning');
}
