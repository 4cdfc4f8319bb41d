// The client's half of the opening handshake, sans I/O: the request and the check of the answer (RFC 6455 §4.1).
import {
  acceptFor,
  encodeBase64,
  encodeHead,
  type HandshakeOutcome,
  type HandshakeTools,
  KEY_BYTES,
  VERSION,
} from './handshake-rules.js';
import { HeadReader, splitList } from './http-head.js';
import { quote } from './quote.js';
import type { ParsedUrl } from './url.js';

export interface ClientHandshakeOptions {
  readonly url: ParsedUrl;
  /** Already checked by `checkProtocols`. */
  readonly protocols: readonly string[];
  /** Already checked by `checkHandshakeHeaders`. */
  readonly headers: readonly string[];
  /** Most bytes of the answer's head. */
  readonly maxSize: number;
  readonly tools: HandshakeTools;
}

export class ClientHandshake {
  /** The complete request to send. */
  readonly request: Uint8Array;
  readonly #protocols: readonly string[];
  readonly #accept: string;
  readonly #head: HeadReader;
  #outcome: HandshakeOutcome = 'reading';
  #fault = '';
  #selectedProtocol = '';
  #isMismatch = false;

  constructor({ url, protocols, headers, maxSize, tools }: ClientHandshakeOptions) {
    const nonce = new Uint8Array(KEY_BYTES);
    tools.fillRandom(nonce);
    const key = encodeBase64(nonce);
    this.#protocols = [...protocols];
    this.#accept = acceptFor(key, tools);
    this.#head = new HeadReader(maxSize);
    this.request = encodeHead([
      `GET ${url.path} HTTP/1.1`,
      `Host: ${url.hostHeader}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${key}`,
      `Sec-WebSocket-Version: ${VERSION}`,
      ...(protocols.length > 0 ? [`Sec-WebSocket-Protocol: ${protocols.join(',')}`] : []),
      ...headers,
    ]);
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

  /** Subprotocol that the server chose; as in the engine, also when the answer is refused for it. */
  get selectedProtocol(): string {
    return this.#selectedProtocol;
  }

  /** Returns how many of `bytes` belong to the answer's head; what follows are frames. 0 once the outcome is known. */
  push(bytes: Uint8Array): number {
    const used = this.#head.push(bytes);
    if (this.#outcome !== 'reading' || this.#head.outcome === 'reading') return used;
    this.#fault = this.#judge();
    if (this.#fault === '') {
      this.#fault = this.#judgeProtocol();
      this.#isMismatch = this.#fault !== '';
    }
    this.#outcome = this.#fault === '' ? 'accepted' : 'refused';
    return used;
  }

  /** RFC 6455 §4.1, the client's checks of the server's answer, items 1 to 5; what is wrong, or ''. */
  #judge(): string {
    const head = this.#head;
    if (head.outcome === 'faulty') {
      return `the head of the server's answer is ${head.isTooLarge ? 'too large' : 'malformed'}: ${head.fault}`;
    }
    return this.#judgeStatus() || this.#judgeHeaders();
  }

  #judgeStatus(): string {
    const { startLine } = this.#head;
    const [version, status] = startLine.split(' '); // RFC 9112 §4: one space each
    return version === 'HTTP/1.1' && status === '101' ? '' : `the server answered ${quote(startLine)}, not 101`;
  }

  #judgeHeaders(): string {
    const head = this.#head;
    const upgrade = head.joined('upgrade');
    if (upgrade?.toLowerCase() !== 'websocket') return `the server's Upgrade is ${shown(upgrade)}, not "websocket"`;
    if (!head.lists('connection', 'upgrade')) {
      return `the server's Connection is ${shown(head.joined('connection'))}, without "Upgrade"`;
    }
    const accept = head.joined('sec-websocket-accept');
    if (accept !== this.#accept) return `the server's Sec-WebSocket-Accept is ${shown(accept)}, not "${this.#accept}"`;
    if (head.bodyFault !== '') return `the server's answer has a body: ${head.bodyFault}`;
    // Item 5: this side offers no extension.
    const extensions = head.joined('sec-websocket-extensions') ?? '';
    const isNone = splitList(extensions).every((extension) => extension === '');
    return isNone ? '' : `the server chose the extension ${quote(extensions)}, none was asked for`;
  }

  /** Item 6. */
  #judgeProtocol(): string {
    const wanted = this.#protocols;
    const selected = this.#head.joined('sec-websocket-protocol');
    if (wanted.length === 0 && selected !== null) {
      return `the server chose the subprotocol ${quote(selected)}, none was asked for`;
    }
    this.#selectedProtocol = selected ?? '';
    if (wanted.length > 0 && (selected === null || !wanted.includes(selected))) {
      const chosen = selected === null ? 'no subprotocol' : `the subprotocol ${quote(selected)}`;
      return `the server chose ${chosen}, asked for was one of ${wanted.map(quote).join(', ')}`;
    }
    return '';
  }
}

function shown(value: string | null): string {
  return value === null ? 'missing' : quote(value);
}
