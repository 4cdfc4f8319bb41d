// Modules that are written from the texts of projects, against those that were read by a person. To write them again:
// UPDATE=1 npx vitest run --project unit test/command/scene-module.test.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { moduleOf } from '../../host/command/scene/module.js';
import { MEMBERS_HERE } from '../../host/command/scene/names.js';
import { readTexts } from '../../host/command/scene/text-project.js';
import { Node } from '../../host/scene/index.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it.each(['class-names', 'inner-classes', 'nested-scenes', 'unicode-names', 'uids'])('the module of %s', (name) => {
  const project = readTexts(here(`projects/${name}`));
  const { text } = moduleOf(project, { isTyped: true });
  const golden = here(`modules/${name}.txt`);
  if (process.env.UPDATE === '1') writeFileSync(golden, text);
  expect(text).toBe(readFileSync(golden, 'utf8'));
});

it('a module in JavaScript has the same classes and functions', () => {
  const { text } = moduleOf(readTexts(here('projects/nested-scenes')), { isTyped: false });
  expect(text).not.toMatch(/interface|\btype\b|: (?:Node|number|SceneTree)|declare|override readonly/);
  expect(text).toContain('static rpcs = {\n    hit: ');
  expect(text).toContain('export function makePlayer() {');
});

it.each([
  ['inner-classes', ['res://outer.gd:2', 'res://outer.gd:6']],
  ['class-names', []],
  ['uids', []],
])('what is left out of %s is named', (name, places) => {
  const { problems } = readTexts(here(`projects/${name}`));
  expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual(places);
});

it('members whose names have another meaning are named', () => {
  const { problems } = moduleOf(readTexts(here('projects/unicode-names')), { isTyped: true });
  expect(problems.map(({ text }) => text)).toEqual(['"connected" has another meaning in websocketpeer/scene']);
  for (const name of MEMBERS_HERE) expect(name in new Node() || name === 'signals', name).toBe(true);
});
