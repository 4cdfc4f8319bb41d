// One request before the game's handshake hook: what the hook is told, and its answer, at once or later.
import type { Failure } from '../binding/error-handler.js';
import { textOfThrown, textOfValue } from '../binding/thrown.js';
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

const ACCEPTANCE: readonly (keyof HandshakeAcceptance)[] = ['protocol', 'headers', 'data'];
const REFUSAL: readonly (keyof HandshakeRefusal)[] = ['headers', 'body', 'close_code'];

/** Who waits for the answer. */
export interface Judge {
  /** Called for an answer that comes after `ask` has returned. */
  answered(): void;
  /** The failure of a handshake that has been refused. */
  readonly refusal: Failure;
}

export class Hearing {
  readonly #handshake: ServerHandshake;
  readonly #hook: HandshakeHook;
  readonly #owner: SessionOwner;
  readonly #judge: Judge;
  #phase: 'asking' | 'waiting' | 'answered' | 'over' = 'asking';
  #abort: AbortController | null = null;

  constructor(hook: HandshakeHook, handshake: ServerHandshake, owner: SessionOwner, judge: Judge) {
    this.#hook = hook;
    this.#handshake = handshake;
    this.#owner = owner;
    this.#judge = judge;
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

  accept(given: unknown): void {
    const acceptance = copyOf<HandshakeAcceptance>(given, ACCEPTANCE);
    if (!this.#mayAnswer('accept')) return;
    const fault = typeof acceptance === 'string' ? acceptance : this.#faultOfAcceptance(acceptance);
    if (fault !== '') this.#refuseForFault(`accept: ${fault}`);
    else this.#settle(() => this.#handshake.accept(acceptance as HandshakeAcceptance));
  }

  refuse(status: number, given: unknown): void {
    const refusal = copyOf<HandshakeRefusal>(given, REFUSAL);
    if (!this.#mayAnswer('refuse')) return;
    const fault = faultOfStatus(status) || (typeof refusal === 'string' ? refusal : faultOfRefusal(refusal));
    if (fault !== '') this.#refuseForFault(`refuse: ${fault}`);
    else this.#settle(() => this.#handshake.refuse(status, refusal as HandshakeRefusal));
  }

  /** The time is over: refuses the request for `reason`. */
  expire(reason: string): void {
    if (!this.isWaiting) return;
    this.#handshake.refuse(TOO_LATE, {}, reason);
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
    this.#phase = 'answered'; // before reports of this answer: their handler may answer, too, or end the connection
    apply();
    if (isLate && this.#phase === 'answered') this.#judge.answered();
  }

  /** Only `accept` lets a client in: a callback may still bring the answer. */
  #returned(): void {
    if (this.isWaiting) this.#report('its promise is fulfilled, without accept() or refuse(); the request waits');
  }

  #failed(error: unknown): void {
    const message = quote(textOfThrown(error));
    if (this.isWaiting) this.#refuseForFault(`it threw ${message}`);
    else if (this.#phase === 'answered') this.#report(`it threw ${message} after its answer`);
  }

  #refuseForFault(fault: string): void {
    this.#settle(() => {
      this.#handshake.refuse(SERVER_FAULT, {}, `handshake_hook: ${fault}`);
      this.#report(`${fault}; the request is refused with ${SERVER_FAULT}`, this.#judge.refusal);
    });
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

  #report(message: string, failure: Failure | null = null): void {
    this.#owner[REPORT](`WebSocketPeer: handshake_hook: ${message}`, 'error', failure);
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

/** The parts of an answer, each read once, since getters may give something else after the check; or what is wrong. */
function copyOf<Answer extends object>(given: unknown, names: readonly (keyof Answer & string)[]): Answer | Fault {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return `an object with ${names.join(', ')} is expected, got ${quote(textOfValue(given))}`;
  }
  try {
    const copy: Record<string, unknown> = {};
    for (const name of names) copy[name] = (given as Record<string, unknown>)[name];
    if (Array.isArray(copy.headers)) copy.headers = Array.from(copy.headers);
    return copy as Answer;
  } catch (error) {
    return `reading it threw ${quote(textOfThrown(error))}`;
  }
}

function faultOfStatus(status: number): Fault {
  if (isWithin(status, STATUSES)) return '';
  return `status must be an integer from ${STATUSES.least} to ${STATUSES.most}, got ${textOfValue(status)}`;
}

function faultOfRefusal({ headers, body, close_code }: HandshakeRefusal): Fault {
  if (body !== undefined && typeof body !== 'string') return 'body must be a string';
  if (close_code !== undefined && !isWithin(close_code, CLOSE_CODES)) {
    return `close_code must be an integer from ${CLOSE_CODES.least} to ${CLOSE_CODES.most}, got ${textOfValue(close_code)}`;
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
