// Decoding of vectors, transforms and colours from their components, in wire order.
import {
  AABB,
  Basis,
  Color,
  Plane,
  Projection,
  Quaternion,
  Rect2,
  Rect2i,
  Transform2D,
  Transform3D,
} from './geometry.js';
import type { Reader } from './reader.js';
import {
  TYPE_AABB,
  TYPE_BASIS,
  TYPE_COLOR,
  TYPE_MAX,
  TYPE_PLANE,
  TYPE_PROJECTION,
  TYPE_QUATERNION,
  TYPE_RECT2,
  TYPE_RECT2I,
  TYPE_TRANSFORM2D,
  TYPE_TRANSFORM3D,
  TYPE_VECTOR2,
  TYPE_VECTOR2I,
  TYPE_VECTOR3,
  TYPE_VECTOR3I,
  TYPE_VECTOR4,
  TYPE_VECTOR4I,
} from './types.js';
import { Vector2, Vector2i, Vector3, Vector3i, Vector4, Vector4i } from './vectors.js';

/** Reads a type that consists of components only. */
export interface Components {
  readonly count: number;
  /** Whether engines built with double precision send 8 bytes per component. */
  readonly mayBeDoubles: boolean;
  /** Of the components at `at`, which are all there. */
  readonly read: (view: DataView, at: number) => unknown;
}

const float = (view: DataView, at: number): number => view.getFloat32(at, true);
const int = (view: DataView, at: number): number => view.getInt32(at, true);

const vector2 = (view: DataView, at: number): Vector2 => new Vector2(float(view, at), float(view, at + 4));

const vector2i = (view: DataView, at: number): Vector2i => new Vector2i(int(view, at), int(view, at + 4));

const vector3 = (view: DataView, at: number): Vector3 =>
  new Vector3(float(view, at), float(view, at + 4), float(view, at + 8));

const vector3i = (view: DataView, at: number): Vector3i =>
  new Vector3i(int(view, at), int(view, at + 4), int(view, at + 8));

const vector4 = (view: DataView, at: number): Vector4 =>
  new Vector4(float(view, at), float(view, at + 4), float(view, at + 8), float(view, at + 12));

const vector4i = (view: DataView, at: number): Vector4i =>
  new Vector4i(int(view, at), int(view, at + 4), int(view, at + 8), int(view, at + 12));

const quaternion = (view: DataView, at: number): Quaternion =>
  new Quaternion(float(view, at), float(view, at + 4), float(view, at + 8), float(view, at + 12));

const color = (view: DataView, at: number): Color =>
  new Color(float(view, at), float(view, at + 4), float(view, at + 8), float(view, at + 12));

/** A column of a matrix whose three rows are on the wire. */
const column = (view: DataView, at: number): Vector3 =>
  new Vector3(float(view, at), float(view, at + 12), float(view, at + 24));

const basis = (view: DataView, at: number): Basis =>
  new Basis(column(view, at), column(view, at + 4), column(view, at + 8));

const rect2 = (view: DataView, at: number): Rect2 => new Rect2(vector2(view, at), vector2(view, at + 8));

const rect2i = (view: DataView, at: number): Rect2i => new Rect2i(vector2i(view, at), vector2i(view, at + 8));

const transform2d = (view: DataView, at: number): Transform2D =>
  new Transform2D(vector2(view, at), vector2(view, at + 8), vector2(view, at + 16));

const plane = (view: DataView, at: number): Plane => new Plane(vector3(view, at), float(view, at + 12));

const aabb = (view: DataView, at: number): AABB => new AABB(vector3(view, at), vector3(view, at + 12));

const transform3d = (view: DataView, at: number): Transform3D =>
  new Transform3D(basis(view, at), vector3(view, at + 36));

const projection = (view: DataView, at: number): Projection =>
  new Projection(vector4(view, at), vector4(view, at + 16), vector4(view, at + 32), vector4(view, at + 48));

const floats = (count: number, read: Components['read']): Components => ({ count, mayBeDoubles: true, read });
const words = (count: number, read: Components['read']): Components => ({ count, mayBeDoubles: false, read });

/** By type; undefined for types that are more than components. */
export const componentsOf: readonly (Components | undefined)[] = Object.assign(new Array(TYPE_MAX), {
  [TYPE_VECTOR2]: floats(2, vector2),
  [TYPE_VECTOR2I]: words(2, vector2i),
  [TYPE_RECT2]: floats(4, rect2),
  [TYPE_RECT2I]: words(4, rect2i),
  [TYPE_VECTOR3]: floats(3, vector3),
  [TYPE_VECTOR3I]: words(3, vector3i),
  [TYPE_TRANSFORM2D]: floats(6, transform2d),
  [TYPE_VECTOR4]: floats(4, vector4),
  [TYPE_VECTOR4I]: words(4, vector4i),
  [TYPE_PLANE]: floats(4, plane),
  [TYPE_QUATERNION]: floats(4, quaternion),
  [TYPE_AABB]: floats(6, aabb),
  [TYPE_BASIS]: floats(9, basis),
  [TYPE_TRANSFORM3D]: floats(12, transform3d),
  [TYPE_PROJECTION]: floats(16, projection),
  // Single precision in every engine.
  [TYPE_COLOR]: words(4, color),
});

/** The next `count` doubles, rounded to single precision. */
export function readAsSingles(reader: Reader, count: number): Float32Array<ArrayBuffer> {
  const at = reader.take(count * 8);
  const singles = new Float32Array(count);
  for (let i = 0; i < count; i += 1) singles[i] = reader.view.getFloat64(at + i * 8, true);
  return singles;
}
