// Benchmark numbers in README.md, between two markers: the newest committed result of a whole bench
// (bench/results/*.json), with its chart and page, and later quick runs. `--check` writes nothing and fails when a file
// is out of date.
import { existsSync, readFileSync } from 'node:fs';
import { drawChart } from '../bench/lib/charts/chart.mjs';
import { markdownOf, markdownOfLater } from '../bench/lib/markdown.mjs';
import { drawPage } from '../bench/lib/page.mjs';
import { BuildError, fromRoot, listFiles, runMain, shortPath, writeWhole } from './lib/files.mjs';

const README = fromRoot('README.md');
const RESULTS = fromRoot('bench', 'results');
const CHART = fromRoot('bench', 'results', 'chart.svg');
const PAGE = fromRoot('bench', 'results', 'index.html');
const BEGIN = '<!-- numbers';
const BEGIN_END = '-->';
const END = '<!-- /numbers -->';

/** Results, the newest first. */
function results() {
  const runs = listFiles(RESULTS, (path) => path.endsWith('.json')).map((path) => ({
    path,
    run: JSON.parse(readFileSync(path, 'utf8')),
  }));
  return runs.sort((a, b) => (a.run.date < b.run.date ? 1 : -1));
}

/** README.md with the block of `shown`, and additional results of `latest`. */
function readmeWith({ path, run }, latest) {
  const readme = readFileSync(README, 'utf8');
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) throw new BuildError(`README.md has no markers ${BEGIN} … ${BEGIN_END} and ${END}`);
  const marker = `${BEGIN}: made by \`npm run docs\` from ${shortPath(path)} ${BEGIN_END}`;
  const block = markdownOf(run, { chart: shortPath(CHART), page: shortPath(PAGE) });
  const later = latest.run === run ? '' : `\n${markdownOfLater(latest.run, run)}\n`;
  return `${readme.slice(0, begin)}${marker}\n${block}\n${later}${readme.slice(end)}`;
}

await runMain('readme-numbers', () => {
  const [latest, ...earlier] = results();
  if (latest === undefined) return; // keep the README until something is recorded
  const shown = [latest, ...earlier].find(({ run }) => !run.options.quick) ?? latest;
  const wanted = [
    [README, readmeWith(shown, latest)],
    [CHART, drawChart(shown.run) ?? ''],
    [PAGE, drawPage(shown.run)],
  ];
  const stale = wanted.filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
  if (stale.length > 0 && process.argv.includes('--check')) {
    const names = stale.map(([path]) => shortPath(path)).join(', ');
    throw new BuildError(`${names} differ from ${shortPath(shown.path)}: run \`npm run docs\``);
  }
  for (const [path, text] of stale) writeWhole(path, text);
});
