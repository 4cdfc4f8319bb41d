// What happens at the end of a turn: in order, once, and with one call of the clock.
import { describe, expect, test } from 'vitest';
import { TurnQueue, type TurnTask } from '../../host/protocol/turn-queue.js';
import { MemoryLoop } from '../helpers/memory-stream-loop.js';

interface Bench {
  readonly loop: MemoryLoop;
  readonly queue: TurnQueue;
  readonly done: string[];
  /** How often the clock was asked. */
  asked: number;
  task(name: string, act?: (self: TurnTask) => void): TurnTask;
}

function bench(): Bench {
  const loop = new MemoryLoop();
  const done: string[] = [];
  const atTurnEnd = (callback: () => void): void => {
    self.asked += 1;
    loop.atTurnEnd(callback);
  };
  const task = (name: string, act: (own: TurnTask) => void = () => {}): TurnTask => {
    const own: TurnTask = {
      ordered: false,
      atTurnEnd: () => {
        done.push(own.ordered ? `${name}, still ordered` : name);
        act(own);
      },
    };
    return own;
  };
  const self: Bench = { loop, queue: new TurnQueue({ atTurnEnd }), done, asked: 0, task };
  return self;
}

describe('TurnQueue', () => {
  test('runs tasks in the order in which they came, at the end of the turn, with one call of the clock', () => {
    const { loop, queue, done, task, ...rest } = bench();
    expect(rest.asked).toBe(0);
    const tasks = ['a', 'b', 'c'].map((name) => task(name));
    for (const one of tasks) queue.order(one);
    expect([done, tasks.map(({ ordered }) => ordered)]).toEqual([[], [true, true, true]]);
    loop.turn();
    expect([done, tasks.map(({ ordered }) => ordered)]).toEqual([
      ['a', 'b', 'c'],
      [false, false, false],
    ]);
    loop.settle();
    expect(done).toHaveLength(3);
  });

  test('asks the clock once a turn, whatever is ordered in it', () => {
    const own = bench();
    for (let turn = 1; turn <= 3; turn += 1) {
      own.queue.order(own.task('a'));
      own.queue.order(own.task('b'));
      expect(own.asked).toBe(turn);
      own.loop.turn();
    }
  });

  test('leaves what a task orders for the next turn, itself too', () => {
    const { loop, queue, done, task } = bench();
    const late = task('late');
    let rounds = 0;
    const again = task('again', (self) => {
      rounds += 1;
      if (rounds === 1) queue.order(late);
      if (rounds < 3) queue.order(self);
    });
    queue.order(again);
    queue.order(task('other'));
    const turns = Array.from({ length: 4 }, () => {
      loop.turn();
      return done.splice(0);
    });
    expect(turns).toEqual([['again', 'other'], ['late', 'again'], ['again'], []]);
  });
});
