// What a game sees, and in which order: packets first, then how the connection ends.
import { describe, expect, test } from 'vitest';
import { State } from '../../host/protocol/lifecycle.js';
import { concat } from '../helpers/memory-stream.js';
import { openRig, type Rig, SIDES } from '../helpers/memory-stream-connection.js';
import { closeBody, OP, unmaskedHex } from '../helpers/raw-peer-frames.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const NOTHING = new Uint8Array(0);

interface Ending {
  readonly name: string;
  readonly arrive: (rig: Rig) => void;
  readonly code: number;
  readonly reason: string;
  /** What goes out, as if nobody had masked. */
  readonly reply: string;
}

const ENDINGS: readonly Ending[] = [
  {
    name: '§5.5.1 a close frame',
    arrive: (rig) => rig.receive(OP.CLOSE, closeBody(4321, 'why')),
    code: 4321,
    reason: 'why',
    reply: '880510e1776879',
  },
  {
    name: '§5.2 a protocol violation',
    arrive: (rig) => rig.receive(OP.TEXT, 'x', { rsv: 2 }),
    code: 1002,
    reason: 'Protocol error',
    reply: '880203ea',
  },
  {
    name: '§8.1 text that is not UTF-8',
    arrive: (rig) => rig.receive(OP.TEXT, [0xff]),
    code: 1007,
    reason: 'Invalid frame payload data',
    reply: '880203ef',
  },
  {
    name: 'a malformed frame',
    arrive: (rig) => rig.receive(OP.PING, '', { fin: false }),
    code: -1,
    reason: '',
    reply: '880203ea',
  },
  { name: 'the end of the stream', arrive: (rig) => rig.stream.end(), code: -1, reason: '', reply: '' },
  { name: 'a lost connection', arrive: (rig) => rig.stream.reset(), code: -1, reason: '', reply: '' },
];

function expectClosed({ connection }: Rig, { code, reason }: Ending): void {
  expect([connection.state, connection.closeCode, connection.closeReason]).toEqual([State.CLOSED, code, reason]);
}

