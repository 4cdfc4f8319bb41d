// From the stream to OPEN: who sends when, what comes along with the handshake, and how long it may take.
import { describe, expect, test } from 'vitest';
import { State } from '../../host/protocol/lifecycle.js';
import { StreamPhase } from '../../host/transport/byte-stream.js';
import { concat } from '../helpers/memory-stream.js';
import { openRig, Rig, SIDES } from '../helpers/memory-stream-connection.js';
import { OP, parseFrames } from '../helpers/raw-peer-frames.js';
import { answerTo, head, headEnd, requestFor } from '../helpers/raw-peer-handshake.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();

describe('a client', () => {
  test('sends its request in the first poll that finds the stream open, once', () => {
    const rig = new Rig('client', {}, { phase: StreamPhase.CONNECTING });
    rig.poll();
    expect(rig.stream.writes).toHaveLength(0);
    rig.stream.open();
    expect(rig.wakes).toBe(1);
    rig.poll();
    rig.poll();
    rig.loop.settle();
    expect(rig.stream.writes).toHaveLength(1);
    expect(Buffer.from(rig.stream.takeWritten()).toString()).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
  });

  test('is OPEN in the poll after the answer, with the frames that came in the same read', () => {
    const rig = new Rig('client');
    rig.poll();
    const answer = answerTo(rig.stream.takeWritten());
    rig.stream.deliver(concat([answer, rig.frame(OP.TEXT, 'early'), rig.frame(OP.PING, 'p')]));
    expect(rig.connection.state).toBe(State.CONNECTING);
    rig.poll();
    expect([rig.connection.state, rig.takeAll()]).toEqual([State.OPEN, ['early']]);
    expect(rig.takeFrames().map(({ opcode }) => opcode)).toEqual([OP.PONG]);
  });

  test('hands over what came before the end of the stream even when all came with the answer', () => {
    const rig = new Rig('client');
    rig.poll();
    rig.stream.deliver(concat([answerTo(rig.stream.takeWritten()), rig.frame(OP.TEXT, 'only this')]));
    rig.stream.end();
    rig.poll();
    expect(rig.takeAll()).toEqual(['only this']);
    rig.loop.settle();
    rig.poll();
    rig.poll();
    expect(rig.connection.state).toBe(State.CLOSED);
  });

  test('reads nothing behind the answer before the poll that opens', () => {
    const rig = new Rig('client');
    rig.poll();
    rig.stream.deliver(answerTo(rig.stream.takeWritten()));
    rig.stream.deliver(rig.frame(OP.TEXT, 'waits'));
    expect(rig.stream.unreadBytes).toBeGreaterThan(0);
    rig.poll();
    rig.loop.settle();
    rig.poll();
    expect(rig.takeAll()).toEqual(['waits']);
  });

  test('is CLOSED with one message when the answer is a refusal', () => {
    const rig = new Rig('client');
    rig.poll();
    rig.stream.deliver(head(['HTTP/1.1 403 Forbidden', 'Content-Length: 0', 'Server: x', 'Date: y']));
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode, rig.stream.ending]).toEqual([
      State.CLOSED,
      -1,
      'destroyed',
    ]);
    expect(reports.take()).toEqual([expect.stringContaining('403')]);
  });

  test('is CLOSED with one message when the network refuses', () => {
    const rig = new Rig('client', {}, { phase: StreamPhase.CONNECTING });
    rig.stream.reset(Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect', code: 'ECONNREFUSED' }));
    rig.poll();
    expect([rig.connection.state, reports.take()]).toEqual([
      State.CLOSED,
      ["WebSocketPeer: can't connect to ws://127.0.0.1:9080/: refused (ECONNREFUSED)"],
    ]);
  });

  test('is CLOSED with one message when TLS does not trust', () => {
    const rig = new Rig('client', {}, { phase: StreamPhase.CONNECTING });
    rig.stream.reset(new Error('self-signed certificate'));
    rig.poll();
    expect([rig.connection.state, reports.take()]).toEqual([
      State.CLOSED,
      [expect.stringContaining('self-signed certificate')],
    ]);
  });
});

