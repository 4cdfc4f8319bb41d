// Incremental parser for the head of an HTTP/1.1 message (RFC 7230 §3): a start line, header lines, an empty line.
// Stricter than the RFC where leniency allows request smuggling. Headers are not interpreted.
//
//   start line  CR LF
//   name ':' OWS value OWS  CR LF        at most MAX_HEADERS times
//   CR LF
import { quote } from './quote.js';

/** Most header lines in one head. */
export const MAX_HEADERS = 100;

export type HeadOutcome = 'reading' | 'complete' | 'faulty';

const CR = 0x0d;
const LF = 0x0a;
const TAB = 0x09;
const SPACE = 0x20;
const COLON = 0x3a;
const DELETE = 0x7f;
const REPLACEMENT = 0xfffd;
/** Content types that begin a TLS record, RFC 8446 §5.1. */
const TLS_ALERT = 0x15;
const TLS_HANDSHAKE = 0x16;

/** Part of the head that the next byte belongs to. */
const Expect = { START_LINE: 0, LINE_BEGIN: 1, NAME: 2, VALUE: 3, LINE_END: 4, HEAD_END: 5 } as const;
type Expect = (typeof Expect)[keyof typeof Expect];

// RFC 7230 §3.2.6, tchar.
const TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const IS_TOKEN = new Uint8Array(256);
for (let at = 0; at < TOKEN.length; at += 1) IS_TOKEN[TOKEN.charCodeAt(at)] = 1;

/** Whether `code` is allowed in a header's value: no control character but tab. */
export function isValueCode(code: number): boolean {
  return (code >= SPACE && code !== DELETE) || code === TAB;
}

/**
 * Reads one head from chunks of any size, looking at each byte once.
 *
 * It stops after the empty line, at the first invalid byte, or at `maxSize` bytes. The text is ASCII; any other byte
 * becomes U+FFFD.
 */