describe.each(SIDES)('a %s', (side) => {
  describe.each(ENDINGS)('on $name', (ending) => {
    test('without packets before it, closes in the same poll', () => {
      const rig = openRig(side);
      ending.arrive(rig);
      rig.poll();
      expectClosed(rig, ending);
      expect(unmaskedHex(rig.stream.takeWritten())).toBe(ending.reply);
    });

    test('hands over what came before it, and closes in the next poll', () => {
      const rig = openRig(side);
      rig.receive(OP.TEXT, 'one');
      rig.receive(OP.TEXT, 'two');
      ending.arrive(rig);
      rig.poll();
      expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.OPEN, -1]);
      expect(rig.takeAll()).toEqual(['one', 'two']);
      rig.poll();
      expectClosed(rig, ending);
    });

    test('packets that were not taken stay readable when it is closed', () => {
      const rig = openRig(side);
      rig.receive(OP.TEXT, 'one');
      ending.arrive(rig);
      rig.poll();
      rig.poll();
      expectClosed(rig, ending);
      expect(rig.connection.availablePackets).toBe(1);
      expect(rig.takeAll()).toEqual(['one']);
    });

    test('packets beyond the queue limits come one by one, and the end comes behind the last', () => {
      const rig = openRig(side, { maxQueuedPackets: 2 });
      rig.stream.deliver(concat(['a', 'b', 'c', 'd', 'e'].map((text) => rig.frame(OP.TEXT, text))));
      // The queue is full: nothing behind these is read before the game takes some.
      rig.poll();
      const seen: string[][] = [];
      while (rig.connection.availablePackets > 0) {
        seen.push(rig.takeAll());
        rig.poll();
      }
      rig.loop.settle();
      ending.arrive(rig);
      rig.poll();
      expect(seen).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
      expectClosed(rig, ending);
    });

    test('raises no alarm and lets go of the stream', () => {
      const rig = openRig(side, { heartbeatIntervalMs: 500, messageTimeoutMs: 500 });
      rig.receive(OP.TEXT, 'begun', { fin: false });
      ending.arrive(rig);
      rig.poll();
      if (rig.connection.state === State.OPEN) rig.poll();
      expect(rig.connection.state).toBe(State.CLOSED);
      expect(rig.loop.pendingAlarms).toBe(0);
      expect(rig.stream.hasSink).toBe(false);
    });
  });

  test('an answer to the last packet leaves before the close is answered', () => {
    const rig = openRig(side);
    rig.receive(OP.TEXT, 'question');
    rig.receive(OP.CLOSE, closeBody(1000));
    rig.poll();
    expect(rig.takeAll()).toEqual(['question']);
    expect(rig.connection.checkSendable()).toBe(true);
    rig.connection.outbox.text('answer');
    rig.poll();
    expect(rig.takeFrames().map(({ opcode }) => opcode)).toEqual([OP.TEXT, OP.CLOSE]);
  });

  test('an answer may still be sent when the other side has only finished sending', () => {
    const rig = openRig(side);
    rig.receive(OP.TEXT, 'question');
    rig.stream.end();
    rig.poll();
    rig.takeAll();
    expect(rig.connection.checkSendable()).toBe(true);
    rig.poll();
    expect(rig.connection.state).toBe(State.CLOSED);
  });

  test('a send finds out that the other side has gone, before any poll', () => {
    const rig = openRig(side);
    rig.stream.end();
    expect(rig.connection.checkSendable()).toBe(false);
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, -1]);
  });

  test('a send on a lost connection fails and leaves unread packets where they are', () => {
    const rig = openRig(side);
    rig.receive(OP.TEXT, 'unread');
    rig.stream.reset();
    expect(rig.connection.checkSendable()).toBe(false);
    expect(rig.connection.state).toBe(State.OPEN);
    rig.poll();
    expect(rig.takeAll()).toEqual(['unread']);
    rig.poll();
    expect(rig.connection.state).toBe(State.CLOSED);
  });

  test('what follows a close frame is not looked at', () => {
    const rig = openRig(side);
    rig.stream.deliver(concat([rig.frame(OP.CLOSE, closeBody(1000)), rig.frame(OP.TEXT, 'late'), rig.frame(3)]));
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode, rig.takeAll()]).toEqual([State.CLOSED, 1000, []]);
  });

  test('frames that came with the handshake are there in the poll that opens', () => {
    const rig = openRig(side);
    expect(rig.connection.availablePackets).toBe(0);
    rig.receive(OP.TEXT, 'unread');
    rig.poll();
    expect(rig.takeAll()).toEqual(['unread']);
  });

  test('§5.4 every fragment boundary and every split of the bytes gives the same messages', () => {
    const bytes = (rig: Rig): Uint8Array =>
      concat([
        rig.frame(OP.TEXT, 'hé', { fin: false }),
        rig.frame(OP.PING, 'between'),
        rig.frame(OP.CONTINUATION, '€', { fin: false }),
        rig.frame(OP.CONTINUATION, '', { fin: false }),
        rig.frame(OP.CONTINUATION, '😀'),
        rig.frame(OP.BINARY, 'b'.repeat(300)),
        rig.frame(OP.TEXT, ''),
      ]);
    for (let size = 1; size <= 40; size += 1) {
      const rig = openRig(side);
      rig.stream.deliver(bytes(rig), size);
      rig.poll();
      expect(rig.takeAll()).toEqual(['hé€😀', 'b'.repeat(300), '']);
      const [pong] = rig.takeFrames();
      expect([pong.opcode, Buffer.from(pong.payload).toString()]).toEqual([OP.PONG, 'between']);
    }
  });

  test('two connections whose messages interleave chunk by chunk keep theirs apart', () => {
    const one = openRig(side);
    const two = openRig(side);
    const first = one.frame(OP.TEXT, 'first €'.repeat(40));
    const second = two.frame(OP.TEXT, 'second é'.repeat(40));
    for (let at = 0; at < Math.max(first.length, second.length); at += 7) {
      if (at < first.length) one.stream.deliver(first.subarray(at, at + 7));
      if (at < second.length) two.stream.deliver(second.subarray(at, at + 7));
    }
    one.poll();
    two.poll();
    expect([one.takeAll(), two.takeAll()]).toEqual([['first €'.repeat(40)], ['second é'.repeat(40)]]);
  });

  test('errors of the other side are told by code and reason, and once through the error handler', () => {
    const rig = openRig(side);
    rig.receive(OP.TEXT, 'x', { rsv: 1 });
    rig.poll();
    rig.connection.close(1000, NOTHING);
    expect(reports.take()).toEqual([
      expect.stringMatching(/broke: a frame with reserved bits was refused with 1002 \(PROTOCOL_ERROR\)$/),
    ]);
    expect(rig.connection.failure).toMatchObject({ stage: 'open', code: 'PROTOCOL_ERROR' });
  });
});
