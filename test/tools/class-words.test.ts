// Words about classes: what the generator makes of doc comments.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeClasses, wordsAbout } from '../../scripts/build-class-infos.mjs';
import { GENERATIONS } from '../../scripts/lib/class-sources.mjs';

const build = fileURLToPath(new URL('../../build', import.meta.url));
let home = '';

beforeAll(() => {
  mkdirSync(build, { recursive: true });
  home = mkdtempSync(join(build, 'scratch-words-'));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const HEAD = `import type { int } from '../../host/binding/types.js';
const CLASS_INFO = Symbol();
declare function ObjectInfo(): object; declare function ThingInfo(class_?: object): object;
/** The base. */
export class GodotObject {
  [CLASS_INFO]() { return ObjectInfo(); }
  /** Frees it. */
  free(): void {}
}
`;

const CLASS = `
export class ThingBox extends GodotObject {
  [CLASS_INFO]() { return ThingInfo(ThingBox); }
  declare readonly signals: {
    /** It was opened. */
    opened: [by: int];
  };
  /** Full. */
  static readonly FULL = 1;
  static readonly Fill = Object.freeze({ FULL: 1 });
  get weight(): int { return 0; }
  set weight(value: int) {}
  get_weight(): int { return 0; }
  set_weight(value: int): void {}
  free(): void {}
`;

const TEXTS: [what: string, comment: string, bbcode: string][] = [
  ['an argument', 'For `by_`.', 'For [param by].'],
  ['a method', 'See `open` and `open()`.', 'See [method open] and [method open].'],
  ['a method of the class above', 'See `free`.', 'See [method Object.free].'],
  ['a property', 'Adds to `weight`.', 'Adds to [member weight].'],
  ['a signal', 'Emits `opened`.', 'Emits [signal opened].'],
  ['a constant', 'Until `FULL`, or FULL.', 'Until [constant FULL], or [constant FULL].'],
  ['an enum', 'One of `Fill`.', 'One of [enum Fill].'],
  ['a class', 'A ThingBox, `ThingBox`.', 'A [ThingBox], [ThingBox].'],
  ['a member of a class', 'As `ThingBox.open`.', 'As [method ThingBox.open].'],
  ['any other code', 'As `x === [1]` and `Nothing.open`.', 'As [code]x === [1][/code] and [code]Nothing.open[/code].'],
  ['an error', 'Returns ERR_BUSY.', 'Returns [constant ERR_BUSY].'],
  ['a note', '**Note:** heavy.', '[b]Note:[/b] heavy.'],
  ['a link', 'See [RFC](https://rfc.example/1).', 'See [url=https://rfc.example/1]RFC[/url].'],
  ['a bracket', 'An array [a].', 'An array [lb]a[rb].'],
  [
    'a program',
    'So:\n\n```js\nopen(`a`);\n\nclose();\n```\n\nDone.',
    'So:\n[codeblock lang=text]\nopen(`a`);\n\nclose();\n[/codeblock]\nDone.',
  ],
];

const commentOf = (text: string): string => `/**\n${text.replace(/^/gm, ' * ')}\n */`;
const FOR_THREE = 'For `by_`.\n\n```js\na\n```';

/** The class with a method for each text: `open`, and `open0`, `open1` and so on. */
function sourceText(): string {
  const methods = ['Opens it.', ...TEXTS.map(([, comment]) => comment), FOR_THREE].map(
    (comment, at) => `${commentOf(comment)}\nopen${at === 0 ? '' : at - 1}(by_: int): void {}`,
  );
  const about = commentOf('A box\nof things.\n\nIt opens.\n\nAnd closes.');
  return `${HEAD}${about}${CLASS.replaceAll('ThingInfo', 'ThingBoxInfo')}\n${methods.join('\n')}\n}\n`;
}

let described: ReturnType<typeof describeClasses> = [];

beforeAll(() => {
  const path = join(home, 'thing-box.ts');
  writeFileSync(path, sourceText());
  described = describeClasses([path]);
});

describe('the words about a class', () => {
  it('are its first paragraph, the rest, and what is said of its members', () => {
    const { brief, text, members } = wordsAbout(described).ThingBox;
    expect([brief, text]).toEqual(['A box of things.', 'It opens.\nAnd closes.']);
    expect(members).toMatchObject({ opened: 'It was opened.', FULL: 'Full.', open: 'Opens it.' });
    expect(Object.keys(members).filter((name) => /weight|free/.test(name))).toEqual([]);
  });

  it.each(TEXTS.map(([what, , bbcode], at) => [what, bbcode, at] as const))(
    'write %s as the engine does',
    (_, bbcode, at) => {
      expect(wordsAbout(described).ThingBox.members[`open${at}`]).toBe(bbcode);
    },
  );

  it('have no links to arguments and no languages for Godot 3', () => {
    expect(wordsAbout(described, GENERATIONS[1]).ThingBox.members[`open${TEXTS.length}`]).toBe(
      'For [code]by_[/code].\n[codeblock]\na\n[/codeblock]',
    );
  });
});
