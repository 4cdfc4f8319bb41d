// Interface that a host engine offers to an extension, named after the functions and structures of GDExtension, as far
// as classes need them.
import type { PropertyDictionary } from '../binding/descriptions.js';

/** The host's library token: whatever it passed to `initialize`. */
export type Library = unknown;

/** An object of a class, as the host gets it from `create_instance_func` and gives it back. */
export type Instance = object;

/** GDExtensionCallErrorType. */
export const CallErrorType = Object.freeze({
  CALL_OK: 0,
  CALL_ERROR_INVALID_METHOD: 1,
  CALL_ERROR_INVALID_ARGUMENT: 2,
  CALL_ERROR_TOO_MANY_ARGUMENTS: 3,
  CALL_ERROR_TOO_FEW_ARGUMENTS: 4,
  CALL_ERROR_INSTANCE_IS_NULL: 5,
} as const);

/** Values of GDExtensionClassMethodArgumentMetadata by the names of widths in a class description. */
export const ARGUMENT_METADATA: Readonly<Record<string, number>> = Object.freeze({
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  uint8: 5,
  uint16: 6,
  uint32: 7,
  uint64: 8,
  float: 9,
  double: 10,
});

/** GDExtensionCallError. */
export interface CallError {
  readonly error: number;
  /** Index of the wrong argument, or the expected number of arguments. */
  readonly argument: number;
  /** Expected Variant type of the argument. */
  readonly expected: number;
}

/** Result of a call: a value, or the reason why it was not made. */
export interface CallResult {
  readonly return_value: unknown;
  readonly error: CallError;
}

/** GDExtensionClassCreationInfo. */
export interface ClassCreationInfo {
  readonly is_virtual: boolean;
  readonly is_abstract: boolean;
  readonly is_exposed: boolean;
  /** Creates an object; null when the class is abstract, or with a message when creating fails. Never throws. */
  readonly create_instance_func: (class_userdata: unknown) => Instance | null;
  /** Frees what the object holds. Never throws. */
  readonly free_instance_func: (class_userdata: unknown, instance: Instance) => void;
  /** Connects a callable of the host to a signal of an object; returns Godot's Error. Never throws. */
  readonly connect_signal_func: (instance: Instance, signal: string, callable: (...args: unknown[]) => void) => number;
  readonly class_userdata: unknown;
}

/** GDExtensionClassMethodInfo. */
export interface ClassMethodInfo {
  readonly name: string;
  readonly method_userdata: unknown;
  /** `instance` is null for a static method. Never throws. */
  readonly call_func: (method_userdata: unknown, instance: Instance | null, args?: readonly unknown[]) => CallResult;
  /** GDExtensionClassMethodFlags. */
  readonly method_flags: number;
  readonly has_return_value: boolean;
  readonly return_value_info: PropertyDictionary;
  /** GDExtensionClassMethodArgumentMetadata: width of a number, 0 when unknown. */
  readonly return_value_metadata: number;
  readonly argument_count: number;
  readonly arguments_info: readonly PropertyDictionary[];
  /** GDExtensionClassMethodArgumentMetadata of each argument. */
  readonly arguments_metadata: readonly number[];
  /** Number of final arguments with defaults. */
  readonly default_argument_count: number;
  readonly default_arguments: readonly unknown[];
}

/** The functions of a host that `initialize` calls. */
export interface ExtensionInterface {
  classdb_register_extension_class(
    library: Library,
    class_name: string,
    parent_class_name: string,
    creation_info: ClassCreationInfo,
  ): void;
  classdb_register_extension_class_method(library: Library, class_name: string, method_info: ClassMethodInfo): void;
  /** `enum_name` is '' for a constant that belongs to no enum. */
  classdb_register_extension_class_integer_constant(
    library: Library,
    class_name: string,
    enum_name: string,
    constant_name: string,
    constant_value: number,
    is_bitfield: boolean,
  ): void;
  classdb_register_extension_class_property(
    library: Library,
    class_name: string,
    info: PropertyDictionary,
    setter: string,
    getter: string,
  ): void;
  classdb_register_extension_class_signal(
    library: Library,
    class_name: string,
    signal_name: string,
    argument_info: readonly PropertyDictionary[],
    argument_count: number,
  ): void;
  classdb_unregister_extension_class(library: Library, class_name: string): void;
  /** `file` is '' and `line` 0: positions in JavaScript do not help the author of a script. */
  print_error(description: string, function_name: string, file: string, line: number, editor_notify: boolean): void;
  /** Optional: without it, warnings go to `print_error`. */
  print_warning?(description: string, function_name: string, file: string, line: number, editor_notify: boolean): void;
}
