// A stream that is made of code may call its connection while it is being written to: no transition happens twice, and
// no frame is sent twice or out of order.
import { describe, expect, test } from 'vitest';
import { State } from '../../host/protocol/lifecycle.js';
import { openRig, Rig, SIDES } from '../helpers/memory-stream-connection.js';
import { closeBody, OP } from '../helpers/raw-peer-frames.js';
import { useReports } from '../helpers/reports.js';

useReports();
const NOTHING = new Uint8Array(0);

/** Calls `act` once, inside the next write and before the network sees it. */
function duringWrite(rig: Rig, act: (rig: Rig) => void): void {
  const { stream } = rig;
  const write = stream.write.bind(stream);
  let isDue = true;
  stream.write = (pieces) => {
    if (isDue) {
      isDue = false;
      act(rig);
    }
    // A stream that was let go of takes nothing more, in silence.
    return stream.ending !== null || write(pieces);
  };
}

const ACTS: [string, (rig: Rig) => void, isDrop: boolean][] = [
  ['poll()', (rig) => rig.poll(), false],
  ['close()', (rig) => rig.connection.close(1000, NOTHING), false],
  ['close(-1)', (rig) => rig.connection.destroy(), true],
];

describe.each(SIDES)('a %s whose stream calls', (side) => {
  describe.each(ACTS)('%s while it takes', (_act, act, isDrop) => {
    test('the answer to a close: there is one answer', () => {
      const rig = openRig(side);
      rig.receive(OP.CLOSE, closeBody(4321));
      duringWrite(rig, act);
      rig.poll();
      rig.loop.settle();
      rig.poll();
      expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, 4321]);
      expect(rig.takeFrames().map(({ opcode }) => opcode)).toEqual(isDrop ? [] : [OP.CLOSE]);
      expect(rig.loop.pendingAlarms).toBe(0);
    });

    test('the close frame of a violation: there is one', () => {
      const rig = openRig(side);
      rig.receive(3, 'of no kind');
      duringWrite(rig, act);
      rig.poll();
      rig.loop.settle();
      expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, 1002]);
      expect(rig.takeFrames().map(({ opcode }) => opcode)).toEqual(isDrop ? [] : [OP.CLOSE]);
    });

    test('the close frame of close(): there is one, and no clock runs for a connection that was dropped', () => {
      const rig = openRig(side);
      duringWrite(rig, act);
      rig.connection.close(4000, NOTHING);
      rig.loop.settle();
      expect(rig.connection.state).toBe(isDrop ? State.CLOSED : State.CLOSING);
      expect(rig.takeFrames().map(({ opcode }) => opcode)).toEqual(isDrop ? [] : [OP.CLOSE]);
      expect(rig.loop.pendingAlarms).toBe(isDrop ? 0 : 1);
    });

    test('its half of the handshake: there is one', () => {
      const rig = new Rig(side);
      if (side === 'server') rig.stream.deliver(new TextEncoder().encode('POST / HTTP/1.1\r\n\r\n'));
      duringWrite(rig, act);
      rig.poll();
      rig.loop.settle();
      const isOver = side === 'server' || isDrop || act === ACTS[1][1];
      expect(rig.connection.state).toBe(isOver ? State.CLOSED : State.CONNECTING);
      expect(rig.stream.writes.length).toBe(act === ACTS[0][1] ? 1 : 0);
    });
  });

  test('poll() hears of its news again at the end of the turn', () => {
    const rig = openRig(side);
    rig.connection.outbox.text('x');
    duringWrite(rig, () => rig.poll());
    rig.poll();
    expect(rig.wakes).toBe(0);
    rig.loop.settle();
    expect(rig.wakes).toBe(1);
  });

  test('for another packet to be sent has it behind the one under way', () => {
    const rig = openRig(side);
    rig.connection.outbox.text('first');
    duringWrite(rig, () => {
      rig.connection.outbox.text('second');
      rig.connection.outbox.flush();
    });
    rig.poll();
    rig.loop.settle();
    expect(rig.takeFrames().map(({ payload }) => Buffer.from(payload).toString())).toEqual(['first', 'second']);
  });
});
