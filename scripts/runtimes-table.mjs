// Table of runtimes in docs/runtimes.md, between two markers: results of the API suite (test/runtimes/results/, kept up to
// date by the tests). `--check` writes nothing and fails when the page is out of date.
import { existsSync, readFileSync } from 'node:fs';
import { BuildError, fromRoot, runMain, writeWhole } from './lib/files.mjs';

const PAGE = fromRoot('docs', 'runtimes.md');
const BEGIN = '<!-- runtimes: made by `npm run docs` from test/runtimes/results -->';
const END = '<!-- /runtimes -->';

/** Columns: a title, the file of its results, and the package of the runtimes' manifest that brings it. */
const COLUMNS = [
  { title: 'Node', file: 'node-20', brings: 'node-20' },
  { title: 'Node', file: 'node-26', brings: 'node-26' },
  { title: 'Deno', file: 'deno', brings: 'deno' },
  { title: 'Bun', file: 'bun', brings: 'bun' },
  { title: 'Chromium', file: 'chromium' },
  { title: 'Firefox', file: 'firefox' },
  { title: 'WebKit', file: 'webkit' },
];

const read = (path) => JSON.parse(readFileSync(fromRoot('test', 'runtimes', path), 'utf8'));

function columns() {
  const { packages } = read('package-lock.json');
  return COLUMNS.filter(({ file }) => existsSync(fromRoot('test', 'runtimes', 'results', `${file}.json`))).map(
    ({ title, file, brings }) => {
      const version = brings === undefined ? '' : ` ${packages[`node_modules/${brings}`].version}`;
      return { title: `${title}${version}`, groups: read(`results/${file}.json`).groups };
    },
  );
}

const told = (counts) => (counts === undefined ? '–' : `${counts.passed} of ${counts.of}`);

function table() {
  const all = columns();
  const names = [...new Set(all.flatMap(({ groups }) => Object.keys(groups)))];
  return [
    `| API suite | ${all.map(({ title }) => title).join(' | ')} |`,
    `|---|${all.map(() => '--:|').join('')}`,
    ...names.map((name) => `| ${name} | ${all.map(({ groups }) => told(groups[name])).join(' | ')} |`),
  ].join('\n');
}

await runMain('runtimes-table', () => {
  const page = readFileSync(PAGE, 'utf8');
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new BuildError(`docs/runtimes.md has no markers ${BEGIN} and ${END}`);
  const wanted = `${page.slice(0, begin)}${BEGIN}\n${table()}\n${page.slice(end)}`;
  if (wanted === page) return;
  if (process.argv.includes('--check')) {
    throw new BuildError('docs/runtimes.md differs from test/runtimes/results/: run `npm run docs`');
  }
  writeWhole(PAGE, wanted);
});
