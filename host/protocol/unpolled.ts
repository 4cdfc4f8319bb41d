// What may wait in a page, which can't make the sender wait as a socket of Node does: how much, and who holds part of it.
import { printError } from '../binding/error-handler.js';
import { DEFAULT_UNPOLLED_BYTES, DEFAULT_UNPOLLED_PACKETS, type SettingValues } from './settings.js';

/** The settings that decide it. */
export type UnpolledSettings = Readonly<
  Pick<SettingValues, 'inboundBufferSize' | 'maxQueuedPackets' | 'maxUnpolledBytes' | 'maxUnpolledPackets'>
>;

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
