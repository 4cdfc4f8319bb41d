// Layout of the packets that Godot's SceneMultiplayer exchanges.
//
//   [command & 7] ...                        0 to 2 and 4 to 6 belong to nodes: calls, paths, spawning, syncing
//   03 data                                  raw: bytes of the game
//   07 00 [data]                             authentication; without data: done
//   07 01 id      07 02 id                   a peer was added, a peer is gone
//   07 03 id packet                          relay: to the server with the target, from it with the source
//
// Ids are four bytes, the lowest first.

export const COMMAND_RAW = 3;
export const COMMAND_SYSTEM = 7;
const COMMAND_MASK = 7;

export const SYSTEM_AUTH = 0;
export const SYSTEM_ADD_PEER = 1;
export const SYSTEM_DEL_PEER = 2;
export const SYSTEM_RELAY = 3;

const SYSTEM_HEADER = 2;
/** Header and id. */
const WITH_ID = 6;

export type ScenePacket =
  | { readonly kind: 'raw' | 'auth'; readonly data: Uint8Array }
  | { readonly kind: 'add' | 'delete'; readonly id: number }
  | { readonly kind: 'relay'; readonly id: number; readonly packet: Uint8Array }
  /** A packet for nodes, unchanged. */
  | { readonly kind: 'other'; readonly packet: Uint8Array };

/** Whether `packet` is one for nodes: most are. */
export function isForNodes(packet: Uint8Array): boolean {
  const command = (packet[0] as number) & COMMAND_MASK;
  return packet.length > 1 && command !== COMMAND_RAW && command !== COMMAND_SYSTEM;
}

/** Parses `packet`; null when it is invalid. */
export function readScenePacket(packet: Uint8Array): ScenePacket | null {
  if (packet.length < 2) return null;
  const command = (packet[0] as number) & COMMAND_MASK;
  if (command === COMMAND_RAW) return { kind: 'raw', data: packet.subarray(1) };
  return command === COMMAND_SYSTEM ? readSystem(packet) : { kind: 'other', packet };
}

function readSystem(packet: Uint8Array): ScenePacket | null {
  if (packet[1] === SYSTEM_AUTH) return { kind: 'auth', data: packet.subarray(SYSTEM_HEADER) };
  if (packet.length < WITH_ID) return null;
  const id = new DataView(packet.buffer, packet.byteOffset).getInt32(SYSTEM_HEADER, true);
  if (packet[1] === SYSTEM_RELAY) return { kind: 'relay', id, packet: packet.subarray(WITH_ID) };
  if (packet.length !== WITH_ID) return null;
  if (packet[1] === SYSTEM_ADD_PEER) return { kind: 'add', id };
  return packet[1] === SYSTEM_DEL_PEER ? { kind: 'delete', id } : null;
}

export function rawPacket(data: Uint8Array): Uint8Array {
  const packet = new Uint8Array(1 + data.length);
  packet[0] = COMMAND_RAW;
  packet.set(data, 1);
  return packet;
}

export function authPacket(data: Uint8Array): Uint8Array {
  const packet = new Uint8Array(SYSTEM_HEADER + data.length);
  packet[0] = COMMAND_SYSTEM;
  packet.set(data, SYSTEM_HEADER);
  return packet;
}

/** A notice about `id`, or a relay header followed by `rest`. */
export function systemPacket(system: number, id: number, rest?: Uint8Array): Uint8Array {
  const packet = new Uint8Array(WITH_ID + (rest?.length ?? 0));
  packet[0] = COMMAND_SYSTEM;
  packet[1] = system;
  new DataView(packet.buffer).setInt32(SYSTEM_HEADER, id, true);
  if (rest !== undefined) packet.set(rest, WITH_ID);
  return packet;
}
