// What the records of the engines do not say: keys, numbers in JavaScript's dress, options, misuse, and the limits.
import { describe, expect, it, test } from 'vitest';
import {
  type BytesToVarOptions,
  bytes_to_var,
  bytes_to_var_with_objects,
  bytes2var,
  Dictionary,
  EncodedObjectAsID,
  Float,
  Int,
  NodePath,
  ObjectData,
  PackedStringArray,
  PackedVector2Array,
  StringName,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_STRING,
  TYPE_VECTOR2I,
  TypedArray,
  Vector2,
  Vector2i,
  var_to_bytes,
  var_to_bytes_with_objects,
  var2bytes,
} from 'websocketpeer/variant';
import { decodeVariant, encodeVariant } from '../../host/variant/codec.js';
import { useReports } from '../helpers/reports.js';
import { fromHex, toHex } from './golden.js';

const reports = useReports();
const there = (value: unknown): unknown => bytes_to_var(var_to_bytes(value));

describe('numbers', () => {
  const vectors: [string, unknown, string][] = [
    ['an integral number is an int', 1, '0200000001000000'],
    ['one with a fraction is a float', 1.5, '030000000000c03f'],
    ['-0 is a float, for an int has no sign there', -0, '0300000000000080'],
    ['2^53 is a float, for it need not be exact', 2 ** 53, '030000000000005a'],
    ['a bigint is an int', 2n ** 53n, '0200010000000000' + '00002000'],
    ['a small bigint is a small int', 5n, '0200000005000000'],
    ['Float(1) is 1.0', Float(1), '030000000000803f'],
    [
      'an element of an array of floats is one',
      new TypedArray(TYPE_FLOAT, [1]),
      '1c0001000300000001000000030000000000803f',
    ],
    [
      'an element of an array of ints is one',
      new TypedArray(TYPE_INT, [1.5]),
      '1c00010002000000010000000200000001000000',
    ],
  ];
  it.each(vectors)('%s', (_, value, hex) => {
    expect(toHex(var_to_bytes(value))).toBe(hex);
  });

  it('come back plain, as bigints where a number is not exact', () => {
    expect(there([1, Float(1), 2n ** 60n, Int(-7)])).toEqual([1, 1, 2n ** 60n, -7]);
  });

  it('come back as Int and Float with { exact: true }, and those are what instanceof says', () => {
    const [int, float] = bytes_to_var(var_to_bytes([1, 0.5]), { exact: true }) as unknown[];
    expect([int instanceof Int, float instanceof Float]).toEqual([true, true]);
    expect([Number(int) + 1, `${float}`]).toEqual([2, '0.5']);
  });

  it('that fit no 64 bits are a TypeError', () => {
    expect(() => var_to_bytes(2n ** 63n)).toThrow(TypeError);
    expect(() => Int(0.5)).toThrow(TypeError);
  });
});

describe('keys', () => {
  it('are found by value: vectors, arrays, paths, dictionaries', () => {
    const keys: unknown[] = [
      new Vector2(0.1, -0),
      [1, [2]],
      new NodePath('A:b'),
      new Map([[1, 2]]),
      new Uint8Array([1]),
    ];
    const again = [
      new Vector2(Math.fround(0.1), 0),
      [1, [2]],
      new NodePath('A:b'),
      new Map([[1, 2]]),
      Buffer.from([1]),
    ];
    const dictionary = new Dictionary<unknown, unknown>(keys.map((key, index) => [key, index] as const));
    expect(again.map((key) => dictionary.get(key))).toEqual([0, 1, 2, 3, 4]);
    for (const key of again) dictionary.set(key, 'again');
    expect(dictionary.size).toBe(keys.length);
    expect(again.map((key) => dictionary.delete(key))).toEqual([true, true, true, true, true]);
    expect([dictionary.size, dictionary.has(again[0])]).toEqual([0, false]);
  });

  it('are different where the engine says so: 1 and 1.0, true, vectors of ints', () => {
    const keys: unknown[] = [1, Float(1), true, new Vector2(1, 1), new Vector2i(1, 1), '1', [1], [Float(1)]];
    const dictionary = new Dictionary<unknown, unknown>(keys.map((key, index) => [key, index] as const));
    expect(dictionary.size).toBe(keys.length);
    expect(toHex(var_to_bytes(there(dictionary)))).toBe(toHex(var_to_bytes(dictionary)));
  });

  it('are the same where the engine says so: NaN, 0.0 and -0.0, a name and its string, Int(1) and 1', () => {
    const pairs: [unknown, unknown][] = [
      [Number.NaN, Float(Number.NaN)],
      [Float(0), -0],
      ['a', new StringName('a')],
      [Int(1), 1],
      [1n, 1],
    ];
    for (const [first, second] of pairs) {
      const dictionary = new Dictionary([[first, 1] as const, [second, 2] as const]);
      expect([...dictionary.values()]).toEqual([2]);
    }
  });

  it('of strings make an object without a prototype with { dictionaries: "object" }', () => {
    const bytes = var_to_bytes(
      new Map<unknown, unknown>([
        ['__proto__', 1],
        ['b', new Map([[2, 3]])],
      ]),
    );
    const object = bytes_to_var(bytes, { dictionaries: 'object' }) as Record<string, unknown>;
    expect(Object.getPrototypeOf(object)).toBe(null);
    expect(Object.keys(object)).toEqual(['__proto__', 'b']);
    expect([...(object.b as Map<number, number>)]).toEqual([[2, 3]]);
  });

  it('of a typed dictionary make an object when they are strings', () => {
    const scores = new Dictionary([['a', 1]], TYPE_STRING, TYPE_INT);
    expect({ ...(bytes_to_var(var_to_bytes(scores), { dictionaries: 'object' }) as object) }).toEqual({ a: 1 });
    const cells = new Dictionary([[new Vector2i(1, 2), 'x']], TYPE_VECTOR2I);
    expect(bytes_to_var(var_to_bytes(cells), { dictionaries: 'object' })).toBeInstanceOf(Dictionary);
  });

  it('keep their order when a later one is no string', () => {
    const map = new Map<unknown, unknown>([
      ['b', 1],
      ['1', 2],
      [3, 4],
    ]);
    const back = bytes_to_var(var_to_bytes(map), { dictionaries: 'object' }) as Map<unknown, unknown>;
    expect([...back.keys()]).toEqual(['b', '1', 3]);
  });
});

