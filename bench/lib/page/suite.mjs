// One suite of the results page: drawing, numbers, processor time.
import { drawBars } from '../charts/bars.mjs';
import { drawCurves } from '../charts/curves.mjs';
import { element, escapeText, svg } from '../charts/theme.mjs';
import { isRival, ownFor, ratioOf, verdictOf } from '../compare.mjs';
import { describeOther } from '../describe.mjs';
import { formatCost, formatShare, formatSpread, formatTimes, formatTimesSpread, formatValue } from '../format.mjs';
import { isOwn } from '../names.mjs';
import { isHeldBack, namesOf } from '../report.mjs';
import { cell, headCells, table } from './markup.mjs';

function drawing(suite) {
  const { cases, curve, title, unit, better } = suite;
  if (curve !== undefined) return drawCurves(suite, namesOf(cases));
  const longer = (kind) => (kind === 'higher' ? 'longer is better' : 'shorter is better');
  const groups = cases
    .filter(({ results }) => Object.keys(results).length > 0)
    .map((one) => ({ ...one, unit: `${one.unit ?? unit}, ${longer(one.better ?? better)}` }));
  const { markup, bottom } = drawBars(groups, 4, { left: 220, width: 900 });
  return svg(900, bottom, title, markup);
}

function timesOver(name, results, better) {
  const own = ownFor(name, results);
  if (own === undefined || own === results[name]) return '';
  const ratio = ratioOf(own, results[name], better);
  const times = formatTimes(ratio.value);
  const kind = isRival(name) ? verdictOf(ratio) : '';
  return times === '' ? '' : cell('small', `${times} (${formatTimesSpread(ratio)})`, kind);
}

function resultCell(name, results, better) {
  if (results[name] === undefined) return cell('td', '–');
  const spread = cell('small', formatSpread(results[name]));
  return cell('td', `${formatValue(results[name].median)}${spread}${timesOver(name, results, better)}`);
}

const labelOf = ({ label, unit }) => cell('td', escapeText(unit === undefined ? label : `${label}, ${unit}`));

function numbers({ cases, unit, better }) {
  const names = namesOf(cases);
  const head = [
    cell('th', escapeText(unit)),
    ...names.map((name) => cell('th', escapeText(name), isOwn(name) ? 'own' : '')),
  ];
  const rows = cases.map((one) => {
    return [labelOf(one), ...names.map((name) => resultCell(name, one.results, one.better ?? better))];
  });
  return table(head, rows);
}

function processorCell(result) {
  if (result?.cpu === undefined) return cell('td', '–');
  const { server, load } = result.cpu;
  const shares = `${formatShare(server)} / ${formatShare(load)}${isHeldBack(result) ? ' *' : ''}`;
  return cell('td', `${shares}<small>${formatCost(result)}</small>`);
}

/** Processor time of contestants and of their load generators, where it was measured. */
function processorTime({ cases, unit }) {
  const names = namesOf(cases);
  const measured = cases.filter(({ results }) => Object.values(results).some(({ cpu }) => cpu !== undefined));
  if (measured.length === 0) return '';
  const rows = measured.map((one) => [labelOf(one), ...names.map((name) => processorCell(one.results[name]))]);
  const words = `contestant / load generator, of one core (*: the generator set the pace); below, for one of ${unit}`;
  const inner = cell('p', escapeText(words), 'soft') + table(headCells(['', ...names]), rows);
  return `<details><summary>Processor time</summary>${inner}</details>`;
}

function failuresOf({ cases }) {
  return cases.flatMap(({ label, failures }) =>
    Object.entries(failures).map(([name, reason]) => {
      return cell('p', escapeText(`${label}: ${name} is out: ${reason}`), 'missed');
    }),
  );
}

/** The section of a suite; one from another run than `main` says so. */
export function sectionOf(suite, main) {
  const { name, title, about, unit, better, run } = suite;
  const inner = [
    `<h2>${escapeText(title)} <small>${escapeText(unit)}, ${better} is better</small></h2>`,
    run === main ? '' : cell('p', escapeText(`From another run: ${describeOther(run, main)}`)),
    cell('p', escapeText(about), 'soft'),
    cell('div', drawing(suite), 'scroll'),
    numbers(suite),
    ...failuresOf(suite),
    processorTime(suite),
  ];
  return element('section', { id: name }, inner.join(''));
}
