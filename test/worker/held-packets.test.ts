// Packets on their way from a worker's connection to a page: what goes on, what waits, what is dropped and counted.
import { describe, expect, it } from 'vitest';
import { HeldPackets } from '../../host/worker/held-packets.js';
import { KEEP_ALL, KEEP_LATEST, KEEP_NONE } from '../../host/worker/messages.js';

const LIMITS = { bytes: 100, packets: 3 };

/** Packets held with `policy`, and the first byte of each that went on to the page. */
function holding(policy: number, isHidden: boolean) {
  const given: number[] = [];
  const held = new HeldPackets(LIMITS, { policy, isHidden }, ({ data }) => given.push(data[0] as number));
  const add = (...values: number[]): void => {
    for (const value of values) held.add({ data: Uint8Array.of(value), isText: false });
  };
  return { held, given, add };
}

describe('packets of a page', () => {
  it('that is seen go on up to the limit, and further ones when some were taken', () => {
    const { held, given, add } = holding(KEEP_LATEST, false);
    add(1, 2, 3, 4, 5);
    expect([given, held.packets]).toEqual([[1, 2, 3], 5]);
    held.taken(2, 2);
    expect([given, held.packets]).toEqual([[1, 2, 3, 4, 5], 3]);
  });

  it.each([
    ['all', KEEP_ALL, [1, 2, 3], 0],
    ['the latest', KEEP_LATEST, [3], 2],
    ['none', KEEP_NONE, [], 3],
  ])('that is hidden: the policy leaves %s, and the others are counted', (_, policy, left, dropped) => {
    const { held, given, add } = holding(policy, true);
    add(1, 2, 3);
    expect(held.attend({ policy, isHidden: false })).toBe(dropped);
    expect(given).toEqual(left);
  });

  it('that are dropped stay counted when the policy changes while the page is hidden', () => {
    const { held, given, add } = holding(KEEP_NONE, true);
    add(1, 2);
    expect(held.attend({ policy: KEEP_ALL, isHidden: true })).toBe(0);
    add(3);
    expect([given, held.attend({ policy: KEEP_ALL, isHidden: false })]).toEqual([[3], 2]);
    expect(held.attend({ policy: KEEP_ALL, isHidden: false })).toBe(0);
  });
});
