// Rectangles, rotations, transforms and colours with the engine's field names. Plain values, without arithmetic and
// normalization.
import {
  mark,
  TYPE_AABB,
  TYPE_BASIS,
  TYPE_COLOR,
  TYPE_PLANE,
  TYPE_PROJECTION,
  TYPE_QUATERNION,
  TYPE_RECT2,
  TYPE_RECT2I,
  TYPE_TRANSFORM2D,
  TYPE_TRANSFORM3D,
} from './types.js';
import { Vector2, Vector2i, Vector3, Vector4 } from './vectors.js';

/** A 2D rectangle of floats. */
export class Rect2 {
  position: Vector2;
  size: Vector2;

  constructor(position = new Vector2(), size = new Vector2()) {
    this.position = position;
    this.size = size;
  }
}

/** A 2D rectangle of integers. Godot 3 does not have it. */
export class Rect2i {
  position: Vector2i;
  size: Vector2i;

  constructor(position = new Vector2i(), size = new Vector2i()) {
    this.position = position;
    this.size = size;
  }
}

/** A 2×3 matrix: the two axes as columns, and the origin. The identity by default. */
export class Transform2D {
  x: Vector2;
  y: Vector2;
  origin: Vector2;

  constructor(x = new Vector2(1, 0), y = new Vector2(0, 1), origin = new Vector2()) {
    this.x = x;
    this.y = y;
    this.origin = origin;
  }
}

/** A plane: its normal and its distance from the origin. */
export class Plane {
  normal: Vector3;
  d: number;

  constructor(normal = new Vector3(), d = 0) {
    this.normal = normal;
    this.d = d;
  }
}

/** A rotation as a unit quaternion; Godot 3 calls it `Quat`. The identity by default. */
export class Quaternion {
  x: number;
  y: number;
  z: number;
  w: number;

  constructor(x = 0, y = 0, z = 0, w = 1) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.w = w;
  }
}

/** A 3D box along the axes. */
export class AABB {
  position: Vector3;
  size: Vector3;

  constructor(position = new Vector3(), size = new Vector3()) {
    this.position = position;
    this.size = size;
  }
}

/** A 3×3 matrix for rotation and scale: its three axes, which are its columns. The identity by default. */
export class Basis {
  x: Vector3;
  y: Vector3;
  z: Vector3;

  constructor(x = new Vector3(1, 0, 0), y = new Vector3(0, 1, 0), z = new Vector3(0, 0, 1)) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
}

/** A 3×4 matrix: a basis and the origin; Godot 3 calls it `Transform`. */
export class Transform3D {
  basis: Basis;
  origin: Vector3;

  constructor(basis = new Basis(), origin = new Vector3()) {
    this.basis = basis;
    this.origin = origin;
  }
}

/** A 4×4 matrix by columns. The identity by default. Godot 3 does not have it. */
export class Projection {
  x: Vector4;
  y: Vector4;
  z: Vector4;
  w: Vector4;

  constructor(
    x = new Vector4(1, 0, 0, 0),
    y = new Vector4(0, 1, 0, 0),
    z = new Vector4(0, 0, 1, 0),
    w = new Vector4(0, 0, 0, 1),
  ) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.w = w;
  }
}

/** A colour; components are floats, usually from 0 to 1. Opaque black by default. */
export class Color {
  r: number;
  g: number;
  b: number;
  a: number;

  constructor(r = 0, g = 0, b = 0, a = 1) {
    this.r = r;
    this.g = g;
    this.b = b;
    this.a = a;
  }
}

mark(Rect2, TYPE_RECT2);
mark(Rect2i, TYPE_RECT2I);
mark(Transform2D, TYPE_TRANSFORM2D);
mark(Plane, TYPE_PLANE);
mark(Quaternion, TYPE_QUATERNION);
mark(AABB, TYPE_AABB);
mark(Basis, TYPE_BASIS);
mark(Transform3D, TYPE_TRANSFORM3D);
mark(Projection, TYPE_PROJECTION);
mark(Color, TYPE_COLOR);
