// Long texts, which the validator takes by runs of one kind: a fault at every place of texts of each kind, and of
// texts in which the kinds change.
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BUILDS } from '../helpers/cores.js';
import { slowUtf8 } from '../helpers/slow-twins.js';

const KINDS = {
  'one byte a character': 'plain text, ',
  'two bytes': 'Съешь же ещё этих мягких булок, ',
  'three bytes': '我能吞下玻璃而不伤身体。',
  'three bytes, with E0 and ED': '한글 ภาษาไทย 힣ࠀ퟿ ',
  'four bytes': '👋🏽🌍😀🚀',
  'all of them': 'aж漢😀',
};
type Kind = keyof typeof KINDS;
const NAMES = Object.keys(KINDS) as Kind[];

/** At least `size` bytes, whole characters. */
const textOf = (kind: Kind, size: number): Uint8Array =>
  new Uint8Array(Buffer.from(KINDS[kind].repeat(Math.ceil(size / Buffer.byteLength(KINDS[kind])))));

const FAULTS = [
  'c0 80',
  'c1 bf',
  'e0 9f bf',
  'ed a0 80',
  'f0 8f bf bf',
  'f4 90 80 80',
  'f5 80 80 80',
  '80',
  'c3',
  'e2 82',
  'f0 9f 98',
  'ff',
];

/** May be valid all the same: a lead byte before its continuation is no fault. */
function withFault(text: Uint8Array, at: number, fault: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(text.length + fault.length);
  bytes.set(text.subarray(0, at));
  bytes.set(fault, at);
  bytes.set(text.subarray(at), at + fault.length);
  return bytes;
}

describe.each(BUILDS)('the $name build', ({ core, codec }) => {
  test.each(NAMES)('§8.1 texts of %s are valid at every length', (kind) => {
    const text = textOf(kind, 700);
    for (let length = 0; length <= text.length; length += 1) {
      const bytes = text.subarray(0, length);
      if (codec.isValidUtf8(bytes) !== isUtf8(bytes)) expect.fail(`${length} bytes are taken for the contrary`);
    }
  });

  test.each(NAMES)('§8.1 a fault at any place of 500 bytes of text of %s', (kind) => {
    const text = textOf(kind, 500);
    for (const hex of FAULTS) {
      const fault = Buffer.from(hex.replaceAll(' ', ''), 'hex');
      for (let at = 0; at <= text.length; at += 1) {
        const bytes = withFault(text, at, fault);
        if (codec.isValidUtf8(bytes) !== isUtf8(bytes)) expect.fail(`${hex} at ${at} is taken for the contrary`);
      }
    }
  });

  test('§8.1 what lies behind the text in memory does not matter', () => {
    for (const kind of NAMES) {
      for (let size = 1; size <= 400; size += 7) {
        const text = textOf(kind, size);
        for (const behind of [0x00, 0x80, 0xc3, 0xe2, 0xf0, 0xff]) {
          core.window.fill(behind, 0, text.length + 64);
          core.window.set(text);
          const state = core.wasm.validate(text.length, 0, 1);
          if (state !== 0) expect.fail(`${text.length} bytes, each character ${kind}, then ${behind}: ${state}`);
        }
      }
    }
  });

  test('§8.1 texts whose kind changes, with and without a fault, whole and in two pieces', () => {
    const parts = fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.nat(300)), { minLength: 1, maxLength: 6 });
    const faults = fc.option(fc.tuple(fc.constantFrom(...FAULTS), fc.nat(3000)), { nil: null });
    fc.assert(
      fc.property(parts, faults, fc.nat(3000), (runs, fault, cut) => {
        let bytes: Uint8Array = Buffer.concat(runs.map(([kind, size]) => textOf(kind, size)));
        if (fault !== null) {
          const hex = fault[0].replaceAll(' ', '');
          bytes = withFault(bytes, fault[1] % (bytes.length + 1), Buffer.from(hex, 'hex'));
        }
        const valid = slowUtf8(bytes) === 'valid';
        expect(codec.isValidUtf8(bytes)).toBe(valid);
        const validator = new codec.Utf8Validator();
        const first = bytes.subarray(0, cut % (bytes.length + 1));
        expect(validator.write(first)).toBe(slowUtf8(first) !== 'invalid');
        validator.write(bytes.subarray(first.length));
        expect(validator.end()).toBe(valid);
      }),
      { seed: 20261124, numRuns: 1000 },
    );
  });
});
