// The numbers in docs/compression.md, between two markers: the suite `compression` of the bench as it was recorded last.
import { readFileSync } from 'node:fs';
import { describeMachine, describeOptions, describeVersions } from '../../bench/lib/describe.mjs';
import { formatValue } from '../../bench/lib/format.mjs';
import { recordedRuns, together } from '../../bench/lib/results.mjs';
import { BuildError, fromRoot } from './files.mjs';

const PAGE = fromRoot('docs', 'compression.md');
const BEGIN = '<!-- compression numbers -->';
const END = '<!-- /compression numbers -->';
const MISSING = 'Not recorded yet: `npm run bench -- --only compression` in a clone of the repository measures it.';

/** Columns by the names of contestants. */
const COLUMNS = [
  ['websocketpeer', 'off'],
  ['websocketpeer, deflate', 'on'],
  ['ws', '`ws`, off'],
  ['ws, deflate', '`ws`, on'],
  ['Bun', 'Bun, off'],
  ['Bun, deflate', 'Bun, on'],
];

const line = (cells) => `| ${cells.join(' | ')} |`;

function row({ unit }, { label, unit: own = unit, results }) {
  const cells = COLUMNS.map(([name]) => (name in results ? formatValue(results[name].median) : '–'));
  return line([`${label}, ${own}`, ...cells]);
}

function block(suite) {
  const { run } = suite;
  return [
    'Medians of the rounds:',
    '',
    line(['', ...COLUMNS.map(([, title]) => title)]),
    `|---|${'--:|'.repeat(COLUMNS.length)}`,
    ...suite.cases.map((each) => row(suite, each)),
    '',
    suite.about,
    '',
    `${run.date.slice(0, 10)}: ${describeMachine(run)}. ${describeVersions(run)}. ${describeOptions(run.options)}.`,
  ].join('\n');
}

/** docs/compression.md with the numbers of the newest run; `runs` are the recorded ones. */
export function compressionPage(runs = recordedRuns()) {
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new BuildError(`docs/compression.md has no markers ${BEGIN} and ${END}`);
  const suite = together(runs).suites.find(({ name }) => name === 'compression');
  return `${page.slice(0, begin)}${BEGIN}\n${suite === undefined ? MISSING : block(suite)}\n${page.slice(end)}`;
}