describe('the options', () => {
  const DECODERS: readonly [name: string, decode: (options: BytesToVarOptions) => unknown][] = [
    ['bytes_to_var', (options) => bytes_to_var(var_to_bytes({ a: 1 }), options)],
    ['bytes_to_var_with_objects', (options) => bytes_to_var_with_objects(var_to_bytes({ a: 1 }), options)],
    ['bytes2var in the second place', (options) => bytes2var(var2bytes({ a: 1 }), options)],
    ['bytes2var in the third place', (options) => bytes2var(var2bytes({ a: 1 }), true, options)],
  ];

  it.each(DECODERS)('are the same for %s', (_, decode) => {
    expect(decode({ exact: true })).toEqual(new Dictionary([['a', Int(1)]]));
    expect(decode({ dictionaries: 'object' })).toEqual({ __proto__: null, a: 1 });
    expect(decode({})).toEqual(new Dictionary([['a', 1]]));
  });

  it('of bytes2var allow no objects, and anything else there is a TypeError', () => {
    const whole = var2bytes(new ObjectData('Node', []), true);
    expect([bytes2var(whole, {}), reports.take().length]).toEqual([null, 1]);
    expect(bytes2var(whole, true)).toBeInstanceOf(ObjectData);
    for (const wrong of [1, 'true', null]) {
      expect(() => bytes2var(whole, wrong as unknown as boolean)).toThrow('allow_objects must be a boolean');
    }
  });
});

describe('objects', () => {
  const data = new ObjectData('Resource', [['resource_name', 'x']]);
  const whole =
    '180000000800000' + '05265736f75726365010000000d0000007265736f757263655f6e616d65000000040000000100000078000000';

  it('are refused by default, reported, and null', () => {
    expect([bytes_to_var(fromHex(whole)), bytes2var(fromHex('11000000040000004e6f646500000000'))]).toEqual([
      null,
      null,
    ]);
    expect(reports.take()).toHaveLength(2);
  });

  it('are described where they are allowed', () => {
    expect(toHex(var_to_bytes_with_objects(data))).toBe(whole);
    expect(bytes_to_var_with_objects(fromHex(whole))).toEqual(data);
  });

  it('are not sent whole by var_to_bytes', () => {
    expect(var_to_bytes(data)).toHaveLength(0);
    expect(reports.take()[0]).toMatch(/Unauthorized/);
  });

  it('are sent on by the id that they came with', () => {
    expect(there(new EncodedObjectAsID(-5))).toEqual(new EncodedObjectAsID(-5));
  });
});

describe('misuse', () => {
  test.each([[Symbol('s')], [new Date()], [/x/], [new (class Player {})()], [new Uint16Array(1)], [new Set()]])(
    '%o is no Variant: TypeError, and the next call works',
    (value) => {
      expect(() => var_to_bytes([1, { value }])).toThrow(TypeError);
      expect(there([1])).toEqual([1]);
    },
  );

  it('types that Godot 3 does not have are a TypeError there', () => {
    expect(() => var2bytes(new Vector2i())).toThrow(TypeError);
    expect(() => var2bytes(new BigInt64Array(1))).toThrow(TypeError);
  });

  it('bytes that are none are a TypeError', () => {
    expect(() => bytes_to_var('abcd' as never)).toThrow(TypeError);
  });

  it('an element that its typed array can not hold is dropped and reported', () => {
    expect([...(bytes_to_var(fromHex('1c0001000200000001000000040000000100000078000000')) as unknown[])]).toEqual([]);
    expect(reports.take()).toHaveLength(1);
  });
});

