// Layout of the packets of Godot 3's MultiplayerAPI. Numbers are little-endian, texts end with a zero.
//
//    call      00  node u32  method text  count u8  arguments         (path text)
//    set       01  node u32  property text  value                     (path text)
//    simplify  02  number u32  path text
//    confirm   03  path text
//    raw       04  bytes of the game
//
// A node is its number, or, to those who have not confirmed that, 0x80000000 + the place of the path behind the rest.
// Values are encoded as by var2bytes.
import type { ByteWriter } from '../../variant/byte-writer.js';

export const COMMAND_CALL = 0;
export const COMMAND_SET = 1;
export const COMMAND_SIMPLIFY = 2;
export const COMMAND_CONFIRM = 3;
export const COMMAND_RAW = 4;

/** Set in the place of a node's number where that is the place of a path. */
const IS_PLACE = 0x8000_0000;
const NODE_AT = 1;
const NAME_AT = 5;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** The text at `at` that ends with the packet's last byte, which is zero; null when it is none. */
function lastText(packet: Uint8Array, at: number): string | null {
  const end = packet.indexOf(0, at);
  return end > at && end === packet.length - 1 ? textOf(packet.subarray(at, end)) : null;
}

function u32At(packet: Uint8Array, at: number): number {
  return new DataView(packet.buffer, packet.byteOffset, packet.length).getUint32(at, true);
}

/** Begins a call or a set of the node `number`. */
export function beginUse(writer: ByteWriter, command: number, number: number, name: string): void {
  writer.reset();
  writer.u8(command);
  writer.u32(number);
  writer.text(name);
}

/** Turns what `beginUse` has begun, now complete, into the form for those who don't know the number. */
export function appendPath(writer: ByteWriter, path: string): void {
  writer.setU32(NODE_AT, IS_PLACE + writer.at);
  writer.text(path);
}

/** A received call or set; its values are in the packet from `at` to `end`. */
export interface Use {
  /** Number of the node; -1 when the packet has its path. */
  readonly number: number;
  readonly path: string;
  /** Name of the method or of the property. */
  readonly name: string;
  readonly at: number;
  readonly end: number;
}

/** Parses a call or a set, but for its values; null when it is malformed. */
export function readUse(packet: Uint8Array): Use | null {
  if (packet.length < NAME_AT) return null;
  const node = u32At(packet, NODE_AT);
  const end = node < IS_PLACE ? packet.length : node - IS_PLACE;
  const nameEnd = packet.indexOf(0, NAME_AT);
  if (nameEnd <= NAME_AT || nameEnd >= end || end > packet.length) return null;
  const name = textOf(packet.subarray(NAME_AT, nameEnd));
  const path = node < IS_PLACE ? '' : lastText(packet, end);
  if (name === null || path === null) return null;
  return { number: node < IS_PLACE ? node : -1, path, name, at: nameEnd + 1, end };
}

export function simplifyPacket(writer: ByteWriter, number: number, path: string): Uint8Array {
  writer.reset();
  writer.u8(COMMAND_SIMPLIFY);
  writer.u32(number);
  writer.text(path);
  return writer.take();
}

/** The number of a node and its path; null when the packet is malformed. */
export function readSimplify(packet: Uint8Array): { number: number; path: string } | null {
  const path = packet.length > NAME_AT ? lastText(packet, NAME_AT) : null;
  return path === null ? null : { number: u32At(packet, NODE_AT), path };
}

export function confirmPacket(writer: ByteWriter, path: string): Uint8Array {
  writer.reset();
  writer.u8(COMMAND_CONFIRM);
  writer.text(path);
  return writer.take();
}

/** The path that is confirmed; null when the packet is malformed. */
export function readConfirm(packet: Uint8Array): string | null {
  return lastText(packet, 1);
}

export function rawPacket(bytes: Uint8Array): Uint8Array {
  const packet = new Uint8Array(1 + bytes.length);
  packet[0] = COMMAND_RAW;
  packet.set(bytes, 1);
  return packet;
}
