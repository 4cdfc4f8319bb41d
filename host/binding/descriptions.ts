// The descriptions of classes as dictionaries, the way that scripts get them: get_method_list and its like. The numbers
// in them are Godot's, and listed in variant-numbers.ts.
import type { ArgumentInfo, ClassInfo, MethodInfo, PropertyInfo, SignalInfo, TypeInfo } from './class-info.js';
import { GODOT4_NUMBERS, type Numbers, typeNumber } from './variant-numbers.js';

/**
 * A property, an argument or a result: name, Variant type, class or enum, and what an editor would do with it.
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

const TYPE_NIL = 0;
const FLAG_NORMAL = 1;

const ENUM = 'enum::';
const TYPED_ARRAY = 'typedarray::';

function dictionaryOf(name: string, { type }: TypeInfo, numbers: Numbers): PropertyDictionary {
  const { usageDefault } = numbers;
  const plain = { name, class_name: '', hint: 0, hint_string: '', usage: usageDefault };
  if (type === 'void') return { ...plain, type: TYPE_NIL };
  if (type === 'Variant') return { ...plain, type: TYPE_NIL, usage: usageDefault | numbers.usageNilIsVariant };
  if (type.startsWith(ENUM)) {
    const usage = usageDefault | numbers.usageEnum;
    return { ...plain, class_name: type.slice(ENUM.length), type: typeNumber('int', numbers), usage };
  }
  if (type.startsWith(TYPED_ARRAY)) {
    const array = { ...plain, type: typeNumber('Array', numbers) };
    if (numbers.hintArrayType === null) return array;
    return { ...array, hint: numbers.hintArrayType, hint_string: type.slice(TYPED_ARRAY.length) };
  }
  const number = typeNumber(type, numbers);
  if (type === 'Object' || number !== typeNumber('Object', numbers)) return { ...plain, type: number };
  return { ...plain, class_name: type, type: number, hint: numbers.hintResourceType, hint_string: type };
}

function argumentsOf(args: readonly ArgumentInfo[], numbers: Numbers): Pick<MethodDictionary, 'args' | 'default_args'> {
  return {
    args: args.map((argument) => dictionaryOf(argument.name, argument, numbers)),
    default_args: args.filter((argument) => 'default' in argument).map((argument) => argument.default),
  };
}

export function methodDictionary(method: MethodInfo, id: number, numbers = GODOT4_NUMBERS): MethodDictionary {
  const { name, args, returns, isConst, isStatic, isVirtual, isVararg } = method;
  const flags =
    (isVirtual ? numbers.flagVirtual : FLAG_NORMAL) |
    (isConst ? numbers.flagConst : 0) |
    (isVararg ? numbers.flagVararg : 0) |
    (isStatic ? numbers.flagStatic : 0);
  return { name, ...argumentsOf(args, numbers), flags, id, return: dictionaryOf('', returns, numbers) };
}

export function signalDictionary({ name, args }: SignalInfo, numbers = GODOT4_NUMBERS): MethodDictionary {
  const nothing = dictionaryOf('', { type: 'void' }, numbers);
  return { name, ...argumentsOf(args, numbers), flags: FLAG_NORMAL, id: 0, return: nothing };
}

export function propertyDictionary(property: PropertyInfo, numbers = GODOT4_NUMBERS): PropertyDictionary {
  const { name, hint, hintString, usage } = property;
  const dictionary = dictionaryOf(name, property, numbers);
  if (hint !== undefined) dictionary.hint = hint;
  if (hintString !== undefined) dictionary.hint_string = hintString;
  if (usage !== undefined) dictionary.usage = usage;
  return dictionary;
}

/** The heading under which an editor shows the properties of a class. */
export function categoryDictionary({ name }: ClassInfo, numbers: Numbers): PropertyDictionary {
  const hint_string = numbers.categoriesNameTheirClass ? name : '';
  return { name, class_name: '', type: TYPE_NIL, hint: 0, hint_string, usage: numbers.usageCategory };
}

/** How many arguments `method` must have and how many it may have. */
export function arityOf({ args, isVararg }: MethodInfo): { least: number; most: number } {
  const optional = args.filter((argument) => 'default' in argument).length;
  return { least: args.length - optional, most: isVararg ? Number.POSITIVE_INFINITY : args.length };
}
