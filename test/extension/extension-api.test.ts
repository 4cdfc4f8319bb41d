// The description of the classes in the engine's layout, held against what the engine says entry by entry.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ApiClass, type ApiMethod, describeApi, extension_api } from '../../host/extension/index.js';

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
  is_const: boolean;
  is_static: boolean;
  is_virtual: boolean;
  is_vararg: boolean;
  hash: number;
  hash_compatibility?: number[];
}
interface GoldenClass {
  inherits: string;
  is_refcounted: boolean;
  is_instantiable: boolean;
  api_type: string;
  methods: GoldenMethod[];
  properties: { name: string; type: string; setter: string; getter: string }[];
  enums: Record<string, { is_bitfield: boolean; values: Record<string, number> }>;
  constants: Record<string, number>;
  signals: { name: string; args: GoldenArgument[] }[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/api4.json', import.meta.url), 'utf8')) as {
  classes: Record<string, GoldenClass>;
  global_enums: Record<string, Record<string, number>>;
};
/** Classes of the golden file that are not there yet. */
const MISSING: readonly string[] = [];
const classes = new Map(extension_api.classes.map((one) => [one.name, one]));

const argument = ({ name, type, meta, default: value }: GoldenArgument): unknown => ({
  name,
  type,
  ...(meta === undefined ? {} : { meta }),
  ...(value === undefined ? {} : { default_value: value }),
});

function method({ args, returns, hash_compatibility, ...rest }: GoldenMethod): unknown {
  return {
    ...rest,
    ...(hash_compatibility === undefined ? {} : { hash_compatibility }),
    ...(returns.type === 'void' ? {} : { return_value: returns }),
    ...(args.length === 0 ? {} : { arguments: args.map(argument) }),
  };
}

const byName = <T extends { name: string }>(items: readonly T[] = []): T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
const own = <T extends { websocketpeer_addition?: true }>(items: readonly T[] = []): T[] =>
  items.filter((item) => item.websocketpeer_addition !== true);

it('has every class of the golden file', () => {
  expect(Object.keys(golden.classes).filter((name) => !classes.has(name))).toEqual(MISSING);
});

describe.each(Object.keys(golden.classes).filter((name) => !MISSING.includes(name)))('%s', (name) => {
  const expected = golden.classes[name];
  const actual = classes.get(name) as ApiClass;

  it('is what the engine says: parent, kind and constants', () => {
    const { inherits, is_refcounted, is_instantiable, api_type, constants = [] } = actual;
    expect({ inherits, is_refcounted, is_instantiable, api_type }).toEqual({
      inherits: expected.inherits,
      is_refcounted: expected.is_refcounted,
      is_instantiable: expected.is_instantiable,
      api_type: expected.api_type,
    });
    expect(Object.fromEntries(constants.map((one) => [one.name, one.value]))).toEqual(expected.constants);
  });

  it('has its methods, with hashes and defaults', () => {
    expect(byName(own(actual.methods))).toEqual(byName(expected.methods.map(method) as ApiMethod[]));
  });

  it('has its properties, signals and enums', () => {
    const properties = expected.properties.map(({ name: property, type, setter, getter }) => ({
      type,
      name: property,
      setter,
      getter,
    }));
    expect(byName(own(actual.properties))).toEqual(byName(properties));
    const signals = expected.signals.map(({ name: signal, args }) => ({
      name: signal,
      ...(args.length === 0 ? {} : { arguments: args.map(argument) }),
    }));
    expect(byName(own(actual.signals))).toEqual(byName(signals));
    const enums = Object.entries(expected.enums).map(([group, { is_bitfield, values }]) => ({
      name: group,
      is_bitfield,
      values: Object.entries(values).map(([key, value]) => ({ name: key, value })),
    }));
    expect(byName(own(actual.enums))).toEqual(byName(enums));
  });
});

it('has the Error enum', () => {
  const [errors] = extension_api.global_enums;
  expect(errors.name).toBe('Error');
  expect(Object.fromEntries(errors.values.map(({ name, value }) => [name, value]))).toEqual(golden.global_enums.Error);
});

it('marks what Godot does not have', () => {
  const peer = classes.get('WebSocketPeer');
  const marked = (items: readonly { name: string; websocketpeer_addition?: true }[] = []): string[] =>
    items.filter(({ websocketpeer_addition }) => websocketpeer_addition).map(({ name }) => name);
  expect(marked(peer?.methods)).toContain('get_packet_into');
  expect(marked(peer?.properties)).toContain('handshake_timeout');
  expect(marked(peer?.signals)).toEqual(['activity']);
});

it('is plain JSON', () => {
  expect(JSON.parse(JSON.stringify(extension_api))).toEqual(extension_api);
});

describe('the profile 4.3', () => {
  const old = new Map(describeApi('4.3').classes.map((one) => [one.name, one]));
  const names = (items: readonly { name: string }[] = []): string[] => items.map(({ name }) => name);

  it('has no heartbeat', () => {
    expect(names(old.get('WebSocketPeer')?.properties)).not.toContain('heartbeat_interval');
    expect(names(old.get('WebSocketPeer')?.methods).filter((name) => name.includes('heartbeat'))).toEqual([]);
  });

  it('has the streams that there were, with all that they had', () => {
    expect(old.has('StreamPeerSocket')).toBe(false);
    expect(old.has('SocketServer')).toBe(false);
    expect(old.get('StreamPeerTCP')?.inherits).toBe('StreamPeer');
    expect(names(old.get('StreamPeerTCP')?.methods)).toEqual(
      expect.arrayContaining(['poll', 'get_status', 'disconnect_from_host', 'connect_to_host']),
    );
    expect(names(old.get('StreamPeerTCP')?.enums)).toEqual(['Status']);
    expect(old.get('TCPServer')?.inherits).toBe('RefCounted');
    expect(names(old.get('TCPServer')?.methods)).toContain('is_connection_available');
    expect(names(old.get('TCPServer')?.methods)).not.toContain('take_socket_connection');
  });

  it('is one of those that there are', () => {
    expect(() => describeApi('5.0' as never)).toThrow(/'4\.3', '4\.6', got '5\.0'/);
  });
});
