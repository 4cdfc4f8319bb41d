// The table in docs/imports.md: every import of package.json, and no other.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fromRoot } from '../helpers/programs.js';

const { name, exports } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));

/** The imports in a cell of the first column; names behind the first one are in the same folder. */
function importsIn(cell: string): string[] {
  const [first = '', ...rest] = [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path as string);
  return [first, ...rest.map((path) => (path.startsWith(name) ? path : first.replace(/[^/]+$/, path)))];
}

it('docs/imports.md lists what can be imported', () => {
  const rows = [...readFileSync(fromRoot('docs/imports.md'), 'utf8').matchAll(/^\| (`[^|]+) \|/gm)];
  const known = Object.keys(exports).filter((path) => path !== './package.json');
  expect(rows.flatMap(([, cell]) => importsIn(cell as string)).sort()).toEqual(
    known.map((path) => path.replace('.', name)).sort(),
  );
});
