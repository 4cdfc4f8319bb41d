// Encoding of vectors, transforms and colours as components, in wire order. The caller has written the header and
// reserved MOST_COMPONENTS words.
import type {
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
import type { Vector2, Vector2i, Vector3, Vector3i, Vector4, Vector4i } from './vectors.js';
import type { Writer } from './writer.js';

/** A Projection has the most. */
export const MOST_COMPONENTS = 16;

type ComponentWriter = (writer: Writer, value: never) => void;

function vector2(writer: Writer, { x, y }: Vector2): void {
  const { singles, at } = writer;
  singles[at] = x;
  singles[at + 1] = y;
  writer.at = at + 2;
}

function vector2i(writer: Writer, { x, y }: Vector2i): void {
  const { words, at } = writer;
  words[at] = x;
  words[at + 1] = y;
  writer.at = at + 2;
}

function vector3(writer: Writer, { x, y, z }: Vector3): void {
  const { singles, at } = writer;
  singles[at] = x;
  singles[at + 1] = y;
  singles[at + 2] = z;
  writer.at = at + 3;
}

function vector3i(writer: Writer, { x, y, z }: Vector3i): void {
  const { words, at } = writer;
  words[at] = x;
  words[at + 1] = y;
  words[at + 2] = z;
  writer.at = at + 3;
}

/** Four floats: Vector4 and Quaternion. */
function vector4(writer: Writer, { x, y, z, w }: Vector4 | Quaternion): void {
  const { singles, at } = writer;
  singles[at] = x;
  singles[at + 1] = y;
  singles[at + 2] = z;
  singles[at + 3] = w;
  writer.at = at + 4;
}

function vector4i(writer: Writer, { x, y, z, w }: Vector4i): void {
  const { words, at } = writer;
  words[at] = x;
  words[at + 1] = y;
  words[at + 2] = z;
  words[at + 3] = w;
  writer.at = at + 4;
}

function rect2(writer: Writer, { position, size }: Rect2): void {
  vector2(writer, position);
  vector2(writer, size);
}

function rect2i(writer: Writer, { position, size }: Rect2i): void {
  vector2i(writer, position);
  vector2i(writer, size);
}

function transform2d(writer: Writer, { x, y, origin }: Transform2D): void {
  vector2(writer, x);
  vector2(writer, y);
  vector2(writer, origin);
}

function plane(writer: Writer, { normal, d }: Plane): void {
  vector3(writer, normal);
  writer.singles[writer.at++] = d;
}

function aabb(writer: Writer, { position, size }: AABB): void {
  vector3(writer, position);
  vector3(writer, size);
}

/** x, y and z are columns, and the wire has rows: x.x y.x z.x, x.y y.y z.y, x.z y.z z.z. */
function basis(writer: Writer, { x, y, z }: Basis): void {
  const { singles, at } = writer;
  singles[at] = x.x;
  singles[at + 1] = y.x;
  singles[at + 2] = z.x;
  singles[at + 3] = x.y;
  singles[at + 4] = y.y;
  singles[at + 5] = z.y;
  singles[at + 6] = x.z;
  singles[at + 7] = y.z;
  singles[at + 8] = z.z;
  writer.at = at + 9;
}

function transform3d(writer: Writer, value: Transform3D): void {
  basis(writer, value.basis);
  vector3(writer, value.origin);
}

/** By columns, unlike a Basis. */
function projection(writer: Writer, { x, y, z, w }: Projection): void {
  vector4(writer, x);
  vector4(writer, y);
  vector4(writer, z);
  vector4(writer, w);
}

function color(writer: Writer, { r, g, b, a }: Color): void {
  const { singles, at } = writer;
  singles[at] = r;
  singles[at + 1] = g;
  singles[at + 2] = b;
  singles[at + 3] = a;
  writer.at = at + 4;
}

/** By type; undefined for types that are more than components. */
export const componentWriters: readonly (ComponentWriter | undefined)[] = Object.assign(new Array(TYPE_MAX), {
  [TYPE_VECTOR2]: vector2,
  [TYPE_VECTOR2I]: vector2i,
  [TYPE_RECT2]: rect2,
  [TYPE_RECT2I]: rect2i,
  [TYPE_VECTOR3]: vector3,
  [TYPE_VECTOR3I]: vector3i,
  [TYPE_TRANSFORM2D]: transform2d,
  [TYPE_VECTOR4]: vector4,
  [TYPE_VECTOR4I]: vector4i,
  [TYPE_PLANE]: plane,
  [TYPE_QUATERNION]: vector4,
  [TYPE_AABB]: aabb,
  [TYPE_BASIS]: basis,
  [TYPE_TRANSFORM3D]: transform3d,
  [TYPE_PROJECTION]: projection,
  [TYPE_COLOR]: color,
});
