// Types of class descriptions, as ClassDB and the extension interface return them. The descriptions are generated from
// the sources of the classes (class-infos.generated.ts).

/** A type by Godot's name: `int`, `String`, `PackedByteArray`, `Variant`, `TLSOptions`, `enum::Error`, `void`. */
export interface TypeInfo {
  readonly type: string;
  /** Width of a number where the engine specifies it: `int32`, `uint16`, `float`, `double`. */
  readonly meta?: string;
}

export interface ArgumentInfo extends TypeInfo {
  readonly name: string;
  /** The default as a JavaScript value; missing without a default. */
  readonly default?: unknown;
}

export interface MethodInfo {
  readonly name: string;
  readonly args: readonly ArgumentInfo[];
  readonly returns: TypeInfo;
  readonly isConst?: true;
  readonly isStatic?: true;
  readonly isVirtual?: true;
  readonly isVararg?: true;
  /** Godot does not have it. */
  readonly isAddition?: true;
}

export interface PropertyInfo extends TypeInfo {
  readonly name: string;
  readonly getter: string;
  readonly setter: string;
  /** Godot's PropertyHint and its hint string: 1 for a range, 2 for the names of an enum. */
  readonly hint?: number;
  readonly hintString?: string;
  /** Godot's PropertyUsageFlags; when missing, the property is shown in editors and stored in files. */
  readonly usage?: number;
  readonly isAddition?: true;
}

export interface SignalInfo {
  readonly name: string;
  readonly args: readonly ArgumentInfo[];
  readonly isAddition?: true;
}

export interface EnumInfo {
  readonly name: string;
  readonly isBitfield?: true;
  readonly values: Readonly<Record<string, number>>;
  readonly isAddition?: true;
}

export interface ClassInfo {
  readonly name: string;
  /** Name of the base class; '' for Object. */
  readonly inherits: string;
  /** Scripts can't create objects of the class. */
  readonly isAbstract?: true;
  /** Godot does not have it. */
  readonly isAddition?: true;
  /** Members of this class alone, in the order of its source. */
  readonly methods: readonly MethodInfo[];
  readonly properties: readonly PropertyInfo[];
  readonly signals: readonly SignalInfo[];
  readonly enums: readonly EnumInfo[];
  /** Constants that belong to no enum. */
  readonly constants: Readonly<Record<string, number>>;
}
