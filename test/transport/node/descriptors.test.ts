// When a lack of file descriptors is looked for, in a time and with descriptors that the tests make.
import { describe, expect, test } from 'vitest';
import { Lookout } from '../../../host/transport/node/descriptors.js';

/** Connections that get descriptors, at a time, while some are free or none; and whether the lack is found. */
type Step = readonly [at: number, descriptor: number, free: boolean, found: boolean];

const COURSES: readonly [why: string, steps: readonly Step[]][] = [
  [
    'at each new highest descriptor',
    [
      [0, 9, true, false],
      [1, 10, false, true],
    ],
  ],
  [
    'not at each lower one',
    [
      [0, 9, true, false],
      [1, 8, false, false],
      [99, 8, false, false],
    ],
  ],
  [
    'at a lower one after a while',
    [
      [0, 9, true, false],
      [100, 8, false, true],
    ],
  ],
  [
    'at each one after a lack',
    [
      [0, 9, false, true],
      [1, 8, false, true],
      [2, 7, true, false],
      [3, 7, false, false],
    ],
  ],
];

describe('a lack of descriptors is looked for', () => {
  test.each(COURSES)('%s', (_why, steps) => {
    let [now, isFree, found] = [0, true, 0];
    const lookout = new Lookout(
      () => {
        found += 1;
      },
      () => isFree,
      () => now,
    );
    for (const [at, descriptor, free, isFound] of steps) {
      [now, isFree, found] = [at, free, 0];
      lookout.taken(descriptor);
      expect([at, found]).toEqual([at, isFound ? 1 : 0]);
    }
  });
});
