// Layout of the packets that belong to nodes: calls and paths. Numbers are little-endian, texts end with a zero.
//
//   00 | flags   node id, method id, [count, arguments] or [bytes], [path 00]       a remote call
//   01           checksum 00 (33), id (4), path 00                                  "my number id means this path"
//   02           ok, id (4)                                                         "I know that path"
//
// Flags of a call, in its first byte:
//
//   | 7             | 6                    | 5  4                       | 3 | 2  1  0 |
//   | no arguments  | method id has 2 bytes | node id: 1, 2 or 4 bytes  | 0 | command |
//
// A node id of four bytes whose highest bit is set is the offset of the path in the packet. With bit 7 what follows the
// method id are the bytes of the only argument, a PackedByteArray, or nothing.
import type { ByteWriter } from '../variant/byte-writer.js';

export const COMMAND_CALL = 0;
export const COMMAND_SIMPLIFY_PATH = 1;
export const COMMAND_CONFIRM_PATH = 2;
export const COMMAND_SPAWN = 4;
export const COMMAND_DESPAWN = 5;
export const COMMAND_SYNC = 6;
export const COMMAND_MASK = 7;
/** Bit of a synchronization's first byte: only what has changed follows. */
export const DELTA = 0x10;

const WIDTH_SHIFT = 4;
const TWO_BYTES_OF_METHOD = 0x40;
const NO_ARGUMENTS = 0x80;
/** Bit of a node id: the rest is the offset of the path. */
export const IS_OFFSET = 0x8000_0000;
/** Bit of a method id: it belongs to the node's own list. */
export const OWN_METHOD = 0x8000;

const CHECKSUM_LENGTH = 32;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text at `at` that ends with the packet's last byte, which is zero; null when it is none. */
function lastText(packet: Uint8Array, at: number): string | null {
  const end = packet.indexOf(0, at);
  return end === packet.length - 1 ? textOf(packet.subarray(at, end)) : null;
}

export function textOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

const viewOf = (packet: Uint8Array): DataView => new DataView(packet.buffer, packet.byteOffset, packet.byteLength);

export interface SimplifyPath {
  readonly checksum: string;
  readonly id: number;
  readonly path: string;
}

export function writeSimplifyPath(writer: ByteWriter, { checksum, id, path }: SimplifyPath): void {
  writer.u8(COMMAND_SIMPLIFY_PATH);
  writer.text(checksum);
  writer.u32(id);
  writer.text(path);
}

export function readSimplifyPath(packet: Uint8Array): SimplifyPath | null {
  const idAt = 1 + CHECKSUM_LENGTH + 1;
  if (packet.length < idAt + 4 + 2 || packet[idAt - 1] !== 0) return null;
  const checksum = textOf(packet.subarray(1, idAt - 1));
  const path = lastText(packet, idAt + 4);
  if (checksum === null || path === null) return null;
  return { checksum, id: viewOf(packet).getUint32(idAt, true), path };
}

export function writeConfirmPath(writer: ByteWriter, id: number, isSame: boolean): void {
  writer.u8(COMMAND_CONFIRM_PATH);
  writer.u8(Number(isSame));
  writer.u32(id);
}

export interface ConfirmPath {
  readonly id: number;
  /** Whether the checksums are equal. */
  readonly isSame: boolean;
}

export function readConfirmPath(packet: Uint8Array): ConfirmPath | null {
  if (packet.length !== 6) return null;
  return { id: viewOf(packet).getUint32(2, true), isSame: packet[1] !== 0 };
}

/** Width of a node id: 0, 1 and 2 stand for 1, 2 and 4 bytes. */
type Width = 0 | 1 | 2;

export const WIDEST: Width = 2;

export function widthOf(id: number): Width {
  if (id < 0x100) return 0;
  return id < 0x10000 ? 1 : 2;
}

/** Writes the beginning of a call; its arguments follow. */
export function beginCall(writer: ByteWriter, id: number, width: Width, method: number, hasCount: boolean): void {
  const isWide = method > 0xff;
  const flags = (width << WIDTH_SHIFT) | (isWide ? TWO_BYTES_OF_METHOD : 0) | (hasCount ? 0 : NO_ARGUMENTS);
  writer.u8(COMMAND_CALL | flags);
  if (width === 0) writer.u8(id);
  else if (width === 1) writer.u16(id);
  else writer.u32(id);
  if (isWide) writer.u16(method);
  else writer.u8(method);
}

/** A received call; its arguments are in the packet from `at` to `end`. */
export interface Call {
  /** Number of the node; -1 when the packet has its path. */
  readonly id: number;
  readonly path: string;
  readonly method: number;
  /** Number of arguments; -1 for bytes without a count. */
  readonly count: number;
  readonly at: number;
  readonly end: number;
}

const NODE_ID_SIZES = [1, 2, 4, 0];

/** The number of `size` bytes, 1, 2 or 4, at `at`. */
function numberAt(packet: Uint8Array, at: number, size: number): number {
  const low = packet[at] as number;
  if (size === 1) return low;
  const two = low | ((packet[at + 1] as number) << 8);
  if (size === 2) return two;
  return (two | ((packet[at + 2] as number) << 16) | ((packet[at + 3] as number) << 24)) >>> 0;
}

/** Parses `packet`, but for its arguments; null when it is malformed. */
export function readCall(packet: Uint8Array): Call | null {
  const first = packet[0] as number;
  const idSize = NODE_ID_SIZES[(first >> WIDTH_SHIFT) & 3] as number;
  const methodSize = (first & TWO_BYTES_OF_METHOD) === 0 ? 1 : 2;
  const hasCount = (first & NO_ARGUMENTS) === 0;
  const methodAt = 1 + idSize;
  const at = methodAt + methodSize + Number(hasCount);
  if (idSize === 0 || packet.length < at) return null;
  const id = numberAt(packet, 1, idSize);
  const method = numberAt(packet, methodAt, methodSize);
  const count = hasCount ? (packet[at - 1] as number) : -1;
  if (id < IS_OFFSET) return { id, path: '', method, count, at, end: packet.length };
  const end = id - IS_OFFSET;
  if (end < at || end >= packet.length) return null;
  const path = lastText(packet, end);
  return path === null ? null : { id: -1, path, method, count, at, end };
}
