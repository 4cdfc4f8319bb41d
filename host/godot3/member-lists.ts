// Member lists with Godot 3's numbers (Variant.Type, PropertyHint, PropertyUsageFlags, MethodFlags), converted from
// those with Godot 4's.
import type { MethodDictionary, PropertyDictionary } from '../binding/descriptions.js';

/** Godot 4's numbers of Variant types, indexed by Godot 3's. */
const TYPES_OF_4 = [0, 1, 2, 3, 4, 5, 7, 9, 11, 14, 15, 16, 17, 18, 20, 22, 23, 24, 27, 28, 29, 30, 32, 34, 35, 36, 37];
const STRING = 4;
const STRING_NAME_OF_4 = 21;
const OBJECT = 17;
/** Types that only Godot 3 has by these names. */
const POOLS: ReadonlyMap<string, number> = new Map([
  ['PoolByteArray', 20],
  ['PoolIntArray', 21],
  ['PoolStringArray', 23],
]);

/** Godot 4's and Godot 3's hints: range, enum, class of a resource. */
const HINTS: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 3],
  [17, 20],
]);
/** Godot 4's and Godot 3's usage flags: shown and stored, category, enum, Variant of any type. */
const USAGES: readonly (readonly [number, number])[] = [
  [6, 7],
  [128, 256],
  [65_536, 262_144],
  [131_072, 524_288],
];
/** Method flags: normal, const, virtual, vararg. Godot 3 has no static methods. */
const FLAGS: readonly (readonly [number, number])[] = [
  [1, 1],
  [4, 8],
  [8, 32],
  [16, 128],
];

/** Godot 4's number of a type given by Godot 3's; 0 (any) for none and for unknown numbers. */
export function typeOf4(type = 0): number {
  return TYPES_OF_4[type] ?? 0;
}

export function propertyOf3(property: PropertyDictionary): PropertyDictionary {
  const usage = bitsOf(property.usage, USAGES);
  const pool = POOLS.get(property.class_name);
  if (pool !== undefined) return { ...property, class_name: '', type: pool, hint: 0, hint_string: '', usage };
  const hint = HINTS.get(property.hint) ?? 0;
  const hint_string = hint === 0 ? '' : property.hint_string;
  return { ...property, type: typeOf3(property.type), hint, hint_string, usage };
}

/** A method or a signal. */
export function methodOf3(method: MethodDictionary): MethodDictionary {
  return {
    ...method,
    args: method.args.map(propertyOf3),
    flags: bitsOf(method.flags, FLAGS),
    return: propertyOf3(method.return),
  };
}

function typeOf3(type: number): number {
  if (type === STRING_NAME_OF_4) return STRING;
  const found = TYPES_OF_4.indexOf(type);
  return found < 0 ? OBJECT : found;
}

function bitsOf(bits: number, pairs: readonly (readonly [number, number])[]): number {
  return pairs.reduce((sum, [of4, of3]) => ((bits & of4) === of4 ? sum | of3 : sum), 0);
}
