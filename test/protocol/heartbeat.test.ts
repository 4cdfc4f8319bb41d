// When to ping and when to give up, as rows of what happens one after the other.
import { describe, expect, test } from 'vitest';
import { Heartbeat } from '../../host/protocol/heartbeat.js';
import { MemoryLoop } from '../helpers/memory-stream-loop.js';

const INTERVAL = 1000;

/** `+500`: that many milliseconds pass; `poll`, `poll excused`, `poll every 0`: what it answers is looked at. */
type Step = string;

const ROWS: readonly [title: string, steps: readonly Step[], beats: readonly string[]][] = [
  ['the first poll pings, and not before the interval is over the next', ['poll', '+999', 'poll'], ['ping', 'nothing']],
  ['who has answered is pinged again', ['poll', '+500', 'heard', '+500', 'poll'], ['ping', 'ping']],
  ['one answer serves one ping', ['poll', 'heard', '+1000', 'poll', '+1000', 'poll'], ['ping', 'ping', 'dead']],
  ['who is silent for an interval is dead', ['poll', '+1000', 'poll'], ['ping', 'dead']],
  [
    'silence while nothing is read is excused',
    ['poll', '+1000', 'poll excused', '+999', 'poll'],
    ['ping', 'ping', 'nothing'],
  ],
  ['an excuse does not count twice', ['poll', '+1000', 'poll excused', '+1000', 'poll'], ['ping', 'ping', 'dead']],
  ['an interval of 0 never pings', ['poll every 0', '+9000', 'poll every 0'], ['nothing', 'nothing']],
  [
    'another interval begins with a ping, and owes nothing',
    ['poll', '+900', 'poll every 200', 'heard', '+200', 'poll every 200'],
    ['ping', 'ping', 'ping'],
  ],
  [
    'turned off and on, it begins anew',
    ['poll', 'poll every 0', '+5000', 'poll', '+999', 'poll'],
    ['ping', 'nothing', 'ping', 'nothing'],
  ],
  ['stopped, it begins anew with the next poll', ['poll', 'stop', '+5000', 'poll'], ['ping', 'ping']],
];

function play(steps: readonly Step[]): { beats: string[]; wakes: number; alarms: number } {
  const loop = new MemoryLoop();
  let wakes = 0;
  const heartbeat = new Heartbeat(loop, () => {
    wakes += 1;
  });
  const beats: string[] = [];
  for (const step of steps) {
    const [what, ...how] = step.split(' ');
    if (what === 'heard') heartbeat.heard();
    else if (what === 'stop') heartbeat.stop();
    else if (what === 'poll') beats.push(heartbeat.poll(Number(how[1] ?? INTERVAL), how[0] === 'excused'));
    else loop.advance(Number(what));
  }
  return { beats, wakes, alarms: loop.pendingAlarms };
}

describe('a heartbeat', () => {
  test.each(ROWS)('%s', (_, steps, beats) => {
    expect(play(steps).beats).toEqual(beats);
  });

  test('asks for a poll when an interval is over, and not before', () => {
    expect([play(['poll', '+999']).wakes, play(['poll', '+1000']).wakes]).toEqual([0, 1]);
  });

  test.each(['stop', 'poll every 0'])('leaves no alarm behind after "%s"', (end) => {
    expect(play(['poll', end, '+5000'])).toMatchObject({ wakes: 0, alarms: 0 });
  });
});
