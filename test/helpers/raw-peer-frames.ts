// Frames by hand (RFC 6455 §5.2), for sending invalid ones and reading received ones. Slow and simple on purpose: it
// verifies the package's codec.

export const OP = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

const MASK = Uint8Array.of(0x12, 0x34, 0x56, 0x78);
const encoder = new TextEncoder();

export function bytesOf(data: string | Uint8Array | readonly number[]): Uint8Array {
  if (typeof data === 'string') return encoder.encode(data);
  return data instanceof Uint8Array ? data : Uint8Array.from(data);
}

export function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

export interface FrameOptions {
  readonly fin?: boolean;
  readonly rsv?: number;
  readonly masked?: boolean;
  /** Bits of the length; the shortest form unless told otherwise. */
  readonly lengthBits?: 7 | 16 | 64;
  /** Announces this length instead of the payload's. */
  readonly announced?: bigint;
}

/** One frame, right or wrong. */
export function frame(opcode: number, data: string | Uint8Array | readonly number[] = '', options: FrameOptions = {}) {
  const payload = bytesOf(data);
  const length = options.announced ?? BigInt(payload.length);
  const bits = options.lengthBits ?? (length < 126n ? 7 : length < 65536n ? 16 : 64);
  const mask = options.masked ? MASK : null;
  const head = [((options.fin ?? true) ? 0x80 : 0) | ((options.rsv ?? 0) << 4) | opcode];
  const maskBit = mask === null ? 0 : 0x80;
  head.push(maskBit | (bits === 7 ? Number(length) : bits === 16 ? 126 : 127));
  if (bits > 7) for (let shift = bits - 8; shift >= 0; shift -= 8) head.push(Number((length >> BigInt(shift)) & 255n));
  if (mask !== null) head.push(...mask);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  payload.forEach((byte, i) => {
    bytes[head.length + i] = mask === null ? byte : byte ^ mask[i & 3];
  });
  return bytes;
}

export function closeBody(code: number, reason: string | Uint8Array = ''): Uint8Array {
  const text = bytesOf(reason);
  const body = new Uint8Array(2 + text.length);
  body[0] = code >> 8;
  body[1] = code & 255;
  body.set(text, 2);
  return body;
}

/** A frame that was read. */
export interface WireFrame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly masked: boolean;
  /** Everything before the mask. */
  readonly header: Uint8Array;
  readonly mask: Uint8Array | null;
  /** Unmasked. */
  readonly payload: Uint8Array;
}

/** Whole frames at the start of `bytes`, and what is left. */
export function parseFrames(wire: Uint8Array): { frames: WireFrame[]; rest: Uint8Array } {
  // A Buffer's slice() would be a view, and unmasking would write into it.
  const bytes = new Uint8Array(wire.buffer, wire.byteOffset, wire.length);
  const frames: WireFrame[] = [];
  let at = 0;
  for (;;) {
    const next = parseFrame(bytes.subarray(at));
    if (next === null) return { frames, rest: bytes.subarray(at) };
    frames.push(next.frame);
    at += next.size;
  }
}

function parseFrame(bytes: Uint8Array): { frame: WireFrame; size: number } | null {
  if (bytes.length < 2) return null;
  const masked = (bytes[1] & 0x80) !== 0;
  const length7 = bytes[1] & 127;
  const headerSize = 2 + (length7 === 127 ? 8 : length7 === 126 ? 2 : 0);
  const start = headerSize + (masked ? 4 : 0);
  if (bytes.length < start) return null;
  let length = length7;
  if (length7 > 125) {
    length = 0;
    for (let i = 2; i < headerSize; i += 1) length = length * 256 + bytes[i];
  }
  if (bytes.length < start + length) return null;
  const mask = masked ? bytes.slice(headerSize, start) : null;
  const masking = mask ?? [0, 0, 0, 0];
  const payload = bytes.slice(start, start + length).map((byte, i) => byte ^ masking[i & 3]);
  const header = bytes.slice(0, headerSize);
  const frame = { opcode: bytes[0] & 15, fin: (bytes[0] & 0x80) !== 0, masked, header, mask, payload };
  return { frame, size: start + length };
}

/** The frames without masks, in hex: equal for both roles. */
export function unmaskedHex(bytes: Uint8Array): string {
  const { frames, rest } = parseFrames(bytes);
  const plain = frames.map(({ header, payload }) => {
    const head = header.slice();
    head[1] &= 0x7f;
    return toHex(head) + toHex(payload);
  });
  return plain.join('') + toHex(rest);
}
