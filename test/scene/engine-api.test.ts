// The classes of websocketpeer/scene, held against what the engine says of its own (`godot4 --headless
// --dump-extension-api`, without hashes and the mark "required"): a part of their members is there, and what is there has
// to be the engine's.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ArgumentInfo, ClassInfo, MethodInfo } from '../../host/binding/class-info.js';
import { CLASS_INFO } from '../../host/binding/lineage.js';
import {
  MultiplayerSpawner,
  MultiplayerSynchronizer,
  Node,
  SceneReplicationConfig,
  SceneTree,
} from '../../host/scene/index.js';

interface GoldenArgument {
  name: string;
  type: string;
  meta?: string;
  default?: string;
}
interface GoldenMethod {
  name: string;
  args: GoldenArgument[];
  returns: { type: string; meta?: string };
  is_const?: true;
  is_static?: true;
  is_virtual?: true;
  is_vararg?: true;
}
interface GoldenClass {
  inherits: string;
  methods: GoldenMethod[];
  properties: { name: string; type: string; setter: string; getter: string }[];
  signals: { name: string; args: GoldenArgument[] }[];
  enums: Record<string, Record<string, number>>;
}

const golden = JSON.parse(readFileSync(new URL('../golden/scene-api.json', import.meta.url), 'utf8')) as {
  classes: Record<string, GoldenClass>;
};

const objects = {
  Node: new Node(),
  SceneTree: new SceneTree(),
  MultiplayerSpawner: new MultiplayerSpawner(),
  MultiplayerSynchronizer: new MultiplayerSynchronizer(),
  SceneReplicationConfig: new SceneReplicationConfig(),
};

/** Members that the engine has in another shape. */
const SHAPED_OTHERWISE: readonly string[] = [
  // There are no internal children.
  'Node.add_child',
  'Node.get_child',
  'Node.get_child_count',
  'Node.get_children',
  'Node.get_index',
  // Nor unique names, nor transforms.
  'Node.get_path_to',
  'Node.reparent',
  // A getter of a property is constant here.
  'MultiplayerSynchronizer.get_replication_config',
  // The engine's is a Window.
  'SceneTree.get_root',
];

function written(value: unknown, type: string): string {
  if (value === null) return 'null';
  if (type === 'NodePath') return `NodePath(${JSON.stringify(value)})`;
  return type === 'float' && Number.isInteger(value) ? `${value}.0` : JSON.stringify(value);
}

const argument = ({ name, type, meta, ...rest }: ArgumentInfo): GoldenArgument => ({
  name,
  type,
  ...(meta === undefined ? {} : { meta }),
  ...('default' in rest ? { default: written(rest.default, type) } : {}),
});

const method = (one: MethodInfo): GoldenMethod => ({
  name: one.name,
  args: one.args.map(argument),
  returns: one.returns,
  ...(one.isConst === true ? { is_const: true } : {}),
  ...(one.isStatic === true ? { is_static: true } : {}),
  ...(one.isVirtual === true ? { is_virtual: true } : {}),
  ...(one.isVararg === true ? { is_vararg: true } : {}),
});

const own = <T extends { isAddition?: true }>(items: readonly T[]): T[] =>
  items.filter(({ isAddition }) => !isAddition);

describe.each(Object.entries(objects))('%s', (name, object) => {
  const info: ClassInfo = object[CLASS_INFO]();
  const expected = golden.classes[name];

  it('has the engine’s base class, but for MainLoop', () => {
    expect([info.name, info.inherits]).toEqual([name, expected.inherits.replace('MainLoop', 'Object')]);
  });

  it('has no method, property, signal or enum that is not the engine’s, but for marked additions', () => {
    const actual: [unknown, readonly unknown[]][] = [
      ...own(info.methods).map((one): [unknown, readonly unknown[]] => [method(one), expected.methods]),
      ...own(info.properties).map(({ name: property, type, setter, getter }): [unknown, readonly unknown[]] => [
        { name: property, type: type.startsWith('enum::') ? 'int' : type, setter, getter },
        expected.properties,
      ]),
      ...own(info.signals).map(({ name: signal, args }): [unknown, readonly unknown[]] => [
        { name: signal, args: args.map(({ name: part, type }) => ({ name: part, type })) },
        expected.signals,
      ]),
      ...own(info.enums).map((one): [unknown, readonly unknown[]] => [
        [one.name, one.values],
        Object.entries(expected.enums),
      ]),
    ];
    const differing = actual.filter(([one, there]) => !there.some((other) => isDeepStrictEqual(one, other)));
    const names = differing.map(([one]) => `${name}.${(one as { name?: string }).name}`);
    expect(names.sort()).toEqual(SHAPED_OTHERWISE.filter((one) => one.startsWith(`${name}.`)).sort());
  });
});
