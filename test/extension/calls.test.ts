// Calls of a host into the classes: arguments, errors, and that every method can be called.
import { afterEach, describe, expect, it } from 'vitest';
import { CallErrorType, type ClassMethodInfo, deinitialize } from '../../host/extension/index.js';
import { TLSOptions, WebSocketPeer } from '../../host/index.js';
import { type HostClass, initialized } from './recording-host.js';

afterEach(() => deinitialize());

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
    ['connect_to_url', ['', {}], INVALID, 1, 24],
    ['callv', ['get_close_code', []], CALL_OK, 0, 0],
    ['callv', ['close', new Uint8Array(0)], CALL_OK, 0, 0],
    ['callv', ['get_close_code', 7], INVALID, 1, 28],
    ['call', ['close', 1000, 'varargs'], CALL_OK, 0, 0],
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

  it('refuses an object of another class, even when that has such a method', () => {
    const host = initialized();
    const { methods } = host.classes.get('WebSocketPeer') as HostClass;
    const { call_func } = methods.get('close') as ClassMethodInfo;
    for (const other of ['WebSocketMultiplayerPeer', 'HashingContext']) {
      expect(call_func(null, host.make(other), []).error.error).toBe(CallErrorType.CALL_ERROR_INVALID_METHOD);
    }
    expect(call_func(null, host.make('WebSocketPeer')).error.error).toBe(CALL_OK);
    expect(host.call('PacketPeer', 'get_available_packet_count', host.make('WebSocketPeer')).return_value).toBe(0);
  });

  it('connects a callable of the host to a signal', () => {
    const host = initialized();
    const peer = host.make('WebSocketMultiplayerPeer');
    const heard: unknown[] = [];
    const { creation } = host.classes.get('WebSocketMultiplayerPeer') as HostClass;
    expect(creation.connect_signal_func(peer, 'peer_connected', (...args) => heard.push(args))).toBe(0);
    host.call('WebSocketMultiplayerPeer', 'emit_signal', peer, 'peer_connected', 7);
    expect(heard).toEqual([[7]]);
    expect(creation.connect_signal_func(peer, 'no_such_signal', () => {})).toBe(31);
    expect(creation.connect_signal_func(peer, 'peer_connected', 'no callable' as never)).toBe(31);
    expect(host.errors.at(-1)).toContain('connect: callable must be a function');
  });
});

describe('every method of every class', () => {
  const [VARARG, STATIC] = [16, 32];
  /** Values that a host of few words gives for Variant types; null for all others. */
  const PLAIN = new Map<number, unknown>([
    [1, false],
    [2, 0],
    [3, 0],
    [4, ''],
    [21, ''],
    [25, () => {}],
    [28, []],
    [29, new Uint8Array(0)],
    [34, []],
  ]);
  const plainArguments = ({ arguments_info }: ClassMethodInfo): unknown[] =>
    arguments_info.map(({ type }) => PLAIN.get(type) ?? null);
  const names = [...initialized().classes.keys()];
  deinitialize();

  it.each(names)('%s: is called with plain values, refuses too many, too few, and no object', (name) => {
    const host = initialized();
    const { methods } = host.classes.get(name) as HostClass;
    for (const info of methods.values()) {
      const { call_func, method_userdata, method_flags, argument_count, default_argument_count } = info;
      const instance = (method_flags & STATIC) !== 0 ? null : host.some(name);
      const errorOf = (object: object | null, args: unknown[]): unknown[] => [
        info.name,
        call_func(method_userdata, object, args).error.error,
      ];
      const args = plainArguments(info);
      if (instance !== null) {
        expect(errorOf(null, args)).toEqual([info.name, CallErrorType.CALL_ERROR_INSTANCE_IS_NULL]);
      }
      if ((method_flags & VARARG) === 0) {
        expect(errorOf(instance, [...args, 0])).toEqual([info.name, CallErrorType.CALL_ERROR_TOO_MANY_ARGUMENTS]);
      }
      if (argument_count > default_argument_count) {
        expect(errorOf(instance, [])).toEqual([info.name, CallErrorType.CALL_ERROR_TOO_FEW_ARGUMENTS]);
      }
      expect(errorOf(instance, args)).toEqual([info.name, CallErrorType.CALL_OK]);
      if (instance !== null) host.free(name, instance);
    }
  });
});
