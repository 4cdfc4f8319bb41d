// Packed arrays of vectors and colours: contiguous floats with access to single elements. Packed arrays of numbers are
// JavaScript's typed arrays.
import { requireInt, wrongType } from '../binding/arguments.js';
import { Color } from './geometry.js';
import {
  mark,
  TYPE_PACKED_COLOR_ARRAY,
  TYPE_PACKED_VECTOR2_ARRAY,
  TYPE_PACKED_VECTOR3_ARRAY,
  TYPE_PACKED_VECTOR4_ARRAY,
} from './types.js';
import { Vector2, Vector3, Vector4 } from './vectors.js';

/** Source of a packed array: all components (kept, not copied), elements, or a number of zero elements. */
export type PackedSource<T> = Float32Array | Iterable<T> | number;

/** Base of the four packed arrays of vectors and colours. */
export abstract class PackedFloats<T> implements Iterable<T> {
  /** All components, one element after the other. */
  readonly data: Float32Array;
  readonly #width: number;

  protected constructor(width: number, source: PackedSource<T>) {
    this.#width = width;
    if (source instanceof Float32Array) {
      if (source.length % width !== 0) {
        throw new RangeError(`a ${new.target.name} takes ${width} floats per element, got ${source.length}`);
      }
      this.data = source;
    } else if (typeof source === 'number') {
      this.data = new Float32Array(requireInt('source', source) * width);
    } else {
      if (typeof source?.[Symbol.iterator] !== 'function') throw wrongType('source', 'floats or elements', source);
      const elements = [...source];
      this.data = new Float32Array(elements.length * width);
      for (const [index, element] of elements.entries()) this.write(index * width, element);
    }
  }

  /** Number of elements. */
  get length(): number {
    return this.data.length / this.#width;
  }

  /** A copy of the element at `index`. RangeError if there is none. */
  get(index: number): T {
    return this.read(this.#offset(index));
  }

  /** Writes the components of `value` to `index`, which must exist: the length never changes. */
  set(index: number, value: T): void {
    this.write(this.#offset(index), value);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let at = 0; at < this.data.length; at += this.#width) yield this.read(at);
  }

  #offset(index: number): number {
    if (Number.isInteger(index) && index >= 0 && index < this.length) return index * this.#width;
    throw new RangeError(`index must be from 0 to ${this.length - 1}, got ${index}`);
  }

  protected abstract read(at: number): T;
  protected abstract write(at: number, value: T): void;
}

/** An array of Vector2 with 8 bytes each. */
export class PackedVector2Array extends PackedFloats<Vector2> {
  constructor(source: PackedSource<Vector2> = 0) {
    super(2, source);
  }

  protected read(at: number): Vector2 {
    return new Vector2(this.data[at], this.data[at + 1]);
  }

  protected write(at: number, { x, y }: Vector2): void {
    this.data[at] = x;
    this.data[at + 1] = y;
  }
}

/** An array of Vector3 with 12 bytes each. */
export class PackedVector3Array extends PackedFloats<Vector3> {
  constructor(source: PackedSource<Vector3> = 0) {
    super(3, source);
  }

  protected read(at: number): Vector3 {
    return new Vector3(this.data[at], this.data[at + 1], this.data[at + 2]);
  }

  protected write(at: number, { x, y, z }: Vector3): void {
    this.data[at] = x;
    this.data[at + 1] = y;
    this.data[at + 2] = z;
  }
}

/** An array of Vector4 with 16 bytes each. Godot 3 does not have it. */
export class PackedVector4Array extends PackedFloats<Vector4> {
  constructor(source: PackedSource<Vector4> = 0) {
    super(4, source);
  }

  protected read(at: number): Vector4 {
    return new Vector4(this.data[at], this.data[at + 1], this.data[at + 2], this.data[at + 3]);
  }

  protected write(at: number, { x, y, z, w }: Vector4): void {
    this.data.set([x, y, z, w], at);
  }
}

/** An array of Color with 16 bytes each. */
export class PackedColorArray extends PackedFloats<Color> {
  constructor(source: PackedSource<Color> = 0) {
    super(4, source);
  }

  protected read(at: number): Color {
    return new Color(this.data[at], this.data[at + 1], this.data[at + 2], this.data[at + 3]);
  }

  protected write(at: number, { r, g, b, a }: Color): void {
    this.data.set([r, g, b, a], at);
  }
}

mark(PackedVector2Array, TYPE_PACKED_VECTOR2_ARRAY);
mark(PackedVector3Array, TYPE_PACKED_VECTOR3_ARRAY);
mark(PackedVector4Array, TYPE_PACKED_VECTOR4_ARRAY);
mark(PackedColorArray, TYPE_PACKED_COLOR_ARRAY);
