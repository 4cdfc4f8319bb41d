// The descriptions that are made from the sources of the classes, held against what the engine says of its own.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ArgumentInfo, ClassInfo, MethodInfo } from '../../host/binding/class-info.js';
import { CLASS_INFO, lineageOf } from '../../host/binding/lineage.js';
import type { GodotObject } from '../../host/binding/object.js';
import { allClasses } from '../../host/godot4/classes.generated.js';
import { ClassDB } from '../../host/index.js';

interface GoldenArgument {
  name: string;
  type: string;
  meta?: string;
  /** As a script would write it. */
  default?: string;
}

interface GoldenMethod {
  name: string;
  args: GoldenArgument[];
  returns: { type: string; meta?: string };
  is_const: boolean;
  is_static: boolean;
  is_virtual: boolean;
  is_vararg: boolean;
}

interface GoldenProperty {
  name: string;
  type: string;
  setter: string;
  getter: string;
  hint: number;
  hint_string: string;
  usage: number;
  default_from_classdb: unknown;
  value_on_subclass_instance?: unknown;
}

interface GoldenClass {
  inherits: string;
  is_instantiable: boolean;
  methods: GoldenMethod[];
  properties: GoldenProperty[];
  enums: Record<string, { is_bitfield: boolean; values: Record<string, number> }>;
  constants: Record<string, number>;
  signals: { name: string; args: GoldenArgument[] }[];
}

const golden: Record<string, GoldenClass> = JSON.parse(
  readFileSync(new URL('../golden/api4.json', import.meta.url), 'utf8'),
).classes;

/** Classes of the golden file that are not there yet. */
const MISSING: readonly string[] = [];

// The values of an enum are those of its class.
const infos = new Map(allClasses().map(({ prototype }) => [prototype[CLASS_INFO]().name, prototype[CLASS_INFO]()]));
const here = Object.keys(golden).filter((name) => infos.has(name));

/** The defaults of the golden file are scalars, which a script writes as JSON does. */
function fromScript(text: string): unknown {
  return JSON.parse(text);
}

const argumentOf = ({ name, type, meta, ...rest }: ArgumentInfo) => ({ name, type, meta, ...rest });

const goldenArgument = ({ name, type, meta, default: text }: GoldenArgument) => ({
  name,
  type,
  meta,
  ...(text === undefined ? {} : { default: fromScript(text) }),
});

const methodOf = (method: MethodInfo) => ({
  args: method.args.map(argumentOf),
  returns: { type: method.returns.type, meta: method.returns.meta },
  is_const: method.isConst ?? false,
  is_static: method.isStatic ?? false,
  is_virtual: method.isVirtual ?? false,
  is_vararg: method.isVararg ?? false,
});

const goldenMethod = (method: GoldenMethod) => ({
  args: method.args.map(goldenArgument),
  returns: { type: method.returns.type, meta: method.returns.meta },
  is_const: method.is_const,
  is_static: method.is_static,
  is_virtual: method.is_virtual,
  is_vararg: method.is_vararg,
});

const byName = <T extends { name: string }, R>(list: readonly T[], make: (entry: T) => R): Record<string, R> =>
  Object.fromEntries(list.map((entry) => [entry.name, make(entry)]));

const own = <T extends { isAddition?: true }>(list: readonly T[]): T[] => list.filter((entry) => !entry.isAddition);

/** A typed array and its like as the plain array that the golden file has. */
const plain = (value: unknown): unknown => (ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : value);

it('only the classes of this table are not there', () => {
  expect(Object.keys(golden).filter((name) => !infos.has(name))).toEqual(MISSING.filter((name) => !infos.has(name)));
});

it('each class describes itself, and no other one', () => {
  const prototypes = allClasses().map((entry) => entry.prototype as GodotObject);
  expect(prototypes.map((prototype) => Object.hasOwn(prototype, CLASS_INFO))).not.toContain(false);
  expect(prototypes.map((prototype) => prototype[CLASS_INFO]())).toEqual([...infos.values()]);
});

