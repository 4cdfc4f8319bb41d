// News of output that has drained: once for each who asks, at the end of a turn, after the stream has taken everything
// or as much as was asked for, and at the connection's end.
import { describe, expect, test } from 'vitest';
import { State } from '../../host/protocol/lifecycle.js';
import { openRig, Rig, SIDES } from '../helpers/memory-stream-connection.js';
import { closeBody, OP } from '../helpers/raw-peer-frames.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const NOTHING = new Uint8Array(0);
const bytes = (size: number): Uint8Array => new Uint8Array(size);

/** An open connection whose network takes nothing, with `sizes` sent, and the news of it. */
function blocked(side: 'client' | 'server', sizes: readonly number[], threshold?: number): [Rig, number[]] {
  const rig = openRig(side);
  const news: number[] = [];
  rig.stream.block();
  for (const size of sizes) rig.connection.send(bytes(size), false);
  rig.connection.whenDrained(() => news.push(rig.connection.unsentBytes), threshold);
  rig.loop.settle();
  return [rig, news];
}

/** What ends a connection whose output is blocked, without a poll of the game unless it is the end. */
const ENDS: [string, (rig: Rig) => void][] = [
  ['the game drops it', (rig) => rig.connection.destroy()],
  ['the game lets it go', (rig) => rig.connection.leave()],
  ['the server cuts it', (rig) => rig.connection.drop('PEER_GONE', 'a test')],
  ['the network loses it', (rig) => rig.stream.reset()],
  [
    'the other side violates the protocol',
    (rig) => {
      rig.receive(OP.TEXT, [0xff]);
      rig.poll();
    },
  ],
  [
    'close_timeout is over',
    (rig) => {
      rig.connection.close(1000, NOTHING);
      rig.loop.advance(rig.settings.closeTimeoutMs);
    },
  ],
];

