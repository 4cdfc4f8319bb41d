// What time does to an open connection: heartbeat and message_timeout, judged after the network was heard.
import { describe, expect, test } from 'vitest';
import { State } from '../../host/protocol/lifecycle.js';
import { concat } from '../helpers/memory-stream.js';
import { openRig, type Rig, SIDES } from '../helpers/memory-stream-connection.js';
import { OP } from '../helpers/raw-peer-frames.js';
import { useReports } from '../helpers/reports.js';

useReports();

/** Opcodes of what was sent since the last look. */
function sent(rig: Rig): number[] {
  return rig.takeFrames().map(({ opcode }) => opcode);
}

describe.each(SIDES)('a %s with a heartbeat', (side) => {
  test('pings in the poll that opens, and wakes its owner for each further one', () => {
    const rig = openRig(side, { heartbeatIntervalMs: 1000 });
    expect(sent(rig)).toEqual([OP.PING]);
    rig.onWake = () => rig.poll();
    for (let i = 0; i < 5; i += 1) {
      rig.receive(OP.PONG);
      rig.loop.advance(1000);
      expect(sent(rig)).toEqual([OP.PING]);
    }
    expect(rig.connection.state).toBe(State.OPEN);
  });

  test.each([
    ['a pong with any payload', OP.PONG, 'unrelated'],
    ['a packet', OP.TEXT, 'data'],
    ['a ping', OP.PING, ''],
  ])('counts %s as a sign of life', (_, opcode, payload) => {
    const rig = openRig(side, { heartbeatIntervalMs: 1000 });
    for (let i = 0; i < 4; i += 1) {
      rig.receive(opcode, payload);
      rig.loop.advance(1000);
      rig.poll();
      rig.takeAll();
    }
    expect(rig.connection.state).toBe(State.OPEN);
  });

  test('drops a silent connection with -1 and no close frame', () => {
    const rig = openRig(side, { heartbeatIntervalMs: 1000 });
    sent(rig);
    rig.loop.advance(1000);
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode, sent(rig)]).toEqual([State.CLOSED, -1, []]);
    expect([rig.stream.ending, rig.loop.pendingAlarms]).toEqual(['destroyed', 0]);
  });

  test('sees the pong in the socket when the game polls late', () => {
    const rig = openRig(side, { heartbeatIntervalMs: 1000 });
    sent(rig);
    rig.loop.later(() => rig.receive(OP.PONG));
    rig.loop.stall(30_000);
    rig.poll();
    rig.loop.turnWithTimers();
    rig.poll();
    expect([rig.connection.state, sent(rig)]).toEqual([State.OPEN, [OP.PING]]);
  });

  test('misses no pong while its own queue is full', () => {
    const rig = openRig(side, { heartbeatIntervalMs: 1000, maxQueuedPackets: 2 });
    rig.stream.deliver(concat(['a', 'b'].map((text) => rig.frame(OP.TEXT, text))));
    rig.receive(OP.PONG);
    for (let i = 0; i < 5; i += 1) {
      rig.loop.advance(1000);
      rig.poll();
    }
    expect([rig.connection.state, rig.stream.isReading]).toEqual([State.OPEN, false]);
    rig.takeAll();
    rig.loop.settle();
    rig.loop.advance(1000);
    rig.poll();
    expect(rig.connection.state).toBe(State.OPEN);
  });

  test('is silent in CLOSING, and when it is switched off', () => {
    const off = openRig(side, { heartbeatIntervalMs: 1000 });
    const closing = openRig(side, { heartbeatIntervalMs: 1000 });
    closing.connection.close(1000, new Uint8Array(0));
    off.settings.heartbeatIntervalMs = 0;
    sent(off);
    sent(closing);
    for (let i = 0; i < 5; i += 1) {
      for (const rig of [off, closing]) {
        rig.loop.advance(1000);
        rig.poll();
      }
    }
    expect([sent(off), off.connection.state, off.loop.pendingAlarms]).toEqual([[], State.OPEN, 0]);
    expect([sent(closing), closing.connection.state]).toEqual([[], State.CLOSING]);
  });

  test('that is switched off and on again does not remember the pong it once missed', () => {
    const rig = openRig(side, { heartbeatIntervalMs: 1000 });
    rig.settings.heartbeatIntervalMs = 0;
    rig.onWake = () => rig.poll();
    rig.loop.advance(60_000);
    rig.settings.heartbeatIntervalMs = 1000;
    rig.poll();
    expect([rig.connection.state, sent(rig)]).toEqual([State.OPEN, [OP.PING, OP.PING]]);
  });

  test('piles up nothing while the output is blocked', () => {
    const rig = openRig(side, { heartbeatIntervalMs: 10 });
    rig.stream.block();
    rig.connection.outbox.text('stuck');
    rig.poll();
    for (let i = 0; i < 500; i += 1) {
      rig.receive(OP.TEXT, 'alive');
      rig.loop.advance(10);
      rig.poll();
      rig.takeAll();
    }
    expect([rig.connection.state, rig.connection.outbox.frames]).toEqual([State.OPEN, 2]);
  });
});

