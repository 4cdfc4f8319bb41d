// Buckets of frames and bytes: what may come at once, how they fill with time, and what a pause of this side is worth.
import { describe, expect, test } from 'vitest';
import { FAULT_TOO_MANY_BYTES, FAULT_TOO_MANY_PACKETS } from '../../host/codec/faults.js';
import type { ConnectionContext } from '../../host/protocol/context.js';
import { RateMeter } from '../../host/protocol/rate-meter.js';

const SECOND = 1000;

/** A meter, and a way to pass frames and bytes at a time. */
function metered(packets: number, bytes: number) {
  let now = 5000;
  const frames = Uint32Array.of(2 ** 32 - 10); // it wraps around soon
  const context = { core: { frames }, clock: { now: () => now } } as unknown as ConnectionContext;
  const meter = new RateMeter(context, packets, bytes);
  const come = (count: number, size: number): number => {
    meter.begin();
    frames[0] = (frames[0] as number) + count;
    return meter.end(size);
  };
  const wait = (milliseconds: number): void => {
    now += milliseconds;
  };
  return { meter, come, wait };
}

describe('a bucket', () => {
  test("gives a second's worth at once, and no more", () => {
    const { come } = metered(100, 0);
    expect([come(60, 9999), come(40, 9999), come(1, 1)]).toEqual([0, 0, FAULT_TOO_MANY_PACKETS]);
  });

  test('fills with time, up to a second', () => {
    const { come, wait } = metered(100, 0);
    expect(come(100, 0)).toBe(0);
    wait(SECOND / 10);
    expect(come(10, 0)).toBe(0);
    wait(60 * SECOND);
    expect([come(100, 0), come(1, 0)]).toEqual([0, FAULT_TOO_MANY_PACKETS]);
  });

  test('lets pass for ever what comes at its rate', () => {
    const { come, wait } = metered(100, 0);
    for (let i = 0; i < 1000; i += 1) {
      expect(come(10, 0)).toBe(0);
      wait(SECOND / 10);
    }
  });

  test('counts bytes beside frames', () => {
    const { come, wait } = metered(100, 1000);
    expect([come(1, 1000), come(1, 1)]).toEqual([0, FAULT_TOO_MANY_BYTES]);
    const other = metered(0, 1000);
    expect([other.come(5000, 999), other.come(1, 2)]).toEqual([0, FAULT_TOO_MANY_BYTES]);
    wait(0);
  });

  test('is filled by the time in which this side did not read, and what comes then may come in pieces', () => {
    const { meter, come, wait } = metered(100, 0);
    expect(come(100, 0)).toBe(0);
    meter.pause();
    wait(5 * SECOND);
    expect([come(200, 0), come(200, 0), come(100, 0), come(1, 0)]).toEqual([0, 0, 0, FAULT_TOO_MANY_PACKETS]);
  });
});
