// Values of Godot's texts in JavaScript.
import { describe, expect, it } from 'vitest';
import { quoted, Variants } from '../../host/command/scene/types.js';
import { readValue } from '../../host/command/scene/value.js';

const VALUES: readonly (readonly [type: string, text: string, written: string])[] = [
  ['bool', 'true', 'true'],
  ['int', '-7', '-7'],
  ['int', '1_000', '1000'],
  ['int', '0xff', '255'],
  ['int', '-0b101', '-5'],
  ['int', '9223372036854775807', '9223372036854775807n'],
  ['float', '1.0', '1'],
  ['float', '.5', '0.5'],
  ['float', '5.', '5'],
  ['float', '1e+300', '1e+300'],
  ['float', 'inf', 'Infinity'],
  ['float', 'inf_neg', '-Infinity'],
  ['float', '-INF', '-Infinity'],
  ['float', 'nan', 'NaN'],
  ['String', '"a \\"b\\" \\u00e9\\n"', `'a "b" é\\n'`],
  ['String', `'it\\'s'`, `'it\\'s'`],
  ['String', '"""two\nlines"""', `'two\\nlines'`],
  ['StringName', '&"name"', `new StringName('name')`],
  ['NodePath', '^"../A:b"', `new NodePath('../A:b')`],
  ['NodePath', 'NodePath("..")', `new NodePath('..')`],
  ['Vector2', 'Vector2(1, -2.5)', 'new Vector2(1, -2.5)'],
  ['Vector2', 'Vector2()', 'new Vector2()'],
  ['Vector3i', 'null', 'new Vector3i()'],
  ['Rect2', 'Rect2(1, 2, 3, 4)', 'new Rect2(new Vector2(1, 2), new Vector2(3, 4))'],
  ['Rect2', 'Rect2(Vector2(1, 2), Vector2(3, 4))', 'new Rect2(new Vector2(1, 2), new Vector2(3, 4))'],
  [
    'Transform2D',
    'Transform2D(1, 2, 3, 4, 5, 6)',
    'new Transform2D(new Vector2(1, 2), new Vector2(3, 4), new Vector2(5, 6))',
  ],
  ['Transform2D', 'Transform2D(0.5, Vector2(1, 2))', 'new Transform2D()'],
  ['Plane', 'Plane(0, 1, 0, 5)', 'new Plane(new Vector3(0, 1, 0), 5)'],
  ['AABB', 'AABB(1, 2, 3, 4, 5, 6)', 'new AABB(new Vector3(1, 2, 3), new Vector3(4, 5, 6))'],
  [
    'Basis', // rows in the text, columns in the class
    'Basis(1, 2, 3, 4, 5, 6, 7, 8, 9)',
    'new Basis(new Vector3(1, 4, 7), new Vector3(2, 5, 8), new Vector3(3, 6, 9))',
  ],
  ['Color', 'Color(0.25, 0.5, 0.75, 1)', 'new Color(0.25, 0.5, 0.75, 1)'],
  ['Color', 'Color("red")', 'new Color()'],
  ['Array', '[1, "two", [], null]', `[1, 'two', [], null]`],
  ['Array[int]', 'Array[int]([1, 2])', 'new TypedArray(TYPE_INT, [1, 2])'],
  ['Array[int]', '[1, 2]', 'new TypedArray(TYPE_INT, [1, 2])'],
  ['Array[Player]', 'null', 'new TypedArray(TYPE_OBJECT)'],
  ['Dictionary', '{"a": 1, 2: Vector2(3, 4)}', `new Dictionary<unknown, unknown>([['a', 1], [2, new Vector2(3, 4)]])`],
  ['Dictionary', '{ a = 1 }', `new Dictionary<unknown, unknown>([['a', 1]])`],
  [
    'Dictionary[String, int]',
    'Dictionary[String, int]({"a": 1})',
    `new Dictionary<string, number>([['a', 1]], TYPE_STRING, TYPE_INT)`,
  ],
  ['PackedByteArray', 'PackedByteArray("AQL/")', 'new Uint8Array([1, 2, 255])'],
  ['PackedByteArray', 'PackedByteArray(1, 2)', 'new Uint8Array([1, 2])'],
  ['PackedInt64Array', 'PackedInt64Array(1, 9223372036854775807)', 'new BigInt64Array([1n, 9223372036854775807n])'],
  ['PackedStringArray', 'PackedStringArray("a", "b")', `new PackedStringArray(['a', 'b'])`],
  [
    'PackedVector2Array',
    'PackedVector2Array(1, 2, 3, 4)',
    'new PackedVector2Array([new Vector2(1, 2), new Vector2(3, 4)])',
  ],
  ['PackedColorArray', 'PackedColorArray([Color(1, 1, 1, 1)])', 'new PackedColorArray([new Color(1, 1, 1, 1)])'],
  ['Texture2D', 'ExtResource("1_abc")', 'null'],
  ['Variant', 'some_function(1)', 'null'],
];

describe('a value', () => {
  it.each(VALUES)('of %s, %s, is %s', (type, text, written) => {
    expect(new Variants().valueOf(type, text)).toBe(written);
  });

  it('brings what it needs into the module', () => {
    const variants = new Variants();
    variants.valueOf('Array[Vector2]', '[Vector2(1, 2)]');
    expect([...variants.values].sort()).toEqual(['TYPE_VECTOR2', 'TypedArray', 'Vector2']);
  });

  it.each(['', '[1', '{1 2}', 'Vector2(1', '1 + 2', '"open', 'a.b', `${'['.repeat(100)}${']'.repeat(100)}`])(
    'is not read from %s',
    (text) => {
      expect(readValue(text)).toBeNull();
    },
  );
});

it.each([
  ['int', 'number'],
  ['Array[Array]', 'TypedArray<unknown[]>'],
  ['Dictionary[String, int]', 'Dictionary<string, number>'],
  ['Dictionary', 'Map<unknown, unknown>'],
  ['StringName', 'StringName | string'],
  ['PackedInt64Array', 'BigInt64Array'],
  ['Player', 'unknown'],
])('a parameter of the type %s is a %s', (type, declared) => {
  expect(new Variants().typeOf(type)).toBe(declared);
});

it('a text with line separators is quoted', () => {
  expect(quoted('a b\u2028c\u2029')).toBe(`'a b\\u2028c\\u2029'`);
});
