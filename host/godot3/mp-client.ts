// The client's side of the multiplayer protocol, without I/O: handling of the server's messages.
import type { OwnBytes } from '../bytes.js';
import {
  HEADER_BYTES,
  payloadOf,
  readHeader,
  readSystemId,
  TYPE_ADD,
  TYPE_DELETE,
  TYPE_ID,
  TYPE_PAYLOAD,
} from './mp-packets.js';

export interface MpClientEvents {
  /** The server has assigned this side's id. */
  identified(id: number): void;
  peerAdded(id: number): void;
  peerDeleted(id: number): void;
  packet(payload: OwnBytes, from: number): void;
  /** The message is invalid: `what` the server has sent. */
  invalid(what: string): void;
}

/** Passes the server's `message` to `events`; an invalid one is reported and dropped, as in the engine. */
export function receiveAtClient(message: OwnBytes, events: MpClientEvents): void {
  const header = readHeader(message);
  if (header === null) {
    events.invalid(`${message.length} bytes, a message has at least ${HEADER_BYTES}`);
    return;
  }
  const { type, from } = header;
  if (type === TYPE_PAYLOAD) {
    events.packet(payloadOf(message), from);
    return;
  }
  const id = readSystemId(message);
  if (id === null) events.invalid(`a message of type ${type} without an id`);
  else if (type === TYPE_ADD) events.peerAdded(id);
  else if (type === TYPE_DELETE) events.peerDeleted(id);
  else if (type === TYPE_ID) events.identified(id);
  else events.invalid(`a message of unknown type ${type}`);
}
