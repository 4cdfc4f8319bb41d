// Frames (RFC 6455 §5.2) written and read without the package's codec, which is what they verify: plain and slow.
import { randomBytes } from 'node:crypto';
import { bytesOf, type FrameStep, type Role } from './case.js';

/** A frame that was received. */
export interface ReceivedFrame {
  readonly opcode: number;
  /** With RSV1, which is let pass only where compression is agreed on (RFC 7692 §6). */
  readonly isCompressed: boolean;
  readonly fin: boolean;
  readonly payload: Buffer;
}

const RSV1 = 0x40;
/** The most that is believed of an announced length. */
const MAX_PAYLOAD = 1 << 28;

/** The bytes of a frame before its payload, and the masked payload. */
export function encodeFrame(step: FrameStep, sender: Role): { head: Buffer; payload: Buffer } {
  const payload = Buffer.from(bytesOf(step.payload ?? ''));
  const isMasked = (sender === 'client') !== (step.wrongMask ?? false);
  const key = step.maskKey === undefined ? randomBytes(4) : Buffer.from(step.maskKey, 'hex');
  const first = ((step.fin ?? true) ? 0x80 : 0) | ((step.rsv ?? 0) << 4) | step.opcode;
  const head = Buffer.concat(
    [Buffer.of(first), encodeLength(step, payload.length, isMasked), isMasked ? key : ''].map((part) =>
      typeof part === 'string' ? Buffer.alloc(0) : part,
    ),
  );
  if (isMasked) unmask(payload, key);
  return { head, payload };
}

function encodeLength({ lengthBits, announced }: FrameStep, size: number, isMasked: boolean): Buffer {
  const maskBit = isMasked ? 0x80 : 0;
  if (announced !== undefined) return Buffer.concat([Buffer.of(maskBit | 127), Buffer.from(announced, 'hex')]);
  const bits = lengthBits ?? fewestBits(size);
  if (bits === 7) return Buffer.of(maskBit | size);
  if (bits === 16) return Buffer.of(maskBit | 126, size >> 8, size & 255);
  const long = Buffer.alloc(9);
  long[0] = maskBit | 127;
  long.writeBigUInt64BE(BigInt(size), 1);
  return long;
}

function fewestBits(size: number): 7 | 16 | 64 {
  if (size <= 125) return 7;
  return size <= 65535 ? 16 : 64;
}

function unmask(payload: Buffer, key: Uint8Array): void {
  for (let i = 0; i < payload.length; i += 1) payload[i] = (payload[i] as number) ^ (key[i & 3] as number);
}

/** Frames out of bytes in any pieces. A frame that its sender must not send is a violation, after which none follow. */
export class FrameReader {
  readonly #sender: Role;
  #pieces: Buffer[] = [];
  #size = 0;
  #wanted = 2;
  #isFragmented = false;
  /** Whether messages may be compressed. */
  mayCompress = false;
  violation = '';

  constructor(sender: Role) {
    this.#sender = sender;
  }

  push(bytes: Uint8Array): ReceivedFrame[] {
    this.#pieces.push(Buffer.from(bytes));
    this.#size += bytes.length;
    const frames: ReceivedFrame[] = [];
    while (this.violation === '' && this.#size >= this.#wanted) {
      const frame = this.#next();
      if (frame !== null) frames.push(frame);
    }
    return frames;
  }

  /** Reads what is there of the next frame; null when more of it must come first, or it is wrong. */
  #next(): ReceivedFrame | null {
    const all = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
    this.#pieces = [all];
    const second = all[1] as number;
    const length7 = second & 127;
    const lengthEnd = 2 + (length7 === 127 ? 8 : length7 === 126 ? 2 : 0);
    const isMasked = (second & 0x80) !== 0;
    const start = lengthEnd + (isMasked ? 4 : 0);
    if (all.length < start) return this.#wait(start);
    const length = readLength(all, length7);
    this.violation = this.#judge(all[0] as number, length, length7, isMasked);
    if (this.violation !== '') return null;
    if (all.length < start + length) return this.#wait(start + length);
    const payload = Buffer.from(all.subarray(start, start + length));
    if (isMasked) unmask(payload, all.subarray(lengthEnd, start));
    this.#pieces = [all.subarray(start + length)];
    this.#size = all.length - start - length;
    this.#wanted = 2;
    const first = all[0] as number;
    // Not before: a frame is judged again when more of it has come.
    if ((first & 15) < 8) this.#isFragmented = first < 0x80;
    return { opcode: first & 15, fin: first >= 0x80, isCompressed: (first & RSV1) !== 0, payload };
  }

  #wait(size: number): null {
    this.#wanted = size;
    return null;
  }

  #judge(first: number, length: number, length7: number, isMasked: boolean): string {
    const opcode = first & 15;
    const isFinal = (first & 0x80) !== 0;
    const beginsMessage = opcode === 1 || opcode === 2;
    const allowed = this.mayCompress && beginsMessage ? RSV1 : 0;
    if ((first & 0x70 & ~allowed) !== 0) return 'a frame with reserved bits (§5.2)';
    if (isMasked !== (this.#sender === 'client')) return `a frame that is ${isMasked ? '' : 'not '}masked (§5.1)`;
    if (length > MAX_PAYLOAD) return `a frame of ${length} bytes`;
    if (length7 === 126 && length < 126) return 'a length in more bytes than it needs (§5.2)';
    if (length7 === 127 && length < 65536) return 'a length in more bytes than it needs (§5.2)';
    if (opcode >= 8) return judgeControl(opcode, isFinal, length);
    if (opcode > 2) return `opcode ${opcode} (§5.2)`;
    if ((opcode === 0) !== this.#isFragmented) return `opcode ${opcode} out of order (§5.4)`;
    return '';
  }
}

function judgeControl(opcode: number, isFinal: boolean, length: number): string {
  if (opcode > 10) return `opcode ${opcode} (§5.2)`;
  if (!isFinal) return 'a control frame in fragments (§5.5)';
  return length > 125 ? `a control frame of ${length} bytes (§5.5)` : '';
}

function readLength(bytes: Buffer, length7: number): number {
  if (length7 === 126) return bytes.readUInt16BE(2);
  return length7 === 127 ? Number(bytes.readBigUInt64BE(2)) : length7;
}