describe.each(SIDES)('a %s', (side) => {
  test('tells at the end of the turn when nothing waits, never within the call', () => {
    const rig = openRig(side);
    const { turns } = rig.loop;
    let calls = 0;
    rig.connection.whenDrained(() => {
      calls += 1;
    });
    expect(calls).toBe(0);
    rig.loop.settle();
    expect([calls, rig.loop.turns]).toEqual([1, turns + 1]);
  });

  test('tells after the write when the network takes everything at once, not within a send that flushes', () => {
    const rig = openRig(side, { outboundBufferSize: 100 });
    const news: number[] = [];
    rig.connection.send(bytes(90), false);
    rig.connection.whenDrained(() => news.push(rig.connection.unsentBytes));
    rig.connection.send(bytes(90), false); // writes the first
    expect([news, rig.stream.writes.length]).toEqual([[], 1]);
    rig.loop.settle();
    expect([news, rig.stream.writes.length]).toEqual([[0], 2]);
  });

  test('tells of what is sent behind the question, in the same turn', () => {
    const rig = openRig(side);
    const news: number[] = [];
    rig.connection.whenDrained(() => news.push(rig.stream.writes.length));
    rig.connection.send(bytes(90), false);
    rig.loop.settle();
    expect(news).toEqual([1]);
  });

  test('tells once, when the network has taken what it had refused', () => {
    const [rig, news] = blocked(side, [1000, 2000]);
    expect([news, rig.connection.unsentBytes]).toEqual([[], 3000]);
    rig.stream.release();
    expect(news).toEqual([]); // the stream's event is not the place to call
    rig.loop.settle();
    expect(news).toEqual([0]);
    rig.stream.block();
    rig.connection.send(bytes(10), false);
    rig.loop.settle();
    rig.stream.release();
    rig.loop.settle();
    expect(news).toEqual([0]);
  });

  test('tells of empty packets, too', () => {
    const [rig, news] = blocked(side, [0]);
    expect([news, rig.connection.unsentBytes]).toEqual([[], 0]);
    rig.stream.release();
    rig.loop.settle();
    expect(news).toEqual([0]);
  });

  test.each([
    [1999, [0]],
    [2000, [2000]],
  ])('with a threshold of %i, tells once of %j bytes that still wait', (threshold, told) => {
    const [rig, news] = blocked(side, [1000], threshold);
    expect(news).toEqual([1000]);
    rig.connection.send(bytes(2000), false);
    rig.connection.whenDrained(() => news.push(rig.connection.unsentBytes), threshold);
    rig.loop.settle();
    expect(news).toEqual([1000]);
    rig.stream.release(true);
    rig.loop.settle();
    if (told[0] === 0) {
      expect(news).toEqual([1000]);
      rig.stream.release();
      rig.loop.settle();
    }
    expect(news).toEqual([1000, ...told]);
  });

  test('tells each who asks, and one who asks again within the news after the next packets', () => {
    const rig = openRig(side);
    const news: string[] = [];
    const pump = (left: number): void => {
      news.push(`pump ${left} with ${rig.connection.unsentBytes}`);
      if (left === 0) return;
      rig.stream.block();
      rig.connection.send(bytes(500), false);
      rig.connection.whenDrained(() => pump(left - 1));
    };
    rig.stream.block();
    rig.connection.send(bytes(100), false);
    rig.connection.whenDrained(() => pump(2));
    rig.connection.whenDrained(() => news.push('another'));
    for (let i = 0; i < 5; i += 1) {
      rig.loop.settle();
      rig.stream.release();
    }
    expect(news).toEqual(['pump 2 with 0', 'another', 'pump 1 with 0', 'pump 0 with 0']);
  });

  test('costs no turn while the output is blocked, nor before the connection is open', () => {
    const [rig] = blocked(side, [1000]);
    const { turns } = rig.loop;
    rig.loop.settle();
    expect([rig.loop.isIdle, rig.loop.turns]).toEqual([true, turns]);
    const opening = new Rig(side);
    let calls = 0;
    opening.poll();
    opening.stream.block();
    opening.connection.whenDrained(() => {
      calls += 1;
    });
    opening.loop.settle();
    expect(calls).toBe(1);
  });

  test.each(ENDS)('tells once when %s', (_what, end) => {
    const [rig, news] = blocked(side, [1000]);
    expect(news).toEqual([]);
    end(rig);
    rig.loop.settle();
    expect(news).toHaveLength(1);
    rig.poll();
    rig.connection.destroy();
    rig.loop.settle();
    expect([news.length, rig.connection.state]).toEqual([1, State.CLOSED]);
    reports.take();
  });

  test('tells after a close in order, when the close frame is on its way', () => {
    const [rig, news] = blocked(side, [1000]);
    rig.connection.close(1000, NOTHING);
    rig.loop.settle();
    expect(news).toEqual([]);
    rig.stream.release();
    rig.loop.settle();
    expect(news).toEqual([0]);
    rig.receive(OP.CLOSE, closeBody(1000));
    rig.poll();
    rig.loop.settle();
    expect([news, rig.connection.state]).toEqual([[0], State.CLOSED]);
  });

  test('tells at once who asks an ended connection', () => {
    const [rig, news] = blocked(side, []);
    rig.connection.destroy();
    rig.connection.whenDrained(() => news.push(-1), 0);
    rig.loop.settle();
    expect(news).toEqual([0, -1]);
  });

  test('reports what a listener throws, and calls the others', () => {
    const rig = openRig(side);
    let calls = 0;
    rig.connection.whenDrained(() => {
      throw new Error('no gateway');
    });
    rig.connection.whenDrained(() => {
      calls += 1;
    });
    rig.loop.settle();
    expect(calls).toBe(1);
    expect(reports.take()).toEqual([expect.stringContaining('drain threw Error: no gateway')]);
  });

  test('has no watch unless it was asked for', () => {
    const rig = openRig(side);
    rig.connection.send(bytes(10), false);
    rig.loop.settle();
    expect(Object.keys(rig.connection.outbox)).not.toContain('watch');
  });
});
