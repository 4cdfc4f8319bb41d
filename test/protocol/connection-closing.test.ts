// From close() to CLOSED: what goes out first, what still comes in, and who waits how long for whom.
import { describe, expect, test } from 'vitest';
import { State } from '../../host/protocol/lifecycle.js';
import { concat } from '../helpers/memory-stream.js';
import { openRig, Rig, SIDES } from '../helpers/memory-stream-connection.js';
import { closeBody, OP, unmaskedHex } from '../helpers/raw-peer-frames.js';
import { requestFor } from '../helpers/raw-peer-handshake.js';
import { useReports } from '../helpers/reports.js';

useReports();
const NOTHING = new Uint8Array(0);
const BYE = new TextEncoder().encode('bye');

function closing(side: 'client' | 'server', settings = {}): Rig {
  const rig = openRig(side, settings);
  rig.connection.close(1000, BYE);
  return rig;
}

describe.each(SIDES)('a %s that closes', (side) => {
  test('sends the close frame in the call, behind everything that was sent before', () => {
    const rig = openRig(side);
    for (let i = 0; i < 3; i += 1) rig.connection.outbox.text(`packet ${i}`);
    rig.connection.close(1000, BYE);
    expect(rig.connection.state).toBe(State.CLOSING);
    expect(rig.stream.writes).toHaveLength(1);
    expect(rig.takeFrames().map(({ opcode }) => opcode)).toEqual([OP.TEXT, OP.TEXT, OP.TEXT, OP.CLOSE]);
  });

  test('shows the code and reason of the answer, not its own', () => {
    const rig = closing(side);
    expect(rig.connection.closeCode).toBe(-1);
    rig.receive(OP.CLOSE, closeBody(4321, 'yours'));
    rig.poll();
    expect([rig.connection.closeCode, rig.connection.closeReason]).toEqual([4321, 'yours']);
  });

  test('sends the close frame once, and nothing after it', () => {
    const rig = closing(side);
    rig.stream.takeWritten();
    rig.connection.close(4001, NOTHING);
    rig.receive(OP.PING, 'late');
    rig.poll();
    rig.receive(OP.CLOSE, closeBody(1000));
    rig.poll();
    rig.loop.settle();
    expect([rig.stream.takeWritten().length, rig.connection.state]).toEqual([0, State.CLOSED]);
  });

  test('leaves a ping unanswered that came before close() and was not polled', () => {
    const rig = openRig(side);
    rig.receive(OP.PING, 'early');
    rig.connection.close(1000, NOTHING);
    rig.poll();
    rig.loop.settle();
    expect(rig.takeFrames().map(({ opcode }) => opcode)).toEqual([OP.CLOSE]);
  });

  test('does not keep the event loop busy while it waits', () => {
    const rig = openRig(side);
    rig.receive(OP.PING, 'not polled');
    rig.connection.close(1000, NOTHING);
    rig.onWake = () => rig.poll();
    rig.poll();
    rig.loop.settle();
    expect([rig.connection.state, rig.loop.isIdle]).toEqual([State.CLOSING, true]);
  });

  test('still gets the packets that were under way, and keeps them readable', () => {
    const rig = closing(side);
    rig.receive(OP.TEXT, 'under way');
    rig.poll();
    expect([rig.connection.state, rig.connection.availablePackets]).toEqual([State.CLOSING, 1]);
    rig.receive(OP.TEXT, 'and this');
    rig.receive(OP.CLOSE, closeBody(1000));
    rig.poll();
    expect([rig.connection.state, rig.takeAll()]).toEqual([State.CLOSED, ['under way', 'and this']]);
  });

  test('reads on however much comes, and keeps no more than the limits', () => {
    const rig = closing(side, { maxQueuedPackets: 5, inboundBufferSize: 1000 });
    for (let i = 0; i < 100; i += 1) rig.receive(OP.BINARY, 'x'.repeat(900));
    rig.poll();
    expect([rig.stream.unreadBytes, rig.connection.state]).toEqual([0, State.CLOSING]);
    rig.receive(OP.CLOSE, closeBody(1000));
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, 1000]);
    expect(rig.takeAll().length).toBeLessThanOrEqual(2);
  });

  test('that had stopped reading reads on', () => {
    const rig = openRig(side, { maxQueuedPackets: 2 });
    rig.stream.deliver(concat(['a', 'b', 'c'].map((text) => rig.frame(OP.TEXT, text))));
    rig.receive(OP.CLOSE, closeBody(4000));
    rig.poll();
    expect(rig.stream.isReading).toBe(false);
    rig.connection.close(1000, NOTHING);
    rig.loop.settle();
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, 4000]);
  });

  test('waits close_timeout for the answer and no longer', () => {
    const rig = closing(side, { closeTimeoutMs: 3000 });
    rig.loop.advance(2999);
    rig.poll();
    expect(rig.connection.state).toBe(State.CLOSING);
    const { wakes } = rig;
    rig.loop.advance(1);
    expect(rig.wakes).toBe(wakes + 1);
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, -1]);
    expect(rig.stream.ending).toBe('destroyed');
  });

  test('looks at an answer that waits in the socket before it calls it late', () => {
    const rig = closing(side);
    rig.loop.later(() => rig.receive(OP.CLOSE, closeBody(1000, 'just in time')));
    rig.loop.stall(60_000);
    rig.poll();
    rig.loop.turnWithTimers();
    rig.poll();
    expect([rig.connection.state, rig.connection.closeReason]).toEqual([State.CLOSED, 'just in time']);
  });

  test('waits for ever with a timeout of 0, whatever message was under way', () => {
    const rig = openRig(side, { closeTimeoutMs: 0, messageTimeoutMs: 100 });
    rig.receive(OP.TEXT, 'begun', { fin: false });
    rig.poll();
    rig.connection.close(1000, NOTHING);
    rig.loop.advance(3_600_000);
    rig.poll();
    expect([rig.connection.state, rig.loop.pendingAlarms]).toEqual([State.CLOSING, 0]);
  });

  test('with a negative code drops the connection without a frame', () => {
    for (const rig of [openRig(side), closing(side)]) {
      rig.stream.takeWritten();
      rig.connection.destroy();
      expect([rig.connection.state, rig.connection.closeCode, rig.stream.ending]).toEqual([
        State.CLOSED,
        -1,
        'destroyed',
      ]);
      expect(rig.stream.takeWritten()).toHaveLength(0);
    }
  });

  test('lingers after the last frame, so that a TCP reset does not eat it', () => {
    const rig = closing(side);
    rig.receive(OP.CLOSE, closeBody(1000));
    rig.poll();
    expect(rig.stream.ending).toBe(2000);
  });

  describe('while the output is blocked', () => {
    function blocked(): Rig {
      const rig = openRig(side);
      rig.stream.block();
      rig.connection.outbox.text('first');
      rig.poll();
      rig.connection.outbox.text('second');
      return rig;
    }

    test('sends what waits, then the close frame', () => {
      const rig = blocked();
      rig.connection.close(1000, NOTHING);
      rig.poll();
      expect(rig.takeFrames()).toHaveLength(1);
      rig.stream.release();
      expect(rig.takeFrames().map(({ opcode }) => opcode)).toEqual([OP.TEXT, OP.CLOSE]);
      rig.receive(OP.CLOSE, closeBody(1000));
      rig.poll();
      expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, 1000]);
    });

    test('gives up after close_timeout', () => {
      const rig = blocked();
      rig.connection.close(1000, NOTHING);
      rig.loop.advance(10_000);
      rig.poll();
      expect([rig.connection.state, rig.stream.ending]).toEqual([State.CLOSED, 'destroyed']);
    });

    test('answers a close frame behind what waits, in CLOSING until it has left', () => {
      const rig = blocked();
      rig.receive(OP.CLOSE, closeBody(4000, 'they go'));
      rig.poll();
      expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSING, -1]);
      rig.stream.release();
      rig.poll();
      expect([rig.connection.state, rig.connection.closeCode, rig.connection.closeReason]).toEqual([
        State.CLOSED,
        4000,
        'they go',
      ]);
      expect(rig.stream.ending).toBe(2000);
    });

    test('tells its owner when the answer to a close frame has left', () => {
      const rig = blocked();
      rig.receive(OP.CLOSE, closeBody(4000));
      rig.poll();
      rig.loop.settle();
      rig.wakes = 0;
      rig.onWake = () => rig.poll();
      rig.stream.release();
      rig.loop.settle();
      expect([rig.wakes, rig.connection.state, rig.connection.closeCode]).toEqual([1, State.CLOSED, 4000]);
    });

    test('knows the other side’s code even when the answer never leaves', () => {
      const rig = blocked();
      rig.receive(OP.CLOSE, closeBody(4000));
      rig.poll();
      rig.stream.reset();
      rig.poll();
      expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, 4000]);
    });

    test('tells the other side of a violation behind what is under way, within the linger time', () => {
      const rig = blocked();
      rig.receive(OP.TEXT, 'x', { rsv: 1 });
      rig.poll();
      expect([rig.connection.state, rig.connection.closeCode, rig.stream.ending]).toEqual([State.CLOSED, 1002, 2000]);
    });
  });

  test.each([
    ['echoes a received close body as it came', closeBody(1001, 'why'), '880503e9776879', 1001],
    ['answers an empty close body with an empty one', new Uint8Array(0), '8800', 0],
    ['answers a close body of one byte with 1002 and shows -1', Uint8Array.of(3), '880203ea', -1],
  ])('§5.5.1 %s', (_, body, reply, shown) => {
    const rig = openRig(side);
    rig.receive(OP.CLOSE, body);
    rig.poll();
    expect(unmaskedHex(rig.stream.takeWritten())).toBe(reply);
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, shown]);
  });

  test('§5.5.1 a close body of one byte is no answer to a close frame', () => {
    const rig = openRig(side);
    rig.connection.close(1000, new Uint8Array(0));
    rig.receive(OP.CLOSE, Uint8Array.of(3));
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, -1]);
  });
});

