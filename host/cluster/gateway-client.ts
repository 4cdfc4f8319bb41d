// A client of a gateway: from its request over the room's answer to the end of its connection.

import { ownedCopy } from '../bytes.js';
import { WebSocketPeer } from '../godot4/websocket/web-socket-peer.js';
import { whenDrained } from '../godot4/websocket/when-drained.js';
import { CLOSE } from './batch.js';
import type { GatewayRequest } from './gateway-request.js';
import { LinkReceiver, LinkSender } from './link-flow.js';
import { encodeClose } from './link-records.js';
import type { Pair } from './pair.js';
import { GOING_AWAY_CODE } from './room.js';

const { STATE_OPEN, STATE_CLOSED } = WebSocketPeer;
const ID_BYTES = 4;

/** What the gateway hears of a client. */
export interface ClientEvents {
  /** The connection has ended, and all its packets have gone to the room. */
  ended(client: GatewayClient): void;
}

/** One client's link to a room. */
export interface Link {
  readonly pair: Pair;
  readonly id: number;
  readonly sender: LinkSender;
  readonly receiver: LinkReceiver;
  /** Number of the room at its host; 0 until the client is let in. */
  room: number;
}

export class GatewayClient {
  readonly socket: WebSocketPeer;
  readonly #events: ClientEvents;
  /** The request, until it is answered. */
  request: GatewayRequest | null = null;
  link: Link | null = null;
  /** Cost of what the socket has not sent yet. */
  #underWay = 0;
  #isOver = false;
  /** Packets that came before the handshake was complete. */
  #early: Uint8Array[] | null = null;

  constructor(socket: WebSocketPeer, events: ClientEvents) {
    this.socket = socket;
    this.#events = events;
    socket.connect('activity', this.look);
  }

  /** Polls the connection, and passes on what has come. */
  readonly look = (): void => {
    if (this.#isOver) return;
    this.socket.poll();
    if (this.#early !== null && this.socket.get_ready_state() === STATE_OPEN) this.#sendEarly();
    this.pass();
  };

  /** Passes packets on to the room, as far as there is credit; finds the end of the connection. */
  pass(): void {
    const { socket, link } = this;
    if (link !== null && this.isIn) {
      while (link.sender.isFree && socket.get_available_packet_count() > 0) {
        link.sender.send(socket.get_packet());
        if (socket.get_available_packet_count() === 0) socket.poll();
      }
    }
    if (socket.get_ready_state() !== STATE_CLOSED || this.#isOver) return;
    const isRead = link === null || link.room === 0 || socket.get_available_packet_count() === 0;
    if (isRead && (link?.sender.waitingPackets ?? 0) === 0) this.#end();
  }

  /** Begins a link to the process of `pair`. */
  linkTo(pair: Pair, id: number): void {
    pair.retain();
    this.link = { pair, id, sender: new LinkSender(pair, id), receiver: new LinkReceiver(pair, id), room: 0 };
  }

  /** The room has let the client in, as its peer `id`. */
  admitted(room: number, id: number): void {
    if (this.link === null) return;
    this.link.room = room;
    const message = new Uint8Array(ID_BYTES);
    new DataView(message.buffer).setInt32(0, id, true);
    this.#early = [message];
    const { request } = this;
    this.request = null;
    request?.letIn();
    this.look();
  }

  /** Sends a packet of the room; it may be a view. */
  deliver(packet: Uint8Array, cost: number): void {
    if (this.#early !== null) {
      this.#early.push(ownedCopy(packet));
      this.spent(cost);
      return;
    }
    if (this.socket.get_ready_state() === STATE_OPEN) this.socket.send(packet);
    this.spent(cost);
  }

  /** A packet of the room is on its way, and has cost this much. */
  spent(cost: number): void {
    const isFirst = this.#underWay === 0;
    this.#underWay += cost;
    if (isFirst && !whenDrained(this.socket, this.#drained)) this.#drained();
  }

  /** Whether the room has let the client in. */
  get isIn(): boolean {
    return this.link !== null && this.link.room !== 0;
  }

  /** Whether a packet for many may go to its socket. */
  get canShare(): boolean {
    return this.#early === null;
  }

  /** Closes the connection: the room, or the way to it, has ended. */
  part(code: number, reason: string): void {
    this.dropLink();
    if (this.#early !== null && this.socket.get_ready_state() === STATE_OPEN) this.#sendEarly();
    this.socket.close(code === 0 ? GOING_AWAY_CODE : code, reason);
    this.look();
  }

  /** The link has ended. */
  dropLink(): void {
    this.link?.sender.drop();
    this.link?.pair.release();
    this.link = null;
  }

  readonly #drained = (): void => {
    const cost = this.#underWay;
    this.#underWay = 0;
    this.link?.receiver.giveBack(cost);
  };

  #sendEarly(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const packet of early) this.socket.send(packet);
  }

  #end(): void {
    this.#isOver = true;
    const { link, socket } = this;
    if (link !== null) {
      const code = Math.max(0, socket.get_close_code());
      link.pair.put(CLOSE, 0, link.id, null, encodeClose(code, socket.get_close_reason()));
    }
    if (socket.is_connected('activity', this.look)) socket.disconnect('activity', this.look);
    this.#events.ended(this);
    this.dropLink();
  }
}
