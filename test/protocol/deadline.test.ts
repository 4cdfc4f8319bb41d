// Deadlines and heartbeats: time is believed only after the event loop has had a turn.
import { beforeEach, describe, expect, test } from 'vitest';
import { Deadline } from '../../host/protocol/deadline.js';
import { Heartbeat } from '../../host/protocol/heartbeat.js';
import { MemoryLoop } from '../helpers/memory-stream-loop.js';

let loop: MemoryLoop;
let wakes: number;
const wake = (): void => {
  wakes += 1;
};

beforeEach(() => {
  loop = new MemoryLoop();
  wakes = 0;
});

describe('Deadline', () => {
  test('wakes its owner once, when the time is over', () => {
    const deadline = new Deadline(loop, wake);
    deadline.set(100);
    loop.advance(99);
    expect([deadline.passed(), wakes]).toEqual([false, 0]);
    loop.advance(1);
    expect([deadline.passed(), wakes]).toEqual([true, 1]);
    loop.advance(1000);
    expect([deadline.passed(), wakes]).toEqual([true, 1]);
  });

  test('a late look is answered with no until a turn has passed', () => {
    const deadline = new Deadline(loop, wake);
    deadline.set(100);
    loop.stall(5000);
    expect(deadline.passed()).toBe(false);
    expect(deadline.passed()).toBe(false);
    loop.turnWithTimers();
    expect([deadline.passed(), wakes]).toEqual([true, 1]);
  });

  test('cleared or set anew while the turn is awaited, the old time counts no more', () => {
    const deadline = new Deadline(loop, wake);
    deadline.set(100);
    loop.stall(200);
    deadline.passed();
    deadline.set(100);
    loop.turn();
    expect([deadline.passed(), wakes]).toEqual([false, 0]);
    loop.stall(200);
    deadline.passed();
    deadline.clear();
    loop.turnWithTimers();
    expect([deadline.passed(), deadline.isSet, wakes, loop.pendingAlarms]).toEqual([false, false, 0, 0]);
  });
});

describe('Heartbeat', () => {
  const polled = (beat: Heartbeat, excused = false) => beat.poll(1000, excused);

  test('the first ping leaves at once, the next after each interval in which something was heard', () => {
    const beat = new Heartbeat(loop, wake);
    expect(polled(beat)).toBe('ping');
    expect(polled(beat)).toBe('nothing');
    for (let i = 0; i < 3; i += 1) {
      beat.heard();
      loop.advance(999);
      expect(polled(beat)).toBe('nothing');
      loop.advance(1);
      expect(polled(beat)).toBe('ping');
    }
  });

  test('silence from one ping to the next is death', () => {
    const beat = new Heartbeat(loop, wake);
    polled(beat);
    loop.advance(1000);
    expect(polled(beat)).toBe('dead');
  });

  test('a game that polls late hears what has arrived before it judges', () => {
    const beat = new Heartbeat(loop, wake);
    polled(beat);
    loop.later(() => beat.heard()); // the pong waits in the socket
    loop.stall(7000);
    expect(polled(beat)).toBe('nothing');
    loop.turnWithTimers();
    expect(polled(beat)).toBe('ping');
  });

  test('nobody is late while this side does not read', () => {
    const beat = new Heartbeat(loop, wake);
    polled(beat);
    for (let i = 0; i < 3; i += 1) {
      loop.advance(1000);
      expect(polled(beat, true)).toBe('ping');
    }
    loop.advance(1000);
    expect(polled(beat, false)).toBe('dead');
  });

  test('another interval starts anew, 0 stops', () => {
    const beat = new Heartbeat(loop, wake);
    polled(beat);
    expect(beat.poll(50, false)).toBe('ping');
    loop.advance(49);
    expect(beat.poll(50, false)).toBe('nothing');
    expect(beat.poll(0, false)).toBe('nothing');
    loop.advance(5000);
    expect([beat.poll(0, false), wakes, loop.pendingAlarms]).toEqual(['nothing', 0, 0]);
    expect(polled(beat)).toBe('ping');
  });

  test('stop leaves no alarm behind', () => {
    const beat = new Heartbeat(loop, wake);
    polled(beat);
    beat.stop();
    loop.advance(5000);
    expect([wakes, loop.pendingAlarms]).toEqual([0, 0]);
  });
});
