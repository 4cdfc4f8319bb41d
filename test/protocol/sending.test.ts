// Whether there is room for a message, what is told when there is none, and in which form it leaves.
import { describe, expect, test } from 'vitest';
import { ERR_INVALID_DATA, ERR_OUT_OF_MEMORY, FAILED, OK } from '../../host/binding/errors.js';
import { codec, core } from '../../host/codec/load.js';
import { State } from '../../host/protocol/lifecycle.js';
import { Outbox } from '../../host/protocol/outbox.js';
import { type Sender, sendBytes, sendShared, sendText } from '../../host/protocol/sending.js';
import { NEWS, REPORT, SETTINGS, type SessionOwner } from '../../host/protocol/session.js';
import { copyOf, defaultValues, type SettingValues } from '../../host/protocol/settings.js';
import type { SharedMessage } from '../../host/protocol/shared-message.js';
import { TurnQueue } from '../../host/protocol/turn-queue.js';
import { MemoryStream } from '../helpers/memory-stream.js';
import { MemoryLoop } from '../helpers/memory-stream-loop.js';
import { bytesOf, parseFrames } from '../helpers/raw-peer-frames.js';

class PlayedSender implements Sender {
  readonly side: 'client' | 'server';
  state: State = State.OPEN;
  isSendable = true;
  readonly reports: string[] = [];
  readonly causes: (string | undefined)[] = [];
  readonly stream: MemoryStream;
  readonly outbox: Outbox;
  readonly owner: SessionOwner;

  constructor(settings: Partial<SettingValues> = {}, side: 'client' | 'server' = 'server') {
    this.side = side;
    const loop = new MemoryLoop();
    this.stream = new MemoryStream(loop);
    this.outbox = new Outbox(core, side === 'client', this.stream, new TurnQueue(loop));
    this.owner = {
      [SETTINGS]: copyOf(defaultValues(), settings),
      [NEWS]: () => {},
      [REPORT]: (message, kind = 'error', _failure, cause) => {
        this.reports.push(`${kind}: ${message}`);
        this.causes.push(cause);
      },
    };
  }

  checkSendable(): boolean {
    return this.isSendable;
  }

  /** What leaves now: opcode and payload of each frame. */
  sent(): [number, string][] {
    this.outbox.flush();
    return parseFrames(this.stream.takeWritten()).frames.map(({ opcode, payload }) => [
      opcode,
      Buffer.from(payload).toString(),
    ]);
  }
}

const MESSAGES: readonly [what: string, send: (sender: Sender) => number, sent: [number, string]][] = [
  ['bytes', (to) => sendBytes(to, bytesOf('a'), false), [2, 'a']],
  ['bytes as text', (to) => sendBytes(to, bytesOf('é'), true), [1, 'é']],
  ['bytes that are no text', (to) => sendBytes(to, bytesOf([0x61]), false), [2, 'a']],
  ['text', (to) => sendText(to, 'é😀'), [1, 'é😀']],
  ['half a surrogate pair, replaced', (to) => sendText(to, 'a\ud800'), [1, 'a\ufffd']],
  ['nothing', (to) => sendBytes(to, bytesOf(''), false), [2, '']],
  ['a shared packet', (to) => sendShared(to, { bytes: bytesOf('a'), isText: false }, codec), [2, 'a']],
  ['a shared text', (to) => sendShared(to, { bytes: bytesOf('é'), isText: true }, codec), [1, 'é']],
];

describe.each(['client', 'server'] as const)('a %s', (side) => {
  test.each(MESSAGES)('sends %s', (_, send, sent) => {
    const sender = new PlayedSender({}, side);
    expect(send(sender)).toBe(OK);
    expect([sender.sent(), sender.reports]).toEqual([[sent], []]);
  });

  test.each(MESSAGES)('that can send no more does not send %s, and says nothing', (_, send) => {
    const sender = new PlayedSender({}, side);
    sender.isSendable = false;
    expect([send(sender), sender.sent(), sender.reports]).toEqual([FAILED, [], []]);
  });
});

const NOTHING_WAITS = '0 packets with 0 bytes wait (outbound_buffer_size 10, max_queued_packets 4096)';
const ROOM: readonly [what: string, send: (sender: Sender) => number, answer: number, size: number][] = [
  ['ten bytes', (to) => sendBytes(to, new Uint8Array(10), false), OK, 10],
  ['eleven bytes', (to) => sendBytes(to, new Uint8Array(11), false), ERR_OUT_OF_MEMORY, 11],
  ['ten letters of one byte', (to) => sendText(to, 'x'.repeat(10)), OK, 10],
  ['eleven letters of one byte', (to) => sendText(to, 'x'.repeat(11)), ERR_OUT_OF_MEMORY, 11],
  ['five letters of two bytes', (to) => sendText(to, 'é'.repeat(5)), OK, 10],
  ['six letters of two bytes', (to) => sendText(to, 'é'.repeat(6)), ERR_OUT_OF_MEMORY, 12],
  ['three letters of three bytes', (to) => sendText(to, '€'.repeat(3)), OK, 9],
  ['four letters of three bytes', (to) => sendText(to, '€'.repeat(4)), ERR_OUT_OF_MEMORY, 12],
];

