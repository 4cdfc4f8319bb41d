// Layout of the packets of replication. Numbers are little-endian; values are in the compressed form.
//
//   04  scene, spawner (4), node (4), count (4), name length (4), count × synchronizer (4), name 00,
//       [argument length (4), argument], values                         a node appears; scene 255 has an argument
//   05  node (4)                                                        it disappears
//   06  time (2), { synchronizer (4), size (4), values }*               states that are always sent
//   16  { synchronizer (4), mask (8), size (4), values }*               what has changed: bit i is the i-th property
import type { ByteWriter } from '../variant/byte-writer.js';
import { COMMAND_DESPAWN, COMMAND_SPAWN, COMMAND_SYNC, DELTA, textOf } from './node-packets.js';

export interface Spawn {
  readonly scene: number;
  /** Number of the spawner's path. */
  readonly spawner: number;
  readonly node: number;
  readonly synchronizers: readonly number[];
  readonly name: string;
}

/** A spawn of a peer. */
export interface ReceivedSpawn extends Spawn {
  /** Where its argument and its values begin. */
  readonly at: number;
}

const SPAWN_HEADER = 18;

/** Writes a spawn up to its name; argument and values follow. */
export function beginSpawn(writer: ByteWriter, spawn: Spawn): void {
  writer.u8(COMMAND_SPAWN);
  writer.u8(spawn.scene);
  writer.u32(spawn.spawner);
  writer.u32(spawn.node);
  writer.u32(spawn.synchronizers.length);
  const lengthAt = writer.at;
  writer.u32(0);
  for (const id of spawn.synchronizers) writer.u32(id);
  const nameAt = writer.at;
  writer.text(spawn.name);
  writer.setU32(lengthAt, writer.at - nameAt);
}

/** Parses a spawn; null when it is malformed. */
export function readSpawn(packet: Uint8Array): ReceivedSpawn | null {
  if (packet.length < SPAWN_HEADER) return null;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const count = view.getUint32(10, true);
  const nameLength = view.getUint32(14, true);
  const nameAt = SPAWN_HEADER + count * 4;
  const at = nameAt + nameLength;
  if (nameLength < 2 || at > packet.length || packet[at - 1] !== 0) return null;
  const name = textOf(packet.subarray(nameAt, at - 1));
  if (name === null || name.includes('\0')) return null;
  const synchronizers = Array.from({ length: count }, (_, i) => view.getUint32(SPAWN_HEADER + i * 4, true));
  const [scene, spawner, node] = [packet[1] as number, view.getUint32(2, true), view.getUint32(6, true)];
  return { scene, spawner, node, synchronizers, name, at };
}

export function writeDespawn(writer: ByteWriter, node: number): void {
  writer.u8(COMMAND_DESPAWN);
  writer.u32(node);
}

/** Number of the node that disappears; null when the packet is malformed. */
export function readDespawn(packet: Uint8Array): number | null {
  return packet.length === 5 ? new DataView(packet.buffer, packet.byteOffset).getUint32(1, true) : null;
}

/** States of one synchronizer in a packet. */
export interface StateEntry {
  readonly synchronizer: number;
  /** Which of the watched properties, 32 in each; 0 for those that are always sent. */
  readonly low: number;
  readonly high: number;
  readonly values: Uint8Array;
}

export const isDelta = (packet: Uint8Array): boolean => ((packet[0] as number) & DELTA) !== 0;

export const SYNC_HEADER = 3;
export const DELTA_HEADER = 1;
/** Bytes of an entry before its values. */
export const SYNC_ENTRY = 8;
export const DELTA_ENTRY = 16;
/** Most properties that a mask has room for. */
export const MOST_WATCHED = 64;
/** Times wrap around here. */
export const TIMES = 0x1_0000;

/** Time of a packet of states that are always sent. */
export const timeOf = (packet: Uint8Array): number => (packet[1] as number) | ((packet[2] as number) << 8);

export function setTime(packet: Uint8Array, time: number): void {
  packet[1] = time;
  packet[2] = time >> 8;
}

export function beginSync(writer: ByteWriter, time: number): void {
  writer.u8(COMMAND_SYNC);
  writer.u16(time);
}

export function beginDelta(writer: ByteWriter): void {
  writer.u8(COMMAND_SYNC | DELTA);
}

/** Entries of a packet of states, at least one; null when it is malformed. */
export function readEntries(packet: Uint8Array): StateEntry[] | null {
  const delta = isDelta(packet);
  const entrySize = delta ? DELTA_ENTRY : SYNC_ENTRY;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const entries: StateEntry[] = [];
  let at = delta ? DELTA_HEADER : SYNC_HEADER;
  while (at < packet.length) {
    if (at + entrySize > packet.length) return null;
    const size = view.getUint32(at + entrySize - 4, true);
    const start = at + entrySize;
    if (start + size > packet.length) return null;
    const [low, high] = delta ? [view.getUint32(at + 4, true), view.getUint32(at + 8, true)] : [0, 0];
    const values = packet.subarray(start, start + size);
    entries.push({ synchronizer: view.getUint32(at, true), low, high, values });
    at = start + size;
  }
  return entries.length === 0 ? null : entries;
}
