// One request before the game's handshake hook: what the hook is told, and its answer, at once or later.
import type {
  HandshakeAcceptance,
  HandshakeHook,
  HandshakeRefusal,
  HandshakeRequest,
  HookSignal,
} from './handshake-hook.js';
import { checkHandshakeHeaders } from './handshake-rules.js';
import type { ServerHandshake } from './handshake-server.js';
import { quote } from './quote.js';
import { REPORT, type SessionOwner } from './session.js';

const SERVER_FAULT = 500;
const TOO_LATE = 503;
/** Redirects and errors; a status below 300 would be a success without a connection (RFC 6455 §4.2.2). */
const STATUSES = { least: 300, most: 599 };
/** Codes for applications (RFC 6455 §7.4.2). */
const CLOSE_CODES = { least: 4000, most: 4999 };

/** What is wrong with an answer, or ''. */
type Fault = string;

export class Hearing {
  readonly #handshake: ServerHandshake;
  readonly #hook: HandshakeHook;
  readonly #owner: SessionOwner;
  /** Called for an answer that comes after `ask` has returned. */
  readonly #answered: () => void;
  #phase: 'asking' | 'waiting' | 'answered' | 'over' = 'asking';
  #abort: AbortController | null = null;

  constructor(hook: HandshakeHook, handshake: ServerHandshake, owner: SessionOwner, answered: () => void) {
    this.#hook = hook;
    this.#handshake = handshake;
    this.#owner = owner;
    this.#answered = answered;
  }

  /** Whether the answer is still awaited. */
  get isWaiting(): boolean {
    return this.#phase === 'asking' || this.#phase === 'waiting';
  }

  get signal(): HookSignal {
    if (this.#abort === null) {
      this.#abort = new AbortController();
      if (this.#phase === 'over') this.#abort.abort();
    }
    return this.#abort.signal;
  }

  /** Calls the hook. */
  ask(): void {
    try {
      const promise = this.#hook(new HeardRequest(this, this.#handshake));
      if (typeof promise?.then === 'function')
        promise.then(
          () => this.#returned(),
          (error: unknown) => this.#failed(error),
        );
    } catch (error) {
      this.#failed(error);
    }
    if (this.#phase === 'asking') this.#phase = 'waiting';
  }

  accept(acceptance: HandshakeAcceptance): void {
    if (!this.#mayAnswer('accept')) return;
    const fault = this.#faultOfAcceptance(acceptance);
    if (fault !== '') this.#refuseForFault(`accept: ${fault}`);
    else this.#settle(() => this.#handshake.accept(acceptance));
  }

  refuse(status: number, refusal: HandshakeRefusal): void {
    if (!this.#mayAnswer('refuse')) return;
    const fault = faultOfStatus(status) || faultOfRefusal(refusal);
    if (fault !== '') this.#refuseForFault(`refuse: ${fault}`);
    else this.#settle(() => this.#handshake.refuse(status, refusal));
  }

  /** The time is over: refuses the request. */
  expire(): void {
    if (!this.isWaiting) return;
    this.#handshake.refuse(TOO_LATE, {});
    this.end();
  }

  /** Ends the hearing: the client has gone, or no answer counts any more. */
  end(): void {
    const wasWaiting = this.isWaiting;
    this.#phase = 'over';
    if (wasWaiting) this.#abort?.abort();
  }

  /** An answer to a client that has gone is nothing wrong, a second answer is. */
  #mayAnswer(method: string): boolean {
    if (this.#phase === 'answered') this.#report(`${method}: the request has its answer already, this one is ignored`);
    return this.isWaiting;
  }

  #settle(apply: () => void): void {
    const isLate = this.#phase === 'waiting';
    apply();
    this.#phase = 'answered';
    if (isLate) this.#answered();
  }

  /** Only `accept` lets a client in: a callback may still bring the answer. */
  #returned(): void {
    if (this.isWaiting) this.#report('its promise is fulfilled, without accept() or refuse(); the request waits');
  }

  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (this.isWaiting) this.#refuseForFault(`it threw ${quote(message)}`);
    else if (this.#phase === 'answered') this.#report(`it threw ${quote(message)} after its answer`);
  }

  #refuseForFault(fault: string): void {
    this.#report(`${fault}; the request is refused with ${SERVER_FAULT}`);
    this.#settle(() => this.#handshake.refuse(SERVER_FAULT, {}));
  }

  #faultOfAcceptance({ protocol, headers }: HandshakeAcceptance): Fault {
    const { offered } = this.#handshake;
    if (protocol !== undefined && typeof protocol !== 'string') return 'protocol must be a string';
    if (protocol && !offered.includes(protocol)) {
      const those = offered.length === 0 ? 'none' : offered.map(quote).join(', ');
      return `protocol must be one that the client offers (${those}), got ${quote(protocol)}`;
    }
    return faultOfHeaders(headers);
  }

  #report(message: string): void {
    this.#owner[REPORT](`WebSocketPeer: handshake_hook: ${message}`);
  }
}

/** The request that the hook gets. Everything is read from the handshake when it is asked for. */
class HeardRequest implements HandshakeRequest {
  readonly #hearing: Hearing;
  readonly #handshake: ServerHandshake;
  #headers: ReadonlyMap<string, string> | null = null;

  constructor(hearing: Hearing, handshake: ServerHandshake) {
    this.#hearing = hearing;
    this.#handshake = handshake;
  }

  get url(): string {
    return this.#handshake.requestedUrl;
  }

  get target(): string {
    return this.#handshake.target;
  }

  get headers(): ReadonlyMap<string, string> {
    this.#headers ??= this.#handshake.requestHeaders;
    return this.#headers;
  }

  get protocols(): readonly string[] {
    return this.#handshake.offered;
  }

  get remote_address(): string {
    return this.#handshake.visitor.address;
  }

  get is_secure(): boolean {
    return this.#handshake.visitor.isSecure;
  }

  get signal(): HookSignal {
    return this.#hearing.signal;
  }

  accept(acceptance: HandshakeAcceptance = {}): void {
    this.#hearing.accept(acceptance ?? {});
  }

  refuse(status: number, refusal: HandshakeRefusal = {}): void {
    this.#hearing.refuse(status, refusal ?? {});
  }
}

function faultOfStatus(status: number): Fault {
  if (isWithin(status, STATUSES)) return '';
  return `status must be an integer from ${STATUSES.least} to ${STATUSES.most}, got ${String(status)}`;
}

function faultOfRefusal({ headers, body, close_code }: HandshakeRefusal): Fault {
  if (body !== undefined && typeof body !== 'string') return 'body must be a string';
  if (close_code !== undefined && !isWithin(close_code, CLOSE_CODES)) {
    return `close_code must be an integer from ${CLOSE_CODES.least} to ${CLOSE_CODES.most}, got ${String(close_code)}`;
  }
  return faultOfHeaders(headers);
}

function faultOfHeaders(headers: readonly string[] | undefined): Fault {
  if (headers === undefined) return '';
  const isList = Array.isArray(headers) && headers.every((line) => typeof line === 'string');
  if (!isList) return 'headers must be an array of strings';
  return checkHandshakeHeaders(headers, 'server')?.replace('handshake_headers: ', 'headers: ') ?? '';
}

function isWithin(value: number, { least, most }: { readonly least: number; readonly most: number }): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
