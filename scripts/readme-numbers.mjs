// Puts the numbers of bench/results/latest.json into README.md, between its two markers.
// `--check` writes nothing and fails when the README says something else.
import { existsSync, readFileSync } from 'node:fs';
import { markdownSuite } from '../bench/lib/report.mjs';
import { BuildError, fromRoot, runMain, writeWhole } from './lib/files.mjs';

const README = fromRoot('README.md');
const RESULTS = fromRoot('bench', 'results', 'latest.json');
const BEGIN = '<!-- numbers: made by `npm run docs` from bench/results/latest.json -->';
const END = '<!-- /numbers -->';

function numbers() {
  if (!existsSync(RESULTS)) return 'None are recorded yet: `npm run bench` measures on your machine.';
  const { versions, machine, options, suites } = JSON.parse(readFileSync(RESULTS, 'utf8'));
  const software = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = `${machine.cores} cores of ${machine.processor}, ${machine.system}`;
  const how = `Medians of ${options.rounds} rounds, contestants taking turns; ${where}; ${software.join(', ')}.`;
  return [how, ...suites.map(markdownSuite)].join('\n\n');
}

await runMain('readme-numbers', () => {
  const readme = readFileSync(README, 'utf8');
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new BuildError(`README.md has no markers ${BEGIN} and ${END}`);
  const next = `${readme.slice(0, begin + BEGIN.length)}\n${numbers()}\n${readme.slice(end)}`;
  if (next === readme) return;
  if (process.argv.includes('--check')) {
    throw new BuildError("README.md's numbers are not those of bench/results: run `npm run docs`");
  }
  writeWhole(README, next);
});
