// Property tests: whatever comes in, however it is cut, the core neither traps nor grows, and the cuts change nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUILDS } from '../helpers/cores.js';
import { close, type Frame, feed, ROLES, wire } from '../helpers/feed.js';

const SEED = 6455;

const frame: fc.Arbitrary<Frame> = fc.record(
  {
    opcode: fc.constantFrom(0, 1, 2, 2, 2, 8, 9, 10, 3, 15),
    payload: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.string({ maxLength: 140 }), fc.constant('x'.repeat(700))),
    fin: fc.constantFrom(true, true, false),
    rsv: fc.constantFrom(0, 0, 0, 0, 0, 0, 4),
    form: fc.constantFrom(undefined, undefined, undefined, 16, 64),
  },
  { requiredKeys: ['opcode', 'payload'] },
);

/** Streams that are right for long, and then maybe not. */
const stream = fc.tuple(
  fc.array(fc.oneof(frame, fc.constant<Frame>({ opcode: 2, payload: 'ok' }), fc.constant(close(1000)))),
  fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), { maxLength: 2 }),
);

/** Chunk sizes, used in turn. */
const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 8 });

function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const end = at + sizes[turn % sizes.length];
    yield bytes.subarray(at, end);
    at = end;
  }
}

describe.each(BUILDS)('the $name build', ({ codec, core }) => {
  const size = core.memory.length;

  test.each(ROLES)('as %s: random bytes never throw, and bring no more events than they can hold', (role) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), cuts, (bytes, sizes) => {
        const lines = feed(new codec.MessageDecoder({ role, maxMessageSize: 300 }), chunksOf(bytes, sizes));
        expect(lines.length).toBeLessThanOrEqual(bytes.length / 2 + 1);
      }),
      { seed: SEED, numRuns: 1500 },
    );
    expect(core.memory.length).toBe(size);
  });

  test.each(ROLES)('as %s: neither the cuts nor another decoder’s turns change what a stream says', (role) => {
    fc.assert(
      fc.property(stream, cuts, cuts, ([frames, changes], sizes, others) => {
        const bytes = wire(role, frames);
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        const options = { role, maxMessageSize: 1000, maxFragments: 20 };
        const whole = feed(new codec.MessageDecoder(options), [bytes]);
        const decoders = [new codec.MessageDecoder(options), new codec.MessageDecoder(options)];
        const feeds = [chunksOf(bytes, sizes), chunksOf(bytes, others)];
        const lines: string[][] = [[], []];
        for (let open = true; open; ) {
          open = false;
          for (const index of [0, 1]) {
            const { value, done } = feeds[index].next();
            if (done) continue;
            open = true;
            const brought = feed(decoders[index], [value]);
            const again = brought[0]?.startsWith('fault') && lines[index].at(-1)?.startsWith('fault');
            if (!again) lines[index].push(...brought);
          }
        }
        expect(lines).toEqual([whole, whole]);
      }),
      { seed: SEED, numRuns: 800 },
    );
    expect(core.memory.length).toBe(size);
  });
});
