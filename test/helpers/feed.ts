// Hand-built frames, and ways to feed them: whole, cut in two everywhere, byte by byte, with a tail.
import type { DecoderEvent, MessageDecoder } from '../../host/codec/codec.js';

export type Role = 'server' | 'client';
export const ROLES: readonly Role[] = ['server', 'client'];

/** Each frame gets another key, the first of which is all zeros. */
const KEYS = [
  [0, 0, 0, 0],
  [0x37, 0xfa, 0x21, 0x3d],
  [255, 1, 128, 7],
];

export interface Frame {
  readonly opcode: number;
  readonly payload?: Uint8Array | string;
  readonly fin?: boolean;
  readonly rsv?: number;
  /** Bits of the length field; the shortest unless given. */
  readonly form?: 7 | 16 | 64 | undefined;
  /** Announced length, when it is not the payload's. */
  readonly announced?: bigint;
  /** Masked the wrong way for its direction. */
  readonly wrongMask?: boolean;
}

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (payload: Uint8Array | string, more: Partial<Frame> = {}): Frame => ({
  opcode: 1,
  payload,
  ...more,
});
export const binary = (payload: Uint8Array | string, more: Partial<Frame> = {}): Frame => ({
  opcode: 2,
  payload,
  ...more,
});
export const more = (payload: Uint8Array | string, rest: Partial<Frame> = {}): Frame => ({
  opcode: 0,
  payload,
  ...rest,
});
export const ping = (payload: Uint8Array | string = '', rest: Partial<Frame> = {}): Frame => ({
  opcode: 9,
  payload,
  ...rest,
});
export const pong = (payload: Uint8Array | string = ''): Frame => ({ opcode: 10, payload });
export function close(code: number | null, reason: Uint8Array | string = ''): Frame {
  const tail = typeof reason === 'string' ? ascii(reason) : reason;
  return { opcode: 8, payload: code === null ? tail : Uint8Array.of(code >> 8, code & 255, ...tail) };
}

/** The bytes of `frames` as `role` receives them. */
export function wire(role: Role, frames: readonly Frame[]): Uint8Array {
  return joined(frames.map((frame, index) => encode(frame, role, KEYS[index % KEYS.length])));
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function encode(frame: Frame, role: Role, key: readonly number[]): Uint8Array {
  const payload = typeof frame.payload === 'string' ? ascii(frame.payload) : (frame.payload ?? new Uint8Array(0));
  const masked = (role === 'server') !== (frame.wrongMask ?? false);
  const length = frame.announced ?? BigInt(payload.length);
  const form = frame.form ?? (length < 126n ? 7 : length < 65536n ? 16 : 64);
  const first = ((frame.fin ?? true) ? 0x80 : 0) | ((frame.rsv ?? 0) << 4) | frame.opcode;
  const bit = masked ? 0x80 : 0;
  const head = [first, bit | (form === 7 ? Number(length) : form === 16 ? 126 : 127)];
  const octets = form === 7 ? 0 : form / 8;
  for (let shift = octets - 1; shift >= 0; shift -= 1) head.push(Number((length >> BigInt(8 * shift)) & 255n));
  if (!masked) return joined([Uint8Array.from(head), payload]);
  return joined([Uint8Array.from([...head, ...key]), payload.map((byte, index) => byte ^ key[index % 4])]);
}

/** An event in one line: what vectors expect. */
export function line({ kind, data, code }: DecoderEvent): string {
  if (kind === 'fault') return `fault ${code}`;
  if (kind === 'close') return `close ${code} ${show(data)}`.trimEnd();
  return `${kind} ${show(data)}`.trimEnd();
}

function show(data: Uint8Array): string {
  if (data.length > 64) return `${data.length} bytes, sum ${data.reduce((sum, byte) => (sum * 31 + byte) % 65521, 0)}`;
  return [...data]
    .map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `<${byte.toString(16)}>`))
    .join('');
}

/** The lines of everything that `chunks` brought, a fault once. */
export function feed(decoder: MessageDecoder, chunks: Iterable<Uint8Array>): string[] {
  const lines: string[] = [];
  for (const chunk of chunks) {
    for (const event of decoder.push(chunk)) {
      if (event.kind !== 'fault' || !lines.at(-1)?.startsWith('fault')) lines.push(line(event));
    }
  }
  return lines;
}

function chops(bytes: Uint8Array, size: number): readonly Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

/** Longest input for which every pair of cuts is made, too. */
const TINY = 24;

/**
 * Every cut in two; byte by byte; in threes; every pair of cuts of tiny input. For long input only some of the cuts,
 * and chops of 997 bytes.
 */
export function* splits(bytes: Uint8Array): Generator<readonly Uint8Array[]> {
  yield [bytes];
  yield [bytes, new Uint8Array(0)];
  const stride = Math.max(1, Math.floor(bytes.length / 300));
  for (let cut = 1; cut < bytes.length; cut += stride) yield [bytes.subarray(0, cut), bytes.subarray(cut)];
  for (let cut = 1; cut < bytes.length && bytes.length <= TINY; cut += 1) {
    for (let next = cut + 1; next < bytes.length; next += 1) {
      yield [bytes.subarray(0, cut), bytes.subarray(cut, next), bytes.subarray(next)];
    }
  }
  for (const size of bytes.length > 3000 ? [997] : [1, 3]) yield chops(bytes, size);
}
