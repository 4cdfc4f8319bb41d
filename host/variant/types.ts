// Variant types with Godot 4's numbers, their wire numbers in both generations, and the symbol that marks value
// classes.

export const TYPE_NIL = 0;
export const TYPE_BOOL = 1;
export const TYPE_INT = 2;
export const TYPE_FLOAT = 3;
export const TYPE_STRING = 4;
export const TYPE_VECTOR2 = 5;
export const TYPE_VECTOR2I = 6;
export const TYPE_RECT2 = 7;
export const TYPE_RECT2I = 8;
export const TYPE_VECTOR3 = 9;
export const TYPE_VECTOR3I = 10;
export const TYPE_TRANSFORM2D = 11;
export const TYPE_VECTOR4 = 12;
export const TYPE_VECTOR4I = 13;
export const TYPE_PLANE = 14;
export const TYPE_QUATERNION = 15;
export const TYPE_AABB = 16;
export const TYPE_BASIS = 17;
export const TYPE_TRANSFORM3D = 18;
export const TYPE_PROJECTION = 19;
export const TYPE_COLOR = 20;
export const TYPE_STRING_NAME = 21;
export const TYPE_NODE_PATH = 22;
export const TYPE_RID = 23;
export const TYPE_OBJECT = 24;
export const TYPE_CALLABLE = 25;
export const TYPE_SIGNAL = 26;
export const TYPE_DICTIONARY = 27;
export const TYPE_ARRAY = 28;
export const TYPE_PACKED_BYTE_ARRAY = 29;
export const TYPE_PACKED_INT32_ARRAY = 30;
export const TYPE_PACKED_INT64_ARRAY = 31;
export const TYPE_PACKED_FLOAT32_ARRAY = 32;
export const TYPE_PACKED_FLOAT64_ARRAY = 33;
export const TYPE_PACKED_STRING_ARRAY = 34;
export const TYPE_PACKED_VECTOR2_ARRAY = 35;
export const TYPE_PACKED_VECTOR3_ARRAY = 36;
export const TYPE_PACKED_COLOR_ARRAY = 37;
export const TYPE_PACKED_VECTOR4_ARRAY = 38;
export const TYPE_MAX = 39;

/** The two encodings: that of Godot 3.x and that of Godot 4.x. */
export type Generation = 3 | 4;

/** The deepest nesting that Godot encodes or decodes; the outermost value is at depth 0. */
export const MAX_DEPTH = 1024;

/** Header bit: an int or float has 8 bytes, an object is sent as an id, components are doubles. */
export const FLAG_64 = 1 << 16;

/** Kinds of element types: bits 16 and 17 of the header of an array; for the keys in that of a dictionary. */
export const KIND_NONE = 0;
export const KIND_BUILTIN = 1;
export const KIND_CLASS = 2;
export const KIND_SCRIPT = 3;

/** Class of an object that is sent by its id. */
export const OBJECT_BY_ID = 'EncodedObjectAsID';

/** Godot 4's number of each type, in the order of Godot 3's numbers. */
const GODOT3 = [
  TYPE_NIL,
  TYPE_BOOL,
  TYPE_INT,
  TYPE_FLOAT,
  TYPE_STRING,
  TYPE_VECTOR2,
  TYPE_RECT2,
  TYPE_VECTOR3,
  TYPE_TRANSFORM2D,
  TYPE_PLANE,
  TYPE_QUATERNION,
  TYPE_AABB,
  TYPE_BASIS,
  TYPE_TRANSFORM3D,
  TYPE_COLOR,
  TYPE_NODE_PATH,
  TYPE_RID,
  TYPE_OBJECT,
  TYPE_DICTIONARY,
  TYPE_ARRAY,
  TYPE_PACKED_BYTE_ARRAY,
  TYPE_PACKED_INT32_ARRAY,
  TYPE_PACKED_FLOAT32_ARRAY,
  TYPE_PACKED_STRING_ARRAY,
  TYPE_PACKED_VECTOR2_ARRAY,
  TYPE_PACKED_VECTOR3_ARRAY,
  TYPE_PACKED_COLOR_ARRAY,
];

export const NO_TYPE = -1;

/** Type of each number on the wire; NO_TYPE where there is none. Has all 256 values of the header's byte. */
export const typesOnWire = (generation: Generation): Int8Array => (generation === 3 ? WIRE3 : WIRE4);

/** Number on the wire of each type; NO_TYPE where the generation does not have it. */
export const wireNumbers = (generation: Generation): Int8Array => (generation === 3 ? NUMBERS3 : WIRE4);

const WIRE4 = new Int8Array(256).fill(NO_TYPE).map((none, number) => (number < TYPE_MAX ? number : none));
const WIRE3 = new Int8Array(256).fill(NO_TYPE);
WIRE3.set(GODOT3);
const NUMBERS3 = new Int8Array(TYPE_MAX).fill(NO_TYPE).map((_, type) => GODOT3.indexOf(type));

/**
 * Key of a value class's type, on its prototype. In the registry of symbols, so that values of one copy of this
 * package are recognized by another.
 */
const KIND: unique symbol = Symbol.for('websocketpeer.variant') as never;

/** Sets the Variant type of the instances of `valueClass`. */
export function mark(valueClass: { readonly prototype: object }, type: number): void {
  Object.defineProperty(valueClass.prototype, KIND, { value: type });
}

/** The type of an instance of a value class; undefined of anything else. */
export function kindOf(value: object): number | undefined {
  return (value as { [KIND]?: number })[KIND];
}
