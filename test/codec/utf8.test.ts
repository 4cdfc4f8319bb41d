// The validator against its slow twin and the runtime's: all short sequences, everywhere in a text, cut everywhere.
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUILDS } from '../helpers/cores.js';
import { slowUtf8 } from '../helpers/slow-twins.js';

/** Bytes at the borders of RFC 3629's table, and neighbours. */
const BORDERS = [0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf];
const LEADS = [0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xff];
const INTERESTING = [...BORDERS, ...LEADS];

function* sequences(): Generator<readonly number[]> {
  for (let first = 0; first < 256; first += 1) {
    yield [first];
    for (let second = 0; second < 256; second += 1) yield [first, second];
  }
  for (const first of INTERESTING) {
    for (const second of INTERESTING) {
      for (const third of INTERESTING) {
        yield [first, second, third];
        if (first >= 0xe0 && second >= 0x80) for (const fourth of BORDERS) yield [first, second, third, fourth];
      }
    }
  }
}

const TEXTS = [
  'plain',
  'naïve café',
  'Привет, мир',
  '漢字かな交じり文',
  '😀🏳️‍🌈🎮',
  '\u0000\u007f\u0080\u07ff\u0800\uffff\u{10000}\u{10ffff}',
];

describe.each(BUILDS)('the $name build', ({ codec }) => {
  test('§8.1 every sequence of one and two bytes, and the borders of longer ones', () => {
    for (const sequence of sequences()) {
      const bytes = Uint8Array.from(sequence);
      const expected = slowUtf8(bytes) === 'valid';
      if (codec.isValidUtf8(bytes) !== expected) expect.fail(`[${sequence}] is ${expected ? 'valid' : 'not valid'}`);
    }
  });

  test('§8.1 a sequence at any place of a longer text', () => {
    const samples = [
      [0xc3, 0xa9],
      [0xe2, 0x82, 0xac],
      [0xf0, 0x9f, 0x98, 0x80],
      [0xc0, 0x80],
      [0xe0, 0x9f, 0xbf],
      [0xed, 0xa0, 0x80],
      [0xf0, 0x8f, 0xbf, 0xbf],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
      [0xf0, 0x9f, 0x98],
      [0x80],
      [0xff],
    ];
    for (const sample of samples) {
      for (let before = 0; before <= 80; before += 1) {
        for (const after of [0, 1, 15, 16, 17, 64, 100]) {
          const bytes = new Uint8Array(before + sample.length + after).fill(0x61);
          bytes.set(sample, before);
          expect(codec.isValidUtf8(bytes), `${sample} after ${before}, before ${after}`).toBe(
            slowUtf8(bytes) === 'valid',
          );
        }
      }
    }
  });

  test('§8.1 a text in pieces fails at the first byte that can’t go on, and no sooner', () => {
    const check = (bytes: Uint8Array, cut: number): void => {
      const validator = new codec.Utf8Validator();
      for (const [piece, end] of [
        [bytes.subarray(0, cut), cut],
        [bytes.subarray(cut), bytes.length],
      ] as const) {
        expect(validator.write(piece)).toBe(slowUtf8(bytes.subarray(0, end)) !== 'invalid');
      }
      expect(validator.end()).toBe(slowUtf8(bytes) === 'valid');
    };
    const bad = [
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x28, 0xa1],
    ].map((tail) => Uint8Array.from([...Buffer.from('ж€😀'.repeat(9)), ...tail]));
    for (const bytes of [...TEXTS.map((text) => new Uint8Array(Buffer.from(text.repeat(5)))), ...bad]) {
      for (let cut = 0; cut <= bytes.length; cut += 1) check(bytes, cut);
    }
  });

  test('a validator can be used again', () => {
    const validator = new codec.Utf8Validator();
    expect([validator.write(Uint8Array.of(0xff)), validator.write(Uint8Array.of(0x61)), validator.end()]).toEqual([
      false,
      false,
      false,
    ]);
    validator.reset();
    expect([validator.write(Uint8Array.of(0xc3)), validator.write(Uint8Array.of(0xa9)), validator.end()]).toEqual([
      true,
      true,
      true,
    ]);
    validator.reset();
    expect([validator.write(Uint8Array.of(0xc3)), validator.end()]).toEqual([true, false]);
  });

  test('§8.1 mutated texts: the same verdict as the slow twin and the runtime', () => {
    const mutated = fc
      .tuple(
        fc.array(fc.constantFrom(...TEXTS), { maxLength: 60 }),
        fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { maxLength: 2 }),
      )
      .map(([texts, changes]) => {
        const bytes = new Uint8Array(Buffer.from(texts.join('')));
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        return bytes;
      });
    fc.assert(
      fc.property(mutated, fc.nat(500), (bytes, size) => {
        const expected = slowUtf8(bytes) === 'valid';
        expect(isUtf8(bytes)).toBe(expected);
        expect(codec.isValidUtf8(bytes)).toBe(expected);
        const validator = new codec.Utf8Validator();
        for (let at = 0; at < bytes.length; at += size + 1) validator.write(bytes.subarray(at, at + size + 1));
        expect(validator.end()).toBe(expected);
      }),
      { seed: 20261123, numRuns: 1500 },
    );
  });

  test.each([65_535, 65_536, 65_537, 131_073])('§8.1 a text of %i bytes, and one with a fault at its end', (length) => {
    const bytes = new Uint8Array(Buffer.from('€'.repeat(Math.ceil(length / 3)))).slice(0, length);
    bytes.fill(0x61, length - (length % 3));
    expect(codec.isValidUtf8(bytes)).toBe(true);
    bytes[length - 1] = 0xe2;
    expect(codec.isValidUtf8(bytes)).toBe(false);
  });
});