describe('limits', () => {
  const nest = (levels: number): unknown[] => {
    let array: unknown[] = [];
    for (let level = 1; level < levels; level += 1) array = [array];
    return array;
  };

  it('a value that holds itself is reported, and no bytes come of it', () => {
    const array: unknown[] = [];
    array.push(array, array);
    expect(var_to_bytes(array)).toHaveLength(0);
    expect(reports.take()[0]).toMatch(/1024/);
  });

  it('1025 levels pass both ways, 1026 fail with ERR_OUT_OF_MEMORY', () => {
    const { bytes } = encodeVariant(4, nest(1025));
    expect(decodeVariant(4, bytes).error).toBe(0);
    expect(encodeVariant(4, nest(1026)).error).toBe(6);
    const deeper = fromHex(`1c00000001000000${toHex(bytes)}`);
    expect(decodeVariant(4, deeper).error).toBe(6);
  });

  it.each([
    ['array', '1c000000ffffff7f'],
    ['dictionary', '1b000000ffffff7f'],
    ['packed floats', '20000000ffffff1f'],
    ['packed strings', '22000000ffffff7f'],
    ['path', '16000000ffffffffffffff7f00000000'],
  ])('a count that the bytes can not justify allocates nothing: %s', (_, hex) => {
    const before = process.memoryUsage();
    expect(decodeVariant(4, fromHex(hex)).error).toBe(30);
    const after = process.memoryUsage();
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1_000_000);
  });

  it('reads nothing before or behind the bytes that it is given', () => {
    const around = fromHex('ffffffff0400000002000000616200000000ff');
    expect(bytes_to_var(around.subarray(4, 16))).toBe('ab');
    expect(bytes_to_var(around.subarray(4, 14))).toBe(null);
    expect(reports.take()).toHaveLength(1);
  });
});

describe('bytes', () => {
  it('given away are never written again, whatever is encoded after them', () => {
    const values = Array.from({ length: 3000 }, (_, i) => (i % 50 === 0 ? new Uint8Array(i * 3).fill(i) : [i, `${i}`]));
    const results = values.map((value) => var_to_bytes(value));
    expect(results.map((bytes) => bytes_to_var(bytes))).toEqual(values);
  });

  it('of one value may be made while another one is being encoded', () => {
    const value = {
      get inner() {
        return var_to_bytes([1, 2]);
      },
      after: 'x',
    };
    expect(bytes_to_var(var_to_bytes(value), { dictionaries: 'object' })).toEqual({
      inner: var_to_bytes([1, 2]),
      after: 'x',
    });
  });

  it('may be transferred to another thread', () => {
    structuredClone(null, { transfer: [var_to_bytes('transferred').buffer as ArrayBuffer] });
    expect(there('next')).toBe('next');
  });

  it('decoded share nothing with the value', () => {
    const bytes = var_to_bytes(new PackedVector2Array([new Vector2(1, 2)]));
    const packed = bytes_to_var(bytes) as PackedVector2Array;
    bytes.fill(0);
    expect([...packed]).toEqual([new Vector2(1, 2)]);
  });

  it('of shared memory are decoded, too', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(12));
    shared.set(var_to_bytes('abc'));
    expect(bytes_to_var(shared)).toBe('abc');
  });
});

describe('text', () => {
  it.each([
    ['a\0b', 'a\ufffdb', 'a\ufffdb'],
    ['a\ud800', 'a\ufffd', 'a '],
    ['\ud83d\ude00', '😀', '😀'],
    [`${'x'.repeat(60)}\0\ud800é`, `${'x'.repeat(60)}\ufffd\ufffdé`, `${'x'.repeat(60)}\ufffd é`],
  ])('%j is %j in Godot 4 and %j in Godot 3', (text, godot4, godot3) => {
    expect([bytes_to_var(var_to_bytes(text)), bytes2var(var2bytes(text))]).toEqual([godot4, godot3]);
  });

  it('an array of strings is packed only as PackedStringArray', () => {
    expect(there(['a'])).toEqual(['a']);
    expect(there(new PackedStringArray(['a', '']))).toBeInstanceOf(PackedStringArray);
  });

  it.each([
    ['A//B:x:y', ['A', 'B'], ['x', 'y'], false],
    ['/', [], [], true],
    ['A:', ['A'], [], false],
    ['/:x', [], ['x'], true],
    ['A::x', [], [], false],
  ])('the path "%s" has the parts that the engine gives it', (path, names, subnames, absolute) => {
    expect(new NodePath(path)).toMatchObject({ names, subnames, absolute });
  });
});
