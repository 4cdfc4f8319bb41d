// Deflated packets in a queue: when each is inflated, beside an array that does the same slowly; and what can't be.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAULT_INVALID_UTF8, FAULT_MESSAGE_TOO_BIG } from '../../assembly/abi.js';
import { FAULT_INVALID_DEFLATE } from '../../host/codec/faults.js';
import { core } from '../../host/codec/load.js';
import { Inflation } from '../../host/protocol/inflation.js';
import { PacketQueue } from '../../host/protocol/packet-queue.js';
import { type Deflater, InflateFault } from '../../host/transport/deflater.js';

const MOST = 1000;
const BROKEN = 0xffff;

interface Packet {
  /** What the other side means; BROKEN can't be inflated. */
  readonly length: number;
  readonly isText: boolean;
  /** Length of what has come, -1 for a packet that is not deflated. */
  wire: number;
}

/** Inflates payloads of at least three bytes: a length of two bytes, and what each byte of the message is. */
class PlayedDeflater implements Deflater {
  calls = 0;

  deflate(): null {
    return null;
  }

  inflate(bytes: Uint8Array, most: number): Uint8Array<ArrayBuffer> | InflateFault {
    this.calls += 1;
    const [high, low, value] = bytes;
    const length = high * 256 + low;
    if (length === BROKEN) return InflateFault.INVALID;
    return length > most ? InflateFault.TOO_BIG : new Uint8Array(length).fill(value);
  }
}

function start(): { queue: PacketQueue; deflater: PlayedDeflater; inflation: Inflation } {
  const deflater = new PlayedDeflater();
  return { queue: new PacketQueue(), deflater, inflation: new Inflation(core, deflater, MOST) };
}

/** Pushes `packets`, the bytes of which are 'a', as one read has them. */
function push(queue: PacketQueue, packets: readonly Packet[], value = 97): void {
  const parts = packets.map(({ length, wire }) => {
    if (wire < 0) return new Uint8Array(length).fill(value);
    const payload = new Uint8Array(wire);
    payload.set([length >> 8, length & 255, value]);
    return payload;
  });
  const chunk = new Uint8Array(Buffer.concat(parts));
  let at = 0;
  for (const [index, { isText, wire }] of packets.entries()) {
    queue.push(chunk, at, parts[index].length, isText, wire >= 0);
    at += parts[index].length;
  }
}

const plain = (length: number): Packet => ({ length, isText: false, wire: -1 });
const deflated = (length: number, wire = 3, isText = false): Packet => ({ length, isText, wire });

/** What the queue and the inflation have to do together, without a thought for speed. */
class SlowQueue {
  packets: Packet[] = [];
  visible = 0;
  inflated = 0;

  get bytes(): number {
    return this.packets.reduce((sum, { length, wire }) => sum + (wire < 0 ? length : wire), 0);
  }

  reveal(maxCount: number, maxBytes: number): number {
    while (this.visible < Math.min(this.packets.length, maxCount)) {
      const next = this.packets[this.visible];
      if (next.wire >= 0) {
        this.inflated += 1;
        if (next.length > MOST) {
          this.packets.length = this.visible;
          return next.length === BROKEN ? FAULT_INVALID_DEFLATE : FAULT_MESSAGE_TOO_BIG;
        }
        next.wire = -1;
      }
      const shown = this.packets.slice(0, this.visible + 1).reduce((sum, { length }) => sum + length, 0);
      if (shown > maxBytes) break;
      this.visible += 1;
    }
    return 0;
  }
}

const packet: fc.Arbitrary<Packet> = fc.record({
  length: fc.oneof({ weight: 20, arbitrary: fc.nat(300) }, fc.constantFrom(0, MOST, MOST + 1, BROKEN)),
  isText: fc.boolean(),
  wire: fc.oneof(fc.integer({ min: 3, max: 60 }), fc.integer({ min: 3, max: 1200 })),
});
const plainPacket = fc.record({ length: fc.nat(300), isText: fc.boolean(), wire: fc.constant(-1) });

type Step = { push: Packet[] } | { reveal: readonly [maxCount: number, maxBytes: number] } | { take: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ push: fc.array(fc.oneof(packet, packet, plainPacket), { minLength: 1, maxLength: 12 }) }),
  fc.record({ reveal: fc.tuple(fc.nat(20), fc.integer({ min: MOST, max: 3000 })) }),
  fc.record({ take: fc.nat(25) }),
);

