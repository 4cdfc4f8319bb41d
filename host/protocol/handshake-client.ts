// The client's half of the opening handshake, sans I/O: the request and the check of the answer (RFC 6455 §4.1).
import type { Deflater } from '../transport/deflater.js';
import { type Compression, type DeflaterSource, judgeAnswer, OFFER } from './deflate-agreement.js';
import type { FailureCode, HttpAnswer } from './failures.js';
import {
  acceptFor,
  encodeBase64,
  encodeHead,
  type HandshakeOutcome,
  type HandshakeTools,
  KEY_BYTES,
  VERSION,
} from './handshake-rules.js';
import { answerOf } from './http-answer.js';
import { HeadReader, splitList } from './http-head.js';
import { type HandshakeTexts, receivedLines, sentLines } from './kept-heads.js';
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
  /** Compression is offered with it; null or missing: none is. */
  readonly deflater?: DeflaterSource | null;
}

/** What is wrong with an answer. */
interface Fault {
  readonly code: FailureCode;
  readonly text: string;
}

const NO_FAULT: Fault = { code: 'BAD_ANSWER', text: '' };

function bad(text: string, code: FailureCode = 'BAD_ANSWER'): Fault {
  return { code, text };
}

export class ClientHandshake {
  /** The complete request to send. */
  readonly request: Uint8Array;
  readonly key: string;
  readonly #sentLines: string;
  readonly #tools: HandshakeTools;
  readonly #protocols: readonly string[];
  readonly #accept: string;
  readonly #head: HeadReader;
  #outcome: HandshakeOutcome = 'reading';
  #fault: Fault = NO_FAULT;
  #selectedProtocol = '';
  #isAnswered = false;
  /** Null unless compression is offered. */
  readonly #deflater: Deflater | null;
  /** What was agreed on; null for no compression. */
  compression: Compression | null = null;

