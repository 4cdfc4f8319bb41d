// Results as text for a terminal, losses included.
import { ownFor, ratioOf } from './compare.mjs';
import { formatCost, formatShare, formatSpread, formatTimes, formatTimesSpread, formatValue } from './format.mjs';
import { outcomeOf, reachedOf, wordsOf } from './targets.mjs';

/** Processor share above which a generator, beside a less busy server, limits the result. */
const BUSY = 0.9;
const SHARES =
  'cpu: contestant/load generator, of one core (*: the generator set the pace); and what each of the unit cost';

/** How many times better than `name` this package is, with the spread; empty for the contestant itself. */
function timesOver(name, results, better) {
  const [own, result] = [ownFor(name, results), results[name]];
  if (own === undefined || own === result) return '';
  const ratio = ratioOf(own, result, better);
  const times = formatTimes(ratio.value);
  return times === '' ? '' : `${times} (${formatTimesSpread(ratio)})`;
}

function cellOf(name, results, better) {
  if (results[name] === undefined) return '-';
  const value = `${formatValue(results[name].median)} (${formatSpread(results[name])})`;
  return `${value} ${timesOver(name, results, better)}`.trimEnd();
}

function row(cells, widths) {
  const padded = cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
  return padded.join('  ').trimEnd();
}

function tableOf(lines) {
  const columns = Math.max(...lines.map((cells) => cells.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...lines.map((cells) => (cells[i] ?? '').length)));
  return lines.map((cells) => row(cells, widths));
}

/** Names of all contestants of a suite, in order of appearance. */
export function namesOf(cases) {
  return [...new Set(cases.flatMap(({ results }) => Object.keys(results)))];
}

/** Whether the load generator, not the contestant, limited the result. */
export function isHeldBack({ cpu }) {
  return cpu?.load != null && cpu.server != null && cpu.load >= BUSY && cpu.server < BUSY;
}

function labelOf({ label, unit }) {
  return unit === undefined ? label : `${label} [${unit}]`;
}

function targetsOf({ cases, unit }) {
  const lines = cases.flatMap(({ label, targets, unit: own = unit }) =>
    targets.map((target) => [`    ${label}:`, wordsOf(target, own), reachedOf(target, own), outcomeOf(target)]),
  );
  return lines.length === 0 ? [] : ['  targets', ...tableOf(lines)];
}

function failuresOf({ cases }) {
  return cases.flatMap(({ label, failures }) =>
    Object.entries(failures).map(([name, reason]) => `  ${label}: ${name} is out: ${reason}`),
  );
}

/** Tables of cases with the same contestants, with a line per case. */
function compactTables({ cases, better }) {
  const groups = new Map();
  for (const one of cases) {
    const key = namesOf([one]).join('\n');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const names = namesOf(group);
    const body = group.map((one) => {
      const cells = names.map((name) => cellOf(name, one.results, one.better ?? better));
      return [labelOf(one), ...cells];
    });
    return tableOf([['', ...names], ...body]).map((line) => `  ${line}`);
  });
}

function processorCells(result) {
  if (result.cpu === undefined) return [];
  const { server, load } = result.cpu;
  return [`cpu ${formatShare(server)}/${formatShare(load)}${isHeldBack(result) ? '*' : ''}`, formatCost(result)];
}

/** A table with a line per contestant, for a case with more values. */
function longTables({ cases, better }) {
  return cases.flatMap((one) => {
    const lines = Object.entries(one.results).map(([name, result]) => [
      `    ${name}`,
      formatValue(result.median),
      `(${formatSpread(result)})`,
      timesOver(name, one.results, one.better ?? better),
      ...processorCells(result),
    ]);
    return [`  ${labelOf(one)}`, ...tableOf(lines)];
  });
}

/** One suite as tables for the terminal. */
export function formatSuite(suite) {
  const { title, about, cases, unit, better, seconds } = suite;
  const hasShares = cases.some(({ results }) => Object.values(results).some(({ cpu }) => cpu !== undefined));
  const shares = hasShares ? `\n  ${SHARES}` : '';
  return [
    `${title}: ${unit}, ${better} is better; median (least–greatest of the rounds), how many times better the first is${shares}`,
    ...(hasShares ? longTables(suite) : compactTables(suite)),
    ...failuresOf(suite),
    ...targetsOf(suite),
    `  ${about} (${seconds} s)`,
  ].join('\n');
}

/** All targets of a run in one line, and those that were missed. */
export function formatVerdict(suites) {
  const all = suites.flatMap(({ title, cases, unit }) =>
    cases.flatMap(({ label, targets, unit: own = unit }) =>
      targets.map((target) => ({ target, where: `${title}, ${label}`, unit: own })),
    ),
  );
  const having = (met) => all.filter(({ target }) => target.met === met);
  const missed = having(false).map(({ target, where, unit }) => {
    return `  missed: ${where}: ${wordsOf(target, unit)}, reached ${reachedOf(target, unit)}`;
  });
  const counts = `targets: ${having(true).length} met, ${missed.length} missed, ${having(null).length} not measured`;
  return [counts, ...missed].join('\n');
}
