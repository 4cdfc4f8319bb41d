// Object: signals as the engine has them, and members by their names.
import { afterEach, describe, expect, it } from 'vitest';
import {
  CryptoKey,
  ERR_INVALID_PARAMETER,
  ERR_UNAVAILABLE,
  GodotObject,
  OK,
  RefCounted,
  Signal,
  TLSOptions,
  WebSocketMultiplayerPeer,
  WebSocketPeer,
} from '../../host/index.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
afterEach(() => expect(reports.take()).toEqual([]));

const { CONNECT_DEFERRED, CONNECT_ONE_SHOT, CONNECT_REFERENCE_COUNTED, CONNECT_APPEND_SOURCE_OBJECT } = GodotObject;
const SIGNAL = 'peer_connected';

/** A peer with callables that write down by which name they were called, and with what. */
function listened() {
  const peer = new WebSocketMultiplayerPeer();
  const log: string[] = [];
  const named =
    (name: string, then: () => void = () => {}) =>
    (...args: unknown[]): void => {
      log.push(`${name} ${args.join(' ')}`.trim());
      then();
    };
  return { peer, log, named };
}

describe('a signal', () => {
  it('calls what is connected in the order of connection', () => {
    const { peer, log, named } = listened();
    expect(peer.connect(SIGNAL, named('a'))).toBe(OK);
    expect(peer.connect('peer_disconnected', named('other'))).toBe(OK);
    expect(peer.connect(SIGNAL, named('b'))).toBe(OK);
    expect(peer.emit_signal(SIGNAL, 7)).toBe(OK);
    expect(log).toEqual(['a 7', 'b 7']);
  });

  it('gives callables the arguments that its class declares', () => {
    const peer = new WebSocketMultiplayerPeer();
    const shown: string[] = [];
    peer.connect('peer_connected', (id) => shown.push(id.toFixed(1)));
    peer.connect('activity', () => shown.push('activity'));
    peer.emit_signal('peer_connected', 7);
    peer.emit_signal('activity');
    expect(shown).toEqual(['7.0', 'activity']);
  });

  it('refuses a callable that it has, and one to a signal that is not there', () => {
    const { peer, named } = listened();
    const callable = named('a');
    peer.connect(SIGNAL, callable);
    expect(peer.connect(SIGNAL, callable)).toBe(ERR_INVALID_PARAMETER);
    expect(new Signal(peer, 'nope').connect(callable)).toBe(ERR_INVALID_PARAMETER);
    expect(reports.take()).toEqual([
      `connect: signal "${SIGNAL}" is already connected to this callable`,
      'connect: WebSocketMultiplayerPeer has no signal "nope"',
    ]);
  });

  it('reports what is not connected or not there', () => {
    const { peer, named } = listened();
    const callable = named('a');
    peer.disconnect(SIGNAL, callable);
    peer.disconnect('nope', callable);
    expect(peer.is_connected('nope', callable)).toBe(false);
    expect(peer.emit_signal('nope')).toBe(ERR_UNAVAILABLE);
    expect(peer.emit_signal('')).toBe(ERR_UNAVAILABLE);
    expect(reports.take()).toEqual([
      `disconnect: signal "${SIGNAL}" is not connected to this callable`,
      'disconnect: WebSocketMultiplayerPeer has no signal "nope"',
      'is_connected: WebSocketMultiplayerPeer has no signal "nope"',
      'emit_signal: WebSocketMultiplayerPeer has no signal "nope"',
      'emit_signal: WebSocketMultiplayerPeer has no signal ""',
    ]);
  });

  it('is heard to the end by those that were connected when it began', () => {
    const { peer, log, named } = listened();
    const second = named('second');
    const late = named('late');
    peer.connect(
      SIGNAL,
      named('first', () => {
        if (peer.is_connected(SIGNAL, second)) peer.disconnect(SIGNAL, second);
        if (!peer.is_connected(SIGNAL, late)) peer.connect(SIGNAL, late);
      }),
    );
    peer.connect(SIGNAL, second);
    peer.emit_signal(SIGNAL);
    expect(log).toEqual(['first', 'second']);
    peer.emit_signal(SIGNAL);
    expect(log.slice(2)).toEqual(['first', 'late']);
  });

  it('is heard by the others when a callable throws', () => {
    const { peer, log, named } = listened();
    peer.connect(
      SIGNAL,
      named('bad', () => {
        throw new Error('thrown');
      }),
    );
    peer.connect(SIGNAL, named('good'));
    expect(peer.emit_signal(SIGNAL)).toBe(OK);
    expect(log).toEqual(['bad', 'good']);
    expect(reports.take()).toEqual([
      expect.stringContaining(`a callable connected to "${SIGNAL}" threw Error: thrown`),
    ]);
  });

  it('is not emitted by what is emitted to nobody', () => {
    expect(new WebSocketMultiplayerPeer().emit_signal(SIGNAL, 1)).toBe(OK);
  });
});

