// A client in a room, at the room's side of its link.

import { LinkReceiver, LinkSender } from './link-flow.js';
import type { JoinRequest } from './link-records.js';
import type { Pair } from './pair.js';

export class RoomMember {
  readonly pair: Pair;
  readonly link: number;
  readonly address: string;
  readonly port: number;
  readonly data: unknown;
  readonly sender: LinkSender;
  readonly receiver: LinkReceiver;
  /** Its id in the room; 0 until it is admitted. */
  id = 0;
  /** Its gateway, or the game, has ended the link. */
  hasEnded = false;
  /** The game has disconnected it: the next poll tells. */
  isLeaving = false;

  constructor(pair: Pair, link: number, { address, port, data }: JoinRequest) {
    this.pair = pair;
    this.link = link;
    this.address = address;
    this.port = port;
    this.data = data;
    this.sender = new LinkSender(pair, link);
    this.receiver = new LinkReceiver(pair, link);
    pair.retain();
  }

  /** Whether nothing is sent to it any more. */
  get isGoing(): boolean {
    return this.hasEnded || this.isLeaving;
  }

  /** Marks the end of the link, once. */
  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.pair.release();
  }
}
