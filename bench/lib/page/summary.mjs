// The head of the results page: what was measured, on what, the main comparisons, and where this package is worse.
import { element, escapeText } from '../charts/theme.mjs';
import { comparisonsOf } from '../compare.mjs';
import { describePlace } from '../describe.mjs';
import { formatTimes, formatTimesSpread, formatValue } from '../format.mjs';
import { headlinesOf } from '../headlines.mjs';
import { countsOf } from '../markdown.mjs';
import { cell } from './markup.mjs';

const WHAT =
  'Speed and memory beside other WebSocket libraries and runtimes and the Godot engine, on one machine, in turns.';
const HOW =
  'Every value is the median of the rounds, with the least and the greatest. × is how many times better websocketpeer is: ' +
  'by the medians, and in single rounds. Where the rounds disagree about who is better, it is called even.';

function sentence({ words, unit, own, other, versus, ratio, verdict }) {
  const values = `${words}: ${formatValue(own.median)} ${unit}, ${versus} ${formatValue(other.median)}`;
  const spread = `(${formatTimesSpread(ratio)} in single rounds)`;
  const text = `${escapeText(values)} <small>${escapeText(`${spread}, ${verdict}`)}</small>`;
  return cell('li', `${cell('b', formatTimes(ratio.value), verdict)}<span>${text}</span>`);
}

/** One line for a suite in which this package is worse than somebody. */
function lossOf(suite) {
  const all = comparisonsOf(suite);
  const losses = all.filter(({ verdict }) => verdict === 'worse');
  if (losses.length === 0) return [];
  const worst = losses.reduce((a, b) => (b.ratio.value < a.ratio.value ? b : a));
  const by = `least ${formatTimes(worst.ratio.value)}, ${worst.name}, ${worst.label}`;
  const link = element('a', { href: `#${suite.name}` }, escapeText(suite.title));
  return [cell('li', `${link}: ${losses.length} of ${all.length} <small>${escapeText(`(${by})`)}</small>`)];
}

function lossesOf({ suites }) {
  const lines = suites.flatMap(lossOf);
  if (lines.length === 0) return '';
  return `<h3>Where it is worse</h3>${cell('ul', lines.join(''), 'losses')}`;
}

export function summaryOf(measured) {
  const { runs, suites } = measured;
  const { all, better, worse, even } = countsOf(measured);
  const top = headlinesOf(measured).filter((each) => each.top);
  const counts =
    `Of ${all} comparisons with other products ${cell('span', `${better} are better`, 'better')}, ` +
    `${cell('span', `${worse} worse`, 'worse')}, ${even} even.`;
  const links = suites.map(({ name, title }) => element('a', { href: `#${name}` }, escapeText(title)));
  return [
    '<header><h1>websocketpeer, measured</h1>',
    cell('p', `${WHAT} ${cell('span', escapeText(`${describePlace(runs[0])}.`), 'soft')}`),
    cell('ul', top.map(sentence).join(''), 'top'),
    cell('p', counts),
    lossesOf(measured),
    cell('p', HOW, 'soft'),
    `<nav>${links.join('')}</nav></header>`,
  ].join('\n');
}
