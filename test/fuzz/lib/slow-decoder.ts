// A strict decoder of frames (RFC 6455 §5), slow and obviously right: it looks at the whole stream at once.
import { slowMask, slowUtf8 } from '../../helpers/slow-twins.js';

export interface Limits {
  readonly role: 'server' | 'client';
  readonly maxMessageSize: number;
  readonly maxFragments: number;
  /** Whether messages may be deflated (RFC 7692 §6). */
  readonly allowsDeflated?: boolean;
}

/** Something that the stream holds, as decoders report it. */
export interface SlowEvent {
  readonly kind: 'text' | 'binary' | 'ping' | 'pong' | 'close' | 'fault';
  readonly data: Uint8Array;
  readonly code: number;
  readonly isDeflated?: boolean;
}

interface SlowFrame {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** The 7 bits of the short length. */
  readonly short: number;
  readonly length: bigint;
  /** What has arrived of it, unmasked. */
  readonly payload: Uint8Array;
  readonly isWhole: boolean;
  readonly end: number;
}

const KINDS = ['', 'text', 'binary', '', '', '', '', '', 'close', 'ping', 'pong'] as const;
const NOTHING = new Uint8Array(0);

/** The frame at `at`; null while its header is not whole. */
function frameAt(stream: Uint8Array, at: number): SlowFrame | null {
  if (stream.length < at + 2) return null;
  const [first, second] = stream.subarray(at, at + 2);
  const short = second & 127;
  const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8;
  const masked = second > 127;
  const begin = at + 2 + lengthBytes + (masked ? 4 : 0);
  if (stream.length < begin) return null;
  let length = lengthBytes === 0 ? BigInt(short) : 0n;
  for (const byte of stream.subarray(at + 2, at + 2 + lengthBytes)) length = length * 256n + BigInt(byte);
  const left = stream.length - begin;
  const isWhole = length <= BigInt(left);
  const end = isWhole ? begin + Number(length) : stream.length;
  const raw = stream.subarray(begin, end);
  const payload = masked ? slowMask(raw, stream.subarray(begin - 4, begin)) : raw;
  return { fin: first > 127, rsv: (first >> 4) & 7, opcode: first & 15, masked, short, length, payload, isWhole, end };
}

/** The code to close with because of the header, 0 when it is right. `pending`: opcode and size of the message under way. */
function headerFault(frame: SlowFrame, limits: Limits, pending: { opcode: number; size: number; isDeflated: boolean }) {
  const { role, maxMessageSize, allowsDeflated = false } = limits;
  const { fin, length, masked, opcode, rsv, short } = frame;
  const isControl = opcode >= 8;
  const known = [0, 1, 2, 8, 9, 10].includes(opcode);
  const isRight =
    (rsv === 0 || (allowsDeflated && rsv === 4 && (opcode === 1 || opcode === 2))) && // §5.2, RFC 7692 §6
    known &&
    (!isControl || (fin && short <= 125)) && // §5.5
    (isControl || (opcode === 0) === (pending.opcode !== 0)) && // §5.4
    masked === (role === 'server') && // §5.1
    length < 1n << 63n &&
    (short !== 126 || length > 125n) &&
    (short !== 127 || length > 65535n);
  if (!isRight) return 1002;
  const size = length + (isControl ? 0n : BigInt(pending.size));
  const extra = rsv === 4 || pending.isDeflated ? Math.floor(maxMessageSize / 4096) + 64 : 0;
  return size > BigInt(maxMessageSize + extra) ? 1009 : 0;
}

/** §7.4.1 and §7.4.2: codes that an endpoint may send. */
function isCloseCode(code: number): boolean {
  const isReserved = [1004, 1005, 1006].includes(code);
  return (code >= 1000 && code <= 1014 && !isReserved) || (code >= 3000 && code <= 4999);
}

function closeEvent(body: Uint8Array): SlowEvent {
  const fault = (code: number): SlowEvent => ({ kind: 'fault', data: NOTHING, code });
  if (body.length === 0) return { kind: 'close', data: NOTHING, code: 1005 };
  const code = (body[0] << 8) | body[1];
  if (body.length === 1 || !isCloseCode(code)) return fault(1002);
  const reason = body.subarray(2);
  return slowUtf8(reason) === 'valid' ? { kind: 'close', data: reason, code } : fault(1007);
}

/** Everything in `stream`; text that can't become valid any more is a fault at once (§8.1). */
export function slowDecode(stream: Uint8Array, limits: Limits): SlowEvent[] {
  const events: SlowEvent[] = [];
  const fault = (code: number): SlowEvent[] => [...events, { kind: 'fault', data: NOTHING, code }];
  let opcode = 0;
  let isDeflated = false;
  let frames = 0;
  let message: number[] = [];
  for (let at = 0; ; ) {
    const frame = frameAt(stream, at);
    if (frame === null) return events;
    const code = headerFault(frame, limits, { opcode, size: message.length, isDeflated });
    if (code !== 0) return fault(code);
    at = frame.end;
    const isControl = frame.opcode >= 8;
    if (!isControl) {
      opcode = frame.opcode || opcode;
      isDeflated ||= frame.rsv === 4;
      frames += 1;
      if (frames > limits.maxFragments) return fault(1008);
      message.push(...frame.payload);
      const isLast = frame.fin && frame.isWhole;
      const verdict = opcode === 1 && !isDeflated ? slowUtf8(Uint8Array.from(message)) : 'valid';
      if (verdict === 'invalid' || (verdict === 'cut' && isLast)) return fault(1007);
    }
    if (!frame.isWhole) return events;
    if (frame.opcode === 8) return [...events, closeEvent(frame.payload)];
    if (isControl) events.push({ kind: KINDS[frame.opcode] as 'ping', data: frame.payload, code: 0 });
    else if (frame.fin) {
      events.push({ kind: KINDS[opcode] as 'text', data: Uint8Array.from(message), code: 0, isDeflated });
      opcode = 0;
      isDeflated = false;
      frames = 0;
      message = [];
    }
  }
}
