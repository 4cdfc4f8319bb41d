// What Godot 3's classes tell of themselves by get_property_list, get_method_list and get_signal_list, held against the
// engine's lists: its numbers are others than Godot 4's.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PropertyDictionary } from '../../host/binding/descriptions.js';
import { WebSocketClient, WebSocketPeer, WebSocketServer } from '../../host/godot3/index.js';

interface GoldenMethod {
  name: string;
  args: PropertyDictionary[];
  /** How many there are. */
  default_args: number;
  flags: number;
  return: PropertyDictionary;
}
interface GoldenLists {
  properties: PropertyDictionary[];
  methods: GoldenMethod[];
  signals: GoldenMethod[];
}

const golden = JSON.parse(readFileSync(new URL('../golden/godot3-lists.json', import.meta.url), 'utf8')) as Record<
  string,
  GoldenLists
>;
/** The engine's enums in arguments are numbers to a class's description. */
const ENUM_ARGUMENTS = ['set_transfer_mode', 'set_write_mode'];

const rows = [
  ['PacketPeer', new WebSocketPeer()],
  ['WebSocketPeer', new WebSocketPeer()],
  ['NetworkedMultiplayerPeer', new WebSocketClient()],
  ['WebSocketMultiplayerPeer', new WebSocketServer()],
  ['WebSocketClient', new WebSocketClient()],
  ['WebSocketServer', new WebSocketServer()],
] as const;

describe.each(rows)('%s', (name, object) => {
  const expected = golden[name];
  const named = <T extends { name: string }>(list: readonly T[], wanted: string): T | undefined =>
    list.find((one) => one.name === wanted);

  it('lists its properties', () => {
    const list = object.get_property_list();
    for (const property of expected.properties) expect(named(list, property.name)).toEqual(property);
    expect(named(list, name)).toEqual({ name, class_name: '', type: 0, hint: 0, hint_string: '', usage: 256 });
  });

  it('lists its methods and signals', () => {
    const methods = object.get_method_list();
    const signals = object.get_signal_list();
    for (const method of expected.methods) {
      if (ENUM_ARGUMENTS.includes(method.name)) continue;
      const { id: _, default_args, ...found } = named(methods, method.name) ?? { default_args: [] };
      expect({ ...found, default_args: default_args.length }).toEqual(method);
    }
    for (const signal of expected.signals) {
      const { id: _, default_args, ...found } = named(signals, signal.name) ?? { default_args: [] };
      expect({ ...found, default_args: default_args.length }).toEqual(signal);
    }
  });
});

it('a signal of a script has the types of Godot 3, too', () => {
  const client = new WebSocketClient();
  const types = [1, 2, 3, 4, 17, 18, 19, 20, 23];
  client.add_user_signal(
    'scored',
    types.map((type) => ({ name: `type${type}`, type })),
  );
  const signal = client.get_signal_list().find(({ name }) => name === 'scored');
  expect(signal?.args.map(({ type }) => type)).toEqual(types);
});