export class HeadReader {
  readonly #maxSize: number;
  readonly #headers = new Map<string, string[]>();
  #expect: Expect = Expect.START_LINE;
  #outcome: HeadOutcome = 'reading';
  #fault = '';
  #isTooLarge = false;
  #isTls = false;
  #startLine = '';
  #size = 0;
  #headerCount = 0;
  /** The line being read, as UTF-16: the name in lower case, then the value without leading blanks. */
  #line = new Uint16Array(256);
  #length = 0;
  #nameLength = 0;
  /** Length of the line without trailing blanks. */
  #trimmed = 0;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get outcome(): HeadOutcome {
    return this.#outcome;
  }

  /** What is wrong, '' unless `outcome` is 'faulty'. */
  get fault(): string {
    return this.#fault;
  }

  /** Whether the fault is too many bytes or headers. */
  get isTooLarge(): boolean {
    return this.#isTooLarge;
  }

  /** Whether TLS came instead of HTTP: the fault is the first byte, of an alert or a ClientHello. */
  get isTls(): boolean {
    return this.#isTls;
  }

  get startLine(): string {
    return this.#startLine;
  }

  /** Values of all headers called `name` (lower case), trimmed, in order of arrival. */
  values(name: string): readonly string[] {
    return this.#headers.get(name) ?? [];
  }

  /** The same values joined by commas (RFC 7230 §3.2.2); null when there is no such header. */
  joined(name: string): string | null {
    return this.#headers.get(name)?.join(',') ?? null;
  }

  /** All headers by lower-case names; those of one name are joined by commas. */
  get joinedHeaders(): ReadonlyMap<string, string> {
    return new Map(Array.from(this.#headers, ([name, values]) => [name, values.join(', ')]));
  }

  /** All headers by name (lower case), in order of arrival. */
  get all(): ReadonlyMap<string, readonly string[]> {
    return this.#headers;
  }

  /** Whether the comma-separated header `name` contains `token` (lower case), ignoring case. */
  lists(name: string, token: string): boolean {
    return splitList(this.joined(name) ?? '').some((entry) => entry.toLowerCase() === token);
  }

  /** Fault of a body, which a WebSocket handshake must not have; '' without a body. */
  get bodyFault(): string {
    if (this.#headers.has('transfer-encoding')) return 'Transfer-Encoding is not allowed in a handshake';
    const length = this.joined('content-length');
    return length === null || length === '0' ? '' : `Content-Length ${quote(length)} is not 0 in a handshake`;
  }

  /** Parses `bytes`; returns how many belong to the head, including an invalid byte; 0 once it has ended. */
  push(bytes: Uint8Array): number {
    let used = 0;
    while (this.#outcome === 'reading' && used < bytes.length) {
      const fault = this.#step(bytes[used] as number);
      used += 1;
      this.#size += 1;
      if (fault !== '') this.#fail(fault);
      else if (this.#outcome === 'reading' && this.#size >= this.#maxSize) {
        this.#isTooLarge = true;
        this.#fail(`larger than ${this.#maxSize} bytes (max_handshake_size)`);
      }
    }
    return used;
  }

  #fail(fault: string): void {
    this.#fault = fault;
    this.#outcome = 'faulty';
    this.#line = new Uint16Array(0);
  }

  /** Parses one byte; returns what is wrong with it, or ''. */
  #step(byte: number): string {
    switch (this.#expect) {
      case Expect.START_LINE:
        return this.#inStartLine(byte);
      case Expect.LINE_BEGIN:
        return this.#atLineBegin(byte);
      case Expect.NAME:
        return this.#inName(byte);
      case Expect.VALUE:
        return this.#inValue(byte);
      case Expect.LINE_END:
        return byte === LF ? this.#endLine() : 'CR without LF';
      case Expect.HEAD_END:
        if (byte !== LF) return 'CR without LF';
        this.#outcome = 'complete';
        this.#line = new Uint16Array(0);
        return '';
    }
  }

  #inStartLine(byte: number): string {
    if (byte === CR) {
      this.#expect = Expect.LINE_END;
      return this.#length === 0 ? 'the first line is empty' : '';
    }
    if (byte === TAB || !isValueCode(byte)) {
      this.#isTls = this.#size === 0 && (byte === TLS_ALERT || byte === TLS_HANDSHAKE);
      return misplaced(byte, 'the first line');
    }
    this.#append(byte);
    return '';
  }

  #atLineBegin(byte: number): string {
    if (byte === CR) {
      this.#expect = Expect.HEAD_END;
      return '';
    }
    // RFC 7230 §3.2.4: obs-fold.
    if (byte === SPACE || byte === TAB) return 'a header is folded over two lines';
    if (this.#headerCount === MAX_HEADERS) {
      this.#isTooLarge = true;
      return `more than ${MAX_HEADERS} headers`;
    }
    this.#headerCount += 1;
    this.#expect = Expect.NAME;
    return this.#inName(byte);
  }

  #inName(byte: number): string {
    if (byte === COLON) {
      if (this.#length === 0) return 'a header has no name';
      this.#nameLength = this.#length;
      this.#trimmed = this.#length;
      this.#expect = Expect.VALUE;
      return '';
    }
    if (byte === CR) return 'a header has no colon';
    if (IS_TOKEN[byte] === 0) return misplaced(byte, 'the name of a header');
    this.#append(byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte);
    return '';
  }

  #inValue(byte: number): string {
    if (byte === CR) {
      this.#expect = Expect.LINE_END; // RFC 9110 §5.5: a value may be empty
      return '';
    }
    if (!isValueCode(byte)) return misplaced(byte, 'the value of a header');
    const isBlank = byte === SPACE || byte === TAB;
    if (isBlank && this.#length === this.#nameLength) return '';
    this.#append(byte);
    if (!isBlank) this.#trimmed = this.#length;
    return '';
  }

  #endLine(): string {
    if (this.#startLine === '') {
      this.#startLine = text(this.#line.subarray(0, this.#length));
    } else {
      const name = text(this.#line.subarray(0, this.#nameLength));
      const value = text(this.#line.subarray(this.#nameLength, this.#trimmed));
      const values = this.#headers.get(name);
      if (values === undefined) this.#headers.set(name, [value]);
      else values.push(value);
    }
    this.#length = 0;
    this.#expect = Expect.LINE_BEGIN;
    return '';
  }

  #append(byte: number): void {
    if (this.#length === this.#line.length) {
      const longer = new Uint16Array(this.#length * 2);
      longer.set(this.#line);
      this.#line = longer;
    }
    this.#line[this.#length] = byte < 0x80 ? byte : REPLACEMENT;
    this.#length += 1;
  }
}

/** Trimmed entries of a comma-separated list, including empty ones. */
export function splitList(list: string): string[] {
  return list.split(',').map((entry) => entry.trim());
}

function misplaced(byte: number, where: string): string {
  if (byte === LF) return 'LF without CR';
  return `byte 0x${byte < 16 ? '0' : ''}${byte.toString(16)} in ${where}`;
}

/** Converts UTF-16 units to a string, in pieces because a call's number of arguments is limited. */
function text(units: Uint16Array): string {
  let out = '';
  for (let at = 0; at < units.length; at += 4096) out += String.fromCharCode(...units.subarray(at, at + 4096));
  return out;
}