describe.each(SIDES)('a %s with message_timeout', (side) => {
  test.each([
    ['a whole packet', (rig: Rig) => rig.receive(OP.TEXT, 'still here')],
    [
      'a message without an end',
      (rig: Rig, second: number) => rig.receive(second === 0 ? OP.TEXT : OP.CONTINUATION, '.', { fin: false }),
    ],
    ['a ping', (rig: Rig) => rig.receive(OP.PING, '')],
  ])('is given up after close_timeout although %s comes while it is CLOSING', (_what, come) => {
    const rig = openRig(side, { messageTimeoutMs: 5000, closeTimeoutMs: 10_000 });
    rig.connection.close(1000, new Uint8Array(0));
    for (let second = 0; second < 9; second += 1) {
      rig.loop.advance(1000);
      come(rig, second);
      rig.poll();
      expect(rig.connection.state).toBe(State.CLOSING);
    }
    rig.loop.advance(1000);
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode]).toEqual([State.CLOSED, -1]);
  });

  test('closes with 1008 on a message that never ends, however it trickles', () => {
    const rig = openRig(side, { messageTimeoutMs: 1000 });
    rig.receive(OP.TEXT, 'begun', { fin: false });
    for (let i = 0; i < 9; i += 1) {
      rig.loop.advance(100);
      rig.receive(OP.CONTINUATION, '.', { fin: false });
      rig.poll();
      expect(rig.connection.state).toBe(State.OPEN);
    }
    rig.loop.advance(100);
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode, rig.connection.closeReason]).toEqual([
      State.CLOSED,
      1008,
      'Policy violation',
    ]);
    expect(sent(rig)).toEqual([OP.CLOSE]);
  });

  test('gives each message the whole time', () => {
    const rig = openRig(side, { messageTimeoutMs: 1000 });
    for (let i = 0; i < 5; i += 1) {
      rig.receive(OP.TEXT, 'be', { fin: false });
      rig.loop.advance(900);
      rig.receive(OP.CONTINUATION, 'gun');
      rig.poll();
      rig.takeAll();
    }
    rig.loop.advance(100_000);
    rig.poll();
    expect(rig.connection.state).toBe(State.OPEN);
  });

  test('does not blame the other side while this side does not read', () => {
    const rig = openRig(side, { messageTimeoutMs: 1000, maxQueuedPackets: 1 });
    rig.stream.deliver(concat([rig.frame(OP.TEXT, 'unread'), rig.frame(OP.TEXT, 'begun', { fin: false })]));
    for (let i = 0; i < 5; i += 1) {
      rig.loop.advance(1000);
      rig.poll();
    }
    expect(rig.connection.state).toBe(State.OPEN);
    expect(rig.takeAll()).toEqual(['unread']);
    rig.loop.settle();
    rig.receive(OP.CONTINUATION, '!');
    rig.poll();
    expect(rig.takeAll()).toEqual(['begun!']);
  });
});
