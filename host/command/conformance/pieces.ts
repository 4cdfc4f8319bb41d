// A case's frames as what the suite does one after the other: bytes to write, and things to wait for.
import { type Case, type FrameStep, PING, type Role, type Step } from './case.js';
import { encodeFrame } from './frames.js';

export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** Until so many messages came back. */
  | { readonly kind: 'echoed'; readonly count: number }
  /** Until the pong with this payload came. */
  | { readonly kind: 'seen'; readonly payload: Buffer }
  | { readonly kind: 'pause' };

/** Begins the payloads of the suite's own pings. */
export const SEEN = 'seen? ';

/** The pieces of `test`, whose frames `sender` sends. */
export function piecesOf({ send, pace = 'together' }: Case, sender: Role): Piece[] {
  const pieces: Piece[] = [];
  let bytes: Buffer[] = [];
  const flush = (): void => {
    if (bytes.length > 0) pieces.push(...cut(Buffer.concat(bytes), pace));
    bytes = [];
  };
  let messages = 0;
  for (const step of send) {
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

function isEndOfMessage(step: Step): boolean {
  return typeof step === 'object' && step.opcode < 8 && (step.fin ?? true);
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
