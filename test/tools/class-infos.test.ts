// The generator of the descriptions: what it reads out of a class, and what it refuses.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeClasses } from '../../scripts/build-class-infos.mjs';

const build = fileURLToPath(new URL('../../build', import.meta.url));
let home = '';

beforeAll(() => {
  mkdirSync(build, { recursive: true });
  home = mkdtempSync(join(build, 'scratch-classes-'));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const HEAD = `import type { Bytes, float, int, int32, int64 } from '../../host/binding/types.js';
const CLASS_INFO = Symbol();
declare function ObjectInfo(): object; declare function ThingInfo(class_?: object): object;
export class GodotObject { [CLASS_INFO]() { return ObjectInfo(); } }
`;

/** Describes a class Thing with these members. */
function describeThing(members: string, before = '', head = 'export class Thing extends GodotObject') {
  const path = join(home, 'thing.ts');
  const itself = members.includes('Object.freeze') ? 'Thing' : '';
  writeFileSync(path, `${HEAD}${before}\n${head} { [CLASS_INFO]() { return ThingInfo(${itself}); }\n${members}\n}\n`);
  return describeClasses([path])
    .map(({ info }) => info)
    .find(({ name }) => name === 'Thing');
}

const METHODS: [string, string, object][] = [
  [
    'types of arguments',
    'a(b: int, c: Bytes, d: string[], e: unknown): void {}',
    {
      args: [
        { name: 'b', type: 'int' },
        { name: 'c', type: 'PackedByteArray' },
        { name: 'd', type: 'PackedStringArray' },
        { name: 'e', type: 'Variant' },
      ],
      returns: { type: 'void' },
    },
  ],
  [
    'defaults',
    "a(b: int32 = -1, c = '*', d = false, e: Thing | null = null): Uint8Array { return e as never; }",
    {
      args: [
        { name: 'b', type: 'int', meta: 'int32', default: -1 },
        { name: 'c', type: 'String', default: '*' },
        { name: 'd', type: 'bool', default: false },
        { name: 'e', type: 'Thing', default: null },
      ],
      returns: { type: 'PackedByteArray' },
    },
  ],
  [
    'optional arguments of abstract methods',
    'abstract a(b?: boolean, c?: Thing): void;',
    {
      args: [
        { name: 'b', type: 'bool', default: false },
        { name: 'c', type: 'Thing', default: null },
      ],
    },
  ],
  [
    'names that are no names in JavaScript',
    'a(var_: unknown): [int, int] { return [1, 2]; }',
    {
      args: [{ name: 'var', type: 'Variant' }],
      returns: { type: 'Array' },
    },
  ],
  [
    'numbers that may be bigints',
    'a(b: int64 | bigint): float { return 1; }',
    {
      args: [{ name: 'b', type: 'int', meta: 'int64' }],
      returns: { type: 'float', meta: 'float' },
    },
  ],
  [
    'tags',
    '/** @const @virtual @addition */ a(): Thing[] { return []; }',
    {
      isConst: true,
      isVirtual: true,
      isAddition: true,
      returns: { type: 'typedarray::Thing' },
    },
  ],
  [
    'static methods with any number of arguments',
    'static a(b: int, ...rest: unknown[]): void {}',
    {
      isStatic: true,
      isVararg: true,
      args: [{ name: 'b', type: 'int' }],
    },
  ],
  [
    'types of its own that name an enum',
    'static readonly Mode = Object.freeze({ A: 0, B: 1 });\na(b: Mode): Kind { return b; }',
    {
      args: [{ name: 'b', type: 'enum::Thing.Mode' }],
      returns: { type: 'enum::Other.Kind' },
    },
  ],
];

const TYPES = 'export type Mode = number;\n/** @godotType enum::Other.Kind */\nexport type Kind = number;';

describe('a description', () => {
  it.each(METHODS)('has of a method: %s', (_title, member, expected) => {
    const thing = describeThing(member, TYPES, 'export abstract class Thing extends GodotObject');
    expect(thing?.methods).toEqual([expect.objectContaining({ name: 'a', ...expected })]);
  });

  it('has properties with what reads and writes them', () => {
    const thing = describeThing(
      `
      static readonly Mode = Object.freeze({ MODE_OFF: 0, MODE_VERY_FAST: 1 });
      /** @getter is_on */
      get on(): boolean { return true; }
      set on(value: boolean) { this.set_on(value); }
      is_on(): boolean { return true; }
      set_on(value: boolean): void { void value; }
      /** @addition */
      get mode(): Mode { return 0; }
      get_mode(): Mode { return 0; }`,
      TYPES,
    );
    expect(thing?.properties).toEqual([
      { name: 'on', type: 'bool', getter: 'is_on', setter: 'set_on' },
      {
        name: 'mode',
        type: 'int',
        getter: 'get_mode',
        setter: '',
        hint: 2,
        hintString: 'Off,Very Fast',
        isAddition: true,
      },
    ]);
    expect(thing?.methods.find(({ name }) => name === 'is_on')).toMatchObject({ isConst: true });
    expect(thing?.methods.find(({ name }) => name === 'get_mode')).toMatchObject({ isConst: true, isAddition: true });
  });

  it('has signals, enums and constants', () => {
    const thing = describeThing(`
      declare readonly signals: {
        happened: [id: int, bytes: Uint8Array];
        /** @addition */
        more: [];
      };
      static readonly A = 0;
      static readonly LEFT = -1;
      /** @bitfield */
      static readonly Letters = Object.freeze({ A: 0 });`);
    expect(thing).toMatchObject({
      signals: [
        {
          name: 'happened',
          args: [
            { name: 'id', type: 'int' },
            { name: 'bytes', type: 'PackedByteArray' },
          ],
        },
        { name: 'more', args: [], isAddition: true },
      ],
      enums: [{ name: 'Letters', isBitfield: true, values: { A: 0 } }],
      constants: { LEFT: -1 },
    });
  });

  it('has what helpers below have, and nothing that only scripts can not see', () => {
    const helper = '/** @internal */\nexport class Half extends GodotObject { b(): void {} }';
    const thing = describeThing(
      `
      #secret = 1;
      protected c(): number { return this.#secret; }
      /** @internal */
      d(): number { return 1; }
      a(): void {}`,
      helper,
      'export class Thing extends Half',
    );
    expect(thing).toMatchObject({ name: 'Thing', inherits: 'Object' });
    expect(thing?.methods.map(({ name }) => name)).toEqual(['b', 'a']);
  });
});

const REFUSED: [string, string, string][] = [
  ['a bare number', 'a(b: number): void {}', 'says "number"'],
  ['a result without a type', 'a() {}', '"a" needs the type of what it returns'],
  ['an argument without a type', 'a(b = 1): void {}', '"b" needs a type'],
  ['a type that Godot does not have', 'a(b: Promise<void>): void {}', 'the type "Promise<void>" is none of Godot\'s'],
  ['a default that is no constant', 'a(b: int = Date.now()): void {}', 'the default of "b" is no constant'],
  ['a property without methods', 'get p(): int { return 1; }', '"p" has no method "get_p"'],
  ['a public field', 'p = 1;', '"p" must be an accessor, a method, protected, or tagged @internal'],
  ['a constant that is none', "static readonly P = 'p';", 'the static "P" is no int and no group of ints'],
  [
    'a signal with nameless arguments',
    'declare readonly signals: { s: [int] };',
    'an argument of a signal needs a name',
  ],
];

describe('a build stops at', () => {
  it.each(REFUSED)('%s', (_title, member, message) => {
    expect(() => describeThing(member)).toThrow(`thing.ts:7: ${message}`);
  });

  it('a class that does not give its own description', () => {
    const other = 'export class Other extends GodotObject {}';
    expect(() => describeThing('', other)).toThrow(
      'Other needs "override [CLASS_INFO](): ClassInfo { return OtherInfo(); }"',
    );
  });
});
