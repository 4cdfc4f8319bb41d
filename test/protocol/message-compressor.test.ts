// Which messages are sent compressed where that was agreed, in which frames, and how they count.
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ERR_INVALID_DATA, ERR_OUT_OF_MEMORY, OK } from '../../host/binding/errors.js';
import { codec, core } from '../../host/codec/load.js';
import { State } from '../../host/protocol/lifecycle.js';
import { MessageCompressor } from '../../host/protocol/message-compressor.js';
import { Outbox } from '../../host/protocol/outbox.js';
import { type Sender, sendBytes, sendShared, sendText } from '../../host/protocol/sending.js';
import { NEWS, REPORT, SETTINGS, type SessionOwner } from '../../host/protocol/session.js';
import { copyOf, defaultValues, type SettingValues } from '../../host/protocol/settings.js';
import type { SharedMessage } from '../../host/protocol/shared-message.js';
import { TurnQueue } from '../../host/protocol/turn-queue.js';
import type { Deflater } from '../../host/transport/deflater.js';
import { deflater } from '../../host/transport/node/deflater.js';
import { MemoryStream } from '../helpers/memory-stream.js';
import { MemoryLoop } from '../helpers/memory-stream-loop.js';
import { bytesOf, parseFrames, type WireFrame } from '../helpers/raw-peer-frames.js';
import { slowInflate } from '../helpers/slow-inflater.js';

type Side = 'client' | 'server';
const SIDES: readonly Side[] = ['client', 'server'];

/** zlib's, which counts its calls. */
class CountingDeflater implements Deflater {
  readonly calls: [size: number, bits: number][] = [];

  deflate(bytes: Uint8Array, windowBits: number): Uint8Array | null {
    this.calls.push([bytes.length, windowBits]);
    return deflater().deflate(bytes, windowBits);
  }

  inflate: Deflater['inflate'] = (bytes, most) => deflater().inflate(bytes, most);
}

/** Whether RSV1 is set; RSV2 and RSV3 never are. */
function isMarked({ header }: WireFrame): boolean {
  const reserved = ((header[0] as number) >> 4) & 7;
  expect([0, 4]).toContain(reserved);
  return reserved === 4;
}

class CompressingSender implements Sender {
  readonly side: Side;
  state: State = State.OPEN;
  readonly reports: string[] = [];
  readonly stream: MemoryStream;
  readonly outbox: Outbox;
  readonly owner: SessionOwner;
  readonly settings: SettingValues;
  readonly deflater: CountingDeflater;

  /** Without `windowBits`, compression was not agreed on. */
  constructor(side: Side, settings: Partial<SettingValues> = {}, windowBits = 15, used = new CountingDeflater()) {
    this.side = side;
    this.deflater = used;
    const loop = new MemoryLoop();
    this.stream = new MemoryStream(loop);
    this.outbox = new Outbox(core, side === 'client', this.stream, new TurnQueue(loop));
    this.settings = copyOf(defaultValues(), { outboundBufferSize: 0, ...settings });
    this.owner = {
      [SETTINGS]: this.settings,
      [NEWS]: () => {},
      [REPORT]: (message) => void this.reports.push(message),
    };
    if (windowBits > 0) {
      this.outbox.compressor = new MessageCompressor({ deflater: used, windowBits }, this.owner, core);
    }
  }

  checkSendable(): boolean {
    return true;
  }

  /** What leaves now: opcode, whether RSV1 is set, and the message. */
  sent(): [opcode: number, isDeflated: boolean, message: string][] {
    this.outbox.flush();
    return parseFrames(this.stream.takeWritten()).frames.map((frame) => {
      const isDeflated = isMarked(frame);
      const bytes = isDeflated ? slowInflate(frame.payload).bytes : frame.payload;
      return [frame.opcode, isDeflated, Buffer.from(bytes).toString('latin1')];
    });
  }
}

const WORDS = 'the quick brown fox jumps over the lazy dog, ';
const words = (size: number): string => WORDS.repeat(Math.ceil(size / WORDS.length)).slice(0, size);
const noise = (size: number): Uint8Array => new Uint8Array(randomBytes(size));

