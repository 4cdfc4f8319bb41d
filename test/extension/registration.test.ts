// Registering with a host engine: what it is told, in which order, how it calls, and how all of it is taken back.
import { afterEach, describe, expect, it } from 'vitest';
import {
  CallErrorType,
  type ClassCreationInfo,
  type ClassMethodInfo,
  deinitialize,
  type ExtensionInterface,
  initialize,
} from '../../host/extension/index.js';
import { TLSOptions, WebSocketPeer } from '../../host/index.js';

interface HostClass {
  readonly parent: string;
  readonly creation: ClassCreationInfo;
  readonly methods: Map<string, ClassMethodInfo>;
  readonly constants: Map<string, [group: string, value: number]>;
  readonly properties: Map<string, { setter: string; getter: string; type: number }>;
  readonly signals: Map<string, number>;
}

/** A host that only writes down. `failsAt` throws in the registration of that class. */
class Host implements ExtensionInterface {
  readonly classes = new Map<string, HostClass>();
  readonly gone: string[] = [];
  readonly errors: string[] = [];
  readonly failsAt: string;
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
    expect(args).toHaveLength(count);
    this.#of(name).signals.set(signal, count);
  };
  classdb_unregister_extension_class = (_: unknown, name: string): void => {
    this.gone.push(name);
  };
  print_error = (description: string): void => {
    this.errors.push(description);
  };

  #of(name: string): HostClass {
    return this.classes.get(name) as HostClass;
  }

  make(name: string): object {
    const { creation } = this.#of(name);
    return creation.create_instance_func(creation.class_userdata) as object;
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

function initialized(options: Parameters<typeof initialize>[1] = {}): Host {
  const host = new Host();
  initialize(host, options);
  return host;
}

afterEach(() => deinitialize());

describe('initialize', () => {
  it('registers every class after the one above it, with all that it has', () => {
    const host = initialized({ library: 'mine' });
    expect(host.library).toBe('mine');
    expect([...host.classes.keys()].slice(0, 2)).toEqual(['Object', 'RefCounted']);
    const peer = host.classes.get('WebSocketPeer') as HostClass;
    expect(peer.parent).toBe('PacketPeer');
    expect(peer.constants.get('STATE_OPEN')).toEqual(['State', 1]);
    expect(peer.properties.get('supported_protocols')).toEqual({
      setter: 'set_supported_protocols',
      getter: 'get_supported_protocols',
      type: 34,
    });
    const send = peer.methods.get('send') as ClassMethodInfo;
    expect([send.argument_count, send.default_argument_count, send.default_arguments]).toEqual([2, 1, [1]]);
    expect(host.classes.get('MultiplayerPeer')?.signals.get('peer_connected')).toBe(1);
    expect(host.classes.get('MultiplayerPeer')?.constants.get('TARGET_PEER_SERVER')).toEqual(['', 1]);
    expect(host.classes.get('PacketPeer')?.creation.is_abstract).toBe(true);
    expect(host.classes.get('PacketPeer')?.creation.create_instance_func(null)).toBeNull();
  });

  it('is taken back by deinitialize, those below first, and may come again', () => {
    const host = initialized();
    const names = [...host.classes.keys()];
    expect(() => initialize(host)).toThrow('deinitialize');
    deinitialize();
    expect(host.gone).toEqual(names.reverse());
    deinitialize();
    expect(host.gone).toHaveLength(names.length);
    expect(initialized().classes.size).toBe(names.length);
  });

  it('leaves nothing half registered when the host fails', () => {
    const host = new Host('WebSocketPeer');
    expect(() => initialize(host)).toThrow('had enough');
    expect(host.gone).toEqual([...host.classes.keys()].reverse());
    expect(initialized().classes.has('WebSocketPeer')).toBe(true);
  });

  it('names a function that the host lacks', () => {
    expect(() => initialize({} as never)).toThrow(/classdb_register_extension_class/);
    expect(() => initialize(new Host(), { profile: '3.5' as never })).toThrow(RangeError);
  });

  it('gives what classes print to the host', () => {
    const host = initialized();
    const peer = host.make('WebSocketPeer');
    expect(host.call('WebSocketPeer', 'send', peer, new Uint8Array(1))).toMatchObject({ return_value: 1 });
    expect(host.errors.join()).toContain('not open');
  });
});

describe('call_func', () => {
  const { CALL_OK, CALL_ERROR_INVALID_ARGUMENT: INVALID, CALL_ERROR_INSTANCE_IS_NULL: NO_INSTANCE } = CallErrorType;
  const { CALL_ERROR_TOO_FEW_ARGUMENTS: FEW, CALL_ERROR_TOO_MANY_ARGUMENTS: MANY } = CallErrorType;

  it.each<[string, unknown[], number, number, number]>([
    ['set_max_queued_packets', [3.9], CALL_OK, 0, 0],
    ['set_max_queued_packets', [true], CALL_OK, 0, 0],
    ['set_max_queued_packets', [7n], CALL_OK, 0, 0],
    ['set_max_queued_packets', ['3'], INVALID, 0, 2],
    ['set_max_queued_packets', [Number.NaN], INVALID, 0, 2],
    ['set_max_queued_packets', [], FEW, 1, 0],
    ['set_max_queued_packets', [1, 2], MANY, 1, 0],
    ['set_heartbeat_interval', [2], CALL_OK, 0, 0],
    ['set_heartbeat_interval', [null], INVALID, 0, 3],
    ['set_supported_protocols', [['a']], CALL_OK, 0, 0],
    ['set_supported_protocols', [[1]], INVALID, 0, 34],
    ['connect_to_url', [7], INVALID, 0, 4],
    ['connect_to_url', ['', new WebSocketPeer()], INVALID, 1, 24],
    ['connect_to_url', ['', null], CALL_OK, 0, 0],
    ['send', [[1, 2, 3]], CALL_OK, 0, 0],
    ['send', [['a']], INVALID, 0, 29],
    ['set_no_delay', [1], CALL_OK, 0, 0],
    ['put_var', [{ any: ['thing'] }], CALL_OK, 0, 0],
  ])('%s(%o)', (method, args, error, argument, expected) => {
    const host = initialized();
    const result = host.call('WebSocketPeer', method, host.make('WebSocketPeer'), ...args);
    expect(result.error).toEqual({ error, argument, expected });
  });

  it('needs an object, except for static methods', () => {
    const host = initialized();
    for (const instance of [null, {}]) {
      expect(host.call('WebSocketPeer', 'poll', instance).error.error).toBe(NO_INSTANCE);
    }
    const { return_value: options } = host.call('TLSOptions', 'client', null);
    expect(options).toBeInstanceOf(TLSOptions);
    const peer = host.make('WebSocketPeer');
    expect(host.call('WebSocketPeer', 'connect_to_url', peer, 'wss://', options)).toMatchObject({ return_value: 31 });
  });

  it('throws nothing into the host', () => {
    const host = initialized();
    const result = host.call('WebSocketPeer', 'put_var', host.make('WebSocketPeer'), Symbol('none'));
    expect(result).toMatchObject({ return_value: null, error: { error: CALL_OK } });
    expect(host.errors.join()).toContain('put_var');
  });

  it('every method of every class can be called through the host', () => {
    const host = initialized();
    for (const [name, { methods, creation }] of host.classes) {
      const instance = creation.is_abstract ? null : host.make(name);
      for (const { argument_count, default_argument_count } of methods.values()) {
        expect(default_argument_count).toBeLessThanOrEqual(argument_count);
      }
      if (instance === null) continue;
      for (const method of methods.keys())
        expect(
          typeof (instance as Record<string, unknown>)[method] === 'function' || method in instance.constructor,
        ).toBe(true);
      creation.free_instance_func(creation.class_userdata, instance);
    }
  });

  it('connects a callable of the host to a signal', () => {
    const host = initialized();
    const peer = host.make('WebSocketMultiplayerPeer');
    const heard: unknown[] = [];
    const { creation } = host.classes.get('WebSocketMultiplayerPeer') as HostClass;
    expect(creation.connect_signal_func(peer, 'peer_connected', (...args) => heard.push(args))).toBe(0);
    host.call('WebSocketMultiplayerPeer', 'emit_signal', peer, 'peer_connected', 7);
    expect(heard).toEqual([[7]]);
  });
});

describe('profiles', () => {
  it.each([
    ['4.3', 2048, false],
    ['4.6', 4096, true],
  ] as const)('%s: %i packets may wait', (profile, packets, hasHeartbeat) => {
    const host = initialized({ profile });
    for (const name of ['WebSocketPeer', 'WebSocketMultiplayerPeer']) {
      expect(host.call(name, 'get_max_queued_packets', host.make(name)).return_value).toBe(packets);
    }
    expect(host.classes.get('WebSocketPeer')?.methods.has('set_heartbeat_interval')).toBe(hasHeartbeat);
  });
});
