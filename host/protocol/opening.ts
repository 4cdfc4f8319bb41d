// The time before a connection is open: bytes go to the handshake, and what comes behind it is kept for the frames.
import type { ReportKind } from '../binding/error-handler.js';
import { type ByteStream, StreamPhase } from '../transport/byte-stream.js';
import type { Deadline } from './deadline.js';
import type { ClientHandshake } from './handshake-client.js';
import type { ServerHandshake } from './handshake-server.js';
import type { Outbox } from './outbox.js';
import { quote } from './quote.js';
import { REPORT, type SessionOwner } from './session.js';

/** Which side this is, and its half of the handshake. */
export type ConnectionRole =
  | { readonly side: 'client'; readonly handshake: ClientHandshake; readonly url: string }
  | { readonly side: 'server'; readonly handshake: ServerHandshake };

export type OpeningOutcome = 'waiting' | 'accepted' | 'refused' | 'lost' | 'late';

const NOTHING = new Uint8Array(0);

export class Opening {
  readonly #role: ConnectionRole;
  readonly #stream: ByteStream;
  readonly #outbox: Outbox;
  /** Bytes that came behind the handshake, before it took effect. */
  #early: Uint8Array = NOTHING;
  #requested = false;
  readonly #deadline: Deadline;
  readonly #owner: SessionOwner;
  #timeoutMs = 0;

  constructor(role: ConnectionRole, stream: ByteStream, outbox: Outbox, deadline: Deadline, owner: SessionOwner) {
    this.#role = role;
    this.#stream = stream;
    this.#outbox = outbox;
    this.#deadline = deadline;
    this.#owner = owner;
  }

  /** Starts the clock: the whole handshake has `timeoutMs`, names, TCP and TLS included; 0 for no limit. */
  begin(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    if (timeoutMs > 0) this.#deadline.set(timeoutMs);
  }

  /** Nothing more is read until poll() has acted on the outcome. */
  get isDecided(): boolean {
    return this.#role.handshake.outcome !== 'reading';
  }

  get selectedProtocol(): string {
    return this.#role.handshake.selectedProtocol;
  }

  /** What a client asked for; a client itself knows better. */
  get requestedUrl(): string {
    return this.#role.side === 'server' ? this.#role.handshake.requestedUrl : '';
  }

  receive(chunk: Uint8Array, length: number): void {
    const { handshake } = this.#role;
    const used = handshake.outcome === 'reading' ? handshake.push(chunk.subarray(0, length)) : 0;
    if (used === length) return;
    const early = new Uint8Array(this.#early.length + length - used);
    early.set(this.#early);
    early.set(chunk.subarray(used, length), this.#early.length);
    this.#early = early;
  }

  /** Sends this side's half when it is its turn, and tells where things stand. */
  poll(): OpeningOutcome {
    const stream = this.#stream;
    const role = this.#role;
    if (role.side === 'client' && !this.#requested && stream.phase === StreamPhase.OPEN) {
      this.#requested = true;
      this.#outbox.handshake(role.handshake.request);
      this.#outbox.flush();
    }
    const { outcome } = role.handshake;
    if (outcome !== 'reading') return this.#answer(outcome);
    if (stream.phase >= StreamPhase.ENDED) {
      // The network's own failures (refused, unreachable, unknown host) are silent, as in the engine; TLS is not.
      if (stream.error !== null && !('syscall' in stream.error)) this.#report('error', stream.error.message);
      return 'lost';
    }
    if (!this.#deadline.passed()) return 'waiting';
    this.#report('error', `the handshake was not done after ${this.#timeoutMs / 1000} s (handshake_timeout)`);
    return 'late';
  }

  /** Stops the clock and gives up what came behind the handshake. */
  end(): Uint8Array {
    const early = this.#early;
    this.#early = NOTHING;
    this.#deadline.clear();
    return early;
  }

  #answer(outcome: 'accepted' | 'refused'): OpeningOutcome {
    const role = this.#role;
    if (role.side === 'server') {
      this.#outbox.handshake(role.handshake.response);
      if (outcome === 'refused') this.#outbox.flush();
      else warnOfPages(role.handshake.uncheckedOrigin, this.#owner);
    }
    if (outcome === 'refused') this.#reportRefusal(role.handshake);
    // A client that refuses has nothing to say to the server.
    return outcome === 'refused' && role.side === 'client' ? 'lost' : outcome;
  }

  /** Subprotocols that do not match are nobody's fault: the engine says nothing, here it is a warning. */
  #reportRefusal({ fault, isMismatch }: ClientHandshake | ServerHandshake): void {
    this.#report(isMismatch ? 'warning' : 'error', fault);
  }

  #report(kind: ReportKind, message: string): void {
    this.#owner[REPORT](`WebSocketPeer: ${message}`, kind);
  }
}

let warnedOfPages = false;

/** Said once: any page that a visitor opens could talk to this server in his name (RFC 6455 §10.2). */
function warnOfPages(origin: string, owner: SessionOwner): void {
  if (origin === '' || warnedOfPages) return;
  warnedOfPages = true;
  const message = `a page of ${quote(origin)} has connected; set allowed_origins to say which pages may, now all may`;
  owner[REPORT](`WebSocketPeer: ${message}`, 'warning');
}
