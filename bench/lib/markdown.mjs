// The README's block of numbers: the chart, one short table, and where and when it was measured.
import { comparisonsOf } from './compare.mjs';
import { describeOther, describeRun } from './describe.mjs';
import { formatSpread, formatTimes, formatTimesSpread, formatValue } from './format.mjs';
import { headlinesOf } from './headlines.mjs';

const line = (cells) => `| ${cells.join(' | ')} |`;
const valueCell = (result) => `${formatValue(result.median)} (${formatSpread(result)})`;

function ratioCell({ ratio, verdict }) {
  const times = verdict === 'better' ? `**${formatTimes(ratio.value)}**` : formatTimes(ratio.value);
  return `${times} (${formatTimesSpread(ratio)}) ${verdict}`;
}

function row(headline) {
  const { words, unit, own, other, versus } = headline;
  return line([`${words}, ${unit}`, valueCell(own), `${versus}: ${valueCell(other)}`, ratioCell(headline)]);
}

/** How all comparisons of a run with other products ended. */
export function countsOf({ suites }) {
  const all = suites.flatMap(comparisonsOf);
  const count = (wanted) => all.filter(({ verdict }) => verdict === wanted).length;
  return { all: all.length, better: count('better'), worse: count('worse'), even: count('even') };
}

/** `measured` as `together` gives it; `chart` and `page` are paths from the README. */
export function markdownOf(measured, { chart, page }) {
  const rows = headlinesOf(measured);
  const { all, better, worse, even } = countsOf(measured);
  const [main, ...others] = measured.runs;
  const later = others.filter((run) => rows.some((each) => each.run === run)).map((run) => partOf(run, main, rows));
  const explained =
    'Medians of rounds in turns (least–greatest); ratio: of the medians, how many times better (in single rounds); even: ' +
    `the rounds disagree. Of ${all} comparisons with others ${better} are better, ${worse} worse, ${even} even: [all of them](${page}).`;
  return [
    `![Messages per second beside others](${chart})`,
    '',
    line(['Measured', 'websocketpeer', 'beside', 'ratio']),
    '|---|--:|--:|--:|',
    ...rows.map(row),
    '',
    `${explained} ${[describeRun(main), ...later].join(' ')}`,
  ].join('\n');
}

/** What another run contributes to the table. */
function partOf(run, main, rows) {
  const titles = rows.filter((each) => each.run === run).map(({ words }) => words);
  return `From another run: ${titles.join('; ')} (${describeOther(run, main)}).`;
}
