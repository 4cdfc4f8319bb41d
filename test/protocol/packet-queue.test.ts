// The queue of received packets, beside an array that does the same slowly.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PacketQueue } from '../../host/protocol/packet-queue.js';

interface SlowPacket {
  readonly bytes: Uint8Array;
  readonly text: boolean;
}

/** What PacketQueue has to do, without a thought for speed. */
class SlowQueue {
  packets: SlowPacket[] = [];
  visible = 0;

  get bytes(): number {
    return this.packets.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  reveal(maxCount: number, maxBytes: number): number {
    const before = this.visible;
    while (this.visible < this.packets.length && this.visible < maxCount) {
      const shown = this.packets.slice(0, this.visible + 1).reduce((sum, { bytes }) => sum + bytes.length, 0);
      if (shown > maxBytes) break;
      this.visible += 1;
    }
    return this.visible - before;
  }
}

type Step =
  | { readonly do: 'push'; readonly lengths: readonly number[]; readonly text: boolean }
  | { readonly do: 'reveal'; readonly maxCount: number; readonly maxBytes: number }
  | { readonly do: 'take'; readonly count: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      lengths: fc.array(fc.nat(40), { minLength: 1, maxLength: 30 }),
      text: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('reveal' as const), maxCount: fc.nat(100), maxBytes: fc.nat(2000) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('take' as const), count: fc.nat(120) }) },
);

function expectSame(queue: PacketQueue, slow: SlowQueue): void {
  expect(queue.count).toBe(slow.packets.length);
  expect(queue.bytes).toBe(slow.bytes);
  expect(queue.visible).toBe(slow.visible);
  if (slow.visible === 0) return;
  expect(queue.nextLength).toBe(slow.packets[0].bytes.length);
  expect(queue.nextIsText).toBe(slow.packets[0].text);
}

let serial = 0;

function push(queue: PacketQueue, slow: SlowQueue, lengths: readonly number[], text: boolean): void {
  // As a decode call does it: one chunk holds all messages of a socket read.
  const chunk = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0) + 3);
  for (let i = 0; i < chunk.length; i += 1) chunk[i] = serial++ & 255;
  let offset = 3;
  for (const length of lengths) {
    queue.push(chunk, offset, length, text);
    slow.packets.push({ bytes: chunk.slice(offset, offset + length), text });
    offset += length;
  }
}

function apply(queue: PacketQueue, slow: SlowQueue, next: Step): void {
  if (next.do === 'push') {
    push(queue, slow, next.lengths, next.text);
  } else if (next.do === 'reveal') {
    const expected = new SlowQueue();
    expected.packets = slow.packets;
    expected.visible = slow.visible;
    const more = expected.reveal(next.maxCount, next.maxBytes) > 0;
    expect(queue.canReveal(next.maxCount, next.maxBytes)).toBe(more);
    expect(queue.reveal(next.maxCount, next.maxBytes)).toBe(slow.reveal(next.maxCount, next.maxBytes));
  } else if (next.do === 'take') {
    for (let i = 0; i < next.count && slow.visible > 0; i += 1) {
      const packet = slow.packets.shift() as SlowPacket;
      slow.visible -= 1;
      expect(queue.take()).toEqual(packet.bytes);
    }
  }
}

describe('PacketQueue', () => {
  test('does what an array does, in any order of calls, through growth, wrap and shrinking', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new PacketQueue();
        const slow = new SlowQueue();
        for (const next of steps) {
          apply(queue, slow, next);
          expectSame(queue, slow);
        }
      }),
      { seed: 6455, numRuns: 400 },
    );
  });

  test('a packet that is its whole chunk is handed out without a copy', () => {
    const queue = new PacketQueue();
    const chunk = Uint8Array.of(1, 2, 3);
    queue.push(chunk, 0, 3, false);
    queue.reveal(1, 3);
    expect(queue.take()).toBe(chunk);
  });

  test('limits are exact: the last packet that fits is shown, the next one is not', () => {
    const queue = new PacketQueue();
    for (let i = 0; i < 4; i += 1) queue.push(new Uint8Array(10), 0, 10, false);
    expect(queue.reveal(4096, 30)).toBe(3);
    expect(queue.canReveal(4096, 39)).toBe(false);
    expect(queue.canReveal(4096, 40)).toBe(true);
    expect(queue.reveal(3, 4096)).toBe(0);
    expect(queue.reveal(4, 4096)).toBe(1);
  });

  test('empty packets count as packets and take no bytes', () => {
    const queue = new PacketQueue();
    for (let i = 0; i < 5; i += 1) queue.push(new Uint8Array(0), 0, 0, true);
    expect(queue.reveal(3, 0)).toBe(3);
    expect(queue.take()).toHaveLength(0);
    expect(queue.bytes).toBe(0);
  });

  test('a ring that was lent begins at its beginning, whatever the ring before it was', () => {
    // Large rings that are given back with their heads far behind, and small ones that wait for the next.
    const push = (queue: PacketQueue, count: number): void => {
      for (let i = 0; i < count; i += 1) queue.push(Uint8Array.of(i & 255), 0, 1, false);
    };
    const takeAll = (queue: PacketQueue, count: number): number[] => {
      expect(queue.reveal(count, count)).toBe(count);
      return Array.from({ length: count }, () => queue.take()[0]);
    };
    const [large, ...small] = Array.from({ length: 6 }, () => new PacketQueue());
    push(large, 1000);
    for (const queue of small) push(queue, 5);
    takeAll(large, 1000);
    for (const queue of small) takeAll(queue, 5);
    for (let round = 0; round < 6; round += 1) {
      for (const queue of [large, ...small]) {
        push(queue, 16);
        expect(takeAll(queue, 16)).toEqual([...Array(16).keys()]);
      }
    }
  });

  test('a ring that has wrapped keeps the order when it grows', () => {
    const queue = new PacketQueue();
    const sent: number[] = [];
    const taken: number[] = [];
    for (let round = 0; round < 12; round += 1) {
      for (let i = 0; i < 11; i += 1) {
        sent.push(sent.length & 255);
        queue.push(Uint8Array.of(sent.at(-1) as number), 0, 1, false);
      }
      queue.reveal(4096, 65535);
      for (let i = 0; i < 7; i += 1) taken.push(queue.take()[0]);
    }
    while (queue.visible > 0) taken.push(queue.take()[0]);
    expect(taken).toEqual(sent);
  });
});