describe.each(SIDES)('a %s', (side) => {
  const kinds: [string, (to: Sender, text: string) => number, number][] = [
    ['bytes', (to, text) => sendBytes(to, bytesOf(text), false), 2],
    ['bytes as text', (to, text) => sendBytes(to, bytesOf(text), true), 1],
    ['text', (to, text) => sendText(to, text), 1],
    ['a shared packet', (to, text) => sendShared(to, { bytes: bytesOf(text), isText: false }, codec), 2],
    ['a shared text', (to, text) => sendShared(to, { bytes: bytesOf(text), isText: true }, codec), 1],
  ];

  test.each(kinds)(
    'sends %s compressed from compression_threshold on, and counts the message itself',
    (_, send, opcode) => {
      const sender = new CompressingSender(side);
      for (const size of [0, 255, 256, 257, 70_000]) {
        expect(send(sender, words(size))).toBe(OK);
        expect([sender.outbox.bytes, sender.outbox.frames]).toEqual([size, 1]);
        expect(sender.sent()).toEqual([[opcode, size >= 256, words(size)]]);
        expect(sender.outbox.bytes).toBe(0);
      }
    },
  );

  test.each(kinds)('sends %s plain where compression was not agreed on', (_, send, opcode) => {
    const sender = new CompressingSender(side, {}, 0);
    send(sender, words(1000));
    expect([sender.sent(), sender.deflater.calls]).toEqual([[[opcode, false, words(1000)]], []]);
  });

  test.each(kinds)('sends %s of up to 1 MiB compressed, and no longer one', (_, send, opcode) => {
    const sender = new CompressingSender(side);
    for (const size of [1_048_576, 1_048_577]) {
      send(sender, words(size));
      const [[sentAs, isDeflated, text]] = sender.sent();
      expect([sentAs, isDeflated, text === words(size)]).toEqual([opcode, size <= 1_048_576, true]);
    }
  });

  test('obeys a change of compression_threshold at once', () => {
    const sender = new CompressingSender(side);
    const sentWith = (threshold: number, size: number) => {
      sender.settings.compressionThreshold = threshold;
      sendText(sender, words(size));
      return sender.sent()[0]?.[1];
    };
    expect([sentWith(0, 100), sentWith(2 ** 31 - 1, 100_000), sentWith(101, 100), sentWith(100, 100)]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test('counts characters as their bytes of UTF-8', () => {
    const sender = new CompressingSender(side);
    for (const text of ['é'.repeat(127), 'é'.repeat(128), '\ud800'.repeat(85), '\ud800'.repeat(86)]) {
      sendText(sender, text);
      const size = Buffer.byteLength(text);
      expect(sender.outbox.bytes).toBe(size);
      expect(sender.sent()).toEqual([[1, size >= 256, Buffer.from(text).toString('latin1')]]);
    }
  });

  test('checks UTF-8 before it compresses, and sends nothing of what is none', () => {
    const sender = new CompressingSender(side);
    const bytes = bytesOf(`${words(1000)}é`).subarray(0, 1001);
    expect(sendBytes(sender, bytes, true)).toBe(ERR_INVALID_DATA);
    expect([sender.reports, sender.sent(), sender.outbox.bytes, sender.deflater.calls]).toEqual([
      ['send: the 1001 bytes to send as text are not valid UTF-8'],
      [],
      0,
      [],
    ]);
  });

  test('sends what does not become shorter plain, and the next 15 of its kind without a try', () => {
    const sender = new CompressingSender(side);
    const tries: boolean[] = [];
    for (let count = 0; count < 18; count += 1) {
      const before = sender.deflater.calls.length;
      const bytes = count === 0 ? noise(1000) : bytesOf(words(1000));
      sendBytes(sender, bytes, false);
      tries.push(sender.deflater.calls.length > before);
    }
    expect(tries).toEqual([true, ...new Array(15).fill(false), true, true]);
    const asSent = sender.sent().map(([, isDeflated]) => isDeflated);
    expect(asSent).toEqual([...new Array(16).fill(false), true, true]);
    sendText(sender, words(1000));
    expect(sender.sent()[0]?.[1]).toBe(true);
  });

  test('goes on with text while binary messages pause, and the other way round', () => {
    const sender = new CompressingSender(side);
    sendText(sender, noise(1000).toString());
    sendBytes(sender, noise(1000), false);
    sendText(sender, words(1000));
    sendBytes(sender, bytesOf(words(1000)), false);
    expect(sender.sent().map(([opcode, isDeflated]) => [opcode, isDeflated])).toEqual([
      [1, true],
      [2, false],
      [1, true],
      [2, false],
    ]);
  });

  test('does not count messages below the threshold as a pause', () => {
    const sender = new CompressingSender(side);
    sendBytes(sender, noise(1000), false);
    for (let count = 0; count < 15; count += 1) sendBytes(sender, bytesOf('short'), false);
    sendBytes(sender, bytesOf(words(1000)), false);
    expect(sender.sent().at(-1)?.[1]).toBe(false);
  });

  test('is limited by the sizes of the messages, not by what they become', () => {
    const plain = new CompressingSender(side, { outboundBufferSize: 3000 }, 0);
    const compressing = new CompressingSender(side, { outboundBufferSize: 3000 });
    const answers = [plain, compressing].map((sender) => {
      sender.stream.block();
      return [1000, 2000, 1, 0].map((size) => [sendBytes(sender, bytesOf(words(size)), false), sender.outbox.bytes]);
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]?.map(([answer]) => answer)).toContain(ERR_OUT_OF_MEMORY);
    expect(compressing.reports).toEqual(plain.reports);
  });

  test('never compresses a control frame', () => {
    const sender = new CompressingSender(side, { compressionThreshold: 0 });
    sender.outbox.ping();
    sender.outbox.pong(bytesOf('a'.repeat(125)));
    sender.outbox.close(bytesOf(`\x03\xe8${'a'.repeat(120)}`));
    expect(sender.sent().map(([opcode, isDeflated]) => [opcode, isDeflated])).toEqual([
      [9, false],
      [10, false],
      [8, false],
    ]);
  });
});

describe('a window', () => {
  /** Repeats itself after each of many distances. */
  const far = Buffer.concat(
    [100, 240, 250, 256, 400, 500, 512, 1000, 2000, 4000, 8000, 16000, 32000].flatMap((size) => {
      const part = noise(size);
      return [part, part];
    }),
  );

  test.each([8, 9, 10, 11, 12, 13, 14, 15])('of %i bits is never left by what is sent', (bits) => {
    const sender = new CompressingSender('server', {}, Math.max(bits, 9));
    const messages = [far, Buffer.from(words(100_000)), Buffer.from(words(300)), far.subarray(0, 1500)];
    for (const message of messages) {
      sendBytes(sender, message, false);
      sender.outbox.flush();
      const [frame] = parseFrames(sender.stream.takeWritten()).frames;
      if (frame === undefined || !isMarked(frame)) continue;
      const { bytes, farthest } = slowInflate(frame.payload);
      expect(Buffer.compare(bytes, message)).toBe(0);
      expect(farthest).toBeGreaterThan(0);
      expect(farthest).toBeLessThanOrEqual(2 ** bits);
    }
  });
});

describe('a message for many', () => {
  const message = (text = words(1000)): SharedMessage => ({ bytes: bytesOf(text), isText: false });

  test('is compressed once for each size of window, and encoded once plain', () => {
    const used = new CountingDeflater();
    const senders = [15, 0, 9, 15, 9, 0].map((bits) => new CompressingSender('server', {}, bits, used));
    const shared = message();
    for (const sender of senders) expect(sendShared(sender, shared, codec)).toBe(OK);
    expect(used.calls).toEqual([
      [1000, 15],
      [1000, 9],
    ]);
    expect([...(shared.deflated?.keys() ?? [])]).toEqual([15, 9]);
    expect(senders.map((sender) => sender.outbox.bytes)).toEqual(senders.map(() => 1000));
    expect(senders.map((sender) => sender.sent())).toEqual(
      [15, 0, 9, 15, 9, 0].map((bits) => [[2, bits > 0, words(1000)]]),
    );
  });

  test('is compressed by each client for itself', () => {
    const used = new CountingDeflater();
    const senders = [new CompressingSender('client', {}, 15, used), new CompressingSender('client', {}, 15, used)];
    const shared = message();
    for (const sender of senders) sendShared(sender, shared, codec);
    expect(used.calls).toHaveLength(2);
    expect(senders.map((sender) => sender.sent())).toEqual([[[2, true, words(1000)]], [[2, true, words(1000)]]]);
  });

  test('goes plain to those whose threshold is higher', () => {
    const used = new CountingDeflater();
    const low = new CompressingSender('server', {}, 15, used);
    const high = new CompressingSender('server', { compressionThreshold: 1001 }, 15, used);
    const shared = message();
    for (const sender of [high, low]) sendShared(sender, shared, codec);
    expect([high.sent()[0]?.[1], low.sent()[0]?.[1], used.calls.length]).toEqual([false, true, 1]);
  });

  test('that does not become shorter is tried once, and the next 15 are not', () => {
    const used = new CountingDeflater();
    const senders = [1, 2, 3].map(() => new CompressingSender('server', {}, 15, used));
    const counts: number[] = [];
    for (let round = 0; round < 18; round += 1) {
      const shared: SharedMessage = { bytes: noise(1000), isText: false };
      for (const sender of senders) sendShared(sender, shared, codec);
      counts.push(used.calls.length);
    }
    expect(counts).toEqual([...new Array(16).fill(1), 2, 2]);
    for (const sender of senders) expect(sender.sent().map(([, isDeflated]) => isDeflated)).not.toContain(true);
  });
});