describe('a connection', () => {
  it('with CONNECT_ONE_SHOT is gone before it is called', () => {
    const { peer, log, named } = listened();
    const again = named('once', () => log.push(String(peer.is_connected(SIGNAL, again))));
    peer.connect(SIGNAL, again, CONNECT_ONE_SHOT);
    peer.emit_signal(SIGNAL);
    peer.emit_signal(SIGNAL);
    expect(log).toEqual(['once', 'false']);
  });

  it('with CONNECT_ONE_SHOT is called once, when others of its kind emit the signal again', () => {
    const { peer, log, named } = listened();
    const emitAgain = named('emits', () => peer.emit_signal(SIGNAL, 2));
    peer.connect(SIGNAL, emitAgain, CONNECT_ONE_SHOT);
    peer.connect(SIGNAL, named('other'), CONNECT_ONE_SHOT);
    peer.emit_signal(SIGNAL, 1);
    expect(log).toEqual(['emits 1', 'other 1']);
  });

  it('with CONNECT_DEFERRED is called at the end of the turn, with the arguments of its emission', async () => {
    const { peer, log, named } = listened();
    peer.connect(SIGNAL, named('deferred'), CONNECT_DEFERRED);
    peer.connect(SIGNAL, named('now'));
    peer.emit_signal(SIGNAL, 1);
    peer.emit_signal(SIGNAL, 2);
    expect(log).toEqual(['now 1', 'now 2']);
    await Promise.resolve();
    expect(log.slice(2)).toEqual(['deferred 1', 'deferred 2']);
  });

  it('with CONNECT_DEFERRED and CONNECT_ONE_SHOT is called for the first emission only', async () => {
    const { peer, log, named } = listened();
    const callable = named('deferred');
    peer.connect(SIGNAL, callable, CONNECT_DEFERRED | CONNECT_ONE_SHOT);
    peer.emit_signal(SIGNAL, 1);
    expect(peer.is_connected(SIGNAL, callable)).toBe(false);
    peer.emit_signal(SIGNAL, 2);
    await Promise.resolve();
    expect(log).toEqual(['deferred 1']);
  });

  it('with CONNECT_REFERENCE_COUNTED lasts until it was dropped as often as it was made', () => {
    const { peer, named } = listened();
    const callable = named('a');
    expect(peer.connect(SIGNAL, callable, CONNECT_REFERENCE_COUNTED)).toBe(OK);
    expect(peer.connect(SIGNAL, callable, CONNECT_REFERENCE_COUNTED)).toBe(OK);
    peer.disconnect(SIGNAL, callable);
    expect(peer.is_connected(SIGNAL, callable)).toBe(true);
    peer.disconnect(SIGNAL, callable);
    expect(peer.is_connected(SIGNAL, callable)).toBe(false);
  });

  it('with CONNECT_APPEND_SOURCE_OBJECT gives the emitting object last', () => {
    const peer = new WebSocketMultiplayerPeer();
    const heard: unknown[] = [];
    peer.connect(SIGNAL, (...args: unknown[]) => heard.push(args), CONNECT_APPEND_SOURCE_OBJECT);
    peer.emit_signal(SIGNAL, 3);
    expect(heard).toEqual([[3, peer]]);
  });
});

