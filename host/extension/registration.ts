// Registration of all classes with a host engine, and its reversal.
import type { GodotClass } from '../binding/class-db.js';
import type { ClassInfo, TypeInfo } from '../binding/class-info.js';
import { methodDictionary, propertyDictionary, signalDictionary } from '../binding/descriptions.js';
import { type ErrorHandler, type ReportKind, set_error_handler } from '../binding/error-handler.js';
import { ERR_INVALID_PARAMETER } from '../binding/errors.js';
import { GodotObject } from '../binding/object.js';
import { RefCounted } from '../binding/ref-counted.js';
import { Signal } from '../binding/signal.js';
import { type CompatibilityProfile, currentProfile, useProfile } from '../protocol/settings.js';
import { callOf, guarded, type Report } from './calls.js';
import { describedClasses } from './described-classes.js';
import {
  ARGUMENT_METADATA,
  type ClassCreationInfo,
  type ClassMethodInfo,
  type ExtensionInterface,
  type Library,
} from './interface.js';
import { type Profile, type ProfileName, profileNamed, seenBy } from './profiles.js';

/** Options of `initialize`. */
export interface InitializeOptions {
  /**
   * Engine whose API is presented and whose defaults new objects have. Default: that of `set_compatibility_profile`.
   */
  readonly profile?: ProfileName;
  /** Token that is passed to every function of the host. */
  readonly library?: Library;
}

interface Registration {
  readonly host: ExtensionInterface;
  readonly library: Library;
  /** Names of the classes, in the order of registration. */
  readonly names: string[];
  /** The error handler that was set before. */
  former: ErrorHandler | null;
  formerProfile: CompatibilityProfile;
}

const FUNCTIONS: readonly (keyof ExtensionInterface)[] = [
  'classdb_register_extension_class',
  'classdb_register_extension_class_method',
  'classdb_register_extension_class_integer_constant',
  'classdb_register_extension_class_property',
  'classdb_register_extension_class_signal',
  'classdb_unregister_extension_class',
  'print_error',
];

let current: Registration | null = null;

/**
 * Registers every class with a host engine, base classes first.
 *
 * `host` has the functions of the GDExtension interface that classes need. Messages of the classes go to its
 * `print_error` and, where it has one, `print_warning`, instead of the handler set before, until `deinitialize`. Throws
 * a TypeError for a host that lacks a function, a RangeError for an unknown profile, an Error when it was called
 * before; when a function of the host throws, all classes are unregistered and the error is rethrown.
 */
export function initialize(host: ExtensionInterface, options: InitializeOptions = {}): void {
  for (const name of FUNCTIONS) {
    if (typeof host?.[name] !== 'function') throw new TypeError(`the host's interface must have the function ${name}`);
  }
  if (current !== null) throw new Error('the classes are registered already; call deinitialize first');
  const formerProfile = currentProfile();
  const profile = profileNamed(options.profile ?? formerProfile);
  const registration: Registration = { host, library: options.library ?? null, names: [], former: null, formerProfile };
  current = registration; // before calling the host, which might call back
  useProfile(profile.name);
  try {
    registerAll(registration, profile);
  } catch (error) {
    current = null;
    useProfile(formerProfile);
    unregisterAll(registration);
    throw error;
  }
  registration.former = set_error_handler((message, kind) => report(host, message, '', kind));
}

/**
 * Unregisters every class, derived classes first. Without effect when none is registered.
 *
 * Restores the former error handler and profile. When the host throws, the other classes are unregistered all the same;
 * then the first error is rethrown.
 */
export function deinitialize(): void {
  if (current === null) return;
  const registration = current;
  current = null;
  set_error_handler(registration.former);
  useProfile(registration.formerProfile);
  const failures = unregisterAll(registration);
  if (failures.length > 0) throw failures[0];
}

