// How much may wait in a page, which can't make the sender wait as a socket of Node does.
import { DEFAULT_UNPOLLED_BYTES, DEFAULT_UNPOLLED_PACKETS, type SettingValues } from './settings.js';

/** The settings that decide it. */
export type UnpolledSettings = Readonly<
  Pick<SettingValues, 'inboundBufferSize' | 'maxQueuedPackets' | 'maxUnpolledBytes' | 'maxUnpolledPackets'>
>;

/** Unless something else was set, as much may wait as the game can see at a time. */
export function maxUnpolledBytes({ maxUnpolledBytes: most, inboundBufferSize }: UnpolledSettings): number {
  return most === DEFAULT_UNPOLLED_BYTES ? Math.max(most, inboundBufferSize) : most;
}

export function maxUnpolledPackets({ maxUnpolledPackets: most, maxQueuedPackets }: UnpolledSettings): number {
  return most === DEFAULT_UNPOLLED_PACKETS ? Math.max(most, maxQueuedPackets) : most;
}
