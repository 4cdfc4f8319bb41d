// The description of the classes in the engine's layout, held against what the engine says entry by entry.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
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

interface Golden {
  classes: Record<string, GoldenClass>;
  global_enums: Record<string, Record<string, number>>;
}

const read = (name: string): Golden =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')) as Golden;
const golden = read('api4');
/** The engine's classes of which a part is there: what there is has to be the engine's. */
const partial = read('api4-partial');
/** Members of those that the engine has in another shape; the engine's virtual ones take pointers. */
const SHAPED_OTHERWISE: readonly string[] = [
  'MultiplayerAPI.get_multiplayer_peer',
  'Object.add_user_signal',
  'Object.connect',
  'Object.get_instance_id',
  'StreamPeerExtension._get_available_bytes',
  'StreamPeerExtension._get_data',
  'StreamPeerExtension._get_partial_data',
  'StreamPeerExtension._put_data',
  'StreamPeerExtension._put_partial_data',
];
const bare = describeApi();
const classes = new Map(bare.classes.map((one) => [one.name, one]));

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

const signalOf = ({ name, args }: GoldenClass['signals'][number]) => ({
  name,
  ...(args.length === 0 ? {} : { arguments: args.map(argument) }),
});
const enumOf = ([name, { is_bitfield, values }]: [string, GoldenClass['enums'][string]]) => ({
  name,
  is_bitfield,
  values: Object.entries(values).map(([key, value]) => ({ name: key, value })),
});

const byName = <T extends { name: string }>(items: readonly T[] = []): T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
const own = <T extends { websocketpeer_addition?: true }>(items: readonly T[] = []): T[] =>
  items.filter((item) => item.websocketpeer_addition !== true);

it('has every class of the golden file', () => {
  expect(Object.keys(golden.classes).filter((name) => !classes.has(name))).toEqual([]);
});

describe.each(Object.keys(golden.classes))('%s', (name) => {
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
    expect(byName(own(actual.signals))).toEqual(byName(expected.signals.map(signalOf)));
    expect(byName(own(actual.enums))).toEqual(byName(Object.entries(expected.enums).map(enumOf)));
  });
});

describe('classes of which a part is there', () => {
  it('are, with the others, all that there is', () => {
    const known = [...Object.keys(golden.classes), ...Object.keys(partial.classes)];
    const others = bare.classes.filter(({ name }) => !known.includes(name));
    expect(own(others).map(({ name }) => name)).toEqual([]);
  });

  it.each(Object.keys(partial.classes))('%s is of the same kind', (name) => {
    const { inherits = '', is_refcounted, is_instantiable, api_type } = classes.get(name) as ApiClass;
    expect(partial.classes[name]).toMatchObject({ inherits, is_refcounted, is_instantiable, api_type });
  });

  it.each(['MultiplayerAPI', 'SceneMultiplayer'])('%s has all that the engine has', (name) => {
    const { methods, properties, signals, enums } = classes.get(name) as ApiClass;
    const expected = partial.classes[name];
    const namesOf = (items: readonly { name: string }[] = []): string[] => items.map((one) => one.name).sort();
    expect(namesOf(own(methods))).toEqual(namesOf(expected.methods));
    expect(namesOf(own(properties))).toEqual(namesOf(expected.properties));
    expect(namesOf(own(signals))).toEqual(namesOf(expected.signals));
    expect(namesOf(own(enums))).toEqual(Object.keys(expected.enums).sort());
  });

  it('have nothing unmarked that the engine has not, hashes and defaults included', () => {
    const differing: string[] = [];
    for (const [name, expected] of Object.entries(partial.classes)) {
      const { methods, properties, signals, enums, constants } = classes.get(name) as ApiClass;
      const pairs: [readonly { name: string }[] | undefined, readonly unknown[]][] = [
        [own(methods), expected.methods.map(method)],
        [own(properties), expected.properties],
        [own(signals), expected.signals.map(signalOf)],
        [own(enums), Object.entries(expected.enums).map(enumOf)],
        [constants, Object.entries(expected.constants).map(([key, value]) => ({ name: key, value }))],
      ];
      for (const [actual = [], there] of pairs) {
        const isThere = (one: unknown): boolean => there.some((other) => isDeepStrictEqual(one, other));
        differing.push(...actual.filter((one) => !isThere(one)).map((one) => `${name}.${one.name}`));
      }
    }
    expect(differing.sort()).toEqual(SHAPED_OTHERWISE);
  });
});

it('has the header and every part of the layout, empty where it is not about classes', () => {
  const { header, classes: described, global_enums, ...others } = bare;
  expect(header).toEqual({
    version_major: 4,
    version_minor: 6,
    version_patch: 0,
    version_status: 'stable',
    version_build: 'websocketpeer',
    version_full_name: 'websocketpeer for Godot 4.6',
    precision: 'single',
  });
  expect([described.length > 0, global_enums.length]).toEqual([true, 1]);
  expect(Object.keys(others).sort()).toEqual([
    'builtin_class_member_offsets',
    'builtin_class_sizes',
    'builtin_classes',
    'global_constants',
    'native_structures',
    'singletons',
    'utility_functions',
  ]);
  expect(Object.values(others).flat()).toEqual([]);
});

