// Bytes of the messages between two processes of a cluster: heads, records, and the check of every length.
import { ownedCopy } from '../bytes.js';

// A message, numbers least significant byte first:
//
//   0     1        2      4       8        12        16             20       24       28
//   +-----+--------+------+-------+--------+---------+--------------+--------+--------+----------
//   |type |version |flags |sender |session |sequence |acknowledged  |other   |granted | body
//   +-----+--------+------+-------+--------+---------+--------------+--------+--------+----------
//
//   sender        process id of the sender
//   session       the sender's number of this session with the receiver; it is never used again
//   sequence      BATCH: number of the batch; STATE: number of the batch that the sender has yet to send
//   acknowledged  the last batch that the sender has taken from the receiver, all before it included
//   other         the receiver's number of this session, as far as the sender knows it; 0 otherwise
//   granted       bytes that the sender lets the receiver have under way to it
//
// The body of a BATCH is records, that of a RESET is the cause in UTF-8, a STATE has none. A record:
//
//   0            1      5        9
//   +------------+------+--------+---------
//   |flags |kind |link  |length  |payload
//   +------------+------+--------+---------

export const BATCH = 1;
export const STATE = 2;
export const RESET = 3;

/** Kinds of records. */
export const OPEN = 1;
export const ACCEPT = 2;
export const DATA = 3;
export const CAST = 4;
export const CREDIT = 5;
export const CLOSE = 6;

/** Flag of a record: the packet is text. */
export const TEXT = 1;
/** Flag of a record: the next record of this pair goes on with its payload. */
export const MORE = 2;

/** Flag of a STATE: batches after `acknowledged` are missing; send them again. */
export const AGAIN = 1;

export const HEAD_BYTES = 28;
export const RECORD_BYTES = 9;
/** Most bytes of a batch; a broker that carries less limits it further. */
export const MAX_BATCH = 512 * 1024;

const VERSION = 1;
/** Most bytes of a cause: what fits into the reason of a close frame, and some words before it. */
const MAX_CAUSE = 100;

export interface Head {
  readonly type: number;
  readonly flags: number;
  readonly sender: number;
  readonly session: number;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly other: number;
  readonly granted: number;
}

export function readU32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}

export function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** The difference of two sequence numbers, which begin again at 0 after 2 ** 32 - 1. */
export function distance(from: number, to: number): number {
  return (to - from) | 0;
}

/** The head of a message; what is wrong with it, in words, when it has none. */
export function readHead(bytes: Uint8Array): Head | string {
  if (bytes.length < HEAD_BYTES) return `it has ${bytes.length} bytes, the head alone has ${HEAD_BYTES}`;
  if (bytes[1] !== VERSION) return `its version is ${bytes[1]}, this package knows ${VERSION}`;
  const type = bytes[0] as number;
  if (type < BATCH || type > RESET) return `its type is ${type}, the known ones are ${BATCH} to ${RESET}`;
  if (type === STATE && bytes.length !== HEAD_BYTES) return `it is a state message of ${bytes.length} bytes`;
  const head = {
    type,
    flags: (bytes[2] as number) | ((bytes[3] as number) << 8),
    sender: readU32(bytes, 4),
    session: readU32(bytes, 8),
    sequence: readU32(bytes, 12),
    acknowledged: readU32(bytes, 16),
    other: readU32(bytes, 20),
    granted: readU32(bytes, 24),
  };
  if (head.sender === 0) return 'its sender is 0';
  if (head.session === 0 && (type !== RESET || head.other === 0)) return 'its session is 0';
  return head;
}

export function writeHead(bytes: Uint8Array, head: Head): void {
  bytes[0] = head.type;
  bytes[1] = VERSION;
  bytes[2] = head.flags;
  bytes[3] = head.flags >>> 8;
  writeU32(bytes, 4, head.sender);
  writeU32(bytes, 8, head.session);
  writeU32(bytes, 12, head.sequence);
  writeU32(bytes, 16, head.acknowledged);
  writeU32(bytes, 20, head.other);
  writeU32(bytes, 24, head.granted);
}

/** A message without records: STATE, or RESET with its cause. */
export function messageOf(head: Head, cause = ''): Uint8Array {
  const text = new TextEncoder().encode(cause).subarray(0, MAX_CAUSE);
  const bytes = new Uint8Array(HEAD_BYTES + text.length);
  writeHead(bytes, head);
  bytes.set(text, HEAD_BYTES);
  return bytes;
}

/** The cause in a RESET, printable and short whoever has sent it. */
export function causeOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(ownedCopy(bytes.subarray(HEAD_BYTES, HEAD_BYTES + MAX_CAUSE)));
  return text.replace(/[\p{C}\uFFFD]/gu, '').trim();
}

/** What is wrong with the records of a batch, in words; '' when each lies within it. */
export function recordsFault(bytes: Uint8Array): string {
  let at = HEAD_BYTES;
  if (at === bytes.length) return 'it has no records';
  while (at < bytes.length) {
    const left = bytes.length - at - RECORD_BYTES;
    if (left < 0) return `the head of the record at byte ${at} is cut off`;
    const length = readU32(bytes, at + 5);
    if (length > left) return `the record at byte ${at} has ${length} bytes, ${left} are left`;
    at += RECORD_BYTES + length;
  }
  return '';
}