describe('deflated packets', () => {
  test('are inflated when they come to be visible, at most one more than fits, in any order of calls', () => {
    const run = (steps: readonly Step[]): void => {
      const { queue, deflater, inflation } = start();
      const slow = new SlowQueue();
      for (const next of steps) {
        if ('push' in next) {
          push(queue, next.push);
          slow.packets.push(...next.push.map((one) => ({ ...one })));
        } else if ('reveal' in next) {
          expect(inflation.reveal(queue, ...next.reveal)).toBe(slow.reveal(...next.reveal));
          expect(queue.canReveal(...next.reveal), 'a second look would find nothing').toBe(false);
        } else {
          for (let left = Math.min(next.take, queue.visible); left > 0; left -= 1) {
            const { length, isText } = slow.packets.shift() as Packet;
            slow.visible -= 1;
            expect(queue.nextIsText).toBe(isText);
            expect(queue.take()).toEqual(new Uint8Array(length).fill(97));
          }
        }
        expect([queue.visible, queue.count, queue.bytes]).toEqual([slow.visible, slow.packets.length, slow.bytes]);
        expect(deflater.calls).toBe(slow.inflated);
      }
    };
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), run), { seed: 7692, numRuns: 500 });
  });

  test('count as long as they came until then', () => {
    const { queue, deflater, inflation } = start();
    push(queue, [deflated(1000), deflated(1000), deflated(1000), deflated(1000)]);
    expect([queue.bytes, queue.canReveal(9, 1999)]).toEqual([12, true]);
    inflation.reveal(queue, 9, 1999);
    expect([queue.visible, queue.bytes, deflater.calls]).toEqual([1, 2006, 2]);
    inflation.reveal(queue, 9, 2000);
    expect([queue.visible, queue.bytes, deflater.calls]).toEqual([2, 3003, 3]);
  });

  test.each([
    ['an empty one at a full queue', [plain(1000), deflated(0)], 2],
    ['one that becomes shorter', [plain(900), deflated(100, 1100)], 2],
    ['one of the limit that is longer as it came', [deflated(1000, 1100)], 1],
    ['one byte more', [plain(900), deflated(101, 3)], 1],
  ])('are shown by their own length: %s', (_, packets, visible) => {
    const { queue, inflation } = start();
    push(queue, packets);
    inflation.reveal(queue, 9, 1000);
    expect([queue.visible, queue.canReveal(9, 1000)]).toEqual([visible, false]);
  });

  test.each([
    ['too long', [deflated(MOST + 1)], FAULT_MESSAGE_TOO_BIG],
    ['broken', [deflated(BROKEN)], FAULT_INVALID_DEFLATE],
  ])('that are %s drop what is behind them, not what is before', (_, bad, fault) => {
    const { queue, inflation } = start();
    push(queue, [plain(1), deflated(2), ...bad, deflated(3), plain(4)]);
    expect(inflation.reveal(queue, 9, MOST)).toBe(fault);
    expect([queue.visible, queue.count, queue.bytes]).toEqual([2, 2, 3]);
    push(queue, [deflated(5)]);
    expect([inflation.reveal(queue, 9, MOST), queue.visible]).toEqual([0, 3]);
  });

  test('are inflated 1024 at a time, in order with plain ones, so that many small ones do not stop the game', () => {
    const { queue, deflater, inflation } = start();
    push(queue, [plain(1), ...Array.from({ length: 2000 }, () => deflated(0)), plain(2)]);
    inflation.reveal(queue, 4096, MOST);
    expect([queue.visible, deflater.calls, queue.canReveal(4096, MOST)]).toEqual([1025, 1024, true]);
    inflation.reveal(queue, 4096, MOST);
    expect([queue.visible, deflater.calls, queue.canReveal(4096, MOST)]).toEqual([2002, 2000, false]);
  });

  test('that are dropped leave nothing of an empty queue', () => {
    const { queue, inflation } = start();
    push(queue, [plain(1), deflated(BROKEN), plain(1)]);
    queue.reveal(1, MOST);
    queue.take();
    expect([queue.place, queue.count]).toEqual([1, 2]);
    inflation.reveal(queue, 9, MOST);
    expect([queue.place, queue.count, queue.bytes, queue.firstChunk]).toEqual([0, 0, 0, null]);
  });

  test('are UTF-8 if they are text', () => {
    for (const isText of [true, false]) {
      const { queue, inflation } = start();
      push(queue, [deflated(20, 3, isText)], 0xff);
      expect(inflation.reveal(queue, 9, MOST)).toBe(isText ? FAULT_INVALID_UTF8 : 0);
    }
  });

  test('do not keep the read that they came in', () => {
    const { queue, inflation } = start();
    push(queue, [deflated(10, 3000), deflated(10, 3000)]);
    inflation.reveal(queue, 9, MOST);
    expect([queue.take(), queue.take()].map(({ buffer }) => buffer.byteLength)).toEqual([10, 10]);
  });
});
