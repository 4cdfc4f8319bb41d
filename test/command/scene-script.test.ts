// Scripts that are read without the engine.
import { describe, expect, it } from 'vitest';
import { readScript } from '../../host/command/scene/text-script.js';

const rpcs = (text: string): unknown =>
  Object.entries(readScript('res://a.gd', text).rpcs).map(([name, { mode, callLocal, transferMode, channel }]) =>
    [name, ['disabled', 'any_peer', 'authority'][mode], callLocal, transferMode, channel].join(' '),
  );

const METHODS: readonly (readonly [title: string, text: string, rpcs: readonly string[]])[] = [
  ['without words', '@rpc func a(): pass', ['a authority false 2 0']],
  [
    'with words in any order',
    '@rpc("call_local", "any_peer", "unreliable", 3) func a(): pass',
    ['a any_peer true 0 3'],
  ],
  ['on a line of its own', '@rpc("any_peer")\n\n# comment\nfunc a():\n\tpass', ['a any_peer false 2 0']],
  [
    'over several lines',
    "@rpc(\n\t'any_peer', # who\n\t'unreliable_ordered',\n)\nfunc a(): pass",
    ['a any_peer false 1 0'],
  ],
  ['behind another annotation', '@warning_ignore("x, )") @rpc func a(): pass', ['a authority false 2 0']],
  ['behind a semicolon', 'var x = 1; @rpc func a(): pass', ['a authority false 2 0']],
  ['behind a backslash', '@rpc \\\n\t("any_peer") \\\n\tfunc a(): pass', ['a any_peer false 2 0']],
  [
    'with Windows line ends',
    '@rpc("any_peer")\r\nfunc a():\r\n\tpass\r\n@rpc func b(): pass',
    ['a any_peer false 2 0', 'b authority false 2 0'],
  ],
  ['with a name beyond ASCII', '@rpc func größe名(): pass', ['größe名 authority false 2 0']],
  ['in a comment', '# @rpc func a(): pass\n#@rpc\nfunc b(): pass', []],
  ['in a string', 'var x = """\n@rpc func a(): pass\n"""\nvar y = "@rpc"', []],
  ['in a string with a quote', 'var x = "\\"#" # "\n@rpc func a(): pass', ['a authority false 2 0']],
  ['in a raw string', 'var x = r"\\"\n@rpc func a(): pass', ['a authority false 2 0']],
  ['in the body of a method', 'func b():\n\t@rpc\n\tvar f = func(): pass\n', []],
  ['behind a lambda over lines', 'var f = foo(func():\n@rpc\n)\n@rpc func a(): pass', ['a authority false 2 0']],
];

describe('@rpc', () => {
  it.each(METHODS)('%s', (_, text, expected) => {
    expect(rpcs(text)).toEqual(expected);
  });
});

it.each([
  ['', []],
  ['a', ['a: Variant']],
  ['a: Vector2, b := 1.5, c: Array[String] = ["x, y", ")"]', ['a: Vector2', 'b?: float', 'c?: Array[String]']],
  ['a: Dictionary[String, int], # comment\n\tb = func(x): return x,', ['a: Dictionary[String, int]', 'b?: Variant']],
  ['a, ...rest: Array', ['a: Variant', '...']],
])('the parameters (%s)', (parameters, expected) => {
  const method = readScript('res://a.gd', `func m(${parameters}) -> void: pass`).methods.m;
  const told = method.arguments.map(({ name, type, isOptional }) => `${name}${isOptional ? '?' : ''}: ${type}`);
  expect([...told, ...(method.isVararg ? ['...'] : [])]).toEqual(expected);
});

it.each([
  ['var a', 'Variant null'],
  ['var a = 5', 'Variant 5'],
  ['@export var a = 5', 'int 5 exported'],
  ['@export var a := 5:\n\tset(v): a = v', 'int 5 exported'],
  ['@export_range(0, 10, 0.5) var a: float = 1', 'float 1 exported'],
  ['@export\n@onready\nvar a: Array[int] = [1,\n2]', 'Array[int] [1,\n2] exported'],
  ['var a: int:\n\tget: return 1', 'int null'],
  ['var a := Vector2.ZERO', 'Vector2 Vector2()'],
  ['const START = 100\n@export var a := START', 'int 100 exported'],
  ['enum Kind { A, B = 7, C }\n@export var a: Kind = Kind.C', 'int 8 exported'],
  ['enum { X, Y }\n@export var a: int = Y', 'int 1 exported'],
])('the variable of %s', (text, expected) => {
  const { type, value, isExported } = readScript('res://a.gd', text).properties.a;
  expect(`${type} ${value}${isExported ? ' exported' : ''}`).toBe(expected);
});

it.each([
  ['class_name A', 'A', ''],
  ['class_name A extends B', 'A', 'B'],
  ['extends "res://b.gd"', '', '"res://b.gd"'],
  ['@tool\n@icon("res://x.png")\nclass_name A\nextends B.C', 'A', 'B.C'],
])('%s', (text, className, base) => {
  expect(readScript('res://a.gd', text)).toMatchObject({ className, base });
});

it.each([
  ['@rpc(MODE) func a(): pass', 1, '@rpc(MODE) of "a" is not read: only words in quotes and a number are'],
  ['\nclass In:\n\t@rpc func a(): pass', 2, 'callable methods of the inner class "In" are not read'],
  ['@export var a := foo()', 1, 'the value of "a" at start is not read: only literals and constants of the script are'],
])('what is not read of %s is named', (text, line, told) => {
  expect(readScript('res://a.gd', text).problems).toEqual([{ file: 'res://a.gd', line, text: told }]);
});