it('each class inherits from the one that its description names', () => {
  const named = ({ name }: ClassInfo, above: readonly ClassInfo[]) => [name, above.map((info) => info.name)];
  const chain = (info: ClassInfo | undefined): ClassInfo[] =>
    info === undefined ? [] : [info, ...chain(infos.get(info.inherits))];
  for (const entry of allClasses()) {
    const lineage = lineageOf(entry.prototype);
    expect(named(lineage[0], lineage)).toEqual(named(lineage[0], chain(lineage[0])));
  }
});

it('everything that is described is there', () => {
  const lacking = allClasses().flatMap((entry) => {
    const info = entry.prototype[CLASS_INFO]();
    const statics = [
      ...Object.keys(info.constants),
      ...info.enums.flatMap(({ name, values }) => [name, ...Object.keys(values)]),
    ];
    const isAbstract = (name: string): boolean => info.isAbstract === true && !(name in entry.prototype);
    const members = [...own(info.properties), ...info.methods.filter(({ isStatic }) => !isStatic)].map(
      ({ name }) => name,
    );
    return [
      ...members.filter((name) => !(name in entry.prototype) && !isAbstract(name)),
      ...[...statics, ...info.methods.filter(({ isStatic }) => isStatic).map(({ name }) => name)].filter(
        (name) => !(name in entry),
      ),
    ].map((name) => `${info.name}.${name}`);
  });
  expect(lacking).toEqual([]);
});

describe.each(here)('%s is the class that the engine has', (name) => {
  const info = infos.get(name) as ClassInfo;
  const engine = golden[name];

  it('inherits from the same class, and can be made or not', () => {
    expect(info.inherits).toBe(engine.inherits);
    expect(ClassDB.can_instantiate(name)).toBe(engine.is_instantiable);
    expect(info.isAddition).toBeUndefined();
  });

  it('has its methods: arguments, defaults, results, const, static', () => {
    expect(byName(own(info.methods), methodOf)).toEqual(byName(engine.methods, goldenMethod));
  });

  it('has its properties, read and written by the same methods', () => {
    const described = ClassDB.class_get_property_list(name, true).filter((entry) =>
      own(info.properties).some((property) => property.name === entry.name),
    );
    expect(byName(own(info.properties), ({ type, getter, setter }) => ({ type, getter, setter }))).toEqual(
      byName(engine.properties, ({ type, getter, setter }) => ({ type, getter, setter })),
    );
    expect(byName(described, ({ hint, hint_string, usage }) => ({ hint, hint_string, usage }))).toEqual(
      byName(engine.properties, ({ hint, hint_string, usage }) => ({ hint, hint_string, usage })),
    );
  });

  it('has the defaults of its properties', () => {
    const heirs = [...infos.values()].filter((heir) => !heir.isAbstract && ClassDB.is_parent_class(heir.name, name));
    for (const property of engine.properties) {
      const { value_on_subclass_instance: inherited, default_from_classdb: direct } = property;
      const value = plain(ClassDB.class_get_property_default_value(name, property.name));
      expect(value, property.name).toEqual(direct);
      if (inherited === undefined) continue;
      expect(heirs.length).toBeGreaterThan(0);
      expect(ClassDB.class_get_property_default_value(heirs[0].name, property.name)).toEqual(inherited);
    }
  });

  it('has its enums and constants', () => {
    const enums = byName(own(info.enums), ({ values, isBitfield }) => ({ values, is_bitfield: isBitfield ?? false }));
    expect(enums).toEqual(engine.enums);
    expect(info.constants).toEqual(engine.constants);
  });

  it('has its signals', () => {
    const signals = own(info.signals).map((signal) => ({ name: signal.name, args: signal.args.map(argumentOf) }));
    expect(signals).toEqual(engine.signals.map((signal) => ({ ...signal, args: signal.args.map(goldenArgument) })));
  });
});
