// Limits for unpolled packets in a page, where reading can't be paused as it is on a socket of Node.
import { DEFAULT_UNPOLLED_BYTES, DEFAULT_UNPOLLED_PACKETS, type SettingValues } from './settings.js';

/** The settings that determine the limits. */
export type UnpolledSettings = Readonly<
  Pick<SettingValues, 'inboundBufferSize' | 'maxQueuedPackets' | 'maxUnpolledBytes' | 'maxUnpolledPackets'>
>;

/** The default grows to inbound_buffer_size, the most that the game can see at a time. */
export function maxUnpolledBytes({ maxUnpolledBytes: most, inboundBufferSize }: UnpolledSettings): number {
  return most === DEFAULT_UNPOLLED_BYTES ? Math.max(most, inboundBufferSize) : most;
}

export function maxUnpolledPackets({ maxUnpolledPackets: most, maxQueuedPackets }: UnpolledSettings): number {
  return most === DEFAULT_UNPOLLED_PACKETS ? Math.max(most, maxQueuedPackets) : most;
}
