// What the other side of a connection has sent: messages, pings, pongs, its close frame, its end, and its first breach
// of RFC 6455.
import { CLOSE, PING, PONG, type Role, TEXT } from './case.js';
import type { Half } from './deflate-terms.js';
import { FrameReader, type ReceivedFrame } from './frames.js';
import { Unpacker } from './packing.js';

export interface ReceivedMessage {
  readonly text: boolean;
  readonly bytes: Buffer;
}

export interface ReceivedClose {
  /** 0: without a body. */
  readonly code: number;
  readonly reason: string;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Observed {
  readonly #reader: FrameReader;
  readonly messages: ReceivedMessage[] = [];
  readonly pongs: Buffer[] = [];
  /** Pings that wait for an answer. */
  readonly pings: Buffer[] = [];
  close: ReceivedClose | null = null;
  hasEnded = false;
  #violation = '';
  #isText = false;
  #fragments: Buffer[] = [];
  #isCompressed = false;
  #unpacker: Unpacker | null = null;

  constructor(sender: Role) {
    this.#reader = new FrameReader(sender);
  }

  /** Nothing more will come. */
  get isOver(): boolean {
    return this.close !== null || this.hasEnded || this.violation !== '';
  }

  get violation(): string {
    return this.#violation || this.#reader.violation;
  }

  /** From now on messages may be compressed, as `half` says. */
  agree(half: Half): void {
    this.#unpacker = new Unpacker(half);
    this.#reader.mayCompress = true;
  }

  receive(bytes: Uint8Array): void {
    for (const frame of this.#reader.push(bytes)) this.#take(frame);
  }

  #take(frame: ReceivedFrame): void {
    if (this.close !== null) this.#blame('a frame behind its close frame (§5.5.1)');
    else if (frame.opcode === PING) this.pings.push(frame.payload);
    else if (frame.opcode === PONG) this.pongs.push(frame.payload);
    else if (frame.opcode === CLOSE) this.#takeClose(frame.payload);
    else this.#takeData(frame);
  }

  #takeData({ opcode, fin, isCompressed, payload }: ReceivedFrame): void {
    if (opcode !== 0) {
      this.#isText = opcode === TEXT;
      this.#isCompressed = isCompressed;
    }
    this.#fragments.push(payload);
    if (!fin) return;
    const whole = Buffer.concat(this.#fragments);
    this.#fragments = [];
    const bytes = this.#isCompressed ? this.#unpack(whole) : whole;
    if (bytes === null) return;
    if (this.#isText && decode(bytes) === null) this.#blame('a text that is not UTF-8 (§5.6)');
    this.messages.push({ text: this.#isText, bytes });
  }

  #unpack(payload: Buffer): Buffer | null {
    try {
      return (this.#unpacker as Unpacker).unpack(payload);
    } catch (error) {
      this.#blame(`a compressed message ${error instanceof Error ? error.message : error}`);
      return null;
    }
  }

  #takeClose(body: Buffer): void {
    const code = body.length >= 2 ? body.readUInt16BE(0) : 0;
    const reason = decode(body.subarray(2));
    this.close = { code, reason: reason ?? '' };
    if (body.length === 1) this.#blame('a close frame with half a code (§5.5.1)');
    else if (body.length > 0 && !mayBeSent(code)) this.#blame(`close code ${code}, which must not be sent (§7.4)`);
    else if (reason === null) this.#blame('a reason that is not UTF-8 (§5.5.1)');
  }

  #blame(what: string): void {
    this.#violation ||= what;
  }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function mayBeSent(code: number): boolean {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}
