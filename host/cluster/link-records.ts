// Payloads of the records of a link, other than packets. Numbers are big-endian.
//
//   OPEN    UTF-8 of a JSON object: room, address, port, data
//   ACCEPT  room u32, peer id i32
//   CAST    room u32, count u32, links that do not get it: u32 each, then the packet
//   CREDIT  cost u32
//   CLOSE   code u16, then UTF-8 of the reason

/** A client that wants to join a room. */
export interface JoinRequest {
  readonly room: string;
  /** The visitor's address and port. */
  readonly address: string;
  readonly port: number;
  /** What the gateway's `handshake_hook` gave. */
  readonly data: unknown;
}

export interface Acceptance {
  /** Number of the room, for CAST. */
  readonly room: number;
  /** The client's id in the room. */
  readonly peer: number;
}

export interface Cast {
  readonly room: number;
  /** Links that do not get the packet. */
  readonly excluded: ReadonlySet<number>;
  readonly packet: Uint8Array;
}

export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** Longest OPEN, in bytes. */
export const MAX_OPEN_BYTES = 65_536;
const NOBODY: ReadonlySet<number> = new Set();
const MOST_CODE = 4999;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const viewOf = ({ buffer, byteOffset, length }: Uint8Array): DataView => new DataView(buffer, byteOffset, length);

/** The payload, or in words why there is none. */
export function encodeOpen(request: JoinRequest): Uint8Array | string {
  let text: string;
  try {
    text = JSON.stringify(request);
  } catch (error) {
    return `data can't be written as JSON: ${String(error)}`;
  }
  const bytes = encoder.encode(text);
  if (bytes.length <= MAX_OPEN_BYTES) return bytes;
  return `data is too large: the request takes ${bytes.length} bytes of JSON, at most ${MAX_OPEN_BYTES} are possible`;
}

/** Null for what is no such payload. */
export function decodeOpen(payload: Uint8Array): JoinRequest | null {
  if (payload.length > MAX_OPEN_BYTES) return null;
  try {
    const { room, address, port, data = null } = JSON.parse(decoder.decode(payload)) as Partial<JoinRequest>;
    const isRight = typeof room === 'string' && typeof address === 'string' && Number.isInteger(port);
    return isRight ? { room, address, port: port as number, data } : null;
  } catch {
    return null;
  }
}

export function encodeAcceptance({ room, peer }: Acceptance): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = viewOf(bytes);
  view.setUint32(0, room);
  view.setInt32(4, peer);
  return bytes;
}

export function decodeAcceptance(payload: Uint8Array): Acceptance | null {
  if (payload.length !== 8) return null;
  const view = viewOf(payload);
  return { room: view.getUint32(0), peer: view.getInt32(4) };
}

/** What stands before the packet of a CAST. */
export function encodeCastHead(room: number, excluded: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 + 4 * excluded.length);
  const view = viewOf(bytes);
  view.setUint32(0, room);
  view.setUint32(4, excluded.length);
  let place = 8;
  for (const link of excluded) {
    view.setUint32(place, link);
    place += 4;
  }
  return bytes;
}

export function decodeCast(payload: Uint8Array): Cast | null {
  if (payload.length < 8) return null;
  const view = viewOf(payload);
  const count = view.getUint32(4);
  const start = 8 + 4 * count;
  if (start > payload.length) return null;
  return { room: view.getUint32(0), excluded: readLinks(view, count), packet: payload.subarray(start) };
}

function readLinks(view: DataView, count: number): ReadonlySet<number> {
  if (count === 0) return NOBODY;
  const links = new Set<number>();
  for (let place = 8; links.size < count && place < 8 + 4 * count; place += 4) links.add(view.getUint32(place));
  return links;
}

export function encodeCredit(cost: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, cost);
  return bytes;
}

export function decodeCredit(payload: Uint8Array): number | null {
  return payload.length === 4 ? viewOf(payload).getUint32(0) : null;
}

export function encodeClose(code: number, reason: string): Uint8Array {
  const text = encoder.encode(reason);
  const bytes = new Uint8Array(2 + text.length);
  viewOf(bytes).setUint16(0, code);
  bytes.set(text, 2);
  return bytes;
}

export function decodeClose(payload: Uint8Array): Ending | null {
  if (payload.length < 2) return null;
  const code = viewOf(payload).getUint16(0);
  return code > MOST_CODE ? null : { code, reason: decoder.decode(payload.subarray(2)) };
}