  constructor({ url, protocols, headers, maxSize, tools, deflater }: ClientHandshakeOptions) {
    const nonce = new Uint8Array(KEY_BYTES);
    tools.fillRandom(nonce);
    const key = encodeBase64(nonce);
    this.#protocols = [...protocols];
    this.#accept = acceptFor(key, tools);
    this.#head = new HeadReader(maxSize);
    this.#deflater = deflater?.() ?? null;
    const lines = [
      `GET ${url.path} HTTP/1.1`,
      `Host: ${url.hostHeader}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${key}`,
      `Sec-WebSocket-Version: ${VERSION}`,
      ...(protocols.length > 0 ? [`Sec-WebSocket-Protocol: ${protocols.join(',')}`] : []),
      ...(this.#deflater === null ? [] : [`Sec-WebSocket-Extensions: ${OFFER}`]),
      ...headers,
    ];
    this.request = encodeHead(lines);
    this.key = key;
    this.#sentLines = sentLines(lines);
    this.#tools = tools;
  }

  get texts(): HandshakeTexts {
    return { request: this.#sentLines, response: receivedLines(this.#head), tools: this.#tools };
  }

  get outcome(): HandshakeOutcome {
    return this.#outcome;
  }

  /** Why `outcome` is 'refused', else ''. */
  get fault(): string {
    return this.#fault.text;
  }

  /** The code of `fault`. */
  get faultCode(): FailureCode {
    return this.#fault.code;
  }

  /** A complete answer that is not an upgrade, with the first of its body from `read`; else null. */
  answer(read: Uint8Array): (HttpAnswer & { readonly isComplete: boolean }) | null {
    return this.#fault.code === 'HTTP_STATUS' ? answerOf(this.#head, read) : null;
  }

  /** Whether anything of an answer has come. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Reports are counted by their own texts. */
  get cause(): undefined {
    return undefined;
  }

  /** Refused only because the two sides want different subprotocols. */
  get isMismatch(): boolean {
    return this.#fault.code === 'PROTOCOL_MISMATCH';
  }

  /** Subprotocol that the server chose; as in the engine, also when the answer is refused for it. */
  get selectedProtocol(): string {
    return this.#selectedProtocol;
  }

  /** Returns how many of `bytes` belong to the answer's head; what follows are frames. 0 once the outcome is known. */
  push(bytes: Uint8Array): number {
    const head = this.#head;
    const used = head.push(bytes);
    this.#isAnswered = true;
    if (this.#outcome !== 'reading') return used;
    if (head.outcome === 'reading' && (head.startLine === '' || head.startLine.startsWith('HTTP/'))) return used;
    const fault = this.#judge() ?? this.#judgeProtocol();
    this.#fault = fault ?? NO_FAULT;
    this.#outcome = fault === null ? 'accepted' : 'refused';
    return used;
  }

  /** RFC 6455 §4.1, the client's checks of the server's answer, items 1 to 5; what is wrong, or null. */
  #judge(): Fault | null {
    const { startLine, outcome, isTls, isTooLarge, fault } = this.#head;
    if (isTls) return bad('the server speaks TLS: use wss://', 'PEER_SPEAKS_TLS');
    if (startLine !== '' && !startLine.startsWith('HTTP/')) {
      return bad(`the server does not speak HTTP, it begins with ${quote(startLine)}`, 'NOT_HTTP');
    }
    if (outcome !== 'faulty') return this.#judgeStatus() ?? this.#judgeHeaders();
    if (isTooLarge) return bad(`the head of the server's answer is too large: ${fault}`, 'HEAD_TOO_LARGE');
    return bad(`the head of the server's answer is malformed: ${fault}`);
  }

  #judgeStatus(): Fault | null {
    const { startLine } = this.#head;
    const [version, status] = startLine.split(' '); // RFC 9112 §4: one space each
    if (version === 'HTTP/1.1' && status === '101') return null;
    const hint = status === '400' && this.#deflater !== null ? '; it may not take the offer of compression_mode 1' : '';
    return bad(
      `the server answered ${quote(startLine)}, not 101${hint}`,
      isStatus(status) && status !== '101' ? 'HTTP_STATUS' : 'BAD_ANSWER',
    );
  }

  #judgeHeaders(): Fault | null {
    const head = this.#head;
    const upgrade = head.joined('upgrade');
    if (upgrade?.toLowerCase() !== 'websocket') {
      return bad(`the server's Upgrade is ${shown(upgrade)}, not "websocket"`);
    }
    if (!head.lists('connection', 'upgrade')) {
      return bad(`the server's Connection is ${shown(head.joined('connection'))}, without "Upgrade"`);
    }
    const accept = head.joined('sec-websocket-accept');
    if (accept !== this.#accept) {
      return bad(`the server's Sec-WebSocket-Accept is ${shown(accept)}, not "${this.#accept}"`, 'BAD_ACCEPT');
    }
    if (head.bodyFault !== '') return bad(`the server's answer has a body: ${head.bodyFault}`);
    return this.#judgeExtensions(head.joined('sec-websocket-extensions') ?? '');
  }

  /** Item 5: only what was offered may be chosen. */
  #judgeExtensions(extensions: string): Fault | null {
    if (this.#deflater === null) {
      const isNone = splitList(extensions).every((extension) => extension === '');
      return isNone ? null : bad(`the server chose the extension ${quote(extensions)}, none was asked for`);
    }
    const agreement = judgeAnswer(extensions);
    if (typeof agreement === 'string') {
      const text = `the server answered compression_mode 1 with ${quote(extensions)}: ${agreement}`;
      return bad(text, 'COMPRESSION_MISMATCH');
    }
    if (agreement !== null) this.compression = { deflater: this.#deflater, windowBits: agreement.windowBits };
    return null;
  }

  /** Item 6. */
  #judgeProtocol(): Fault | null {
    const wanted = this.#protocols;
    const selected = this.#head.joined('sec-websocket-protocol');
    if (wanted.length === 0 && selected !== null) {
      const text = `the server chose the subprotocol ${quote(selected)}, none was asked for`;
      return bad(text, 'PROTOCOL_MISMATCH');
    }
    this.#selectedProtocol = selected ?? '';
    if (wanted.length > 0 && (selected === null || !wanted.includes(selected))) {
      const chosen = selected === null ? 'no subprotocol' : `the subprotocol ${quote(selected)}`;
      const text = `the server chose ${chosen}, asked for was one of ${wanted.map(quote).join(', ')}`;
      return bad(text, 'PROTOCOL_MISMATCH');
    }
    return null;
  }
}

function shown(value: string | null): string {
  return value === null ? 'missing' : quote(value);
}

/** Whether `text` is three digits (RFC 9112 §4). */
function isStatus(text = ''): boolean {
  return text.length === 3 && [...text].every((digit) => digit >= '0' && digit <= '9');
}
