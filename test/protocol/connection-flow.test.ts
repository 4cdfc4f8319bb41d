// Flow control: limits that are exact for the game, reading that stops and goes on, control frames that do not wait.
import { describe, expect, test } from 'vitest';
import { State } from '../../host/protocol/lifecycle.js';
import { concat } from '../helpers/memory-stream.js';
import { openRig, type Rig, SIDES } from '../helpers/memory-stream-connection.js';
import { closeBody, OP, unmaskedHex } from '../helpers/raw-peer-frames.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

function deliverTexts(rig: Rig, from: number, to: number): void {
  for (let i = from; i < to; i += 1) rig.receive(OP.TEXT, String(i));
}

/** The two ways to take a packet, as text. */
const TAKES: [string, (rig: Rig) => string][] = [
  ['takePacket', ({ connection }) => Buffer.from(connection.takePacket()).toString()],
  [
    'takePacketInto',
    ({ connection }) => {
      const target = Buffer.alloc(64);
      return target.toString('utf8', 0, connection.takePacketInto(target));
    },
  ],
];

describe.each(SIDES)('a %s', (side) => {
  test('stops reading at max_queued_packets and goes on once half of them are taken', () => {
    const rig = openRig(side, { maxQueuedPackets: 4 });
    deliverTexts(rig, 0, 10);
    rig.poll();
    expect([rig.connection.availablePackets, rig.stream.isReading]).toEqual([4, false]);
    expect(rig.stream.unreadBytes).toBeGreaterThan(0);
    rig.connection.takePacket();
    rig.loop.settle();
    expect(rig.stream.isReading).toBe(false);
    rig.connection.takePacket();
    rig.loop.settle();
    // 2 are left, two more were read, the rest waits in the socket again.
    expect([rig.connection.availablePackets, rig.stream.isReading]).toEqual([2, false]);
    rig.poll();
    expect(rig.takeAll()).toEqual(['2', '3', '4', '5']);
    const rest: string[] = [];
    while (rig.stream.unreadBytes > 0 || rig.connection.availablePackets > 0) {
      rig.loop.settle();
      rig.poll();
      rest.push(...rig.takeAll());
    }
    expect(rest).toEqual(['6', '7', '8', '9']);
  });

  test.each(TAKES)('reads on once half of its packets are taken by %s', (_name, take) => {
    const rig = openRig(side, { maxQueuedPackets: 4 });
    deliverTexts(rig, 0, 4);
    rig.poll();
    expect(rig.stream.isReading).toBe(false);
    for (let i = 0; i < 4; i += 1) take(rig);
    rig.loop.settle();
    expect(rig.stream.isReading).toBe(true);
    rig.receive(OP.BINARY, 'next');
    rig.poll();
    expect(rig.connection.availablePackets).toBe(1);
  });

  test.each(TAKES)('tells of packets behind the limit, also when it is CLOSING, as %s makes room', (_name, take) => {
    for (const closes of [false, true]) {
      const rig = openRig(side, { maxQueuedPackets: 4 });
      rig.stream.deliver(concat(Array.from({ length: 10 }, (_, i) => rig.frame(OP.TEXT, String(i)))));
      rig.poll();
      if (closes) rig.connection.close(1000, new Uint8Array(0));
      const texts: string[] = [];
      for (const more of [4, 4, 2]) {
        expect(rig.connection.availablePackets).toBe(more);
        rig.loop.settle();
        rig.wakes = 0;
        for (let i = 0; i < more; i += 1) texts.push(take(rig));
        rig.loop.settle();
        if (texts.length < 10) expect(rig.wakes).toBeGreaterThan(0);
        rig.poll();
      }
      expect(texts).toEqual([...'0123456789']);
    }
  });

  test.each(TAKES)('hands over by %s what was behind the limit when it was dropped', (_name, take) => {
    const rig = openRig(side, { maxQueuedPackets: 4 });
    rig.stream.deliver(concat(Array.from({ length: 10 }, (_, i) => rig.frame(OP.TEXT, String(i)))));
    rig.poll();
    rig.connection.close(1000, new Uint8Array(0));
    rig.connection.destroy();
    const texts: string[] = [];
    while (rig.connection.availablePackets > 0) texts.push(take(rig));
    expect([rig.connection.state, texts]).toEqual([State.CLOSED, [...'0123456789']]);
  });

  test('shows whole packets up to the bytes of its queue, and no more', () => {
    const rig = openRig(side, { inboundBufferSize: 65535 });
    const frames = ['A', 'B', 'C', 'D', 'E'].map((letter) => rig.frame(OP.BINARY, letter.repeat(20000)));
    rig.stream.deliver(concat(frames), 9000);
    rig.poll();
    expect(rig.connection.availablePackets).toBe(3);
    const first: string[] = [];
    for (let rounds = 0; rounds < 20; rounds += 1) {
      first.push(...rig.takeAll().map((packet) => packet[0]));
      rig.loop.settle();
      rig.poll();
    }
    expect(first).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  test.each([
    [1, 1],
    [2, 3],
    [100, 127],
    [65535, 65535],
    [65536, 131071],
  ])('inbound_buffer_size %i gives room for %i bytes of waiting packets', (size, room) => {
    const rig = openRig(side, { inboundBufferSize: size, maxQueuedPackets: 1_000_000 });
    const ones = concat(Array.from({ length: 3000 }, () => rig.frame(OP.BINARY, 'x'.repeat(Math.min(50, size)))));
    rig.stream.deliver(ones);
    rig.poll();
    expect(rig.connection.availablePackets).toBe(Math.min(3000, Math.floor(room / Math.min(50, size))));
  });

  test('takes a message of exactly inbound_buffer_size and refuses one byte more with 1009', () => {
    const exact = openRig(side, { inboundBufferSize: 1000 });
    exact.receive(OP.TEXT, 'x'.repeat(1000));
    exact.poll();
    expect(exact.takeAll()).toEqual(['x'.repeat(1000)]);
    const over = openRig(side, { inboundBufferSize: 1000 });
    over.receive(OP.TEXT, 'x'.repeat(1001));
    over.poll();
    expect([over.connection.state, over.connection.closeCode]).toEqual([State.CLOSED, 1009]);
    expect(over.connection.closeReason).toBe('Message too big');
    expect(unmaskedHex(over.stream.takeWritten())).toBe('880203f1');
    expect(reports.take()).toEqual([expect.stringMatching(/inbound_buffer_size \(1000 bytes\).*1009/)]);
  });

  test('counts the total of the fragments for 1009, and stores nothing of what goes beyond', () => {
    const rig = openRig(side, { inboundBufferSize: 1000 });
    rig.receive(OP.TEXT, 'x'.repeat(600), { fin: false });
    rig.receive(OP.PING, 'p'.repeat(125));
    rig.receive(OP.CONTINUATION, 'x'.repeat(400), { fin: false });
    rig.poll();
    expect(rig.connection.state).toBe(State.OPEN);
    rig.receive(OP.CONTINUATION, '', { announced: 1n }); // its header alone tells
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, 1009]);
  });

  test('§5.5.2 a ping is answered in the next poll although the queue is full', () => {
    const rig = openRig(side, { maxQueuedPackets: 2 });
    rig.stream.deliver(
      concat([rig.frame(OP.TEXT, 'a'), rig.frame(OP.TEXT, 'b'), rig.frame(OP.PING, 'now'), rig.frame(OP.TEXT, 'c')]),
    );
    rig.poll();
    expect(rig.connection.availablePackets).toBe(2);
    expect(unmaskedHex(rig.stream.takeWritten())).toBe('8a036e6f77');
    rig.poll();
    expect([rig.connection.state, rig.connection.availablePackets]).toEqual([State.OPEN, 2]);
  });

  test('keeps at most one socket read behind the limits', () => {
    const rig = openRig(side, { maxQueuedPackets: 10, inboundBufferSize: 100 });
    const flood = concat(Array.from({ length: 50000 }, () => rig.frame(OP.BINARY, 'xy')));
    rig.stream.deliver(flood);
    rig.poll();
    expect(rig.connection.availablePackets).toBe(10);
    expect(flood.length - rig.stream.unreadBytes).toBeLessThanOrEqual(65536);
    let taken = 0;
    while (rig.connection.availablePackets > 0) {
      taken += rig.takeAll().length;
      rig.loop.settle();
      rig.poll();
    }
    expect(taken).toBe(50000);
  });

  test('a partial message is no packet: it does not stop the reading', () => {
    const rig = openRig(side, { maxQueuedPackets: 1 });
    rig.receive(OP.TEXT, 'begun', { fin: false });
    rig.poll();
    expect([rig.connection.availablePackets, rig.stream.isReading]).toEqual([0, true]);
  });

  test('a close frame behind a full queue waits for the game, and loses it nothing', () => {
    const rig = openRig(side, { maxQueuedPackets: 3 });
    const frames = Array.from({ length: 10 }, (_, i) => rig.frame(OP.TEXT, String(i)));
    rig.stream.deliver(concat([...frames, rig.frame(OP.CLOSE, closeBody(1000))]));
    const seen: string[] = [];
    for (let polls = 0; rig.connection.state !== State.CLOSED; polls += 1) {
      expect(polls).toBeLessThan(10);
      rig.poll();
      expect(rig.connection.availablePackets).toBeLessThanOrEqual(3);
      seen.push(...rig.takeAll());
    }
    expect(seen).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(rig.connection.closeCode).toBe(1000);
  });

  test('packets that are handed over stay what they are while more arrives', () => {
    const rig = openRig(side);
    rig.receive(OP.BINARY, 'first');
    rig.poll();
    const packet = rig.connection.takePacket();
    for (let i = 0; i < 50; i += 1) rig.receive(OP.BINARY, 'z'.repeat(5));
    rig.poll();
    expect(Buffer.from(packet).toString()).toBe('first');
  });
});
