// The queue of a multiplayer peer, beside an array that does the same slowly: each packet with whom it came from.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OwnBytes } from '../../../host/bytes.js';
import { SourcedPackets } from '../../../host/godot4/multiplayer/sourced-packets.js';

const packetOf = (serial: number): OwnBytes => Uint8Array.of(serial & 255, (serial >> 8) & 255).subarray(serial % 2);

describe('SourcedPackets', () => {
  it('keeps packets and sources together when what waits moves up', () => {
    const queue = new SourcedPackets();
    for (let serial = 0; serial < 3000; serial += 1) queue.add(packetOf(serial), serial);
    for (let serial = 0; serial < 3000; serial += 1) {
      expect([queue.count, queue.nextSource]).toEqual([3000 - serial, serial]);
      expect(queue.take()).toEqual(packetOf(serial));
    }
    expect([queue.count, queue.bytes]).toEqual([0, 0]);
  });

  it('does what an array does', () => {
    const steps = fc.array(fc.tuple(fc.nat(2500), fc.nat(2500)), { maxLength: 8 });
    fc.assert(
      fc.property(steps, (rounds) => {
        const queue = new SourcedPackets();
        const slow: number[] = [];
        let serial = 0;
        for (const [adds, takes] of rounds) {
          for (let i = 0; i < adds; i += 1) {
            queue.add(packetOf(serial), serial);
            slow.push(serial++);
          }
          for (let i = 0; i < takes && slow.length > 0; i += 1) {
            const next = slow.shift() as number;
            if (queue.nextSource !== next || Buffer.compare(queue.take(), packetOf(next)) !== 0) return false;
          }
          const bytes = slow.reduce((sum, one) => sum + packetOf(one).length, 0);
          if (queue.count !== slow.length || queue.bytes !== bytes) return false;
        }
        return true;
      }),
      { seed: 6455, numRuns: 30 },
    );
  });

  it('takes what a connection shows, not what that makes it show', () => {
    const [shown, hidden] = [[1, 2, 3].map(packetOf), [4, 5, 6, 7].map(packetOf)];
    const peer = {
      get_available_packet_count: () => shown.length,
      get_packet: () => {
        shown.push(...hidden.splice(0, 1));
        return shown.shift() as OwnBytes;
      },
    };
    const queue = new SourcedPackets();
    expect([queue.moveFrom(peer, 9), queue.count, shown.length]).toEqual([true, 3, 3]);
    expect([queue.moveFrom(peer, 9), queue.count, shown.length]).toEqual([true, 6, 1]);
  });

  it('is empty after clear, and begins again', () => {
    const queue = new SourcedPackets();
    for (let serial = 0; serial < 5; serial += 1) queue.add(packetOf(serial), serial);
    queue.take();
    queue.clear();
    expect([queue.count, queue.bytes]).toEqual([0, 0]);
    queue.add(packetOf(9), 9);
    expect([queue.nextSource, queue.take()]).toEqual([9, packetOf(9)]);
  });
});
