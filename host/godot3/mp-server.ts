// The server's side of the multiplayer protocol, without I/O: announcing members and relaying packets.
import { printError } from '../binding/error-handler.js';
import { FAILED, type GodotError, OK } from '../binding/errors.js';
import type { OwnBytes } from '../bytes.js';
import {
  HEADER_BYTES,
  payloadMessage,
  payloadOf,
  readHeader,
  systemMessage,
  TYPE_ADD,
  TYPE_DELETE,
  TYPE_ID,
  TYPE_PAYLOAD,
} from './mp-packets.js';

const SERVER = 1;

/** A client to which the server sends messages. */
export interface MpMember {
  readonly id: number;
  /** Reports that it has sent `what`, an invalid message. */
  complain(what: string): void;
  put(message: Uint8Array): GodotError;
}

/** The clients, in ascending order of ids. */
export interface MpMembers extends Iterable<MpMember> {
  get(id: number): MpMember | undefined;
  /** Sends to all but these two. */
  putToOthers(message: Uint8Array, excluded: number, alsoExcluded?: number): void;
}

/** Announces the members to `newcomer`, and `newcomer` to the others. */
export function announceMember(newcomer: MpMember, members: MpMembers): void {
  newcomer.put(systemMessage(TYPE_ID, newcomer.id));
  newcomer.put(systemMessage(TYPE_ADD, SERVER));
  for (const { id } of members) if (id !== newcomer.id) newcomer.put(systemMessage(TYPE_ADD, id));
  members.putToOthers(systemMessage(TYPE_ADD, newcomer.id), newcomer.id);
}

/** Announces to the other members that `id` has left. */
export function announceLeaving(id: number, members: MpMembers): void {
  members.putToOthers(systemMessage(TYPE_DELETE, id), id);
}

/** Sends a packet of the server. */
export function sendFromServer(payload: Uint8Array, to: number, members: MpMembers): GodotError {
  if (to === SERVER) return OK;
  const message = payloadMessage(SERVER, to, payload);
  if (to > SERVER) {
    const member = members.get(to);
    if (member !== undefined) return member.put(message);
    printError(`put_packet: there is no peer ${to}`);
    return FAILED;
  }
  members.putToOthers(message, -to);
  return OK;
}

/**
 * Relays `message` of the client `sender` to its targets; returns the payload when the server is one of them.
 *
 * Messages with another sender's id, and those that only a server sends, are reported and dropped. As in the engine, a
 * message for everyone but one peer is for the server, too, even when that peer is the server.
 */
export function receiveAtServer(message: OwnBytes, sender: MpMember, members: MpMembers): OwnBytes | null {
  const header = readHeader(message);
  if (header === null) return drop(sender, `${message.length} bytes, a message has ${HEADER_BYTES} at least`);
  const { type, from, to } = header;
  if (type !== TYPE_PAYLOAD) return drop(sender, `a message of type ${type}`);
  if (from !== sender.id) return drop(sender, `a message in the name of ${from}`);
  if (to === SERVER) return payloadOf(message);
  if (to > SERVER) {
    if (to === sender.id) return drop(sender, `a packet to ${to}`);
    members.get(to)?.put(message); // whoever is not there may have left just now
    return null;
  }
  members.putToOthers(message, sender.id, -to);
  return payloadOf(message);
}

function drop(sender: MpMember, what: string): null {
  sender.complain(what);
  return null;
}
