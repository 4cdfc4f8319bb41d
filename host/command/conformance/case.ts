// What a case of the conformance suite is made of: the frames to send, the changes of a handshake, and what must come
// back.

import type { Wants } from './deflate-terms.js';

/** Bytes: a text, hexadecimal digits, a character repeated to a size in bytes, or made when they are needed. */
export type Payload =
  | string
  | { readonly hex: string }
  | { readonly fill: string; readonly size: number }
  | { readonly make: () => Uint8Array; readonly size?: number };

/** One frame (RFC 6455 §5.2), right unless told otherwise. */
export interface FrameStep {
  readonly opcode: number;
  readonly payload?: Payload;
  /** True unless told otherwise. */
  readonly fin?: boolean;
  /** The three reserved bits as a number. */
  readonly rsv?: number;
  /** Masked where it must not be, or not masked where it must be (§5.1). */
  readonly wrongMask?: true;
  /** A masking key of this value. */
  readonly maskKey?: string;
  /** Bits of the length; the fewest unless told otherwise. */
  readonly lengthBits?: 7 | 16 | 64;
  /** The 64-bit length as hexadecimal digits, instead of the payload's. */
  readonly announced?: string;
  /** Offsets in the payload; at each the suite pauses before it sends on. */
  readonly pauseAt?: readonly number[];
}

/** A message, compressed as has been agreed, in fragments of so many bytes where that is told. */
export interface CompressedStep {
  readonly compressed: Message;
  readonly fragment?: number;
}

/** 'echoed': wait until every message sent so far came back. 'seen': wait for the answer to a ping of the suite's own. */
export type Step = FrameStep | CompressedStep | 'echoed' | 'seen';

/** How bytes are written: frames together, frame by frame, or in pieces of so many bytes. */
export type Pace = 'together' | 'frames' | number;

export interface Message {
  readonly text: boolean;
  readonly payload: Payload;
}

/** How the connection must end; absent: it stays open until the suite closes it. */
export type Ending =
  /** The other side fails the connection (§7.1.7), with one of these codes or without a close frame. */
  | {
      readonly by: 'failing';
      readonly codes: readonly number[];
      /** What the verdict is when the connection stays open. */
      readonly otherwise?: 'informational';
    }
  /** The case has sent a close frame, which is answered. */
  | { readonly by: 'answering' };

/** Changes of a right request (§4.1). */
export interface RequestChange {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  /** Values by name; null leaves the line out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  /** Whole lines to add. */
  readonly lines?: readonly string[];
  /** Bytes of filling lines to add. */
  readonly filling?: number;
}

/** Changes of a right answer (§4.2.2). */
export interface ResponseChange {
  readonly status?: string;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly lines?: readonly string[];
  readonly filling?: number;
  /** Frames leave in the same write as the answer. */
  readonly withFrames?: true;
}

/** What must become of a changed handshake. */
export type Opening =
  | { readonly must: 'open' | 'either' }
  | {
      readonly must: 'refuse';
      /** A status that says it best; others are non-strict. Empty: any. */
      readonly statuses?: readonly number[];
      /** A header line that the refusal must carry. */
      readonly header?: string;
      /** What the verdict is when the handshake is accepted. */
      readonly otherwise?: 'failed' | 'non-strict' | 'informational';
    };

/** Agreement on compression (RFC 7692 §5) before the case's frames. */
export interface CompressionTerms {
  /** What a server is offered: values of Sec-WebSocket-Extensions, each in a line of its own. */
  readonly offers: readonly string[];
  /** What becomes of the offers: 'either' leaves a refusal of the handshake open, too. */
  readonly must: 'agree' | 'decline' | 'either';
  /** What a client is asked for beyond its offer. */
  readonly wants?: Wants;
  /** What a client is answered, made of the right answer to its offer. A wrong one must end the connection. */
  readonly answer?: (right: string) => string;
}

export type Role = 'client' | 'server';

export interface Case {
  readonly id: string;
  readonly title: string;
  /** Section of RFC 6455, or of the one that is named. */
  readonly section: string;
  readonly send: readonly Step[];
  readonly pace?: Pace;
  readonly messages?: readonly Message[];
  readonly pongs?: readonly Payload[];
  readonly ending?: Ending;
  /** The fault must be found before the last piece is sent; later is non-strict. */
  readonly failsFast?: true;
  /** RFC 6455 leaves open what happens. */
  readonly informational?: true;
  /** No key of a client's requests so far may have come twice. */
  readonly freshKeys?: true;
  /** The suite closes once this text came back, whatever comes before it. */
  readonly untilText?: string;
  readonly heavy?: true;
  /** Only what plays this role can be tested. */
  readonly only?: Role;
  readonly request?: RequestChange;
  readonly response?: ResponseChange;
  readonly opening?: Opening;
  readonly compression?: CompressionTerms;
}

export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

export const PROTOCOL_ERROR: Ending = { by: 'failing', codes: [1002] };
export const INVALID_DATA: Ending = { by: 'failing', codes: [1007] };
export const ANSWERED: Ending = { by: 'answering' };

export function bytesOf(payload: Payload): Uint8Array {
  if (typeof payload === 'string') return Buffer.from(payload);
  if ('hex' in payload) return Buffer.from(payload.hex, 'hex');
  if ('make' in payload) return payload.make();
  return Buffer.alloc(payload.size, payload.fill, 'latin1');
}

/** The body of a close frame. */
export function closing(code: number, reason: Payload = ''): Payload {
  const text = Buffer.from(bytesOf(reason)).toString('hex');
  return { hex: code.toString(16).padStart(4, '0') + text };
}

export const text = (payload: Payload): Message => ({ text: true, payload });
export const binary = (payload: Payload): Message => ({ text: false, payload });

/** A message in fragments of these payloads. */
export function fragments(opcode: number, payloads: readonly Payload[], isWhole = true): FrameStep[] {
  return payloads.map((payload, index) => ({
    opcode: index === 0 ? opcode : CONTINUATION,
    payload,
    fin: isWhole && index === payloads.length - 1,
  }));
}

/** Hexadecimal digits in payloads of one byte each. */
export function singleBytes(hex: string): Payload[] {
  return (hex.match(/../g) ?? []).map((digits) => ({ hex: digits }));
}
