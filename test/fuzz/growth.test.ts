// Four times the input is about four times the work, whatever the input is made of: counted by V8, not by a clock.
import { afterAll, describe, expect, test } from 'vitest';
import { MessageDecoder } from '../../host/codec/index.js';
import { HeadReader } from '../../host/protocol/http-head.js';
import { decodeVariant, encodeVariant } from '../../host/variant/codec.js';
import { frame, OP } from '../helpers/raw-peer-frames.js';
import { requestFor } from '../helpers/raw-peer-handshake.js';
import { chunked, Random } from './lib/random.js';
import { WorkCounter } from './lib/work.js';

const work = new WorkCounter();
afterAll(() => work.end());

const SIZES = [400, 1600] as const;
/** Four, and what does not depend on the size. */
const MOST_GROWTH = 4.6;

const readHead = (bytes: Uint8Array, size: number) => (): void => {
  const head = new HeadReader(1 << 20);
  for (let at = 0; at < bytes.length; at += size) head.push(bytes.subarray(at, at + size));
  head.values('x');
  head.lists('x', 'y');
  if (head.outcome === 'reading') throw new Error('a head without end');
};

const decode =
  (bytes: Uint8Array, chunks: readonly Uint8Array[] = [bytes]) =>
  (): void => {
    const decoder = new MessageDecoder({ role: 'client', maxFragments: 1e6 });
    for (const chunk of chunks) for (const { kind } of decoder.push(chunk)) if (kind === 'fault') throw new Error(kind);
  };

const variant =
  (make: (count: number) => unknown) =>
  (count: number): (() => void) => {
    const { bytes } = encodeVariant(4, make(count));
    return () => {
      if (decodeVariant(4, bytes).error !== 0) throw new Error('it does not decode');
    };
  };

const many = (count: number, one: Uint8Array): Uint8Array => Buffer.concat(Array.from({ length: count }, () => one));
const fragments = (count: number): Uint8Array =>
  Buffer.concat([
    frame(OP.TEXT, 'a', { fin: false }),
    many(count, frame(OP.CONTINUATION, 'b', { fin: false })),
    frame(OP.CONTINUATION, 'c'),
  ]);

/** What is done with an input of a size. */
const INPUTS: Record<string, (count: number) => () => void> = {
  'a long value of a header': (count) => readHead(requestFor('/', [`X: ${'y'.repeat(count * 10)}`]), 1 << 20),
  'a long value in chunks of a byte': (count) => readHead(requestFor('/', [`X: ${'y'.repeat(count)}`]), 1),
  'blanks before a value': (count) => readHead(requestFor('/', [`X: ${' '.repeat(count * 10)}y`]), 7),
  'blanks behind a value': (count) => readHead(requestFor('/', [`X: y${' '.repeat(count * 10)}`]), 7),
  'a list of many entries': (count) => readHead(requestFor('/', [`X: ${'y,'.repeat(count)}`]), 64),
  'headers of the same name': (count) =>
    readHead(
      requestFor(
        '/',
        Array.from({ length: count / 20 }, () => 'X: y'),
      ),
      64,
    ),
  'a long target': (count) => readHead(requestFor(`/${'%'.repeat(count * 10)}`), 3),
  'small messages': (count) => decode(many(count, frame(OP.BINARY, 'x'))),
  'small messages in small chunks': (count) => {
    const bytes = many(count, frame(OP.BINARY, 'x'));
    return decode(bytes, chunked(bytes, new Random(1), 5));
  },
  'small fragments': (count) => decode(fragments(count)),
  'small fragments in small chunks': (count) => decode(fragments(count), chunked(fragments(count), new Random(1), 5)),
  'a message in chunks of a byte': (count) => {
    const bytes = frame(OP.TEXT, 'x'.repeat(count));
    return decode(bytes, chunked(bytes, new Random(1), 1));
  },
  'pings inside a message': (count) =>
    decode(
      Buffer.concat([
        frame(OP.BINARY, 'a', { fin: false }),
        many(count, frame(OP.PING, 'p')),
        frame(OP.CONTINUATION, 'c'),
      ]),
    ),
  'an array of numbers': variant((count) => Array.from({ length: count }, (_, at) => at)),
  'an array of texts': variant((count) => Array.from({ length: count }, (_, at) => `text ${at}`)),
  'a long text': variant((count) => 'é'.repeat(count * 10)),
  'a dictionary of texts': variant((count) => new Map(Array.from({ length: count }, (_, at) => [`key ${at}`, at]))),
  'a dictionary of numbers': variant((count) => new Map(Array.from({ length: count }, (_, at) => [at, at]))),
  'arrays in arrays': variant((count) => {
    let value: unknown = [];
    for (let depth = 0; depth < count / 2; depth += 1) value = [value];
    return value;
  }),
};

describe('the work grows as the input does', () => {
  test.each(Object.entries(INPUTS))('%s', (_name, make) => {
    const [little, much] = SIZES.map((count) => {
      const act = make(count);
      act(); // compiled, and tables made
      return work.of(act);
    });
    expect(little).toBeGreaterThan(0);
    expect(much / little).toBeLessThan(MOST_GROWTH);
  });

  test('work that grows with the square is noticed', () => {
    const squared = (count: number) => (): void => {
      for (let round = 0; round < count; round += 40) readHead(requestFor('/', [`X: ${'y'.repeat(count)}`]), 64)();
    };
    const [little, much] = SIZES.map((count) => work.of(squared(count)));
    expect(much / little).toBeGreaterThan(8);
  });
});
