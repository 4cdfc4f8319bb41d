// How a gateway's client gets into its room: the room is found or made, asked, and its answer passed on.
import { report } from '../binding/error-handler.js';
import { CLOSE, OPEN } from './batch.js';
import type { Endpoint } from './endpoint.js';
import type { GatewayClient } from './gateway-client.js';
import type { GatewayLinks } from './gateway-links.js';
import type { GatewayRequest, Wish } from './gateway-request.js';
import { encodeClose, encodeOpen } from './link-records.js';
import { isRoomName } from './names.js';
import { NO_ROOM_CODE, TRY_AGAIN_CODE } from './room.js';
import type { Found, RoomFinder } from './room-finder.js';

const NOT_FOUND = 404;
const TRY_LATER = 503;
const SERVER_FAULT = 500;
const ABNORMAL_CODE = 1006;

/** What admission uses of its gateway. */
export interface AdmissionParts {
  readonly endpoint: Endpoint;
  readonly links: GatewayLinks;
  readonly finder: RoomFinder;
  /** Why nobody can be let in while `waiting` clients wait for their rooms, in words; '' when somebody can. */
  trouble(waiting: number): string;
  /** A client was refused. */
  refused(address: string, room: string, status: number, reason: string): void;
}

/** A client that waits for its room. */
interface Candidate {
  readonly client: GatewayClient;
  readonly request: GatewayRequest;
  readonly room: string;
  /** What the room is told of it. */
  readonly open: Uint8Array;
  /** Where the room was found. */
  found: Found | null;
  /** Whether it was found anew, since the process had no such room. */
  isSecond: boolean;
}

function isSame(found: Found, before: Found | null): boolean {
  if (before === null || 'status' in found || 'status' in before) return false;
  return found.process === before.process && found.revision === before.revision;
}

export class GatewayAdmission {
  readonly #parts: AdmissionParts;
  readonly #candidates = new Map<GatewayClient, Candidate>();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** The client wants to join a room. */
  wish({ room, data }: Wish, client: GatewayClient, request: GatewayRequest): void {
    if (room === null || typeof room !== 'string' || !isRoomName(room)) {
      this.#turnAway(request, String(room ?? ''), NOT_FOUND, 'no such room');
      return;
    }
    // Before the room is asked: it would hear of a peer that is not let in.
    const trouble = this.#parts.trouble(this.#candidates.size);
    if (trouble !== '') {
      this.#turnAway(request, room, TRY_LATER, trouble);
      return;
    }
    const address = request.remote_address;
    const open = encodeOpen({ room, address, port: client.socket.get_connected_port(), data });
    if (typeof open === 'string') {
      report(`WebSocketGateway: handshake_hook: accept: ${open}; the request is refused with ${SERVER_FAULT}`, null);
      this.#turnAway(request, room, SERVER_FAULT, 'Internal Server Error');
      return;
    }
    const candidate: Candidate = { client, request, room, open, found: null, isSecond: false };
    this.#candidates.set(client, candidate);
    client.request = request;
    request.signal.addEventListener('abort', () => this.#abandon(candidate));
    void this.#find(candidate);
  }

  /** Refuses all who wait for their rooms. */
  refuseAll(reason: string): void {
    for (const candidate of [...this.#candidates.values()]) {
      this.#leaveLink(candidate);
      this.#refuse(candidate, TRY_LATER, reason);
    }
  }

  /** The room lets the client in, or its connection has ended. */
  over(client: GatewayClient): void {
    this.#candidates.delete(client);
  }

  /** The room's process has answered with an end, before the client was in; false when it is no candidate. */
  refused(client: GatewayClient, code: number, reason: string): boolean {
    const candidate = this.#candidates.get(client);
    if (candidate === undefined) return false;
    client.dropLink();
    if (code === NO_ROOM_CODE && !candidate.isSecond) void this.#findAgain(candidate);
    else if (code === NO_ROOM_CODE) this.#refuse(candidate, NOT_FOUND, reason);
    else this.#refuse(candidate, TRY_LATER, reason);
    return true;
  }

  async #find(candidate: Candidate): Promise<void> {
    const { finder } = this.#parts;
    let found = await finder.find(candidate.room);
    // A search that had begun before the entry was removed can have found it still.
    if (isSame(found, candidate.found)) found = await finder.find(candidate.room);
    if (!this.#isWaiting(candidate)) return;
    if ('status' in found) this.#refuse(candidate, found.status, found.why);
    else this.#ask(candidate, found);
  }

  /** The way to the room's process is lost, since that is `gone` or for another cause; false when it is no candidate. */
  lost(client: GatewayClient, cause: string): boolean {
    const candidate = this.#candidates.get(client);
    if (candidate === undefined) return false;
    client.dropLink();
    if (cause === 'gone' && !candidate.isSecond) void this.#findAgain(candidate);
    else this.#refuse(candidate, TRY_LATER, `room lost: ${cause}`);
    return true;
  }

  /** The process at which the room was found is gone, or has none: the entry was out of date. */
  async #findAgain(candidate: Candidate): Promise<void> {
    candidate.isSecond = true;
    const { found, room } = candidate;
    if (found !== null && 'process' in found) await this.#parts.finder.stale(room, found);
    if (this.#isWaiting(candidate)) await this.#find(candidate);
  }

  #ask(candidate: Candidate, found: Extract<Found, { readonly process: number }>): void {
    candidate.found = found;
    const pair = this.#parts.endpoint.pairWith(found.process);
    pair.put(OPEN, 0, this.#parts.links.add(candidate.client, pair), null, candidate.open);
  }

  #isWaiting(candidate: Candidate): boolean {
    return this.#candidates.get(candidate.client) === candidate;
  }

  /** The client has gone. */
  #abandon(candidate: Candidate): void {
    if (!this.#isWaiting(candidate)) return;
    this.#candidates.delete(candidate.client);
    this.#leaveLink(candidate);
  }

  /** Tells the room that the client is not to come any more. */
  #leaveLink({ client }: Candidate): void {
    const { link } = client;
    link?.pair.put(CLOSE, 0, link.id, null, encodeClose(ABNORMAL_CODE, ''));
    this.#parts.links.remove(client);
    client.dropLink();
  }

  #refuse(candidate: Candidate, status: number, reason: string): void {
    this.#candidates.delete(candidate.client);
    candidate.client.request = null;
    this.#turnAway(candidate.request, candidate.room, status, reason);
  }

  #turnAway(request: GatewayRequest, room: string, status: number, reason: string): void {
    const address = request.remote_address;
    const close_code = status === NOT_FOUND ? NO_ROOM_CODE : TRY_AGAIN_CODE;
    request.turnAway(status, { body: reason, close_code });
    this.#parts.refused(address, room, status, reason);
  }
}
