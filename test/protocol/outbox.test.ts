// What waits to be sent: one write a turn, one write under way, exact counts, nothing that grows by a peer's will.
import { describe, expect, test } from 'vitest';
import { OPCODE_BINARY, OPCODE_TEXT } from '../../assembly/abi.js';
import { core } from '../../host/codec/load.js';
import { Outbox } from '../../host/protocol/outbox.js';
import { TurnQueue } from '../../host/protocol/turn-queue.js';
import { MemoryStream } from '../helpers/memory-stream.js';
import { MemoryLoop } from '../helpers/memory-stream-loop.js';
import { closeBody, OP, parseFrames, toHex, type WireFrame } from '../helpers/raw-peer-frames.js';

interface Bench {
  readonly loop: MemoryLoop;
  readonly stream: MemoryStream;
  readonly outbox: Outbox;
}

function bench(masked = false): Bench {
  const loop = new MemoryLoop();
  const stream = new MemoryStream(loop);
  const outbox = new Outbox(core, masked, stream, new TurnQueue(loop));
  const sink = { receive: () => true, phaseChanged: () => {}, drained: () => outbox.drained() };
  stream.attach(sink);
  return { loop, stream, outbox };
}

function framesOf(stream: MemoryStream): WireFrame[] {
  return parseFrames(stream.takeWritten()).frames;
}

const payload = (size: number): Uint8Array => new Uint8Array(size).fill(7);

describe('Outbox', () => {
  test('what is sent within a turn leaves in one write at its end', () => {
    const { loop, stream, outbox } = bench();
    for (let i = 0; i < 100; i += 1) outbox.text(`packet ${i}`);
    outbox.data(OPCODE_BINARY, payload(20000), false);
    outbox.data(OPCODE_BINARY, payload(3), false);
    expect(stream.writes).toHaveLength(0);
    loop.turn();
    expect(stream.writes).toHaveLength(1);
    const frames = framesOf(stream);
    expect(frames).toHaveLength(102);
    expect(frames.slice(-2).map((frame) => frame.payload.length)).toEqual([20000, 3]);
    expect(Buffer.from(frames[99].payload).toString()).toBe('packet 99');
    loop.settle();
    expect(stream.writes).toHaveLength(0);
  });

  test('flush sends at once, and the end of the turn then has nothing to do', () => {
    const { loop, stream, outbox } = bench();
    outbox.text('now');
    outbox.flush();
    expect(stream.writes).toHaveLength(1);
    loop.settle();
    expect(stream.writes).toHaveLength(1);
  });

  test('counts payload bytes and frames until the network has taken them', () => {
    const { stream, outbox } = bench();
    outbox.text('ab');
    outbox.data(OPCODE_BINARY, payload(40000), false);
    expect([outbox.bytes, outbox.frames, outbox.isEmpty]).toEqual([40002, 2, false]);
    stream.block();
    outbox.flush();
    expect([outbox.bytes, outbox.frames, outbox.isBlocked]).toEqual([40002, 2, true]);
    outbox.text('€');
    expect([outbox.bytes, outbox.frames]).toEqual([40005, 3]);
    outbox.flush();
    expect(stream.writes).toHaveLength(1);
    stream.release();
    expect([outbox.bytes, outbox.frames, outbox.isEmpty, outbox.isBlocked]).toEqual([0, 0, true, false]);
    expect(framesOf(stream).map((frame) => frame.payload.length)).toEqual([2, 40000, 3]);
  });

  test('text that is not UTF-8 adds nothing', () => {
    const { stream, outbox } = bench();
    expect(outbox.data(OPCODE_TEXT, Uint8Array.of(0x61, 0xff), true)).toBe(false);
    expect(outbox.data(OPCODE_TEXT, payload(70000).fill(0xc3), true)).toBe(false);
    expect([outbox.bytes, outbox.frames, outbox.isEmpty]).toEqual([0, 0, true]);
    outbox.flush();
    expect(stream.writes).toHaveLength(0);
  });

  test('§5.5.3 of a flood of pings only the newest is answered once the output is blocked', () => {
    const { stream, outbox } = bench();
    stream.block();
    outbox.text('stuck');
    outbox.flush();
    for (let i = 0; i < 10000; i += 1) outbox.pong(new TextEncoder().encode(`ping ${i}`));
    expect([outbox.bytes, outbox.frames]).toEqual([5 + 'ping 9999'.length, 2]);
    stream.release();
    const frames = framesOf(stream);
    expect(frames.map(({ opcode }) => opcode)).toEqual([OP.TEXT, OP.PONG]);
    expect(Buffer.from(frames[1].payload).toString()).toBe('ping 9999');
  });

  test('heartbeats do not pile up behind blocked output', () => {
    const { stream, outbox } = bench();
    stream.block();
    outbox.text('stuck');
    outbox.flush();
    for (let i = 0; i < 1000; i += 1) outbox.ping();
    expect([outbox.bytes, outbox.frames]).toEqual([5, 2]);
    stream.release();
    expect(framesOf(stream).map(({ opcode }) => opcode)).toEqual([OP.TEXT, OP.PING]);
    expect(outbox.isEmpty).toBe(true);
  });

  test('§5.5.1 nothing follows the close frame, not even a pong or ping that waited', () => {
    const { stream, outbox } = bench();
    stream.block();
    outbox.text('stuck');
    outbox.flush();
    outbox.text('behind');
    outbox.pong(payload(3));
    outbox.ping();
    outbox.close(closeBody(1000));
    stream.release();
    expect(framesOf(stream).map(({ opcode }) => opcode)).toEqual([OP.TEXT, OP.TEXT, OP.CLOSE]);
    expect(outbox.isEmpty).toBe(true);
  });

  test('clear drops what was not handed over, and the end of the turn writes nothing', () => {
    const { loop, stream, outbox } = bench();
    outbox.text('gone');
    outbox.clear();
    loop.settle();
    expect([stream.writes.length, outbox.bytes, outbox.frames, outbox.isEmpty]).toEqual([0, 0, 0, true]);
  });

  test('two connections that send by turns keep their frames apart', () => {
    const one = bench(true);
    const two = bench();
    for (let i = 0; i < 500; i += 1) {
      one.outbox.text(`one ${i}`);
      two.outbox.text(`two ${i}`);
    }
    for (const [{ loop, stream }, name] of [
      [one, 'one'],
      [two, 'two'],
    ] as const) {
      loop.settle();
      expect(stream.writes).toHaveLength(1);
      const texts = framesOf(stream).map((frame) => Buffer.from(frame.payload).toString());
      expect(texts).toEqual(Array.from({ length: 500 }, (_, i) => `${name} ${i}`));
    }
  });

  test('§5.3 each frame of a client has a mask of its own', () => {
    const { loop, stream, outbox } = bench(true);
    for (let i = 0; i < 2000; i += 1) outbox.data(OPCODE_BINARY, payload(1), false);
    loop.settle();
    const masks = new Set(framesOf(stream).map(({ mask }) => toHex(mask as Uint8Array)));
    expect(masks.size).toBeGreaterThan(1990);
  });
});

describe('TurnQueue', () => {
  test('a task that is ordered while tasks run belongs to the next turn', () => {
    const loop = new MemoryLoop();
    const turns = new TurnQueue(loop);
    const ran: number[] = [];
    const task = {
      ordered: false,
      atTurnEnd(): void {
        ran.push(loop.turns);
        if (ran.length < 3) turns.order(this);
      },
    };
    turns.order(task);
    loop.settle();
    expect(ran).toEqual([1, 2, 3]);
    expect(task.ordered).toBe(false);
  });
});
