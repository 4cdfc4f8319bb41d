// Layout of messages of the multiplayer protocol (`gd_mp_api`). Who sends what to whom is described in mp-server.ts and
// mp-client.ts.
//
//    0         1                   5                   9
//   +---------+-------------------+-------------------+----------------------------------------+
//   | type u8 | from i32, low byte first | to i32     | payload; of a system message: id, i32  |
//   +---------+-------------------+-------------------+----------------------------------------+
import type { OwnBytes } from '../bytes.js';

export const TYPE_PAYLOAD = 0;
/** A peer has joined. */
export const TYPE_ADD = 1;
/** A peer has left. */
export const TYPE_DELETE = 2;
/** The receiver's id. */
export const TYPE_ID = 3;

export const HEADER_BYTES = 9;
const SYSTEM_BYTES = 13;
const SERVER = 1;
const EVERYONE = 0;

export interface MpHeader {
  readonly type: number;
  readonly from: number;
  readonly to: number;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Null for a message that is too short to have one. */
export function readHeader(message: Uint8Array): MpHeader | null {
  if (message.length < HEADER_BYTES) return null;
  const view = viewOf(message);
  return { type: view.getUint8(0), from: view.getInt32(1, true), to: view.getInt32(5, true) };
}

/** The id in a system message; null when there is none. */
export function readSystemId(message: Uint8Array): number | null {
  return message.length < SYSTEM_BYTES ? null : viewOf(message).getInt32(HEADER_BYTES, true);
}

export function payloadOf(message: OwnBytes): OwnBytes {
  return message.subarray(HEADER_BYTES);
}

function withHeader(type: number, from: number, to: number, size: number): Uint8Array {
  const message = new Uint8Array(HEADER_BYTES + size);
  const view = viewOf(message);
  view.setUint8(0, type);
  view.setInt32(1, from, true);
  view.setInt32(5, to, true);
  return message;
}

export function payloadMessage(from: number, to: number, payload: Uint8Array): Uint8Array {
  const message = withHeader(TYPE_PAYLOAD, from, to, payload.length);
  message.set(payload, HEADER_BYTES);
  return message;
}

/** Only servers send these. */
export function systemMessage(type: number, id: number): Uint8Array {
  const message = withHeader(type, SERVER, EVERYONE, SYSTEM_BYTES - HEADER_BYTES);
  viewOf(message).setInt32(HEADER_BYTES, id, true);
  return message;
}
