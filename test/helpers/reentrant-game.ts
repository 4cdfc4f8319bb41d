// A game in memory in which peers join, leave and send invalid data while one object's handlers make arbitrary calls.
// Only for test files that replace the runtime's platform by memory-stream-platform.ts.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { set_error_handler } from '../../host/binding/error-handler.js';
import type { GodotObject } from '../../host/binding/object.js';
import { world } from './memory-stream-platform.js';
import { frame, OP } from './raw-peer-frames.js';
import { type Call, failing, Interruptions } from './reentrant.js';

export const PORT = 7000;
export const URL = `ws://127.0.0.1:${PORT}/`;

interface Player {
  poll(): unknown;
  free(): void;
}

/** Another player. */
export interface Other extends Player {
  say(data: Uint8Array): unknown;
}

/** The object whose handlers make calls, and the other players at the start. */
export interface Players<T> {
  readonly target: T;
  readonly others: Other[];
}

export interface ReentrantGame<T extends GodotObject & Player> {
  begin(): Players<T>;
  /** Adds another player. */
  join(): Other;
  /** Calls of the game and its handlers. */
  readonly calls: fc.Arbitrary<Call<T>>;
  readonly runs: number;
}

type Step<T> = (game: Players<T>) => unknown;

/** Steps of the other players, the network and time. */
function events<T>(join: () => Other): fc.Arbitrary<Step<T>> {
  const stream = fc.nat(3).map((at) => () => world.dialled[at]);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant<Step<T>>(({ others }) => others.push(join())) },
    {
      weight: 3,
      arbitrary: fc.tuple(fc.nat(3), fc.uint8Array({ maxLength: 9 })).map<Step<T>>(
        ([at, data]) =>
          ({ others }) =>
            others[at]?.say(data),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.nat(3).map<Step<T>>(
        (at) =>
          ({ others }) =>
            others[at]?.free(),
      ),
    },
    { weight: 1, arbitrary: stream.map<Step<T>>((of) => () => of()?.reset()) },
    { weight: 1, arbitrary: stream.map<Step<T>>((of) => () => of()?.partner?.reset()) },
    { weight: 1, arbitrary: stream.map<Step<T>>((of) => () => of()?.deliver(frame(OP.BINARY, 'x', { masked: true }))) },
    { weight: 1, arbitrary: stream.map<Step<T>>((of) => () => of()?.partner?.deliver(frame(OP.BINARY, 'unmasked'))) },
    { weight: 1, arbitrary: fc.nat(4000).map<Step<T>>((ms) => () => world.loop.advance(ms)) },
  );
}

/** Ends all players and expects no leftovers. */
function expectNothingLeft(players: readonly Player[]): void {
  for (const player of players) player.free();
  world.loop.settle();
  world.loop.advance(60_000);
  expect([world.loop.pendingAlarms, world.listeners.size], 'alarms and listeners left behind').toEqual([0, 0]);
  const streams = world.dialled.flatMap((stream) => [stream, stream.partner]);
  expect(streams.filter((stream) => stream?.hasSink).length, 'connections left behind').toBe(0);
}

/** Fresh worlds and a quiet console for the tests of a file. */
export function useReentrantGames(): void {
  beforeEach(() => {
    world.reset();
    vi.spyOn(console, 'error').mockImplementation(() => {});
    vi.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => {
    set_error_handler(undefined);
    vi.restoreAllMocks();
  });
}

/** Any calls in any order, most of them from inside what the target reports and emits. */
export function expectCallsToStand<T extends GodotObject & Player>({
  begin,
  join,
  calls,
  runs,
}: ReentrantGame<T>): void {
  let heard = 0;
  const outside = calls.map<Step<T>>(
    (call) =>
      ({ target }) =>
        call === failing || call(target),
  );
  const steps = fc.array(fc.oneof({ weight: 3, arbitrary: events<T>(join) }, { weight: 1, arbitrary: outside }), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(steps, fc.array(calls, { maxLength: 20 }), (all, inside) => {
      world.reset();
      const game = begin();
      const interruptions = new Interruptions(game.target, inside);
      for (const step of all) {
        step(game);
        for (let turn = 0; turn < 3; turn += 1) {
          world.loop.turn();
          for (const player of [game.target, ...game.others]) player.poll();
        }
      }
      heard += interruptions.heard;
      interruptions.stop();
      expect(interruptions.thrown).toEqual([]);
      expectNothingLeft([game.target, ...game.others]);
    }),
    { seed: 8, numRuns: runs },
  );
  expect(heard, 'what was heard in all runs').toBeGreaterThan(runs);
}
