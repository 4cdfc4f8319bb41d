// Table of runtimes in README.md, between two markers: results of the API suite (test/runtimes/results/, kept up to
// date by the tests). `--check` writes nothing and fails when the README is out of date.
import { existsSync, readFileSync } from 'node:fs';
import { BuildError, fromRoot, runMain, writeWhole } from './lib/files.mjs';

const README = fromRoot('README.md');
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

await runMain('readme-runtimes', () => {
  const readme = readFileSync(README, 'utf8');
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new BuildError(`README.md has no markers ${BEGIN} and ${END}`);
  const wanted = `${readme.slice(0, begin)}${BEGIN}\n${table()}\n${readme.slice(end)}`;
  if (wanted === readme) return;
  if (process.argv.includes('--check')) {
    throw new BuildError('README.md differs from test/runtimes/results/: run `npm run docs`');
  }
  writeWhole(README, wanted);
});
