// Anything that can be a Variant survives the way there and back; no bytes, however wrong, do more than fail.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as variant from 'websocketpeer/variant';
import { Dictionary, Float, Int, NodePath, TypedArray } from 'websocketpeer/variant';
import { decodeVariant, encodeVariant } from '../../host/variant/codec.js';
import { useReports } from '../helpers/reports.js';
import { dataOf, fromHex, GENERATIONS, goldenRecords, malformedRecords, toHex } from './golden.js';

const OK = 0;
/** OK and what the engine's decoder fails with. */
const ANSWERS = [OK, 2, 4, 6, 18, 30];

const float = fc.float({ noNaN: true });
const int32 = fc.integer();
/** Text that either generation can hold: no NUL, no half of a pair, no byte-order mark at the beginning. */
const text = fc
  .string({ unit: 'binary', maxLength: 60 })
  .map((drawn) => drawn.replaceAll('\0', '0').replace(/^\ufeff/, ''));
const names = fc.array(text, { maxLength: 4 });

const vector2 = fc.tuple(float, float).map(([x, y]) => new variant.Vector2(x, y));
const vector3 = fc.tuple(float, float, float).map(([x, y, z]) => new variant.Vector3(x, y, z));
const color = fc.tuple(float, float, float, float).map(([r, g, b, a]) => new variant.Color(r, g, b, a));

const common = [
  fc.constant(null),
  fc.boolean(),
  int32.map((value) => Int(value)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => Int(value)),
  fc.double({ noNaN: true }).map((value) => Float(value)),
  text,
  vector2,
  vector3,
  color,
  fc.tuple(vector3, vector3).map(([position, size]) => new variant.AABB(position, size)),
  fc.tuple(vector3, vector3, vector3).map((axes) => new variant.Basis(...axes)),
  fc.tuple(names, names).map(([path, subpath]) => NodePath.from(path, subpath, path.length > 0)),
  fc.bigInt({ min: 1n, max: 2n ** 62n }).map((id) => new variant.EncodedObjectAsID(id)),
  fc.uint8Array({ maxLength: 20 }),
  fc.int32Array({ maxLength: 9 }),
  fc.float32Array({ maxLength: 9 }),
  names.map((strings) => new variant.PackedStringArray(strings)),
  fc.array(vector3, { maxLength: 5 }).map((vectors) => new variant.PackedVector3Array(vectors)),
];

const onlyGodot4 = [
  text.map((name) => new variant.StringName(name)),
  fc.tuple(int32, int32, int32, int32).map((parts) => new variant.Vector4i(...parts)),
  fc.bigInt64Array({ maxLength: 5 }),
  fc.float64Array({ maxLength: 5 }),
  fc.array(int32, { maxLength: 5 }).map((ints) => new TypedArray(variant.TYPE_INT, ints.map(Int))),
];

function values(generation: 3 | 4): fc.Arbitrary<unknown> {
  const leaves = generation === 4 ? [...common, ...onlyGodot4] : common;
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      ...leaves,
      fc.array(tie('value'), { maxLength: 5 }),
      fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 5 }).map((entries) => new Dictionary(entries)),
    ),
  })).value;
}

describe.each(GENERATIONS)('Godot %i', (generation) => {
  useReports();

  it('values come back as they were, and become the same bytes again', () => {
    fc.assert(
      fc.property(values(generation), (value) => {
        const { error, bytes } = encodeVariant(generation, value);
        expect(error).toBe(OK);
        expect(bytes.length % 4).toBe(0);
        const decoded = decodeVariant(generation, bytes, { exact: true });
        expect(decoded).toMatchObject({ error: OK, size: bytes.length });
        expect(dataOf(decoded.value)).toEqual(dataOf(value));
        expect(toHex(encodeVariant(generation, decoded.value).bytes)).toBe(toHex(bytes));
      }),
    );
  });

  it('values that are cut short fail, wherever the cut is, whatever lies behind it', () => {
    fc.assert(
      fc.property(values(generation), fc.nat(), (value, at) => {
        const { bytes } = encodeVariant(generation, value);
        const cut = at % bytes.length;
        const { error, size } = decodeVariant(generation, bytes.subarray(0, cut));
        // Padding behind the very last byte array is the one thing that may be missing.
        if (error === OK) expect(bytes.subarray(size).every((byte) => byte === 0)).toBe(true);
        else expect([18, 30]).toContain(error);
      }),
    );
  });

  it('the records of the engines with bytes changed give a value or an error that the engine knows', () => {
    const hexes = [...goldenRecords[generation], ...malformedRecords[generation]]
      .map(({ hex }) => hex)
      .filter((hex) => hex.length > 0 && hex.length < 2000);
    const change = fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255)));
    fc.assert(
      fc.property(fc.constantFrom(...hexes), fc.array(change, { minLength: 1, maxLength: 4 }), (hex, changes) => {
        const bytes = fromHex(hex);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        for (const allowObjects of [false, true]) {
          const { error, size } = decodeVariant(generation, bytes, { allowObjects });
          expect(ANSWERS).toContain(error);
          expect(size).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('random bytes give a value or an error that the engine knows', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.uint8Array({ maxLength: 60 }), (type, bytes) => {
        const all = new Uint8Array([type, 0, bytes[0] ?? 0, 0, ...bytes]);
        expect(ANSWERS).toContain(decodeVariant(generation, all, { allowObjects: true, exact: true }).error);
      }),
      { numRuns: 3000 },
    );
  });
});
