// Results as Markdown for the README: the two main suites in full, and the targets of the others.
import { describeMachine, describeOptions, describeVersions } from './describe.mjs';
import { formatValue } from './format.mjs';
import { namesOf } from './report.mjs';
import { reachedOf } from './targets.mjs';

/** Suites that are shown with all numbers. */
const SHOWN = ['echo', 'loop'];

function targetCell(target, unit) {
  const { versus, atLeast, atMost } = target;
  const verdict = { true: ', met', false: ', **missed**', null: '' }[target.met];
  const wish = atLeast === undefined ? `at most ${atMost}` : `${atLeast} × ${versus}`;
  return `${wish}: ${reachedOf(target, unit)}${verdict}`;
}

function suiteTable({ title, unit, cases }) {
  const names = namesOf(cases);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const body = cases.map(({ label, results, targets }) => {
    const values = names.map((name) => (results[name] === undefined ? '–' : formatValue(results[name].median)));
    return line([label, ...values, targets.map((target) => targetCell(target, unit)).join('; ')]);
  });
  return [
    line([`${title}, ${unit}`, ...names, 'target: reached']),
    `|---|${'--:|'.repeat(names.length)}---|`,
    ...body,
  ].join('\n');
}

function standing({ title, cases }) {
  const targets = cases.flatMap(({ targets: list }) => list);
  const count = (met) => targets.filter((target) => target.met === met).length;
  const unknown = count(null) === 0 ? '' : `, ${count(null)} not measured`;
  return `${title} ${count(true)} of ${targets.length}${unknown}`;
}

/** The README's block; `chart` and `page` are paths from the README. */
export function markdownOf(run, { chart, page }) {
  const { suites, date, options } = run;
  const shown = suites.filter(({ name }) => SHOWN.includes(name));
  const others = suites.filter(({ name, cases }) => {
    return !SHOWN.includes(name) && cases.some(({ targets }) => targets.length > 0);
  });
  const where = `${date.slice(0, 10)}: ${describeMachine(run)}. ${describeVersions(run)}. ${describeOptions(options)}.`;
  return [
    `![Messages per second beside others](${chart})`,
    ...shown.map(suiteTable),
    `Targets met elsewhere: ${others.map(standing).join('; ')}. All numbers, curves and targets: [${page}](${page}).`,
    where,
  ].join('\n\n');
}

/** Additional results of a later, quick run: suites that the run `before` lacks, and targets of the others. */
export function markdownOfLater(run, before) {
  const isNew = ({ name }) => !before.suites.some((suite) => suite.name === name);
  const judged = run.suites.filter((suite) => !isNew(suite) && suite.cases.some(({ targets }) => targets.length > 0));
  return [
    `Later, at commit ${run.commit}, in a quick run (few cases, short measurements):`,
    ...run.suites.filter(isNew).map(suiteTable),
    `Targets met in it: ${judged.map(standing).join('; ')}.`,
  ].join('\n\n');
}
