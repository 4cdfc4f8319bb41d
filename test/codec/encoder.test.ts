// Frames that this package builds, read back; and the shared arena, pool and keys behind them.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FrameEncoder } from '../../host/codec/frame-encoder.js';
import { BUILDS, type Build } from '../helpers/cores.js';
import { feed, joined, line } from '../helpers/feed.js';

const SIZES = [
  ...Array.from({ length: 200 }, (_, index) => index),
  1000,
  16_383,
  16_384,
  16_385,
  65_521,
  65_535,
  65_536,
  131_072,
  1_048_576,
];
const TEXT = 1;
const BINARY = 2;

const payloadOf = (size: number): Uint8Array => new Uint8Array(size).map((_, index) => 32 + (index % 90));

function read({ codec }: Build, masked: boolean, pieces: readonly Uint8Array[]): string[] {
  return feed(new codec.MessageDecoder({ role: masked ? 'server' : 'client' }), pieces);
}

function expected(kind: 'text' | 'binary', data: Uint8Array): string {
  return line({ kind, data, code: 0 });
}

afterEach(() => {
  vi.restoreAllMocks();
});

/** Random bytes that tell where they are from: the n-th word is n. */
function countInsteadOfChance(): void {
  let next = 1;
  vi.spyOn(globalThis.crypto, 'getRandomValues').mockImplementation((array) => {
    const { buffer, byteOffset, byteLength } = array as Uint8Array;
    const view = new DataView(buffer, byteOffset, byteLength);
    for (let at = 0; at < byteLength; at += 4) view.setUint32(at, next++);
    return array;
  });
}

