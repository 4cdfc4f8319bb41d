// Opening phase of a connection: its handshake, time limit and reports. Bytes received after the handshake are kept.
import type { ReportKind } from '../binding/error-handler.js';
import { type ByteStream, StreamPhase } from '../transport/byte-stream.js';
import type { Deadline } from './deadline.js';
import type { ClientHandshake } from './handshake-client.js';
import type { ServerHandshake } from './handshake-server.js';
import type { Outbox } from './outbox.js';
import { quote } from './quote.js';
import { REPORT, type SessionOwner } from './session.js';

/** Client or server, with its half of the handshake. */
export type ConnectionRole =
  | { readonly side: 'client'; readonly handshake: ClientHandshake; readonly url: string }
  | { readonly side: 'server'; readonly handshake: ServerHandshake };

export type OpeningOutcome = 'waiting' | 'accepted' | 'refused' | 'lost' | 'late';

const NOTHING = new Uint8Array(0);

export class Opening {
  readonly #role: ConnectionRole;
  readonly #stream: ByteStream;
  readonly #outbox: Outbox;
  /** Bytes received after the handshake, before poll() has acted on it. */
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

  /** Sets the time limit of the whole handshake, including name lookup, TCP and TLS; 0 for none. */
  begin(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    if (timeoutMs > 0) this.#deadline.set(timeoutMs);
  }

  /** Whether the handshake has an outcome: reading pauses until poll() has acted on it. */
  get isDecided(): boolean {
    return this.#role.handshake.outcome !== 'reading';
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
    if (used === length) return;
    const early = new Uint8Array(this.#early.length + length - used);
    early.set(this.#early);
    early.set(chunk.subarray(used, length), this.#early.length);
    this.#early = early;
  }

  /** Sends this side's half of the handshake when due; returns the outcome so far. */
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
      // Network failures (refused, unreachable, unknown host) are not reported, as in the engine; TLS failures are.
      if (stream.error !== null && !('syscall' in stream.error)) this.#report('error', stream.error.message);
      return 'lost';
    }
    if (!this.#deadline.passed()) return 'waiting';
    this.#report('error', `the handshake was not done after ${this.#timeoutMs / 1000} s (handshake_timeout)`);
    return 'late';
  }

  /** Clears the time limit and returns the bytes received after the handshake. */
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
    // A client that refuses sends nothing to the server.
    return outcome === 'refused' && role.side === 'client' ? 'lost' : outcome;
  }

  /** A mismatch of subprotocols is only a warning; the engine prints nothing. */
  #reportRefusal({ fault, isMismatch }: ClientHandshake | ServerHandshake): void {
    this.#report(isMismatch ? 'warning' : 'error', fault);
  }

  #report(kind: ReportKind, message: string): void {
    this.#owner[REPORT](`WebSocketPeer: ${message}`, kind);
  }
}

let warnedOfPages = false;

/** Warns once that any page in a visitor's browser can connect as that visitor (RFC 6455 §10.2). */
function warnOfPages(origin: string, owner: SessionOwner): void {
  if (origin === '' || warnedOfPages) return;
  warnedOfPages = true;
  const message = `a page of ${quote(origin)} has connected; set allowed_origins to say which pages may, now all may`;
  owner[REPORT](`WebSocketPeer: ${message}`, 'warning');
}
