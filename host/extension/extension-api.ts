// The description of the classes in the layout of the engine's own extension_api.json.
import type { ArgumentInfo, ClassInfo, EnumInfo, MethodInfo, SignalInfo, TypeInfo } from '../binding/class-info.js';
import * as errors from '../binding/errors.js';
import { describedClasses } from './described-classes.js';
import { METHOD_HASHES } from './hashes.js';
import { type Profile, type ProfileName, profileNamed, seenBy } from './profiles.js';

/** What Godot does not have carries this mark; the engine's own file has no such key. */
interface Marked {
  readonly websocketpeer_addition?: true;
}

/** An argument of a method or a signal. */
export interface ApiArgument {
  readonly name: string;
  readonly type: string;
  readonly meta?: string;
  /** As a script would write it. */
  readonly default_value?: string;
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

/** Constants that belong together. */
export interface ApiEnum extends Marked {
  readonly name: string;
  readonly is_bitfield: boolean;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

/** A class with what it adds to the one that it inherits from. */
export interface ApiClass extends Marked {
  readonly name: string;
  readonly is_refcounted: boolean;
  readonly is_instantiable: boolean;
  readonly inherits?: string;
  readonly api_type: 'core' | 'extension';
  readonly constants?: readonly { readonly name: string; readonly value: number }[];
  readonly enums?: readonly ApiEnum[];
  readonly methods?: readonly ApiMethod[];
  readonly signals?: readonly ({ readonly name: string; readonly arguments?: readonly ApiArgument[] } & Marked)[];
  readonly properties?: readonly ({
    readonly type: string;
    readonly name: string;
    readonly setter: string;
    readonly getter: string;
  } & Marked)[];
}

/** Every class, in the layout of the engine's own extension_api.json; parts about other things are there, but empty. */
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

/** The description of all classes, as the engine of `profile` would give it. */
export function describeApi(profile: ProfileName = '4.6'): ExtensionApi {
  const chosen = profileNamed(profile);
  const infos = describedClasses().map(({ info }) => info);
  const [major, minor] = chosen.version;
  return {
    header: {
      version_major: major,
      version_minor: minor,
      version_patch: 0,
      version_status: 'stable',
      version_build: 'websocketpeer',
      version_full_name: `websocketpeer for Godot ${chosen.name}`,
      precision: 'single',
    },
    builtin_class_sizes: [],
    builtin_class_member_offsets: [],
    global_constants: [],
    global_enums: [errorEnum()],
    utility_functions: [],
    builtin_classes: [],
    classes: seenBy(chosen, infos).map((info) => classOf(info, chosen)),
    singletons: [],
    native_structures: [],
  };
}

function classOf(info: ClassInfo, profile: Profile): ApiClass {
  const { constants, enums, methods, properties, signals } = info;
  return {
    name: info.name,
    is_refcounted: info.name !== 'Object',
    is_instantiable: info.isAbstract !== true,
    ...(info.inherits === '' ? {} : { inherits: info.inherits }),
    api_type: info.isAddition ? 'extension' : 'core',
    ...mark(info),
    ...list('constants', pairs(constants)),
    ...list('enums', enums.map(enumOf)),
    ...list(
      'methods',
      methods.map((method) => methodOf(method, hashesOf(method, info, profile))),
    ),
    ...list('signals', signals.map(signalOf)),
    ...list(
      'properties',
      properties.map(({ name, type, setter, getter, isAddition }) => ({
        type: type.startsWith('enum::') ? 'int' : type,
        name,
        setter,
        getter,
        ...mark({ isAddition }),
      })),
    ),
  };
}

/** As the engine does it, a list that is empty is not there. */
function list<K extends string, T>(key: K, items: readonly T[]): { [P in K]?: readonly T[] } {
  return (items.length === 0 ? {} : { [key]: items }) as { [P in K]?: readonly T[] };
}

function mark({ isAddition }: { isAddition?: true | undefined }): Marked {
  return isAddition ? { websocketpeer_addition: true } : {};
}

function pairs(values: Readonly<Record<string, number>>): { name: string; value: number }[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

function enumOf({ name, values, isBitfield, isAddition }: EnumInfo): ApiEnum {
  return { name, is_bitfield: isBitfield === true, values: pairs(values), ...mark({ isAddition }) };
}

function errorEnum(): ApiEnum {
  const values = Object.entries(errors).filter(([, value]) => typeof value === 'number') as [string, number][];
  values.sort(([, a], [, b]) => a - b);
  return { name: 'Error', is_bitfield: false, values: pairs(Object.fromEntries(values)) };
}

/** The present hash first; none for what Godot does not have. */
function hashesOf({ name, isAddition }: MethodInfo, info: ClassInfo, profile: Profile): readonly number[] {
  if (isAddition) return [];
  const own = profile.hashes[info.name]?.[name];
  // What has moved down from a missing class has its hash recorded there.
  const owners = [info.name, ...profile.withoutClasses];
  return own ?? owners.map((owner) => METHOD_HASHES[owner]?.[name]).find((found) => found !== undefined) ?? [];
}

function methodOf(method: MethodInfo, [hash, ...earlier]: readonly number[]): ApiMethod {
  return {
    name: method.name,
    is_const: method.isConst === true,
    is_vararg: method.isVararg === true,
    is_static: method.isStatic === true,
    is_virtual: method.isVirtual === true,
    ...(hash === undefined ? {} : { hash }),
    ...list('hash_compatibility', earlier),
    ...(method.returns.type === 'void' ? {} : { return_value: typeOf(method.returns) }),
    ...list('arguments', method.args.map(argumentOf)),
    ...mark(method),
  };
}

function signalOf({ name, args, isAddition }: SignalInfo): { name: string } & Marked {
  return { name, ...list('arguments', args.map(argumentOf)), ...mark({ isAddition }) };
}

function typeOf({ type, meta }: TypeInfo): { type: string; meta?: string } {
  return meta === undefined ? { type } : { type, meta };
}

function argumentOf(argument: ArgumentInfo): ApiArgument {
  const plain = { name: argument.name, ...typeOf(argument) };
  return 'default' in argument ? { ...plain, default_value: written(argument.default, argument.type) } : plain;
}

/** A default as a script writes it. */
function written(value: unknown, type: string): string {
  if (type === 'float' && Number.isInteger(value)) return `${value}.0`;
  if (Array.isArray(value)) return type === 'Array' ? '[]' : `${type}()`;
  return JSON.stringify(value);
}
