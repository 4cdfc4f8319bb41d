// The server's half of the opening handshake, sans I/O: the check of the request (RFC 6455 §4.2.1) and the answer
// (§4.2.2), either the 101 or a refusal.
import type { Admission } from './admissions.js';
import { acceptOffer, type Compression, type DeflaterSource } from './deflate-agreement.js';
import type { FailureCode } from './failures.js';
import type { HandshakeAcceptance, HandshakeHook, HandshakeRefusal } from './handshake-hook.js';
import {
  acceptFor,
  checkProtocols,
  encodeHead,
  type HandshakeOutcome,
  type HandshakeTools,
} from './handshake-rules.js';
import { HeadReader, splitList } from './http-head.js';
import { type Guest, type HandshakeTexts, receivedLines, sentLines } from './kept-heads.js';
import { encodeGivenRefusal, encodeRefusal, type Refusal, reasonOf, SHUTTING_DOWN } from './refusal.js';
import { judgeAccess, judgeHeaders, judgeProtocol, judgeRequestLine } from './request-rules.js';
import type { Visitor } from './visitor.js';

export interface ServerHandshakeOptions {
  /** Already checked by `checkProtocols`. */
  readonly protocols: readonly string[];
  /** Already checked by `checkHandshakeHeaders`. */
  readonly headers: readonly string[];
  /** Most bytes of the request's head. */
  readonly maxSize: number;
  readonly visitor: Visitor;
  /** Origins ("https://example.org") of pages that may connect; empty: all. */
  readonly allowedOrigins: readonly string[];
  /** Hosts, with or without port, that requests may name; empty: all. */
  readonly allowedHosts: readonly string[];
  /** The game's word, to be asked about a request that these options accept; null: all of them are. */
  readonly hook: HandshakeHook | null;
  /** The connection's place; without one nothing is counted. */
  readonly admission?: Admission;
  readonly tools: HandshakeTools;
  /** Compression is accepted with it; null or missing: none is. */
  readonly deflater?: DeflaterSource | null;
}

const NO_BYTES = new Uint8Array(0);
const NONE: readonly string[] = [];
/** Why a request is refused by a hook's own word. */
const REFUSED = 'handshake_hook has refused the request';

/** Close frame that follows the answer at once, for a page that the game's hook refuses. */
export interface HandshakeFarewell {
  readonly code: number;
  readonly reason: string;
}

export class ServerHandshake {
  readonly #options: ServerHandshakeOptions;
  readonly #head: HeadReader;
  #outcome: HandshakeOutcome = 'reading';
  #fault = '';
  #status = 0;
  /** Refused by the hook. */
  #isHeard = false;
  #reason = '';
  #cause = '';
  #isMismatch = false;
  #requestedUrl = '';
  #target = '';
  /** Refusal that applies unless the hook chooses a subprotocol; null when the settings have chosen. */
  #mismatch: Refusal | null = null;
  #selectedProtocol = '';
  #response: Uint8Array = NO_BYTES;
  #sentLines = '';
  #data: unknown = null;
  #farewell: HandshakeFarewell | null = null;
  /** What was agreed on; null for no compression. */
  compression: Compression | null = null;

  constructor(options: ServerHandshakeOptions) {
    this.#options = options;
    this.#head = new HeadReader(options.maxSize);
  }

  get outcome(): HandshakeOutcome {
    return this.#outcome;
  }

  /** Why `outcome` is 'refused', else ''. */
  get reason(): string {
    return this.#reason;
  }

  /** The same as a message to report; '' for a refusal that the game knows of. */
  get fault(): string {
    return this.#fault;
  }

  /** `fault` without the request's value: what many requests may have in common. */
  get cause(): string {
    return this.#cause;
  }