function registerAll(registration: Registration, profile: Profile): void {
  const all = describedClasses();
  const types = new Map(all.map(({ info, type }) => [info.name, type]));
  const infos = seenBy(
    profile,
    all.map(({ info }) => info),
  );
  for (const info of infos) register(registration, info, types.get(info.name) as GodotClass);
}

function register({ host, library, names }: Registration, info: ClassInfo, type: GodotClass): void {
  const { name } = info;
  host.classdb_register_extension_class(library, name, info.inherits, creationOf(host, info, type));
  names.push(name);
  for (const method of info.methods) {
    host.classdb_register_extension_class_method(library, name, methodInfoOf(host, type, method));
  }
  for (const [constant, value] of Object.entries(info.constants)) {
    host.classdb_register_extension_class_integer_constant(library, name, '', constant, value, false);
  }
  for (const { name: group, values, isBitfield } of info.enums) {
    for (const [constant, value] of Object.entries(values)) {
      const isBits = isBitfield === true;
      host.classdb_register_extension_class_integer_constant(library, name, group, constant, value, isBits);
    }
  }
  for (const property of info.properties) {
    const { getter, setter } = property;
    host.classdb_register_extension_class_property(library, name, propertyDictionary(property), setter, getter);
  }
  for (const signal of info.signals) {
    const { args } = signalDictionary(signal);
    host.classdb_register_extension_class_signal(library, name, signal.name, args, args.length);
  }
}

/** Unregisters all classes, even when the host throws for some; returns what it threw. */
function unregisterAll({ host, library, names }: Registration): unknown[] {
  const failures: unknown[] = [];
  for (const name of names.reverse()) {
    try {
      host.classdb_unregister_extension_class(library, name);
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}

function creationOf(host: ExtensionInterface, info: ClassInfo, type: GodotClass): ClassCreationInfo {
  const hear: Report = (description, functionName) => report(host, description, functionName);
  const isAbstract = info.isAbstract === true;
  return {
    is_virtual: false,
    is_abstract: isAbstract,
    is_exposed: true,
    create_instance_func: () =>
      guarded(`${info.name}.new`, hear, null, () => {
        if (isAbstract) return null;
        return new (type as unknown as new () => GodotObject)();
      }),
    free_instance_func: (_, instance) =>
      guarded(`${info.name}.free`, hear, undefined, () => {
        if (instance instanceof RefCounted) instance.free();
      }),
    connect_signal_func: (instance, signal, callable) =>
      guarded('connect', hear, ERR_INVALID_PARAMETER, () =>
        instance instanceof GodotObject ? new Signal(instance, signal).connect(callable) : ERR_INVALID_PARAMETER,
      ),
    class_userdata: info.name,
  };
}

function methodInfoOf(
  host: ExtensionInterface,
  type: GodotClass,
  method: ClassInfo['methods'][number],
): ClassMethodInfo {
  const dictionary = methodDictionary(method, 0);
  const call = callOf(method, dictionary, type, (description, functionName) => report(host, description, functionName));
  return {
    name: method.name,
    method_userdata: method.name,
    call_func: (_, instance, args) => call(instance, args),
    method_flags: dictionary.flags,
    has_return_value: method.returns.type !== 'void',
    return_value_info: dictionary.return,
    return_value_metadata: metadataOf(method.returns),
    argument_count: dictionary.args.length,
    arguments_info: dictionary.args,
    arguments_metadata: method.args.map(metadataOf),
    default_argument_count: dictionary.default_args.length,
    default_arguments: dictionary.default_args,
  };
}

function metadataOf({ meta }: TypeInfo): number {
  return meta === undefined ? 0 : (ARGUMENT_METADATA[meta] ?? 0);
}

function report(host: ExtensionInterface, message: string, functionName: string, kind: ReportKind = 'error'): void {
  if (kind === 'warning' && host.print_warning !== undefined) host.print_warning(message, functionName, '', 0, false);
  else host.print_error(message, functionName, '', 0, false);
}
