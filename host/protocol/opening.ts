// Opening phase of a connection: its handshake, time limit and reports. Bytes received after the handshake are kept.
import type { Failure, ReportKind } from '../binding/error-handler.js';
import { type ByteStream, StreamPhase } from '../transport/byte-stream.js';
import type { Alarm, Clock } from '../transport/platform.js';
import type { Admission } from './admissions.js';
import { closeBody, goodbyeOf } from './close-codes.js';
import type { Deadline } from './deadline.js';
import type { Compression } from './deflate-agreement.js';
import { type FailureCode, failureWith, otherSide } from './failures.js';
import type { ClientHandshake } from './handshake-client.js';
import type { ServerHandshake } from './handshake-server.js';
import { Hearing, type Judge } from './hearing.js';
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
/** Bytes behind a request that are read while the game's hook has not answered. */
const MAX_EARLY = 4096;
/** Counts the failed handshakes of a server whose connections have an owner each: any client can cause many. */
const GUESTS = {};

export class Opening implements Judge {
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
   * Whether the stream is to be read: until the outcome, for the body of a refusal, and while the game's hook has not
   * answered, since a client that goes is not noticed otherwise. That ends with `MAX_EARLY` bytes behind the head: the
   * rest stays in the socket.
   */
  get isReading(): boolean {
    if (this.#role.handshake.outcome === 'reading' || this.#awaitsBody) return true;
    return this.isBeingHeard && this.#early.length < MAX_EARLY;
  }

  /** Whether an answer of the game's hook is awaited. */
  get isBeingHeard(): boolean {
    return this.#hearing?.isWaiting === true;
  }

  get selectedProtocol(): string {
    return this.#role.handshake.selectedProtocol;
  }

  /** For a client, the URL as given; for a server, what the client has requested. */
  get requestedUrl(): string {
    return this.#role.side === 'server' ? this.#role.handshake.requestedUrl : this.#role.url;
  }

  /** For a client, the URL as given; '' for a server. */
  get givenUrl(): string {
    return this.#role.side === 'server' ? '' : this.#role.url;
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
    const cause = `no answer after ${timeoutMs / 1000} s (handshake_timeout)`;
    this.#hearing?.expire(`handshake_hook: ${cause}`);
    const message = `WebSocketPeer: handshake_hook: ${cause}; the request is refused with 503`;
    this.#owner[REPORT](message, 'error', this.refusal);
    return this.#answer();
  }

  /** The game's hook has answered late. */
  answered(): void {
    this.#wake();
  }

  /** Why the handshake is refused, by this side or the other. */
  get refusal(): Failure {
    const { side, handshake } = this.#role;
    if (side === 'client') {
      return failureWith(this.#whom, 'handshake', handshake.faultCode, handshake.fault, handshake.answer(this.#early));
    }
    const answer = { status: handshake.status, headers: new Map<string, string>(), body: '' };
    return failureWith(this.#whom, 'handshake', handshake.faultCode, handshake.reason, answer);
  }

  /** Keeps why this side drops the connection, unless the handshake has failed already. */
  drop(code: FailureCode, cause: string): void {
    this.failure ??= failureWith(this.#whom, 'handshake', code, cause);
  }

  /** The headers, and what is known of a visitor, to be kept of an accepted handshake. */
  keep(): KeptHeads {
    const role = this.#role;
    return keepHeads(role.handshake.texts, role.side === 'server' ? role.handshake.guest : null);
  }

  get key(): string {
    return this.#role.handshake.key;
  }

  /** What an accepted handshake has agreed on; null for no compression. */
  get compression(): Compression | null {
    return this.#role.handshake.compression;
  }

  get admission(): Admission | null {
    return (this.#role.side === 'server' && this.#role.admission) || null;
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
      this.#hearing = new Hearing(handshake.hook, handshake, this.#owner, this);
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
    const { fault, isMismatch, cause } = role.handshake;
    this.#fail(this.refusal, fault === '' ? null : isMismatch ? 'warning' : 'error', cause);
  }

  /** A server says nothing about clients that just go. */
  #lost(): OpeningOutcome {
    if (this.failure !== null) return 'lost'; // this side has dropped it
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
    const { phase, isSecuring } = this.#stream;
    const stage = phase !== StreamPhase.CONNECTING ? 'handshake' : isSecuring ? 'tls' : 'connect';
    this.#fail(failureWith(this.#whom, stage, 'TIMEOUT', cause), 'error');
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

  /** Keeps `failure`, and reports it unless `kind` is null; a server's reports with the same `cause` count as equal. */
  #fail(failure: Failure, kind: ReportKind | null, cause = `${failure.stage}: ${failure.code}`): void {
    this.failure = failure;
    if (kind === null) return;
    const message = `WebSocketPeer: ${failure.message}`;
    if (this.#role.side === 'client') this.#owner[REPORT](message, kind, failure);
    else this.#owner[REPORT](message, kind, failure, cause, GUESTS);
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
