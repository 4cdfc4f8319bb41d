// A case's frames as what the suite does one after the other: bytes to write, and things to wait for.
import { BINARY, bytesOf, type Case, CONTINUATION, type FrameStep, PING, type Role, type Step, TEXT } from './case.js';
import { encodeFrame } from './frames.js';
import type { Packer } from './packing.js';

export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Until so many messages came back. */
  | { readonly kind: 'echoed'; readonly count: number }
  /** Until the pong with this payload came. */
  | { readonly kind: 'seen'; readonly payload: Buffer }
  | { readonly kind: 'pause' };

/** Begins the payloads of the suite's own pings. */
export const SEEN = 'seen? ';

/** The pieces of `test`, whose frames `sender` sends; with `packer` where compression is agreed on. */
export function piecesOf({ send, pace = 'together' }: Case, sender: Role, packer: Packer | null = null): Piece[] {
  const pieces: Piece[] = [];
  let bytes: Buffer[] = [];
  const flush = (): void => {
    if (bytes.length > 0) pieces.push(...cut(Buffer.concat(bytes), pace));
    bytes = [];
  };
  let messages = 0;
  for (const step of send.flatMap((one) => framesOf(one, packer))) {
    if (typeof step === 'object') {
      for (const part of partsOf(step, sender)) {
        if (part === null) {
          flush();
          pieces.push({ kind: 'pause' });
        } else bytes.push(part);
      }
      if (isEndOfMessage(step)) messages += 1;
      if (pace === 'frames') flush();
    } else if (step === 'echoed') {
      flush();
      pieces.push({ kind: 'echoed', count: messages });
    } else {
      const payload = Buffer.from(SEEN + pieces.length);
      bytes.push(...whole({ opcode: PING, payload: { hex: payload.toString('hex') } }, sender));
      flush();
      pieces.push({ kind: 'seen', payload });
    }
  }
  flush();
  return pieces;
}

function isEndOfMessage({ opcode, fin = true }: FrameStep): boolean {
  return opcode < 8 && fin;
}

/** RSV1 (RFC 7692 §6). */
const COMPRESSED = 4;

/** A compressed message as its frames; without `packer` as a plain one. */
function framesOf(step: Step, packer: Packer | null): (FrameStep | 'echoed' | 'seen')[] {
  if (typeof step !== 'object' || !('compressed' in step)) return [step];
  const { text, payload } = step.compressed;
  const bytes = Buffer.from(bytesOf(payload));
  const packed = packer?.pack(bytes) ?? bytes;
  const opcode = text ? TEXT : BINARY;
  const size = step.fragment ?? Math.max(1, packed.length);
  const count = Math.max(1, Math.ceil(packed.length / size));
  return Array.from({ length: count }, (_, index) => ({
    opcode: index === 0 ? opcode : CONTINUATION,
    rsv: index === 0 && packer !== null ? COMPRESSED : 0,
    fin: index === count - 1,
    payload: { make: () => packed.subarray(index * size, (index + 1) * size) },
  }));
}

function whole(step: FrameStep, sender: Role): Buffer[] {
  const { head, payload } = encodeFrame(step, sender);
  return [head, payload];
}

/** A frame's bytes; null where a pause is. */
function partsOf(step: FrameStep, sender: Role): (Buffer | null)[] {
  const { head, payload } = encodeFrame(step, sender);
  const parts: (Buffer | null)[] = [head];
  let from = 0;
  for (const to of step.pauseAt ?? []) {
    parts.push(payload.subarray(from, to), null);
    from = to;
  }
  parts.push(payload.subarray(from));
  return parts;
}

/** `bytes` in pieces of `pace` bytes, where it is a number. */
export function cut(bytes: Buffer, pace: Case['pace']): Piece[] {
  if (typeof pace !== 'number') return [{ kind: 'bytes', bytes }];
  const pieces: Piece[] = [];
  for (let from = 0; from < bytes.length; from += pace) {
    pieces.push({ kind: 'bytes', bytes: bytes.subarray(from, from + pace) });
  }
  return pieces;
}
