// What the reader keeps of a stream: how much memory, how many copies, and for how long.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { ALLOW_DEFLATED, ROLE_CLIENT } from '../../assembly/abi.js';
import { MessageReader, type MessageSink } from '../../host/codec/message-reader.js';
import { BUILDS } from '../helpers/cores.js';
import { binary, close, type Frame, joined, more, ping, text, wire } from '../helpers/feed.js';

const MIB = 1024 * 1024;

/** Keeps what it is given, as a queue of packets does. */
class Collector implements MessageSink {
  readonly messages: { bytes: Uint8Array; offset: number; length: number }[] = [];
  readonly faults: number[] = [];
  closes = 0;

  message(bytes: Uint8Array, offset: number, length: number): void {
    this.messages.push({ bytes, offset, length });
  }
  ping(): void {}
  pong(): void {}
  close(): void {
    this.closes += 1;
  }
  fault(fault: number): void {
    this.faults.push(fault);
  }

  /** Bytes that stay in memory for as long as the messages do. */
  get retained(): number {
    const buffers = new Set(this.messages.map(({ bytes }) => bytes.buffer));
    return [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
  }
}

const long = (length: number): Uint8Array => new Uint8Array(length).map((_, index) => index % 251);
const received = (...frames: readonly Frame[]): Uint8Array => wire('client', frames);

/** Bytes of all arrays that are made by their length while `run` runs. */
function bytesMade(run: () => void): number {
  let made = 0;
  const Original = Uint8Array;
  vi.stubGlobal(
    'Uint8Array',
    new Proxy(Original, {
      construct(target, args: [number], newTarget) {
        if (typeof args[0] === 'number') made += args[0];
        return Reflect.construct(target, args, newTarget);
      },
    }),
  );
  run();
  vi.unstubAllGlobals();
  return made;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(BUILDS)('the $name build', ({ core }) => {
  function start(maxMessageSize = 8 * MIB, role = ROLE_CLIENT): { sink: Collector; reader: MessageReader } {
    const sink = new Collector();
    const options = { role, maxMessageSize, maxFragments: 1_048_576 };
    return { sink, reader: new MessageReader(core, options, sink) };
  }

  test.each([
    ['one byte of each fragment still to come', []],
    ['one byte of a ping still to come', [0x89, 1]],
  ])('§5.4 a message in tiny fragments is not copied for each of them: %s', (_title, ping1) => {
    const { sink, reader } = start();
    const size = 2 * MIB;
    const fragments = size / 256;
    const cut = ping1.length > 0 ? 256 : 255; // payload bytes of a fragment that come with its header
    const chunks = Array.from({ length: fragments }, (_, index) => {
      const carried = index === 0 ? [] : [7];
      const head = [index === 0 ? 0x02 : index === fragments - 1 ? 0x80 : 0x00, 126, 1, 0];
      return Uint8Array.from([...carried, ...head, ...new Uint8Array(cut).fill(7), ...ping1]);
    });
    chunks.push(Uint8Array.of(7));
    const made = bytesMade(() => {
      for (const chunk of chunks) reader.push(chunk, chunk.length);
    });
    expect(sink.messages.map(({ length }) => length)).toEqual([size]);
    expect(sink.faults).toEqual([]);
    expect(made).toBeLessThan(10 * size);
  });

  test('§5.4 a deflated message above the limit for plain ones is not copied for each tiny fragment', () => {
    const { sink, reader } = start(MIB, ROLE_CLIENT | ALLOW_DEFLATED);
    const extra = MIB / 4096 + 64;
    const chunks = [received(binary(long(MIB), { rsv: 4, fin: false }))];
    for (let left = extra - 1; left >= 0; left -= 1) chunks.push(received(more('x', { fin: left === 0 })));
    const made = bytesMade(() => {
      for (const chunk of chunks) reader.push(chunk, chunk.length);
    });
    expect(sink.messages.map(({ length }) => length)).toEqual([MIB + extra]);
    expect(made).toBeLessThan(10 * MIB);
  });

  test.each([
    [1, 65_535],
    [1, 8 * MIB],
    [300, 65_535],
    [1000, 8 * MIB],
    [60_000, 8 * MIB],
  ])('memory follows the bytes: of %i that have come, whatever is announced (%i)', (come, announced) => {
    const { reader } = start();
    const head = received({ opcode: 2, payload: long(come), announced: BigInt(announced) });
    expect(bytesMade(() => reader.push(head, head.length))).toBeLessThanOrEqual(Math.max(1024, 4 * come));
    expect(reader.pendingBytes).toBe(come);
  });

  test('of a message above the limit nothing is stored', () => {
    const { sink, reader } = start(1000);
    const bytes = received({ opcode: 2, payload: 'x', announced: 1n << 40n });
    expect(bytesMade(() => reader.push(bytes, bytes.length))).toBe(0);
    expect(sink.faults).toHaveLength(1);
    expect(reader.pendingBytes).toBe(0);
  });

  test.each([
    ['one frame in two chunks', received(binary(long(300_000)))],
    ['three fragments', received(binary(long(100_000), { fin: false }), more(long(1), { fin: false }), more(long(50)))],
  ])('a message holds at most a quarter more than itself: %s', (_title, bytes) => {
    const { sink, reader } = start();
    for (const chunk of [bytes.subarray(0, 70_000), bytes.subarray(70_000)]) reader.push(chunk, chunk.length);
    const [{ length }] = sink.messages;
    expect(sink.retained).toBeLessThanOrEqual(1.25 * length);
  });

  test('a message in one frame gets an array of its size, however the frame is cut', () => {
    const bytes = received(binary(long(1000)));
    for (const cut of [1, 4, 5, 500, 1003]) {
      const { sink, reader } = start();
      for (const chunk of [bytes.subarray(0, cut), bytes.subarray(cut)]) reader.push(chunk, chunk.length);
      expect(sink.messages.map(({ bytes: { buffer }, length }) => [buffer.byteLength, length])).toEqual([[1000, 1000]]);
    }
  });

  test.each<[string, readonly Frame[]]>([
    ['pings', Array.from({ length: 500 }, () => ping('p'.repeat(120)))],
    ['empty fragments', [binary('', { fin: false }), ...Array.from({ length: 9000 }, () => more('', { fin: false }))]],
  ])('two small messages do not hold on to the %s between them', (_title, between) => {
    const { sink, reader } = start();
    const frames = between.some(({ opcode }) => opcode === 0)
      ? [text('a'), ...between, more('b')]
      : [text('a'), ...between, text('b')];
    const bytes = received(...frames);
    expect(bytes.length).toBeLessThan(65_536);
    reader.push(bytes, bytes.length);
    expect(sink.messages.map(({ length }) => length)).toEqual([1, 1]);
    expect(sink.retained).toBeLessThan(600);
  });

  test('messages next to each other share one copy, the empty ones too', () => {
    const { sink, reader } = start();
    const bytes = received(text('a'), binary(''), ping('p'), text('bc'), binary(''));
    reader.push(bytes, bytes.length);
    const found = sink.messages.map(({ bytes: all, offset, length }) => all.subarray(offset, offset + length));
    expect(found.map((message) => Buffer.from(message).toString())).toEqual(['a', '', 'bc', '']);
    expect(new Set(sink.messages.map(({ bytes: all }) => all)).size).toBe(1);
  });

  test('a message in parts makes no difference to those behind it', () => {
    const { sink, reader } = start();
    const bytes = received(text('ab', { fin: false }), ping(), more('cd'), text('e'), text('f'));
    reader.push(bytes, bytes.length);
    const [first, second, third] = sink.messages;
    expect([first.length, second.length, third.length]).toEqual([4, 1, 1]);
    expect(third.bytes).toBe(second.bytes);
  });

  test.each<[string, Frame]>([
    ['a fault', text('x', { rsv: 1 })],
    ['a close', close(1000)],
  ])('%s in the middle of a message lets go of it', (_title, last) => {
    const { sink, reader } = start();
    const [first, second] = [received(binary(long(5000), { fin: false })), received(last)];
    reader.push(first, first.length);
    expect(reader.pendingBytes).toBe(5000);
    reader.push(second, second.length);
    expect(sink.faults.length + sink.closes).toBe(1);
    expect(reader.pendingBytes).toBe(0);
  });

  test('release forgets a message that has begun, and the next byte starts a frame', () => {
    const { sink, reader } = start();
    const [first, second] = [received(binary('ab', { fin: false })), received(text('whole'))];
    reader.push(first, first.length);
    expect(reader.isMidMessage).toBe(true);
    reader.release();
    expect([reader.isMidMessage, reader.pendingBytes]).toEqual([false, 0]);
    reader.push(second, second.length);
    expect(sink.messages.map(({ length }) => length)).toEqual([5]);
  });

  test('it is in the middle of a message also while another reader has its turn', () => {
    const [one, other] = [start(), start()];
    const bytes = received(text('four'));
    one.reader.push(bytes.subarray(0, 3), 3);
    other.reader.push(bytes, bytes.length);
    expect([one.reader.isMidMessage, other.reader.isMidMessage]).toEqual([true, false]);
    one.reader.push(bytes.subarray(3), bytes.length - 3);
    expect([one.reader.isMidMessage, one.sink.messages.length]).toEqual([false, 1]);
  });

  test('bytes that a socket put into the window are taken from there', () => {
    const { sink, reader } = start();
    const bytes = joined([received(text('in place')), Uint8Array.of(0x81)]);
    core.window.set(bytes);
    reader.push(core.window, bytes.length);
    expect(sink.messages.map(({ length }) => length)).toEqual([8]);
    expect(reader.isMidMessage).toBe(true);
  });
});
