// The targets that this package sets itself, folded away at the end of the results page.
import { escapeText } from '../charts/theme.mjs';
import { outcomeOf, reachedOf, wordsOf } from '../targets.mjs';
import { cell, headCells, table } from './markup.mjs';

const rowsOf = ({ title, cases, unit }) =>
  cases.flatMap(({ label, targets, unit: own = unit }) =>
    targets.map((target) => [
      cell('td', escapeText(`${title}, ${label}`)),
      cell('td', escapeText(wordsOf(target, own))),
      cell('td', escapeText(reachedOf(target, own))),
      cell('td', outcomeOf(target), target.met === null ? 'soft' : target.met ? 'met' : 'missed'),
    ]),
  );

export function targetsOf({ suites }) {
  const all = suites.flatMap(({ cases }) => cases.flatMap(({ targets }) => targets));
  const count = (met) => all.filter((target) => target.met === met).length;
  const counts = `${count(true)} met, ${count(false)} missed, ${count(null)} not measured`;
  const inner = table(headCells(['case', 'target', 'reached', '']), suites.flatMap(rowsOf));
  return `<details><summary>Targets of the developers: ${counts}</summary>${inner}</details>`;
}
