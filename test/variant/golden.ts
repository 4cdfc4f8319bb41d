// What the engines wrote and read: the records of test/golden/variant-*.json, their values as this package has them, and
// values as plain data that two of them can be compared by. `meta` in each file explains the fields.
import { readFileSync } from 'node:fs';
import * as variant from 'websocketpeer/variant';
import { Dictionary, EncodedObjectAsID, Float, Int, NodePath, ObjectData, TypedArray } from 'websocketpeer/variant';

/** A value as the records describe it. */
export interface Description {
  readonly t: string;
  readonly [field: string]: unknown;
}

export interface GoldenRecord {
  readonly id: number;
  readonly expr: string;
  readonly fn: string;
  readonly hex: string;
  readonly hex_zero_padded?: string;
  readonly encode_failed?: true;
  readonly volatile_ids?: true;
  readonly value: Description;
  readonly decoded?: Description;
}

export interface MalformedRecord {
  readonly id: number;
  readonly name: string;
  readonly hex: string;
  readonly allow_objects: boolean;
  readonly accepted: boolean;
  readonly error_code: number;
  readonly result: Description;
}

function load<T>(name: string): readonly T[] {
  const text = readFileSync(new URL(`../golden/variant-${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { records: T[] }).records;
}

export const GENERATIONS = [3, 4] as const;

export const goldenRecords = { 3: load<GoldenRecord>('godot3'), 4: load<GoldenRecord>('godot4') };

export const malformedRecords = {
  3: load<MalformedRecord>('godot3-malformed'),
  4: load<MalformedRecord>('godot4-malformed'),
};

export const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const single = (bits: string): number => Buffer.from(bits, 'hex').readFloatBE();
const double = (bits: string): number => Buffer.from(bits, 'hex').readDoubleBE();
const bitsOf = (hexes: readonly string[]): Float32Array => new Float32Array(hexes.map(single));
/** Bit by bit: a number need not keep those of a NaN. */
const packedSingles = (hexes: readonly string[]): Float32Array =>
  new Float32Array(new Int32Array(hexes.map((hex) => Number.parseInt(hex, 16) | 0)).buffer);
const packedDoubles = (hexes: readonly string[]): Float64Array =>
  new Float64Array(new BigUint64Array(hexes.map((hex) => BigInt(`0x${hex}`))).buffer);

interface Singles {
  readonly f32: readonly string[];
}

type Make = (description: never, generation: 3 | 4) => unknown;

const vector = (field: Singles): unknown => {
  const { Vector2, Vector3, Vector4 } = variant;
  const [x, y, z, w] = bitsOf(field.f32);
  return w !== undefined ? new Vector4(x, y, z, w) : z !== undefined ? new Vector3(x, y, z) : new Vector2(x, y);
};

/** Types whose components are floats, and what to make of the components, in order. */
const fromComponents: Record<string, (c: Float32Array) => unknown> = {
  Vector2: ([x, y]) => new variant.Vector2(x, y),
  Vector3: ([x, y, z]) => new variant.Vector3(x, y, z),
  Vector4: ([x, y, z, w]) => new variant.Vector4(x, y, z, w),
  Rect2: ([x, y, w, h]) => new variant.Rect2(new variant.Vector2(x, y), new variant.Vector2(w, h)),
  Plane: ([x, y, z, d]) => new variant.Plane(new variant.Vector3(x, y, z), d),
  Quaternion: ([x, y, z, w]) => new variant.Quaternion(x, y, z, w),
  Quat: ([x, y, z, w]) => new variant.Quaternion(x, y, z, w),
  AABB: ([x, y, z, u, v, w]) => new variant.AABB(new variant.Vector3(x, y, z), new variant.Vector3(u, v, w)),
  Color: ([r, g, b, a]) => new variant.Color(r, g, b, a),
};

const transform = ({ x, y, z, origin }: Record<string, Singles>): variant.Transform3D =>
  new variant.Transform3D(basis({ x, y, z }), vector(origin) as variant.Vector3);

const basis = ({ x, y, z }: Record<string, Singles>): variant.Basis =>
  new variant.Basis(vector(x) as variant.Vector3, vector(y) as variant.Vector3, vector(z) as variant.Vector3);

interface Side {
  readonly builtin: number;
  readonly class: string;
  readonly script: string | null;
}

const typeFrom = (side: Side | null | undefined): variant.ContainerType | null =>
  side == null ? null : { type: side.builtin, class_name: side.class, script: side.script ?? '' };

const int = (text: string): number | bigint => (Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text));

const makers: Record<string, Make> = {
  Nil: () => null,
  bool: ({ v }: { v: boolean }) => v,
  int: ({ v }: { v: string }) => Int(int(v)),
  float: ({ f64 }: { f64: string }) => Float(double(f64), BigInt(`0x${f64}`)),
  String: ({ v, code_points }: { v: string; code_points?: number[] }) => v ?? textFrom(code_points ?? []),
  StringName: ({ v }: { v: string }) => new variant.StringName(v),
  NodePath: ({ names, subnames, absolute }: NodePath) => NodePath.from(names, subnames, absolute),
  Vector2i: ({ v: [x, y] }: { v: number[] }) => new variant.Vector2i(x, y),
  Vector3i: ({ v: [x, y, z] }: { v: number[] }) => new variant.Vector3i(x, y, z),
  Vector4i: ({ v: [x, y, z, w] }: { v: number[] }) => new variant.Vector4i(x, y, z, w),
  Rect2i: ({ v: [x, y, w, h] }: { v: number[] }) =>
    new variant.Rect2i(new variant.Vector2i(x, y), new variant.Vector2i(w, h)),
  Transform2D: ({ x, y, origin }: Record<string, Singles>) =>
    new variant.Transform2D(
      vector(x) as variant.Vector2,
      vector(y) as variant.Vector2,
      vector(origin) as variant.Vector2,
    ),
  Basis: basis,
  Transform3D: transform,
  Transform: transform,
  Projection: ({ x, y, z, w }: Record<string, Singles>) =>
    new variant.Projection(...([x, y, z, w].map(vector) as [variant.Vector4])),
  RID: ({ id }: { id: string }) => new variant.RID(int(id)),
  Callable: ({ null: isNull }: { null: boolean }) => (isNull ? new variant.Callable() : () => {}),
  Signal: ({ name, object_id }: { name: string; object_id: string }) => new variant.Signal(name, int(object_id)),
  Object: objectFrom,
  Array: ({ v, elem_type }: { v: Description[]; elem_type?: Side }, generation) => {
    const elements = v.map((element) => valueFrom(element, generation));
    return elem_type == null ? elements : new TypedArray(typeFrom(elem_type) as variant.ContainerType, elements);
  },
  Dictionary: (d: { v: [Description, Description][]; key_type?: Side; value_type?: Side }, generation) =>
    new Dictionary(
      d.v.map(([key, value]) => [valueFrom(key, generation), valueFrom(value, generation)] as const),
      typeFrom(d.key_type),
      typeFrom(d.value_type),
    ),
  PackedByteArray: ({ hex }: { hex: string }) => fromHex(hex),
  PackedInt32Array: ({ v }: { v: number[] }) => new Int32Array(v),
  PackedInt64Array: ({ v }: { v: string[] }) => new BigInt64Array(v.map(BigInt)),
  PackedFloat32Array: ({ f32 }: Singles) => packedSingles(f32),
  PackedFloat64Array: ({ f64 }: { f64: string[] }) => packedDoubles(f64),
  PackedStringArray: ({ v }: { v: string[] }) => new variant.PackedStringArray(v),
  PackedVector2Array: ({ f32 }: { f32: string[][] }) => new variant.PackedVector2Array(packedSingles(f32.flat())),
  PackedVector3Array: ({ f32 }: { f32: string[][] }) => new variant.PackedVector3Array(packedSingles(f32.flat())),
  PackedVector4Array: ({ f32 }: { f32: string[][] }) => new variant.PackedVector4Array(packedSingles(f32.flat())),
  PackedColorArray: ({ f32 }: { f32: string[][] }) => new variant.PackedColorArray(packedSingles(f32.flat())),
  NESTED: nested,
  SELF_REF: () => {
    const array: unknown[] = [];
    array.push(array);
    return array;
  },
};

function textFrom(codePoints: readonly number[]): string {
  // What is no code point of Unicode is U+FFFD here: a JavaScript string can't hold it.
  return codePoints.map((code) => (code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code))).join('');
}

function objectFrom(d: Description, generation: 3 | 4): unknown {
  if (d.null === true) return null;
  if (d.class === 'EncodedObjectAsID') return new EncodedObjectAsID(int(d.object_id as string));
  const properties = (d.props as [string, unknown][]).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'object' && value !== null ? valueFrom(value as Description, generation) : value,
  ]);
  return new ObjectData(d.class as string, properties);
}

function nested({ container, levels, leaf }: { container: string; levels: number; leaf?: string | null }): unknown {
  const wrap = (value: unknown[]): unknown =>
    container === 'Array' ? value : new Dictionary(value.map((inner) => [Int(0), inner] as const));
  let value = wrap(leaf == null ? [] : [null]);
  for (let level = 1; level < levels; level += 1) value = wrap([value]);
  return value;
}

/** The value that a record describes, numbers as `Int` and `Float`. */
export function valueFrom(description: Description, generation: 3 | 4): unknown {
  const { t } = description;
  if (t in fromComponents) return fromComponents[t](bitsOf((description as unknown as Singles).f32));
  const make = makers[t] ?? makers[t.replace('Pool', 'Packed').replace('Real', 'Float32').replace('IntA', 'Int32A')];
  return make(description as never, generation);
}

const typeText = (type: variant.ContainerType | null): string =>
  // The class of a script is not on the wire.
  type === null ? 'any' : `${type.type} ${type.script === '' ? type.class_name : type.script}`;

/** A value as plain data: equal if, and only if, the values are the same, bit by bit. */
export function dataOf(value: unknown): unknown {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return ['Callable'];
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return [Object.prototype.toString.call(value), bytes.toString('hex')];
  }
  const { name } = value.constructor ?? { name: 'null' };
  const types = ['element_type', 'key_type', 'value_type']
    .filter((side) => side in value)
    .map((side) => typeText((value as Record<string, variant.ContainerType | null>)[side]));
  if (Array.isArray(value)) return [name, types.filter((type) => type !== 'any'), value.map(dataOf)];
  if (value instanceof Map) return [name, types, [...value].map((entry) => entry.map(dataOf))];
  return [name, Object.entries(value).map(([field, part]) => [field, dataOf(part)])];
}
