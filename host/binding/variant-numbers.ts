// The numbers that stand in descriptions, of each generation of Godot: Variant.Type, PropertyHint, PropertyUsageFlags and
// MethodFlags. What is described by them is told in descriptions.ts.
import type { ClassInfo } from './class-info.js';

export interface Numbers {
  /** Names of the Variant types, each at the place of its number. */
  readonly types: readonly string[];
  readonly hintResourceType: number;
  /** Null where arrays have no types. */
  readonly hintArrayType: number | null;
  readonly usageDefault: number;
  readonly usageCategory: number;
  /** The heading of a class has its name as hint, too. */
  readonly categoriesNameTheirClass: boolean;
  readonly usageEnum: number;
  readonly usageNilIsVariant: number;
  readonly flagConst: number;
  readonly flagVirtual: number;
  readonly flagVararg: number;
  readonly flagStatic: number;
}

const TYPES4: readonly string[] = [
  'Nil',
  'bool',
  'int',
  'float',
  'String',
  'Vector2',
  'Vector2i',
  'Rect2',
  'Rect2i',
  'Vector3',
  'Vector3i',
  'Transform2D',
  'Vector4',
  'Vector4i',
  'Plane',
  'Quaternion',
  'AABB',
  'Basis',
  'Transform3D',
  'Projection',
  'Color',
  'StringName',
  'NodePath',
  'RID',
  'Object',
  'Callable',
  'Signal',
  'Dictionary',
  'Array',
  'PackedByteArray',
  'PackedInt32Array',
  'PackedInt64Array',
  'PackedFloat32Array',
  'PackedFloat64Array',
  'PackedStringArray',
  'PackedVector2Array',
  'PackedVector3Array',
  'PackedColorArray',
  'PackedVector4Array',
];

const TYPES3: readonly string[] = [
  'Nil',
  'bool',
  'int',
  'float',
  'String',
  'Vector2',
  'Rect2',
  'Vector3',
  'Transform2D',
  'Plane',
  'Quat',
  'AABB',
  'Basis',
  'Transform',
  'Color',
  'NodePath',
  'RID',
  'Object',
  'Dictionary',
  'Array',
  'PoolByteArray',
  'PoolIntArray',
  'PoolRealArray',
  'PoolStringArray',
  'PoolVector2Array',
  'PoolVector3Array',
  'PoolColorArray',
];

export const GODOT4_NUMBERS: Numbers = {
  types: TYPES4,
  hintResourceType: 17,
  hintArrayType: 31,
  usageDefault: 6,
  usageCategory: 128,
  categoriesNameTheirClass: true,
  usageEnum: 65_536,
  usageNilIsVariant: 131_072,
  flagConst: 4,
  flagVirtual: 8,
  flagVararg: 16,
  flagStatic: 32,
};

/** Godot 3 has no static methods: the flag has no bit. */
const GODOT3_NUMBERS: Numbers = {
  types: TYPES3,
  hintResourceType: 20,
  hintArrayType: null,
  usageDefault: 7,
  usageCategory: 256,
  categoriesNameTheirClass: false,
  usageEnum: 262_144,
  usageNilIsVariant: 524_288,
  flagConst: 8,
  flagVirtual: 32,
  flagVararg: 128,
  flagStatic: 0,
};

/** The numbers for an object whose descriptions are these: those of its own class decide. */
export function numbersOf([own]: readonly ClassInfo[]): Numbers {
  return own?.generation === 3 ? GODOT3_NUMBERS : GODOT4_NUMBERS;
}

/** Name of the Variant type with this number; a Variant of any type when none is given. */
export function typeNamed(number: number | undefined, { types }: Numbers): string {
  return (number ? types[number] : undefined) ?? 'Variant';
}

/** Number of the Variant type with this name; that of objects for the name of a class. */
export function typeNumber(name: string, { types }: Numbers): number {
  const number = types.indexOf(name === 'StringName' && !types.includes(name) ? 'String' : name);
  return number < 0 ? types.indexOf('Object') : number;
}
