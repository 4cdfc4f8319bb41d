// Registering with a host engine: what it is told, in which order, and how all of it is taken back.
import { afterEach, describe, expect, it } from 'vitest';
import { printWarning } from '../../host/binding/error-handler.js';
import { type ClassMethodInfo, deinitialize, initialize } from '../../host/extension/index.js';
import { set_compatibility_profile, WebSocketSettings } from '../../host/index.js';
import { Host, type HostClass, initialized } from './recording-host.js';

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
    const close = peer.methods.get('close') as ClassMethodInfo;
    expect([close.has_return_value, close.return_value_metadata, close.arguments_metadata]).toEqual([false, 0, [3, 0]]);
    expect(peer.methods.get('get_heartbeat_interval')?.return_value_metadata).toBe(10);
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

  it('takes the other classes back when the host keeps one, and says why', () => {
    const host = initialized();
    host.clings.add('PacketPeer').add('Crypto');
    const others = [...host.classes.keys()].reverse().filter((name) => !host.clings.has(name));
    const last = [...host.classes.keys()].findLast((name) => host.clings.has(name));
    expect(() => deinitialize()).toThrow(`the host keeps ${last}`);
    expect(host.gone).toEqual(others);
    expect(initialized().classes.size).toBe(host.classes.size);
  });

  it('refuses a host that initializes again while it is being told', () => {
    const host = new Host();
    const inner = new Host();
    host.classdb_register_extension_class_signal = () => initialize(inner);
    expect(() => initialize(host)).toThrow('call deinitialize first');
    expect(inner.classes.size).toBe(0);
    expect(host.gone).toEqual([...host.classes.keys()].reverse());
    expect(initialized().classes.has('WebSocketPeer')).toBe(true);
  });

  it('throws the first error when the host fails in taking back, too', () => {
    const host = new Host('WebSocketPeer');
    host.clings.add('RefCounted');
    expect(() => initialize(host)).toThrow('had enough');
    expect(host.gone).toEqual([...host.classes.keys()].reverse().filter((name) => name !== 'RefCounted'));
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

  it('gives warnings as warnings to a host that tells them apart, as errors to another', () => {
    const [telling, plain] = [new Host(), new Host()];
    delete plain.print_warning;
    for (const host of [telling, plain]) {
      initialize(host);
      printWarning('mind the gap');
      deinitialize();
    }
    expect([telling.warnings, telling.errors]).toEqual([['mind the gap'], []]);
    expect(plain.errors).toEqual(['mind the gap']);
  });
});

describe('profiles', () => {
  it.each([
    ['4.3', 2048, false],
    ['4.6', 4096, true],
  ] as const)('%s: %i packets may wait', (profile, packets, hasHeartbeat) => {
    const host = initialized({ profile });
    for (const name of ['WebSocketPeer', 'WebSocketMultiplayerPeer', 'WebSocketSettings']) {
      expect(host.call(name, 'get_max_queued_packets', host.make(name)).return_value).toBe(packets);
    }
    expect(host.classes.get('WebSocketPeer')?.methods.has('set_heartbeat_interval')).toBe(hasHeartbeat);
  });

  it('is that of set_compatibility_profile unless another is given, and is so again afterwards', () => {
    const former = set_compatibility_profile('4.3');
    try {
      const own = initialized();
      expect(own.classes.get('WebSocketPeer')?.methods.has('set_heartbeat_interval')).toBe(false);
      expect(new WebSocketSettings().max_queued_packets).toBe(2048);
      deinitialize();
      initialized({ profile: '4.6' });
      expect(new WebSocketSettings().max_queued_packets).toBe(4096);
      deinitialize();
      expect(new WebSocketSettings().max_queued_packets).toBe(2048);
    } finally {
      set_compatibility_profile(former);
    }
  });

  it('stays what it was when the host throws', () => {
    const host = new Host();
    host.classdb_register_extension_class = () => {
      throw new Error('no room');
    };
    expect(() => initialize(host, { profile: '4.3' })).toThrow('no room');
    expect(new WebSocketSettings().max_queued_packets).toBe(4096);
  });
});
