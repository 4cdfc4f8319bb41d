// Any calls in any order against any other side: documented outcomes only, nothing thrown, nothing left behind.
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketPeer } from '../../../host/godot4/websocket/web-socket-peer.js';
import { concat } from '../../helpers/memory-stream.js';
import { MemoryPeer, SIDES } from '../../helpers/memory-stream-peer.js';
import { world } from '../../helpers/memory-stream-platform.js';
import { bytes, call, event, greet, opcode, type Step } from '../../helpers/peer-steps.js';
import { frame } from '../../helpers/raw-peer-frames.js';
import { useReports } from '../../helpers/reports.js';

vi.mock('#platform', () => import('../../helpers/memory-stream-platform.js'));

useReports();
beforeEach(() => world.reset());

const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);
process.on('unhandledRejection', onRejection);
afterAll(() => {
  process.off('unhandledRejection', onRejection);
});

const { STATE_CLOSED, STATE_CLOSING, STATE_CONNECTING, STATE_OPEN } = WebSocketPeer;

const steps = fc
  .tuple(greet, fc.array(fc.oneof(call, event), { maxLength: 40 }))
  .map(([first, rest]) => [first, ...rest]);

const MOVES = new Map([
  [STATE_CONNECTING, [STATE_CONNECTING, STATE_OPEN, STATE_CLOSED, STATE_CLOSING]],
  [STATE_OPEN, [STATE_OPEN, STATE_CLOSING, STATE_CLOSED]],
  [STATE_CLOSING, [STATE_CLOSING, STATE_CLOSED, STATE_CONNECTING]],
  [STATE_CLOSED, [STATE_CLOSED, STATE_CONNECTING]],
] as const);

function play(here: MemoryPeer, all: readonly Step[]): void {
  let state = here.peer.get_ready_state();
  for (const step of all) {
    expect(step(here)).toBe('');
    const next = here.peer.get_ready_state();
    expect(MOVES.get(state as 0), `from ${state}`).toContain(next);
    expect(here.peer.get_available_packet_count()).toBeGreaterThanOrEqual(0);
    if (next === STATE_OPEN) expect(here.peer.get_close_code()).toBe(-1);
    state = next;
  }
  world.loop.settle();
  here.peer.free();
  expect(here.peer.get_ready_state()).toBe(STATE_CLOSED);
  world.loop.settle();
  expect([world.loop.pendingAlarms, here.stream.hasSink], 'alarms and listeners left behind').toEqual([0, false]);
}

describe.each(SIDES)('a %s', (side) => {
  test.each([false, true])('does only what is documented (polls when told: %s)', (eager) => {
    fc.assert(
      fc.property(steps, (all) => {
        world.reset();
        const here = new MemoryPeer(side);
        if (eager) here.peer.connect('activity', () => here.peer.poll());
        play(here, all);
      }),
      { seed: 20, numRuns: 600 },
    );
    expect(rejections).toEqual([]);
  });

  test('takes any bytes in any pieces before the handshake without throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), fc.nat(50), (pieces, split) => {
        world.reset();
        const here = new MemoryPeer(side);
        here.stream.open();
        here.peer.poll();
        for (const piece of pieces) {
          here.stream.deliver(piece, split + 1);
          here.peer.poll();
        }
        expect([STATE_CONNECTING, STATE_CLOSED]).toContain(here.peer.get_ready_state());
        here.peer.free();
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('takes any bytes in any pieces when open without throwing, and gives the same whatever the pieces', () => {
    const wire = fc.array(fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.tuple(opcode, bytes)), { maxLength: 12 });
    fc.assert(
      fc.property(wire, fc.integer({ min: 1, max: 90 }), (parts, split) => {
        const all = concat(
          parts.map((part) =>
            part instanceof Uint8Array ? part : frame(part[0], part[1], { masked: side === 'server' }),
          ),
        );
        const outcome = (size: number): unknown => {
          world.reset();
          const here = new MemoryPeer(side).open();
          here.stream.deliver(all, size);
          const texts: string[] = [];
          for (let polls = 0; polls < 4; polls += 1) {
            here.peer.poll();
            texts.push(...here.takeTexts());
          }
          const { peer } = here;
          const sent = here.takeFrames().map((seen) => [seen.opcode, [...seen.payload]]);
          const ended = [peer.get_ready_state(), peer.get_close_code(), peer.get_close_reason()];
          here.peer.free();
          return { texts, sent, ended };
        };
        expect(outcome(split)).toEqual(outcome(65536));
      }),
      { seed: 6455, numRuns: 250 },
    );
  });
});
