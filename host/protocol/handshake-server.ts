// The server's half of the opening handshake, sans I/O: the verdict on the request (RFC 6455 §4.2.1) and the answer
// (§4.2.2), which is sent for a refusal too.
import { acceptFor, encodeHead, type HandshakeOutcome, type HandshakeTools } from './handshake-rules.js';
import { HeadReader } from './http-head.js';
import { encodeRefusal, type Refusal } from './refusal.js';
import { judgeAccess, judgeHeaders, judgeProtocol, judgeRequestLine } from './request-rules.js';

export interface ServerHandshakeOptions {
  /** As `checkProtocols` lets them pass. */
  readonly protocols: readonly string[];
  /** As `checkHandshakeHeaders` lets them pass. */
  readonly headers: readonly string[];
  /** Most bytes of the request's head. */
  readonly maxSize: number;
  /** The stream is encrypted: `requestedUrl` begins with wss. */
  readonly secure: boolean;
  /** Origins ("https://example.org") that browsers may come from; empty: every one. */
  readonly allowedOrigins: readonly string[];
  /** Hosts, with or without port, that requests may be for; empty: every one. */
  readonly allowedHosts: readonly string[];
  readonly tools: HandshakeTools;
}

const NO_BYTES = new Uint8Array(0);

export class ServerHandshake {
  readonly #options: ServerHandshakeOptions;
  readonly #head: HeadReader;
  #outcome: HandshakeOutcome = 'reading';
  #fault = '';
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

  /** Refused only because the two sides want different subprotocols. */
  get isMismatch(): boolean {
    return this.#isMismatch;
  }

  /** Scheme, host and request target as they came, '' until a request line is complete and right. */
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

  /** Origin of a page that came in because no list of origins was given; '' otherwise. */
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
    // Joined, not concatenated: a string of its own, which does not keep its parts and the request line in memory.
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
