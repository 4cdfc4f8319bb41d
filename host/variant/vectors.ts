// Vectors with the engine's field names. Plain values, without arithmetic.
import {
  mark,
  TYPE_VECTOR2,
  TYPE_VECTOR2I,
  TYPE_VECTOR3,
  TYPE_VECTOR3I,
  TYPE_VECTOR4,
  TYPE_VECTOR4I,
} from './types.js';

/**
 * A 2D vector of floats.
 *
 * The engine stores components with 32 bits: 0.1 arrives as 0.10000000149011612.
 */
export class Vector2 {
  x: number;
  y: number;

  constructor(x = 0, y = 0) {
    this.x = x;
    this.y = y;
  }
}

/** A 2D vector of integers, 32 bits each; larger ones wrap around, as in the engine. */
export class Vector2i {
  x: number;
  y: number;

  constructor(x = 0, y = 0) {
    this.x = x;
    this.y = y;
  }
}

/** A 3D vector of floats, 32 bits each. */
export class Vector3 {
  x: number;
  y: number;
  z: number;

  constructor(x = 0, y = 0, z = 0) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
}

/** A 3D vector of integers, 32 bits each. */
export class Vector3i {
  x: number;
  y: number;
  z: number;

  constructor(x = 0, y = 0, z = 0) {
    this.x = x;
    this.y = y;
    this.z = z;
  }
}

/** A 4D vector of floats, 32 bits each. Godot 3 does not have it. */
export class Vector4 {
  x: number;
  y: number;
  z: number;
  w: number;

  constructor(x = 0, y = 0, z = 0, w = 0) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.w = w;
  }
}

/** A 4D vector of integers, 32 bits each. */
export class Vector4i {
  x: number;
  y: number;
  z: number;
  w: number;

  constructor(x = 0, y = 0, z = 0, w = 0) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.w = w;
  }
}

mark(Vector2, TYPE_VECTOR2);
mark(Vector2i, TYPE_VECTOR2I);
mark(Vector3, TYPE_VECTOR3);
mark(Vector3i, TYPE_VECTOR3I);
mark(Vector4, TYPE_VECTOR4);
mark(Vector4i, TYPE_VECTOR4I);
