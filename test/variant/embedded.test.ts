// Values inside of byte arrays, and their compressed form: what Godot 4.6.3 answers, and the bytes of its remote calls.
import { describe, expect, it } from 'vitest';
import {
  bytes_to_var,
  compressed_to_var,
  decode_var,
  decode_var_size,
  encode_var,
  Float,
  has_encoded_var,
  Int,
  ObjectData,
  StringName,
  Vector2,
  Vector3,
  var_to_bytes,
  var_to_bytes_with_objects,
  var_to_compressed,
} from '../../host/variant/index.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('a value inside of a byte array', () => {
  const array = new Uint8Array([0, 0, 0, ...var_to_bytes([1, 'ab']), 9]);

  it('is decoded where it begins, and says where it ends', () => {
    expect([decode_var(array, 3), decode_var_size(array, 3), has_encoded_var(array, 3)]).toEqual([[1, 'ab'], 28, true]);
    expect([decode_var(array, 0), decode_var_size(array, 0), has_encoded_var(array, 0)]).toEqual([null, 4, true]);
  });

  it('may be one of several that follow each other', () => {
    const values = [1, 'two', [3], null, new Vector2(5, 6)];
    const all = new Uint8Array(values.flatMap((value) => [...var_to_bytes(value)]));
    const found: unknown[] = [];
    for (let at = 0; at < all.length; at += decode_var_size(all, at)) found.push(decode_var(all, at));
    expect(found).toEqual(values);
  });

  it.each([
    ['before the array', array, -1, 'byte_offset must be at least 0, got -1'],
    ['behind the array', array, 100, 'the bytes end before the value does'],
    ['of no type', new Uint8Array([99, 0, 0, 0]), 0, 'no type has number 99'],
  ])('is reported when it is %s', (_, bytes, offset, reason) => {
    expect([decode_var(bytes, offset), decode_var_size(bytes, offset), has_encoded_var(bytes, offset)]).toEqual([
      null,
      0,
      false,
    ]);
    expect(reports.take()).toEqual(Array(3).fill(expect.stringContaining(reason)));
  });

  it('may be an object only when objects are allowed', () => {
    const object = var_to_bytes_with_objects(new ObjectData('Node', [['name', 'a']]));
    expect([decode_var(object, 0), decode_var_size(object, 0)]).toEqual([null, 0]);
    expect(reports.take()).toHaveLength(2);
    expect(decode_var(object, 0, true)).toBeInstanceOf(ObjectData);
    expect(decode_var_size(object, 0, true)).toBe(object.length);
  });

  it('is encoded where there is room', () => {
    const target = new Uint8Array(40);
    expect(encode_var(target, 2, { a: 1 })).toBe(28);
    expect([...(bytes_to_var(target.subarray(2, 30)) as Map<string, number>)]).toEqual([['a', 1]]);
    expect([encode_var(target, 36, null), encode_var(target, 37, null), encode_var(target, -1, 1)]).toEqual([
      4, -1, -1,
    ]);
    expect(reports.take()).toEqual([]);
  });
});

describe('the compressed form of values', () => {
  it.each<[string, unknown, string]>([
    ['false', false, '01'],
    ['true', true, '81'],
    ['null', null, '00000000'],
    ['1', 1, '0201'],
    ['-3', -3, '02fd'],
    ['127', 127, '027f'],
    ['-128', -128, '0280'],
    ['128', 128, '428000'],
    ['-129', -129, '427fff'],
    ['200', 200, '42c800'],
    ['32767', 32_767, '42ff7f'],
    ['32768', 32_768, '8200800000'],
    ['-32769', -32_769, '82ff7fffff'],
    ['70000', 70_000, '8270110100'],
    ['2147483648', 2_147_483_648, 'c20000008000000000'],
    ['5000000000', 5_000_000_000, 'c200f2052a01000000'],
    ['-2147483649', -2_147_483_649, 'c2ffffff7fffffffff'],
    ['2^63 - 1', 2n ** 63n - 1n, 'c2ffffffffffffff7f'],
    ['-2^63', -(2n ** 63n), 'c20000000000000080'],
    ['1.5', 1.5, '030000000000c03f'],
    ['1.1', 1.1, '030001009a9999999999f13f'],
    ['"hey"', 'hey', '040000000300000068657900'],
    ['""', '', '0400000000000000'],
    ['a Vector3', new Vector3(1, 2, 3), '090000000000803f0000004000004040'],
    ['an array, whose ints are not compressed', [1], '1c000000010000000200000001000000'],
  ])('of %s is what the engine sends', (_, value, expected) => {
    expect(hex(var_to_compressed(value))).toBe(expected);
    expect(compressed_to_var(bytesOf(expected))).toEqual({ value, size: expected.length / 2 });
  });

  it('follow each other without anything between', () => {
    const bytes = var_to_compressed(true, 7, 'x', Int(1), Float(1), undefined, new StringName('n'));
    expect(hex(bytes)).toBe(
      '81' +
        '0207' +
        '040000000100000078000000' +
        '0201' +
        '030000000000803f' +
        '00000000' +
        '15000000010000006e000000',
    );
  });

  it('give Int and Float when they are asked for exactly', () => {
    expect(compressed_to_var(bytesOf('0201'), 0, { exact: true }).value).toEqual(Int(1));
  });

  it.each([
    ['nothing', ''],
    ['an int without its byte', '02'],
    ['an int of two bytes with one', '42 00'],
    ['an int of eight bytes with seven', 'c2 00 00 00 00 00 00 00'],
    ['half a header', '04 00 00'],
    ['a type that is none', '27 00 00 00'],
  ])('is reported when it is %s', (_, bytes) => {
    expect(compressed_to_var(bytesOf(bytes))).toEqual({ value: null, size: 0 });
    expect(reports.take()).toHaveLength(1);
  });

  it('has none for what can not be encoded', () => {
    expect(var_to_compressed(new ObjectData('Node'))).toHaveLength(0);
    expect(reports.take()).toHaveLength(1);
    expect(() => var_to_compressed(Symbol('s'))).toThrow(TypeError);
  });
});