it('has the Error enum', () => {
  const [errors] = bare.global_enums;
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

/** `api` without its words. */
function withoutWords(api: unknown): unknown {
  const drop = (key: string, value: unknown): unknown => (/^(brief_)?description$/.test(key) ? undefined : value);
  return JSON.parse(JSON.stringify(api, drop));
}

describe('the words', () => {
  const described = (name: string, from = extension_api): ApiClass =>
    from.classes.find((one) => one.name === name) as ApiClass;
  const about = (name: string, member: string, from = extension_api): string | undefined => {
    const { methods = [], properties = [], signals = [], constants = [], enums = [] } = described(name, from);
    const all = [...methods, ...properties, ...signals, ...constants, ...enums.flatMap(({ values }) => values)];
    return all.find((one) => one.name === member)?.description;
  };

  it('are in `extension_api`, and in what is described with `docs`', () => {
    expect(describeApi('4.6', { docs: true })).toEqual(extension_api);
    expect(JSON.stringify(bare)).not.toMatch(/"(brief_)?description"/);
    for (const profile of ['3.6', '4.3', '4.6'] as const) {
      const api = describeApi(profile, { docs: true });
      expect(withoutWords(api)).toEqual(describeApi(profile));
      expect(JSON.stringify(api)).toMatch(/"brief_description"/);
    }
  });

  it.each(['3.6', '4.3', '4.6'] as const)('%s: are there for everything but the methods of properties', (profile) => {
    const silent: string[] = [];
    for (const one of describeApi(profile, { docs: true }).classes) {
      const { name, methods = [], properties = [], signals = [], constants = [], enums = [] } = one;
      if (!one.brief_description || one.description === undefined) silent.push(name);
      const access = properties.flatMap(({ getter, setter }) => [getter, setter]);
      const isAccess = (member: string): boolean => access.includes(member);
      const members = [...methods.filter((method) => !isAccess(method.name)), ...properties, ...signals, ...constants];
      const values = enums.flatMap((group) => group.values);
      silent.push(...[...members, ...values].filter((member) => !member.description).map((it) => `${name}.${it.name}`));
      const twice = methods.filter((method) => isAccess(method.name) && method.description !== undefined);
      silent.push(...twice.map((method) => `${name}.${method.name} twice`));
    }
    expect(silent).toEqual([]);
  });

  it('are those of the doc comments, in BBCode', () => {
    const { brief_description, description } = described('WebSocketPeer');
    expect(brief_description).toBe('A WebSocket connection, client or server side.');
    expect(description).toContain('[method poll]');
    expect(description).toContain('[codeblock lang=text]\nsocket.poll();\n');
    expect(about('WebSocketPeer', 'send')).toMatch(/^Sends \[param message\] as one packet, binary unless \[param /);
    expect(about('WebSocketPeer', 'send')).toContain('[constant ERR_OUT_OF_MEMORY]');
    expect(about('WebSocketPeer', 'send')).toContain('[member outbound_buffer_size]');
    expect(about('WebSocketPeer', 'get_handshake_timeout')).toBeUndefined();
    expect(about('WebSocketPeer', 'accept_stream')).toContain('\n[b]Note:[/b] ');
    expect(about('MultiplayerPeer', 'CONNECTION_CONNECTED')).toMatch(/\w/);
    expect(about('SceneMultiplayer', 'peer_packet')).toContain('[method send_bytes]');
    expect(about('Object', 'get_meta')).toContain('[param default]');
    expect(JSON.stringify(extension_api)).not.toMatch(/\*\*|`/);
  });

  it('have links to what there is', () => {
    const dead: string[] = [];
    for (const profile of ['3.6', '4.6'] as const) {
      const { classes: all, global_enums } = describeApi(profile, { docs: true });
      const byClass = new Map(all.map((one) => [one.name, one]));
      const errors = global_enums.flatMap(({ values }) => values.map(({ name }) => name));
      const has = (kind: string, owner: string, member: string): boolean => {
        const one = byClass.get(owner);
        if (one === undefined) return false;
        const { methods, properties, signals, constants = [], enums = [], inherits = '' } = one;
        const lists = { method: methods, member: properties, signal: signals, enum: enums };
        const values = [...constants, ...enums.flatMap(({ values: items }) => items)];
        const list = kind === 'constant' ? values : (lists[kind as keyof typeof lists] ?? []);
        return list.some(({ name }) => name === member) || has(kind, inherits, member);
      };
      for (const one of all) {
        for (const [, kind, owner = one.name, member] of JSON.stringify(one).matchAll(
          /\[(method|member|signal|constant|enum) (?:(\w+)\.)?(\w+)\]/g,
        )) {
          if (!has(kind, owner, member) && !errors.includes(member))
            dead.push(`${one.name}: ${kind} ${owner}.${member}`);
        }
      }
    }
    expect(dead).toEqual([]);
  });

  it('of moved members are found in the class that had them', () => {
    const old = describeApi('4.3', { docs: true });
    expect(about('TCPServer', 'is_connection_available', old)).toBe(about('SocketServer', 'is_connection_available'));
  });

  it('have no links to parameters for Godot 3, which knows none', () => {
    expect(JSON.stringify(describeApi('3.6', { docs: true }))).not.toMatch(/\[param |lang=text/);
  });
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

  it('speaks of no class and no enum that is not there', () => {
    const known = new Set(old.keys());
    for (const gone of [...classes.keys()].filter((name) => !known.has(name))) {
      expect(JSON.stringify([...old.values()])).not.toMatch(new RegExp(`\\b${gone}\\b`));
    }
    const status = old.get('StreamPeerTCP')?.methods?.find(({ name }) => name === 'get_status');
    expect(status).toMatchObject({ hash: 859471121, return_value: { type: 'enum::StreamPeerTCP.Status' } });
    expect(status).not.toHaveProperty('hash_compatibility');
  });

  it('has a hash for every method that the engine has', () => {
    const moved = old.get('StreamPeerTCP')?.methods?.filter((one) => !one.websocketpeer_addition) ?? [];
    expect(moved.filter(({ hash }) => hash === undefined)).toEqual([]);
  });

  it('is one of those that there are', () => {
    expect(() => describeApi('5.0' as never)).toThrow(/'4\.3', '4\.6', got '5\.0'/);
  });
});
