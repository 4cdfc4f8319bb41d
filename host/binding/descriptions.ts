// Descriptions of class members as dictionaries, as get_method_list and similar methods return them. The numbers in
// them are Godot's: Variant.Type, PropertyHint, PropertyUsageFlags and MethodFlags.
import type { ArgumentInfo, ClassInfo, MethodInfo, PropertyInfo, SignalInfo, TypeInfo } from './class-info.js';

/**
 * A property, an argument or a result: name, Variant type, class or enum, and hints for an editor.
 *
 * @godotType Dictionary
 */
export interface PropertyDictionary {
  name: string;
  class_name: string;
  /** One of the `TYPE_` constants. */
  type: number;
  hint: number;
  hint_string: string;
  usage: number;
}

/**
 * A method or a signal.
 *
 * @godotType Dictionary
 */
export interface MethodDictionary {
  name: string;
  args: PropertyDictionary[];
  /** Defaults of the last arguments. */
  default_args: unknown[];
  flags: number;
  id: number;
  return: PropertyDictionary;
}

/** Numbers of the Variant types in use, by name; Nil is called void, as it is a method's result. */
const TYPES: Readonly<Record<string, number>> = {
  void: 0,
  bool: 1,
  int: 2,
  float: 3,
  String: 4,
  StringName: 21,
  NodePath: 22,
  Callable: 25,
  Signal: 26,
  Dictionary: 27,
  Array: 28,
  PackedByteArray: 29,
  PackedInt32Array: 30,
  PackedStringArray: 34,
};
/** Number behind the last Variant type. */
const TYPE_MAX = 39;
const TYPE_NIL = 0;
const TYPE_INT = 2;
const TYPE_OBJECT = 24;
const TYPE_ARRAY = 28;

const HINT_RESOURCE_TYPE = 17;
const HINT_ARRAY_TYPE = 31;
const USAGE_DEFAULT = 6;
const USAGE_CATEGORY = 128;
const USAGE_ENUM = 65_536;
const USAGE_NIL_IS_VARIANT = 131_072;

const FLAG_NORMAL = 1;
const FLAG_CONST = 4;
const FLAG_VIRTUAL = 8;
const FLAG_VARARG = 16;
const FLAG_STATIC = 32;

const VOID: TypeInfo = { type: 'void' };

/** The number of a type that a script has given for an argument of a signal; NaN, for any type, if it is none. */
function typeOfUser(number: number): number {
  return number > TYPE_NIL && number < TYPE_MAX ? number : Number.NaN;
}

function dictionaryOf(name: string, { type }: TypeInfo): PropertyDictionary {
  const number = TYPES[type] ?? typeOfUser(Number(type));
  const made = { name, class_name: '', type: number, hint: 0, hint_string: '', usage: USAGE_DEFAULT };
  if (number >= 0) return made;
  const [kind, of] = type.split('::') as [string, string];
  if (kind === 'Variant' || !Number.isNaN(Number(kind)))
    return { ...made, type: TYPE_NIL, usage: USAGE_DEFAULT | USAGE_NIL_IS_VARIANT };
  if (kind === 'enum') return { ...made, class_name: of, type: TYPE_INT, usage: USAGE_DEFAULT | USAGE_ENUM };
  if (kind === 'typedarray') return { ...made, type: TYPE_ARRAY, hint: HINT_ARRAY_TYPE, hint_string: of };
  return { ...made, class_name: type, type: TYPE_OBJECT, hint: HINT_RESOURCE_TYPE, hint_string: type };
}

function argumentsOf(args: readonly ArgumentInfo[]): Pick<MethodDictionary, 'args' | 'default_args'> {
  return {
    args: args.map((argument) => dictionaryOf(argument.name, argument)),
    default_args: args.filter((argument) => 'default' in argument).map((argument) => argument.default),
  };
}

export function methodDictionary(method: MethodInfo, id: number): MethodDictionary {
  const { name, args, returns, isConst, isStatic, isVirtual, isVararg } = method;
  const flags =
    (isVirtual ? FLAG_VIRTUAL : FLAG_NORMAL) |
    (isConst ? FLAG_CONST : 0) |
    (isVararg ? FLAG_VARARG : 0) |
    (isStatic ? FLAG_STATIC : 0);
  return { name, ...argumentsOf(args), flags, id, return: dictionaryOf('', returns) };
}

export function signalDictionary({ name, args }: SignalInfo): MethodDictionary {
  return methodDictionary({ name, args, returns: VOID }, 0);
}

export function propertyDictionary(property: PropertyInfo): PropertyDictionary {
  const usual = dictionaryOf(property.name, property);
  const { hint = usual.hint, hintString: hint_string = usual.hint_string, usage = usual.usage } = property;
  return { ...usual, hint, hint_string, usage };
}

/** The heading under which an editor shows the properties of a class. */
export function categoryDictionary({ name }: ClassInfo): PropertyDictionary {
  return { ...dictionaryOf(name, VOID), hint_string: name, usage: USAGE_CATEGORY };
}

/** The properties of classes, each class under its heading. */
export function listProperties(infos: readonly ClassInfo[]): PropertyDictionary[] {
  return infos.flatMap((info) => [categoryDictionary(info), ...info.properties.map(propertyDictionary)]);
}

export function listMethods(infos: readonly ClassInfo[]): MethodDictionary[] {
  return infos.flatMap(({ methods }) => methods).map(methodDictionary);
}

export function listSignals(signals: readonly SignalInfo[]): MethodDictionary[] {
  return signals.map(signalDictionary);
}