describe('a server', () => {
  test('answers and is OPEN in the poll after the request, and what it sends at once leaves in the same write', () => {
    const rig = new Rig('server', { heartbeatIntervalMs: 1000 });
    rig.stream.deliver(requestFor('/chat'));
    expect([rig.connection.state, rig.wakes]).toEqual([State.CONNECTING, 1]);
    rig.poll();
    expect(rig.connection.state).toBe(State.OPEN);
    expect(rig.stream.writes).toHaveLength(1);
    const written = rig.stream.takeWritten();
    expect(parseFrames(written.subarray(headEnd(written))).frames.map(({ opcode }) => opcode)).toEqual([OP.PING]);
  });

  test('takes a request byte by byte', () => {
    const rig = new Rig('server');
    rig.stream.deliver(concat([requestFor(), rig.frame(OP.TEXT, 'x')]), 1);
    rig.poll();
    rig.loop.settle();
    rig.poll();
    expect([rig.connection.state, rig.takeAll()]).toEqual([State.OPEN, ['x']]);
  });

  test('refuses politely: the answer leaves, then the stream ends', () => {
    const rig = new Rig('server');
    rig.stream.deliver(head(['POST / HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade']));
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode, rig.stream.ending]).toEqual([State.CLOSED, -1, 2000]);
    expect(Buffer.from(rig.stream.takeWritten()).toString()).toMatch(/^HTTP\/1\.1 405 /);
    expect(reports.take()).toHaveLength(1);
  });

  test('says nothing of a stream that merely came up, and tells its owner of the first byte', () => {
    const rig = new Rig('server', {}, { phase: StreamPhase.CONNECTING });
    rig.stream.open();
    rig.loop.settle();
    expect(rig.wakes).toBe(0);
    rig.stream.deliver(requestFor());
    expect(rig.wakes).toBe(1);
  });
});

describe.each(SIDES)('a %s', (side) => {
  test('tells its owner at the end of the turn of what the stream had before it was handed over', () => {
    const fresh = new Rig(side);
    expect(fresh.wakes).toBe(0);
    fresh.loop.settle();
    expect(fresh.wakes).toBe(side === 'client' ? 1 : 0);
  });

  test('has handshake_timeout from the start, however the bytes trickle', () => {
    const rig = new Rig(side, { handshakeTimeoutMs: 5000 });
    rig.poll();
    const greeting = rig.greeting;
    for (let i = 0; i < 49; i += 1) {
      rig.stream.deliver(greeting.subarray(i, i + 1));
      rig.loop.advance(100);
      rig.poll();
      expect(rig.connection.state).toBe(State.CONNECTING);
    }
    rig.stream.deliver(greeting.subarray(49, 50));
    rig.loop.advance(100);
    rig.poll();
    expect([rig.connection.state, rig.connection.closeCode, rig.stream.ending]).toEqual([
      State.CLOSED,
      -1,
      'destroyed',
    ]);
    expect(reports.take()).toEqual([expect.stringMatching(/not done within handshake_timeout, 5 s \(TIMEOUT\)$/)]);
  });

  test('takes a handshake that waits in the socket although the game polls too late', () => {
    const rig = new Rig(side, { handshakeTimeoutMs: 5000 });
    rig.poll();
    const { greeting } = rig;
    rig.loop.later(() => rig.stream.deliver(greeting));
    rig.loop.stall(20_000);
    rig.poll();
    rig.loop.turnWithTimers();
    rig.poll();
    expect(rig.connection.state).toBe(State.OPEN);
  });

  test('waits for ever with handshake_timeout 0', () => {
    const rig = new Rig(side, { handshakeTimeoutMs: 0 });
    rig.loop.advance(86_400_000);
    rig.poll();
    expect([rig.connection.state, rig.loop.pendingAlarms]).toEqual([State.CONNECTING, 0]);
  });

  test('leaves no alarm behind when it opens, fails or is dropped', () => {
    const opened = openRig(side);
    const dropped = new Rig(side);
    dropped.connection.close(1000, new Uint8Array(0));
    const lost = new Rig(side);
    lost.stream.reset();
    lost.poll();
    for (const rig of [opened, dropped, lost]) expect(rig.loop.pendingAlarms).toBe(0);
  });
});
