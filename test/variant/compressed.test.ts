// Reading several values in the compressed form, one after the other.
import { describe, expect, test } from 'vitest';
import { CompressedReader, readCompressed, WITH_OBJECTS } from '../../host/variant/compressed.js';
import {
  bytes_to_var,
  Float,
  Int,
  ObjectData,
  StringName,
  Vector2,
  Vector3,
  var_to_bytes,
  var_to_compressed,
} from '../../host/variant/index.js';

const VALUES: readonly (readonly [string, unknown])[] = [
  ['nothing', null],
  ['a boolean', true],
  ['the other boolean', false],
  ['an integer of one byte', -128],
  ['an integer of two bytes', -32768],
  ['an integer of four bytes', -2147483648],
  ['an integer of four bytes with its highest bit clear', 2147483647],
  ['an integer of eight bytes', -1099511627776],
  ['an integer that no number holds', 9223372036854775807n],
  ['a single', 2.5],
  ['a double', 0.1],
  ['not a number', Number.NaN],
  ['minus zero', -0],
  ['infinity', Number.NEGATIVE_INFINITY],
  ['a text', 'grüß'],
  ['a long text', 'x'.repeat(200)],
  ['a name', new StringName('jump')],
  ['a place', new Vector2(1.5, -2)],
  ['a place in space', new Vector3(1, 2, 3)],
  ['a list', [1, 'two', [3]]],
  ['a dictionary', bytes_to_var(var_to_bytes(new Map([['a', 1]])))],
  ['bytes', Uint8Array.of(1, 2, 3)],
];

const everything = VALUES.map(([, value]) => value);

/** A view of the bytes that begins off any alignment, in a larger buffer. */
function inside(bytes: Uint8Array, buffer: ArrayBufferLike = new ArrayBuffer(bytes.length + 9)): Uint8Array {
  const view = new Uint8Array(buffer, 3, bytes.length);
  view.set(bytes);
  return view;
}

describe('a reader of values in the compressed form', () => {
  test.each(VALUES)('reads %s', (_, value) => {
    const bytes = inside(var_to_compressed(value));
    const reader = new CompressedReader(bytes, 0);
    expect(reader.list(1, 'value')).toEqual([value]);
    expect(reader.at).toBe(bytes.length);
    expect(readCompressed(bytes, 0)).toMatchObject({ error: 0, size: bytes.length });
  });

  test('reads all of them in a row, from an offset', () => {
    const bytes = inside(Uint8Array.of(255, ...var_to_compressed(...everything)));
    const reader = new CompressedReader(bytes, 1);
    expect(reader.list(everything.length, 'value')).toEqual(everything);
    expect(reader.at).toBe(bytes.length);
  });

  test('reads memory that threads share as it is now', () => {
    const bytes = var_to_compressed(...everything);
    const shared = inside(bytes, new SharedArrayBuffer(bytes.length + 9));
    const reader = new CompressedReader(shared, 0);
    shared.fill(255);
    expect(reader.list(everything.length, 'value')).toEqual(everything);
  });

  test('gives the kinds of numbers that it is asked for', () => {
    const bytes = var_to_compressed(1, 2.5, 2 ** 40);
    expect(new CompressedReader(bytes, 0, { exact: true }).list(3, 'value')).toEqual([
      Int(1),
      Float(2.5),
      Int(2 ** 40),
    ]);
  });

  test.each(VALUES)('names the place where %s is cut short', (_, value) => {
    const bytes = var_to_compressed(7, value);
    for (let length = 2; length < bytes.length; length += 1) {
      // Padding of bytes may be missing, as in the engine.
      if (value instanceof Uint8Array && length >= bytes.length - 1) continue;
      const read = new CompressedReader(bytes.subarray(0, length), 0).list(2, 'argument');
      expect(read).toMatch(/^argument 1 does not decode: the bytes end before/);
    }
  });

  test('refuses types that do not exist, and objects unless it may read them', () => {
    expect(new CompressedReader(Uint8Array.of(0x83, 0, 0, 0, 0, 0, 0, 0), 0).list(1, 'value')).toMatch(/no type/);
    const object = Uint8Array.of(24, 0, 0, 0, 1, 0, 0, 0, 65, 0, 0, 0, 0, 0, 0, 0);
    expect(new CompressedReader(object, 0).list(1, 'value')).toMatch(/does not decode/);
    const [read] = new CompressedReader(object, 0, WITH_OBJECTS).list(1, 'value') as [unknown];
    expect(read).toBeInstanceOf(ObjectData);
  });
});