describe('room for ten bytes', () => {
  test.each(ROOM)('is asked for %s', (_, send, answer, size) => {
    const sender = new PlayedSender({ outboundBufferSize: 10 });
    expect([send(sender), sender.outbox.bytes]).toEqual([answer, answer === OK ? size : 0]);
    const report = `error: send: no room for ${size} bytes, ${NOTHING_WAITS}`;
    expect(sender.reports).toEqual(answer === OK ? [] : [report]);
  });

  test('is what the network has not taken: what it takes at once does not count', () => {
    const sender = new PlayedSender({ outboundBufferSize: 10 });
    const send = (): number => sendBytes(sender, new Uint8Array(6), false);
    expect([send(), send(), send()]).toEqual([OK, OK, OK]);
    sender.outbox.flush();
    sender.stream.block();
    expect([send(), send()]).toEqual([OK, ERR_OUT_OF_MEMORY]);
  });
});

describe('the limits', () => {
  test('of packets and of bytes are told apart in the cause, and both named in the message', () => {
    for (const [settings, cause] of [
      [{ outboundBufferSize: 99, maxUnsentPackets: 1 }, 'send: too many packets wait'],
      [{ outboundBufferSize: 1, maxUnsentPackets: 9 }, 'send: too many bytes wait'],
    ] as const) {
      const sender = new PlayedSender(settings);
      sender.stream.block();
      expect([sendText(sender, 'x'), sendText(sender, 'x')]).toEqual([OK, ERR_OUT_OF_MEMORY]);
      const { outboundBufferSize: bytes, maxUnsentPackets: packets } = sender.owner[SETTINGS];
      const limits = `(outbound_buffer_size ${bytes}, max_queued_packets ${packets})`;
      expect(sender.reports[0]).toMatch(/^error: send: no room for \d bytes, 1 packets with 1 bytes wait /);
      expect(sender.reports[0]).toContain(limits);
      expect(sender.causes).toEqual([cause]);
    }
  });

  test('of 0 bytes are none', () => {
    const sender = new PlayedSender({ outboundBufferSize: 0 });
    expect([sendBytes(sender, new Uint8Array(200_000), false), sendText(sender, 'x')]).toEqual([OK, OK]);
  });

  test('do not matter any more when making room has ended the connection', () => {
    const sender = new PlayedSender({ maxUnsentPackets: 1 });
    expect(sendText(sender, 'a')).toBe(OK);
    const { stream } = sender;
    stream.write = () => {
      sender.state = State.CLOSED;
      return true;
    };
    expect([sendText(sender, 'b'), sender.reports]).toEqual([FAILED, []]);
  });
});

describe('bytes to send as text', () => {
  test('are refused unless they are UTF-8 (RFC 6455 §8.1), and nothing of them leaves', () => {
    const sender = new PlayedSender();
    expect(sendBytes(sender, bytesOf([0x61, 0xff]), true)).toBe(ERR_INVALID_DATA);
    expect(sender.reports).toEqual(['error: send: the 2 bytes to send as text are not valid UTF-8']);
    expect(sender.sent()).toEqual([]);
  });
});

describe('a shared message', () => {
  test('is encoded once for all connections of a server', () => {
    const message: SharedMessage = { bytes: bytesOf('all'), isText: false };
    const senders = [new PlayedSender(), new PlayedSender()];
    const frames = senders.map((sender) => {
      sendShared(sender, message, codec);
      return message.frame;
    });
    expect(frames[0]).toBeInstanceOf(Uint8Array);
    expect(frames[1]).toBe(frames[0]);
    expect(senders.map((sender) => [sender.outbox.bytes, sender.sent()])).toEqual([
      [3, [[2, 'all']]],
      [3, [[2, 'all']]],
    ]);
  });

  test('has no frame in common for clients, each of which has a mask of its own (RFC 6455 §5.3)', () => {
    const message: SharedMessage = { bytes: bytesOf('all'), isText: false };
    const sender = new PlayedSender({}, 'client');
    sendShared(sender, message, codec);
    sendShared(sender, message, codec);
    sender.outbox.flush();
    const masks = parseFrames(sender.stream.takeWritten()).frames.map(({ mask }) =>
      Buffer.from(mask ?? []).toString('hex'),
    );
    expect([message.frame, masks[0]?.length, masks[0] === masks[1]]).toEqual([undefined, 8, false]);
  });
});
