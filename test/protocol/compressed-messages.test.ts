// Compressed messages (RFC 7692) that an open connection receives: rows of frames, with what a game takes and how it
// ends; small payloads that would become large; garbage.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { constants, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { State } from '../../host/protocol/lifecycle.js';
import { deflater } from '../../host/transport/node/deflater.js';
import { binary, close, type Frame, joined, more, ping, text, wire } from '../helpers/feed.js';
import { PlayedMachine } from '../helpers/played-machine.js';

const MIB = 1024 * 1024;
/** The default of inbound_buffer_size, and the ring for it. */
const LIMIT = 65_535;

const deflated = { rsv: 4 };
const open = { rsv: 4, fin: false };
const hex = (bytes: string): Uint8Array => Uint8Array.from(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));
const packed = (message: string | Uint8Array): Uint8Array =>
  Uint8Array.from(deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4));
const zeros = (length: number): Uint8Array => packed(new Uint8Array(length));
const EURO = hex('e2 82 ac');
/** A stored block of each byte. */
const stored = (bytes: Uint8Array): Uint8Array =>
  joined([...bytes].flatMap((byte) => [hex('00 01 00 fe ff'), Uint8Array.of(byte)]));

const HELLO = hex('f2 48 cd c9 c9 07 00');
const GARBAGE = hex('07 ff');

interface Row {
  readonly title: string;
  readonly frames: readonly Frame[];
  /** Packets that the game takes, polling until nothing more comes. */
  readonly taken: readonly string[];
  /** The code that is sent and shown; 0 for a connection that stays open. */
  readonly code?: number;
  readonly report?: string;
}

const INVALID = 'INVALID_DEFLATE: a compressed message that can not be decompressed (RFC 7692) was refused with 1007';
const BAD_TEXT = 'INVALID_UTF8: text that is not UTF-8 was refused with 1007';
const TOO_BIG = `MESSAGE_TOO_BIG: a message larger than inbound_buffer_size (${LIMIT} bytes) was refused with 1009`;
const RESERVED = 'PROTOCOL_ERROR: a frame with reserved bits was refused with 1002';

const ROWS: readonly Row[] = [
  { title: '§7.2.3.1 one block', frames: [text(HELLO, deflated)], taken: ['Hello'] },
  {
    title: '§7.2.3.1 one block in two frames',
    frames: [text(HELLO.subarray(0, 3), open), more(HELLO.subarray(3))],
    taken: ['Hello'],
  },
  {
    title: '§7.2.3.2 a message that refers to the one before: no context was agreed upon',
    frames: [text(HELLO, deflated), text(hex('f2 00 11 00 00'), deflated)],
    taken: ['Hello'],
    code: 1007,
    report: INVALID,
  },
  {
    title: '§7.2.3.3 a block without compression',
    frames: [text(hex('00 05 00 fa ff 48 65 6c 6c 6f 00'), deflated)],
    taken: ['Hello'],
  },
  { title: '§7.2.3.4 a final block', frames: [text(hex('f3 48 cd c9 c9 07 00 00'), deflated)], taken: ['Hello'] },
  {
    title: '§7.2.3.5 two blocks',
    frames: [text(hex('f2 48 05 00 00 00 ff ff ca c9 c9 07 00'), deflated)],
    taken: ['Hello'],
  },
  { title: '§7.2.3.6 an empty block', frames: [text(hex('00'), deflated)], taken: [''] },
  { title: 'no payload', frames: [text('', deflated), binary('', open), more('')], taken: ['', ''] },
  {
    title: 'compressed and plain messages in turns',
    frames: [text(HELLO, deflated), text('a'), binary(packed('bc'), deflated), binary('d')],
    taken: ['Hello', 'a', 'bc', 'd'],
  },
  {
    title: 'a ping between the frames of one',
    frames: [binary('', open), ping('p'), more(HELLO, { fin: false }), more('')],
    taken: ['Hello'],
  },
  {
    title: 'the example with its tail',
    frames: [text(joined([HELLO, hex('00 00 ff ff')]), deflated)],
    taken: ['Hello'],
  },
  ...[0, 1, 125, 126, LIMIT].map((length) => ({
    title: `a message of ${length} bytes`,
    frames: [binary(zeros(length), deflated)],
    taken: ['\0'.repeat(length)],
  })),
  {
    title: 'a message one byte too long, behind one of the limit',
    frames: [binary(zeros(LIMIT), deflated), binary(zeros(LIMIT + 1), deflated), text('lost')],
    taken: ['\0'.repeat(LIMIT)],
    code: 1009,
    report: TOO_BIG,
  },
  {
    title: '64 MiB in 65 KB',
    frames: [text('before'), binary(zeros(64 * MIB).subarray(0, LIMIT), deflated)],
    taken: ['before'],
    code: 1009,
    report: TOO_BIG,
  },
  {
    title: 'garbage',
    frames: [binary(GARBAGE, deflated)],
    taken: [],
    code: 1007,
    report: INVALID,
  },
  {
    title: 'garbage behind packets, which are taken first',
    frames: [text('a'), text(HELLO, deflated), binary(GARBAGE, deflated), text('lost')],
    taken: ['a', 'Hello'],
    code: 1007,
    report: INVALID,
  },
  {
    title: 'garbage before a close',
    frames: [binary(GARBAGE, deflated), close(1000)],
    taken: [],
    code: 1007,
    report: INVALID,
  },
  {
    title: 'garbage before a violation of frames, and twice',
    frames: [text('a'), binary(GARBAGE, deflated), binary(GARBAGE, deflated), text('', { rsv: 2 })],
    taken: ['a'],
    code: 1007,
    report: INVALID,
  },
  {
    title: 'a violation of frames behind compressed packets',
    frames: [text(HELLO, deflated), text('', { rsv: 2 })],
    taken: ['Hello'],
    code: 1002,
    report: RESERVED,
  },
  { title: 'text whose characters lie across blocks', frames: [text(stored(EURO), deflated)], taken: ['€'] },
  {
    title: 'text that ends in a character',
    frames: [text(packed(EURO.subarray(0, 2)), deflated)],
    taken: [],
    code: 1007,
    report: BAD_TEXT,
  },
  {
    title: 'text that is not UTF-8',
    frames: [text('a'), text(packed(hex('41 ff')), deflated)],
    taken: ['a'],
    code: 1007,
    report: BAD_TEXT,
  },
  { title: 'bytes that are not UTF-8', frames: [binary(packed(hex('c3')), deflated)], taken: ['\ufffd'] },
];

