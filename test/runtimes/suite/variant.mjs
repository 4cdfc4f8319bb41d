// websocketpeer/variant: the engine's own bytes, read and written again, and the values that JavaScript sees.
import {
  bytes_to_var,
  bytes2var,
  Color,
  Float,
  Int,
  PackedVector2Array,
  Vector2,
  Vector3i,
  var_to_bytes,
  var2bytes,
} from 'websocketpeer/variant';
import { equal, ok } from './harness.mjs';

const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

/** Values with what comes back for them, by the same words. */
const VALUES = [
  ['null', null, null],
  ['true', true, true],
  ['an int', 42, 42],
  ['an int beyond 2^53', 2n ** 60n, 2n ** 60n],
  ['a float', 0.1, 0.1],
  ['negative zero', -0, -0],
  ['a string', 'κόσμε 🎮', 'κόσμε 🎮'],
  ['an array', [1, [2, 'three']], [1, [2, 'three']]],
  ['a dictionary', { name: 'Ada', hp: 7 }, new Map(Object.entries({ name: 'Ada', hp: 7 }))],
  ['bytes', Uint8Array.of(1, 2, 255), Uint8Array.of(1, 2, 255)],
  ['packed floats', Float32Array.of(0.5, -2), Float32Array.of(0.5, -2)],
];

/** Records of the engine that any decoder that forgets nothing writes again as they were. */
function plainRecords({ records }) {
  return records.filter(
    (record) =>
      record.fn === 'var_to_bytes' &&
      record.encode_failed === undefined &&
      record.decoded === undefined &&
      record.volatile_ids === undefined,
  );
}

export const variant = {
  name: 'variant',
  tests: [
    [
      'carries values there and back',
      () => {
        for (const [what, value, back] of VALUES) equal(bytes_to_var(var_to_bytes(value)), back, what);
      },
    ],
    [
      'has the geometry of Godot',
      () => {
        const { x, y } = bytes_to_var(var_to_bytes(new Vector2(1.5, -2)));
        equal([x, y], [1.5, -2], 'Vector2');
        const grid = bytes_to_var(var_to_bytes(new Vector3i(1, 2, 3)));
        ok(grid instanceof Vector3i, 'a Vector3i comes back as one');
        const { r, a } = bytes_to_var(var_to_bytes(new Color(1, 0, 0, 0.5)));
        equal([r, a], [1, 0.5], 'Color');
        ok(
          bytes_to_var(var_to_bytes(new PackedVector2Array([new Vector2(1, 2)]))) instanceof PackedVector2Array,
          'packed',
        );
      },
    ],
    [
      'tells ints from floats where it is asked to',
      () => {
        equal(var_to_bytes(Int(1)).length, 8, 'an int');
        equal(var_to_bytes(1), var_to_bytes(Int(1)), 'an integral number');
        ok(String(var_to_bytes(Float(1))) !== String(var_to_bytes(Int(1))), 'Float(1) is no int');
      },
    ],
    [
      'reads and writes the bytes of Godot 4',
      ({ godot4 }) => {
        const records = plainRecords(godot4);
        ok(records.length > 250, `only ${records.length} records`);
        for (const { expr, hex } of records)
          equal(var_to_bytes(bytes_to_var(fromHex(hex), { exact: true })), fromHex(hex), expr);
      },
    ],
    ['has the format of Godot 3', () => equal(bytes2var(var2bytes([1, 'two'])), [1, 'two'])],
  ],
};