describe.each(BUILDS)('the $name build', (build) => {
  const { core, codec } = build;

  describe.each([true, false])('masked: %s', (masked) => {
    test.each([true, false])('§5.2 frames of every size come back, checked: %s', (check) => {
      const encoder = new FrameEncoder(core, masked);
      for (const size of SIZES) {
        expect(encoder.add(check ? TEXT : BINARY, payloadOf(size), check)).toBe(true);
        const lines = read(build, masked, encoder.take());
        expect(lines).toEqual([expected(check ? 'text' : 'binary', payloadOf(size))]);
        encoder.recycle();
        expect(encoder.isEmpty).toBe(true);
      }
    });

    test('many frames of one turn leave in order', () => {
      const encoder = new FrameEncoder(core, masked);
      const sizes = [3, 20_000, 0, 16, 70_000, 1, 2, 125, 126, 64_000, 5];
      for (const [index, size] of sizes.entries())
        encoder.add(index % 3 ? BINARY : TEXT, payloadOf(size), index % 3 === 0);
      const lines = sizes.map((size, index) => expected(index % 3 ? 'binary' : 'text', payloadOf(size)));
      expect(read(build, masked, encoder.take())).toEqual(lines);
    });

    test('frames of all sizes to 200, one behind the other', () => {
      const encoder = new FrameEncoder(core, masked);
      for (let size = 0; size <= 200; size += 1) encoder.add(TEXT, payloadOf(size), true);
      const lines = Array.from({ length: 201 }, (_, size) => expected('text', payloadOf(size)));
      expect(read(build, masked, encoder.take())).toEqual(lines);
    });

    test('what more encoders have taken than there are buffers to share stays apart', () => {
      const encoders = Array.from({ length: 80 }, () => new FrameEncoder(core, masked));
      const payloads = encoders.map((_, index) => payloadOf(1000).fill(32 + index));
      for (let round = 0; round < 3; round += 1) {
        for (const [index, encoder] of encoders.entries()) encoder.add(BINARY, payloads[index], false);
        const taken = encoders.map((encoder) => encoder.take());
        for (const [index, pieces] of taken.entries()) {
          expect(read(build, masked, pieces)).toEqual([expected('binary', payloads[index])]);
        }
        for (const [index, encoder] of encoders.entries()) {
          if (index % 7 === round) encoder.clear();
          else encoder.recycle();
        }
      }
    });

    test('encoders that take turns in the arena keep their frames apart', () => {
      const encoders = [1, 2, 3].map(() => new FrameEncoder(core, masked));
      for (let round = 0; round < 40; round += 1) {
        for (const [index, encoder] of encoders.entries()) {
          if (round % (index + 1) === 0) encoder.addText(`round ${round} of ${index}`);
          else encoder.add(BINARY, payloadOf(round * index), false);
        }
      }
      for (const [index, encoder] of encoders.entries()) {
        const lines = Array.from({ length: 40 }, (_, round) =>
          round % (index + 1) === 0 ? `text round ${round} of ${index}` : expected('binary', payloadOf(round * index)),
        );
        expect(read(build, masked, encoder.take())).toEqual(lines);
      }
    });

    test('what was taken stays as it is until it is recycled', () => {
      const [first, second] = [new FrameEncoder(core, masked), new FrameEncoder(core, masked)];
      first.add(BINARY, payloadOf(500), false);
      const pieces = first.take();
      const copy = joined(pieces);
      for (let round = 0; round < 50; round += 1) {
        second.add(BINARY, payloadOf(round * 100), false);
        first.add(BINARY, payloadOf(300), false); // still blocked: staged, not taken
        second.take();
        second.recycle();
      }
      expect(joined(pieces)).toEqual(copy);
      first.clear();
      second.add(BINARY, payloadOf(600), false);
      second.take();
      expect(joined(pieces)).toEqual(copy); // the network may still read it
    });

    test.each([
      '',
      'a',
      'é',
      '€'.repeat(41),
      '€'.repeat(42),
      'x'.repeat(125),
      'x'.repeat(126),
      'ж'.repeat(100),
      '😀'.repeat(5000),
      'x'.repeat(70_000),
    ])('a text is encoded as UTF-8, whatever its header turns out to need (%#)', (value) => {
      const encoder = new FrameEncoder(core, masked);
      const size = encoder.addText(value);
      const bytes = new TextEncoder().encode(value);
      expect(size).toBe(bytes.length);
      encoder.addText('end');
      expect(read(build, masked, encoder.take())).toEqual([expected('text', bytes), 'text end']);
    });

    test('lone surrogates become U+FFFD', () => {
      const encoder = new FrameEncoder(core, masked);
      encoder.addText('a\ud800b\udc00');
      expect(read(build, masked, encoder.take())).toEqual(['text a<ef><bf><bd>b<ef><bf><bd>']);
    });

    test('§8.1 text that is not UTF-8 is not added', () => {
      const encoder = new FrameEncoder(core, masked);
      for (const size of [1, 40, 16_384, 16_385, 70_000]) {
        const bad = payloadOf(size);
        bad[size - 1] = 0xe2;
        expect(encoder.add(TEXT, bad, true)).toBe(false);
      }
      expect(encoder.isEmpty).toBe(true);
      encoder.add(TEXT, payloadOf(3), true);
      expect(read(build, masked, encoder.take())).toEqual([expected('text', payloadOf(3))]);
    });
  });

  test('§5.3 every frame has a fresh key, and the pool is filled again', () => {
    const encoder = new FrameEncoder(core, true);
    const keys = new Set<number>();
    for (let frame = 0; frame < 10_000; frame += 1) {
      encoder.add(BINARY, new Uint8Array(0), false);
      const [piece] = encoder.take();
      keys.add(new DataView(piece.buffer, piece.byteOffset).getUint32(2));
      encoder.recycle();
    }
    expect(keys.size).toBeGreaterThan(9990); // of 2^32 a repeat is rare, not impossible
  });

  test.each([
    ['through the arena', 0],
    ['past the arena', 16_385],
  ])('§10.3 each key is the pool’s next one, and never what lies behind the pool: frames %s', (_way, size) => {
    countInsteadOfChance();
    core.refillKeys();
    const encoder = new FrameEncoder(core, true);
    const payload = payloadOf(size);
    const keyAt = size === 0 ? 2 : 4;
    for (let frame = 1; frame <= 2100; frame += 1) {
      encoder.add(BINARY, payload, false);
      const [piece] = encoder.take();
      const key = new DataView(piece.buffer, piece.byteOffset).getUint32(keyAt);
      if (key !== frame) expect.fail(`frame ${frame} has the key ${key}`);
      encoder.recycle();
    }
    vi.restoreAllMocks();
    core.refillKeys();
  });

  test('encodeFrame makes what the decoder reads, and leaves the arena alone', () => {
    const encoder = new FrameEncoder(core, true);
    encoder.addText('staged');
    const maskKey = Uint8Array.of(1, 2, 3, 4);
    for (const size of [0, 1, 125, 126, 65_535, 65_536, 200_000]) {
      const payload = payloadOf(size);
      expect(read(build, true, [codec.encodeFrame({ opcode: 'text', payload, maskKey })])).toEqual([
        expected('text', payload),
      ]);
      expect(read(build, false, [codec.encodeFrame({ opcode: 2, payload })])).toEqual([expected('binary', payload)]);
    }
    expect(read(build, true, encoder.take())).toEqual(['text staged']);
  });
});
