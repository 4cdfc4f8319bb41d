// A host engine for the tests: it writes down what it is told, and calls what it was given.
import {
  type ClassCreationInfo,
  type ClassMethodInfo,
  type ExtensionInterface,
  initialize,
} from '../../host/extension/index.js';

/** What a host was told about a class. */
export interface HostClass {
  readonly parent: string;
  readonly creation: ClassCreationInfo;
  readonly methods: Map<string, ClassMethodInfo>;
  readonly constants: Map<string, [group: string, value: number]>;
  readonly properties: Map<string, { setter: string; getter: string; type: number }>;
  readonly signals: Map<string, number>;
}

/** A host that only writes down what it is told. `failsAt` throws in the registration of that class. */
export class Host implements ExtensionInterface {
  readonly classes = new Map<string, HostClass>();
  readonly gone: string[] = [];
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  readonly failsAt: string;
  /** Throws when these are taken back. */
  readonly clings = new Set<string>();
  library: unknown;

  constructor(failsAt = '') {
    this.failsAt = failsAt;
  }

  classdb_register_extension_class = (
    library: unknown,
    name: string,
    parent: string,
    creation: ClassCreationInfo,
  ): void => {
    if (name === this.failsAt) throw new Error('the host has had enough');
    this.library = library;
    if (parent !== '' && !this.classes.has(parent)) throw new Error(`${name} comes before ${parent}`);
    const empty = { methods: new Map(), constants: new Map(), properties: new Map(), signals: new Map() };
    this.classes.set(name, { parent, creation, ...empty });
  };
  classdb_register_extension_class_method = (_: unknown, name: string, info: ClassMethodInfo): void => {
    this.#of(name).methods.set(info.name, info);
  };
  classdb_register_extension_class_integer_constant = (
    _: unknown,
    name: string,
    group: string,
    constant: string,
    value: number,
  ): void => {
    this.#of(name).constants.set(constant, [group, value]);
  };
  classdb_register_extension_class_property: ExtensionInterface['classdb_register_extension_class_property'] = (
    _,
    name,
    info,
    setter,
    getter,
  ) => {
    this.#of(name).properties.set(info.name, { setter, getter, type: info.type });
  };
  classdb_register_extension_class_signal = (
    _: unknown,
    name: string,
    signal: string,
    args: readonly unknown[],
    count: number,
  ): void => {
    if (args.length !== count) throw new Error(`${signal} has ${args.length} arguments, not ${count}`);
    this.#of(name).signals.set(signal, count);
  };
  classdb_unregister_extension_class = (_: unknown, name: string): void => {
    if (this.clings.has(name)) throw new Error(`the host keeps ${name}`);
    this.gone.push(name);
  };
  print_error = (description: string): void => {
    this.errors.push(description);
  };
  print_warning? = (description: string): void => {
    this.warnings.push(description);
  };

  #of(name: string): HostClass {
    return this.classes.get(name) as HostClass;
  }

  make(name: string): object {
    const { creation } = this.#of(name);
    return creation.create_instance_func(creation.class_userdata) as object;
  }

  free(name: string, instance: object): void {
    const { creation } = this.#of(name);
    creation.free_instance_func(creation.class_userdata, instance);
  }

  /** An object of the class, or of one below it when it is abstract; TLSOptions come from a method of theirs. */
  some(name: string): object {
    if (name === 'TLSOptions') return this.call(name, 'client', null).return_value as object;
    const isBelow = (at: string): boolean => at === name || (at !== '' && isBelow(this.#of(at).parent));
    const isMade = (at: string): boolean => isBelow(at) && !this.#of(at).creation.is_abstract;
    return this.make([...this.classes.keys()].find(isMade) ?? name);
  }

  /** Calls a method of the class or of one above it. */
  call(name: string, method: string, instance: object | null, ...args: unknown[]) {
    for (let at = name; at !== ''; at = this.#of(at).parent) {
      const info = this.#of(at).methods.get(method);
      if (info !== undefined) return info.call_func(info.method_userdata, instance, args);
    }
    throw new Error(`no method ${method}`);
  }
}

/** A host that has been told everything. */
export function initialized(options: Parameters<typeof initialize>[1] = {}): Host {
  const host = new Host();
  initialize(host, options);
  return host;
}