const machineOf = (settings = {}): PlayedMachine => new PlayedMachine(settings, undefined, deflater());

describe('an open connection', () => {
  test.each(ROWS)('takes $title', ({ frames, taken, code, report }) => {
    const machine = machineOf();
    machine.receive(...frames);
    const { events, packets } = machine.pollAndTake();
    expect(packets.map((packet) => Buffer.from(packet).toString())).toEqual(taken);
    expect(machine.reports).toEqual(report === undefined ? [] : [report, 'told']);
    expect(machine.talk.farewell.code).toBe(code ?? -1);
    expect(events).toEqual(code === undefined ? [] : ['violation']);
    const goodbye = `8 ${(code ?? 0).toString(16).padStart(4, '0')}`;
    expect(machine.written().filter((frame) => frame.startsWith('8'))).toEqual(code === undefined ? [] : [goodbye]);
    machine.talk.end();
  });

  test('refuses a compressed message where none was agreed upon', () => {
    const machine = new PlayedMachine();
    machine.receive(text(HELLO, deflated));
    expect(machine.pollAndTake()).toEqual({ events: ['violation'], packets: [] });
    expect(machine.reports).toEqual([RESERVED, 'told']);
  });

  test('is polled again for the rest of many small messages, and sees the end behind them', () => {
    const machine = machineOf();
    machine.receive(...Array.from({ length: 2000 }, () => binary(hex('00'), deflated)), close(1000));
    machine.talk.poll();
    machine.talk.settle();
    expect([machine.talk.packets.visible, machine.talk.hasNews, machine.calls]).toEqual([1024, true, ['order']]);
    const { events, packets } = machine.pollAndTake();
    expect([packets.length, events, machine.talk.farewell.code]).toEqual([2000, ['close received'], 1000]);
  });

  test('shows packets up to the limits, exactly', () => {
    const machine = machineOf({ inboundBufferSize: 1000 }); // the engine's ring: 1023 bytes
    machine.receive(...[600, 423, 0, 1].map((length) => binary(zeros(length), deflated)));
    machine.talk.poll();
    expect([machine.talk.packets.visible, machine.talk.packets.count]).toEqual([3, 4]);
    machine.talk.poll();
    expect(machine.talk.packets.visible).toBe(3);
    expect(machine.talk.canAdvance).toBe(false);
    machine.takeAll();
    machine.talk.poll();
    expect(machine.talk.packets.visible).toBe(1);
  });
});

/** 84 bytes or so that become as much as is allowed. */
const BOMB = zeros(LIMIT);
const COUNT = 31_200;

