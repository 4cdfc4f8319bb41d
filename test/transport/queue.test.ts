// The queue of events, packets and connections, judged by an array; and what taking costs when many wait.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Queue } from '../../host/transport/queue.js';
import { movedBy } from '../helpers/moved-elements.js';

describe('a queue', () => {
  it('does what an array does, whatever the order of the calls', () => {
    const step = fc.oneof(
      fc.record({ push: fc.nat(3000) }),
      fc.record({ take: fc.nat(3000) }),
      fc.constant('clear' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const queue = new Queue<number>();
        const slow: number[] = [];
        let last = 0;
        for (const one of steps) {
          if (one === 'clear') {
            queue.clear();
            slow.length = 0;
          } else if ('push' in one) {
            for (let count = 0; count < one.push; count += 1) {
              last += 1;
              slow.push(last);
              queue.push(last);
            }
          } else {
            expect(Array.from({ length: one.take }, () => queue.take())).toEqual(
              Array.from({ length: one.take }, () => slow.shift()),
            );
          }
          expect([queue.length, queue.first]).toEqual([slow.length, slow[0]]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('moves each element twice at the most, on the average', async () => {
    const COUNT = 100_000;
    const queue = new Queue<number>();
    for (let at = 0; at < COUNT; at += 1) queue.push(at);
    let sum = 0;
    const moved = await movedBy(() => {
      // Some come while others go, so that it is never empty.
      for (let at = 0; at < 3 * COUNT; at += 1) {
        sum += queue.take() as number;
        queue.push(at);
      }
    });
    expect(sum).toBeGreaterThan(0);
    expect(moved).toBeLessThanOrEqual(2 * 3 * COUNT);
  });
});
