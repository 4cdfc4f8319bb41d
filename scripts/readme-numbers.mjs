// Benchmark numbers in README.md, between two markers, with chart and page: each suite as it was recorded last
// (bench/results/*.json). `--check` writes nothing and fails when a file is out of date.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawChart } from '../bench/lib/charts/chart.mjs';
import { markdownOf } from '../bench/lib/markdown.mjs';
import { drawPage } from '../bench/lib/page/page.mjs';
import { RESULTS_FOLDER, recordedRuns, together } from '../bench/lib/results.mjs';
import { BuildError, fromRoot, runMain, shortPath, writeWhole } from './lib/files.mjs';

const README = fromRoot('README.md');
const CHART = join(RESULTS_FOLDER, 'chart.svg');
const PAGE = join(RESULTS_FOLDER, 'index.html');
const BEGIN = '<!-- numbers';
const BEGIN_END = '-->';
const END = '<!-- /numbers -->';

function readmeWith(block) {
  const readme = readFileSync(README, 'utf8');
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new BuildError(`README.md has no markers ${BEGIN} … ${BEGIN_END} and ${END}`);
  const marker = `${BEGIN}: made by \`npm run docs\` from ${shortPath(RESULTS_FOLDER)} ${BEGIN_END}`;
  return `${readme.slice(0, begin)}${marker}\n${block}\n${readme.slice(end)}`;
}

await runMain('readme-numbers', () => {
  const runs = recordedRuns();
  if (runs.length === 0) return; // keep the README until something is recorded
  const measured = together(runs);
  const paths = { chart: shortPath(CHART), page: shortPath(PAGE) };
  const wanted = [
    [README, readmeWith(markdownOf(measured, paths))],
    [CHART, drawChart(measured) ?? ''],
    [PAGE, drawPage(measured)],
  ];
  const stale = wanted.filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
  if (stale.length > 0 && process.argv.includes('--check')) {
    const names = stale.map(([path]) => shortPath(path)).join(', ');
    throw new BuildError(`${names} differ from ${shortPath(RESULTS_FOLDER)}/*.json: run \`npm run docs\``);
  }
  for (const [path, text] of stale) writeWhole(path, text);
});