describe('small messages that become large', () => {
  /** Feeds `count` of them as far as the connection reads; the game polls, and takes if it wants to. */
  function play(
    machine: PlayedMachine,
    count: number,
    takes: boolean,
  ): { taken: number; mostKept: number; left: number } {
    const one = wire('client', [binary(BOMB, deflated)]);
    const perRead = Math.floor(65_536 / one.length);
    const read = joined(Array.from({ length: perRead }, () => one));
    let left = count;
    let taken = 0;
    let mostKept = 0;
    for (let turn = 0; turn < 2 * count && (left > 0 || machine.talk.packets.count > 0); turn += 1) {
      if (!machine.talk.isPaused && left > 0) {
        const size = Math.min(left, perRead);
        machine.talk.receive(read.subarray(0, size * one.length), size * one.length);
        left -= size;
      }
      expect(machine.talk.poll()).toBe(null);
      mostKept = Math.max(mostKept, machine.talk.packets.bytes);
      if (takes) taken += machine.takeAll().filter(({ length }) => length === LIMIT).length;
      else if (machine.talk.isPaused) break;
      machine.talk.settle();
    }
    return { taken, mostKept, left };
  }

  test(`all arrive, ${COUNT} of them that are 2 GB, and few bytes are kept at a time`, () => {
    expect(BOMB.length).toBeLessThan(100);
    const { taken, mostKept } = play(machineOf(), COUNT, true);
    expect(taken).toBe(COUNT);
    expect(mostKept).toBeLessThan(4 * LIMIT);
  }, 60_000);

  test(`cost less than 16 MiB while ${COUNT} of them wait`, () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const used = (): number => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const machine = machineOf({ maxQueuedPackets: 2 * COUNT });
    const one = wire('client', [binary(BOMB, deflated)]);
    const read = joined(Array.from({ length: COUNT / 40 }, () => one));
    const before = used();
    for (let reads = 0; reads < 40; reads += 1) machine.talk.receive(read, read.length);
    machine.talk.poll();
    expect([machine.talk.packets.count, machine.talk.packets.visible]).toEqual([COUNT, 1]);
    expect(used() - before).toBeLessThan(16 * MIB);
    machine.talk.end();
  });

  test('wait as they came while a game takes nothing, and the other side has to wait', () => {
    const { mostKept, left } = play(machineOf(), COUNT, false);
    expect(left).toBeGreaterThan(COUNT - 2000);
    expect(mostKept).toBeLessThan(4 * LIMIT);
  });

  test.each([
    ['CLOSING', State.CLOSING],
    ['CLOSED', State.CLOSED],
  ])('wait as they came in a connection that is %s, and become large as they are taken', (_, state) => {
    const machine = machineOf();
    machine.receive(...Array.from({ length: 700 }, () => binary(BOMB, deflated)));
    machine.close();
    if (state === State.CLOSED) machine.closed();
    else machine.talk.poll();
    let taken = 0;
    while (machine.talk.packets.visible > 0) {
      expect(machine.talk.packets.bytes).toBeLessThan(4 * LIMIT);
      taken += machine.takeAll().length;
      if (state === State.CLOSING) machine.talk.poll();
    }
    expect(taken).toBe(700);
  });

  test.each([
    ['CLOSING', State.CLOSING],
    ['CLOSED', State.CLOSED],
  ])('are dropped behind garbage in a connection that is %s, without a violation', (_, state) => {
    const machine = machineOf({ maxQueuedPackets: 2 });
    machine.receive(text('a'), text(HELLO, deflated), text(HELLO, deflated), binary(GARBAGE, deflated), text('lost'));
    machine.close();
    const { packets, events } = machine.pollAndTake(() => {
      if (state === State.CLOSED && machine.state !== State.CLOSED) machine.closed();
    });
    expect([packets.map(String), events]).toEqual([['97', '72,101,108,108,111', '72,101,108,108,111'], []]);
    expect([machine.reports, machine.talk.packets.count]).toEqual([[], 0]);
    machine.talk.end();
  });

  test('in blocks of a byte, or of none, end as others do', () => {
    const machine = machineOf();
    const nothing = joined(Array.from({ length: 12_000 }, () => hex('00 00 00 ff ff')));
    machine.receive(binary(stored(new Uint8Array(10_000).fill(65)), deflated), binary(nothing, deflated));
    expect(machine.pollAndTake().packets.map(({ length }) => length)).toEqual([10_000, 0]);
  });
});

describe('garbage', () => {
  test('ends with 1007 or 1009, or is a message; whatever was right before it is taken', () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.uint8Array({ maxLength: 60 }), fc.nat(80), fc.nat(255)).map(([message, at, value]) => {
        const bytes = packed(Buffer.concat([message, message]));
        bytes[at % bytes.length] = value;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 5 }), fc.boolean(), fc.boolean(), (payloads, isText, closes) => {
        const machine = machineOf({ inboundBufferSize: 300 });
        machine.receive(text('first'), ...payloads.map((bytes) => (isText ? text : binary)(bytes, deflated)));
        if (closes) machine.receive(close(1000));
        const { events, packets } = machine.pollAndTake();
        expect(Buffer.from(packets[0]).toString()).toBe('first');
        const { code } = machine.talk.farewell;
        expect(events[0] === 'violation' ? [1007, 1009] : [closes ? 1000 : -1]).toContain(code);
        expect(packets.length).toBeLessThanOrEqual(payloads.length + 1);
        for (const packet of packets) expect(packet.length).toBeLessThanOrEqual(300);
        machine.talk.end();
      }),
      { seed: 7692, numRuns: 1500 },
    );
  });
});
