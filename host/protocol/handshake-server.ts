// The server's half of the opening handshake, sans I/O: the check of the request (RFC 6455 §4.2.1) and the answer
// (§4.2.2), either the 101 or a refusal.
import type { FailureCode } from './failures.js';
import { acceptFor, encodeHead, type HandshakeOutcome, type HandshakeTools } from './handshake-rules.js';
import { HeadReader } from './http-head.js';
import { encodeRefusal, type Refusal } from './refusal.js';
import { judgeAccess, judgeHeaders, judgeProtocol, judgeRequestLine } from './request-rules.js';

export interface ServerHandshakeOptions {
  /** Already checked by `checkProtocols`. */
  readonly protocols: readonly string[];
  /** Already checked by `checkHandshakeHeaders`. */
  readonly headers: readonly string[];
  /** Most bytes of the request's head. */
  readonly maxSize: number;
  /** Whether the stream is encrypted: then `requestedUrl` begins with wss. */
  readonly secure: boolean;
  /** Origins ("https://example.org") of pages that may connect; empty: all. */
  readonly allowedOrigins: readonly string[];
  /** Hosts, with or without port, that requests may name; empty: all. */
  readonly allowedHosts: readonly string[];
  readonly tools: HandshakeTools;
}

const NO_BYTES = new Uint8Array(0);

export class ServerHandshake {
  readonly #options: ServerHandshakeOptions;
  readonly #head: HeadReader;
  #outcome: HandshakeOutcome = 'reading';
  #fault = '';
  #status = 0;
  #isMismatch = false;
  #requestedUrl = '';
  #selectedProtocol = '';
  #response: Uint8Array = NO_BYTES;

  constructor(options: ServerHandshakeOptions) {
    this.#options = options;
    this.#head = new HeadReader(options.maxSize);
  }

  get outcome(): HandshakeOutcome {
    return this.#outcome;
  }

  /** Why `outcome` is 'refused', else ''. */
  get fault(): string {
    return this.#fault;
  }

  /** The code of `fault`. */
  get faultCode(): FailureCode {
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
    if (refusal === null) {
      this.#outcome = 'accepted';
      this.#response = this.#encodeAcceptance();
    } else {
      this.#outcome = 'refused';
      this.#fault = refusal.fault;
      this.#status = refusal.status;
      this.#isMismatch = refusal.isMismatch;
      this.#response = encodeRefusal(refusal);
    }
    return used;
  }

  #judge(): Refusal | null {
    const head = this.#head;
    const { allowedHosts, allowedOrigins, protocols, secure } = this.#options;
    const request = judgeRequestLine(head);
    if (!('target' in request)) return request;
    // Joined, not concatenated: the new string does not keep its parts and the request line in memory.
    const authority = request.authority ?? head.joined('host') ?? '';
    this.#requestedUrl = [secure ? 'wss://' : 'ws://', authority, request.target].join('');
    const refusal = judgeHeaders(head) ?? judgeAccess(head, authority, allowedHosts, allowedOrigins);
    if (refusal !== null) return refusal;
    const choice = judgeProtocol(head, protocols);
    if (typeof choice !== 'string') return choice;
    this.#selectedProtocol = choice;
    return null;
  }

  #encodeAcceptance(): Uint8Array {
    const { headers, tools } = this.#options;
    return encodeHead([
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${acceptFor(this.#head.joined('sec-websocket-key') ?? '', tools)}`,
      ...(this.#selectedProtocol === '' ? [] : [`Sec-WebSocket-Protocol: ${this.#selectedProtocol}`]),
      ...headers,
    ]);
  }
}
