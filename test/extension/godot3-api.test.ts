// The description of Godot 3's classes, held against what Godot 3.6 says of them entry by entry.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ApiArgument, type ApiClass, describeApi } from '../../host/extension/index.js';
import * as godot3 from '../../host/godot3/index.js';

interface GoldenArgument {
  name: string;
  type: string;
  /** Missing where there is none; arrays as Godot writes them. */
  default?: unknown;
}
interface GoldenMethod {
  name: string;
  args: GoldenArgument[];
  return: string;
  const: boolean;
  virtual: boolean;
  vararg: boolean;
}
interface GoldenProperty {
  name: string;
  type: string;
  getter: string;
  setter: string;
  default: unknown;
}
interface GoldenClass {
  inherits: string;
  can_instance: boolean;
  methods: GoldenMethod[];
  properties: GoldenProperty[];
  signals: { name: string; args: GoldenArgument[] }[];
  enums: Record<string, Record<string, number>>;
  constants: Record<string, number>;
}

const golden = JSON.parse(readFileSync(new URL('../golden/godot3-api.json', import.meta.url), 'utf8')) as {
  classes: Record<string, GoldenClass>;
};
const api = describeApi('3.6');
const classes = new Map(api.classes.map((one) => [one.name, one]));
/** Classes of the engine that have nothing to do with WebSockets, or that only other classes of these use. */
const ELSEWHERE = [
  'Crypto',
  'EncodedObjectAsID',
  'HTTPClient',
  'MultiplayerAPI',
  'PacketPeerStream',
  'PacketPeerUDP',
  'StreamPeer',
  'StreamPeerBuffer',
  'StreamPeerSSL',
  'StreamPeerTCP',
  'TCP_Server',
];
const names = Object.keys(golden.classes).filter((name) => !ELSEWHERE.includes(name));

const byName = <T extends { name: string }>(items: readonly T[] = []): T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
const own = <T extends { websocketpeer_addition?: true }>(items: readonly T[] = []): T[] =>
  items.filter((item) => item.websocketpeer_addition !== true);
const written = (value: unknown): string =>
  typeof value === 'object' && value !== null ? (value as { str: string }).str : JSON.stringify(value);

function argumentsOf(args: readonly GoldenArgument[]): { arguments?: ApiArgument[] } {
  const described = args.map(({ name, type, default: value }) => ({
    name,
    type,
    ...(value === undefined ? {} : { default_value: written(value) }),
  }));
  return described.length === 0 ? {} : { arguments: described };
}

const methodOf = (method: GoldenMethod) => ({
  name: method.name,
  is_const: method.const,
  is_vararg: method.vararg,
  is_static: false,
  is_virtual: method.virtual,
  ...(method.return === 'void' ? {} : { return_value: { type: method.return } }),
  ...argumentsOf(method.args),
});
const enumOf = ([name, values]: [string, Record<string, number>]) => ({
  name,
  is_bitfield: false,
  values: Object.entries(values).map(([key, value]) => ({ name: key, value })),
});

it('has every class of the golden file that has to do with WebSockets, and what they stand on', () => {
  expect(names.filter((name) => !classes.has(name))).toEqual([]);
  expect([...classes.keys()].filter((name) => !names.includes(name))).toEqual([
    'Object',
    'Resource',
    'WebSocketSettings',
  ]);
});

describe.each(names)('%s', (name) => {
  const expected = golden.classes[name];
  const actual = classes.get(name) as ApiClass;

  it('is what the engine says: parent, kind and constants', () => {
    expect([actual.inherits, actual.is_refcounted, actual.api_type]).toEqual([expected.inherits, true, 'core']);
    expect(actual.is_instantiable).toBe(expected.can_instance);
    const constants = (actual.constants ?? []).map((one): [string, number] => [one.name, one.value]);
    expect(Object.fromEntries(constants)).toEqual(expected.constants);
  });

  it('has its methods, with arguments and defaults', () => {
    expect(byName(own(actual.methods))).toEqual(byName(expected.methods.map(methodOf)));
  });

  it('has its properties, signals and enums', () => {
    const properties = expected.properties.map(({ name: property, type, setter, getter }) => ({
      type,
      name: property,
      setter,
      getter,
    }));
    expect(byName(own(actual.properties))).toEqual(byName(properties));
    const signals = expected.signals.map((signal) => ({ name: signal.name, ...argumentsOf(signal.args) }));
    expect(byName(own(actual.signals))).toEqual(byName(signals));
    expect(byName(own(actual.enums))).toEqual(byName(Object.entries(expected.enums).map(enumOf)));
  });

  it('has the values of its properties in a fresh object, by name and by getter', () => {
    // What can't be made is looked at in a class that inherits from it.
    const of = expected.can_instance ? name : 'WebSocketClient';
    const object = new (godot3 as unknown as Record<string, new () => Record<string, unknown>>)[of]();
    for (const { name: property, getter, default: value } of expected.properties) {
      expect([property, object[property]]).toEqual([property, value]);
      expect((object[getter] as () => unknown)()).toEqual(value);
    }
  });

  it('has its constants and enums in JavaScript', () => {
    const type = (godot3 as unknown as Record<string, Record<string, unknown>>)[name];
    for (const [constant, value] of Object.entries(expected.constants)) expect(type[constant]).toBe(value);
    for (const [group, values] of Object.entries(expected.enums)) {
      expect(type[group]).toEqual(values);
      for (const [constant, value] of Object.entries(values)) expect(type[constant]).toBe(value);
    }
  });
});

it('has the header of Godot 3.6, no hash, and is plain JSON', () => {
  const { version_major, version_minor, version_full_name } = api.header;
  expect([version_major, version_minor, version_full_name]).toEqual([3, 6, 'websocketpeer for Godot 3.6']);
  expect(JSON.stringify(api)).not.toMatch(/"hash|"meta"|RefCounted|Packed|StringName|enum::|typedarray/);
  expect(JSON.parse(JSON.stringify(api))).toEqual(api);
});

it('marks what Godot 3 does not have', () => {
  const marked = (name: string): string[] => {
    const { methods = [], signals = [], properties = [] } = classes.get(name) as ApiClass;
    return [...methods, ...signals, ...properties].filter((one) => one.websocketpeer_addition).map((one) => one.name);
  };
  expect(marked('WebSocketMultiplayerPeer')).toEqual([
    'get_peer_settings',
    'set_peer_settings',
    'activity',
    'peer_settings',
  ]);
  expect(marked('WebSocketServer')).toEqual([
    'get_reuse_port',
    'set_reuse_port',
    'get_max_peers',
    'set_max_peers',
    'set_tls_options',
    'drain',
    'get_local_port',
    'get_peer_data',
    'reuse_port',
    'max_peers',
  ]);
  expect(marked('WebSocketClient')).toEqual(['get_failure']);
});
