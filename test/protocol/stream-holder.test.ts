// Who is told of news and when, and how a stream is let go of: a holder whose transitions the test plays.
import { describe, expect, test } from 'vitest';
import { report } from '../../host/binding/error-handler.js';
import { codec, core } from '../../host/codec/load.js';
import { State } from '../../host/protocol/lifecycle.js';
import { NEWS, REPORT, SETTINGS, type SessionOwner } from '../../host/protocol/session.js';
import { defaultValues } from '../../host/protocol/settings.js';
import { StreamHolder } from '../../host/protocol/stream-holder.js';
import { TurnQueue } from '../../host/protocol/turn-queue.js';
import { LINGER_MS } from '../../host/transport/byte-stream.js';
import { MemoryStream } from '../helpers/memory-stream.js';
import { MemoryLoop } from '../helpers/memory-stream-loop.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

class PolledStream extends MemoryStream {
  polls = 0;

  poll(): void {
    this.polls += 1;
  }
}

class Holder extends StreamHolder {
  readonly loop: MemoryLoop;
  readonly played: MemoryStream;
  readonly log: string[];
  canAdvance = false;
  onMove: () => void = () => {};

  constructor(stream: MemoryStream, isReady = true) {
    const log: string[] = [];
    const owner: SessionOwner = {
      [SETTINGS]: defaultValues(),
      [NEWS]: () => log.push('news'),
      [REPORT]: () => {},
    };
    const context = { core, codec, clock: stream.loop, turns: new TurnQueue(stream.loop) };
    super(stream, false, owner, context);
    this.loop = stream.loop;
    this.played = stream;
    this.log = log;
    if (isReady) this.finish();
  }

  protected override moveOn(untilOpen: boolean): void {
    this.log.push(untilOpen ? 'moves until open' : 'moves');
    this.onMove();
  }

  override drop(): void {}

  override sayGoodbye(): void {}

  protected override notice(): void {
    this.log.push('notice');
  }

  /** Ends the construction. */
  finish(): void {
    this.attach({ receive: () => true, phaseChanged: () => {}, drained: () => {} });
  }

  letGo(politely: boolean): void {
    this.part(politely);
  }

  take(): string[] {
    return this.log.splice(0);
  }
}

const holder = (): Holder => new Holder(new MemoryStream(new MemoryLoop()));

/** What was told in the call, and at the end of the turn. */
function told(it: Holder, act: () => void): [string[], string[]] {
  act();
  const atOnce = it.take();
  it.loop.settle();
  return [atOnce, it.take()];
}

describe('news', () => {
  test('are told at once between transitions', () => {
    const it = holder();
    expect(told(it, () => it.wake())).toEqual([['notice', 'news'], []]);
  });

  test.each([
    ['in the middle of a transition', (it: Holder) => it.poll()],
    ['while the stream reads on', (it: Holder) => it.readOn()],
  ])('are told at the end of the turn %s', (_, call) => {
    const it = holder();
    it.onMove = () => it.wake();
    it.played.resume = () => it.wake();
    const [atOnce, later] = told(it, () => call(it));
    expect([atOnce.includes('news'), later]).toEqual([false, ['notice', 'news']]);
  });

  test('are told at the end of the turn before anybody can poll', () => {
    const it = new Holder(new MemoryStream(new MemoryLoop()), false);
    expect(
      told(it, () => {
        it.wake();
        it.finish();
      }),
    ).toEqual([['notice'], ['notice', 'news']]);
  });

  test('are told at the end of the turn in which a stream is written to', () => {
    const it = holder();
    it.played.write = () => {
      it.wake();
      return true;
    };
    it.outbox.text('x');
    expect(told(it, () => it.outbox.flush())).toEqual([['notice'], ['notice', 'news']]);
  });

  test('are written out in one go with what the owner sends meanwhile', () => {
    const it = holder();
    const owner = it.owner as { [NEWS](): void };
    owner[NEWS] = () => {
      it.outbox.text('a');
      it.outbox.text('b');
    };
    it.wake();
    expect(it.played.writes).toHaveLength(1);
  });

  const LATER: readonly [title: string, prepare: (it: Holder) => void, later: string[]][] = [
    ['nothing is left', () => {}, []],
    [
      'a poll would find something',
      (it) => {
        it.canAdvance = true;
      },
      ['notice', 'news'],
    ],
    [
      'it is over',
      (it) => {
        it.canAdvance = true;
        it.state = State.CLOSED;
      },
      [],
    ],
  ];

  test.each(LATER)('ordered for the end of the turn, when %s: %j', (_, prepare, later) => {
    const it = holder();
    prepare(it);
    expect(
      told(it, () => {
        it.order();
        it.order();
      }),
    ).toEqual([[], later]);
  });
});

describe('poll', () => {
  test.each([
    [false, 'moves'],
    [true, 'moves until open'],
  ])('until open: %j, says so to the machine', (untilOpen, moves) => {
    const it = holder();
    it.poll(untilOpen);
    expect(it.take()).toEqual([moves]);
  });

  test('from within itself does not move, but raises the news again', () => {
    const it = holder();
    it.onMove = () => it.poll();
    expect(told(it, () => it.poll())).toEqual([
      ['moves', 'notice'],
      ['notice', 'news'],
    ]);
  });

  test('tells of reports only when the transition is done, even one that throws', () => {
    const it = holder();
    let heardInside = 0;
    it.onMove = () => {
      report('told in the middle', it);
      heardInside = reports.errors.length;
      throw new Error('a stream of the game');
    };
    expect(() => it.poll()).toThrow('a stream of the game');
    expect([heardInside, reports.take()]).toEqual([0, ['told in the middle']]);
    it.take();
    it.onMove = () => {};
    expect(told(it, () => it.wake())).toEqual([['notice', 'news'], []]);
  });

  test('polls a stream that has to be polled', () => {
    const stream = new PolledStream(new MemoryLoop());
    new Holder(stream).poll();
    expect(stream.polls).toBe(1);
  });
});

describe('parting', () => {
  const ROWS: readonly [steps: readonly boolean[], calls: readonly string[]][] = [
    [[true], [`finish ${LINGER_MS}`]],
    [[false], ['destroy']],
    [[true, true], [`finish ${LINGER_MS}`]],
    [
      [true, false],
      [`finish ${LINGER_MS}`, 'destroy'],
    ],
    [[false, true], ['destroy']],
    [[false, false], ['destroy']],
  ];

  test.each(ROWS)('politely: %j, calls of the stream: %j', (steps, calls) => {
    const it = holder();
    const made: string[] = [];
    it.played.finish = (lingerMs) => void made.push(`finish ${lingerMs}`);
    it.played.destroy = () => void made.push('destroy');
    for (const politely of steps) it.letGo(politely);
    expect(made).toEqual(calls);
  });
});