describe.each(SIDES)('a %s that is not polled any more behind close()', (side) => {
  test('lets go of the stream when the answer has come, and shows it in poll() only', () => {
    const rig = closing(side);
    expect(rig.stream.ending).toBe(null);
    rig.receive(OP.CLOSE, closeBody(4321, 'yours'));
    expect([rig.stream.ending, rig.connection.state, rig.connection.closeCode]).toEqual([2000, State.CLOSING, -1]);
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, 4321]);
    expect([rig.stream.ending, rig.loop.pendingAlarms]).toEqual([2000, 0]);
  });

  test('lets go of it when the other side has just ended', () => {
    const rig = closing(side);
    rig.stream.end();
    expect([rig.stream.ending, rig.connection.state]).toEqual([2000, State.CLOSING]);
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, -1]);
  });

  test('lets go of it within the call when the other side’s close had come before', () => {
    const rig = openRig(side);
    rig.receive(OP.CLOSE, closeBody(4000));
    rig.connection.close(1000, BYE);
    expect([rig.stream.ending, rig.connection.state]).toEqual([2000, State.CLOSING]);
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, 4000]);
  });

  test('drops it after close_timeout, and shows that in poll() only', () => {
    const rig = closing(side, { closeTimeoutMs: 3000 });
    rig.loop.advance(2999);
    expect(rig.stream.ending).toBe(null);
    rig.loop.advance(2);
    expect([rig.stream.ending, rig.connection.state]).toEqual(['destroyed', State.CLOSING]);
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode, rig.loop.pendingAlarms]).toEqual([State.CLOSED, -1, 0]);
  });

  test('waits for what has still to leave, and lets go of the stream then', () => {
    const rig = openRig(side);
    rig.stream.block();
    rig.connection.outbox.text('still under way');
    rig.connection.close(1000, BYE);
    rig.receive(OP.CLOSE, closeBody(4321));
    expect(rig.stream.ending).toBe(null);
    rig.stream.release();
    expect([rig.stream.ending, rig.connection.state]).toEqual([2000, State.CLOSING]);
  });

  test('lets go of it when its answer to a close has left', () => {
    const rig = openRig(side);
    rig.stream.block();
    rig.connection.outbox.text('under way');
    rig.connection.outbox.flush();
    rig.receive(OP.CLOSE, closeBody(4321));
    rig.poll();
    expect([rig.stream.ending, rig.connection.state]).toEqual([null, State.CLOSING]);
    rig.stream.release();
    expect([rig.stream.ending, rig.connection.state]).toEqual([2000, State.CLOSING]);
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, 4321]);
  });
});

describe.each(SIDES)('a %s whose game has let go of it', (side) => {
  test('says goodbye, and is found ended in poll()', () => {
    const rig = openRig(side);
    rig.receive(OP.TEXT, 'unread');
    rig.connection.leave();
    expect(rig.takeFrames().map(({ opcode, payload }) => [opcode, ...payload])).toEqual([[OP.CLOSE, 0x03, 0xe8]]);
    expect([rig.stream.ending, rig.connection.state]).toEqual([2000, State.OPEN]);
    rig.poll();
    expect(rig.takeAll()).toEqual(['unread']);
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, -1]);
  });
});

test('a failure of an open connection names the visitor, not the proxy', () => {
  const rig = new Rig('server', { trustedProxies: ['127.0.0.1'] });
  rig.stream.deliver(requestFor('/', ['X-Forwarded-For: 203.0.113.9']));
  rig.poll();
  expect(rig.connection.state).toBe(State.OPEN);
  rig.stream.reset(null);
  rig.poll();
  expect(rig.connection.failure?.message).toContain('the connection to the client at 203.0.113.9 broke: ');
});
