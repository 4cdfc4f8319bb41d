// The numbers in docs/recipes/ws.md, between two markers: what servers answered in the newest recorded run of the bench
// in which `ws` also ran over this package's codec.
import { readFileSync } from 'node:fs';
import { describeMachine, describeOptions, describeVersions } from '../../bench/lib/describe.mjs';
import { formatValue } from '../../bench/lib/format.mjs';
import { BuildError, fromRoot, listFiles } from './files.mjs';

const PAGE = fromRoot('docs', 'recipes', 'ws.md');
const BEGIN = '<!-- ws numbers -->';
const END = '<!-- /ws numbers -->';
const OURS = 'ws over websocketpeer';

/** Columns by the names of contestants. */
const SERVERS = [
  ['ws', '`ws`, native add-ons'],
  ['ws without native', '`ws`, no add-ons'],
  [OURS, '`ws`, this codec'],
  ['websocketpeer', 'websocketpeer'],
];
const MASKERS = [
  ['bufferutil', '`bufferutil`, native'],
  ['websocketpeer', 'this codec'],
];
const VALIDATORS = [
  ['utf-8-validate', '`utf-8-validate`, native'],
  ['websocketpeer', 'this codec'],
  ['buffer.isUtf8', '`buffer.isUtf8`'],
];

const echoOf = ({ suites }) => suites.find(({ name }) => name === 'echo');
const hasOurs = (run) => echoOf(run)?.cases.some(({ results }) => OURS in results) ?? false;

function newestRun() {
  const runs = listFiles(fromRoot('bench', 'results'), (path) => path.endsWith('.json'))
    .map((path) => JSON.parse(readFileSync(path, 'utf8')))
    .filter((run) => hasOurs(run) && !run.options.quick);
  const newest = runs.sort((a, b) => (a.date < b.date ? 1 : -1))[0];
  if (newest === undefined) throw new BuildError(`no run of the bench has "${OURS}"`);
  return newest;
}

/** Median, and the least and most of all rounds. */
function cell(result) {
  if (result === undefined) return '–';
  const [median, min, max] = [result.median, result.min, result.max].map(formatValue);
  return `${median} (${min} to ${max})`;
}

const line = (cells) => `| ${cells.join(' | ')} |`;

/** The table of a suite, with those of its cases that `isShown` picks. */
function table({ cases }, columns, head, isShown = () => true) {
  const rows = cases.filter(({ label }) => isShown(label));
  return [
    line([head, ...columns.map(([, title]) => title)]),
    `|---|${'--:|'.repeat(columns.length)}`,
    ...rows.map(({ label, results }) => line([label, ...columns.map(([name]) => cell(results[name]))])),
  ];
}

function block(run) {
  const [echo, mask, utf8] = ['echo', 'mask', 'utf8'].map((wanted) => run.suites.find(({ name }) => name === wanted));
  const about = `${run.date.slice(0, 10)}: ${describeMachine(run)}. ${describeVersions(run)}. ${describeOptions(run.options)}.`;
  return [
    'Each cell: the median of the rounds, and the least and the most of them. What an echo server answered, where a row is',
    'connections × messages under way on each × size:',
    '',
    ...table(echo, SERVERS, 'messages/s'),
    '',
    'The functions by themselves: time to mask a payload, less is better, and speed of checking text, more is better.',
    '',
    ...table(mask, MASKERS, mask.unit),
    '',
    ...table(utf8, VALIDATORS, utf8.unit, (label) => /^(ASCII|CJK)/.test(label)),
    '',
    about,
  ].join('\n');
}

/** docs/recipes/ws.md with the numbers of the newest run. */
export function wsRecipePage() {
  const page = readFileSync(PAGE, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new BuildError(`docs/recipes/ws.md has no markers ${BEGIN} and ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n${block(newestRun())}\n${page.slice(end)}`;
}
