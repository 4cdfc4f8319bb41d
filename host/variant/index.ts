// Exports of the Variant entry.
export type { ContainerType, ContainerTypeLike } from './containers.js';
export { Dictionary, PackedStringArray, TypedArray } from './containers.js';
export type { SizedValue } from './embedded.js';
export {
  compressed_to_var,
  decode_var,
  decode_var_size,
  encode_var,
  has_encoded_var,
  var_to_compressed,
} from './embedded.js';
export type { BytesToVarOptions } from './functions.js';
export {
  bytes_to_var,
  bytes_to_var_with_objects,
  bytes2var,
  var_to_bytes,
  var_to_bytes_with_objects,
  var2bytes,
} from './functions.js';
export {
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
export { Callable, EncodedObjectAsID, NodePath, ObjectData, RID, Signal, StringName } from './handles.js';
export { Float, Int } from './numbers.js';
export type { PackedSource } from './packed.js';
export { PackedColorArray, PackedVector2Array, PackedVector3Array, PackedVector4Array } from './packed.js';
export {
  TYPE_AABB,
  TYPE_ARRAY,
  TYPE_BASIS,
  TYPE_BOOL,
  TYPE_CALLABLE,
  TYPE_COLOR,
  TYPE_DICTIONARY,
  TYPE_FLOAT,
  TYPE_INT,
  TYPE_MAX,
  TYPE_NIL,
  TYPE_NODE_PATH,
  TYPE_OBJECT,
  TYPE_PACKED_BYTE_ARRAY,
  TYPE_PACKED_COLOR_ARRAY,
  TYPE_PACKED_FLOAT32_ARRAY,
  TYPE_PACKED_FLOAT64_ARRAY,
  TYPE_PACKED_INT32_ARRAY,
  TYPE_PACKED_INT64_ARRAY,
  TYPE_PACKED_STRING_ARRAY,
  TYPE_PACKED_VECTOR2_ARRAY,
  TYPE_PACKED_VECTOR3_ARRAY,
  TYPE_PACKED_VECTOR4_ARRAY,
  TYPE_PLANE,
  TYPE_PROJECTION,
  TYPE_QUATERNION,
  TYPE_RECT2,
  TYPE_RECT2I,
  TYPE_RID,
  TYPE_SIGNAL,
  TYPE_STRING,
  TYPE_STRING_NAME,
  TYPE_TRANSFORM2D,
  TYPE_TRANSFORM3D,
  TYPE_VECTOR2,
  TYPE_VECTOR2I,
  TYPE_VECTOR3,
  TYPE_VECTOR3I,
  TYPE_VECTOR4,
  TYPE_VECTOR4I,
} from './types.js';
export { Vector2, Vector2i, Vector3, Vector3i, Vector4, Vector4i } from './vectors.js';
