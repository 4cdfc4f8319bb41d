// How much may wait in a page until a game polls: what was set, or else as much as the game can see at a time.
import { describe, expect, test } from 'vitest';
import {
  DEFAULT_UNPOLLED_BYTES as BYTES,
  copyOf,
  defaultValues,
  DEFAULT_UNPOLLED_PACKETS as PACKETS,
  type SettingValues,
} from '../../host/protocol/settings.js';
import { maxUnpolledBytes, maxUnpolledPackets } from '../../host/protocol/unpolled.js';

const ROWS: readonly [what: string, set: Partial<SettingValues>, bytes: number, packets: number][] = [
  ['the defaults hold while nothing is set', {}, BYTES, PACKETS],
  [
    'larger buffers raise what was not set',
    { inboundBufferSize: BYTES + 1, maxQueuedPackets: PACKETS + 1 },
    BYTES + 1,
    PACKETS + 1,
  ],
  ['smaller buffers lower nothing', { inboundBufferSize: 1, maxQueuedPackets: 1 }, BYTES, PACKETS],
  ['what was set holds', { maxUnpolledBytes: 5, maxUnpolledPackets: 6 }, 5, 6],
  [
    'what was set holds below the buffers, too',
    { maxUnpolledBytes: 5, maxUnpolledPackets: 6, inboundBufferSize: 50, maxQueuedPackets: 60 },
    5,
    6,
  ],
  ['one of them says nothing of the other', { maxUnpolledBytes: 5, maxQueuedPackets: PACKETS * 2 }, 5, PACKETS * 2],
];

describe('what may wait in a page', () => {
  test.each(ROWS)('%s', (_, set, bytes, packets) => {
    const settings = copyOf(defaultValues(), set);
    expect([maxUnpolledBytes(settings), maxUnpolledPackets(settings)]).toEqual([bytes, packets]);
  });
});