  /** The code of `fault`. */
  get faultCode(): FailureCode {
    if (this.#isHeard) return 'HOOK_REFUSED';
    if (this.#fault === '') return this.#reason === SHUTTING_DOWN ? 'SHUTTING_DOWN' : 'SERVER_FULL';
    if (this.#isMismatch) return 'PROTOCOL_MISMATCH';
    if (this.#head.isTls) return 'PEER_SPEAKS_TLS';
    if (this.#status === 431) return 'HEAD_TOO_LARGE';
    return this.#status === 403 ? 'NOT_ALLOWED' : 'BAD_REQUEST';
  }

  /** Status of the refusal; 0 without one. */
  get status(): number {
    return this.#status;
  }

  /** Refused only because the two sides want different subprotocols. */
  get isMismatch(): boolean {
    return this.#isMismatch;
  }

  /** URL of scheme, host and request target as received; '' until the request line is complete and valid. */
  get requestedUrl(): string {
    return this.#requestedUrl;
  }

  /** Path and query of the request; '' like `requestedUrl`. */
  get target(): string {
    return this.#target;
  }

  get visitor(): Visitor {
    return this.#options.visitor;
  }

  get hook(): HandshakeHook | null {
    return this.#options.hook;
  }

  /** Subprotocols that the client offers, without those that can't be answered. */
  get offered(): readonly string[] {
    const offered = splitList(this.#head.joined('sec-websocket-protocol') ?? '');
    return offered.filter((protocol) => checkProtocols([protocol]) === null);
  }

  /** Headers of the request by name (lower case), values of equal names joined by `, `. */
  get requestHeaders(): ReadonlyMap<string, string> {
    return this.#head.joinedHeaders;
  }

  get key(): string {
    return this.#head.joined('sec-websocket-key') ?? '';
  }

  get texts(): HandshakeTexts {
    return { request: receivedLines(this.#head), response: this.#sentLines, tools: this.#options.tools };
  }

  /** What is to be kept of the visitor; null for nothing. */
  get guest(): Guest | null {
    const { address, isProxied } = this.visitor;
    return isProxied || this.#data !== null ? { data: this.#data, address: isProxied ? address : null } : null;
  }

  /** Set by a refusal in the form of a close frame: `response` accepts, and this follows. */
  get farewell(): HandshakeFarewell | null {
    return this.#farewell;
  }

  get selectedProtocol(): string {
    return this.#selectedProtocol;
  }

  /** Value of the Origin header, '' without one. */
  get origin(): string {
    return this.#head.joined('origin') ?? '';
  }

  /** Origin of a page that was accepted because `allowed_origins` is empty; '' otherwise. */
  get uncheckedOrigin(): string {
    return this.#options.allowedOrigins.length === 0 ? this.origin : '';
  }

  /** What to send: the 101, or the refusal, after which the connection ends. Empty while reading. */
  get response(): Uint8Array {
    return this.#response;
  }

  /** Returns how many of `bytes` belong to the request's head; what follows are frames. 0 once the outcome is known. */
  push(bytes: Uint8Array): number {
    const used = this.#head.push(bytes);
    if (this.#outcome !== 'reading' || this.#head.outcome === 'reading') return used;
    const refusal = this.#judge();
    if (refusal !== null) this.#refuseBy(refusal);
    else {
      this.#outcome = 'accepted';
      if (this.hook === null) this.#response = this.#encodeAcceptance(NONE);
    }
    return used;
  }

  /** The hook accepts. What it gives has been checked. */
  accept({ protocol = '', headers = NONE, data = null }: HandshakeAcceptance): void {
    const refusal = (protocol === '' ? this.#mismatch : null) ?? this.#options.admission?.accept() ?? null;
    if (refusal !== null) {
      this.#refuseBy(refusal);
      return;
    }
    // The equal string of the head is a slice that keeps the whole header in memory.
    if (protocol !== '') this.#selectedProtocol = Array.from(protocol).join('');
    this.#data = data;
    this.#response = this.#encodeAcceptance(headers);
  }

  /** The hook refuses, or is refused for what it does. What it gives has been checked. */
  refuse(status: number, { headers = NONE, body, close_code }: HandshakeRefusal, reason = REFUSED): void {
    this.#outcome = 'refused';
    this.#status = status;
    this.#isHeard = true;
    this.#reason = reason;
    if (close_code === undefined || this.origin === '') {
      const text = body ?? `${reasonOf(status)}\n`;
      this.#response = encodeGivenRefusal(status, headers, text);
      return;
    }
    // A browser drops a connection without one of the subprotocols that it has asked for.
    if (this.#selectedProtocol === '') this.#selectedProtocol = this.offered[0] ?? '';
    this.#response = this.#encodeAcceptance(headers);
    this.#farewell = { code: close_code, reason: body ?? reasonOf(status) };
  }

  #refuseBy(refusal: Refusal): void {
    this.#outcome = 'refused';
    this.#fault = refusal.fault;
    this.#cause = `${refusal.status}: ${refusal.text}`;
    this.#reason = refusal.fault || refusal.text;
    this.#status = refusal.status;
    this.#isMismatch = refusal.isMismatch;
    this.#response = encodeRefusal(refusal);
  }

  #judge(): Refusal | null {
    const head = this.#head;
    const { admission, allowedHosts, allowedOrigins, hook, protocols, visitor } = this.#options;
    visitor.read(head);
    const crowded = admission?.arrived(visitor.countedAddress ?? '', hook !== null) ?? null;
    if (crowded !== null) return crowded;
    const request = judgeRequestLine(head);
    if (!('target' in request)) return request;
    // Joined, not concatenated: the new string does not keep its parts and the request line in memory.
    const authority = request.authority ?? head.joined('host') ?? '';
    this.#requestedUrl = [visitor.isSecure ? 'wss://' : 'ws://', authority, request.target].join('');
    this.#target = request.target;
    const refusal = judgeHeaders(head) ?? judgeAccess(head, authority, allowedHosts, allowedOrigins);
    if (refusal !== null) return refusal;
    const choice = judgeProtocol(head, protocols);
    if (typeof choice === 'string') this.#selectedProtocol = choice;
    else if (hook === null) return choice;
    else this.#mismatch = choice;
    // With a hook the place is kept until its answer.
    return hook === null ? (admission?.accept() ?? null) : null;
  }

  #encodeAcceptance(added: readonly string[]): Uint8Array {
    const { headers, tools } = this.#options;
    const lines = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${acceptFor(this.key, tools)}`,
      ...(this.#selectedProtocol === '' ? [] : [`Sec-WebSocket-Protocol: ${this.#selectedProtocol}`]),
      ...this.#agreeOnCompression(),
      ...headers,
      ...added,
    ];
    this.#sentLines = sentLines(lines);
    return encodeHead(lines);
  }

  /** The header that accepts an offer to compress; none without one that can be kept. */
  #agreeOnCompression(): readonly string[] {
    const { deflater: source } = this.#options;
    const agreement = source == null ? null : acceptOffer(this.#head.joined('sec-websocket-extensions') ?? '');
    const deflater = (agreement !== null && source?.()) || null;
    if (agreement === null || deflater === null) return NONE;
    this.compression = { deflater, windowBits: agreement.windowBits };
    return [`Sec-WebSocket-Extensions: ${agreement.answer}`];
  }
}
