// What may wait in a page, which can't make the sender wait as a socket of Node does: how much, and who holds part of it.
import { printError } from '../binding/error-handler.js';

export const DEFAULT_UNPOLLED_BYTES = 16_777_216;
export const DEFAULT_UNPOLLED_PACKETS = 65_536;

/** The properties that decide it. */
export interface UnpolledSettings {
  readonly inboundBufferSize: number;
  readonly maxQueuedPackets: number;
  readonly maxUnpolledBytes: number;
  readonly maxUnpolledPackets: number;
}

/** Who stands between a page's peer and the game, and takes packets for it. */
export interface PacketKeeper {
  /** Packets that it has taken and the game has not: they still wait. */
  readonly packets: number;
  readonly bytes: number;
  /** Tells the game what went wrong. */
  report(message: string): void;
}

/** Key of a page's peer for its keeper. */
export const KEEPER: unique symbol = Symbol('keeper of packets');

/** A peer that may have a keeper. */
export interface Kept {
  [KEEPER]: PacketKeeper;
}

/** The game takes the packets itself. */
export const NOBODY: PacketKeeper = { packets: 0, bytes: 0, report: printError };

/** Unless something else was set, as much may wait as the game can see at a time. */
export function maxUnpolledBytes({ maxUnpolledBytes: most, inboundBufferSize }: UnpolledSettings): number {
  return most === DEFAULT_UNPOLLED_BYTES ? Math.max(most, inboundBufferSize) : most;
}

export function maxUnpolledPackets({ maxUnpolledPackets: most, maxQueuedPackets }: UnpolledSettings): number {
  return most === DEFAULT_UNPOLLED_PACKETS ? Math.max(most, maxQueuedPackets) : most;
}
