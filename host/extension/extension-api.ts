// Description of the classes in the layout of the engine's extension_api.json.
import type { ArgumentInfo, ClassInfo, EnumInfo, MethodInfo, SignalInfo, TypeInfo } from '../binding/class-info.js';
import * as errors from '../binding/errors.js';
import { allInfos as godot3Infos } from '../godot3/classes.generated.js';
import { describedClasses } from './described-classes.js';
import { METHOD_HASHES } from './hashes.js';
import { type Profile, type ProfileName, profileNamed, seenBy } from './profiles.js';
import { type Described, Narrator, SILENT } from './words.js';
import { WORDS as WORDS3 } from './words3.generated.js';
import { WORDS as WORDS4 } from './words4.generated.js';

/** An engine whose API can be described: a profile for hosts, or Godot 3 with its own classes. */
export type DescribedName = ProfileName | '3.6';

/** What `describeApi` describes besides names, types and values. */
export interface DescribeOptions {
  /**
   * Whether the words of the reference are there, too: `brief_description` and `description` of classes, `description` of
   * methods, properties, signals, constants and values of enums, in the engine's BBCode. `false` unless set.
   */
  readonly docs?: boolean;
}

/** Marks what Godot does not have; the engine's file has no such key. */
interface Marked extends Described {
  readonly websocketpeer_addition?: true;
}

/** An argument of a method or a signal. */
export interface ApiArgument {
  readonly name: string;
  readonly type: string;
  readonly meta?: string;
  /** The default in the syntax of scripts. */
  readonly default_value?: string;
}

/** A constant, or a value of an enum. */
export interface ApiConstant extends Described {
  readonly name: string;
  readonly value: number;
}

/** A method of a class. */
export interface ApiMethod extends Marked {
  readonly name: string;
  readonly is_const: boolean;
  readonly is_vararg: boolean;
  readonly is_static: boolean;
  readonly is_virtual: boolean;
  readonly hash?: number;
  readonly hash_compatibility?: readonly number[];
  readonly return_value?: { readonly type: string; readonly meta?: string };
  readonly arguments?: readonly ApiArgument[];
}

/** An enum of a class. */
export interface ApiEnum extends Marked {
  readonly name: string;
  readonly is_bitfield: boolean;
  readonly values: readonly ApiConstant[];
}

/** A class with what it adds to its base class. */
export interface ApiClass extends Marked {
  readonly name: string;
  readonly is_refcounted: boolean;
  readonly is_instantiable: boolean;
  readonly inherits?: string;
  readonly api_type: 'core' | 'extension';
  readonly constants?: readonly ApiConstant[];
  readonly enums?: readonly ApiEnum[];
  readonly methods?: readonly ApiMethod[];
  readonly signals?: readonly ({ readonly name: string; readonly arguments?: readonly ApiArgument[] } & Marked)[];
  readonly properties?: readonly ({
    readonly type: string;
    readonly name: string;
    readonly setter: string;
    readonly getter: string;
  } & Marked)[];
  readonly brief_description?: string;
}

/** Every class, in the layout of the engine's extension_api.json; its other sections are present, but empty. */
export interface ExtensionApi {
  readonly header: {
    readonly version_major: number;
    readonly version_minor: number;
    readonly version_patch: number;
    readonly version_status: string;
    readonly version_build: string;
    readonly version_full_name: string;
    readonly precision: 'single';
  };
  readonly builtin_class_sizes: readonly never[];
  readonly builtin_class_member_offsets: readonly never[];
  readonly global_constants: readonly never[];
  readonly global_enums: readonly ApiEnum[];
  readonly utility_functions: readonly never[];
  readonly builtin_classes: readonly never[];
  readonly classes: readonly ApiClass[];
  readonly singletons: readonly never[];
  readonly native_structures: readonly never[];
}

/** Differences in how the generations write a description. */
interface Style {
  readonly narrator: Narrator;
  /** The current hash first; none for what Godot does not have. */
  hashesOf(method: MethodInfo, info: ClassInfo): readonly number[];
  typeOf(type: TypeInfo): TypeInfo;
  /** Text of an empty array of this type. */
  emptyArray(type: string): string;
}

/** Godot 3 has neither hashes nor widths of numbers; an enum is `enum.NetworkedMultiplayerPeer::TransferMode`. */
const godot3 = (withWords: boolean): Style => ({
  narrator: withWords ? new Narrator(WORDS3) : SILENT,
  hashesOf: () => [],
  typeOf: ({ type }) => ({ type: godot3Type(type) }),
  emptyArray: (type) => (type === 'Array' ? '[  ]' : `${type}(  )`),
});

function godot3Type(type: string): string {
  const [kind, name] = type.split('::');
  if (kind === 'enum' && name !== undefined) return `enum.${name.replace('.', '::')}`;
  if (kind === 'typedarray') return 'Array';
  return type === 'StringName' ? 'String' : type;
}

const godot4 = (profile: Profile, withWords: boolean): Style => ({
  narrator: withWords ? new Narrator(WORDS4, profile.withoutClasses) : SILENT,
  hashesOf: (method, info) => hashesOf(method, info, profile),
  typeOf: ({ type, meta }) => (meta === undefined ? { type } : { type, meta }),
  emptyArray: (type) => (type === 'Array' ? '[]' : `${type}()`),
});

/**
 * The description of all classes, as the engine of `profile` would give it.
 *
 * With `docs` it is what the engine writes for `--dump-extension-api-with-docs`, and else for `--dump-extension-api`. The
 * words are those of this package's reference. '3.6' describes the classes of `websocketpeer/godot3`, in the same layout:
 * with Godot 3's names of types, and without hashes and widths of numbers.
 */
