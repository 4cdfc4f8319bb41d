// ClassDB: each question, answered as the engine answers it.
import { afterEach, describe, expect, it } from 'vitest';
import { ClassDB, ERR_UNAVAILABLE, OK, TLSOptions, WebSocketPeer } from '../../host/index.js';
import { useReports } from '../helpers/reports.js';

const reports = useReports();
afterEach(() => expect(reports.take()).toEqual([]));

const UNKNOWN = 'ClassDB: there is no class "Nope"';
const names = (list: { name: string }[]): string[] => list.map(({ name }) => name);

describe('ClassDB', () => {
  it('lists the classes, sorted', () => {
    const list = ClassDB.get_class_list();
    expect(list).toEqual([...list].sort());
    expect(list).toEqual(expect.arrayContaining(['Object', 'PacketPeer', 'RefCounted', 'TCPServer', 'WebSocketPeer']));
  });

  it('knows which classes there are', () => {
    expect(['WebSocketPeer', 'Nope', '', 'GodotObject'].map((name) => ClassDB.class_exists(name))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('knows what inherits from what', () => {
    expect(ClassDB.get_parent_class('WebSocketPeer')).toBe('PacketPeer');
    expect(ClassDB.get_parent_class('Object')).toBe('');
    expect(ClassDB.get_inheriters_from_class('StreamPeerSocket')).toContain('StreamPeerTCP');
    expect(ClassDB.get_inheriters_from_class('Nope')).toEqual([]);
    expect(reports.take()).toEqual([]);
    expect(ClassDB.get_parent_class('Nope')).toBe('');
    expect(reports.take()).toEqual([UNKNOWN]);
  });

  it.each<[string, string, boolean]>([
    ['WebSocketPeer', 'PacketPeer', true],
    ['WebSocketPeer', 'WebSocketPeer', true],
    ['PacketPeer', 'WebSocketPeer', false],
    ['Nope', 'Object', false],
    ['WebSocketPeer', 'Nope', false],
    ['Nope', 'Nope', false],
  ])('says whether %s is a %s', (name, inherits, expected) => {
    expect(ClassDB.is_parent_class(name, inherits)).toBe(expected);
  });

  it('makes objects of classes that are not abstract', () => {
    expect(['WebSocketPeer', 'PacketPeer', 'TLSOptions'].map((name) => ClassDB.can_instantiate(name))).toEqual([
      true,
      false,
      false,
    ]);
    expect(ClassDB.instantiate('WebSocketPeer')).toBeInstanceOf(WebSocketPeer);
    expect(ClassDB.instantiate('PacketPeer')).toBeNull();
    expect(ClassDB.instantiate('TLSOptions')).toBeNull();
    expect(ClassDB.instantiate('Nope')).toBeNull();
    expect(reports.take()).toEqual([
      'instantiate: the class "PacketPeer" is abstract',
      'instantiate: the class "TLSOptions" is abstract',
      UNKNOWN,
    ]);
  });

  it('makes objects of every class that it says it can', () => {
    const made = ClassDB.get_class_list().filter((name) => ClassDB.can_instantiate(name));
    expect(made.map((name) => ClassDB.instantiate(name)?.get_class())).toEqual(made);
  });

  it('knows methods', () => {
    expect(ClassDB.class_has_method('WebSocketPeer', 'get_packet')).toBe(true);
    expect(ClassDB.class_has_method('WebSocketPeer', 'get_packet', true)).toBe(false);
    expect(ClassDB.class_has_method('TLSOptions', 'client')).toBe(true);
    expect(ClassDB.class_has_method('Nope', 'get_packet')).toBe(false);
    expect(ClassDB.class_get_method_argument_count('WebSocketPeer', 'send')).toBe(2);
    expect(ClassDB.class_get_method_argument_count('WebSocketPeer', 'get_packet', true)).toBe(0);
    expect(names(ClassDB.class_get_method_list('WebSocketPeer', true))).not.toContain('get_packet');
    expect(names(ClassDB.class_get_method_list('WebSocketPeer'))).toEqual(
      expect.arrayContaining(['send', 'get_packet', 'reference', 'get_class']),
    );
    expect(ClassDB.class_get_method_list('Nope')).toEqual([]);
  });

  it('calls static methods', () => {
    expect(ClassDB.class_call_static('TLSOptions', 'client')).toBeInstanceOf(TLSOptions);
    expect(ClassDB.class_call_static('TLSOptions', 'is_server')).toBeNull();
    expect(ClassDB.class_call_static('TLSOptions', 'server')).toBeNull();
    expect(reports.take()).toEqual([
      'class_call_static: the class "TLSOptions" has no static method "is_server"',
      'class_call_static: "server" takes 2 to 2 arguments, got 0',
    ]);
  });

  it('knows properties, and gives and sets them', () => {
    const peer = new WebSocketPeer();
    expect(names(ClassDB.class_get_property_list('WebSocketPeer'))).toContain('encode_buffer_max_size');
    expect(names(ClassDB.class_get_property_list('WebSocketPeer', true))).not.toContain('encode_buffer_max_size');
    expect(ClassDB.class_get_property_list('Nope')).toEqual([]);
    expect(ClassDB.class_get_property_getter('StreamPeerTCP', 'big_endian')).toBe('is_big_endian_enabled');
    expect(ClassDB.class_get_property_setter('WebSocketPeer', 'encode_buffer_max_size')).toBe(
      'set_encode_buffer_max_size',
    );
    expect(ClassDB.class_get_property_getter('WebSocketPeer', 'nope')).toBe('');
    expect(ClassDB.class_set_property(peer, 'inbound_buffer_size', 5)).toBe(OK);
    expect(ClassDB.class_get_property(peer, 'inbound_buffer_size')).toBe(5);
    expect(ClassDB.class_set_property(peer, 'nope', 5)).toBe(ERR_UNAVAILABLE);
    expect(ClassDB.class_get_property(peer, 'nope')).toBeNull();
  });

  it('knows the defaults of properties, of classes that can be made', () => {
    expect(ClassDB.class_get_property_default_value('WebSocketPeer', 'inbound_buffer_size')).toBe(65535);
    expect(ClassDB.class_get_property_default_value('WebSocketPeer', 'encode_buffer_max_size')).toBe(8388608);
    expect(ClassDB.class_get_property_default_value('PacketPeer', 'encode_buffer_max_size')).toBeNull();
    expect(ClassDB.class_get_property_default_value('WebSocketPeer', 'nope')).toBeNull();
    expect(reports.take()).toEqual([]);
    expect(ClassDB.class_get_property_default_value('Nope', 'nope')).toBeNull();
    expect(reports.take()).toEqual([UNKNOWN]);
  });

  it('knows enums and their values', () => {
    expect(ClassDB.class_get_enum_list('WebSocketPeer', true)).toEqual(['WriteMode', 'CompressionMode', 'State']);
    expect(ClassDB.class_get_enum_list('WebSocketPeer')).toEqual([
      'WriteMode',
      'CompressionMode',
      'State',
      'ConnectFlags',
    ]);
    expect(ClassDB.class_get_enum_list('Nope')).toEqual([]);
    expect(ClassDB.class_get_enum_constants('WebSocketPeer', 'State')).toEqual([
      'STATE_CONNECTING',
      'STATE_OPEN',
      'STATE_CLOSING',
      'STATE_CLOSED',
    ]);
    expect(ClassDB.class_get_enum_constants('WebSocketMultiplayerPeer', 'TransferMode')).toHaveLength(3);
    expect(ClassDB.class_get_enum_constants('WebSocketMultiplayerPeer', 'TransferMode', true)).toEqual([]);
    expect(ClassDB.class_get_enum_constants('Nope', 'State')).toEqual([]);
    expect(ClassDB.class_has_enum('WebSocketMultiplayerPeer', 'TransferMode')).toBe(true);
    expect(ClassDB.class_has_enum('WebSocketMultiplayerPeer', 'TransferMode', true)).toBe(false);
    expect(ClassDB.is_class_enum_bitfield('Object', 'ConnectFlags')).toBe(false);
  });

  it('knows constants', () => {
    expect(ClassDB.class_get_integer_constant('WebSocketPeer', 'STATE_OPEN')).toBe(1);
    expect(ClassDB.class_get_integer_constant('WebSocketMultiplayerPeer', 'TARGET_PEER_SERVER')).toBe(1);
    expect(ClassDB.class_has_integer_constant('WebSocketPeer', 'STATE_OPEN')).toBe(true);
    expect(ClassDB.class_has_integer_constant('WebSocketPeer', 'NOPE')).toBe(false);
    expect(ClassDB.class_get_integer_constant_enum('WebSocketPeer', 'STATE_OPEN')).toBe('State');
    expect(ClassDB.class_get_integer_constant_enum('MultiplayerPeer', 'TARGET_PEER_SERVER')).toBe('');
    expect(ClassDB.class_get_integer_constant_list('StreamPeerSocket', true)).toEqual([
      'STATUS_NONE',
      'STATUS_CONNECTING',
      'STATUS_CONNECTED',
      'STATUS_ERROR',
    ]);
    expect(reports.take()).toEqual([]);
    expect(ClassDB.class_get_integer_constant('WebSocketPeer', 'NOPE')).toBe(0);
    expect(reports.take()).toEqual(['class_get_integer_constant: the class "WebSocketPeer" has no constant "NOPE"']);
  });

  it('tells what a class belongs to, and that it is there', () => {
    for (const name of ClassDB.get_class_list()) {
      expect([ClassDB.is_class_enabled(name), ClassDB.class_get_api_type(name)]).toEqual([true, ClassDB.API_CORE]);
    }
    expect(reports.take()).toEqual([]);
    expect([ClassDB.is_class_enabled('Nope'), ClassDB.class_get_api_type('Nope')]).toEqual([false, ClassDB.API_NONE]);
    expect(reports.take()).toEqual([UNKNOWN]); // said once: the second is the same
    expect(ClassDB.APIType).toEqual({
      API_CORE: 0,
      API_EDITOR: 1,
      API_EXTENSION: 2,
      API_EDITOR_EXTENSION: 3,
      API_NONE: 4,
    });
  });

  it('knows signals', () => {
    expect(ClassDB.class_has_signal('WebSocketMultiplayerPeer', 'peer_connected')).toBe(true);
    expect(ClassDB.class_has_signal('WebSocketPeer', 'nope')).toBe(false);
    expect(ClassDB.class_get_signal('WebSocketMultiplayerPeer', 'peer_connected').args).toHaveLength(1);
    expect(ClassDB.class_get_signal('WebSocketPeer', 'nope')).toEqual({});
    expect(ClassDB.class_get_signal('Nope', 'nope')).toEqual({});
    expect(names(ClassDB.class_get_signal_list('MultiplayerPeer', true))).toEqual([
      'peer_connected',
      'peer_disconnected',
    ]);
    expect(names(ClassDB.class_get_signal_list('WebSocketMultiplayerPeer', true))).toEqual(['activity']);
    expect(reports.take()).toEqual([]);
    expect(ClassDB.class_get_signal_list('Nope')).toEqual([]);
    expect(reports.take()).toEqual([UNKNOWN]);
  });
});