describe('a signal of one object alone', () => {
  it('is added by add_user_signal, and is a signal like any other', () => {
    const { peer, log, named } = listened();
    peer.add_user_signal('scored', [{ name: 'points', type: 2 }]);
    expect([peer.has_signal('scored'), peer.has_user_signal('scored'), peer.has_user_signal(SIGNAL)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(new Signal(peer, 'scored').connect(named('scored'))).toBe(OK);
    expect(peer.emit_signal('scored', 3)).toBe(OK);
    expect(log).toEqual(['scored 3']);
    expect(peer.get_signal_list().at(-1)).toMatchObject({ name: 'scored', args: [{ name: 'points', type: 2 }] });
    expect(new WebSocketMultiplayerPeer().has_signal('scored')).toBe(false);
  });

  it('has no name that is taken', () => {
    const { peer } = listened();
    peer.add_user_signal('scored');
    peer.add_user_signal('scored');
    peer.add_user_signal(SIGNAL);
    expect(reports.take()).toEqual([
      'add_user_signal: WebSocketMultiplayerPeer has a signal "scored" already',
      `add_user_signal: WebSocketMultiplayerPeer has a signal "${SIGNAL}" already`,
    ]);
  });
});

class ScriptPeer extends WebSocketPeer {
  greet(name: string): string {
    return `hello ${name}`;
  }
}

describe('an object', () => {
  const peer = new WebSocketPeer();

  it('knows its class and those above', () => {
    expect(peer.get_class()).toBe('WebSocketPeer');
    const of = ['WebSocketPeer', 'PacketPeer', 'RefCounted', 'Object', 'TCPServer', 'websocketpeer', 'Nope'];
    expect(of.map((name) => peer.is_class(name))).toEqual([true, true, true, true, false, false, false]);
    expect(new GodotObject().get_class()).toBe('Object');
  });

  it('of a class of JavaScript is one of the class of Godot that it extends, with methods of its own', () => {
    const script = new ScriptPeer();
    expect(script.get_class()).toBe('WebSocketPeer');
    expect(script.has_signal('activity')).toBe(true);
    expect(script.has_method('greet')).toBe(true);
    expect(script.call('greet', 'you')).toBe('hello you');
    expect(script.has_method('constructor')).toBe(false);
  });

  it('has methods, those above and static ones included', () => {
    const names = ['poll', 'get_packet', 'get_class', 'free', 'nope', 'inbound_buffer_size', 'toString', 'signals'];
    expect(names.map((name) => peer.has_method(name))).toEqual([true, true, true, true, false, false, false, false]);
    expect(TLSOptions.client().has_method('client_unsafe')).toBe(true);
  });

  it('calls methods by name', () => {
    expect(peer.call('get_ready_state')).toBe(WebSocketPeer.STATE_CLOSED);
    expect(peer.callv('set_inbound_buffer_size', [1000])).toBeNull();
    expect(peer.call('get_inbound_buffer_size')).toBe(1000);
    expect(TLSOptions.client().call('server', null, null)).toBeInstanceOf(TLSOptions);
  });

  it.each<[string, unknown[], string]>([
    ['nope', [], 'call: WebSocketPeer has no method "nope"'],
    ['constructor', [], 'call: WebSocketPeer has no method "constructor"'],
    ['send', [], 'call: "send" of WebSocketPeer takes at least 1 arguments, got 0'],
    ['poll', [1, 2], 'call: "poll" of WebSocketPeer takes at most 0 arguments, got 2'],
  ])('does not call "%s" with %j', (method, args, message) => {
    expect(peer.callv(method, args)).toBeNull();
    expect(reports.take()).toEqual([message]);
  });

  it('throws for an argument that no script could give', () => {
    expect(() => peer.call('close', {})).toThrow(TypeError);
    expect(() => peer.set('inbound_buffer_size', 'large')).toThrow(TypeError);
  });

  it('gives and takes properties by name, and gives constants and methods', () => {
    peer.set('inbound_buffer_size', 70_000);
    expect(peer.get('inbound_buffer_size')).toBe(70_000);
    expect(peer.get('STATE_OPEN')).toBe(WebSocketPeer.STATE_OPEN);
    expect((peer.get('get_ready_state') as () => number)()).toBe(WebSocketPeer.STATE_CLOSED);
    expect(peer.get('nope')).toBeNull();
    expect(peer.get('constructor')).toBeNull();
    peer.set('nope', 1);
    peer.set('poll', 1);
    expect(peer.has_method('poll')).toBe(true);
    expect(typeof peer.poll).toBe('function');
  });
});

const NONE = { class_name: '', hint: 0, hint_string: '', usage: 6 };

describe('the lists of an object', () => {
  const peer = new WebSocketPeer();
  const methods = new Map(peer.get_method_list().map((method) => [method.name, method]));

  it('hold properties below headings, the base classes first', () => {
    const list = new WebSocketPeer().get_property_list();
    const heading = (name: string) => ({ name, class_name: '', type: 0, hint: 0, hint_string: name, usage: 128 });
    expect(list.slice(0, 4)).toEqual([
      heading('RefCounted'),
      heading('PacketPeer'),
      { name: 'encode_buffer_max_size', type: 2, ...NONE },
      heading('WebSocketPeer'),
    ]);
    expect(list).toContainEqual({ name: 'supported_protocols', type: 34, ...NONE });
  });

  it.each([
    [
      'send',
      {
        args: [
          { name: 'message', type: 29, ...NONE },
          { name: 'write_mode', type: 2, ...NONE, class_name: 'WebSocketPeer.WriteMode', usage: 65542 },
        ],
        default_args: [1],
        flags: 1,
        return: { name: '', type: 2, ...NONE, class_name: 'Error', usage: 65542 },
      },
    ],
    [
      'connect_to_url',
      {
        args: [
          { name: 'url', type: 4, ...NONE },
          {
            name: 'tls_client_options',
            type: 24,
            class_name: 'TLSOptions',
            hint: 17,
            hint_string: 'TLSOptions',
            usage: 6,
          },
        ],
        default_args: [null],
        flags: 1,
      },
    ],
    ['get_ready_state', { args: [], flags: 5 }],
    ['get_var', { return: { name: '', type: 0, ...NONE, usage: 131078 } }],
    ['poll', { return: { name: '', type: 0, ...NONE } }],
    ['is_class', { args: [{ name: 'class', type: 4, ...NONE }], flags: 5 }],
    ['call', { args: [{ name: 'method', type: 21, ...NONE }], flags: 17 }],
    ['emit_signal', { args: [{ name: 'signal', type: 21, ...NONE }], flags: 17 }],
    ['get_property_list', { return: { name: '', type: 28, ...NONE, hint: 31, hint_string: 'Dictionary' } }],
    ['connect', { default_args: [0], flags: 1 }],
  ])('describe the method "%s" as the engine does', (name, expected) => {
    expect(methods.get(name)).toMatchObject(expected);
  });

  it('describe a static method', () => {
    const list = TLSOptions.client().get_method_list();
    expect(list.find(({ name }) => name === 'client')).toMatchObject({ flags: 33, default_args: [null, ''] });
  });

  it('hold the signals, its own class first', () => {
    expect(new WebSocketMultiplayerPeer().get_signal_list().map(({ name }) => name)).toEqual([
      'activity',
      'peer_connected',
      'peer_disconnected',
      'property_list_changed',
      'script_changed',
    ]);
    expect(new WebSocketMultiplayerPeer().get_signal_list()[1]).toEqual({
      name: 'peer_connected',
      args: [{ name: 'id', type: 2, ...NONE }],
      default_args: [],
      flags: 1,
      id: 0,
      return: { name: '', type: 0, ...NONE },
    });
  });
});

describe('a RefCounted', () => {
  class Held extends RefCounted {
    frees = 0;
    override free(): void {
      this.frees += 1;
    }
  }

  it('counts its references from 1, and frees when the last one is given back', () => {
    const held = new Held();
    expect(held.get_reference_count()).toBe(1);
    expect(held.reference()).toBe(true);
    expect([held.unreference(), held.get_reference_count(), held.frees]).toEqual([false, 1, 0]);
    expect([held.unreference(), held.get_reference_count(), held.frees]).toEqual([true, 0, 1]);
    expect([held.unreference(), held.reference(), held.init_ref(), held.frees]).toEqual([false, false, false, 1]);
  });

  it('frees at the end of a using block', () => {
    const held = new Held();
    held[Symbol.dispose]();
    expect(held.frees).toBe(1);
  });
});

describe('a Resource', () => {
  it('has a name, and says when it has changed', () => {
    const key = new CryptoKey();
    const names: string[] = [];
    key.connect('changed', () => names.push(key.resource_name));
    key.resource_name = 'server';
    key.set('resource_name', 'client');
    key.emit_changed();
    expect(names).toEqual(['server', 'client', 'client']);
    expect(key.is_class('Resource')).toBe(true);
  });
});