export function describeApi(profile: DescribedName = '4.6', options: DescribeOptions = {}): ExtensionApi {
  const { docs = false } = options;
  if (profile === '3.6') return apiOf(profile, [3, 6], godot3Infos(), godot3(docs));
  const chosen = profileNamed(profile);
  const infos = describedClasses().map(({ info }) => info);
  return apiOf(chosen.name, chosen.version, seenBy(chosen, infos), godot4(chosen, docs));
}

function apiOf(
  name: DescribedName,
  [major, minor]: readonly [number, number],
  infos: readonly ClassInfo[],
  style: Style,
): ExtensionApi {
  return {
    header: {
      version_major: major,
      version_minor: minor,
      version_patch: 0,
      version_status: 'stable',
      version_build: 'websocketpeer',
      version_full_name: `websocketpeer for Godot ${name}`,
      precision: 'single',
    },
    builtin_class_sizes: [],
    builtin_class_member_offsets: [],
    global_constants: [],
    global_enums: [errorEnum(style)],
    utility_functions: [],
    builtin_classes: [],
    classes: infos.map((info) => classOf(info, style)),
    singletons: [],
    native_structures: [],
  };
}

function classOf(info: ClassInfo, style: Style): ApiClass {
  const { constants, enums, methods, properties, signals } = info;
  const { narrator } = style;
  return {
    name: info.name,
    is_refcounted: info.name !== 'Object',
    is_instantiable: info.isAbstract !== true,
    ...(info.inherits === '' ? {} : { inherits: info.inherits }),
    api_type: info.isAddition ? 'extension' : 'core',
    ...mark(info),
    ...list('constants', valuesOf(constants, info, style)),
    ...list(
      'enums',
      enums.map((one) => enumOf(one, info, style)),
    ),
    ...list(
      'methods',
      methods.map((method) => methodOf(method, info, style)),
    ),
    ...list(
      'signals',
      signals.map((signal) => signalOf(signal, info, style)),
    ),
    ...list(
      'properties',
      properties.map(({ name, type, setter, getter, isAddition }) => ({
        type: type.startsWith('enum::') ? 'int' : type,
        name,
        setter,
        getter,
        ...mark({ isAddition }),
        ...narrator.aboutMember(info, name),
      })),
    ),
    ...narrator.aboutClass(info),
  };
}

/** Omits an empty list, as the engine does. */
function list<K extends string, T>(key: K, items: readonly T[]): { [P in K]?: readonly T[] } {
  return (items.length === 0 ? {} : { [key]: items }) as { [P in K]?: readonly T[] };
}

function mark({ isAddition }: { isAddition?: true | undefined }): Marked {
  return isAddition ? { websocketpeer_addition: true } : {};
}

function valuesOf(values: Readonly<Record<string, number>>, info: ClassInfo, { narrator }: Style): ApiConstant[] {
  return Object.entries(values).map(([name, value]) => ({ name, value, ...narrator.aboutMember(info, name) }));
}

function enumOf({ name, values, isBitfield, isAddition }: EnumInfo, info: ClassInfo, style: Style): ApiEnum {
  const described = valuesOf(values, info, style);
  return { name, is_bitfield: isBitfield === true, values: described, ...mark({ isAddition }) };
}

function errorEnum({ narrator }: Style): ApiEnum {
  const found = Object.entries(errors).filter(([, value]) => typeof value === 'number') as [string, number][];
  found.sort(([, a], [, b]) => a - b);
  const values = found.map(([name, value]) => ({ name, value, ...wordsOf(value, narrator) }));
  return { name: 'Error', is_bitfield: false, values };
}

/** An error is described by the text that `error_string` has for it. */
function wordsOf(error: number, narrator: Narrator): Described {
  return narrator === SILENT ? {} : { description: `${errors.error_string(error)}.` };
}

function hashesOf({ name, isAddition }: MethodInfo, info: ClassInfo, profile: Profile): readonly number[] {
  if (isAddition) return [];
  const own = profile.hashes[info.name]?.[name];
  // Hashes of members moved from a missing class are recorded under that class.
  const owners = [info.name, ...profile.withoutClasses];
  return own ?? owners.map((owner) => METHOD_HASHES[owner]?.[name]).find((found) => found !== undefined) ?? [];
}

function methodOf(method: MethodInfo, info: ClassInfo, style: Style): ApiMethod {
  const [hash, ...earlier] = style.hashesOf(method, info);
  return {
    name: method.name,
    is_const: method.isConst === true,
    is_vararg: method.isVararg === true,
    is_static: method.isStatic === true,
    is_virtual: method.isVirtual === true,
    ...(hash === undefined ? {} : { hash }),
    ...list('hash_compatibility', earlier),
    ...(method.returns.type === 'void' ? {} : { return_value: style.typeOf(method.returns) }),
    ...list('arguments', argumentsOf(method, style)),
    ...mark(method),
    ...style.narrator.aboutMember(info, method.name),
  };
}

function signalOf(signal: SignalInfo, info: ClassInfo, style: Style): { name: string } & Marked {
  const { name } = signal;
  const args = argumentsOf(signal, style);
  return { name, ...list('arguments', args), ...mark(signal), ...style.narrator.aboutMember(info, name) };
}

function argumentsOf({ args }: { readonly args: readonly ArgumentInfo[] }, style: Style): ApiArgument[] {
  return args.map((argument) => {
    const plain = { name: argument.name, ...style.typeOf(argument) };
    return 'default' in argument ? { ...plain, default_value: written(argument.default, argument.type, style) } : plain;
  });
}

/** A default in the syntax of scripts. */
function written(value: unknown, type: string, style: Style): string {
  if (type === 'float' && Number.isInteger(value)) return `${value}.0`;
  if (Array.isArray(value)) return style.emptyArray(type);
  return JSON.stringify(value);
}
